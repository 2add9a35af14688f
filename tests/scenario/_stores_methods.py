# SPDX-License-Identifier: Apache-2.0
"""What _stores_calls.py says of two stores, compared."""
import json
import os
import subprocess
import sys
import tempfile

from _wheel import PACKAGE, variables

HERE = os.path.dirname(os.path.abspath(__file__))
# Where Millrace's stores do better than MLflow's: (method, MLflow's code, ours or None where ours does it).
BETTER = {
    ("rename_experiment", "BAD_REQUEST", "RESOURCE_ALREADY_EXISTS"),  # MLflow shows SQLAlchemy's text of a broken constraint
    # MLflow's folders do not take numbers as ids, nor max_results that is left out, and have other codes where its databases have these
    ("get_experiment", "TypeError", None), ("_search_runs", "TypeError", None),
    ("search_registered_models", "INVALID_PARAMETER_VALUE", None), ("search_model_versions", "INVALID_PARAMETER_VALUE", None),
    ("rename_experiment", "Exception", "INVALID_PARAMETER_VALUE"), ("log_batch", "INTERNAL_ERROR", "INVALID_PARAMETER_VALUE"),
    ("create_model_version", "INTERNAL_ERROR", "RESOURCE_DOES_NOT_EXIST"),
    # MLflow's REST store sends what it has no default for, fails before it sends, or takes a refusal for a broken connection
    ("search_experiments", "INVALID_PARAMETER_VALUE", None), ("log_metric", "TypeError", "INVALID_PARAMETER_VALUE"),
    ("record_logged_model", "AttributeError", "TypeError"), ("search_logged_models", "KeyError", "INVALID_PARAMETER_VALUE"),
    ("rename_experiment", "INTERNAL_ERROR", "INVALID_STATE"),
}


def start(folder, uri, server=""):
    """The calls of _stores_calls.py on a store, in an empty folder."""
    os.mkdir(folder)
    with open(f"{folder}.said", "w", encoding="utf-8") as out, open(f"{folder}.log", "w", encoding="utf-8") as log:
        return subprocess.Popen([sys.executable, f"{HERE}/_stores_calls.py", uri], cwd=folder, stdout=out, stderr=log,
                                env=variables(folder, MLFLOW_ALLOW_FILE_STORE="true", MLFLOW_HTTP_REQUEST_MAX_RETRIES=0, SERVER_FOLDER=server))


def outcomes(folder, process):
    with open(f"{folder}.log", encoding="utf-8") as log:
        assert process.wait(250) == 0, log.read()[-3000:]
    with open(f"{folder}.said", encoding="utf-8") as said:
        return json.load(said)


def both(theirs, ours, servers=("", "")):
    """Outcomes of (tracking, registry) for MLflow's store and for ours."""
    with tempfile.TemporaryDirectory() as folder:
        at = [os.path.join(folder, name) for name in ("theirs", "ours")]
        processes = [start(*each) for each in zip(at, (theirs, ours), servers)]
        return [outcomes(where, process) for where, process in zip(at, processes)]


def differences(method, theirs, ours, where=""):
    """Refusals are the same when their codes are: the words may be ours."""
    if isinstance(theirs, dict) and "raised" in theirs:
        code = ours.get("raised") if isinstance(ours, dict) else None
        if theirs["raised"] != code and (method, theirs["raised"], code) not in BETTER:
            yield f"{where}: {theirs} but {ours}"
    elif isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted({*theirs, *ours}):
            yield from differences(method, theirs.get(key, "(absent)"), ours.get(key, "(absent)"), f"{where}.{key}")
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for i, (a, b) in enumerate(zip(theirs, ours)):
            yield from differences(method, a, b, f"{where}[{i}]")
    elif theirs != ours:
        yield f"{where}: {theirs} but {ours}"


def compare(theirs, ours):
    wrong = []
    for a, b in zip(theirs, ours):
        assert [method for method, _ in a["said"]] == [method for method, _ in b["said"]]
        for i, ((method, x), (_, y)) in enumerate(zip(a["said"], b["said"])):
            wrong += [f"call {i}, {method}{line}"[:600] for line in differences(method, x, y)]
    assert not wrong, f"{len(wrong)} differences:\n" + "\n".join(wrong)


def check_table(said):
    """Every method stands in the table, and what is not left for later was called."""
    sys.path.insert(0, PACKAGE)
    from millrace.mlflow_plugins import methods

    for side, table in zip(said, (methods.TRACKING, methods.REGISTRY)):
        assert not set(side["methods"]) - set(table), f"not in mlflow_plugins/methods.py: {set(side['methods']) - set(table)}"
        assert not set(table) - set(side["methods"]), f"MLflow has no such method: {set(table) - set(side['methods'])}"
        supported = {name for name, how in table.items() if how != methods.LATER}
        assert not supported - set(side["called"]), f"never called: {supported - set(side['called'])}"
