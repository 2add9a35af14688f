# SPDX-License-Identifier: Apache-2.0
"""MLflow, natively. Under MLflow this package is its plugins (millrace.mlflow_plugins); alone, it is a small API of its own."""
