# SPDX-License-Identifier: Apache-2.0
"""scripts/parity: our API has what the reference describes, but for what is expected to be missing."""
import json
import subprocess
import sys

import pytest
from harness import settings

PARITY = [sys.executable, str(settings.ROOT / "scripts/parity")]


def parity(document, tmp_path, *options):
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document))
    done = subprocess.run([*PARITY, "--openapi", str(file), *options], capture_output=True, text=True, env=settings.server_env({}))
    return done.returncode, done.stdout, done.stderr


@pytest.mark.skipif(settings.SUBJECT != "millrace", reason="needs the subject to be Millrace")
def test_ours():
    env = settings.server_env({"MILLRACE_BIN": str(settings.BINARY)})
    done = subprocess.run(PARITY, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    figure = done.stdout.splitlines()[-1]
    assert figure in (settings.ROOT / "README.md").read_text(), f"the README has another figure than {figure}"


def test_it_sees_differences(tmp_path):
    """An API of one operation, wrong in three ways."""
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/LogMetric"}}}}
    document = {
        "paths": {"/api/2.0/mlflow/runs/log-metric": {"post": {"operationId": "log_metric", "requestBody": body, "responses": {}}}},
        "components": {"schemas": {"LogMetric": {"properties": {
            "run_id": {"type": "string", "x-millrace-kind": "string"}, "step": {"type": "integer", "x-millrace-kind": "int32"},
            "nonsense": {"type": "string", "x-millrace-kind": "string"}}}}},
    }
    code, said, complained = parity(document, tmp_path, "--facets", "runs")
    assert code == 1, complained
    for line in ("runs/logMetric: has no route POST /ajax-api/2.0/mlflow/runs/log-metric", "LogMetric.step: is int32, in the reference int64",
                 "LogMetric.value: missing", "LogMetric.nonsense: the reference does not have it", "runs/createRun: missing"):
        assert line in said
    assert said.splitlines()[-1].startswith("parity: 0 of ")
