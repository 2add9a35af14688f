# SPDX-License-Identifier: Apache-2.0
"""The target local with real models and MLflow's own scoring server, `mlflow models serve`: what is predicted is what the
models predict in Python, MLflow's errors come through, and an update replaces one model by the other."""
import json
import os
import sys
import tempfile

from deployments_local import Place, main

COMMAND = "command=mlflow models serve --env-manager local -m {model_uri} -h {host} -p {port}"
SHELL = {"PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"}


def test_sklearn():
    import mlflow
    import numpy as np
    import pandas as pd
    from sklearn.linear_model import LinearRegression, Ridge

    table = pd.DataFrame({"a": np.arange(20.0), "b": np.arange(20.0) ** 2})
    target = 3 * table.a + 2 * table.b + 1
    rows = json.dumps([{"a": 1.0, "b": 1.0}, {"a": 2.0, "b": 4.0}])
    with Place() as p, tempfile.TemporaryDirectory() as models:
        expected = {}
        for name, kind in ("line", LinearRegression()), ("ridge", Ridge(100.0)):
            mlflow.sklearn.save_model(kind.fit(table, target), f"{models}/{name}", input_example=table[:2])
            expected[name] = mlflow.pyfunc.load_model(f"{models}/{name}").predict(pd.DataFrame(json.loads(rows))).tolist()
        assert expected["line"] != expected["ridge"]
        assert "deployment real is created" in p.run("create", "--name", "real", "-m", f"{models}/line", "-C", COMMAND, **SHELL)
        told = p.get("real")
        assert told["flavor"] == "sklearn" and told["state"] == "RUNNING", told
        assert p.ask("real", rows) == expected["line"]
        assert p.ask("real", pd.DataFrame(json.loads(rows)).to_json()) == expected["line"]  # as `mlflow deployments` reads it
        with open(f"{p.folder}/rows.csv", "w", encoding="utf-8") as file:
            file.write("a,b\n1.0,1.0\n2.0,4.0\n")
        assert json.loads(p.run("predict", "--name", "real", "-I", "rows.csv"))["predictions"] == expected["line"]
        wrong = p.run("predict", "--name", "real", stdin='[{"a": 1.0}]', code=1)
        assert "answered 400" in wrong and "Model is missing inputs ['b']" in wrong, wrong
        p.run("update", "--name", "real", "-m", f"{models}/ridge", **SHELL)
        assert p.ask("real", rows) == expected["ridge"] and p.get("real")["url"] == told["url"]


if __name__ == "__main__":
    main(globals())
