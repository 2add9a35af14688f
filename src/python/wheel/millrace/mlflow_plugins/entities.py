# SPDX-License-Identifier: Apache-2.0
"""MLflow's entities, made of the JSON of its REST API without protobuf in between, with what MLflow's database stores put in."""
from __future__ import annotations

from mlflow.entities import (
    Dataset,
    DatasetInput,
    Experiment,
    ExperimentTag,
    InputTag,
    LoggedModel,
    LoggedModelInput,
    LoggedModelOutput,
    LoggedModelStatus,
    Metric,
    Param,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunTag,
)
from mlflow.entities.model_registry import (
    ModelVersion,
    ModelVersionTag,
    RegisteredModel,
    RegisteredModelAlias,
    RegisteredModelTag,
)


def metric(j: dict) -> Metric:
    return Metric(j["key"], float(j["value"]), int(j["timestamp"]), int(j.get("step", 0)), j.get("model_id"),
                  j.get("dataset_name"), j.get("dataset_digest"), j.get("run_id"))


def run_info(j: dict) -> RunInfo:
    end_time = j.get("end_time")
    return RunInfo(j["run_id"], j["experiment_id"], j.get("user_id", ""), j["status"], int(j["start_time"]),
                   int(end_time) if end_time else None, j["lifecycle_stage"], j.get("artifact_uri"), j.get("run_name"))


def run_data(j: dict) -> RunData:
    return RunData([metric(m) for m in j.get("metrics", ())], [Param(p["key"], p.get("value", "")) for p in j.get("params", ())],
                   [RunTag(t["key"], t.get("value", "")) for t in j.get("tags", ())])


def dataset_input(j: dict) -> DatasetInput:
    d = j["dataset"]
    return DatasetInput(Dataset(d["name"], d["digest"], d["source_type"], d["source"], d.get("schema"), d.get("profile")),
                        [InputTag(t["key"], t.get("value", "")) for t in j.get("tags", ())])


def run(j: dict) -> Run:
    inputs, outputs = j.get("inputs", {}), j.get("outputs", {})
    return Run(run_info(j["info"]), run_data(j.get("data", {})),
               RunInputs([dataset_input(d) for d in inputs.get("dataset_inputs", ())],
                         [LoggedModelInput(m["model_id"]) for m in inputs.get("model_inputs", ())]),
               RunOutputs([LoggedModelOutput(m["model_id"], int(m.get("step", 0))) for m in outputs.get("model_outputs", ())]))


def time_of(j: dict, name: str) -> int | None:
    value = j.get(name)
    return None if value is None else int(value)


def experiment(j: dict) -> Experiment:
    return Experiment(j["experiment_id"], j["name"], j.get("artifact_location", ""), j["lifecycle_stage"],
                      [ExperimentTag(t["key"], t.get("value", "")) for t in j.get("tags", ())], time_of(j, "creation_time"),
                      time_of(j, "last_update_time"), j.get("workspace"))


STATUS = {"LOGGED_MODEL_PENDING": LoggedModelStatus.PENDING, "LOGGED_MODEL_READY": LoggedModelStatus.READY,
          "LOGGED_MODEL_UPLOAD_FAILED": LoggedModelStatus.FAILED}


def logged_model(j: dict) -> LoggedModel:
    info, data = j["info"], j.get("data", {})
    return LoggedModel(info["experiment_id"], info["model_id"], info["name"], info["artifact_uri"],
                       int(info["creation_timestamp_ms"]), int(info["last_updated_timestamp_ms"]), info.get("model_type", ""),
                       info.get("source_run_id", ""), STATUS.get(info.get("status"), LoggedModelStatus.UNSPECIFIED),
                       info.get("status_message", ""), {t["key"]: t.get("value", "") for t in info.get("tags", ())},
                       {p["key"]: p.get("value", "") for p in data.get("params", ())}, [metric(m) for m in data.get("metrics", ())])


def logged_model_or_none(j: dict) -> LoggedModel:
    """With None where nothing is, as MLflow's database and folder stores have it; its REST store has empty text."""
    model = logged_model(j)
    model._model_type = model._model_type or None
    model._source_run_id = model._source_run_id or None
    model._status_message = model._status_message or None
    return model


def model_version(j: dict) -> ModelVersion:
    return ModelVersion(j["name"], j["version"], int(j["creation_timestamp"]), int(j.get("last_updated_timestamp", 0)),
                        j.get("description"), j.get("user_id", ""), j.get("current_stage", ""), j.get("source", ""), j.get("run_id"),
                        j.get("status"), j.get("status_message"),
                        [ModelVersionTag(t["key"], t.get("value", "")) for t in j.get("tags", ())], j.get("run_link", ""),
                        j.get("aliases", []))


def model_version_or_none(j: dict) -> ModelVersion:
    """Likewise; and its number is one."""
    return ModelVersion(j["name"], int(j["version"]), int(j["creation_timestamp"]), time_of(j, "last_updated_timestamp"),
                        j.get("description") or None, j.get("user_id"), j.get("current_stage"), j.get("source"), j.get("run_id") or None,
                        j.get("status"), j.get("status_message") or None,
                        [ModelVersionTag(t["key"], t.get("value", "")) for t in j.get("tags", ())], j.get("run_link") or None,
                        j.get("aliases", []))


def registered_model(j: dict) -> RegisteredModel:
    return RegisteredModel(j["name"], int(j.get("creation_timestamp", 0)), int(j.get("last_updated_timestamp", 0)),
                           j.get("description", ""), [model_version(v) for v in j.get("latest_versions", ())],
                           [RegisteredModelTag(t["key"], t.get("value", "")) for t in j.get("tags", ())],
                           [RegisteredModelAlias(a["alias"], a["version"]) for a in j.get("aliases", ())],
                           j.get("deployment_job_id", ""), "DEPLOYMENT_JOB_CONNECTION_STATE_UNSPECIFIED")


def registered_model_or_none(j: dict, number=int) -> RegisteredModel:
    return RegisteredModel(j["name"], time_of(j, "creation_timestamp"), time_of(j, "last_updated_timestamp"), j.get("description") or None,
                           [model_version_or_none(v) for v in j.get("latest_versions", ())],
                           [RegisteredModelTag(t["key"], t.get("value", "")) for t in j.get("tags", ())],
                           [RegisteredModelAlias(a["alias"], number(a["version"])) for a in j.get("aliases", ())])
