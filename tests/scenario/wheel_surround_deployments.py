# SPDX-License-Identifier: Apache-2.0
"""Native deployment targets under MLflow: a plugin's through its command line and client."""
import os
import tempfile

from _server import main
from _wheel import EXAMPLE, installed, python

TARGETS = {"mlflow.deployments": {"faketarget": "millrace.mlflow_plugins.deployments:nfaketarget",
                                  "nobody": "millrace.mlflow_plugins.deployments:nnobody"}}

CLIENT = """
import json, os
import numpy as np, pandas as pd
from mlflow.deployments import get_deploy_client
from mlflow.exceptions import MlflowException

def refused(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except MlflowException as error:
        return error.error_code
    raise AssertionError("it was not refused")

os.mkdir("kept")
client = get_deploy_client("faketarget:kept")
assert client.list_deployments() == []
made = client.create_deployment("a", "models:/m/1", config={"raiseError": False})
assert made == {"name": "a", "flavor": "python_function", "model_uri": "models:/m/1"}, made
assert client.get_deployment("a") == made and client.list_deployments() == [made]
assert client.update_deployment("a", flavor="sklearn")["flavor"] == "sklearn"
assert refused(client.create_deployment, "a", "models:/m/1") == "RESOURCE_ALREADY_EXISTS"
assert refused(client.create_deployment, "b", "m", config={"raiseError": "True"}) == "INTERNAL_ERROR"
assert refused(client.create_deployment, "b", "m", config={"other": 1}) == "INVALID_PARAMETER_VALUE"
assert refused(client.get_deployment, "b") == "RESOURCE_DOES_NOT_EXIST"
assert refused(client.create_endpoint, "e") == "NOT_IMPLEMENTED"
assert refused(client.explain, "a", pd.DataFrame()) == "NOT_IMPLEMENTED"
frame = pd.DataFrame({"x": [1.5, 2.0]})
for inputs, body in ((frame, {"dataframe_split": {"columns": ["x"], "data": [[1.5], [2.0]]}}), (np.array([[1, 2]]), {"inputs": [[1, 2]]}),
                     ({"inputs": [1]}, {"inputs": [1]}), ({"x": [1]}, {"inputs": {"x": [1]}}), ('{"inputs": [1]}', {"inputs": [1]})):
    answer = client.predict("a", inputs)
    counted = answer.get_predictions("ndarray")[0]
    assert counted in (len(json.dumps(body)), len(json.dumps(body, separators=(",", ":"))), len(json.dumps(body)) + len('"index": [0, 1], ')), (inputs, counted)
client.delete_deployment("a")
client.delete_deployment("a")
assert client.list_deployments() == []
assert refused(get_deploy_client, "nobody") == "INVALID_PARAMETER_VALUE"
"""

COMMANDS = """
import sys
from mlflow.cli import cli
for command in (["create", "--name", "pumps", "-m", "models:/m/1", "-C", "raiseError=False"], ["predict", "--name", "pumps", "-I", "input.json"]):
    cli(["deployments", *command, "-t", "faketarget:kept"], standalone_mode=False)
cli(["deployments", "help", "-t", "faketarget"], standalone_mode=False)
"""


def test_the_client_of_a_plugins_target():
    with tempfile.TemporaryDirectory() as folder:
        python(CLIENT, folder=folder, sites=[installed(folder, TARGETS)], MILLRACE_PLUGIN_PATH=EXAMPLE)


def test_mlflows_command_line():
    with tempfile.TemporaryDirectory() as folder:
        site = installed(folder, TARGETS)
        os.mkdir(f"{folder}/kept")
        with open(f"{folder}/input.json", "w", encoding="ascii") as out:
            out.write('{"x": {"0": 1}}')
        said, _ = python(COMMANDS, folder=folder, sites=[site], MILLRACE_PLUGIN_PATH=EXAMPLE)
        for wanted in ("python_function deployment pumps is created", '"predictions"', "keeps a file for each deployment"):
            assert wanted in said, said


if __name__ == "__main__":
    main(globals())
