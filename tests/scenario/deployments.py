# SPDX-License-Identifier: Apache-2.0
"""`millrace deployments` with the example plugin's target, command by command, beside `mlflow deployments` with a Python
plugin that does the same: what they print and how they end. Then what MLflow's command has wrong and ours does not."""
import functools
import json
import os
import subprocess
import tempfile

from _server import MILLRACE, main

SOURCE = os.environ.get("MILLRACE_SOURCE", os.path.join(os.path.dirname(__file__), "../.."))

PLUGIN = '''
import os
from mlflow.deployments import BaseDeploymentClient, PredictionsResponse
from mlflow.exceptions import MlflowException


class Client(BaseDeploymentClient):
    def __init__(self, target_uri):
        super().__init__(target_uri)
        self.folder = target_uri.partition(":")[2] or "."

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, flavor, model_uri, config):
        if (config or {}).get("raiseError") == "True":
            raise RuntimeError("Error requested")
        with open(self.path(name), "w") as file:
            file.write(f"{flavor}\\n{model_uri}\\n")
        return self.get_deployment(name)

    def create_deployment(self, name, model_uri, flavor=None, config=None, endpoint=None):
        if os.path.exists(self.path(name)):
            raise MlflowException("There is one")
        return self.write(name, flavor or "python_function", model_uri, config)

    def update_deployment(self, name, model_uri=None, flavor=None, config=None, endpoint=None):
        before = self.get_deployment(name)
        return self.write(name, flavor or before["flavor"], model_uri or before["model_uri"], config)

    def delete_deployment(self, name, config=None, endpoint=None):
        if os.path.exists(self.path(name)):
            os.remove(self.path(name))

    def list_deployments(self, endpoint=None):
        return [self.get_deployment(name) for name in sorted(os.listdir(self.folder))]

    def get_deployment(self, name, endpoint=None):
        if not os.path.exists(self.path(name)):
            raise MlflowException("There is none")
        with open(self.path(name)) as file:
            flavor, model_uri = file.read().splitlines()
        return {"name": name, "flavor": flavor, "model_uri": model_uri}

    def predict(self, deployment_name=None, inputs=None, endpoint=None):
        return PredictionsResponse.from_json('{"predictions": [%d]}' % size)


def run_local(name, model_uri, flavor=None, config=None):
    raise NotImplementedError


def target_help():
    return """faketarget:/FOLDER keeps a file for each deployment in FOLDER; its predictions are the number of bytes
that it was given. -C raiseError=True makes it fail."""


size = 15
'''

RUN = '''
import json, os, sys
sys.path.insert(0, sys.argv[1])
os.chdir(sys.argv[2])
from click.testing import CliRunner
from mlflow.deployments.cli import commands
out = []
for arguments in json.load(sys.stdin):
    result = CliRunner().invoke(commands, arguments)
    out.append([result.exit_code, result.stdout])
print(json.dumps(out))
'''

ROWS = '[{"a": 1.0}   ]'
CREATE = ["create", "-t", "faketarget:f", "--name", "a", "-m", "models:/m/1"]
COMMANDS = [
    ["list", "-t", "faketarget:f"],
    [*CREATE, "-f", "onnx"],
    CREATE,  # it is there
    ["create", "--target", "faketarget:f", "--name", "it's", "--model-uri", "x", "--flavor", "f f", "--config", "raiseError=False"],
    ["create", "-t", "faketarget:f", "--name", "default", "-m", "x"],
    ["create", "-t", "faketarget:f", "--name", "b", "-m", "x", "-C", "raiseError=True"],
    ["create", "-t", "faketarget:f", "--name", "b", "-m", "x", "-C", "raiseError=a", "-C", "raiseError=b"],
    ["create", "-t", "faketarget:f", "--name", "b", "-m", "x", "-C", "raiseError"],
    ["create", "-t", "faketarget:f", "--name", "b"],
    ["create", "--name", "b", "-m", "x"],
    ["create", "-t", "faketarget:f", "-m", "x"],
    ["list", "-t", "faketarget:f"],
    ["get", "-t", "faketarget:f", "--name", "a"],
    ["get", "-t", "FAKETARGET:f", "--name", "it's"],
    ["get", "-t", "faketarget:f", "--name", "none"],
    ["get", "-t", "faketarget:f"],
    ["update", "-t", "faketarget:f", "--name", "a", "-m", "models:/m/2"],
    ["update", "-t", "faketarget:f", "--name", "a", "-f", "xgboost", "-C", "raiseError=no"],
    ["update", "-t", "faketarget:f", "--name", "none", "-f", "xgboost"],
    ["get", "-t", "faketarget:f", "--name", "a", "--endpoint", "e"],
    ["predict", "-t", "faketarget:f", "--name", "a", "-I", "rows.json"],
    ["predict", "-t", "faketarget:f", "--endpoint", "a", "-I", "rows.json"],
    ["predict", "-t", "faketarget:f", "--name", "a", "-I", "rows.json", "-O", "answer.json"],
    ["predict", "-t", "faketarget:f", "-I", "rows.json"],
    ["predict", "-t", "faketarget:f", "--name", "a", "--endpoint", "a", "-I", "rows.json"],
    ["predict", "-t", "faketarget:f", "--name", "a", "-I", "missing.json"],
    ["explain", "-t", "faketarget:f", "--name", "a", "-I", "rows.json"],
    ["help", "-t", "faketarget"],
    ["delete", "-t", "faketarget:f", "--name", "a"],
    ["delete", "-t", "faketarget:f", "--name", "a"],
    ["delete", "-t", "faketarget:f", "--name", "it's", "-C", "x=y"],
    ["list", "-t", "faketarget:f"],
    ["list", "-t", "wrong"],
    ["list"],
    ["create-endpoint", "-t", "faketarget:f", "--endpoint", "e"],
    ["update-endpoint", "-t", "faketarget:f", "--endpoint", "e"],
    ["delete-endpoint", "-t", "faketarget:f", "--endpoint", "e"],
    ["list-endpoints", "-t", "faketarget:f"],
    ["get-endpoint", "-t", "faketarget:f", "--endpoint", "e"],
    ["get-endpoint", "-t", "faketarget:f"],
]


def environment(**variables):
    return {**{k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}, **variables}


def folder_of(parent, name):
    folder = os.path.join(parent, name)
    os.makedirs(f"{folder}/f")
    with open(f"{folder}/rows.json", "w", encoding="utf-8") as file:
        file.write(ROWS)
    return folder


def ours(folder, arguments, stdin="", **variables):
    return subprocess.run([MILLRACE, "deployments", *arguments], cwd=folder, input=stdin, capture_output=True, text=True, timeout=60,
                          env=environment(**variables), check=False)


def reference(folder):
    package = os.path.join(folder, "package")
    os.makedirs(f"{package}/fake-1.0.dist-info")
    with open(f"{package}/fake_plugin.py", "w", encoding="utf-8") as file:
        file.write(PLUGIN)
    with open(f"{package}/fake-1.0.dist-info/METADATA", "w", encoding="utf-8") as file:
        file.write("Metadata-Version: 2.1\nName: fake\nVersion: 1.0\n")
    with open(f"{package}/fake-1.0.dist-info/entry_points.txt", "w", encoding="utf-8") as file:
        file.write("[mlflow.deployments]\nfaketarget = fake_plugin\n")
    done = subprocess.run([os.sys.executable, "-c", RUN, package, folder], input=json.dumps(COMMANDS), capture_output=True, text=True,
                          timeout=120, env=environment(), check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_beside_the_reference():
    with tempfile.TemporaryDirectory() as parent:
        theirs = reference(folder_of(parent, "theirs"))
        folder = folder_of(parent, "ours")
        different = []
        for arguments, (code, said) in zip(COMMANDS, theirs, strict=True):
            done = ours(folder, arguments)
            if (done.returncode, done.stdout) != (code, said):
                different.append((arguments, (code, said), done))
            assert (done.returncode == 0) == (not done.stderr), done
        assert not different, "\n".join(map(str, different))
        with open(f"{parent}/theirs/answer.json", encoding="utf-8") as one, open(f"{folder}/answer.json", encoding="utf-8") as other:
            assert json.load(one) == json.load(other) == {"predictions": [15]}
        assert sum(code == 0 for code, _ in theirs) > 12 and sum(code == 2 for code, _ in theirs) > 5, theirs


def test_what_is_better():
    with tempfile.TemporaryDirectory() as parent:
        folder = folder_of(parent, "f")
        run = functools.partial(ours, folder)
        assert run([*CREATE, "--output", "json"]).stdout == '{"name": "a", "flavor": "python_function", "model_uri": "models:/m/1"}\n'
        assert json.loads(run(["list", "--output", "json"], MLFLOW_DEPLOYMENTS_TARGET="faketarget:f").stdout)[0]["name"] == "a"
        table = run(["list", "-t", "faketarget:f", "--output", "table"]).stdout.splitlines()
        assert table[0].split() == ["NAME", "STATE", "FLAVOR", "URL", "MODEL"] and table[1].split()[0] == "a", table
        for extra in [], ["-I", "-"]:  # from standard input
            assert json.loads(run(["predict", "-t", "faketarget:f", "--name", "a", *extra], stdin="[1]").stdout) == {"predictions": [3]}
        wrong = run(["predict", "-t", "faketarget:f", "--name", "a"], stdin="[1")
        assert wrong.returncode == 1 and "no JSON" in wrong.stderr, wrong
        csv = run(["predict", "-t", "faketarget:f", "--name", "a", "--content-type", "text/csv"], stdin="a,b\n1,2\n")
        assert json.loads(csv.stdout) == {"predictions": [8]}, csv


def test_errors_say_what_was_looked_for():
    with tempfile.TemporaryDirectory() as parent:
        folder = folder_of(parent, "f")
        unknown = ours(folder, ["list", "-t", "faketargt:/x"])
        assert unknown.returncode == 1 and "named 'faketargt'. Did you mean 'faketarget'?" in unknown.stderr, unknown
        assert "MILLRACE_PLUGIN_PATH" in unknown.stderr, unknown
        denied = ours(folder, ["list", "-t", "faketarget:f"], MILLRACE_PLUGINS="-example")
        assert denied.returncode == 1 and "There is no deployment target named 'faketarget'" in denied.stderr, denied
        empty = ours(folder, ["list", "-t", ":x"])
        assert "of the form 'target' or 'target:/suffix'" in empty.stderr, empty
        cannot = ours(folder, ["list-endpoints", "-t", "faketarget:f"])
        assert "'faketarget' (plugin example) cannot do this: it has no function list_endpoints" in cannot.stderr, cannot
        assert "has no setting 'x'; it has: raiseError" in ours(folder, [*CREATE, "-C", "x=y"]).stderr


BROKEN = {
    "no_name": ('out->name = mr_str_make(NULL, 0)', 'a description has no "name"'),
    "other_name": ('out->name = mr_str_from("other")', "asked for 'a', it described 'other'"),
    "no_object": ('out->json = mr_str_from("[1]")', "no JSON object"),
    "no_json": ('out->json = mr_str_from("{\\"a\\": }")', "no JSON:"),
    "silent": ('return MR_IO_ERROR', "failed in get without saying why"),
}


def test_a_plugin_that_breaks_the_contract_is_named():
    with open(f"{SOURCE}/plugins/example/plugin.c", encoding="utf-8") as file:
        source = file.read()
    head = "\t(void)endpoint;\n\treturn target_read(self, name, out, call, err);"
    assert head in source
    with tempfile.TemporaryDirectory() as parent:
        folder = folder_of(parent, "f")
        assert ours(folder, CREATE).returncode == 0
        for name, (statement, why) in BROKEN.items():
            text = source.replace(head, "\t(void)endpoint;\n\tmr_code code = target_read(self, name, out, call, err);\n\t"
                                        f"{statement};\n\treturn code;")
            subprocess.run(["cc", "-xc", "-", "-xnone", "-shared", "-fPIC", f"-I{SOURCE}/include", "-D_GNU_SOURCE", "-o", f"{folder}/{name}.so"],
                           input=text, text=True, check=True)
            done = ours(folder, ["get", "-t", "faketarget:f", "--name", "a", "--plugin", f"{folder}/{name}.so"])
            assert done.returncode == 1 and why in done.stderr and "example" in done.stderr, (name, done)


if __name__ == "__main__":
    main(globals())
