# SPDX-License-Identifier: Apache-2.0
"""Search of logged models, which has a parser and a page token of its own."""
from harness.cases import case, patch, post

from .common import NOT_STRINGS, T, each, token


def model(name, kind, params=(), tags=(), source="run"):
    fields = {"experiment_id": "${exp}", "name": name, "params": [{"key": k, "value": v} for k, v in dict(params).items()],
              "tags": [{"key": k, "value": v} for k, v in dict(tags).items()]}
    if kind:
        fields["model_type"] = kind
    if source:
        fields["source_run_id"] = "${" + source + "}"
    return post("logged-models", fields, save={name: "model.info.model_id"}, pause=0.01)


def metric(model_, key, value, dataset=None, step=0):
    more = {"dataset_name": dataset, "dataset_digest": "x" + dataset} if dataset else {}
    return post("runs/log-metric", {"run_id": "${run}", "key": key, "value": value, "timestamp": T + step, "step": step,
                                    "model_id": "${" + model_ + "}", **more})


WORLD = case(
    "models-world", post("experiments/create", {"name": "${u}"}, save={"exp": "experiment_id"}),
    post("runs/create", {"experiment_id": "${exp}", "run_name": "r", "start_time": T}, save={"run": "run.info.run_id"}),
    post("runs/log-inputs", {"run_id": "${run}", "datasets": [
        {"dataset": {"name": d, "digest": "x" + d, "source_type": "s", "source": "t"}} for d in ("d1", "d2")]}),
    model("ma", "classifier", {"lr": "0.1", "opt": "adam"}, {"team": "red"}), model("mb", "regressor", {"lr": "0.01"}, {"team": "Red"}),
    model("mc", "", {"opt": "Adam", "p q": "r"}, {"team": "blue", "t.x": "dotted"}, source=None), model("md", "classifier"), model("me", "classifier"),
    patch("logged-models/${ma}", {"model_id": "${ma}", "status": 2}, pause=0.01), patch("logged-models/${mb}", {"model_id": "${mb}", "status": 3}, pause=0.01),
    metric("ma", "acc", 0.9, "d1"), metric("ma", "acc", 0.5, "d2"), metric("ma", "loss", 0.1), metric("mb", "acc", 0.7, "d1"),
    metric("mb", "acc", 0.95, "d1", step=1), metric("mc", "acc", 0.8), metric("md", "loss", "NaN"), metric("md", "a b", 1),
    post("logged-models", {"experiment_id": "${exp}", "name": "gone"}, save={"gone": "model.info.model_id"}),
)
WORLDS = [WORLD]


def search(filter_=None, **more):
    body = {"experiment_ids": ["${exp}"], **more}
    if filter_ is not None:
        body["filter"] = filter_
    return post("logged-models/search", body)


FILTERS = [
    "", "name = 'ma'", "name != 'ma'", "name LIKE 'm%'", "name ILIKE 'M%'", "name like 'm%'", "name IN ('ma', 'mb')", "name NOT IN ('ma')", "name in ('ma')",
    "attributes.name = 'ma'", "model_type = 'classifier'", "attributes.model_type != 'classifier'", "model_id = '${ma}'", "model_id IN ('${ma}')",
    "source_run_id = '${run}'", "source_run_id != '${run}'", "status = 'READY'", "status = 2", "status = '2'", "attributes.status = 'LOGGED_MODEL_READY'",
    "experiment_id = '${exp}'", "creation_timestamp > 0", "creation_time > 0", "creation_timestamp_ms > 0", "last_updated_timestamp > 0", "last_updated_timestamp_ms < 1",
    "creation_timestamp >= 1.5", "params.lr = '0.1'", "params.lr != '0.1'", "params.lr LIKE '0.%'", "params.opt ILIKE 'ADAM'", "params.lr IN ('0.1', '0.01')",
    "params.lr NOT IN ('0.1')", "params.`p q` = 'r'", 'params."p q" = \'r\'', "params.p q = 'r'", "tags.team = 'red'", "tags.team ILIKE 'red'", "tags.team != 'red'",
    "tags.t.x = 'dotted'", "tags.`t.x` = 'dotted'", "tags.nope = 'x'", "metrics.acc > 0.6", "metrics.acc >= 0.9", "metrics.acc = 0.5", "metrics.acc != 0.5", "metrics.acc < 0.6",
    "metrics.loss = 0", "metrics.`a b` = 1", "metrics.acc > 0.6 AND params.lr = '0.1'", "metrics.acc > 0.6 and tags.team = 'red'", "metrics.acc > 0.4 AND metrics.loss < 1",
    "name = 'ma' AND model_type = 'classifier' AND params.lr = '0.1'",
    "name", "name =", "= 'ma'", "name = ma", "name = \"ma\"", "name > 'a'", "name = 1", "name IS NULL", "params.lr IS NULL", "params.lr > '0'", "params.lr = 0.1", "params.lr = lr",
    "tags.team = 1", "metrics.acc > 'x'", "metrics.acc > '0.5'", "metrics.acc = x", "metrics.acc LIKE 1", "metrics.acc LIKE 'x'", "metrics.acc IN (1)", "metrics.acc == 1",
    "metrics.acc <> 1", "metrics.acc > 1e3", "metrics.acc > .5", "metrics.acc > -1", "metrics.acc > +1", "metrics.acc > 0x1", "metrics.acc > inf", "metrics.acc > nan",
    "metric.acc > 0.5", "param.lr = '0.1'", "tag.team = 'red'", "attribute.name = 'ma'", "bad.x = 'y'", "METRICS.acc > 1", "foo = 'x'", "attributes.foo = 'x'",
    "status_message = 'x'", "lifecycle_stage = 'active'", "artifact_location = 'x'", "workspace = 'x'",
    "name = 'a' OR name = 'b'", "(name = 'ma')", "NOT name = 'ma'", "name = 'ma';", "name = 'ma' name = 'mb'", "name = 'ma' AND", "AND name = 'ma'", "name = 'm", "name = 'it''s'",
    "name IN ('ma'", "name IN 'ma'", "name NOT 'ma'", "name NOT LIKE 'x'", "name BETWEEN 'a' AND 'b'", "creation_timestamp > 'x'", "creation_timestamp = x",
    "creation_timestamp LIKE 1", "creation_timestamp IN (1)", " ", "\n", ";", "'", "name = 'ma' -- c", "metrics. > 1", "params.`lr = 'x'", "tags.`` = 'x'", "name='ma'", "name   =   'ma'",
    "metrics.acc>0.6", "creation_timestamp > 9999999999999999999999", "metrics.acc > 1e999",
]
# The reference takes any attribute of its Python class for one of the model's.
INTERNALS = ["metadata = 'x'", "registry = 'x'", "tags = 'x'", "experiment = 'x'", "__class__ = 'x'", "to_mlflow_entity = 'x'"]
ORDERS = [
    [{"field_name": "name"}], [{"field_name": "name", "ascending": False}], [{"field_name": "attributes.name"}], [{"field_name": "creation_timestamp"}],
    [{"field_name": "creation_timestamp", "ascending": False}], [{"field_name": "creation_time", "ascending": True}], [{"field_name": "last_updated_timestamp"}],
    [{"field_name": "metrics.acc"}], [{"field_name": "metrics.acc", "ascending": False}], [{"field_name": "metrics.acc", "dataset_name": "d1"}],
    [{"field_name": "metrics.acc", "dataset_name": "d2", "dataset_digest": "xd2"}], [{"field_name": "metrics.acc", "dataset_name": "d1", "dataset_digest": "nope"}],
    [{"field_name": "metrics.acc", "dataset_digest": "xd1"}], [{"field_name": "metrics.none"}], [{"field_name": "metrics.loss"}], [{"field_name": "metrics.loss", "ascending": False}],
    [{"field_name": "model_type"}, {"field_name": "name", "ascending": False}], [{"field_name": "model_type", "ascending": False}], [{"field_name": "source_run_id"}],
    [{"field_name": "status"}], [{"field_name": "params.lr"}], [{"field_name": "tags.team"}], [{"field_name": "foo"}], [{"field_name": "attributes.foo"}], [{"field_name": ""}], [{}],
    [{"ascending": True}], [{"field_name": "name", "ascending": "x"}], [{"field_name": "name", "ascending": None}], [{"field_name": 5}], ["name"], [5], "name", [{"field_name": "name DESC"}],
    [{"field_name": "metric.acc"}], [{"field_name": "metrics."}], [{"field_name": "metrics.`a b`"}], [{"field_name": "metrics.a b"}], [{"field_name": "name", "dataset_name": "d1"}],
    [{"field_name": "name"}, {"field_name": "name"}], [{"field_name": "experiment_id"}], [{"field_name": "lifecycle_stage"}],
]
DATASETS = [
    [{"dataset_name": "d1"}], [{"dataset_name": "d2"}], [{"dataset_name": "d1", "dataset_digest": "xd1"}], [{"dataset_name": "d1", "dataset_digest": "nope"}], [{"dataset_name": "nope"}],
    [{"dataset_name": "d1"}, {"dataset_name": "d2"}], [{"dataset_digest": "xd1"}], [{}], [], "x", [5], None, [{"dataset_name": ""}], [{"dataset_name": 5}],
]


def some(name, steps, size=14):
    for start in range(0, len(steps), size):
        yield case(f"{name}-{start:03}", steps[start:start + size], world="models-world", stored=False)


CASES = [
    *some("filter", [search(f) for f in FILTERS]), *some("order", [search(order_by=o) for o in ORDERS]),
    *some("datasets", [s for d in DATASETS for s in (search(datasets=d), search("metrics.acc > 0.6", datasets=d), search("name = 'ma'", datasets=d))]),
    case("odd-lists", [search(f).but(deviation="logged-model-lists") for f in ("name IN ()", "name IN (1)")], world="models-world", stored=False),
    case("internals", [search(f).but(deviation="logged-model-internals") for f in INTERNALS], world="models-world", stored=False),
    case("order-by-random", search(order_by=[{"field_name": "artifact_location"}]).but(compare="set"),
         search(order_by=[{"field_name": "model_id"}]).but(compare="set"), world="models-world", stored=False),
    case("paging", search(max_results=2).but(save={"t1": "next_page_token"}), search(max_results=2, page_token="${t1}").but(save={"t2": "next_page_token"}),
         search(max_results=2, page_token="${t2}"), search(max_results=6), search(max_results=5),
         search(max_results=2, order_by=[{"field_name": "name"}]).but(save={"t3": "next_page_token"}),
         search(max_results=2, order_by=[{"field_name": "name"}], page_token="${t3}"), search(max_results=2, page_token="${t3}"),
         search("name LIKE 'm%'", max_results=2, page_token="${t1}"), search("name LIKE 'm%'", max_results=2).but(save={"t4": "next_page_token"}),
         search("name LIKE 'm%'", max_results=2, page_token="${t4}"), search(max_results=2, page_token="${t4}"),
         post("logged-models/search", {"experiment_ids": ["${exp}", "0"], "max_results": 2, "page_token": "${t1}"}), world="models-world", stored=False),
    case("max-results", search(max_results=-1).but(deviation="negative-max-results"), each("m", (1, 0, 50, 100, 1000, "2", "x", "", 2.5, None, [], 2**31), lambda v, n: search(max_results=v)), world="models-world", stored=False),
    case("page-tokens", each("t", ("x", "!!!!", "e30=", "bnVsbA==", token(1), 5, None, ""), lambda v, n: search(page_token=v)), world="models-world", stored=False),
    case("experiments", post("logged-models/search", {}), post("logged-models/search", {"experiment_ids": []}), post("logged-models/search", {"experiment_ids": ["999999"]}),
         each("e", ("x", ["abc"], [5], [""], [None], 5, None, ["${exp}", "${exp}"], ["${exp}", "999999"]), lambda v, n: post("logged-models/search", {"experiment_ids": v})),
         world="models-world", stored=False),
    case("kinds", each("f", NOT_STRINGS, lambda v, n: search(v)), world="models-world", stored=False),
]
