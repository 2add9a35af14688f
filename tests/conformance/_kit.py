# SPDX-License-Identifier: Apache-2.0
"""Runs `millrace plugins check` and reads what it found."""
import collections
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("MILLRACE_SOURCE", os.path.join(HERE, "../.."))
BUILD = os.environ.get("MILLRACE_BUILD", f"{SOURCE}/build/dev")
MILLRACE = os.environ.get("MILLRACE", f"{BUILD}/bin/millrace")
SANITIZE = os.environ.get("MILLRACE_SANITIZE", "")
sys.path.insert(0, os.path.join(HERE, "../scenario"))


def environment(**variables):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}
    fast = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()
    return {**clean, "TMPDIR": fast, "XDG_DATA_HOME": "/nonexistent", **variables}


def check(*arguments, code=None, **variables):
    """The report of one plugin; with code, the exit status is that."""
    done = subprocess.run([MILLRACE, "plugins", "check", "--output", "json", *arguments], env=environment(**variables), capture_output=True,
                          text=True, timeout=600, check=False)
    assert code is None or done.returncode == code, done
    assert done.stdout.startswith("["), done
    return json.loads(done.stdout)[0]


def build(source, out, *flags):
    """Compiles a plugin with nothing but the public headers."""
    sanitize = [f"-fsanitize={SANITIZE}"] if SANITIZE else []
    subprocess.run(["cc", "-std=gnu11", "-g", "-Wall", "-Wextra", "-Werror", *sanitize, "-shared", "-fPIC", f"-I{SOURCE}/include", source, "-o", out,
                    *flags], check=True)
    return out


def outcomes(report):
    """{(entry, rule): (outcome, why)}"""
    return {(entry["name"], rule["rule"]): (rule["outcome"], rule.get("why", "")) for entry in report["entries"] for rule in entry["rules"]}


def failed(report):
    return {key: why for key, (outcome, why) in outcomes(report).items() if outcome == "failed"}


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
