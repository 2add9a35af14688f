# SPDX-License-Identifier: Apache-2.0
"""A program as its author's type checker sees it: mypy and pyright must find what is said here, and nothing else."""
from typing import Any

from typing_extensions import assert_type

import millrace
from millrace.entities import Metric, ModelVersion, Run
from millrace._log import RunOperations

with millrace.start_run(run_name="r", tags={"a": 1}) as run:
    assert_type(run, millrace.ActiveRun)
    assert_type(run.info.run_id, str)
    assert_type(run.info.end_time, int | None)
    assert_type(run.data.metrics, dict[str, float])
    assert_type(millrace.log_metric("m", 1, step=2, synchronous=False), RunOperations | None)
    assert_type(millrace.log_param("p", 1), Any)
    millrace.log_metric("m", "much")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    millrace.log_metric("m", 1.0, steps=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    millrace.log_metrics({"a": 1.0, "b": 2})
    millrace.set_tags({"a": object()})
    millrace.log_artifact(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

assert_type(millrace.search_runs(output_format="list"), list[Run])
assert_type(millrace.last_active_run(), Run | None)
assert_type(millrace.register_model("runs:/x/model", "name"), ModelVersion)
assert_type(millrace.Client().get_metric_history("x", "m"), list[Metric])
assert_type(millrace.Client().search_runs(["0"]).token, str | None)
assert_type(millrace.artifacts.load_text("runs:/x/a"), str)
millrace.config.enable_async_logging()
millrace.nothing  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnusedExpression]

try:
    millrace.get_run("x").info.nothing  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnusedExpression]
except millrace.MillraceException as failure:
    assert_type(failure.error_code, str)
