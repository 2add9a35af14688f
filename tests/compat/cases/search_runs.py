# SPDX-License-Identifier: Apache-2.0
"""Search of runs: a world of runs, and filters and orders made from the grammar, good and bad."""
from harness.cases import case, get, post

from .common import NOT_STRINGS, T, each, token

CREATE = post("experiments/create", {"name": "${u}"}, save={"exp": "experiment_id"})


def run(name, start, *, metrics=(), params=(), tags=(), status=None, end=None, user="u"):
    """A run with what a search can look at; start times differ, so that an order never depends on random ids."""
    var = "${" + name + "}"
    steps = [post("runs/create", {"experiment_id": "${exp}", "run_name": name, "user_id": user, "start_time": T + start},
                  save={name: "run.info.run_id"}),
             post("runs/log-batch", {
                 "run_id": var,
                 "metrics": [{"key": k, "value": v, "timestamp": T, "step": 0} for k, v in dict(metrics).items()],
                 "params": [{"key": k, "value": v} for k, v in dict(params).items()],
                 "tags": [{"key": k, "value": v} for k, v in dict(tags).items()]})]
    if status or end:
        steps.append(post("runs/update", {"run_id": var, "status": status or "RUNNING", "end_time": T + (end or 0)}))
    return steps


def used(name, dataset, digest, context):
    return post("runs/log-inputs", {"run_id": "${" + name + "}", "datasets": [{
        "dataset": {"name": dataset, "digest": digest, "source_type": "s", "source": "s"},
        "tags": [{"key": "mlflow.data.context", "value": context}]}]})


WORLD = case(
    "runs-world", CREATE,
    *run("alpha", 1, metrics={"acc": 0.5, "loss": 1, "a b": 1, "a/b": 2}, params={"lr": "0.1", "opt": "SGD", "p 1": "x", "x-y": "dash"},
         tags={"team": "red", "t.x": "dotted", "note": "it's"}, status="FINISHED", end=100),
    *run("Beta", 2, metrics={"acc": 0.7, "loss": "NaN"}, params={"lr": "0.01", "opt": "adam"}, tags={"team": "Red", "only": "beta"},
         status="FAILED", end=90),
    *run("gamma_1", 3, metrics={"acc": 0.9, "loss": "Infinity"}, params={"lr": "0.1", "opt": "Adam"}, tags={"team": "blue"},
         status="KILLED", end=95, user="other"),
    *run("delta%", 4, metrics={"acc": -1}, params={"opt": "sgd", "long": "v" * 600}, tags={"note": "100%", "team": ""}, status="FINISHED"),
    *run("epsilon", 5, params={"lr": "1e-3"}, tags={"note": 'say "hi"'}, status="SCHEDULED"),
    *run("zeta", 6),
    *run("gone", 7, metrics={"acc": 0.8}, params={"lr": "0.1"}, tags={"team": "red"}),
    post("runs/delete", {"run_id": "${gone}"}),
    used("alpha", "mnist", "d1", "train"), used("alpha", "cifar", "d2", "eval"), used("Beta", "mnist", "d1", "eval"),
    used("gamma_1", "MNIST", "d3", "train"),
    post("runs/log-metric", {"run_id": "${alpha}", "key": "acc", "value": 0.1, "timestamp": T - 1, "step": -1}),
    post("runs/set-tag", {"run_id": "${alpha}", "key": "mlflow.user", "value": "tagged"}),
    post("runs/set-tag", {"run_id": "${alpha}", "key": "mlflow.source.name", "value": "train.py"}),
)
WORLDS = [WORLD]


def search(filter_=None, compare="bytes", check=None, **more):
    body = {"experiment_ids": ["${exp}"], **more}
    if filter_ is not None:
        body["filter"] = filter_
    return post("runs/search", body, compare=compare, check=check)


def ids_ascend(answer):
    ids = [run["info"]["run_id"] for run in answer["runs"]]
    return "" if ids == sorted(ids) else f"not in the order of their ids: {ids}"


NUMBER_OPS = ("=", "!=", "<", "<=", ">", ">=")
STRING_OPS = ("=", "!=", "LIKE", "ILIKE", "like", "iLike")
GOOD = [
    "", " ", "  ", "\n", "metrics.acc > 0.6 AND params.lr = '0.1'", "metrics.acc>0.6", "metrics.acc   >   0.6", "metrics.acc\n>\t0.6",
    "params.lr='0.1'and tags.team='red'", "AND metrics.acc > 0.6", "metrics.acc > 0.6 AND", "metrics.acc > 0.6 AND AND metrics.acc > 0",
    "metrics.acc > 0.1 AND metrics.acc < 0.8", "metrics.`acc` > 0.6", 'metrics."acc" > 0.6', "metrics.'acc' > 0.6", "metrics.`a b` = 1",
    'metrics."a b" = 1', "metrics.`a/b` = 2", "metrics.a/b = 2", "params.`p 1` = 'x'", 'params."x-y" = \'dash\'', "params.x-y = 'dash'",
    "tags.t.x = 'dotted'", "tags.`t.x` = 'dotted'", "tags.mlflow.user = 'tagged'", "tags.`mlflow.source.name` = 'train.py'",
    "tags.\"mlflow.source.name\" = 'train.py'", "tags.mlflow.source.name = 'train.py'", 'tags.note = "it\'s"', "tags.note = 'it''s'",
    "tags.note = 'say \"hi\"'", "tags.note = '100%'", "tags.note LIKE '100\\%'", "tags.note LIKE '%100%'", "tags.note LIKE '100_'",
    "tags.team = ''", "tags.team != ''", 'tags.team = "red"', "params.lr IS NULL", "params.lr IS NOT NULL", "tags.team is null",
    "tags.team Is Not Null", "tags.`team` IS NULL", "params.nope != 'z'", "params.nope IS NULL", "tags.nope IS NOT NULL",
    "tags.team IS NULL AND params.lr IS NOT NULL", "run_name = 'alpha'", "run_name LIKE 'al%'", "run_name ILIKE 'BETA'", "run_name LIKE 'BETA'",
    "attributes.run_name = 'alpha'", "attribute.run_name != 'alpha'", "attr.run_name = 'alpha'", "run.run_name = 'alpha'",
    "attributes.`run name` = 'alpha'", 'attributes."Run Name" = \'alpha\'', "attributes.`Run name` = 'alpha'", "`run name` = 'alpha'",
    "status = 'FINISHED'", "status = 'finished'", "status != 'FINISHED'", "attributes.status = \"RUNNING\"", "status LIKE 'F%'", "status ILIKE 'f%'",
    "status IN ('FINISHED', 'FAILED')", "status NOT IN ('FINISHED')", "user_id = 'other'", "user_id != 'u'", "artifact_uri LIKE '%artifacts'",
    "start_time > 1600000000003", "start_time = 1600000000001", "attributes.start_time <= 1600000000002", "created > 1600000000004",
    "attributes.Created >= 1600000000004", "start_time > 1.6e12", "start_time != 1600000000001.0", "end_time < 1600000000096", "end_time > 0",
    "end_time = 1600000000100", "attributes.end_time != 0", "start_time > -1", "run_id = '${alpha}'", "run_id != '${alpha}'",
    "run_id IN ('${alpha}', '${Beta}')", "run_id NOT IN ('${alpha}')", "attributes.run_id IN ('${alpha}')", "run_id in ('${alpha}','nope')",
    'run_id IN ("${alpha}")', "run_id LIKE '%'", "run_id IN ('NOPE')", "run_id ILIKE '${alpha}'",
    "datasets.name = 'mnist'", "dataset.name = 'mnist'", "datasets.name LIKE 'm%'", "datasets.name ILIKE 'MN%'", "datasets.name != 'mnist'",
    "datasets.digest = 'd1'", "datasets.digest IN ('d1', 'd3')", "datasets.name NOT IN ('mnist')", "datasets.context = 'train'",
    "datasets.context LIKE 'tr%'", "datasets.context != 'train'", "datasets.name = 'mnist' AND datasets.context = 'eval'",
    "datasets.name = 'mnist' AND datasets.name = 'cifar'", "datasets.context IN ('train')", "dataset.`name` = 'mnist'",
    "metrics.loss = 0", "metrics.loss > 1e308", "metrics.loss >= 1", "metrics.loss != 1", "metric.acc = .5", "metrics.acc = 5e-1", "metrics.acc > -2",
    "metrics.acc = -1", "metrics.acc != -1.0", "metrics.acc < 1E0", "metrics.acc > 00.5", "metrics.acc >= 0.50",
    "param.lr = '0.1'", "parameter.lr = '0.1'", "parameters.lr = '0.1'", "tag.team = 'red'", "params.lr LIKE '0._'", "params.opt ILIKE 'adam'",
    "params.opt LIKE 'adam'", "params.opt ILIKE '%D%'", "params.long LIKE 'v%'", "params.lr != '0.1' AND params.opt = 'adam'",
]
BAD = [
    "metrics.acc", "metrics.acc >", "> 0.5", "0.5 < metrics.acc", "metrics.acc > 'x'", "metrics.acc > x", "metrics.acc > '0.5'", "metrics.acc LIKE 'x'",
    "metrics.acc IS NULL", "metrics.acc IS NOT NULL", "metrics.acc IN (1)", "metrics.acc == 0.5", "metrics.acc <> 0.5", "metrics.acc ~ 1",
    "metrics.acc = +0.1", "metrics.acc = 0x1", "metrics.acc = 1_0", "metrics.acc = NaN", "metrics.acc = inf", "metrics.acc = true", "metrics.acc = NULL",
    "metrics.acc = 1.2.3", "metrics.acc = 1e", "metrics.acc = 1 2", "metrics.acc = - 1", "metrics.acc = --1",
    "params.lr > '0.1'", "params.lr < '0.1'", "params.lr = 0.1", "params.lr = lr", "params.lr = '0.1", "params.lr = 0.1'", "params.lr = `0.1`",
    "params.lr IN ('0.1')", "params.lr NOT IN ('0.1')", "params.lr = ''0.1''", "tags.team = red", "tags.team IN ('red')", "tags.team > 'red'", "tags.team = 1",
    "params.lr BETWEEN '0' AND '1'", "metrics.acc BETWEEN 0 AND 1", "NOT metrics.acc > 0.5", "metrics.acc > 0.5 OR metrics.acc < 0",
    "(metrics.acc > 0.5)", "(metrics.acc > 0.5) AND (params.lr = '0.1')", "metrics.acc > 0.5;", "metrics.acc > 0.5; metrics.acc > 0.6",
    "metrics.acc > 0.5 -- comment", "metrics.acc > 0.5 /* c */", "metrics.acc > 0.5, params.lr = '0.1'", "metrics.acc > 0.5 params.lr = '0.1'",
    "METRICS.acc > 0.5", "Metrics.acc > 0.5", "bad.acc > 0.5", "metrics. > 0.5", ".acc > 0.5", "metrics..acc > 0.5", "metrics.a-b > 1", "metrics.a b > 1",
    "foo = 'x'", "attributes.foo = 'x'", "attributes.lifecycle_stage = 'active'", "experiment_id = '1'", "attributes.experiment_id = '1'",
    "start_time = 'x'", "start_time LIKE 'x'", "start_time > '1600000000001'", "start_time IN (1)", "start_time IS NULL", "run_name IS NULL",
    "run_name > 'a'", "run_name = 1", "run_name = alpha", "run_id IN ()", "run_id IN (1)", "run_id IN ('a', 1)", "run_id IN 'a'", "run_id IN (a)",
    "run_id IN ('a'", "run_id IN ('a',)", "run_id IN ('a' 'b')", "run_id NOT 'a'", "run_id IS NOT IN ('a')", "run_name IN ('alpha')", "user_id IN ('u')",
    "status IN (1)", "datasets.foo = 'x'", "datasets.name > 'x'", "datasets.name = 1", "datasets.name IS NULL", "datasets.name IN (1)", "dataset = 'x'",
    "source = 'x'", "name = 'x'", "version = 1", "text = 'x'", "key = 'x'", "date = 'x'", "params.key = 'x'", "tags.select = 'x'", "tags.from = 'x'",
    "select * from runs", "drop table runs", "' OR 1=1 --", "\"", "'", "`", "(", ")", ";", ",", "AND", "and and", "OR", "NOT", "IS NULL", "=", "= =", "a = ", "= a",
    "tags. = 'x'", "tags.`` = 'x'", 'tags."" = \'x\'', "tags.`a = 'x'", "tags.a` = 'x'", "params.'lr' = '0.1'", "tags.\"team' = 'red'", "tags.ü = 'x'",
    "tags.日本 = 'x'", "tags.team = 'ü'", "tags.team = '🏠'", "tags.@a = 'x'", "tags.#a = 'x'", "tags.a# = 'x'", "tags.$a = 'x'", "tags.:a = 'x'", "tags.a:b = 'x'",
    "tags.1a = 'x'", "tags.1 = 'x'", "metrics.1 > 0", "metrics.acc.x > 1", "metrics.`acc > 1", "metrics.acc > 1 AND", "metrics.acc > 1 AND OR", "params.lr LIKE 1",
    "params.lr LIKE lr", "params.lr NOT LIKE '0%'", "params.lr NOT ILIKE '0%'", "params.lr RLIKE 'x'", "params.lr REGEXP 'x'", "params.lr GLOB 'x'", "params.lr IS 'x'",
    "params.lr IS NOT 'x'", "params.lr NOT NULL", "params.lr ISNULL", "params.lr = NULL", "params.lr IS", "params.lr IS NULL NULL", "tags.x IS NULL = 'y'",
    "tags.a = 'x' AND tags.b", "tags.a tags.b = 'x'", "a.b.c", "a", "1", "'x'", "1 = 1", "'x' = 'x'", "tags.a = tags.b", "metrics.a > metrics.b",
    "tags.a || 'x' = 'x'", "lower(tags.a) = 'x'", "tags.a = lower('x')", "count(*) > 1", "tags.a = 'x' LIMIT 1", "tags.a = 'x' ORDER BY tags.a",
    "CASE WHEN 1 THEN 1 END = 1", "tags.a = ?", "tags.a = :a", "tags.a = %s", "tags.a = $1", "tags.a = @a", "tags.a[0] = 'x'", "tags.a->'b' = 'x'",
    "tags.a::text = 'x'", "tags.a = E'x'", "tags.a = N'x'", "tags.a = X'00'", "tags.a = 'x' COLLATE nocase", "tags.a ='x'\u00a0", "tags.a\u00a0= 'x'",
    "metrics.acc > 9999999999999999999999", "start_time > 9999999999999999999999", "metrics.acc > 1e999", "tags.a = 'new\nline'", "tags.a = 'tab\t'", "tags.a = '\\'",
    "tags.a = 'a\\'b'", "a" * 200, "tags.a = '" + "x" * 20000 + "'", " AND ".join(["metrics.acc > 0"] * 40),
]
ORDERS = [
    [], ["metrics.acc"], ["metrics.acc ASC"], ["metrics.acc DESC"], ["metrics.acc asc"], ["metrics.acc desc"], ["metrics.loss"], ["metrics.loss DESC"],
    ["metrics.none"], ["params.lr"], ["params.lr DESC"], ["params.opt", "metrics.acc DESC"], ["tags.team"], ["tags.team DESC"], ["tags.`t.x`"], ["tags.t.x DESC"],
    ["start_time"], ["start_time DESC"], ["attributes.start_time ASC"], ["end_time"], ["end_time DESC"], ["status"], ["status DESC", "start_time ASC"],
    ["run_name"], ["attributes.run_name DESC"], ["`run name`"], ["attributes.`Run Name`"], ["created"], ["Created DESC"], ["user_id"], ["attribute.end_time DESC"],
    ["metrics.`a b`"], ['metrics."a b" DESC'], ["metrics.'a b'"], ["run.start_time"], ["  metrics.acc   DESC  "], ["metric.acc"], ["param.lr"], ["parameter.lr"], ["tag.team"],
]
BAD_ORDERS = [
    [""], [" "], ["metrics"], ["metrics."], ["acc"], ["metrics.acc UP"], ["metrics.acc ASC DESC"], ["metrics.acc, params.lr"], ["metrics.acc DESC, params.lr"],
    ["foo.acc"], ["attributes.foo"], ["lifecycle_stage"], ["metrics.acc", "metrics.acc"], ["metrics.acc", "metrics.acc DESC"], ["start_time", "attributes.start_time"],
    ["METRICS.acc"], ["metrics.a b"], ["metrics.a-b"], ["datasets.name"], ["metrics.acc > 1"], ["metrics.`acc"], ["'metrics.acc'"], ["\"metrics.acc\""], ["1"], ["*"],
    ["metrics.acc;"], ["metrics.acc NULLS FIRST"], ["metrics.acc -- x"], ["DESC"], ["ASC"], ["metrics.acc DESCENDING"], ["tags.key"], ["tags.date DESC"], ["name"], ["source"],
    ["metrics.acc DESC "], ["metrics.acc\tDESC"], ["metrics.acc\nDESC"], ["tags.ü"],
]


def generated():
    """Every comparison of every kind of identifier, whether it is allowed or not."""
    for identifier, values in (("metrics.acc", ("0.5", "'0.5'")), ("params.lr", ("'0.1'", "0.1")), ("tags.team", ("'red'", "1")),
                               ("run_name", ("'alpha'", "1")), ("status", ("'FINISHED'", "1")), ("start_time", ("1600000000002", "'x'")),
                               ("datasets.digest", ("'d1'", "1")), ("user_id", ("'u'", "1")), ("artifact_uri", ("'x'", "1"))):
        for op in (*NUMBER_OPS, "LIKE", "ILIKE"):
            for value in values:
                yield f"{identifier} {op} {value}"
        for tail in ("IN ('red', 'alpha')", "NOT IN ('red')", "IS NULL", "IS NOT NULL"):
            yield f"{identifier} {tail}"


def grouped(name, filters, size=12):
    """Cases of a few filters each: a test a filter would spend more time on bookkeeping than on the search."""
    for start in range(0, len(filters), size):
        yield case(f"{name}-{start:03}", [search(f) for f in filters[start:start + size]], world="runs-world", stored=False)


CASES = [
    *grouped("good", GOOD), *grouped("bad", BAD), *grouped("generated", list(dict.fromkeys(generated()))),
    *(case(f"order-{start:03}", [search(order_by=o) for o in (ORDERS + BAD_ORDERS)[start:start + 12]], world="runs-world", stored=False)
      for start in range(0, len(ORDERS + BAD_ORDERS), 12)),
    case("filter-and-order", search("metrics.acc > 0", order_by=["params.opt", "metrics.acc DESC"], max_results=2),
         search("tags.team ILIKE 'red'", order_by=["metrics.loss"]), world="runs-world", stored=False),
    case("view", each("v", ("ACTIVE_ONLY", "DELETED_ONLY", "ALL", 1, 2, 3, "1", "FOO", "active_only", 0, 9, None, "", True, []),
                      lambda v, n: search(run_view_type=v)), search("tags.team = 'red'", run_view_type="ALL"),
         world="runs-world", stored=False),
    case("paging", post("runs/search", {"experiment_ids": ["${exp}"], "max_results": 2}, save={"t1": "next_page_token"}),
         post("runs/search", {"experiment_ids": ["${exp}"], "max_results": 2, "page_token": "${t1}"}, save={"t2": "next_page_token"}),
         search(max_results=2, page_token="${t2}"), search(max_results=6), search(max_results=5), search(max_results=7),
         post("runs/search", {"experiment_ids": ["${exp}"], "max_results": 2, "order_by": ["metrics.acc DESC"]}, save={"t3": "next_page_token"}),
         search(max_results=2, order_by=["metrics.acc DESC"], page_token="${t3}"),
         post("runs/search", {"experiment_ids": ["${exp}"], "max_results": 1, "filter": "params.lr = '0.1'", "order_by": ["tags.team"]},
              save={"t4": "next_page_token"}),
         search("params.lr = '0.1'", max_results=1, order_by=["tags.team"], page_token="${t4}"), world="runs-world", stored=False),
    case("page-tokens", search(max_results=2, page_token=token(2)), search(max_results=2, page_token=token(4)), search(page_token=token(99)),
         each("t", ("x", "!!!!", "e30=", "bnVsbA==", "W10=", "MQ==", token(0), token(-1), token(1.5), token('"1"'), "8J+PoA==", "ü", 5, None, [], ""),
              lambda v, n: search(page_token=v)), world="runs-world", stored=False),
    case("max-results", each("m", (1, 0, -1, 50000, 50001, "2", "x", "", 2.0, 2.5, True, [], 2**31, 2**63), lambda v, n: search(max_results=v)), search(max_results=None).but(deviation="null-is-unset"),
         world="runs-world", stored=False),
    case("experiments", post("runs/search", {}), post("runs/search", {"experiment_ids": []}), post("runs/search", {"experiment_ids": ["${exp}", "${exp}"]}),
         post("runs/search", {"experiment_ids": ["999999"]}), post("runs/search", {"experiment_ids": ["${exp}", "999999"], "max_results": 1}),
         each("e", ("${exp}", ["abc"], ["1.5"], [""], [None], [5], 5, {}, None, ["-1"], ["9223372036854775808"]),
              lambda v, n: post("runs/search", {"experiment_ids": v, "max_results": 1})), world="runs-world", stored=False),
    case("filter-kinds", each("f", NOT_STRINGS, lambda v, n: search(v)), each("o", ("metrics.acc", 5, [5], [None], {}, None, [["x"]]),
                                                                              lambda v, n: search(order_by=v)), world="runs-world", stored=False),
    case("get-instead", get("runs/search", experiment_ids="${exp}"), world="runs-world", stored=False),
    case("deleted-experiment", CREATE, post("runs/create", {"experiment_id": "${exp}", "run_name": "r", "start_time": T}),
         post("experiments/delete", {"experiment_id": "${exp}"}), search(), search(run_view_type="DELETED_ONLY"), search(run_view_type="ALL")),
    case("two-experiments", CREATE, post("runs/create", {"experiment_id": "${exp}", "run_name": "r1", "start_time": T}),
         post("experiments/create", {"name": "${u}-2"}, save={"exp2": "experiment_id"}),
         post("runs/create", {"experiment_id": "${exp2}", "run_name": "r2", "start_time": T + 1}),
         post("runs/create", {"experiment_id": "${exp}", "run_name": "r3", "start_time": T + 2}),
         post("runs/search", {"experiment_ids": ["${exp}", "${exp2}"]}), post("runs/search", {"experiment_ids": ["${exp2}", "${exp}"], "max_results": 2})),
    case("nulls-in-start-time", CREATE, post("runs/create", {"experiment_id": "${exp}", "run_name": "r1"}),
         post("runs/create", {"experiment_id": "${exp}", "run_name": "r2", "start_time": 5}), search(), search(order_by=["start_time"]),
         search(order_by=["end_time", "start_time DESC"]), search("start_time = 0")),
    case("order-by-random", search(order_by=["run_id"], compare="set", check=ids_ascend), search(order_by=["run_id DESC"], compare="set"),
         search(order_by=["artifact_uri"], compare="set", check=ids_ascend), world="runs-world", stored=False),
    # Runs that start at the same time come in the order of their ids.
    case("tie", CREATE, [post("runs/create", {"experiment_id": "${exp}", "run_name": "same", "start_time": T}, save={f"r{i}": "run.info.run_id"})
                         for i in range(4)], search(compare="set", check=ids_ascend),
         search(order_by=["status DESC"], compare="set", check=ids_ascend)),
]
