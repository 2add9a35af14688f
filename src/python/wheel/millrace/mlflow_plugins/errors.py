# SPDX-License-Identifier: Apache-2.0
"""Around calls into libmillrace: what it refuses is raised as MLflow does."""
from __future__ import annotations

import contextlib

from millrace import _native
from millrace.mlflow_plugins.transport import raised


@contextlib.contextmanager
def errors():
    try:
        yield
    except _native.Error as error:
        raise raised(error) from None
