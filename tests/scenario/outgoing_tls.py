# SPDX-License-Identifier: Apache-2.0
"""MLflow's TLS variables, as a request of the library meets them: an unknown CA is refused and the message says what to
set; the CA's file, a client certificate and MLFLOW_TRACKING_INSECURE_TLS are taken; the host name must fit."""
import os
import ssl
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from _library import Library, LibraryError

folder = tempfile.mkdtemp()


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def certificate(name, subject, extension=None):
    """A key and a certificate signed by our CA; NAME.both has the two."""
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", subject)
    extra = []
    if extension:
        with open(os.path.join(folder, f"{name}.ext"), "w", encoding="utf-8") as file:
            file.write(extension)
        extra = ["-extfile", f"{name}.ext"]
    openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-out", f"{name}.crt", *extra)
    with open(path(f"{name}.both"), "w", encoding="utf-8") as both:
        for part in ("key", "crt"):
            with open(path(f"{name}.{part}"), encoding="utf-8") as file:
                both.write(file.read())


def path(name):
    return os.path.join(folder, name)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b'{"run": {"info": {"run_id": "seen"}}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def serve(client_certificates):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path("server.crt"), path("server.key"))
    if client_certificates:
        context.load_verify_locations(path("ca.crt"))
        context.verify_mode = ssl.CERT_REQUIRED
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def outcome(url, **env):
    library = Library(url, **env)
    try:
        return library("get_run", run_id="x")["run"]["info"]["run_id"]
    except LibraryError as error:
        return error
    finally:
        library.stop()


openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=ours")
certificate("server", "/CN=localhost", "subjectAltName=DNS:localhost\n")
certificate("client", "/CN=someone")
plain, strict = serve(False), serve(True)
ca = {"MLFLOW_TRACKING_SERVER_CERT_PATH": path("ca.crt")}
client = {"MLFLOW_TRACKING_CLIENT_CERT_PATH": path("client.both")}

refused = outcome(f"https://localhost:{plain}")
assert isinstance(refused, LibraryError) and "MLFLOW_TRACKING_SERVER_CERT_PATH" in refused.message, refused
assert outcome(f"https://localhost:{plain}", **ca) == "seen"
assert outcome(f"https://localhost:{plain}", REQUESTS_CA_BUNDLE=path("ca.crt")) == "seen"
wrong = outcome(f"https://127.0.0.1:{plain}", **ca)
assert isinstance(wrong, LibraryError), "the certificate is localhost's"
assert outcome(f"https://127.0.0.1:{plain}", MLFLOW_TRACKING_INSECURE_TLS="true") == "seen"
missing = outcome(f"https://localhost:{plain}", MLFLOW_TRACKING_SERVER_CERT_PATH=path("none"))
assert isinstance(missing, LibraryError) and "PEM file or a folder" in missing.message, missing
assert isinstance(outcome(f"https://localhost:{strict}", **ca), LibraryError)
assert outcome(f"https://localhost:{strict}", **ca, **client) == "seen"
bad = outcome(f"https://localhost:{strict}", **ca, MLFLOW_TRACKING_CLIENT_CERT_PATH=path("ca.csr"))
assert isinstance(bad, LibraryError) and "MLFLOW_TRACKING_CLIENT_CERT_PATH" in bad.message, bad
print("TLS: refused and taken as MLflow's variables say")
