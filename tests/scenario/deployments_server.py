# SPDX-License-Identifier: Apache-2.0
"""The target http against the reference's own deployments server (its AI Gateway, with a provider of ours behind it), beside
MLflow's client: endpoints, predictions, errors; and against a server that pages, refuses and lies."""
import contextlib
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from _server import MILLRACE, free_port, main

CONFIG = """endpoints:
  - name: chat
    endpoint_type: llm/v1/chat
    model: {{provider: openai, name: tiny, config: {{openai_api_key: secret, openai_api_base: "http://127.0.0.1:{port}"}}}}
    limit: {{renewal_period: minute, calls: 1000}}
  - name: embed-it
    endpoint_type: llm/v1/embeddings
    model: {{provider: openai, name: small, config: {{openai_api_key: secret, openai_api_base: "http://127.0.0.1:{port}"}}}}
"""


class Provider(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/embeddings"):
            answer = {"object": "list", "model": "small", "usage": {"prompt_tokens": 1, "total_tokens": 1},
                      "data": [{"object": "embedding", "index": 0, "embedding": [0.5, 0.25]}]}
        else:
            said = request["messages"][-1]["content"]
            answer = {"id": "1", "object": "chat.completion", "created": 1, "model": "tiny",
                      "choices": [{"index": 0, "message": {"role": "assistant", "content": said.upper()}, "finish_reason": "stop"}],
                      "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serving(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def gateway(folder, provider):
    """The URL of the reference's server."""
    port = free_port()
    with open(f"{folder}/gateway.yaml", "w", encoding="utf-8") as file:
        file.write(CONFIG.format(port=provider))
    with open(f"{folder}/gateway.log", "wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "uvicorn", "--factory", "mlflow.gateway.app:create_app_from_env",
                                    "--host", "127.0.0.1", "--port", str(port)], stdout=log, stderr=log, cwd=folder,
                                   env={**os.environ, "MLFLOW_GATEWAY_CONFIG": f"{folder}/gateway.yaml"})
    try:
        for _ in range(600):
            assert process.poll() is None, open(f"{folder}/gateway.log", encoding="utf-8").read()
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def millrace(target, *arguments, stdin="", code=0, **variables):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}
    done = subprocess.run([MILLRACE, "deployments", arguments[0], "-t", target, *arguments[1:]], input=stdin, capture_output=True,
                          text=True, timeout=60, env={**clean, **variables}, check=False)
    assert done.returncode == code, done
    return done.stdout if code == 0 else done.stderr


def test_the_references_server():
    from mlflow.deployments import get_deploy_client  # takes a while

    with tempfile.TemporaryDirectory() as folder, serving(Provider) as provider, gateway(folder, provider) as url:
        client = get_deploy_client(url)
        ours = json.loads(millrace(url, "list-endpoints", "--output", "json"))
        theirs = [json.loads(e.model_dump_json()) for e in client.list_endpoints()]
        assert ours == theirs and len(ours) == 2, (ours, theirs)
        assert "'name': 'chat'" in millrace(url + "/", "list-endpoints")
        assert json.loads(millrace(url, "get-endpoint", "--endpoint", "chat", "--output", "json")) == \
            json.loads(client.get_endpoint("chat").model_dump_json())
        assert "endpoint_type: llm/v1/embeddings\n" in millrace(url, "get-endpoint", "--endpoint", "embed-it")
        chat = {"messages": [{"role": "user", "content": "Hällo"}], "max_tokens": 5}
        for endpoint, question in ("chat", chat), ("embed-it", {"input": "a"}):
            answer = json.loads(millrace(url, "predict", "--endpoint", endpoint, stdin=json.dumps(question)))
            expected = client.predict(endpoint=endpoint, inputs=question)
            assert {**answer, "created": 0} == {**expected, "created": 0} and len(answer) > 2, (answer, expected)
        assert json.loads(millrace(url, "predict", "--endpoint", "chat", stdin=json.dumps(chat)))["choices"][0]["message"]["content"] == "HÄLLO"
        wrong = millrace(url, "predict", "--endpoint", "chat", stdin='{"prompt": 1}', code=1)
        assert "422" in wrong and "messages" in wrong, wrong
        none = millrace(url, "get-endpoint", "--endpoint", "none", code=1)
        assert "The endpoint 'none' is not present or active on the server." in none, none


class Odd(http.server.BaseHTTPRequestHandler):
    """Pages of one, behind a token; /loop never ends, /html is none of ours."""

    def do_GET(self):
        page = int(self.path.rpartition("page_token=p%26")[2] or 0) if "page_token" in self.path else 0
        body = {"endpoints": [{"name": f"e{page}", "endpoint_url": f"/endpoints/e{page}/invocations"}]}
        if page < 2:
            body["next_page_token"] = f"p&{page + 1}"
        text = json.dumps(body)
        if self.path.startswith("/html/"):
            text = "<html>hello</html>"
        if self.path.startswith("/nameless/"):
            text = '{"endpoints": [{"endpoint_url": "x"}]}'
        allowed = self.headers.get("Authorization") == "Bearer t0ken"
        data = (text if allowed else '{"detail": "who are you?"}').encode()
        self.send_response(200 if allowed else 401)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def test_an_odd_server():
    with serving(Odd) as port:
        url = f"http://127.0.0.1:{port}"
        assert "answered 401: who are you?" in millrace(url, "list-endpoints", code=1)
        token = {"MLFLOW_TRACKING_TOKEN": "t0ken"}
        all_of_them = json.loads(millrace(url, "list-endpoints", "--output", "json", **token))
        assert [(e["name"], e["endpoint_url"]) for e in all_of_them] == [(f"e{i}", f"{url}/endpoints/e{i}/invocations") for i in range(3)]
        assert "is no deployments server. It said: <html>" in millrace(f"{url}/html", "list-endpoints", code=1, **token)
        assert "an endpoint without a name" in millrace(f"{url}/nameless", "list-endpoints", code=1, **token)
        broken = millrace(url, "get-endpoint", "--endpoint", "e7", code=1, **token)
        assert "has no" in broken or "without a name" in broken, broken


def test_what_it_cannot_do():
    url = f"http://127.0.0.1:{free_port()}"
    for arguments in (["create", "--name", "a", "-m", "x"], ["list"], ["get", "--name", "a"], ["delete", "--name", "a"],
                      ["create-endpoint", "--endpoint", "e"], ["explain", "--endpoint", "e"]):
        told = millrace(url, *arguments, code=1, stdin="{}")
        assert "cannot do this" in told or "not yet supported" in told, told
    assert "give --endpoint NAME instead of --name" in millrace(url, "predict", "--name", "a", code=1, stdin="{}")
    assert "takes JSON" in millrace(url, "predict", "--endpoint", "a", "--content-type", "text/csv", code=1, stdin="a")
    assert "is not the URL of a deployments server" in millrace("http:/", "list-endpoints", code=1)
    away = millrace(url, "list-endpoints", code=1, MLFLOW_HTTP_REQUEST_MAX_RETRIES="0")
    assert url.rpartition("/")[2] in away, away


if __name__ == "__main__":
    main(globals())
