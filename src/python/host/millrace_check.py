# SPDX-License-Identifier: Apache-2.0
"""What there is to say of a plugin before it is used: whether its entry points load and have what their contracts ask, and what
would be adapted."""
import importlib.metadata
import inspect
import sys

import millrace_adapt as adapt
import millrace_host as host

REQUIRED = {  # group -> what a class of it is, and the methods without which it is none
    "mlflow.artifact_repository": ("an artifact repository", ["log_artifact", "list_artifacts"]),
    "mlflow.project_backend": ("a project backend", ["run"]),
    "mlflow.model_evaluator": ("an evaluator", ["can_evaluate", "evaluate"]),
    "mlflow.run_context_provider": ("a run context provider", ["in_context", "tags"]),
    "mlflow.request_header_provider": ("a request header provider", ["in_context", "request_headers"]),
    "mlflow.request_auth_provider": ("a request auth provider", ["get_name", "get_auth"]),
    "mlflow.default_experiment_provider": ("a default experiment provider", ["in_context", "get_experiment_id"]),
}


def check_entry(plugin, entry):
    """Loads it, and tries on its class what would be adapted when it is used."""
    thing, group = host.load_object(plugin, entry["object"]), entry["group"]
    for name in adapt.LAZY.get(group, ())[1:]:
        if not adapt.accepts(thing, name):
            adapt.note(f"{getattr(thing, '__name__', thing)} is built without {name}, which it does not take", plugin)
    if group in REQUIRED:
        adapt.check_class(plugin, thing, *REQUIRED[group])
    if group == "mlflow.deployments":
        import millrace_deployments as deployments

        deployments.check(plugin, deployments.client_class(thing))
    if group in adapt.CORE and inspect.isclass(thing):
        adapt.check_class(plugin, thing, "a store", adapt.CORE[group])
        adapt.adapt_store(plugin, object.__new__(thing), adapt.base_of(group))


def describe(request, blob):
    plugin, failed = request["plugin"], []
    for entry in request["params"]["entries"]:
        try:
            check_entry(plugin, entry)
        except Exception as e:
            failed.append({"entry": f"{entry['group']} {entry['name']}", "message": host.error_text(e)})
    return {"failed": failed, "adapted": adapt.adapted.get(request["plugin"], []), "python": sys.version.split()[0],
            "mlflow": importlib.metadata.version("mlflow-skinny")}


OPERATIONS = {"plugin.describe": describe}
