# SPDX-License-Identifier: Apache-2.0
"""From the JSON of MLflow's REST API to entities."""
from __future__ import annotations

from typing import Any

from millrace.entities import (Dataset, DatasetInput, Experiment, InputTag, LoggedModelInput, LoggedModelOutput, Metric, ModelVersion,
                               RegisteredModel, Run, RunData, RunInfo, RunInputs, RunOutputs)

Json = dict[str, Any]


def pairs(items: list[Json] | None) -> dict[str, str]:
    return {item["key"]: item.get("value", "") for item in items or ()}


def number(value: Any) -> int | None:
    return None if value is None else int(value)


def metric(m: Json) -> Metric:
    return Metric(m["key"], float(m["value"]), int(m.get("timestamp", 0)), int(m.get("step", 0)), m.get("model_id"), m.get("dataset_name"),
                  m.get("dataset_digest"), m.get("run_id"))


def _inputs(j: Json) -> RunInputs:
    datasets = [DatasetInput(Dataset(d["dataset"]["name"], d["dataset"]["digest"], d["dataset"].get("source_type", ""),
                                     d["dataset"].get("source", ""), d["dataset"].get("schema"), d["dataset"].get("profile")),
                             [InputTag(t["key"], t["value"]) for t in d.get("tags", ())]) for d in j.get("dataset_inputs", ())]
    return RunInputs(datasets, [LoggedModelInput(m["model_id"]) for m in j.get("model_inputs", ())])


def _outputs(j: Json) -> RunOutputs:
    return RunOutputs([LoggedModelOutput(m["model_id"], int(m.get("step", 0))) for m in j.get("model_outputs", ())])


def run_info(i: Json) -> RunInfo:
    return RunInfo(i["run_id"], i["experiment_id"], i.get("user_id", ""), i["status"], int(i.get("start_time", 0)),
                   number(i.get("end_time")) or None, i["lifecycle_stage"], i.get("artifact_uri"), i.get("run_name"))


def run(j: Json) -> Run:
    data = j.get("data", {})
    return Run(run_info(j["info"]), RunData({m["key"]: float(m["value"]) for m in data.get("metrics", ())}, pairs(data.get("params")),
                                            pairs(data.get("tags"))), _inputs(j.get("inputs", {})), _outputs(j.get("outputs", {})))


def experiment(e: Json) -> Experiment:
    return Experiment(e["experiment_id"], e["name"], e.get("artifact_location", ""), e["lifecycle_stage"], pairs(e.get("tags")),
                      number(e.get("creation_time")), number(e.get("last_update_time")))


def model_version(v: Json) -> ModelVersion:
    return ModelVersion(v["name"], str(v["version"]), int(v["creation_timestamp"]), number(v.get("last_updated_timestamp")),
                        v.get("description") or None, v.get("user_id"), v.get("current_stage"), v.get("source"), v.get("run_id"), v.get("run_link") or None,
                        v.get("status", "READY"), v.get("status_message"), pairs(v.get("tags")),
                        list(v.get("aliases", ())), v.get("model_id"))


def registered_model(m: Json) -> RegisteredModel:
    return RegisteredModel(m["name"], number(m.get("creation_timestamp")), number(m.get("last_updated_timestamp")), m.get("description") or None,
                           [model_version(v) for v in m.get("latest_versions", ())], pairs(m.get("tags")),
                           {a["alias"]: str(a["version"]) for a in m.get("aliases", ())})
