# SPDX-License-Identifier: Apache-2.0
"""What the package names; each is loaded when it is used."""
from millrace import artifacts as artifacts, config as config, entities as entities, exceptions as exceptions
from millrace._client import Client as Client
from millrace._fluent import (
    ActiveRun as ActiveRun, active_run as active_run, create_experiment as create_experiment, delete_experiment as delete_experiment,
    delete_experiment_tag as delete_experiment_tag, delete_run as delete_run, delete_tag as delete_tag, end_run as end_run,
    flush_async_logging as flush_async_logging, get_artifact_uri as get_artifact_uri, get_experiment as get_experiment,
    get_experiment_by_name as get_experiment_by_name, get_parent_run as get_parent_run, get_registry_uri as get_registry_uri,
    get_run as get_run, get_tracking_uri as get_tracking_uri, is_tracking_uri_set as is_tracking_uri_set,
    last_active_run as last_active_run, log_artifact as log_artifact, log_artifacts as log_artifacts, log_dict as log_dict,
    log_figure as log_figure, log_image as log_image, log_input as log_input, log_metric as log_metric, log_metrics as log_metrics,
    log_param as log_param, log_params as log_params, log_stream as log_stream, log_text as log_text, register_model as register_model,
    restore_experiment as restore_experiment, restore_run as restore_run, search_experiments as search_experiments,
    search_model_versions as search_model_versions, search_registered_models as search_registered_models, search_runs as search_runs,
    set_experiment as set_experiment, set_experiment_tag as set_experiment_tag, set_experiment_tags as set_experiment_tags,
    set_registry_uri as set_registry_uri, set_tag as set_tag, set_tags as set_tags, set_tracking_uri as set_tracking_uri,
    start_run as start_run,
)
from millrace._version import __version__ as __version__
from millrace.entities import Experiment as Experiment, Run as Run, RunStatus as RunStatus, ViewType as ViewType
from millrace.exceptions import MillraceException as MillraceException

__all__ = [
    "ActiveRun", "Client", "Experiment", "MillraceException", "Run", "RunStatus", "ViewType", "__version__", "active_run", "artifacts",
    "config", "create_experiment", "delete_experiment", "delete_experiment_tag", "delete_run", "delete_tag", "end_run", "entities",
    "exceptions", "flush_async_logging", "get_artifact_uri", "get_experiment", "get_experiment_by_name", "get_parent_run",
    "get_registry_uri", "get_run", "get_tracking_uri", "is_tracking_uri_set", "last_active_run", "log_artifact", "log_artifacts",
    "log_dict", "log_figure", "log_image", "log_input", "log_metric", "log_metrics", "log_param", "log_params", "log_stream", "log_text",
    "register_model", "restore_experiment", "restore_run", "search_experiments", "search_model_versions", "search_registered_models",
    "search_runs", "set_experiment", "set_experiment_tag", "set_experiment_tags", "set_registry_uri", "set_tag", "set_tags",
    "set_tracking_uri", "start_run",
]
