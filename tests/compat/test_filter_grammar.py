# SPDX-License-Identifier: Apache-2.0
"""The filter and order languages of src/search against MLflow's own parsers: the same texts, the same trees, and the
same messages where MLflow has one. Texts that were thought of, and many that were not."""
import json
import os
import pathlib
import random
import re
import subprocess

import pytest
from mlflow.exceptions import MlflowException
from mlflow.utils import search_logged_model_utils, search_utils
from mlflow.utils.validation import _parse_experiment_id

DUMP = pathlib.Path(os.environ["MILLRACE_BUILD"]) / "tests" / "compat_filter_dump"
PARSERS = {
    "runs": search_utils.SearchUtils,
    "experiments": search_utils.SearchExperimentsUtils,
    "registered_models": search_utils.SearchModelUtils,
    "model_versions": search_utils.SearchModelVersionUtils,
}
_SET = re.compile(r"\{'[^{}]*'\}")

KEYS = {
    "runs": ["metrics.a", "metric.b.c", "metrics.`a b`", 'metrics."a b"', "params.lr", "param.x", "parameters.y",
             "parameter.z", "tags.t", "tag.`mlflow.user`", 'tags."x.y"', "tags.mlflow.source.name", "attributes.status",
             "attribute.start_time", "attr.end_time", "run.run_id", "status", "run_id", "start_time", "end_time",
             "created", "Created", "run_name", "`run name`", '"Run name"', "user_id", "artifact_uri", "datasets.name",
             "dataset.digest", "datasets.context", "experiment_id", "foo", "metrics", "x.y", "metrics.val-loss",
             "metrics.val/loss", "`metrics`.a", "metrics.1", "tags.select", "params.order", "key", "version",
             "timestamp", "tags.é", "metrics.a b"],
    "experiments": ["name", "experiment_id", "creation_time", "last_update_time", "attribute.name", "tags.a", "tag.`b c`",
                    'tags."x.y"', "attributes.name", "metrics.a", "foo", "`name`", '"name"'],
    "registered_models": ["name", "attribute.name", "tags.a", "tag.`b c`", "`name`", "timestamp", "metrics.a", "foo"],
    "model_versions": ["name", "version_number", "run_id", "source_path", "tags.a", "tag.`b c`", "attribute.run_id",
                       "creation_timestamp", "metrics.a", "foo", "`name`"],
    "logged_models": ["name", "model_id", "creation_time", "creation_timestamp", "last_updated_timestamp", "status",
                      "model_type", "source_run_id", "metrics.a", "params.p", "tags.t", "tags.`a b`", "attributes.name",
                      "metrics.`x y`", "foo.a", "experiment_id"],
}
OPS = ["=", "!=", ">", ">=", "<", "<=", "LIKE", "ILIKE", "IN", "NOT IN", "IS NULL", "IS NOT NULL", "like", "ilike", "in",
       "not in", "is null", "is not null", "==", "<>", "RLIKE", "NOT LIKE", "=>", "~", "IS", "BETWEEN", "!"]
VALUES = ["'x'", '"x"', "1", "-1", "1.5", "-.5", "1e5", "1e-5", "1E+5", "0x1F", "1_000", "12e", "1.5e", "'it''s'",
          "'a\\'b'", '"a b"', "`x`", "x", "('a')", "('a','b')", "('a', 'b',)", "()", "(1, 2)", '("a")', "('a' 'b')",
          "(a)", "NULL", "true", "'%x%'", "'a_'", "''", "'", '"', "'unclosed", "1 2", "nan", "inf", "'a' 'b'", "?", "%s",
          "'ü'", "(", ")", "('a'", "'a;b'", "x.y", "f('x')", "1 + 2", "- 1", "'a' AS b", "CASE", "[1]", "@x", "'1'", "9" * 25]
JOINS = [" AND ", " and ", " OR ", ", ", " ", "  AND\n", ";", " AND AND ", " -- c\n AND "]
WHOLE = ["", " ", "\n", ";", "AND", "a", "''", "(metrics.a > 1)", "NOT metrics.a > 1", "metrics.a > 1;", "metrics.a > 1; ",
         "metrics.a > 1;\n", "metrics.a > 1; metrics.b > 2", "metrics.a > 1 -- comment", "metrics.a > 1 /* c */",
         "metrics . a > 1", "metrics. a > 1", "metrics .a > 1", "select * from x", "tags.a = 'x' order by y",
         "tags.a = 'x' where b", "metrics.a > 1 AND", "AND metrics.a > 1", "metrics.a > 1 metrics.b > 2",
         "a = 1, b = 2", "tags.a = 'x' AND (tags.b = 'y')", "params.a = 'b' AND status = 'FINISHED'",
         "tags.`a``b` = 'x'", "tags.[a b] = 'x'", "tags.a[1] = 'x'", "tags.a::text = 'x'", "date '2020' = 'x'",
         "'x' = tags.a", "1 < metrics.a", "metrics.a > metrics.b", "name ILIKE '%x%' AND tags.k = 'v'",
         "((((metrics.a > 1))))", "tags.a = 'x' \t AND\ttags.b = 'y'", "tags.a=('x')", "run_id IN ('a', 'b') AND "
         "metrics.a > 1", "run_id NOT IN ('a') AND tags.a IS NULL", "tags.a IS NOT NULL AND tags.b IS NULL",
         "metrics.a IS NULL", "status IS NULL", "tags.a is null", "tags.a IS NULL tags.b IS NULL"]
ORDERS = ["metrics.a", "metrics.a DESC", "metrics.a asc", "metrics.`a b` DESC", 'metrics."a b"', "start_time",
          "attributes.start_time DESC", "created", "status ASC", "params.x desc", "tags.`mlflow.user`", "metrics.a foo",
          "metrics.a DESC foo", "", " ", " metrics.a", "metrics.a ", "metrics.a, metrics.b", "foo", "foo DESC",
          "run_id", "run_name", "`run name`", "timestamp", "timestamp DESC", "timestamp  ASC", "timestamp foo",
          "last_updated_timestamp", "name", "name DESC", "name ASC", "experiment_id", "creation_time DESC",
          "last_update_time", "tags.a", "version_number", "version_number DESC", "creation_timestamp ASC",
          "datasets.name", "metrics.a DESC NULLS LAST", "metrics.a;", "'metrics.a'", '"metrics.a" DESC', "metrics.'a b'",
          "metrics.'a b' DESC", "metrics.a\\ b DESC", "metrics.'a", "1", "1 DESC", "DESC", "metrics.a\nDESC", "name;name",
          "attribute.name", "`name` DESC", "key", "version", "metrics.é DESC"]


def reference_filter(entity, text):
    if entity == "logged_models":
        return [
            {"type": c.entity.type.value[:-1] if c.entity.type.value != "params" else "parameter",
             "key": c.entity.key, "op": c.op, "value": list(c.value) if isinstance(c.value, tuple) else c.value}
            for c in search_logged_model_utils.parse_filter_string(text)
        ]
    out = []
    for c in PARSERS[entity].parse_search_filter(text):
        value = c["value"]
        if c["type"] == "metric" and isinstance(value, str):
            value = float(value)
        key = search_utils.SearchUtils.translate_key_alias(c["key"]) if entity == "runs" else c["key"]
        out.append({"type": c["type"], "key": key, "op": c["comparator"], "value": list(value) if isinstance(value, tuple)
                    else value})
    if entity == "runs":
        check_run_comparators(out)
    return out


def check_run_comparators(clauses):
    """As _get_sqlalchemy_filter_clauses of the SQL store does, which is where MLflow looks at them."""
    u = search_utils.SearchUtils
    for c in clauses:
        args = c["type"], c["op"].upper()
        if not (u.is_string_attribute(c["type"], c["key"], args[1]) or u.is_numeric_attribute(c["type"], c["key"], args[1])):
            assert u.is_metric(*args) or u.is_param(*args) or u.is_tag(*args) or u.is_dataset(*args)


def reference_order(entity, text):
    if entity == "registered_models":
        key, ascending = search_utils.SearchUtils.parse_order_by_for_search_registered_models(text)
        return {"type": "attribute", "key": key, "ascending": ascending}
    name = {"runs": "runs", "experiments": "experiments", "model_versions": "model_versions"}[entity]
    type_, key, ascending = getattr(PARSERS[entity], f"parse_order_by_for_search_{name}")(text)
    if entity == "runs":
        key = search_utils.SearchUtils.translate_key_alias(key)
    if entity == "model_versions" and type_ != "attribute":
        raise refused_version_order(key)
    return {"type": type_, "key": key, "ascending": ascending}


def refused_version_order(key):
    """What search_model_versions of the SQL store says of a key that is none, after parsing."""
    valid = sorted(PARSERS["model_versions"].VALID_ORDER_BY_ATTRIBUTE_KEYS)
    return MlflowException(f"Invalid order by key '{key}' specified. Valid keys are {{{', '.join(map(repr, valid))}}}")


def sort_sets(message):
    return _SET.sub(lambda m: "{" + ", ".join(sorted(m.group(0)[1:-1].split(", "))) + "}", message)


def expected(what, entity, text):
    """The tree, or MLflow's message; None where it fails without one of its own (an unhandled exception)."""
    try:
        return (reference_filter if what == "filter" else reference_order)(entity, text)
    except MlflowException as e:
        return {"error": sort_sets(e.message)}
    except Exception:
        return None


def dump(cases):
    lines = "".join(f"{entity}\t{what}\t{json.dumps(text)}\n" for what, entity, text in cases)
    done = subprocess.run([DUMP], input=lines.encode(), capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


# What the SQL stores check after parsing, or fail at,, and we while parsing; see check_op in src/search/parse.c.
LATER = re.compile(r"^Invalid comparator|^Invalid value for numeric attribute|^Invalid attribute name|cannot be compared by"
                   r"|^A list of values goes with|^IN and NOT IN need a list|expected a non-empty list|but got different type in list"
                   r"|^Invalid order_by entity|^Invalid identifier type 'dataset'|^Logged models have no attribute")


def agrees(ours, theirs):
    if theirs is None:
        return "error" in ours
    if "error" in ours and LATER.search(ours["error"]):
        return True
    if "error" in ours and not (isinstance(theirs, dict) and "error" in theirs):
        return False
    if isinstance(ours, list) and isinstance(theirs, list):
        theirs = [dict(c, op=c["op"].upper(), value=normal(c["value"])) for c in theirs]
        return [dict(c, value=normal(c["value"])) for c in ours] == theirs
    if "error" in ours:
        return sort_sets(ours["error"]) == theirs["error"]
    return ours == theirs


def normal(value):
    """Numbers as numbers: JSON has none of NaN and the infinities, and a version's number may be given as a text."""
    try:
        return repr(float(value))
    except (TypeError, ValueError):
        return value


def compare(cases):
    wrong = []
    for case, ours in zip(cases, dump(cases), strict=True):
        theirs = expected(*case)
        if not agrees(ours, theirs):
            wrong.append(f"{case}\n    ours:   {ours}\n    theirs: {theirs}")
    assert not wrong, f"{len(wrong)} of {len(cases)} differ:\n" + "\n".join(wrong[:40])


@pytest.mark.parametrize("entity", KEYS)
def test_each_comparison(entity):
    every = [("filter", entity, f"{k} {o} {v}" if "NULL" not in o.upper() else f"{k} {o}")
             for k in KEYS[entity] for o in OPS for v in (VALUES if "NULL" not in o.upper() else VALUES[:1])]
    compare(random.Random(1).sample(every, min(len(every), 4000)))


@pytest.mark.parametrize("entity", KEYS)
def test_whole_filters(entity):
    compare([("filter", entity, text) for text in WHOLE])


@pytest.mark.parametrize("entity", [e for e in KEYS if e != "logged_models"])
def test_orders(entity):
    compare([("order", entity, text) for text in ORDERS])


@pytest.mark.parametrize("entity", KEYS)
def test_random_filters(entity):
    rng = random.Random(entity)
    cases = []
    for _ in range(2000):
        parts = [f"{rng.choice(KEYS[entity])}{rng.choice([' ', '', '  '])}{rng.choice(OPS[:12])}"
                 f"{rng.choice([' ', '', chr(9)])}{rng.choice(VALUES)}" for _ in range(rng.choice([1, 1, 2, 3]))]
        text = rng.choice(JOINS[:3] if rng.random() < 0.8 else JOINS).join(parts)
        if rng.random() < 0.3:
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(list("'\"`.,;()[]{}=<>!%_-+*/\\ \n\tax0#@$:?&|^~é")) + text[at + rng.choice([0, 1]):]
        cases.append(("filter", entity, text))
    compare(cases)


def test_experiment_ids_are_pythons():
    assert _parse_experiment_id(" 1_0 ") == 10  # the rule that src/store/rules.c follows
