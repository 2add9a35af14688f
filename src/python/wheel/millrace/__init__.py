# SPDX-License-Identifier: Apache-2.0
"""MLflow, natively. Under MLflow this package is its plugins (millrace.mlflow_plugins); alone, it is a small API of its own, with
the names and meanings of mlflow's:

    import millrace

    with millrace.start_run():
        millrace.log_metric("loss", 0.1)

Nothing is loaded before it is used."""
_FLUENT = """ActiveRun active_run create_experiment delete_experiment delete_experiment_tag delete_run delete_tag end_run
 flush_async_logging get_artifact_uri get_experiment get_experiment_by_name get_parent_run get_registry_uri get_run get_tracking_uri
 is_tracking_uri_set last_active_run log_artifact log_artifacts log_dict log_figure log_image log_input log_metric log_metrics log_param
 log_params log_stream log_text register_model restore_experiment restore_run search_experiments search_model_versions
 search_registered_models search_runs set_experiment set_experiment_tag set_experiment_tags set_registry_uri set_tag set_tags
 set_tracking_uri start_run""".split()
_MODULES = ("artifacts", "config", "entities", "exceptions")
_OTHERS = {"Client": "_client", "MillraceException": "exceptions", "Run": "entities", "Experiment": "entities", "RunStatus": "entities",
           "ViewType": "entities", "__version__": "_version"}
_WHERE = dict.fromkeys(_FLUENT, "_fluent") | _OTHERS

__all__ = sorted([*_FLUENT, *_MODULES, *_OTHERS])


def __getattr__(name):
    if name in _MODULES:
        return __import__(f"millrace.{name}", fromlist=[name])  # importlib would have to be imported
    if name not in _WHERE:
        raise AttributeError(f"module 'millrace' has no attribute {name!r}")
    value = globals()[name] = getattr(__import__(f"millrace.{_WHERE[name]}", fromlist=[name]), name)
    return value


def __dir__():
    return __all__
