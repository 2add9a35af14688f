# SPDX-License-Identifier: Apache-2.0
"""The tracking operations that Millrace has itself: a mixin over MLflow's abstract store, for what has a transport.Transport as
`_millrace`. Meanings, defaults and results are those of MLflow's database stores."""
from __future__ import annotations

import functools
import json

from mlflow.entities import Metric, RunStatus, ViewType
from mlflow.entities.metric import MetricWithRunId
from mlflow.environment_variables import (
    _MLFLOW_CREATE_LOGGED_MODEL_PARAMS_BATCH_SIZE,
    _MLFLOW_LOG_LOGGED_MODEL_PARAMS_BATCH_SIZE,
)
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST, ErrorCode
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.tracking import SEARCH_MAX_RESULTS_DEFAULT
from mlflow.utils.validation import _validate_metric

from millrace.mlflow_plugins import entities
from millrace.mlflow_plugins.transport import API, segment

NOT_FOUND = ErrorCode.Name(RESOURCE_DOES_NOT_EXIST)


def view_name(view_type: int) -> str:
    return ViewType.to_string(view_type).upper()


def pairs(items) -> list[dict]:
    """Tags or params for a request."""
    return [{"key": item.key, "value": None if item.value is None else str(item.value)} for item in items or ()]


def number(value: float):
    """A double for JSON, which has no words for some."""
    if value - value == 0:
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def metric_fields(metric: Metric) -> dict:
    try:
        fields = {"key": metric.key, "value": number(float(metric.value)), "timestamp": int(metric.timestamp), "step": int(metric.step)}
    except (TypeError, ValueError):
        _validate_metric(metric.key, metric.value, metric.timestamp, metric.step)
        raise
    if metric.model_id or metric.dataset_name:
        fields |= {"model_id": metric.model_id, "dataset_name": metric.dataset_name, "dataset_digest": metric.dataset_digest}
        return {name: value for name, value in fields.items() if value is not None}
    return fields


_quoted = functools.lru_cache(maxsize=4096)(json.dumps)


def metric_json(metric: Metric) -> str:
    """metric_fields as JSON. Of the usual metric without what that needs: batches are made of them."""
    key, value, timestamp, step = metric.key, metric.value, metric.timestamp, metric.step
    if (type(value) is float and value - value == 0 and type(timestamp) is int and type(step) is int and type(key) is str
            and not (metric.model_id or metric.dataset_name)):
        return f'{{"key":{_quoted(key)},"value":{value!r},"timestamp":{timestamp},"step":{step}}}'
    return json.dumps(metric_fields(metric))


class NativeTracking:
    _logged_model = staticmethod(entities.logged_model)

    # ---- experiments ----

    def create_experiment(self, name, artifact_location=None, tags=None):
        return self._millrace.post(API + "experiments/create", name=name, artifact_location=artifact_location,
                                   tags=pairs(tags) or None)["experiment_id"]

    def search_experiments(self, view_type=ViewType.ACTIVE_ONLY, max_results=SEARCH_MAX_RESULTS_DEFAULT, filter_string=None,
                           order_by=None, page_token=None):
        answer = self._millrace.post(API + "experiments/search", view_type=view_name(view_type), max_results=max_results,
                                     filter=filter_string, order_by=order_by, page_token=page_token)
        return PagedList([entities.experiment(e) for e in answer.get("experiments", ())], answer.get("next_page_token") or None)

    def get_experiment(self, experiment_id):
        return entities.experiment(self._millrace.get(API + "experiments/get", experiment_id=experiment_id)["experiment"])

    def get_experiment_by_name(self, experiment_name):
        try:
            answer = self._millrace.get(API + "experiments/get-by-name", experiment_name=experiment_name)
        except MlflowException as error:
            if error.error_code == NOT_FOUND:
                return None
            raise
        return entities.experiment(answer["experiment"])

    def delete_experiment(self, experiment_id):
        self._millrace.post(API + "experiments/delete", experiment_id=str(experiment_id))

    def restore_experiment(self, experiment_id):
        self._millrace.post(API + "experiments/restore", experiment_id=str(experiment_id))

    def rename_experiment(self, experiment_id, new_name):
        self._millrace.post(API + "experiments/update", experiment_id=str(experiment_id), new_name=new_name)

    def set_experiment_tag(self, experiment_id, tag):
        self._millrace.post(API + "experiments/set-experiment-tag", experiment_id=str(experiment_id), key=tag.key, value=str(tag.value))

    def delete_experiment_tag(self, experiment_id, key):
        self._millrace.post(API + "experiments/delete-experiment-tag", experiment_id=str(experiment_id), key=key)

    # ---- runs ----

    def create_run(self, experiment_id, user_id, start_time, tags, run_name):
        answer = self._millrace.post(API + "runs/create", experiment_id=str(experiment_id), user_id=user_id, start_time=start_time,
                                     tags=pairs(tags), run_name=run_name)
        return entities.run(answer["run"])

    def get_run(self, run_id):
        return entities.run(self._millrace.get(API + "runs/get", run_id=run_id)["run"])

    def update_run_info(self, run_id, run_status, end_time, run_name):
        answer = self._millrace.post(API + "runs/update", run_id=run_id, end_time=end_time, run_name=run_name,
                                     status=None if run_status is None else RunStatus.to_string(run_status))
        return entities.run_info(answer["run_info"])

    def delete_run(self, run_id):
        self._millrace.post(API + "runs/delete", run_id=run_id)

    def restore_run(self, run_id):
        self._millrace.post(API + "runs/restore", run_id=run_id)

    def _search_runs(self, experiment_ids, filter_string, run_view_type, max_results, order_by, page_token):
        answer = self._millrace.post(API + "runs/search", experiment_ids=[str(i) for i in experiment_ids], filter=filter_string,
                                     run_view_type=view_name(run_view_type), max_results=max_results, order_by=order_by,
                                     page_token=page_token)
        return [entities.run(r) for r in answer.get("runs", ())], answer.get("next_page_token") or None

    # ---- what is logged ----

    def log_metric(self, run_id, metric):
        self._millrace.call("POST", API + "runs/log-metric", {"run_id": run_id, **metric_fields(metric)})

    def log_param(self, run_id, param):
        self._millrace.post(API + "runs/log-parameter", run_id=run_id, key=param.key, value=str(param.value))

    def set_tag(self, run_id, tag):
        self._millrace.post(API + "runs/set-tag", run_id=run_id, key=tag.key, value=str(tag.value))

    def delete_tag(self, run_id, key):
        self._millrace.post(API + "runs/delete-tag", run_id=run_id, key=key)

    def log_batch(self, run_id, metrics, params, tags):
        self._millrace.call("POST", API + "runs/log-batch", '{"run_id":%s,"metrics":[%s],"params":%s,"tags":%s}' % (
            json.dumps(run_id), ",".join(map(metric_json, metrics)), json.dumps(pairs(params)), json.dumps(pairs(tags))))

    def get_metric_history(self, run_id, metric_key, max_results=None, page_token=None):
        answer = self._millrace.get(API + "metrics/get-history", run_id=run_id, metric_key=metric_key, max_results=max_results,
                                    page_token=page_token)
        return PagedList([entities.metric(m) for m in answer.get("metrics", ())], answer.get("next_page_token") or None)

    def get_metric_history_bulk(self, run_ids, metric_key, max_results):
        answer = self._millrace.get("/ajax-api/2.0/mlflow/metrics/get-history-bulk", run_id=list(run_ids), metric_key=metric_key,
                                    max_results=max_results)
        return [MetricWithRunId(entities.metric(m), m["run_id"]) for m in answer.get("metrics", ())]

    def record_logged_model(self, run_id, mlflow_model):
        from mlflow.models import Model

        if not isinstance(mlflow_model, Model):
            raise TypeError(f"Argument 'mlflow_model' should be mlflow.models.Model, got '{type(mlflow_model)}'")
        self._millrace.post(API + "runs/log-model", run_id=run_id, model_json=json.dumps(mlflow_model.get_tags_dict()))

    def log_inputs(self, run_id, datasets=None, models=None):
        inputs = [{"dataset": {name: value for name, value in d.dataset.to_dictionary().items() if value is not None},
                   "tags": pairs(d.tags)} for d in datasets or ()]
        self._millrace.post(API + "runs/log-inputs", run_id=run_id, datasets=inputs, models=[{"model_id": m.model_id} for m in models or ()])

    def log_outputs(self, run_id, models):
        self._millrace.post(API + "runs/outputs", run_id=run_id, models=[{"model_id": m.model_id, "step": m.step} for m in models])

    # ---- logged models ----

    def create_logged_model(self, experiment_id, name=None, source_run_id=None, tags=None, params=None, model_type=None):
        n = _MLFLOW_CREATE_LOGGED_MODEL_PARAMS_BATCH_SIZE.get()
        answer = self._millrace.post(API + "logged-models", experiment_id=str(experiment_id), name=name, model_type=model_type,
                                     source_run_id=source_run_id, params=pairs((params or [])[:n]), tags=pairs(tags))
        model = self._logged_model(answer["model"])
        if params and len(params) > n:
            self.log_logged_model_params(model.model_id, params[n:])
            model = self.get_logged_model(model.model_id)
        return model

    def log_logged_model_params(self, model_id, params):
        n = _MLFLOW_LOG_LOGGED_MODEL_PARAMS_BATCH_SIZE.get()
        for i in range(0, len(params), n):
            self._millrace.post(f"{API}logged-models/{segment(model_id)}/params", model_id=model_id, params=pairs(params[i:i + n]))

    def get_logged_model(self, model_id, allow_deleted=False):
        answer = self._millrace.get(f"{API}logged-models/{segment(model_id)}", allow_deleted="true" if allow_deleted else None)
        return self._logged_model(answer["model"])

    def delete_logged_model(self, model_id):
        self._millrace.call("DELETE", f"{API}logged-models/{segment(model_id)}")

    def search_logged_models(self, experiment_ids, filter_string=None, datasets=None, max_results=None, order_by=None,
                             page_token=None):
        answer = self._millrace.post(API + "logged-models/search", experiment_ids=[str(i) for i in experiment_ids],
                                     filter=filter_string, datasets=datasets, max_results=max_results, order_by=order_by,
                                     page_token=page_token)
        return PagedList([self._logged_model(m) for m in answer.get("models", ())], answer.get("next_page_token") or None)

    def finalize_logged_model(self, model_id, status):
        name = "LOGGED_MODEL_UPLOAD_FAILED" if status == "FAILED" else f"LOGGED_MODEL_{status}"
        answer = self._millrace.call("PATCH", f"{API}logged-models/{segment(model_id)}", {"model_id": model_id, "status": name})
        return self._logged_model(answer["model"])

    def set_logged_model_tags(self, model_id, tags):
        self._millrace.call("PATCH", f"{API}logged-models/{segment(model_id)}/tags", {"tags": pairs(tags)})

    def delete_logged_model_tag(self, model_id, key):
        self._millrace.call("DELETE", f"{API}logged-models/{segment(model_id)}/tags/{segment(key)}")
