# SPDX-License-Identifier: Apache-2.0
"""Python plugins under Millrace, as the document has them used: the example package installed with pip into an environment
with the real mlflow, each kind through the program, the server and the library."""
import functools
import hashlib
import http.server
import json
import os
import re
import subprocess
import tempfile
import threading

import _python_env as python
from _programs import BUILD, environment, millrace
from _server import Server, main


@functools.cache
def env():
    folder = tempfile.mkdtemp(prefix="python-")
    made = python.make(folder)
    python.install_example(folder, made)
    return made


def run(*arguments, folder, code=0, **variables):
    return millrace(*arguments, folder=folder, code=code, MILLRACE_PYTHON=env(), **variables)


def test_list_and_info():
    folder = tempfile.mkdtemp()
    out, _ = run("plugins", "list", "--output", "json", folder=folder)
    plugin = next(p for p in json.loads(out) if p["name"] == "mlflow-example-plugin")
    assert plugin["version"] == "1.0.0" and plugin["environment"] == f"{env()}/bin/python3", plugin
    assert plugin["source"] == "python (named)" and plugin["file"].endswith("/entry_points.txt"), plugin
    assert {e["group"]: e["object"] for e in plugin["entries"]}["mlflow.tracking_store"] == "mlflow_example_plugin.file_store:PluginFileStore"
    native = next(p for p in json.loads(out) if p["name"] == "example")
    assert {"group": "mlflow.tracking_store", "name": "file-plugin", "shadowed_by": "mlflow-example-plugin"} in native["entries"]
    table, _ = run("plugins", "list", folder=folder)
    assert re.search(r"mlflow.tracking_store +file-plugin +mlflow-example-plugin +1.0.0 +" + re.escape(env()), table), table
    out, _ = run("plugins", "info", "mlflow-example-plugin", folder=folder)
    assert "entry        mlflow.run_context_provider unused = mlflow_example_plugin.run_context:PluginRunContextProvider" in out
    # --python names an environment, too, and comes before the variable
    out, _ = millrace("plugins", "list", "--python", env(), folder=folder, MILLRACE_PYTHON="none")
    assert "mlflow-example-plugin" not in out  # "none" turns all of it off
    out, _ = millrace("plugins", "list", "--python", env(), folder=folder)
    assert "mlflow-example-plugin" in out


def test_quickstart_with_a_context():
    """The document's MLFLOW_TRACKING_URI=file-plugin:$(PWD)/mlruns, with the library's quickstart and a run context."""
    folder = tempfile.mkdtemp()
    subprocess.run([f"{BUILD}/examples/quickstart", f"{python.SOURCE}/examples/data/iris.csv"], cwd=folder, check=True, timeout=60,
                   stdout=subprocess.DEVNULL, env=environment(
                       MILLRACE_PYTHON=env(), MLFLOW_TRACKING_URI=f"file-plugin:{folder}/mlruns", EXAMPLE_PLUGIN_TAG="from python",
                       MILLRACE_SPOOL_DIR=f"{folder}/spool", TMPDIR=folder))
    # what is there was written by MLflow's own store of files
    from mlflow.tracking import MlflowClient

    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    client = MlflowClient(f"file://{folder}/mlruns")
    found = client.search_runs([e.experiment_id for e in client.search_experiments()])
    assert len(found) == 1 and found[0].info.status == "FINISHED", found
    assert found[0].data.tags["example.plugin"] == "from python", found[0].data.tags
    assert len(client.get_metric_history(found[0].info.run_id, "loss")) > 100
    assert client.list_artifacts(found[0].info.run_id)
    assert not [name for name in os.listdir(folder) if name.startswith("millrace-spool-")]


def test_server_with_the_stores():
    """Tracking and registry of Python behind our server, with MLflow's own client; nothing of Python runs at its start."""
    folder = tempfile.mkdtemp()
    uri = f"file-plugin:{folder}/store"
    with Server("--backend-store-uri", uri, "--default-artifact-root", f"file-plugin:{folder}/artifacts", store=False,
                env={"MILLRACE_PYTHON": env(), "TMPDIR": folder}) as server:
        children = subprocess.run(["ps", "--ppid", str(server.process.pid), "-o", "cmd="], capture_output=True, text=True, check=False)
        assert not children.stdout, children
        use_with_mlflow(f"http://127.0.0.1:{server.port}", folder)
        children = subprocess.run(["ps", "--ppid", str(server.process.pid), "-o", "cmd="], capture_output=True, text=True, check=False)
        assert children.stdout.count("millrace_host.py") == 1, children # one host for the pair of URIs
        answer = server.ask("GET", "/api/2.0/mlflow/runs/get?run_id=nosuchrun")
        assert (answer.status, answer.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST"), answer
    leftover = [name for name in os.listdir(folder) if name.startswith("millrace-spool-")]
    assert not leftover, leftover


def use_with_mlflow(uri, folder):
    from mlflow.tracking import MlflowClient

    client = MlflowClient(uri)
    experiment = client.create_experiment("things", artifact_location=f"file-plugin:{folder}/things", tags={"a": "b"})
    run_id = client.create_run(experiment, run_name="first").info.run_id
    client.log_param(run_id, "p", "1")
    for step in range(3):
        client.log_metric(run_id, "m", step / 3, step=step)
    client.set_terminated(run_id)
    got = client.get_run(run_id)
    assert got.data.params == {"p": "1"} and got.data.metrics == {"m": 2 / 3} and got.info.run_name == "first", got
    assert [m.step for m in client.get_metric_history(run_id, "m")] == [0, 1, 2]
    assert client.get_experiment(experiment).tags["a"] == "b"
    assert [r.info.run_id for r in client.search_runs([experiment], "metrics.m > 0.5")] == [run_id]
    client.create_registered_model("model", tags={"t": "v"}, description="d")
    version = client.create_model_version("model", f"{got.info.artifact_uri}/model", run_id)
    client.set_registered_model_alias("model", "best", version.version)
    assert client.get_model_version_by_alias("model", "best").run_id == run_id
    assert [m.name for m in client.search_registered_models("name LIKE 'mod%'")] == ["model"]
    try:
        client.create_registered_model("model")
    except Exception as e:
        assert e.error_code == "RESOURCE_ALREADY_EXISTS", e
    else:
        raise AssertionError("a second of the same name")


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_artifacts():
    """Both ways through the plugin, streamed: 64 MiB, an empty file, names, folders, removal."""
    folder = tempfile.mkdtemp()
    variables = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/m.db", "TMPDIR": folder}
    out, _ = run("experiments", "create", "--experiment-name", "x", "--artifact-location", f"file-plugin:{folder}/kept", "--output", "json",
                 folder=folder, **variables)
    with Server("--backend-store-uri", f"sqlite:///{folder}/m.db", "--allow-artifact-root", folder, store=False,
                env={"MILLRACE_PYTHON": env(), "TMPDIR": folder}) as server:
        made = server.api("POST", "runs/create", {"experiment_id": "1"})["run"]["info"]
    assert made["artifact_uri"].startswith(f"file-plugin:{folder}/kept/"), made
    os.makedirs(f"{folder}/in/sub")
    with open(f"{folder}/in/large", "wb") as file:
        for i in range(64):
            file.write(os.urandom(1 << 12) * 256)
    open(f"{folder}/in/empty", "wb").close()
    with open(f"{folder}/in/sub/ünïcode name", "wb") as file:
        file.write(b"text")
    run("artifacts", "log-artifacts", "--local-dir", f"{folder}/in", "--run-id", made["run_id"], "--artifact-path", "to", folder=folder, **variables)
    out, _ = run("artifacts", "list", "--run-id", made["run_id"], "--artifact-path", "to", "--output", "json", folder=folder, **variables)
    listed = {f["path"]: f.get("file_size") for f in json.loads(out)}
    assert listed == {"to/empty": 0, "to/large": 1 << 26, "to/sub": None} or set(listed) == {"to/empty", "to/large", "to/sub"}, listed
    run("artifacts", "download", "--run-id", made["run_id"], "--artifact-path", "to", "--dst-path", f"{folder}/out", folder=folder, **variables)
    for name in ("large", "empty", "sub/ünïcode name"):
        place = next(p for p in (f"{folder}/out/to/{name}", f"{folder}/out/{name}") if os.path.exists(p))
        assert digest(place) == digest(f"{folder}/in/{name}"), name
    assert digest(f"{folder}/kept/{made['run_id']}/artifacts/to/large") == digest(f"{folder}/in/large")
    _, told = run("artifacts", "download", "--run-id", made["run_id"], "--artifact-path", "nothing", "--dst-path", f"{folder}/out2",
                  folder=folder, code=1, **variables)
    assert "nothing" in told, told


def test_stores_with_skinny():
    """Without Flask, SQLAlchemy, pandas: MLflow's handlers over the plugin's store all the same."""
    folder = tempfile.mkdtemp()
    skinny = python.make_skinny(folder)
    python.install_example(folder, skinny)
    with Server("--backend-store-uri", f"file-plugin:{folder}/store", store=False, env={"MILLRACE_PYTHON": skinny, "TMPDIR": folder}) as server:
        made = server.api("POST", "experiments/create", {"name": "x", "tags": [{"key": "k", "value": "v"}]})
        run_id = server.api("POST", "runs/create", {"experiment_id": made["experiment_id"], "run_name": "r"})["run"]["info"]["run_id"]
        server.api("POST", "runs/log-batch", {"run_id": run_id, "metrics": [{"key": "m", "value": 1.5, "timestamp": 1, "step": 0}],
                                              "params": [{"key": "p", "value": "q"}]})
        run_of = server.api("GET", f"runs/get?run_id={run_id}")["run"]
        assert run_of["data"]["metrics"][0]["value"] == 1.5 and run_of["data"]["params"] == [{"key": "p", "value": "q"}], run_of
        history = server.api("GET", f"metrics/get-history?run_id={run_id}&metric_key=m")
        assert [m["value"] for m in history["metrics"]] == [1.5], history
        found = server.api("POST", "runs/search", {"experiment_ids": [made["experiment_id"]], "filter": "params.p = 'q'"})
        assert [r["info"]["run_id"] for r in found["runs"]] == [run_id], found
        server.api("POST", "registered-models/create", {"name": "model"})
        assert server.api("GET", "registered-models/get?name=model")["registered_model"]["name"] == "model"
        answer = server.ask("GET", "/api/2.0/mlflow/runs/get?run_id=nosuchrun")
        assert (answer.status, answer.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST"), answer
        answer = server.ask("POST", "/api/2.0/mlflow/experiments/create", {"name": "x"})
        assert answer.json()["error_code"] == "RESOURCE_ALREADY_EXISTS", answer


class Recorder(http.server.BaseHTTPRequestHandler):
    seen = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.seen.append((self.path, dict(self.headers), body))
        answer = json.dumps({"experiment_id": "7"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


def test_headers_and_auth():
    """What a request to a tracking server carries: the provider's header, and what `requests` would send with the auth object."""
    folder = tempfile.mkdtemp()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder) as peer:
        threading.Thread(target=peer.serve_forever, daemon=True).start()
        variables = {"MLFLOW_TRACKING_URI": f"http://127.0.0.1:{peer.server_port}", "EXAMPLE_PLUGIN_HEADER": "yes", "TMPDIR": folder,
                     "MILLRACE_PLUGINS": "-example"}
        run("experiments", "create", "--experiment-name", "e", folder=folder, MLFLOW_TRACKING_AUTH="dummy_auth_provider_name", **variables)
        path, headers, body = Recorder.seen[-1]
        assert path.endswith("/experiments/create") and headers["X-Example-Plugin"] == "yes", headers
        assert headers["Authorization"] == f"Dummy POST {hashlib.sha256(body).hexdigest()[:16]}", (headers, body)
        # by its entry point's name MLflow does not find it, nor do we; the message lists what there is
        _, told = run("experiments", "create", "--experiment-name", "e", folder=folder, code=1, MLFLOW_TRACKING_AUTH="nosuch", **variables)
        assert "'nosuch'" in told, told
        peer.shutdown()


def test_project_backend():
    """`millrace run --backend dummy-backend`: the command runs where the plugin starts it, into the run that we made."""
    folder = tempfile.mkdtemp()
    python.write(f"{folder}/project/MLproject", """\
        name: p
        entry_points:
          main:
            parameters: {word: string}
            command: 'echo $DUMMY_GREETING {word} $MLFLOW_RUN_ID > said'
          bad:
            command: 'exit 3'
        """)
    variables = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/m.db", "TMPDIR": folder}
    run("run", f"{folder}/project", "-b", "dummy-backend", "-P", "word=two words", "--env-manager", "local",
        "-c", '{"greeting": "hello"}', folder=folder, **variables)
    out, _ = run("runs", "list", "--experiment-id", "0", "--output", "json", folder=folder, **variables)
    found = json.loads(out)["runs"]
    assert len(found) == 1 and found[0]["info"]["status"] == "FINISHED", found
    with open(f"{folder}/project/said", encoding="utf-8") as file:
        said = file.read().split()
        assert said == ["hello", "two", "words", found[0]["info"]["run_id"]], (said, found)
    _, told = run("run", f"{folder}/project", "-b", "dummy-backend", "-e", "bad", "--env-manager", "local", folder=folder, code=1, **variables)
    assert "failed" in told.lower(), told


def test_deployments():
    folder = tempfile.mkdtemp()
    target = ("--target", f"faketarget:{folder}/deployed.json")

    def deployments(command, *arguments, **more):
        return run("deployments", command, *target, *arguments, folder=folder, TMPDIR=folder, MLFLOW_TRACKING_URI=f"sqlite:///{folder}/m.db",
                   **more)[0 if not more.get("code") else 1]

    deployments("create", "--name", "d", "--model-uri", "models:/m/1", "--flavor", "sklearn", "-C", "a=b")
    deployments("update", "--name", "d", "--model-uri", "models:/m/2") # whose client answers without a name
    listed = json.loads(deployments("list", "--output", "json"))
    assert listed == [{"name": "d", "flavor": "sklearn", "model_uri": "models:/m/2", "config": {"a": "b"}}], listed
    python.write(f"{folder}/in.json", '{"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2], [3, 4.5]]}}')
    answer = json.loads(deployments("predict", "--name", "d", "--input-path", f"{folder}/in.json"))
    assert answer == {"predictions": [3.0, 7.5]}, answer
    assert "not implement explain" in deployments("explain", "--name", "d", "--input-path", f"{folder}/in.json", code=1)


def test_evaluator():
    folder = tempfile.mkdtemp()
    variables = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/m.db", "TMPDIR": folder}
    python.write(f"{folder}/data.csv", "x,truth,answer\n1,0,0\n2,1,1\n3,1,0\n")
    out, _ = run("evaluate", "--data", f"{folder}/data.csv", "--targets", "truth", "--predictions", "answer", "--model-type", "classifier",
                 "--evaluator", "dummy_evaluator", "--output", "json", folder=folder, **variables)
    assert json.loads(out)["metrics"] == {"rows": 3.0, "right": 2.0}, out
    out, _ = run("runs", "list", "--experiment-id", "0", "--output", "json", folder=folder, **variables)
    logged = {m["key"]: m["value"] for m in json.loads(out)["runs"][0]["data"]["metrics"]}
    assert logged == {"rows": 3, "right": 2, "logged_by_itself": 1}, logged


def test_server_app():
    """`millrace server --app-name custom_app`, with MLflow's own client; its route asks the store, which is the server's."""
    from mlflow.tracking import MlflowClient

    with Server("--app-name", "custom_app", env={"MILLRACE_PYTHON": env(), "TMPDIR": tempfile.mkdtemp()}) as server:
        answer = server.ask("POST", "/api/2.0/mlflow/experiments/create", {"name": "x"})
        assert answer.status == 403 and answer.body == b"Say why, in the header X-Reason", answer
        assert server.ask("PUT", "/api/2.0/mlflow-artifacts/artifacts/x", b"1").status == 403
        answer = server.ask("POST", "/api/2.0/mlflow/experiments/create", {"name": "x"}, {"X-Reason": "a test"})
        assert answer.status == 200 and answer.headers["x-custom-app"] == "mlflow-example-plugin", answer
        assert server.ask("GET", "/custom/experiments").json() == {"experiments": 2}
        assert MlflowClient(f"http://127.0.0.1:{server.port}").get_experiment("1").name == "x"


def runs_of(folder, experiment, **variables):
    out, _ = run("runs", "list", "--experiment-id", experiment, "--output", "json", folder=folder, **variables)
    return json.loads(out).get("runs", [])


def test_default_experiment():
    """Asked where a program has named no experiment; what it or the environment names goes before."""
    folder = tempfile.mkdtemp()
    variables = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/m.db", "TMPDIR": folder}
    for name in ("one", "two"):
        run("experiments", "create", "--experiment-name", name, folder=folder, **variables)
    python.write(f"{folder}/data.csv", "truth,answer\n0,0\n1,1\n")
    python.write(f"{folder}/project/MLproject", "name: p\nentry_points:\n  main:\n    command: 'true'\n")
    evaluate = ("evaluate", "--data", f"{folder}/data.csv", "--targets", "truth", "--predictions", "answer", "--model-type", "classifier")
    run(*evaluate, folder=folder, EXAMPLE_PLUGIN_EXPERIMENT="2", **variables)
    run("run", f"{folder}/project", "--env-manager", "local", folder=folder, EXAMPLE_PLUGIN_EXPERIMENT="2", **variables)
    assert len(runs_of(folder, "2", **variables)) == 2
    run(*evaluate, folder=folder, EXAMPLE_PLUGIN_EXPERIMENT="2", MLFLOW_EXPERIMENT_ID="1", **variables)
    assert len(runs_of(folder, "1", **variables)) == 1


def test_dataset_source():
    folder = tempfile.mkdtemp()
    variables = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/m.db", "TMPDIR": folder}
    python.write(f"{folder}/data/part/data.csv", "truth,answer\n0,0\n1,1\n1,0\n")
    evaluate = ("evaluate", "--targets", "truth", "--predictions", "answer", "--model-type", "classifier", "--data")
    run(*evaluate, "dummy:/part/data.csv", folder=folder, EXAMPLE_PLUGIN_DATA=f"{folder}/data", **variables)
    made = runs_of(folder, "0", **variables)[0]
    assert next(m["value"] for m in made["data"]["metrics"] if m["key"] == "accuracy_score") == 2 / 3, made
    with Server("--backend-store-uri", f"sqlite:///{folder}/m.db", store=False) as server:
        dataset = server.api("GET", f"runs/get?run_id={made['info']['run_id']}")["run"]["inputs"]["dataset_inputs"][0]["dataset"]
    assert (dataset["source_type"], json.loads(dataset["source"])) == ("dummy", {"uri": "dummy:/part/data.csv"}), dataset
    _, told = run(*evaluate, "nosuch:/data.csv", folder=folder, code=1, **variables)
    assert "no dataset source of a Python plugin that knows it" in told, told


def test_every_entry_loads():
    """An entry of every kind, also of those that are MLflow's own affair; each can be loaded."""
    out, _ = run("plugins", "info", "mlflow-example-plugin", "--load", folder=tempfile.mkdtemp())
    groups = set(re.findall(r"^  entry +(\S+)", out, re.M))
    assert {"mlflow.app", "mlflow.default_experiment_provider", "mlflow.dataset_source", "mlflow.workspace_provider",
            "mlflow.gateway.providers"} <= groups and len(groups) == 14, groups
    assert "  mlflow       3.17.2" in out and "failed" not in out, out


if __name__ == "__main__":
    main(globals())
