# SPDX-License-Identifier: Apache-2.0
"""A folder made by MLflow's FileStore is served by us, and a folder that we made is read and written on by MLflow."""
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
from _server import free_port  # noqa: E402
from mlflow import MlflowClient  # noqa: E402  (MLflow reads the variable when it is imported)
from mlflow.entities import Dataset, DatasetInput, InputTag, LoggedModelInput, LoggedModelOutput  # noqa: E402

PROGRAM = os.environ.get("MILLRACE", "build/dev/bin/millrace")
FOLDER = Path(os.environ.get("TMPDIR", "/tmp")) / "both_ways"


def fill(client):
    """One of everything that both keep; returns the ids."""
    experiment = client.create_experiment("exp: one", artifact_location="/artifacts", tags={"team": "a/b: c", "x/y": "1"})
    run = client.create_run(experiment, start_time=1, tags={"k": "v"}, run_name="first").info.run_id
    client.log_param(run, "lr", "0.1")
    client.log_param(run, "a/b", "several\nlines é")
    for step in range(5):
        client.log_metric(run, "loss", 1 / (step + 1), timestamp=1000 + step, step=step)
    client.log_metric(run, "not/a", float("nan"), timestamp=5, step=0)
    model = client.create_logged_model(experiment, name="lm", source_run_id=run, tags={"t": "1"}, params={"p": "2"},
                                       model_type="Agent").model_id
    data = Dataset("ds", "dig", "local", "{}", schema="{s}")
    client.log_inputs(run, [DatasetInput(data, [InputTag("mlflow.data.context", "train")])], [LoggedModelInput(model)])
    client.log_outputs(run, [LoggedModelOutput(model, 3)])
    client.log_metric(run, "acc", 0.25, timestamp=7, step=2, model_id=model, dataset_name="ds", dataset_digest="dig")
    client.finalize_logged_model(model, "READY")
    client.set_terminated(run, "FINISHED", end_time=2000)
    client.delete_run(client.create_run(experiment, start_time=2, run_name="deleted").info.run_id)
    gone = client.create_experiment("gone", artifact_location="/artifacts")
    client.create_run(gone, start_time=3, run_name="of gone")
    client.delete_experiment(gone)
    client.create_registered_model("mod", tags={"rt": "1"}, description="desc: x")
    client.create_model_version("mod", "s3://b/1", run, tags={"vt": "2"})
    client.create_model_version("mod", "s3://b/2")
    client.set_registered_model_alias("mod", "champ", "2")
    return experiment, gone, run, model


def seen(client, experiment, gone, run, model):
    """What a client sees, in a form that can be compared."""
    found = client.get_run(run)
    logged = client.get_logged_model(model)
    runs = client.search_runs([experiment, gone], run_view_type=3, order_by=["start_time ASC"])
    return {
        "experiments": sorted((e.experiment_id, e.name, e.lifecycle_stage, e.artifact_location, sorted(e.tags.items()))
                              for e in client.search_experiments(view_type=3)),
        "info": {key: value for key, value in dict(found.info).items()},
        "params": found.data.params, "tags": found.data.tags, "metrics": repr(sorted(found.data.metrics.items())),
        "history": [(m.timestamp, m.value, m.step) for m in client.get_metric_history(run, "loss")],
        "datasets": [(i.dataset.name, i.dataset.schema, [(t.key, t.value) for t in i.tags])
                     for i in found.inputs.dataset_inputs],
        "models": ([m.model_id for m in found.inputs.model_inputs],
                   [(m.model_id, m.step) for m in found.outputs.model_outputs]),
        "runs": [(r.info.run_name, r.info.lifecycle_stage, r.info.status) for r in runs],
        "found": [r.info.run_id for r in client.search_runs([experiment], "metrics.loss < 0.3 AND params.lr = '0.1'")],
        "logged": (logged.name, str(logged.status), logged.tags, logged.params, logged.model_type,
                   [(m.key, m.value, m.step, m.dataset_name, m.run_id) for m in logged.metrics]),
        "registered": [(m.name, m.description, m.tags, m.aliases) for m in client.search_registered_models()],
        "versions": sorted((v.name, int(v.version), v.source, v.current_stage, v.run_id or "", sorted(v.tags.items()))
                           for v in client.search_model_versions("name = 'mod'")),
    }


def serve(folder):
    port = free_port()
    server = subprocess.Popen([PROGRAM, "server", "--backend-store-uri", str(folder), "--port", str(port)], cwd=FOLDER,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{url}/health", timeout=5).close()
            return server, MlflowClient(url, url)
        except OSError:
            time.sleep(0.05)
    server.kill()
    sys.exit("the server does not answer")


def compare(what, expected, found):
    for key, value in expected.items():
        assert found[key] == value, f"{what}, {key}:\n  MLflow   {value}\n  Millrace {found[key]}"
    print(f"{what}: the same")


def main():
    FOLDER.mkdir()
    for maker in ("mlflow", "millrace"):
        folder = FOLDER / maker
        theirs = MlflowClient(str(folder), str(folder))
        if maker == "mlflow":
            ids = fill(theirs)
        server, ours = serve(folder)
        try:
            if maker == "millrace":
                ids = fill(ours)
            compare(f"made by {maker}", seen(theirs, *ids), seen(ours, *ids))
            # Each goes on where the other wrote.
            for client, step in ((theirs, 8), (ours, 9)):
                client.restore_run(ids[2])
                client.log_metric(ids[2], "loss", 9.0 + step, timestamp=9000 + step, step=step)
            theirs.restore_experiment(ids[1])
            ours.set_experiment_tag(ids[1], "by", "millrace")
            theirs.set_experiment_tag(ids[1], "and", "mlflow")
            compare(f"made by {maker}, written on by both", seen(theirs, *ids), seen(ours, *ids))
        finally:
            server.terminate()
            server.wait(10)


if __name__ == "__main__":
    main()
