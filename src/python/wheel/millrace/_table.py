# SPDX-License-Identifier: Apache-2.0
"""Runs as a table of pandas, as mlflow.search_runs gives them."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from millrace.entities import Run

if TYPE_CHECKING:
    import pandas as _pandas  # type: ignore[import-untyped,import-not-found,unused-ignore]


def _columns(runs: list[Run], part: str, missing: Any) -> dict[str, list[Any]]:
    data = [getattr(run.data, part) for run in runs]
    keys = dict.fromkeys(key for one in data for key in one)
    return {f"{part}.{key}": [one.get(key, missing) for one in data] for key in keys}


def table(runs: list[Run]) -> _pandas.DataFrame:
    try:
        import pandas as pd  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError as failure:
        raise ImportError("pandas is not installed here; search_runs(..., output_format=\"list\") does without") from failure

    def times(name: str) -> list[Any]:
        return [pd.to_datetime(getattr(run.info, name), unit="ms", utc=True) for run in runs]

    info: dict[str, list[Any]] = {name: [getattr(run.info, name) for run in runs] for name in ("run_id", "experiment_id", "status", "artifact_uri")}
    info |= {"start_time": times("start_time"), "end_time": times("end_time")}
    return pd.DataFrame({**info, **_columns(runs, "metrics", float("nan")), **_columns(runs, "params", None), **_columns(runs, "tags", None)})
