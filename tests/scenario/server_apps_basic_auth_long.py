# SPDX-License-Identifier: Apache-2.0
"""MLflow's own basic-auth app in front of our server: users and permissions by its client and REST endpoints, in its own database;
who may do what, by MLflow's client; lists show only what one may read, over pages."""
import os
import subprocess
import sys
import tempfile

import _python_env as python
from _server import Server, main

ADMIN = ("admin", "the-admins-password")
ADA, BOB = ("ada", "adas-own-password"), ("bob", "bobs-own-password")

CLIENT = '''
import os, sys
import mlflow, requests
from mlflow.exceptions import MlflowException
from mlflow.server import get_app_client

uri = os.environ["MLFLOW_TRACKING_URI"]
admin, ada, bob = [tuple(word.split(":")) for word in sys.argv[1:4]]

def become(who):
    os.environ["MLFLOW_TRACKING_USERNAME"], os.environ["MLFLOW_TRACKING_PASSWORD"] = who

def denied(call):
    try:
        call()
    except (MlflowException, requests.HTTPError) as e:
        assert "403" in str(e) or "Permission denied" in str(e), e
    else:
        raise AssertionError("that was allowed")

become(admin)
auth, client = get_app_client("basic-auth", tracking_uri=uri), mlflow.MlflowClient()
for name, password in (ada, bob):
    assert auth.create_user(name, password).username == name
become(ada)
ours = client.create_experiment("ours")
run = client.create_run(ours).info.run_id
client.log_metric(run, "m", 1)
client.log_text(run, "hello", "a.txt")
client.create_registered_model("model")
assert mlflow.artifacts.load_text(f"runs:/{run}/a.txt") == "hello"
become(bob)
denied(lambda: client.get_run(run))
denied(lambda: client.log_metric(run, "m", 2))
denied(lambda: client.get_registered_model("model"))
denied(lambda: mlflow.artifacts.load_text(f"mlflow-artifacts:/{ours}/{run}/artifacts/a.txt"))
denied(lambda: auth.create_user("eve", "some-password-1"))
assert [e.name for e in client.search_experiments()] == []
become(ada)
auth.grant_user_permission("bob", "experiment", ours, "READ")
become(bob)
assert client.get_run(run).data.metrics == {"m": 1.0}
denied(lambda: client.log_metric(run, "m", 2))
assert [e.name for e in client.search_experiments()] == ["ours"]
become(admin)
made = [client.create_experiment(f"e{i}") for i in range(8)]
for experiment in made[::2]:
    auth.grant_user_permission("bob", "experiment", experiment, "READ")
become(bob)
found, token = [], None
while token != "":
    page = client.search_experiments(max_results=2, page_token=token)
    found, token = found + [e.name for e in page], page.token or ""
assert sorted(found) == ["e0", "e2", "e4", "e6", "ours"], found
'''


def test_users_and_permissions():
    folder = tempfile.mkdtemp()
    env = python.make(folder)
    python.write(f"{folder}/auth.ini", f"""\
        [mlflow]
        default_permission = NO_PERMISSIONS
        database_uri = sqlite:///{folder}/auth.db
        admin_username = {ADMIN[0]}
        admin_password = {ADMIN[1]}
        authorization_function = mlflow.server.auth:authenticate_request_basic_auth
        """)
    variables = {"MILLRACE_PYTHON": env, "TMPDIR": folder, "MILLRACE_PLUGINS": "-apps", "MLFLOW_AUTH_CONFIG_PATH": f"{folder}/auth.ini",
                 "MLFLOW_FLASK_SERVER_SECRET_KEY": "static"}
    with Server("--app-name", "basic-auth", "--default-artifact-root", "mlflow-artifacts:/", env=variables) as server:
        for method, target in (("GET", "/"), ("GET", "/metrics"), ("POST", "/v1/traces"), ("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0"),
                               ("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/x"), ("GET", "/ajax-api/3.0/jobs/1"), ("GET", "/nowhere")):
            answer = server.ask(method, target)
            assert answer.status == 401 and "basic" in answer.headers["www-authenticate"].lower(), (target, answer)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}
        done = subprocess.run([sys.executable, "-W", "ignore", "-c", CLIENT, *(":".join(who) for who in (ADMIN, ADA, BOB))], cwd=folder, timeout=200,
                              capture_output=True, text=True, check=False,
                              env={**clean, "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{server.port}", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1"})
        assert done.returncode == 0, done.stderr[-3000:]


if __name__ == "__main__":
    main(globals())
