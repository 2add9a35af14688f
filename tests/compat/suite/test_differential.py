# SPDX-License-Identifier: Apache-2.0
"""Each case in cases/ is sent to the reference and to ours, and the answers and what was stored are compared."""
import importlib
import pkgutil

import cases
import pytest

MODULES = [importlib.import_module(f"cases.{found.name}") for found in pkgutil.iter_modules(cases.__path__)]
WORLDS = {world.name: world for module in MODULES for world in getattr(module, "WORLDS", [])}


def parameters():
    for module in MODULES:
        facet = module.__name__.rpartition(".")[2]
        seen = set()
        for case in getattr(module, "CASES", []):
            assert case.name not in seen, f"{facet}: two cases are called {case.name}"
            seen.add(case.name)
            marks = [pytest.mark.servers(case.config)] + ([pytest.mark.slow] if case.slow else [])
            yield pytest.param(case, f"{facet}-{case.name}", id=f"{facet}/{case.name}", marks=marks)


@pytest.mark.parametrize("case,unique", list(parameters()))
def test_same_answer(case, unique, pairs):
    pair = pairs(case.config)
    world = WORLDS[case.world] if case.world else None
    if world:
        differences = pair.build_world(world)
        assert not differences, f"the world {world.name} differs already:\n" + "\n\n".join(differences)
    differences = pair.run(case, unique, world)
    if pair.trace is not None:
        print("", *pair.trace, sep="\n")
        pair.trace.clear()
    if differences:
        pytest.fail(f"{len(differences)} differences\n\n" + "\n\n".join(differences), pytrace=False)
