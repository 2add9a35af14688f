#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the files of this folder that say what the reference reads and prints.
Run it with the Python of the reference's environment (scripts/compat-venv)."""
import json
import os
import pathlib
import random
import re
import tempfile
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
API = HERE.parents[3] / "src" / "api"
TEXTS = ["", "a", "loss", "0", "é", "a\"b\\c/", "line\nbreak\t", "\x00\x1f\x7f", "日本", "🏠 home", "x" * 40]
RUN = "0" * 32


def names():
    """The messages that the descriptions know."""
    found = set()
    for path in API.glob("*.api"):
        found |= set(re.findall(r"^(?:message|  request|  response) (\S+) \d+", path.read_text(), re.M))
    return found


def classes():
    """Every message class of the reference, by the name that the descriptions give it."""
    from mlflow.protos import mlflow_artifacts_pb2, model_registry_pb2, service_pb2

    found = {}

    def add(prefix, cls):
        found[prefix + cls.DESCRIPTOR.name] = cls
        for nested in cls.DESCRIPTOR.nested_types:
            if not nested.GetOptions().map_entry:
                add(f"{prefix}{cls.DESCRIPTOR.name}.", getattr(cls, nested.name))

    for module, prefix in ((service_pb2, ""), (model_registry_pb2, ""), (mlflow_artifacts_pb2, "artifacts.")):
        for name in module.DESCRIPTOR.message_types_by_name:
            add(prefix, getattr(module, name))
    return found


def scalar(field, pick):
    kinds = type(field)
    if field.type == kinds.TYPE_STRING:
        return pick.choice(TEXTS)
    if field.type in (kinds.TYPE_INT64, kinds.TYPE_SINT64):
        return pick.choice([0, -1, 7, 1700000000000, 2**53 + 1, 2**63 - 1, -(2**63)])
    if field.type == kinds.TYPE_INT32:
        return pick.choice([0, -1, 1000, 2**31 - 1, -(2**31)])
    if field.type == kinds.TYPE_DOUBLE:
        return pick.choice([0.0, -0.0, 3.0, 0.1, 1e-05, 1e16, 1.5e300, 5e-324, float("nan"), float("inf"), float("-inf")])
    if field.type == kinds.TYPE_BOOL:
        return pick.random() < 0.5
    if field.type == kinds.TYPE_ENUM:
        return pick.choice(field.enum_type.values).number
    raise ValueError(f"{field.full_name} is of a kind that this script does not know")


def fill(message, known, pick, chance, depth=0):
    for field in message.DESCRIPTOR.fields:
        if field.name not in known.get(message.DESCRIPTOR.full_name, {field.name}) or pick.random() > chance:
            continue
        nested = field.message_type
        if nested and nested.GetOptions().map_entry:
            for _ in range(pick.randrange(3)):
                getattr(message, field.name)[pick.choice(TEXTS)] = scalar(nested.fields_by_name["value"], pick)
        elif field.is_repeated:
            for _ in range(pick.randrange(3)):
                if nested:
                    fill(getattr(message, field.name).add(), known, pick, chance, depth + 1)
                else:
                    getattr(message, field.name).append(scalar(field, pick))
        elif nested:
            getattr(message, field.name).SetInParent()
            fill(getattr(message, field.name), known, pick, chance, depth + 1)
        else:
            setattr(message, field.name, scalar(field, pick))


def described_fields(found):
    """Fields of messages that the descriptions leave out are not filled."""
    fields, current = {}, None
    for path in API.glob("*.api"):
        for line in path.read_text().splitlines():
            begins = re.match(r"(?:message|  request|  response) (\S+) \d+", line)
            if begins:
                current = found.get(begins[1])
                if current:
                    fields[current.DESCRIPTOR.full_name] = set()
            elif re.match(r"\S", line):
                current = None
            elif current and (field := re.match(r"\s+([a-z]\w*)[@!*]*\s+\d+ ", line)):
                fields[current.DESCRIPTOR.full_name].add(field[1])
    return fields


def messages():
    """The message, JSON that means it, and what the reference prints of it; tabs between them."""
    from google.protobuf.json_format import MessageToDict
    from mlflow.utils.proto_json_utils import message_to_json

    pick, found, lines = random.Random(1), classes(), []
    known = described_fields(found)
    for name in sorted(names() & set(found)):
        for chance in (1.0, 0.6):
            message = found[name]()
            fill(message, known, pick, chance)
            printed = message_to_json(message)
            # once as the reference prints it, once in protobuf's own way: camelCase, int64 as texts
            given = json.loads(printed) if chance == 1.0 else MessageToDict(message)
            lines.append(f"{name}\t{json.dumps(given, ensure_ascii=chance == 1.0)}\t{json.dumps(printed)}\n")
    (HERE / "messages.txt").write_text("".join(dict.fromkeys(lines)))


VALUES = [5, 1.5, True, None, [], ["a"], [1], {}, {"b": 1, "a": [None, 1e3, "é"]}, "", "x", "1.0", " 5", 1e30, 2**63, -1, "1_0", "inf"]
BODIES = {
    "runs/log-metric": {"run_id": RUN, "key": "k", "value": 1, "timestamp": 1, "step": 1},
    "runs/log-parameter": {"run_id": RUN, "key": "k", "value": "v"},
    "runs/update": {"run_id": RUN, "status": "FINISHED", "end_time": 3, "run_name": "x"},
    "runs/delete": {"run_id": RUN},
    "runs/search": {"experiment_ids": ["0"], "filter": "", "max_results": 5, "order_by": []},
    "runs/outputs": {"run_id": RUN, "models": []},
    "experiments/create": {"name": "n", "artifact_location": "", "tags": []},
    "experiments/update": {"experiment_id": "77", "new_name": "x"},
    "logged-models/search": {"experiment_ids": ["77"], "max_results": 3, "datasets": [], "order_by": []},
    "model-versions/create": {"name": "zz", "source": "s", "tags": [], "run_link": ""},
    "model-versions/transition-stage": {"name": "zz", "version": "1", "stage": "None", "archive_existing_versions": False},
    "runs/log-batch": {"run_id": RUN, "metrics": [], "params": [], "tags": []},
}
QUERIES = {
    "runs/get": {"run_id": RUN},
    "metrics/get-history": {"run_id": RUN, "metric_key": "m", "max_results": "5"},
    "metrics/get-history-bulk-interval": {"run_ids": RUN, "metric_key": "m", "max_results": "5"},
    "registered-models/search": {"max_results": "5", "order_by": "name"},
    "model-versions/get": {"name": "zz", "version": "1"},
    "model-versions/search": {"max_results": "5"},
}
QUERY_VALUES = ["", "x", "0", "-1", "a+b", "%zz", "%FF", "%E2%82%AC", "1001", "2501", "50001", "200001", "2147483648"]


def bad_requests():
    """Method, path below the API's root, query, content type, body."""
    json_type = "application/json"
    metric = {"key": "k", "value": 1, "timestamp": 1, "step": 1}
    for path, body in BODIES.items():
        yield "POST", path, "", json_type, "{}"
        yield "POST", path, "", json_type, ""
        yield "POST", path, "", json_type, json.dumps(json.dumps({}))
        for name in body:
            yield "POST", path, "", json_type, json.dumps({k: v for k, v in body.items() if k != name})
            for value in VALUES:
                yield "POST", path, "", json_type, json.dumps({**body, name: value})
    for name in metric:
        without = {k: v for k, v in metric.items() if k != name}
        for wrong in (without, {**metric, name: None}, {**metric, name: ""}):
            yield "POST", "runs/log-batch", "", json_type, json.dumps({"run_id": RUN, "metrics": [metric, wrong]})
    for kind in ("params", "tags"):
        yield "POST", "runs/log-batch", "", json_type, json.dumps({"run_id": RUN, kind: [{"value": "x"}]})
    for body in ({"run_uuid": 5, "key": "k", "value": 1, "timestamp": 1}, {"run_id": "", "run_uuid": RUN, "key": "k"},
                 {"run_id": RUN, "runId": RUN}, {"run_id": RUN, "metrics": [{"model_id": "a", "modelId": "b"}]}):
        yield "POST", "runs/log-batch" if "metrics" in body else "runs/log-metric", "", json_type, json.dumps(body)
    for content_type in (None, "text/plain", "Application/JSON", "application/json; charset=utf-8", "application/json ;x"):
        yield "POST", "runs/delete", "", content_type, "{}"
        yield "DELETE", "registered-models/delete", "", content_type, "{}"
    for path, query in QUERIES.items():
        for name in query:
            rest = urllib.parse.urlencode({k: v for k, v in query.items() if k != name})
            yield "GET", path, rest, None, ""
            for value in QUERY_VALUES:
                yield "GET", path, f"{rest}&{name}={value}", None, ""
    yield "GET", "metrics/get-history-bulk-interval", "&".join(["run_ids=r"] * 101) + "&metric_key=m", None, ""


VALIDATION = re.compile(r"See the API docs|^Bad Request|^Request specifies both")


def requests():
    """Requests that the reference refuses before it looks at a store, and its answers; tabs between the parts."""
    folder = tempfile.mkdtemp()
    os.environ["_MLFLOW_SERVER_FILE_STORE"] = f"sqlite:///{folder}/m.db"
    os.environ["_MLFLOW_SERVER_ARTIFACT_ROOT"] = folder
    from mlflow.server import app

    client, lines, seen = app.test_client(), [], set()
    for method, path, query, content_type, body in bad_requests():
        answer = client.open(f"/api/2.0/mlflow/{path}", method=method, query_string=query, data=body or None,
                             content_type=content_type)
        error = answer.get_json(silent=True)
        message = error.get("message", "") if isinstance(error, dict) else ""
        if answer.status_code != 400 or not VALIDATION.search(message) or (path, message) in seen:
            continue
        seen.add((path, message))
        assert "\t" not in answer.text and "\n" not in answer.text
        lines.append("\t".join([method, f"/api/2.0/mlflow/{path}", query, content_type or "", body, answer.text]) + "\n")
    (HERE / "requests.txt").write_text("".join(lines))


if __name__ == "__main__":
    messages()
    requests()
