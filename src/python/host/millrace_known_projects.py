# SPDX-License-Identifier: Apache-2.0
"""What the project backends of single plugins need; see millrace_known.py."""
import millrace_adapt as adapt


def yarn(plugin, builder):
    """mlflow-yarn asks for what a project of MLflow 1.x knew of its environment."""
    from mlflow.projects._project_spec import Project

    if not hasattr(Project, "conda_env_path"):
        Project.conda_env_path = property(lambda self: self.env_config_path if self.env_type == "conda" else None)
        adapt.note("Project.conda_env_path is env_config_path, of a project with env_type conda, today", plugin)
