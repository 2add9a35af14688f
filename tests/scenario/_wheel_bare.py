# SPDX-License-Identifier: Apache-2.0
"""Run in a bare Debian by wheel_ship_long.sh, in a folder with an environment v that has the wheel, and nothing else."""
import http.client
import http.server
import json
import os
import re
import ssl
import subprocess
import threading
import time

MILLRACE = os.path.abspath("v/bin/millrace")


def millrace(*words, code=0, **variables):
    done = subprocess.run([MILLRACE, *words], capture_output=True, text=True, check=False, env={**os.environ, **variables})
    assert done.returncode == code, (words, done)
    return done.stdout + done.stderr


def ask(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(method, path, body if isinstance(body, (bytes, type(None))) else json.dumps(body),
                       {"Content-Type": "application/json"} if isinstance(body, dict) else {})
    answer = connection.getresponse()
    content = answer.read()
    assert answer.status == 200, (path, answer.status, content)
    return content


def test_server():
    """Its page, a run, an artifact."""
    with open("server.log", "wb") as log:
        server = subprocess.Popen([MILLRACE, "server", "--port", "5000", "--backend-store-uri", "sqlite:///m.db"], stderr=log, stdout=log)
    for _ in range(300):
        try:
            assert b"OK" in ask(5000, "GET", "/health")
            break
        except OSError:
            time.sleep(0.1)
    assert b"<!doctype html" in ask(5000, "GET", "/").lower()[:200]
    run = json.loads(ask(5000, "POST", "/api/2.0/mlflow/runs/create", {"experiment_id": "0"}))["run"]["info"]["run_id"]
    ask(5000, "POST", "/api/2.0/mlflow/runs/log-metric", {"run_id": run, "key": "a", "value": 1.5, "timestamp": 1, "step": 0})
    path = f"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/a.txt"
    ask(5000, "PUT", path, b"hello")
    assert ask(5000, "GET", path) == b"hello"
    assert run in millrace("runs", "list", "--experiment-id", "0", "--tracking-uri", "http://127.0.0.1:5000")
    server.terminate()
    assert server.wait(20) == 0


def test_charts():
    """They have words, though no font is installed: where the words are, there is ink. Nothing complains."""
    with open("e.csv", "w", encoding="ascii") as out:
        out.write("a,label,pred,p\n1,0,0,.1\n2,1,1,.7\n3,0,1,.6\n4,1,1,.9\n")
    said = millrace("evaluate", "-d", "e.csv", "-t", "label", "-p", "pred", "--probabilities", "p", "--model-type", "classifier",
                    "--tracking-uri", "sqlite:///e.db")
    assert "Fontconfig" not in said, said
    chart = re.search(r"(/\S+roc_curve_plot.png)", said).group(1)
    assert os.path.getsize(chart) > 15000, os.path.getsize(chart)  # 10 KB without words


def test_authorities():
    """https finds the authorities where this system keeps them."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")
        do_GET = do_POST

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("server.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    uri = f"https://localhost:{server.server_port}"
    millrace("experiments", "list", "--tracking-uri", uri)
    assert seen
    os.rename("/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/tls/certs/elsewhere.crt")
    millrace("experiments", "list", "--tracking-uri", uri, code=1, MLFLOW_HTTP_REQUEST_MAX_RETRIES="0")


def test_python():
    """The extension, its own small API, and the plugins."""
    script = ("import millrace, os\nos.environ['MLFLOW_TRACKING_URI'] = 'sqlite:///p.db'\n"
              "with millrace.start_run() as run:\n    millrace.log_metric('a', 0.5)\n"
              "print(millrace.get_run(run.info.run_id).data.metrics)")
    said = subprocess.run(["v/bin/python", "-c", script], capture_output=True, text=True, check=False)
    assert said.returncode == 0 and "{'a': 0.5}" in said.stdout, said
    plugins = json.loads(millrace("plugins", "list", "--output", "json"))
    assert {"onnx", "xgboost", "lightgbm", "apps"} <= {p["name"] for p in plugins if p["state"] == "found"}, plugins
    for name in ("apps", "git-context", "onnx", "xgboost", "lightgbm"):  # their code runs: what they are linked with is there
        millrace("plugins", "info", name, "--load")


for test in (test_server, test_charts, test_authorities, test_python):
    test()
    print(f"{test.__name__}: passed", flush=True)
