# SPDX-License-Identifier: Apache-2.0
"""The target local with models: `millrace models serve` behind the front port, natively and through Python. What is
predicted is what MLflow predicts with the same models, which it saved; its errors come through; the registry's alias is
resolved once."""
import json
import os
import subprocess
import tempfile

from deployments_local import Place, main, port_of, raw

SOURCE = os.environ.get("MILLRACE_SOURCE", os.path.join(os.path.dirname(__file__), "../.."))

SAVE = '''
import json, sys
import mlflow, numpy as np, pandas as pd, xgboost
folder, store = sys.argv[1:]
mlflow.set_tracking_uri(store)
table = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40.0) ** 2})
out = {}
for version, rounds in enumerate((3, 30), 1):
    model = xgboost.XGBRegressor(n_estimators=rounds).fit(table, 3 * table.a + table.b)
    mlflow.xgboost.save_model(model, f"{folder}/v{version}", input_example=table[:2])
    out[version] = mlflow.pyfunc.load_model(f"{folder}/v{version}").predict(table[5:8]).tolist()
client = mlflow.MlflowClient()
client.create_registered_model("pump")
for version in 1, 2:
    client.create_model_version("pump", f"{folder}/v{version}")
client.set_registered_model_alias("pump", "champion", "1")
print(json.dumps({"expected": out, "rows": json.loads(table[5:8].to_json(orient="records"))}))
'''


def near(got, expected):
    return len(got) == len(expected) and all(abs(a - b) <= 1e-6 * abs(b) for a, b in zip(got, expected, strict=True))


def test_xgboost():
    venv = subprocess.run([f"{SOURCE}/scripts/flavor-venv"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    with Place() as p, tempfile.TemporaryDirectory() as folder:
        shell = {"VIRTUAL_ENV": venv, "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/m.db", "PATH": "/usr/bin:/bin"}
        saved = subprocess.run([f"{venv}/bin/python", "-c", SAVE, folder, shell["MLFLOW_TRACKING_URI"]], stdout=subprocess.PIPE, text=True,
                               check=True, cwd=folder, env={**os.environ, "MLFLOW_TRACKING_URI": shell["MLFLOW_TRACKING_URI"]})
        told = json.loads(saved.stdout.splitlines()[-1])
        expected, rows = {int(k): v for k, v in told["expected"].items()}, json.dumps(told["rows"])
        assert not near(expected[1], expected[2])
        said = p.run("create", "--name", "pump", "-m", "models:/pump@champion", **shell)
        assert said == "\nxgboost deployment pump is created\n", said
        assert near(got := p.ask("pump", rows), expected[1]), (got, expected)
        now = p.get("pump")
        assert now["flavor"] == "xgboost" and now["model_uri"] == "models:/pump@champion", now
        wrong = p.run("predict", "--name", "pump", stdin='[{"a": 1.0}]', code=1)
        assert "answered 400" in wrong and "Model is missing inputs ['b']" in wrong, wrong
        assert "is no table" in p.run("predict", "--name", "pump", stdin="{}", code=1)
        with open(f"{p.folder}/rows.csv", "w", encoding="utf-8") as file:
            file.write("a,b\n5.0,25.0\n6.0,36.0\n7.0,49.0\n")
        assert near(json.loads(p.run("predict", "--name", "pump", "-I", "rows.csv"))["predictions"], expected[1])
        rebound = raw(port_of(now), b"GET /version HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        assert rebound.status == 403, rebound
        # The alias moves; the deployment does not, whatever happens to its server.
        subprocess.run([os.environ.get("MILLRACE"), "models", "set-alias", "-n", "pump", "-a", "champion", "-v", "2"], check=True,
                       env={**os.environ, **shell}, stdout=subprocess.DEVNULL)
        os.kill(now["pid"], 9)
        p.wait("pump", state="RUNNING", restarts=1)
        assert near(p.ask("pump", rows), expected[1])
        assert p.run("update", "--name", "pump", "-m", "models:/pump@champion", **shell) == "Deployment pump is updated (with flavor xgboost)\n"
        assert near(p.ask("pump", rows), expected[2])
        # Through Python, by the host program, when that is asked for.
        p.run("update", "--name", "pump", "-m", f"{folder}/v1", "-f", "python_function", **shell)
        assert near(p.ask("pump", rows), expected[1]) and p.get("pump")["flavor"] == "python_function"
        p.run("update", "--name", "pump", "-m", f"{folder}/v2", "-f", "xgboost", **shell)
        # What the server refuses changes nothing.
        told = p.run("update", "--name", "pump", "-C", "flavor.library=/nonexistent.so", code=1, **shell)
        assert "did not come up" in told and "/nonexistent.so" in told, told
        assert near(p.ask("pump", rows), expected[2]) and p.get("pump")["pid"] == p.wait("pump", state="RUNNING")["pid"]


if __name__ == "__main__":
    main(globals())
