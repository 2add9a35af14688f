# SPDX-License-Identifier: Apache-2.0
"""The flavor python_function: models that only Python can load are served, predicted with and evaluated through the host,
and answer what mlflow.pyfunc answers."""
import functools
import json
import os
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import warnings

import _python_env as python
from _programs import environment, millrace
from _server import MILLRACE, free_port, main

warnings.simplefilter("ignore")


@functools.cache
def env():
    return python.make(tempfile.mkdtemp(prefix="python-"))


@functools.cache
def models():
    """A folder with a classifier of a table, a model of texts with a parameter, one of tensors."""
    import mlflow
    import numpy as np
    import pandas as pd
    from mlflow.models import infer_signature
    from sklearn.linear_model import LogisticRegression

    folder = tempfile.mkdtemp(prefix="models-")
    x = pd.DataFrame({"a": [0.0, 1, 2, 3], "b": [1, 0, 1, 0]})
    fitted = LogisticRegression().fit(x, [0, 0, 1, 1])
    mlflow.sklearn.save_model(fitted, f"{folder}/table", signature=infer_signature(x, fitted.predict(x)), pip_requirements=[],
                              serialization_format="cloudpickle")

    class Texts(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input, params=None):
            if "boom" in list(model_input["word"]):
                raise RuntimeError("no such word")
            return pd.DataFrame({"loud": [w + params["end"] for w in model_input["word"]], "length": [len(w) for w in model_input["word"]]})

    class Sums(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input, params=None):
            assert model_input.dtype == np.float32 and model_input.shape[1:] == (2, 3), model_input
            return model_input.sum(axis=2)

    words = pd.DataFrame({"word": ["x"]})
    mlflow.pyfunc.save_model(f"{folder}/texts", python_model=Texts(), pip_requirements=[],
                             signature=infer_signature(words, pd.DataFrame({"loud": ["x"], "length": [1]}), params={"end": "!"}))
    cells = np.zeros((1, 2, 3), dtype=np.float32)
    mlflow.pyfunc.save_model(f"{folder}/tensors", python_model=Sums(), pip_requirements=[], signature=infer_signature(cells, cells[:, :, 0]))
    return folder


class Scoring:
    def __init__(self, model):
        self.port = free_port()
        self.folder = tempfile.mkdtemp()
        self.process = subprocess.Popen([MILLRACE, "models", "serve", "-m", f"{models()}/{model}", "-p", str(self.port)], cwd=self.folder,
                                        env=environment(MILLRACE_PYTHON=env(), TMPDIR=self.folder), stderr=subprocess.DEVNULL)

    def __enter__(self):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ping", timeout=5).close()
                return self
            except OSError:
                time.sleep(0.1)
        raise AssertionError("it does not come up")

    def ask(self, body, kind="application/json"):
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/invocations", data, {"Content-Type": kind})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as e:
            return json.loads(e.read())

    def __exit__(self, *failure):
        self.process.terminate()
        assert self.process.wait(20) == 0


def test_served():
    import mlflow
    import pandas as pd

    table = pd.DataFrame({"a": [0.5, 2.5], "b": [1, 0]})
    expected = mlflow.pyfunc.load_model(f"{models()}/table").predict(table).tolist()
    with Scoring("table") as scoring:
        assert scoring.ask({"dataframe_split": table.to_dict(orient="split")}) == {"predictions": expected}
        assert scoring.ask({"dataframe_records": table.to_dict(orient="records")}) == {"predictions": expected}
        assert scoring.ask(table.to_csv(index=False), "text/csv") == {"predictions": expected}
        assert "error_code" in scoring.ask({"dataframe_split": {"columns": ["a"], "data": [[1.0]]}})
    with Scoring("texts") as scoring:
        answer = scoring.ask({"dataframe_split": {"columns": ["word"], "data": [["hey"], ["ünï"]]}, "params": {"end": "?"}})
        assert answer == {"predictions": [{"loud": "hey?", "length": 3}, {"loud": "ünï?", "length": 3}]}, answer
        answer = scoring.ask({"dataframe_split": {"columns": ["word"], "data": [["boom"]]}})
        assert "RuntimeError: no such word" in answer["message"], answer
        assert scoring.ask({"dataframe_split": {"columns": ["word"], "data": [["y"]]}})["predictions"][0]["loud"] == "y!"


def test_predicted():
    folder = tempfile.mkdtemp()
    python.write(f"{folder}/in.json", json.dumps({"inputs": [[[1, 2, 3], [4, 5, 6]], [[0, 0, 1], [0, 0.5, 0]]]}))
    out, _ = millrace("models", "predict", "-m", f"{models()}/tensors", "-i", f"{folder}/in.json", "-t", "json", folder=folder,
                      MILLRACE_PYTHON=env(), TMPDIR=folder)
    assert json.loads(out) == {"predictions": [[6.0, 15.0], [1.0, 0.5]]}, out
    _, told = millrace("models", "predict", "-m", f"{models()}/tensors", "-i", f"{folder}/in.json", "-t", "json", folder=folder, code=1,
                       MILLRACE_PYTHON="none")
    assert "no plugin loads any of them" in told and "MILLRACE_PYTHON" in told, told
    assert not [name for name in os.listdir(folder) if name.startswith("millrace-spool")]


if __name__ == "__main__":
    main(globals())
