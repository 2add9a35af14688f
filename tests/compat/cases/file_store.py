# SPDX-License-Identifier: Apache-2.0
"""The same requests against `mlruns` folders: the answers, and every file that was written."""
from dataclasses import replace

from . import experiments, inputs_outputs, logged_models, metrics, params_tags, registry, runs

# The reference is slow on files, so that the everyday run has the cases with few steps; --slow has all.
EVERY_DAY = {
    experiments: ("create", "create-all-fields", "create-twice", "create-name-missing", "delete-restore", "delete-run-then-restore-experiment", "update", "tags", "get-by-name-bad"),
    runs: ("create", "create-in-default", "create-nothing-given", "create-with-tags", "create-name-in-tag", "update", "delete-restore", "nested"),
    metrics: ("log-and-read", "log-no-step", "latest", "duplicates", "history-order", "history-paged", "bulk", "metric-dataset-and-model"),
    params_tags: ("param", "tag", "tag-run-name", "batch", "batch-defaults", "batch-repeats", "batch-params-changed", "batch-fails-late"),
    inputs_outputs: ("log-inputs", "model-inputs", "model-outputs", "search-datasets"),
    logged_models: ("create", "create-all", "metrics", "delete", "registered", "params"),
    registry: ("create", "create-all", "rename", "delete", "version", "version-all", "version-delete", "stages", "latest-versions", "aliases"),
}
# The steps, counted from 1, in which the reference's file store has mistakes that its SQL store has not; 0: in what it stores.
MISTAKES = {
    "experiments-get-by-name-bad": (5,),
    "metrics-metric-dataset-and-model": (4, 7, 9),
    "params_tags-batch-params-changed": (5, 6, 8, 11, 12, 13),
    "params_tags-batch-fails-late": (3, 4),
    "logged_models-params": (12,),
    "logged_models-delete": (7,),
    "logged_models-metrics": (11, 13),
    "registry-rename": (5, 7, 8),
    "registry-version-delete": (23,),
    "registry-stages": (31,),
    "experiments-create-name-odd": tuple(range(35, 77)),
    "experiments-tag-keys": (*range(54, 62), *range(65, 74), *range(76, 89)),
    "experiments-tag-views": tuple(range(27, 54)),
    "runs-create-tags-bad": (0,),
    "metrics-history-bad": (*range(10, 17), *range(20, 23)),
    "params_tags-tag-keys": (44, 45, 51, *range(56, 64), *range(67, 76), *range(78, 91)),
    "params_tags-tag-values": (47,),
    "inputs_outputs-log-inputs-optional": (11, 18),
    "inputs_outputs-log-inputs-limits": (4, 6, 8, 10, 12, 14),
    "inputs_outputs-log-inputs-profile-limit": (3, 4),
    "inputs_outputs-log-inputs-bad": (15,),
    "inputs_outputs-outputs-bad": (7, 8, 11),
    "logged_models-create-params-tags": (3, 5, 25, 29),
    "logged_models-get-bad": (2,),
    "logged_models-finalize": (19,),
    "logged_models-tags": (12, 13, *range(17, 20), 25, 29),
    "logged_models-artifacts": (5, 12),
    "registry-version-bad": (5, 49),
    "registry-version-get-bad": (21, 22),
    "registry-version-update": (17,),
    "registry-version-tags": (*range(22, 28), 37, 40, 44, 57, 62, 63),
    "registry-alias-names": (66, 71),
}
FACETS = {module: module.__name__.rpartition(".")[2] for module in EVERY_DAY}


def on_files(module, case):
    """Folders are read in the order in which the file system has their entries, so that lists have no order."""
    name = f"{FACETS[module]}-{case.name}"
    mistakes = MISTAKES.get(name, ())
    steps = tuple(step.but(compare="set" if step.compare == "bytes" else step.compare,
                           deviation="files-as-sql" if number in mistakes else step.deviation)
                  for number, step in enumerate(case.steps, 1))
    return replace(case, name=name, steps=steps, config="file", stored=case.stored and not mistakes,
                   slow=case.slow or case.name not in EVERY_DAY[module])


for module, names in EVERY_DAY.items():
    unknown = set(names) - {case.name for case in module.CASES}
    assert not unknown, f"{FACETS[module]} has no case {unknown}"

CASES = [on_files(module, case) for module in EVERY_DAY for case in module.CASES]
