# SPDX-License-Identifier: Apache-2.0
"""What MLflow's entry points lead to. `entry` is all that `import mlflow` loads of it; the rest follows when it is used."""
