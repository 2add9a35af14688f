# SPDX-License-Identifier: Apache-2.0
"""Each rule of the conformance kit can fail: for each there is a plugin that breaks it, and the rule finds it. The same
plugin with nothing wrong passes all rules. What is wrong as a whole (a crash, a hang, a leak) is a report, not an end."""
import csv
import io
import json
import os
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as xml
from concurrent.futures import ThreadPoolExecutor

from _kit import HERE, MILLRACE, SANITIZE, build, check, environment, failed, outcomes
from _server import main

SOURCES = sorted(name[:-2] for name in os.listdir(f"{HERE}/broken") if name.endswith(".c") and name != "whole.c")
LOADED_SO = {"any.loads": "CRASHES_EARLY", "any.says-what-it-is": "NAMELESS"}


def all_rules():
    text = subprocess.run([MILLRACE, "plugins", "check", "--rules", "--output", "json"], env=environment(), capture_output=True, text=True,
                          check=True).stdout
    return {row["rule"]: row for row in json.loads(text)}


def entries(plugin):
    text = subprocess.run([MILLRACE, "plugins", "list", "--output", "csv", "--plugin", plugin], env=environment(), capture_output=True,
                          text=True, check=True).stdout
    return [row["NAME"] for row in csv.DictReader(io.StringIO(text)) if row["SOURCE"] == "--plugin"]


def extra(entry, folder):
    """What a kind needs besides: a flavor a model, which tells it what to break."""
    if not entry.startswith("flavor."):
        return []
    os.makedirs(f"{folder}/{entry}", exist_ok=True)
    with open(f"{folder}/{entry}/MLmodel", "w", encoding="utf-8") as file:
        file.write(f"flavors:\n  {entry}:\n    breaks: {entry}\n")
    return ["--uri", f"{entry}:{folder}/{entry}"]


def rule_of(entry):
    return entry.replace(":", "-")


def test_every_rule_can_fail():
    rules, shown = all_rules(), set()
    assert len(rules) > 100, len(rules)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as pool:
        plugins = [build(f"{HERE}/broken/{name}.c", f"{folder}/{name}.so") for name in SOURCES]
        jobs = [(plugin, entry) for plugin in plugins for entry in entries(plugin) if not entry.endswith(".none")]

        def broken(job):
            plugin, entry = job
            rule = rule_of(entry)
            # What is watched all the time needs something to watch.
            also = ["--rule", "any.works"] if rule.startswith("watch.") else []
            report = check(plugin, "--entry", entry, "--rule", rule, *also, *extra(entry, folder), "--timeout", "5s")
            found = outcomes(report).get((entry, rule))
            return rule if found and found[0] == "failed" else (rule, found)

        shown.update(pool.map(broken, jobs))
        wrong = [one for one in shown if isinstance(one, tuple)]
        assert not wrong, wrong
        for rule, how in LOADED_SO.items():
            plugin = build(f"{HERE}/broken/whole.c", f"{folder}/{rule}.so", f"-D{how}")
            assert ("whole", rule) in failed(check(plugin, "--rule", rule, code=1)), rule
            shown.add(rule)
    assert shown == set(rules), (set(rules) - shown, shown - set(rules))


def test_with_nothing_wrong_they_pass():
    with tempfile.TemporaryDirectory() as folder:
        for name in SOURCES:
            plugin = build(f"{HERE}/broken/{name}.c", f"{folder}/{name}.so")
            for entry in entries(plugin):
                if entry.endswith(".none"):
                    assert not failed(check(plugin, "--entry", entry, *extra(entry, folder), code=0)), entry


def test_wrong_as_a_whole():
    """Nothing of it ends the run."""
    expected = {"CRASHES": "crashed with SIGSEGV", "HANGS": "within the deadline", "EXITS": "exit status 3"}
    if SANITIZE:
        expected.update({"CRASHES": "SEGV", "OVERRUNS": "heap-buffer-overflow"})
        expected.update({"LEAKS": "leaks memory"} if "address" in SANITIZE else {})
    with tempfile.TemporaryDirectory() as folder:
        for how, why in expected.items():
            plugin = build(f"{HERE}/broken/whole.c", f"{folder}/whole.so", f"-D{how}")
            found = failed(check(plugin, "--rule", "any.works", "--rule", "context", "--timeout", "300ms", code=1))
            assert why in found["whole", "any.works"], (how, found)
            assert ("whole", "context.tags-can-be-stored") in found, found  # it went on


def test_valgrind_finds_what_is_hidden():
    if SANITIZE or not shutil.which("valgrind"):
        print("skipped: sanitizers are in it, or there is no valgrind")
        return
    with tempfile.TemporaryDirectory() as folder:
        for how, why in (("LEAKS", "definitely lost"), ("OVERRUNS", "Invalid write")):
            plugin = build(f"{HERE}/broken/whole.c", f"{folder}/whole.so", f"-D{how}")
            assert not failed(check(plugin, "--rule", "any.works", code=0)), how
            found = failed(check(plugin, "--rule", "any.works", "--sanitize", code=1))
            assert why in found["whole", "any.works"], (how, found)


def test_reports():
    """The table, JUnit's XML and the exit status tell the same."""
    with tempfile.TemporaryDirectory() as folder:
        plugin = build(f"{HERE}/broken/request.c", f"{folder}/request.so")
        done = subprocess.run([MILLRACE, "plugins", "check", plugin, "--entry", "header.can-be-sent", "--junit", f"{folder}/junit.xml"],
                              env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 1 and "1 rule failed" in done.stderr, done
        assert "failed   header.can-be-sent: " in done.stdout and "has a line break" in done.stdout and "request_header.h" in done.stdout, done.stdout
        assert "1 of 2 functions offered, 1 of them called" in done.stdout, done.stdout
        suites = xml.parse(f"{folder}/junit.xml").getroot()
        assert suites.get("failures") == "1", suites.attrib
        failures = suites.findall("./testsuite/testcase[@name='header.can-be-sent']/failure")
        assert len(failures) == 1 and "line break" in failures[0].get("message"), failures


if __name__ == "__main__":
    main(globals())
