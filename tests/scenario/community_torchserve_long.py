# SPDX-License-Identifier: Apache-2.0
"""mlflow-torchserve 0.1.0 (MLflow 1.x): the commands of its README against a real TorchServe 0.12.0 of PyPI, with a small network of a
real PyTorch (Debian's, for the CPU) that is trained here. Skipped without Java and python3-torch."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import _community as community
from _programs import environment, millrace
from _server import free_port, main

NETWORK = """
import torch

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3))

    def forward(self, x):
        return self.layers(x)
"""

TRAIN = """
import torch, sys
from sklearn.datasets import load_iris
from network import Net
torch.manual_seed(0)
x, y = load_iris(return_X_y=True)
x, y = torch.tensor(x, dtype=torch.float32), torch.tensor(y)
net, loss = Net(), torch.nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), 0.02)
for _ in range(200):
    optimizer.zero_grad()
    loss(net(x), y).backward()
    optimizer.step()
accuracy = (net(x).argmax(1) == y).float().mean().item()
assert accuracy > 0.95, accuracy
torch.save(net.state_dict(), sys.argv[1])
"""

HANDLER = """
import torch
from network import Net

COLUMNS = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
net = None

def handle(data, context):
    global net
    if net is None:
        folder = context.system_properties["model_dir"]
        net = Net()
        net.load_state_dict(torch.load(f"{folder}/{context.manifest['model']['serializedFile']}"))
    if data is None:
        return None
    rows = [[float(row[name]) for name in COLUMNS] for row in data]
    names = ["SETOSA", "VERSICOLOR", "VIRGINICA"]
    return [names[i] for i in net(torch.tensor(rows)).argmax(1)]
"""

TABLE = "sepal_length,sepal_width,petal_length,petal_width\n5.1,3.5,1.4,0.2\n6.7,3.0,5.2,2.3\n5.9,3.0,4.2,1.5\n"


def env():
    made = community.venv("torchserve")
    if not shutil.which("java") or subprocess.run([f"{made}/bin/python", "-c", "import torch"], capture_output=True, check=False).returncode:
        print("skipped: java or PyTorch (Debian: python3-torch) is missing")
        sys.exit(77)
    return made


class TorchServe:
    def __init__(self, folder):
        self.folder, self.store = folder, f"{folder}/store"
        self.inference, self.management, metrics = free_port(), free_port(), free_port()
        os.mkdir(self.store)
        self.properties = f"{folder}/config.properties"
        with open(self.properties, "w", encoding="ascii") as out:
            out.write(f"inference_address=http://127.0.0.1:{self.inference}\nmanagement_address=http://127.0.0.1:{self.management}\n"
                      f"metrics_address=http://127.0.0.1:{metrics}\ngrpc_inference_port={free_port()}\ngrpc_management_port={free_port()}\n"
                      f"model_store={self.store}\ndefault_workers_per_model=1\ndisable_token_authorization=true\nenable_model_api=true\n")

    @contextmanager
    def running(self):
        variables = environment(PATH=f"{env()}/bin:{os.environ['PATH']}", LOG_LOCATION=self.folder, METRICS_LOCATION=self.folder, TMPDIR=self.folder)
        with open(f"{self.folder}/log", "wb") as log:
            process = subprocess.Popen([f"{env()}/bin/torchserve", "--foreground", "--ncs", "--ts-config", self.properties, "--model-store",
                                        self.store], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                       env=variables)
        try:
            for _ in range(600):
                assert process.poll() is None, self.text()
                if self.answers():
                    break
                time.sleep(0.2)
            yield self
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # its own session: the program, Java, and the workers
            process.wait(60)

    def text(self):
        with open(f"{self.folder}/log", encoding="utf-8", errors="replace") as log:
            return log.read()[-3000:]

    def answers(self):
        try:
            return "Healthy" in self.ask(self.inference, "ping")
        except urllib.error.URLError:
            return False

    @staticmethod
    def ask(port, target):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{target}", timeout=30) as answer:
            return answer.read().decode()

    @property
    def settings(self):
        return {"MILLRACE_PYTHON": env(), "CONFIG_PROPERTIES": self.properties, "EXPORT_PATH": self.store, "TMPDIR": self.folder}


def write(folder):
    for name, text in (("network.py", NETWORK), ("handler.py", HANDLER), ("table.csv", TABLE), ("train.py", TRAIN)):
        with open(f"{folder}/{name}", "w", encoding="ascii") as out:
            out.write(text)
    subprocess.run([f"{env()}/bin/python", "train.py", "iris.pth"], cwd=folder, check=True, stderr=subprocess.DEVNULL)


def test_the_commands_of_its_readme():
    folder = tempfile.mkdtemp()
    write(folder)
    with TorchServe(folder).running() as served:
        def deployments(*arguments, code=0):
            out, err = millrace("deployments", *arguments, "-t", "torchserve", folder=folder, code=code, timeout=600, **served.settings)
            return out if code == 0 else err

        options = ("-C", "MODEL_FILE=network.py", "-C", "HANDLER=handler.py")
        out = deployments("create", "--name", "iris", "--model-uri", "iris.pth", *options)
        assert "iris" in out, out
        described = json.loads(TorchServe.ask(served.management, "models/iris"))
        assert described[0]["modelVersion"] == "1.0" and described[0]["workers"][0]["status"] == "READY", described
        assert [d["name"] for d in json.loads(deployments("list", "--output", "json"))] == ["iris"]
        got = json.loads(deployments("get", "--name", "iris", "--output", "json"))
        assert got["name"] == "iris" and json.loads(got["deploy"])[0]["modelUrl"].endswith("iris.mar"), got

        # a table of three rows, one request each
        answer = json.loads(deployments("predict", "--name", "iris", "--input-path", "table.csv"))
        assert answer == {"predictions": ["SETOSA", "VIRGINICA", "VERSICOLOR"]}, answer

        # without VERSION the next one; it is made the default; the workers are scaled
        deployments("create", "--name", "iris", "--model-uri", "iris.pth", *options)
        versions = {m["modelVersion"] for m in json.loads(TorchServe.ask(served.management, "models/iris/all"))}
        assert versions == {"1.0", "2.0"}, versions
        deployments("update", "--name", "iris/2.0", "-C", "SET-DEFAULT=true")
        assert json.loads(TorchServe.ask(served.management, "models/iris"))[0]["modelVersion"] == "2.0"
        deployments("update", "--name", "iris/2.0", "-C", "min_worker=2", "-C", "max_worker=2", "-C", "synchronous=true")
        assert len(json.loads(TorchServe.ask(served.management, "models/iris/2.0"))[0]["workers"]) == 2
        deployments("delete", "--name", "iris/1.0")
        assert [m["modelVersion"] for m in json.loads(TorchServe.ask(served.management, "models/iris/all"))] == ["2.0"]

        refusals(deployments, options, folder)
        deployments("delete", "--name", "iris/2.0")
        assert json.loads(deployments("list", "--output", "json")) == []


def refusals(deployments, options, folder):
    assert "Config Variable HANDLER - missing" in deployments("create", "--name", "x", "--model-uri", "iris.pth", code=1)
    err = deployments("create", "--name", "iris", "--model-uri", "iris.pth", *options, "-C", "VERSION=2.0", code=1)
    assert "409" in err and "already registered" in err, err
    err = deployments("create", "--name", "x; touch pwned", "--model-uri", "iris.pth", *options, code=1)
    assert "it would pass it to a shell" in err and not os.path.exists(f"{folder}/pwned"), err
    err = deployments("get", "--name", "none", code=1)
    assert "404" in err, err
    err = deployments("predict", "--name", "none", "--input-path", "table.csv", code=1)
    assert "404" in err and "ModelNotFoundException" in err, err


def test_what_is_adapted_is_told():
    found = community.adaptations("mlflow-torchserve", env(), tempfile.mkdtemp())
    assert "predict asks once for each row of a table" in found, found


if __name__ == "__main__":
    main(globals())
