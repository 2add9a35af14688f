# SPDX-License-Identifier: Apache-2.0
"""What goes to a server by millrace+http: is what MLflow sends by http: in the same environment: headers and auth of Python plugins,
user and password, token, workspace."""
import functools
import hashlib
import http.server
import json
import os
import re
import tempfile
import threading

from _server import main
from _wheel import installed, python

PLUGIN = '''
import hashlib
from requests.auth import AuthBase, HTTPDigestAuth
from mlflow.tracking.request_auth.abstract_request_auth_provider import RequestAuthProvider
from mlflow.tracking.request_header.abstract_request_header_provider import RequestHeaderProvider

class Headers(RequestHeaderProvider):
    def in_context(self):
        return True

    def request_headers(self):
        return {"X-Team": "trout", "User-Agent": "more"}

class Signature(AuthBase):
    def __call__(self, request):
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        request.headers["X-Signature"] = hashlib.sha256(f"{request.method} {request.path_url}".encode()).hexdigest()
        request.headers["X-Body"] = "some" if body else "none"
        return request

class Signing(RequestAuthProvider):
    def get_name(self):
        return "signing"

    def get_auth(self):
        return Signature()

class Digest(RequestAuthProvider):
    def get_name(self):
        return "digest"

    def get_auth(self):
        return HTTPDigestAuth("me", "secret")
'''
CALLS = '''
import json, os, sys
from mlflow import MlflowClient
for uri, environment in json.loads(sys.argv[1]):
    os.environ.update(environment)
    client = MlflowClient(uri)
    assert client.get_run("r1").info.run_id == "r1"
    client.log_metric("r1", "m", 1.5, timestamp=1, step=0)
    assert client.search_registered_models(max_results=1) == []
    for name in environment:
        del os.environ[name]
'''
# What the user's environment has, and whether the server wants a digest.
CASES = {
    "nothing": ({}, False),
    "password": ({"MLFLOW_TRACKING_USERNAME": "me", "MLFLOW_TRACKING_PASSWORD": "secret"}, False),
    "token": ({"MLFLOW_TRACKING_TOKEN": "token", "MLFLOW_WORKSPACE": "team"}, False),
    "signing": ({"MLFLOW_TRACKING_AUTH": "signing"}, False),
    "digest": ({"MLFLOW_TRACKING_AUTH": "digest"}, True),
}
RUN = {"run": {"info": {"run_id": "r1", "experiment_id": "0", "user_id": "u", "status": "RUNNING", "start_time": 1, "lifecycle_stage": "active"},
               "data": {}}}
OWN = {"host", "connection", "accept", "accept-encoding", "content-length", "content-type"}  # of the one who writes HTTP


class Recorder(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items() if name.lower() not in OWN}
        if self.server.digest and not self.is_right(headers.get("authorization", "")):
            self.reply(401, {}, {"WWW-Authenticate": 'Digest realm="mill", nonce="n1", qop="auth", algorithm=MD5'})
            return
        headers["authorization"] = headers.get("authorization", "").split(" ")[0] if self.server.digest else headers.get("authorization")
        if "x-signature" in headers:
            right = hashlib.sha256(f"{self.command} {self.path}".encode()).hexdigest()
            headers["x-signature"] = "right" if headers["x-signature"] == right else "wrong"
        self.server.seen.append([self.command, self.path.replace("run_uuid=r1&", ""), headers, bool(body)])  # its older name, too
        self.reply(200, RUN if "runs/get" in self.path else {"registered_models": []} if "registered" in self.path else
                   {"workspaces_enabled": True} if "server-info" in self.path else {})

    def is_right(self, said):
        """RFC 7616 with MD5, which requests speaks."""
        fields = dict(re.findall(r'(\w+)="?([^",]+)"?', said))
        one, two = (hashlib.md5(text.encode()).hexdigest() for text in ("me:mill:secret", f"{self.command}:{self.path}"))
        mine = ":".join([one, "n1", fields.get("nc", ""), fields.get("cnonce", ""), "auth", two])
        return fields.get("response") == hashlib.md5(mine.encode()).hexdigest()

    def reply(self, status, answer, headers=None):
        text = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(text)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = answer

    def log_message(self, *args):
        pass


def listening(digest):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    server.seen, server.digest = [], digest
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def site(folder):
    at = installed(folder, {"mlflow.request_header_provider": {"team": "team_plugin:Headers"},
                            "mlflow.request_auth_provider": {"signing": "team_plugin:Signing", "digest": "team_plugin:Digest"}}, "team")
    with open(os.path.join(at, "team_plugin.py"), "w", encoding="utf-8") as out:
        out.write(PLUGIN)
    return at


@functools.cache
def seen():
    """case -> what MLflow's store sent, and what ours did."""
    servers = {case: [listening(digest), listening(digest)] for case, (_, digest) in CASES.items()}
    calls = [[f"{scheme}://127.0.0.1:{server.server_port}/prefix", CASES[case][0]]
             for case, pair in servers.items() for scheme, server in zip(("http", "millrace+http"), pair)]
    with tempfile.TemporaryDirectory() as folder:
        python(CALLS, json.dumps(calls), folder=folder, sites=[site(folder)], MLFLOW_HTTP_REQUEST_MAX_RETRIES=0)
    for server in sum(servers.values(), []):
        server.shutdown()
        server.server_close()
    return {case: [server.seen for server in pair] for case, pair in servers.items()}


def same(case):
    theirs, ours = seen()[case]
    assert theirs == ours, (theirs, ours)
    assert len(ours) >= 3 and all(headers["x-team"] == "trout" and headers["user-agent"].endswith(" more") for _, _, headers, _ in ours), ours
    return [headers for _, _, headers, _ in ours]


def test_headers_of_python_plugins():
    assert all(headers["authorization"] is None for headers in same("nothing"))


def test_user_and_password():
    assert all(headers["authorization"] == "Basic bWU6c2VjcmV0" for headers in same("password"))


def test_a_token_and_a_workspace():
    ours = same("token")
    assert all(headers["authorization"] == "Bearer token" for headers in ours), ours
    assert [headers.get("x-mlflow-workspace") for headers in ours].count("team") >= 3, ours


def test_auth_of_a_python_plugin():
    assert {(headers["x-body"], headers["x-signature"]) for headers in same("signing")} == {("some", "right"), ("none", "right")}


def test_auth_that_answers_a_challenge():
    assert all(headers["authorization"] == "Digest" for headers in same("digest"))


if __name__ == "__main__":
    main(globals())
