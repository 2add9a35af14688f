# SPDX-License-Identifier: Apache-2.0
"""What Millrace brings, and plugins/example, pass the conformance kit; together with the plugins of broken/ they show that
the rules call every function of every group."""
import collections
import os
import tempfile

from _kit import BUILD, HERE, build, check, failed, outcomes
from _server import Server, main

CALLED, FUNCTIONS = collections.defaultdict(set), {}


def passes(*arguments, skipped=(), **variables):
    """All rules pass; skipped are, at most, those whose ids begin so, and what the plugin does not offer."""
    report = check(*arguments, code=0, **variables)
    assert report["passed"] > 15 * len(report["entries"]), report
    for (entry, rule), (outcome, why) in outcomes(report).items():
        absent = "does not have" in why or "offers no" in why or "is not implemented here" in why
        assert outcome == "passed" or absent or rule.startswith(tuple(skipped)), (entry, rule, why)
    return count(report)


def count(report):
    for entry in report["entries"]:
        FUNCTIONS[entry["group"]] = entry["functions"]
        CALLED[entry["group"]] |= set(filter(None, entry["called"].split(", ")))
    return report


def test_files_and_databases():
    for name in ("file-store", "sqlite", "local-artifacts"):
        for entry in passes("--builtin", name)["entries"]:
            assert not entry["not_called"], entry


def test_contexts_and_headers():
    passes("--builtin", "run-context", skipped=["context."])
    passes("--builtin", "run-context", "--entry", "environment", MLFLOW_RUN_CONTEXT='{"team": "rock", "site": "north"}')
    passes("--builtin", "default-headers")
    git = f"{BUILD}/lib/millrace/plugins/git-context.so"
    if os.path.exists(git):
        passes(git)


def test_the_example():
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/token", "w", encoding="ascii") as token:
            token.write("secret\n")
        passes(f"{BUILD}/lib/millrace/plugins/example.so", EXAMPLE_TOKEN_FILE=f"{folder}/token")
        report = check(f"{BUILD}/lib/millrace/plugins/example.so", "--group", "request_auth_provider", code=0)
        why = outcomes(report)["example", "auth.can-be-sent"]
        assert why[0] == "skipped" and "EXAMPLE_TOKEN_FILE" in why[1], why


def test_through_a_server():
    with Server() as server:
        http = f"http://127.0.0.1:{server.port}"
        passes("--builtin", "rest-store", "--entry", "http", "--uri", http)
        passes("--builtin", "http-artifacts", "--entry", "http", "--uri", f"{http}/api/2.0/mlflow-artifacts/artifacts")
        passes("--builtin", "http-artifacts", "--entry", "mlflow-artifacts", "--uri", "mlflow-artifacts:/conform", MLFLOW_TRACKING_URI=http)
        run = server.create_run()
        passes("--builtin", "runs-artifacts", "--uri", f"runs:/{run}/conform", MLFLOW_TRACKING_URI=http)
        made = server.api("POST", "logged-models", {"experiment_id": "0", "name": "pump"})
        model = made["model"]["info"]["model_id"]
        passes("--builtin", "models-artifacts", "--uri", f"models:/{model}", MLFLOW_TRACKING_URI=http)


def test_what_cannot_be_tried_says_so():
    report = check("--builtin", "rest-store", "--entry", "https", code=0)
    assert not failed(report) and report["skipped"] > 30, report
    assert "--uri" in outcomes(report)["https", "any.works"][1], report


def test_every_function_of_every_group_is_called():
    """After the others, which count. What no built-in has, a plugin of broken/ has."""
    entries = {"artifact": ["artifact.none"], "request": ["header.in-context-is-quick", "auth.challenge-ends"]}
    with tempfile.TemporaryDirectory() as folder:
        for source, names in entries.items():
            plugin = build(f"{HERE}/broken/{source}.c", f"{folder}/{source}.so")
            for name in names:
                count(check(plugin, "--entry", name))
    missing = {group: (n, sorted(CALLED[group])) for group, n in FUNCTIONS.items() if len(CALLED[group]) != n}
    assert len(FUNCTIONS) >= 6 and not missing, missing


if __name__ == "__main__":
    main(globals())
