# SPDX-License-Identifier: Apache-2.0
"""Search of experiments. All experiments of a server are searched, so every filter keeps to names of this world."""
from harness.cases import case, get, post

from .common import NOT_STRINGS, each, token


def experiment(name, **tags):
    # Their order is by creation time, in milliseconds: leave some between them.
    return post("experiments/create", {"name": "sx-" + name, "tags": [{"key": k, "value": v} for k, v in tags.items()]},
                save={name: "experiment_id"}, pause=0.01)


WORLD = case(
    "experiments-world", experiment("alpha", team="red", kind="a"), experiment("Beta", team="Red", only="x"),
    experiment("gamma_1", team="blue"), experiment("delta%", note="it's 100%"), experiment("epsilon"),
    experiment("gone", team="red"), post("experiments/delete", {"experiment_id": "${gone}"}, pause=0.01),
    post("experiments/set-experiment-tag", {"experiment_id": "${alpha}", "key": "t.x", "value": "dotted"}, pause=0.01),
    post("experiments/set-experiment-tag", {"experiment_id": "${Beta}", "key": "a b", "value": "spaced"}, pause=0.01))
WORLDS = [WORLD]
MINE = "name LIKE 'sx-%'"


def search(filter_=MINE, **more):
    body = {"max_results": 100, **more}
    if filter_ is not None:
        body["filter"] = filter_
    return post("experiments/search", body)


def mine(filter_):
    return search(f"{MINE} AND {filter_}")


GOOD = ["name = 'sx-alpha'", "name != 'sx-alpha'", "name LIKE '%a'", "name ILIKE 'SX-B%'", "name LIKE 'SX-%'", "attribute.name = 'sx-alpha'",
        "attribute.`name` = 'sx-alpha'", 'attribute."name" = "sx-alpha"', "`name` = 'sx-Beta'", "tags.team = 'red'", "tag.team = 'red'",
        "tags.team ILIKE 'RED'", "tags.team LIKE 'R%'", "tags.team != 'red'", "tags.`t.x` = 'dotted'", "tags.t.x = 'dotted'", "tags.`a b` = 'spaced'",
        "tags.team IS NULL", "tags.team IS NOT NULL", "tags.team = 'red' AND tags.kind = 'a'", "tags.team = 'red' and name != 'sx-gone'",
        "creation_time > 0", "creation_time < 99999999999999", "creation_time > 1.5", "last_update_time > 0", "attribute.creation_time != 0",
        "experiment_id = '${alpha}'", "experiment_id != '${alpha}'", "experiment_id IN ('${alpha}', '${Beta}')", "experiment_id NOT IN ('${alpha}')",
        "attribute.experiment_id = '${Beta}'", 'tags.note = "it\'s 100%"', "tags.note LIKE '%100\\%'", "name LIKE '%\\_1'"]
BAD = ["name", "name = sx", "name = 1", "name > 'a'", "name IN ('sx-alpha')", "name IS NULL", "name NOT LIKE 'x'", "tags.team > 'a'", "tags.team IN ('red')",
       "tags.team = 1", "creation_time = 'x'", "creation_time LIKE 'x'", "creation_time IS NULL", "creation_time IN (1)", "experiment_id = 1", "experiment_id > '1'",
       "experiment_id LIKE '1'", "experiment_id = 'abc'", "experiment_id IN ('abc')", "experiment_id IN (1)", "experiment_id IN ()", "params.a = 'x'",
       "metrics.a > 1", "attributes.name = 'x'", "attr.name = 'x'", "bad.name = 'x'", "foo = 'x'", "lifecycle_stage = 'active'", "attribute.foo = 'x'",
       "name = 'a' OR name = 'b'", "(name = 'a')", "NOT name = 'a'", "name = 'a';", "name = 'a' name = 'b'", "name = 'a", "name = `a`", "tags. = 'x'", "TAGS.a = 'x'",
       "name == 'a'", "name <> 'a'", "name LIKE 1", "artifact_location = 'x'", "name = 'a' AND", "AND name = 'a'", " ", "name BETWEEN 'a' AND 'b'"]
ORDERS = [["name"], ["name ASC"], ["name DESC"], ["attribute.name"], ["attribute.name DESC"], ["creation_time"], ["creation_time DESC"], ["last_update_time"],
          ["last_update_time DESC"], ["experiment_id"], ["experiment_id DESC"], ["attribute.experiment_id ASC"], ["name asc"], ["`name`"], ["name", "experiment_id DESC"], [],
          ["tags.team"], ["foo"], ["name UP"], ["name, experiment_id"], ["name", "name"], ["name", "name DESC"], [""], [" "], ["lifecycle_stage"], ["attributes.name"],
          ["name ASC DESC"], ["artifact_location"], ["name;"], ["'name'"]]


def some(name, steps, size=14):
    for start in range(0, len(steps), size):
        yield case(f"{name}-{start:03}", steps[start:start + size], world="experiments-world", stored=False)


CASES = [
    *some("good", [mine(f) for f in GOOD]), *some("bad", [search(f) for f in BAD]), *some("order", [search(order_by=o) for o in ORDERS]),
    case("all", search("name = 'Default'"), search(), search("", max_results=1).but(compare="status"), world="experiments-world", stored=False),
    case("view", each("v", ("ACTIVE_ONLY", "DELETED_ONLY", "ALL", 1, 2, 3, "FOO", 0, 9, None, ""), lambda v, n: search(view_type=v)),
         world="experiments-world", stored=False),
    case("max-results", post("experiments/search", {}), post("experiments/search", {"filter": MINE}),
         each("m", (1, 0, -1, 50000, 50001, "2", "x", "", 2.5, [], 2**63), lambda v, n: search(max_results=v)), world="experiments-world", stored=False),
    case("paging", search(max_results=2).but(save={"t1": "next_page_token"}), search(max_results=2, page_token="${t1}").but(save={"t2": "next_page_token"}),
         search(max_results=2, page_token="${t2}"), search(max_results=5), search(max_results=4),
         search(max_results=2, order_by=["name"]).but(save={"t3": "next_page_token"}), search(max_results=9, order_by=["name"], page_token="${t3}"),
         search(page_token=token(1)), search(page_token=token(99)),
         each("t", ("x", "!!!!", "e30=", "bnVsbA==", token(0), token(-1), 5, None, ""), lambda v, n: search(page_token=v)),
         world="experiments-world", stored=False),
    case("by-get", get("experiments/search", filter=MINE, max_results=100), get("experiments/search", filter=MINE, max_results=2, order_by=["name DESC"]),
         get("experiments/search", filter=MINE, max_results="100", view_type="DELETED_ONLY"), get("experiments/search", max_results="x"),
         get("experiments/search"), get("experiments/search", filter=MINE, max_results=100, view_type="ALL", order_by=["name", "experiment_id"]),
         get("experiments/search", filter=MINE, max_results=100, view_type="2"), world="experiments-world", stored=False),
    case("kinds", each("f", [v for v in NOT_STRINGS if v is not None], lambda v, n: search(v)), each("o", ("name", 5, [5], [None], {}, None), lambda v, n: search(order_by=v)),
         world="experiments-world", stored=False),
]
