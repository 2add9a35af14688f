# SPDX-License-Identifier: Apache-2.0
"""Search of registered models and of model versions. All of a server's are searched, so filters keep to this world's."""
from harness.cases import case, get, post

from .common import T, each, token

PROMPT = {"key": "mlflow.prompt.is_prompt", "value": "true"}


def model(name, **tags):
    return post("registered-models/create", {"name": "sr-" + name, "tags": [{"key": k, "value": v} for k, v in tags.items()]}, pause=0.01)


def version(name, source, **more):
    tags = [{"key": k, "value": v} for k, v in more.pop("tags", {}).items()]
    return post("model-versions/create", {"name": "sr-" + name, "source": source, "tags": tags, **more}, pause=0.01)


WORLD = case(
    "registry-world", post("experiments/create", {"name": "${u}"}, save={"exp": "experiment_id"}),
    post("runs/create", {"experiment_id": "${exp}", "run_name": "r", "start_time": T}, save={"run": "run.info.run_id"}),
    model("alpha", team="red", kind="a"), model("Beta", team="Red", only="x"), model("gamma_1", team="blue"), model("delta%", note="it's"), model("empty"),
    post("registered-models/create", {"name": "sr-prompt", "tags": [PROMPT, {"key": "team", "value": "red"}]}, pause=0.01),
    version("alpha", "s3://b/a1", tags={"t": "1"}), version("alpha", "s3://b/a2", run_id="${run}", tags={"t": "2", "u": "x"}), version("Beta", "s3://b/b1"), version("alpha", "s3://b/a3"),
    version("gamma_1", "s3://c/g1", run_id="other"), version("gamma_1", "s3://c/g2"),
    post("model-versions/create", {"name": "sr-prompt", "source": "dummy-source", "tags": [PROMPT, {"key": "mlflow.prompt.text", "value": "Hi"}]}, pause=0.01),
    post("registered-models/alias", {"name": "sr-alpha", "alias": "champion", "version": "2"}, pause=0.01),
    post("model-versions/transition-stage", {"name": "sr-alpha", "version": "1", "stage": "Staging"}, pause=0.01),
    post("registered-models/set-tag", {"name": "sr-Beta", "key": "a b", "value": "spaced"}, pause=0.01),
    post("registered-models/set-tag", {"name": "sr-Beta", "key": "t.x", "value": "dotted"}, pause=0.01),
    post("model-versions/create", {"name": "sr-gamma_1", "source": "s3://c/g3"}, pause=0.01),
    get("model-versions/get", name="sr-gamma_1", version="3"))
WORLDS = [WORLD]
MINE = "name LIKE 'sr-%'"


def models(filter_=None, **more):
    return get("registered-models/search", filter=MINE if filter_ is None else filter_, **more)


def versions(filter_=None, **more):
    return get("model-versions/search", filter=MINE if filter_ is None else filter_, **more)


MODEL_FILTERS = [
    MINE, "name = 'sr-alpha'", 'name = "sr-alpha"', "name != 'sr-alpha' AND " + MINE, "name ILIKE 'SR-B%'", "name LIKE 'SR-%'", "name LIKE '%\\_1'", "attribute.name = 'sr-alpha'", "`name` = 'sr-alpha'",
    "attributes.name = 'sr-alpha'", "tags.team = 'red'", "tag.team = 'red'", "tags.team != 'red'", "tags.team ILIKE 'RED'", "tags.team LIKE 'r%'", "tags.`a b` = 'spaced'", "tags.t.x = 'dotted'", "tags.`t.x` = 'dotted'",
    "tags.team = 'red' AND tags.kind = 'a'", "tags.team LIKE '%e%' AND tags.team LIKE 'b%'", "tags.team = 'red' AND tags.team = 'blue'", "tags.team = 'red' and name LIKE 'sr-%'", "tags.note = \"it's\"",
    "tags.`mlflow.prompt.is_prompt` = 'true'", "tags.mlflow.prompt.is_prompt = 'true'", "tags.`mlflow.prompt.is_prompt` != 'true'", "tags.`mlflow.prompt.is_prompt` = 'false'",
    "tags.`mlflow.prompt.is_prompt` != 'false'", "tags.`mlflow.prompt.is_prompt` = 'true' AND tags.team = 'red'", "tags.`mlflow.prompt.is_prompt` LIKE 't%'", "tags.team IS NULL", "tags.team IS NOT NULL",
    "name", "name = sr", "name = 1", "name > 'a'", "name IN ('sr-alpha')", "name IS NULL", "name == 'a'", "name LIKE 1", "name NOT LIKE 'x'", "tags.team > 'a'", "tags.team IN ('red')", "tags.team = 1", "tags. = 'x'",
    "creation_timestamp > 0", "last_updated_timestamp > 0", "description = 'x'", "foo = 'x'", "bad.name = 'x'", "params.a = 'x'", "name = 'a' OR name = 'b'", "(name = 'a')", "NOT name = 'a'", "name = 'a';", "name = 'a",
    "name = 'a' name = 'b'", " ", "name = 'sr-alpha' AND", "AND name = 'sr-alpha'", "name = 'sr-alpha' AND name = 'sr-Beta'", "version_number = 1", "run_id = 'x'", "TAGS.a = 'x'", "name BETWEEN 'a' AND 'b'",
]
VERSION_FILTERS = [
    MINE, "name = 'sr-alpha'", "name != 'sr-alpha' AND name LIKE 'sr-%'", "name ILIKE 'SR-ALPHA'", "name LIKE 'SR-%'", "attribute.name = 'sr-alpha'", "attributes.name = 'sr-alpha'", "run_id = '${run}'", "run_id != '${run}' AND " + MINE,
    "run_id IN ('${run}', 'other')", "run_id NOT IN ('other')", "run_id IN ('${run}')", "run_id LIKE '%'", "source_path = 's3://b/a1'", "source_path LIKE 's3://c/%'", "source_path != 's3://b/a1' AND " + MINE, "source_path ILIKE 'S3://B/%'",
    "version_number = 2 AND " + MINE, "version_number > 1 AND " + MINE, "version_number >= 2 AND name = 'sr-alpha'", "version_number != 1 AND name = 'sr-alpha'", "version_number < 2 AND " + MINE, "version_number = '1' AND name = 'sr-alpha'",
    "version_number <= 1.5 AND name = 'sr-alpha'", "attribute.version_number = 1 AND name = 'sr-alpha'", "tags.t = '1'", "tags.t = '2' AND tags.u = 'x'", "tags.t != '1'", "tags.t LIKE '%'", "tags.t ILIKE '1'", "tag.t = '1'",
    "name = 'sr-alpha' AND run_id = '${run}'", "tags.t = '1' AND name = 'sr-alpha'", "tags.`mlflow.prompt.is_prompt` = 'true'", "tags.`mlflow.prompt.is_prompt` = 'false'", "tags.`mlflow.prompt.is_prompt` != 'true'", "tags.`mlflow.prompt.text` = 'Hi'",
    "name = 'sr-prompt'", "name", "name = sr", "name = 1", "name > 'a'", "name IN ('sr-alpha')", "name IS NULL", "run_id IN ()", "run_id IN (1)", "run_id IN 'a'", "run_id > 'a'", "run_id = 1", "run_id IS NULL", "source_path IN ('a')", "source_path = 1",
    "version_number LIKE '1'", "version_number = 'x'", "version_number IN (1)", "version_number = x", "version = 1", "source = 'x'", "creation_timestamp > 0", "last_updated_timestamp > 0", "current_stage = 'Staging'", "stage = 'x'", "status = 'READY'",
    "description = 'x'", "foo = 'x'", "bad.name = 'x'", "tags.t > '1'", "tags.t IN ('1')", "tags.t = 1", "tags.t IS NULL", "name = 'a' OR name = 'b'", "(name = 'a')", "name = 'a';", "name = 'a' name = 'b'", " ", "user_id = 'x'", "aliases = 'champion'",
    "alias = 'champion'", "version_number = -1", "version_number > 9999999999999999999999", "name BETWEEN 'a' AND 'b'", "NOT name = 'a'",
]
MODEL_ORDERS = [["name"], ["name ASC"], ["name DESC"], ["timestamp"], ["timestamp DESC"], ["last_updated_timestamp"], ["last_updated_timestamp DESC"], ["last_updated_timestamp", "name DESC"], ["creation_timestamp"], ["foo"], [""],
                ["name UP"], ["name, timestamp"], ["name", "name"], ["tags.team"], ["attribute.name"], ["`name` DESC"], ["name asc"], ["description"], ["version_number"], ["timestamp", "last_updated_timestamp"]]
VERSION_ORDERS = [["name"], ["name DESC"], ["version_number"], ["version_number DESC"], ["name", "version_number DESC"], ["creation_timestamp"], ["creation_timestamp DESC"], ["last_updated_timestamp"], ["last_updated_timestamp DESC"],
                  ["name desc", "version_number asc"], ["timestamp"], ["version"], ["run_id"], ["source_path"], ["foo"], [""], ["name UP"], ["name, version_number"], ["name", "name"], ["tags.t"], ["attribute.name"]]


def some(name, steps, size=14):
    for start in range(0, len(steps), size):
        yield case(f"{name}-{start:03}", steps[start:start + size], world="registry-world", stored=False)


CASES = [
    *some("models", [models(f) for f in MODEL_FILTERS]), *some("versions", [versions(f) for f in VERSION_FILTERS]),
    *some("models-order", [models(order_by=o) for o in MODEL_ORDERS]), *some("versions-order", [versions(order_by=o) for o in VERSION_ORDERS]),
    case("models-paging", models(max_results=2).but(save={"t1": "next_page_token"}), models(max_results=2, page_token="${t1}").but(save={"t2": "next_page_token"}), models(max_results=2, page_token="${t2}"),
         models(max_results=5), models(max_results=4), models(max_results=2, order_by="name DESC").but(save={"t3": "next_page_token"}), models(max_results=9, order_by="name DESC", page_token="${t3}"),
         models(page_token=token(1)), models(page_token=token(99)), each("t", ("x", "!!!!", "e30=", "bnVsbA==", token(0), ""), lambda v, n: models(page_token=v)), world="registry-world", stored=False),
    case("versions-paging", versions(max_results=2).but(save={"t1": "next_page_token"}), versions(max_results=2, page_token="${t1}").but(save={"t2": "next_page_token"}), versions(max_results=9, page_token="${t2}"),
         versions(max_results=7), versions(max_results=6), versions(page_token=token(1)), each("t", ("x", "e30=", token(0), ""), lambda v, n: versions(page_token=v)), world="registry-world", stored=False),
    case("max-results", models(max_results="-1").but(deviation="negative-max-results"), each("m", ("1", "0", "1000", "1001", "200000", "200001", "x", "", "1.5", "9223372036854775808"), lambda v, n: (models(max_results=v), versions("name = 'sr-alpha'", max_results=v))),
         world="registry-world", stored=False),
    case("get-populates", get("registered-models/get", name="sr-alpha"), get("registered-models/get", name="sr-prompt"), models("name = 'sr-alpha'"), versions("name = 'sr-alpha'"),
         post("registered-models/search", {"filter": MINE}), post("model-versions/search", {"filter": MINE}), world="registry-world", stored=False),
]
