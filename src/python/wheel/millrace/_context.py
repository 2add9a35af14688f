# SPDX-License-Identifier: Apache-2.0
"""The tags that a run has from where it starts: the native run contexts', with what only Python knows put in their place."""
from __future__ import annotations

import json
import os
import sys

from millrace import _git, _native


def tags() -> dict[str, str]:
    found: dict[str, str] = json.loads(_native.run_context())
    main = sys.argv[0] if sys.argv else ""
    said = os.environ.get("MLFLOW_RUN_CONTEXT", "")  # which has the last word
    ours = {"mlflow.source.name": main or "<console>", **(_git.tags(main) if main else {})}
    for key in ("mlflow.source.name", "mlflow.source.git.commit"):
        if key not in said:
            found.pop(key, None)  # the native library takes the interpreter for the program
    return {**found, **{key: value for key, value in ours.items() if key not in found}}
