# SPDX-License-Identifier: Apache-2.0
"""`mlflow server --app-name millrace` under gunicorn, and when it cannot start."""
import subprocess
import sys
import tempfile

from _server import free_port, main
from _wheel import variables
from _wheel_app import Front, check_streams, use


def test_gunicorn_and_a_host_that_is_none():
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        with Front(folder, "--gunicorn-opts", "--threads 4", "--workers", "1") as front:
            check_streams(front)
            use(front)
            assert front.ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0", headers={"Host": "evil.example"})[0] == 403


def test_what_fails_at_the_start_is_said():
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        done = subprocess.run([sys.executable, "-m", "mlflow", "server", "--app-name", "millrace", "--port", str(free_port()), "--workers", "1",
                               "--backend-store-uri", "sqlite:///m.db"], cwd=folder, capture_output=True, text=True, timeout=120, check=False,
                              env=variables(folder, TMPDIR=folder, XDG_RUNTIME_DIR=folder, MILLRACE_SERVER_APPS="no-such-app"))
        assert "no-such-app" in done.stderr and "startup failed" in done.stderr, done


if __name__ == "__main__":
    main(globals())
