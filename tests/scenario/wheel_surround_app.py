# SPDX-License-Identifier: Apache-2.0
"""`mlflow server --app-name millrace`: MLflow's web server in front of ours, with a native app that nothing passes by."""
import base64
import os
import signal
import subprocess
import tempfile

from _server import main
from _wheel import python
from _wheel_app import Front, check_streams, use

USER = {"Authorization": "Basic " + base64.b64encode(b"ann:secret of hers").decode()}


def test_uvicorn_with_an_app_that_nothing_passes_by():
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        with open(f"{folder}/users", "w", encoding="utf-8") as out:
            out.write("ann:" + subprocess.run(["openssl", "passwd", "-6", "secret of hers"], check=True, capture_output=True, text=True).stdout.strip() + "\n")
        os.chmod(f"{folder}/users", 0o600)
        with Front(folder, "--workers", "2", MILLRACE_SERVER_APPS="basic-auth", MILLRACE_APP_BASIC_AUTH_USERS=f"{folder}/users",
                   MILLRACE_APP_BASIC_AUTH_DEFAULT_PERMISSION="MANAGE") as front:
            for method, path in (("GET", "/health"), ("GET", "/version"), ("GET", "/"), ("GET", "/api/3.0/mlflow/server-info"), ("GET", "/server-info"),
                                 ("PUT", "/api/2.0/mlflow-artifacts/artifacts/x"), ("POST", "/v1/traces"), ("POST", "/ajax-api/3.0/jobs/"),
                                 ("POST", "/mcp"), ("POST", "/graphql"), ("GET", "/ajax-api/2.0/mlflow/experiments/search?max_results=1"),
                                 ("GET", "/get-artifact?path=x&run_uuid=y"), ("GET", "//health"), ("GET", "/static-files/index.html")):
                status, headers, said = front.ask(method, path, b"x" if method != "GET" else None, {"X-Millrace-Peer": "1.2.3.4"})
                assert status == 401 and "www-authenticate" in headers, (method, path, status, said)
            assert front.ask("GET", "/health", headers=USER)[2] == b"OK"
            assert not os.path.exists(f"{folder}/kept/x")
            check_streams(front, USER)
            run = use(front, MLFLOW_TRACKING_USERNAME="ann", MLFLOW_TRACKING_PASSWORD="secret of hers")
            look = f"import mlflow; print(mlflow.get_run('{run}').data.metrics)"
            assert python(look, folder=folder, MLFLOW_TRACKING_URI=f"sqlite:///{folder}/m.db")[0].strip() == "{'m': 1.5}"
            processes = front.behind()
            assert len(processes) == 1, processes  # for both workers
            os.kill(processes[0], signal.SIGKILL)
            for headers, wanted in ((USER, 200), ({}, 401)):
                assert (answer := front.ask("GET", "/health", headers=headers))[0] == wanted, answer
            assert len(front.behind()) == 1 and front.behind() != processes


if __name__ == "__main__":
    main(globals())
