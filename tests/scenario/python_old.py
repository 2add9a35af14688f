# SPDX-License-Identifier: Apache-2.0
"""Plugins as they were written for MLflow 1.x: moved modules, constructors and methods without today's parameters, run_uuid,
plain lists. MLflow 3 breaks each of them; here they do their work, and what was adapted can be asked for."""
import http.server
import tempfile
import threading

import _python_env as python
from _programs import millrace
from _server import Server, main

STORE = '''
import uuid
from mlflow.entities import Experiment, LifecycleStage, Metric, Run, RunData, RunInfo, RunStatus
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST
from mlflow.store import SEARCH_MAX_RESULTS_THRESHOLD  # moved
from mlflow.store.abstract_store import AbstractStore  # moved
from mlflow.utils.search_utils import SearchUtils

class OldStore(AbstractStore):
    def __init__(self, store_uri):  # no artifact_uri
        self.experiments, self.runs, self.history, self.experiment_tags = {}, {}, [], {}
        super().__init__()
        self.create_experiment("Default", "/nowhere")

    def list_experiments(self, view_type=1):  # today search_experiments
        stages = LifecycleStage.view_type_to_stages(view_type)
        return [e for e in self.experiments.values() if e.lifecycle_stage in stages]

    def create_experiment(self, name, artifact_location):  # no tags
        id = str(len(self.experiments))
        self.experiments[id] = Experiment(id, name, artifact_location, LifecycleStage.ACTIVE)
        return id

    def get_experiment(self, experiment_id):
        if experiment_id not in self.experiments:
            raise MlflowException(f"No Experiment with id={experiment_id} exists", RESOURCE_DOES_NOT_EXIST)
        return self.experiments[experiment_id]

    def set_experiment_tag(self, experiment_id, tag):
        self.experiments[experiment_id]._add_tag(tag)

    def create_run(self, experiment_id, user_id, start_time, tags):  # no run_name
        id = uuid.uuid4().hex
        info = RunInfo(run_uuid=id, run_id=id, experiment_id=experiment_id, user_id=user_id, status=RunStatus.to_string(RunStatus.RUNNING),
                       start_time=start_time, end_time=None, lifecycle_stage=LifecycleStage.ACTIVE, artifact_uri="/nowhere/" + id)
        assert info.run_uuid == id
        self.runs[id] = (info, {t.key: t for t in tags}, {}, {})
        return self.get_run(id)

    def get_run(self, run_uuid):  # today run_id
        info, tags, params, metrics = self.runs[run_uuid]
        return Run(info, RunData(metrics=list(metrics.values()), params=list(params.values()), tags=list(tags.values())))

    def update_run_info(self, run_uuid, run_status, end_time):  # no run_name
        info = self.runs[run_uuid][0]
        info._status, info._end_time = RunStatus.to_string(run_status), end_time
        return info

    def set_tag(self, run_id, tag):
        self.runs[run_id][1][tag.key] = tag

    def log_param(self, run_id, param):
        self.runs[run_id][2][param.key] = param

    def log_metric(self, run_id, metric):
        self.runs[run_id][3][metric.key] = metric
        self.history.append((run_id, metric))

    def log_batch(self, run_id, metrics, params, tags):
        for values, log in ((metrics, self.log_metric), (params, self.log_param), (tags, self.set_tag)):
            for value in values:
                log(run_id, value)

    def get_metric_history(self, run_id, metric_key):  # no pages, a plain list
        return [m for id, m in self.history if id == run_id and m.key == metric_key]

    def _search_runs(self, experiment_ids, filter_string, run_view_type, max_results, order_by, page_token, columns_to_whitelist=None):
        runs = [self.get_run(id) for id, (info, *_) in self.runs.items() if info.experiment_id in experiment_ids]
        return SearchUtils.paginate(SearchUtils.sort(SearchUtils.filter(runs, filter_string), order_by), page_token, max_results)
'''

ARTIFACTS = '''
import os
import requests
from urllib.parse import urlsplit
from mlflow.entities import FileInfo
from mlflow.store.artifact_repo import ArtifactRepository  # moved

class OldRepository(ArtifactRepository):
    """Over HTTP, without a look at the answer to an upload."""
    def __init__(self, artifact_uri):  # no tracking_uri
        super().__init__(artifact_uri)
        self.base = "http://" + urlsplit(artifact_uri).netloc + "/"

    def log_artifact(self, local_file, artifact_path=None):
        with open(local_file, "rb") as f:
            requests.put(self.base + os.path.join(artifact_path or "", os.path.basename(local_file)), data=f)

    def list_artifacts(self, path=None):
        return [FileInfo(p, False, n) for p, n in requests.get(self.base + "list").json().items()] if not path else []

    def delete_artifacts(self, artifact_path=None):
        requests.delete(self.base + artifact_path)

    def _download_file(self, remote_file_path, local_path):
        raise IsADirectoryError(local_path)

    def download_artifacts(self, artifact_path, dst_path=None):
        out = os.path.join(dst_path or ".", os.path.basename(artifact_path))
        with open(out, "wb") as f:
            f.write(requests.get(self.base + artifact_path).content)
        return out
'''


class Peer(http.server.BaseHTTPRequestHandler):
    kept = {}

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "refused" in self.path:
            return self.answer(401)
        self.kept[self.path[1:]] = body
        return self.answer(200)

    def do_DELETE(self):
        return self.answer(401 if "refused" in self.path else 204 if self.kept.pop(self.path[1:], None) else 404)

    def do_GET(self):
        import json

        if self.path == "/list":
            return self.answer(200, json.dumps({k: len(v) for k, v in self.kept.items()}).encode())
        return self.answer(200, self.kept[self.path[1:]]) if self.path[1:] in self.kept else self.answer(404)

    def log_message(self, *arguments):
        pass


def make_env():
    env = python.make(tempfile.mkdtemp(prefix="python-"))
    python.install(env, "old_plugin", STORE + ARTIFACTS,
                   {"mlflow.tracking_store": {"old": "old_plugin:OldStore"}, "mlflow.artifact_repository": {"old": "old_plugin:OldRepository"}})
    return env


def test_old_plugins():
    folder, env = tempfile.mkdtemp(), make_env()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Peer) as peer:
        threading.Thread(target=peer.serve_forever, daemon=True).start()
        with Server("--backend-store-uri", "old:/x", "--registry-store-uri", f"sqlite:///{folder}/m.db", "--artifacts-destination",
                    f"old://127.0.0.1:{peer.server_port}/", store=False, env={"MILLRACE_PYTHON": env, "TMPDIR": folder}) as server:
            use_store(server)
            use_artifacts(server)
        peer.shutdown()
    out, _ = millrace("plugins", "info", "old_plugin", "--load", folder=folder, MILLRACE_PYTHON=env, TMPDIR=folder)
    assert "the module mlflow.store.abstract_store is mlflow.store.tracking.abstract_store today" in out, out
    for text in ("OldStore is built without artifact_uri", "create_run is called without run_name", "get_run is called with run_uuid",
                 "OldRepository is built without tracking_uri", "search_experiments is made of an older method"):
        assert f"adapted      {text}" in out, (text, out)


LACKING = '''
from mlflow.deployments import BaseDeploymentClient
from mlflow.models.evaluation import ModelEvaluator

class Client(BaseDeploymentClient):
    def create_deployment(self, name, model_uri, flavor=None, config=None):
        pass

    def get_deployment(self, name):
        pass

class Judge(ModelEvaluator):
    def can_evaluate(self, **rest):
        return True

class Backend:
    def start(self):
        pass

class Repository:
    def __init__(self, artifact_uri):
        pass

class Store:
    def get_experiment(self, experiment_id):
        pass
'''


def test_what_does_not_fit_is_refused_with_what_it_lacks():
    folder = tempfile.mkdtemp()
    env = python.make(folder)
    python.install(env, "lacking", LACKING, {
        "mlflow.deployments": {"lacking": "lacking"}, "mlflow.model_evaluator": {"lacking": "lacking:Judge"},
        "mlflow.project_backend": {"lacking": "lacking:Backend"}, "mlflow.artifact_repository": {"lacking": "lacking:Repository"},
        "mlflow.tracking_store": {"lacking": "lacking:Store"}})
    variables = {"MILLRACE_PYTHON": env, "TMPDIR": folder, "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/m.db"}
    out, _ = millrace("plugins", "info", "lacking", "--load", folder=folder, code=1, **variables)
    lacks = {"Client": "update_deployment, delete_deployment, list_deployments, predict", "Judge": "evaluate", "Backend": "run",
             "Repository": "log_artifact, list_artifacts", "Store": "create_experiment, create_run, get_run, log_batch"}
    for name, methods in lacks.items():
        assert f"{name} of lacking is no " in out and f"it lacks {methods}\n" in out, (name, out)
    with open(f"{folder}/d.csv", "w", encoding="ascii") as data:
        data.write("x,y,p\n1,1,1\n")
    for command, name in ((("deployments", "list", "-t", "lacking"), "Client"), (("artifacts", "list", "-u", "lacking://x"), "Repository"),
                          (("evaluate", "--data", "d.csv", "--targets", "y", "--predictions", "p", "--model-type", "regressor", "--evaluator",
                            "lacking"), "Judge")):
        _, err = millrace(*command, folder=folder, code=1, **variables)
        assert f"it lacks {lacks[name]}" in err, (command, err)


def use_store(server):
    created = server.api("POST", "experiments/create", {"name": "e", "artifact_location": "/somewhere", "tags": [{"key": "k", "value": "v"}]})
    experiment = server.api("GET", f"experiments/get?experiment_id={created['experiment_id']}")["experiment"]
    assert (experiment["name"], experiment["tags"]) == ("e", [{"key": "k", "value": "v"}]), experiment
    assert server.api("GET", "experiments/get-by-name?experiment_name=e")["experiment"]["experiment_id"] == created["experiment_id"]
    found = server.api("POST", "experiments/search", {"max_results": 10})["experiments"]
    assert {e["name"] for e in found} == {"Default", "e"}, found
    made = server.api("POST", "runs/create", {"experiment_id": created["experiment_id"], "run_name": "first", "start_time": 1})["run"]
    run_id = made["info"]["run_id"]
    for step in range(2):
        server.api("POST", "runs/log-metric", {"run_id": run_id, "key": "m", "value": step + 0.5, "timestamp": 5, "step": step})
    server.api("POST", "runs/log-parameter", {"run_id": run_id, "key": "p", "value": "q"})
    server.api("POST", "runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": 9})
    run = server.api("GET", f"runs/get?run_id={run_id}")["run"]
    assert run["info"]["status"] == "FINISHED" and run["data"]["params"] == [{"key": "p", "value": "q"}], run
    assert {"key": "mlflow.runName", "value": "first"} in run["data"]["tags"], run
    assert made["info"]["run_name"] == run["info"]["run_name"] == "first", (made, run)
    server.api("POST", "runs/update", {"run_id": run_id, "run_name": "second"})
    info = server.api("GET", f"runs/get?run_id={run_id}")["run"]["info"]
    assert (info["run_name"], info["status"], info["end_time"]) == ("second", "FINISHED", 9), info # what is not given stays
    assert len(server.api("GET", f"metrics/get-history?run_id={run_id}&metric_key=m")["metrics"]) == 2
    found = server.api("POST", "runs/search", {"experiment_ids": [created["experiment_id"]], "filter": "metrics.m > 1"})
    assert [r["info"]["run_id"] for r in found["runs"]] == [run_id], found
    answer = server.ask("POST", "/api/2.0/mlflow/runs/log-inputs", {"run_id": run_id, "datasets": []})
    assert answer.json()["error_code"] in ("NOT_IMPLEMENTED", "INVALID_PARAMETER_VALUE"), answer # never a silent success
    answer = server.ask("POST", "/api/2.0/mlflow/experiments/delete", {"experiment_id": created["experiment_id"]})
    assert answer.status == 501 and "OldStore does not implement delete_experiment" in answer.json()["message"], answer


def use_artifacts(server):
    place = "/api/2.0/mlflow-artifacts/artifacts/"
    assert server.ask("PUT", place + "a.txt", b"text").status == 200
    assert server.ask("GET", place + "a.txt").body == b"text" # by download_artifacts
    assert server.ask("GET", place + "none.txt").status == 404
    assert server.ask("GET", place[:-1]).json()["files"] == [{"path": "a.txt", "is_dir": False, "file_size": 4}]
    answer = server.ask("PUT", place + "refused.txt", b"text")
    assert answer.status == 401 and "the upload was refused" in answer.json()["message"], answer
    answer = server.ask("DELETE", place + "refused.txt")
    assert answer.status == 401 and "the deletion was refused" in answer.json()["message"], answer
    for _ in range(2): # one that is gone is gone
        assert server.ask("DELETE", place + "a.txt").status == 200
    assert "files" not in server.ask("GET", place[:-1]).json()


if __name__ == "__main__":
    main(globals())
