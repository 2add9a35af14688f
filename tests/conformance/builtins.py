# SPDX-License-Identifier: Apache-2.0
"""What Millrace brings, and plugins/example, pass the conformance kit; together with the plugins of broken/ they show that
the rules call every function of every group."""
import os
import subprocess
import tempfile

from _kit import BUILD, CALLED, FUNCTIONS, HERE, build, check, count, failed, outcomes, passes
from _server import main

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
        for entry in ("file-plugin", "example", "faketarget", "files"):
            passes(f"{BUILD}/lib/millrace/plugins/example.so", "--entry", entry, EXAMPLE_TOKEN_FILE=f"{folder}/token",
                   EXAMPLE_EXPERIMENT_ID="3")
        report = check(f"{BUILD}/lib/millrace/plugins/example.so", "--group", "request_auth_provider", code=0)
        why = outcomes(report)["example", "auth.can-be-sent"]
        assert why[0] == "skipped" and "EXAMPLE_TOKEN_FILE" in why[1], why


def test_a_backend():
    passes("--builtin", "local-backend")


def test_apps():
    plugin = f"{BUILD}/lib/millrace/plugins/apps.so"
    with tempfile.TemporaryDirectory() as folder:
        crypted = subprocess.run(["openssl", "passwd", "-6", "secret"], capture_output=True, text=True, check=True).stdout
        for name, content in (("users", f"alice:{crypted}"), ("permissions", "")):
            with open(f"{folder}/{name}", "w", encoding="ascii") as file:
                file.write(content)
            os.chmod(f"{folder}/{name}", 0o600)
        passes(plugin, "--entry", "rate-limit")
        passes(plugin, "--entry", "audit-log", "--option", "file={folder}/audit.jsonl")
        passes(plugin, "--entry", "basic-auth", "--option", f"users={folder}/users", "--option", f"permissions={folder}/permissions")


def test_what_cannot_be_tried_says_so():
    report = check("--builtin", "rest-store", "--entry", "https", code=0)
    assert not failed(report) and report["skipped"] > 30, report
    assert "--uri" in outcomes(report)["https", "any.works"][1], report


def test_every_function_of_every_group_is_called():
    """After the others, which count. What no built-in has, a plugin of broken/ has."""
    entries = {"artifact": ["artifact.none"], "request": ["header.in-context-is-quick", "auth.challenge-ends"], "backend": ["backend.none"],
               "deployment": ["deployment.none"], "app": ["app.none"], "flavor": ["flavor.none"], "evaluator": ["evaluator.none"]}
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/MLmodel", "w", encoding="ascii") as file:
            file.write("flavors:\n  flavor.none:\n    breaks: nothing\n")
        for source, names in entries.items():
            plugin = build(f"{HERE}/broken/{source}.c", f"{folder}/{source}.so")
            for name in names:
                count(check(plugin, "--entry", name, "--uri", f"flavor.none:{folder}"))
    missing = {group: (n, sorted(CALLED[group])) for group, n in FUNCTIONS.items() if len(CALLED[group]) != n}
    assert len(FUNCTIONS) == 12 and not missing, missing


if __name__ == "__main__":
    main(globals())
