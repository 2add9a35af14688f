# SPDX-License-Identifier: Apache-2.0
"""Reads ../deviations and judges answers by it."""
import re
from pathlib import Path

import yaml

FILE = Path(__file__).resolve().parents[1] / "deviations"
FIELDS = {"id", "reason", "reference", "ours"}
EXPECTATIONS = {"says", "status", "type", "error_code", "message", "body"}


def load():
    entries = yaml.safe_load(FILE.read_text())
    listed = {}
    for entry in entries:
        assert set(entry) - {"automatic"} == FIELDS, f"{entry.get('id')}: has {sorted(entry)}, needs {sorted(FIELDS)}"
        assert entry["id"] not in listed, f"{entry['id']} is listed twice"
        for side in ("reference", "ours"):
            unknown = set(entry[side]) - EXPECTATIONS
            assert not unknown and "says" in entry[side], f"{entry['id']}.{side}: {unknown or 'says nothing'}"
        listed[entry["id"]] = entry
    return listed


def automatic(listed, reference):
    """The id of the deviation that the reference's answer shows by itself, if any."""
    for entry in listed.values():
        if entry.get("automatic") and not judge(entry["reference"], reference):
            return entry["id"]
    return None


def judge(expected, answer):
    """The ways in which an answer is not what a side of a deviation says; none when it is."""
    wrong = []

    def check(what, wanted, got):
        if wanted is not None and not got:
            wrong.append(f"{what} should be {wanted!r}")

    statuses = expected.get("status")
    if statuses is not None:
        statuses = statuses if isinstance(statuses, list) else [statuses]
        check("status", statuses, answer.status in statuses)
    kind = expected.get("type")
    check("content-type", kind, kind and (answer.header("content-type") or "").startswith(kind))
    body = expected.get("body")
    check("body", body, body is not None and re.search(body, answer.text, re.S))
    if "error_code" in expected or "message" in expected:
        try:
            error = answer.json()
        except ValueError:
            error = {}
        error = error if isinstance(error, dict) else {}
        code, message = expected.get("error_code"), expected.get("message")
        codes = code if isinstance(code, list) else [code]
        check("error_code", code, error.get("error_code") in codes)
        check("message", message, message and re.search(message, str(error.get("message", ""))))
    return wrong
