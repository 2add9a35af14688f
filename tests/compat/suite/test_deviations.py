# SPDX-License-Identifier: Apache-2.0
"""The list of deviations itself: well formed, and each of them shown by a case, which test_differential.py runs."""
import importlib
import pkgutil

import cases
from harness import deviations


def named():
    """Ids that cases name."""
    modules = [importlib.import_module(f"cases.{found.name}") for found in pkgutil.iter_modules(cases.__path__)]
    every = [case for module in modules for case in getattr(module, "CASES", []) if not case.slow]
    return {step.deviation for case in every for step in case.steps if step.deviation}


def test_each_is_shown_by_a_case():
    listed = deviations.load()
    assert named() - listed.keys() == set(), "cases name deviations that are not listed"
    assert listed.keys() - named() == set(), "deviations that no everyday case shows"


def test_each_says_why():
    for entry in deviations.load().values():
        assert len(entry["reason"].split()) >= 12, f"{entry['id']} needs a reason that one can judge"
        assert entry["reference"]["says"] != entry["ours"]["says"] or entry["id"] == "truncated-request", entry["id"]
