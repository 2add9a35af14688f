# SPDX-License-Identifier: Apache-2.0
"""MLflow plugins: each module has one kind."""
