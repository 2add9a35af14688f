# SPDX-License-Identifier: Apache-2.0
"""Every method of MLflow's two store interfaces, called on one store: python _stores_calls.py URI prints what came of each call, as JSON,
with ids, times and folders replaced by names, so that two stores can be compared. Run in an empty folder."""
import dataclasses
import enum
import inspect
import json
import math
import os
import re
import sys

ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![a-z])(?:[a-z]{1,3}-)[0-9a-f]{20,32}|\b[0-9a-f]{16}\b|\b\d{18}\b")
NAME = re.compile(r"\b[a-z]+-[a-z]+-\d{1,3}\b")
TIME = re.compile(r"\b1[789]\d{11}\b")
TOKEN = re.compile(r"^[A-Za-z0-9+/]{30,}=*$")
NOW = 1_600_000_000_000  # later ones are the store's own times


class Calls:
    """calls(method, ...) calls it on the store, notes the outcome, and returns the result, or None when there is none."""

    def __init__(self, store, table, uri):
        self.store, self.table, self.said, self.called, self.ids = store, table, [], set(), {}
        self.is_folder = "file:" in uri

    def __call__(self, method, *args, **kwargs):
        self.called.add(method)
        try:
            result = getattr(self.store, method)
            if inspect.isroutine(result):
                result = result(*args, **kwargs)
            if inspect.iscoroutine(result):
                import asyncio

                result = asyncio.run(result)
            self.note(method, self.in_order("_latest_version", result) if method == "get_latest_versions" else result)
            return result
        except Exception as error:  # what a store raises is what is compared
            self.said.append([method, {"raised": getattr(error, "error_code", None) or type(error).__name__, "message": str(error)}])
            return None

    def note(self, what, result):
        self.said.append([what, self.plain(result)])

    def text(self, text):
        for folder in (os.getcwd(), os.environ.get("SERVER_FOLDER")):
            text = text.replace(folder, "<folder>") if folder else text
        for pattern in (ID, NAME):
            text = pattern.sub(lambda m: self.ids.setdefault(m.group(), f"<{len(self.ids)}>"), text)
        return TOKEN.sub("<token>", TIME.sub("<time>", text))

    def plain(self, value):
        if isinstance(value, enum.Enum):
            return f"{type(value).__name__}.{value.name}"
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int):
            return "<time>" if value > NOW else value
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)
        if isinstance(value, bytes):
            return value.hex()
        if isinstance(value, dict):
            return {self.text(str(k)): self.plain(v) for k, v in sorted(value.items(), key=lambda item: str(item[0]))}
        if hasattr(value, "token") and isinstance(value, list):
            return {"token": bool(value.token), "page": [self.plain(v) for v in value]}
        if isinstance(value, (list, tuple, set)) or type(value).__name__.startswith("Repeated"):
            return [self.plain(v) for v in value]
        if dataclasses.is_dataclass(value):
            return {type(value).__name__: self.plain(vars(value))}
        if hasattr(value, "to_dict"):
            return {type(value).__name__: self.plain({k: v for k, v in value.to_dict().items() if k != "digest"})}  # it is of its times
        if hasattr(value, "__dict__"):
            return {type(value).__name__: self.plain({k: self.in_order(k, v) for k, v in vars(value).items() if "_lock" not in k})}
        return self.text(str(value))

    @staticmethod
    def in_order(name, value):
        """Of what no store promises an order."""
        order = {"_metric_objs": lambda m: m.key, "_metrics": lambda m: m.key, "_latest_version": lambda v: int(v.version),
                 "_dataset_inputs": lambda d: d.dataset.name}.get(name)
        return sorted(value, key=order) if order and isinstance(value, list) else value


def abstract_methods(cls):
    """What the interface's classes define, mixins included."""
    return {name for base in cls.__mro__ if base.__module__.startswith("mlflow.") for name in vars(base)
            if not name.startswith("__") and name != "_abc_impl"}


def main():
    uri = sys.argv[1]
    import _stores_steps
    import _stores_steps_genai
    from mlflow.store.model_registry.abstract_store import AbstractStore as Registry
    from mlflow.store.tracking.abstract_store import AbstractStore as Tracking
    from mlflow.tracking._model_registry.utils import _get_store as registry_store
    from mlflow.tracking._tracking_service.utils import _get_store as tracking_store

    import mlflow

    mlflow.set_tracking_uri(uri)
    tracking, registry = Calls(tracking_store(), Tracking, uri), Calls(registry_store(), Registry, uri)
    registry.ids = tracking.ids
    _stores_steps.tracking(tracking)
    _stores_steps.logged_models(tracking)
    _stores_steps.registry(registry, tracking)
    _stores_steps_genai.everything(tracking, registry)
    print(json.dumps([{"methods": sorted(abstract_methods(c.table)), "called": sorted(c.called), "said": c.said}
                      for c in (tracking, registry)]))


if __name__ == "__main__":
    main()
