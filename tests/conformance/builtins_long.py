# SPDX-License-Identifier: Apache-2.0
"""What Millrace brings and takes longer to check: what talks to a server, deployments that start servers, evaluators that draw."""
import tempfile

from _kit import HERE, build, passes
from _server import Server, main


def test_through_a_server():
    with Server() as server:
        http = f"http://127.0.0.1:{server.port}"
        passes("--builtin", "rest-store", "--entry", "http", "--uri", http)
        passes("--builtin", "http-artifacts", "--entry", "http", "--uri", f"{http}/api/2.0/mlflow-artifacts/artifacts")
        passes("--builtin", "http-artifacts", "--entry", "mlflow-artifacts", "--uri", "mlflow-artifacts:/conform", MLFLOW_TRACKING_URI=http)
        run = server.create_run()
        passes("--builtin", "runs-artifacts", "--uri", f"runs:/{run}/conform", MLFLOW_TRACKING_URI=http)
        made = server.api("POST", "logged-models", {"experiment_id": "0", "name": "pump"})
        model = made["model"]["info"]["model_id"]
        passes("--builtin", "models-artifacts", "--uri", f"models:/{model}", MLFLOW_TRACKING_URI=http)


def test_deployments():
    """The target local deploys a model of the flavor that broken/flavor.c has, with nothing broken."""
    with tempfile.TemporaryDirectory() as folder:
        plugin = build(f"{HERE}/broken/flavor.c", f"{folder}/flavor.so")
        with open(f"{folder}/MLmodel", "w", encoding="ascii") as file:
            file.write("flavors:\n  flavor.none:\n    breaks: nothing\n")
        passes("--builtin", "local-deployments", "--model", folder, "--timeout", "60s", MILLRACE_PLUGIN_PATH=plugin)


def test_evaluators():
    passes("--builtin", "evaluators")


if __name__ == "__main__":
    main(globals())
