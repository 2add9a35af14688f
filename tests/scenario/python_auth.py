# SPDX-License-Identifier: Apache-2.0
"""Request auth of Python against a server that answers 401 with a challenge: the auth object is requests' own HTTPDigestAuth, and
the server checks each digest. MLflow's client with the same plugin is asked the same."""
import functools
import hashlib
import http.server
import json
import os
import re
import subprocess
import tempfile
import threading

import _python_env as python
from _programs import environment, millrace
from _server import main

PLUGIN = '''
import os
from requests.auth import HTTPDigestAuth
from mlflow.tracking.request_auth.abstract_request_auth_provider import RequestAuthProvider

class Provider(RequestAuthProvider):
    def get_name(self):
        return "digest"

    def get_auth(self):
        return HTTPDigestAuth("ada", os.environ["DIGEST_PASSWORD"])
'''


class Digest(http.server.BaseHTTPRequestHandler):
    """RFC 7616, qop=auth: each nonce is good for one answer, so that every request is challenged."""

    protocol_version = "HTTP/1.1"
    nonces, seen = {}, []

    def digest(self, text):
        return hashlib.new(self.server.algorithm.replace("-", "").lower(), text.encode()).hexdigest()

    def is_good(self):
        kind, _, rest = self.headers.get("Authorization", "").partition(" ")
        told = {k: v.strip('"') for k, v in re.findall(r'(\w+)=("[^"]*"|[^,\s]+)', rest)}
        if kind != "Digest" or self.nonces.pop(told.get("nonce"), None) is None or told["uri"] != self.path or told["username"] != "ada":
            return False
        first, second = self.digest(f"ada:mill:{self.server.password}"), self.digest(f"{self.command}:{self.path}")
        return told["response"] == self.digest(f"{first}:{told['nonce']}:{told['nc']}:{told['cnonce']}:{told['qop']}:{second}")

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        good = self.is_good()
        self.seen.append((self.command, self.path, body, good))
        out = json.dumps({"experiment_id": "7", "experiment": {"experiment_id": "7", "name": "e", "lifecycle_stage": "active"}}
                         if good else {"error_code": "UNAUTHENTICATED", "message": "not without a digest"}).encode()
        self.send_response(200 if good else 401)
        if not good:
            nonce = os.urandom(8).hex()
            self.nonces[nonce] = True
            self.send_header("WWW-Authenticate", f'Digest realm="mill", nonce="{nonce}", qop="auth", algorithm={self.server.algorithm}')
        self.send_header("Content-Length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)

    do_GET = do_POST = answer

    def log_message(self, *arguments):
        pass


@functools.cache
def env():
    made = python.make(tempfile.mkdtemp(prefix="python-"))
    python.install(made, "digest_plugin", PLUGIN, {"mlflow.request_auth_provider": {"unused": "digest_plugin:Provider"}})
    return made


def asked(algorithm, password, program):
    """What the server saw of a program that creates an experiment."""
    Digest.seen.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Digest) as peer:
        peer.algorithm, peer.password = algorithm, "secret"
        threading.Thread(target=peer.serve_forever, daemon=True).start()
        folder = tempfile.mkdtemp()
        variables = {"MLFLOW_TRACKING_URI": f"http://127.0.0.1:{peer.server_port}", "MLFLOW_TRACKING_AUTH": "digest", "TMPDIR": folder,
                     "DIGEST_PASSWORD": password, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1"}
        told = program(folder, variables)
        peer.shutdown()
    return told, list(Digest.seen)


def by_millrace(folder, variables, code=0):
    return millrace("experiments", "create", "--experiment-name", "e", folder=folder, code=code, MILLRACE_PYTHON=env(), **variables)


def by_mlflow(folder, variables):
    subprocess.run([f"{env()}/bin/python", "-c", "import mlflow; mlflow.MlflowClient().create_experiment('e')"], check=True, timeout=120,
                   env=environment(**variables), cwd=folder, stderr=subprocess.DEVNULL)


def test_a_challenge_is_answered():
    def changing(seen):
        return [(method, path, good) for method, path, _, good in seen if path.endswith("/experiments/create")]

    for algorithm in ("MD5", "SHA-256"):
        (out, _), ours = asked(algorithm, "secret", by_millrace)
        assert "7" in out, out
        first, second = [one for one in ours if one[1].endswith("/experiments/create")]
        assert not first[3] and second[3], ours
        # the body goes with it again, whole
        assert json.loads(second[2])["name"] == "e" and second[2] == first[2], ours
        if algorithm == "MD5":
            _, theirs = asked(algorithm, "secret", by_mlflow)
            assert changing(theirs) == changing(ours), (theirs, ours)


def test_a_wrong_password_ends():
    (_, said), seen = asked("MD5", "wrong", functools.partial(by_millrace, code=1))
    assert "401" in said or "not without a digest" in said, said
    assert 2 <= len(seen) <= 4 and not any(good for *_, good in seen), seen


if __name__ == "__main__":
    main(globals())
