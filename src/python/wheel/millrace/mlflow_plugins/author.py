# SPDX-License-Identifier: Apache-2.0
"""For the one module of a native plugin in a wheel of its own, which millrace.plugin_wheel writes:

    from millrace.mlflow_plugins import author
    __getattr__ = author.entries(__file__, "site.so")

Its attributes are what the wheel's entry points name. Nothing native is loaded before one of them is called."""
import os
from importlib import import_module

_STORES = ("tracking_store", "registry_store", "artifact_repository")
_KINDS = ("backends", "deployments", "evaluators", "auth")


def _add(file: str) -> None:
    if not os.path.exists(file):
        package = os.path.basename(os.path.dirname(file)).replace("_", "-")
        raise FileNotFoundError(f"The native plugin {file} is not there; install its distribution again: "
                                f"pip install --force-reinstall {package}")
    from millrace.mlflow_plugins import native

    native.add_plugin(file)


def _lazily(file: str, module: str, attribute: str):
    """A call of an attribute of one of our modules, after the plugin is known."""
    def call(*args, **kwargs):
        _add(file)
        return getattr(import_module(f"millrace.mlflow_plugins.{module}"), attribute)(*args, **kwargs)

    call.__name__ = call.__qualname__ = attribute
    return call


def entries(module_file: str, plugin: str):
    """The __getattr__ of a module beside the plugin's file: "tracking_store", "registry_store", "artifact_repository";
    and "backends_nNAME", "deployments_nNAME", "evaluators_nNAME", "auth_nNAME", as millrace.mlflow_plugins knows them."""
    file = os.path.join(os.path.dirname(os.path.abspath(module_file)), plugin)

    def attribute(name: str):
        if name in _STORES:
            return _lazily(file, "entry", name)
        kind, _, rest = name.partition("_")
        if kind in _KINDS and rest.startswith("n"):  # a class or module, by the name; native.py adds the plugin before it asks for that
            return getattr(import_module(f"millrace.mlflow_plugins.{kind}"), rest)
        raise AttributeError(f"the plugin {plugin} has nothing of the name {name!r}")

    return attribute
