# SPDX-License-Identifier: Apache-2.0
"""Starting the server: quickly, with flags and variables of `mlflow server`, and with a reason when it cannot."""
import os
import subprocess
import tempfile
import time

from _server import MILLRACE, Server, free_port, main


def fails_with(*flags, env=None):
    """What `millrace server` says when it refuses to start."""
    with tempfile.TemporaryDirectory() as folder:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("MLFLOW_")}
        result = subprocess.run([MILLRACE, "server", "--port", str(free_port()), *flags], cwd=folder, text=True, timeout=30,
                                env={**clean, **(env or {})}, capture_output=True, check=False)
        assert result.returncode in (1, 2), result
        return result.stderr


def test_it_says_where_it_is_and_what_to_try():
    with Server() as server:
        text = server.text()
        assert f"http://localhost:{server.port}" in text, text
        assert f"MLFLOW_TRACKING_URI=http://localhost:{server.port} millrace" in text, text


def test_it_starts_at_once():
    with Server() as first:
        folder = first.folder
        first.stop(keep=True)
        times = []
        for _ in range(5):
            server = Server(folder=folder)
            times.append(time.monotonic() - server.started)
            server.stop(keep=True)
        assert min(times) < 0.5, times  # the bench measures; this only sees that nothing waits


def test_it_is_small():
    with Server() as server:
        with open(f"/proc/{server.process.pid}/smaps_rollup", encoding="ascii") as rollup:
            pss = next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
        with open(f"/proc/{server.process.pid}/maps", encoding="ascii") as maps:
            assert "libcurl" not in maps.read(), "an idle server has no HTTP client"
        assert os.environ.get("MILLRACE_SANITIZE") or pss < 20_000, f"{pss} KiB"


def test_variables_of_mlflow():
    with tempfile.TemporaryDirectory() as folder:
        with Server(folder=folder, store=False, env={"MLFLOW_BACKEND_STORE_URI": f"sqlite:///{folder}/by-variable.db",
                                                     "MLFLOW_STATIC_PREFIX": "/mill"}, wait=False) as server:
            while not os.path.exists(f"{folder}/by-variable.db") or "Next:" not in server.text():
                assert server.process.poll() is None, server.text()
                time.sleep(0.01)
            assert server.ask("GET", "/mill/health").status == 200
            assert server.ask("GET", "/health").status == 404
            server.stop(keep=True)


def test_what_it_refuses():
    assert "no option --frobnicate" in fails_with("--frobnicate")
    assert "--port must be" in fails_with("--port", "http")
    assert "no server app named 'nosuch'" in fails_with("--app-name", "nosuch")
    assert "must begin with a '/'" in fails_with("--static-prefix", "mill")
    assert "--enable-workspaces is not supported" in fails_with(env={"MLFLOW_ENABLE_WORKSPACES": "true"})
    assert "nosuch" in fails_with("--backend-store-uri", "nosuch://x")
    assert "artifacts-only" in fails_with("--artifacts-only", "--backend-store-uri", "sqlite:///x.db")
    assert "in use" in fails_with_taken_port()


def fails_with_taken_port():
    with Server() as server:
        return fails_with("--port", str(server.port))


def test_help_names_every_flag_of_mlflow_server():
    text = subprocess.run([MILLRACE, "server", "--help"], capture_output=True, text=True, check=True).stdout
    for flag in ("--backend-store-uri", "--read-replica-backend-store-uri", "--registry-store-uri",
                 "--default-artifact-root", "--serve-artifacts", "--no-serve-artifacts", "--artifacts-only",
                 "--artifacts-destination", "--host", "--port", "--workers", "--static-prefix", "--allowed-hosts",
                 "--cors-allowed-origins", "--disable-security-middleware", "--x-frame-options", "--gunicorn-opts",
                 "--waitress-opts", "--uvicorn-opts", "--dev", "--expose-prometheus", "--app-name",
                 "--trace-archival-config", "--secrets-cache-ttl", "--secrets-cache-max-size", "--workspace-store-uri",
                 "--enable-workspaces", "--disable-workspaces"):
        assert flag in text, flag


def test_access_log():
    with tempfile.TemporaryDirectory() as folder:
        log = f"{folder}/access.log"
        with Server("--access-log", log) as server:
            server.ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0", headers={"User-Agent": 'a "b"\\c'})
        with open(log, encoding="ascii") as lines:
            text = lines.read()
        assert '"GET /api/2.0/mlflow/experiments/get?experiment_id=0 HTTP/1.1" 200 ' in text, text
        assert r'"a \x22b\x22\x5cc"' in text, text


def test_https():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{folder}/key.pem", "-out",
                        f"{folder}/cert.pem", "-days", "2", "-subj", "/CN=localhost"], check=True, capture_output=True)
        flags = ["--tls-cert", f"{folder}/cert.pem", "--tls-key", f"{folder}/key.pem"]
        with Server(*flags, wait=False) as server:
            while "Next:" not in server.text():
                assert server.process.poll() is None, server.text()
                time.sleep(0.01)
            asked = subprocess.run(["curl", "-s", "--cacert", f"{folder}/cert.pem", f"https://localhost:{server.port}/health"],
                                   capture_output=True, check=True)
            assert asked.stdout == b"OK", asked
        assert "belong together" in fails_with("--tls-cert", f"{folder}/cert.pem")


if __name__ == "__main__":
    main(globals())
