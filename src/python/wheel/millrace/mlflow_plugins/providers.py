# SPDX-License-Identifier: Apache-2.0
"""What native plugins say of runs and requests. What libmillrace itself would say is left out: MLflow says it."""
from millrace.mlflow_plugins.native import _native


def run_tags():
    return dict(_native.run_tags())


def request_headers():
    return dict(_native.request_headers())


def default_experiment():
    return _native.default_experiment()
