# SPDX-License-Identifier: Apache-2.0
"""Settings, which are MLflow's environment variables, so that they hold for programs that this one starts, too."""
from __future__ import annotations

import os


def enable_async_logging(enable: bool = True) -> None:
    """Whether what is logged is queued where `synchronous` is not given."""
    os.environ["MLFLOW_ENABLE_ASYNC_LOGGING"] = "true" if enable else "false"


def is_async_logging_enabled() -> bool:
    return os.environ.get("MLFLOW_ENABLE_ASYNC_LOGGING", "").lower() in ("true", "1")
