# SPDX-License-Identifier: Apache-2.0
"""The functions of the package: an active experiment for the process, a stack of active runs for each thread.

A run belongs to the store in which it was started, wherever set_tracking_uri leads later. As in MLflow, the child of a fork
begins without active runs; a program that ends leaves none open."""
from __future__ import annotations

import atexit
import os
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, overload

from millrace import _native, config
from millrace._client import Client
from millrace._log import RunOperations, integer, now
from millrace._rest import error
from millrace.entities import Dataset, DatasetInput, Experiment, InputTag, Metric, ModelVersion, Param, RegisteredModel, Run, RunTag, ViewType
from millrace.exceptions import MillraceException

if TYPE_CHECKING:
    import pandas as _pandas  # type: ignore[import-untyped,import-not-found,unused-ignore]

_NOTE, _PARENT, _NAME = "mlflow.note.content", "mlflow.parentRunId", "mlflow.runName"
_PAGE = 10000


class ActiveRun(Run):
    """A run that is ended at the end of its `with`: FINISHED, or FAILED by an exception."""

    __slots__ = ("_client",)

    def __init__(self, run: Run, client: Client) -> None:
        super().__init__(run.info, run.data, run.inputs, run.outputs)
        self._client = client

    def __enter__(self) -> ActiveRun:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None) -> None:
        if any(run.info.run_id == self.info.run_id for run in _state.stack):
            end_run("FINISHED" if kind is None else "FAILED")


class _State(threading.local):
    def __init__(self) -> None:
        self.stack: list[ActiveRun] = []
        self.last: str | None = None


_state = _State()
_open: dict[int, ActiveRun] = {}  # of all threads
_tracking_uri: str | None = None
_registry_uri: str | None = None
_experiment_id: str | None = None
_clients: dict[tuple[str, str], Client] = {}


def _after_fork() -> None:
    global _state
    _state = _State()
    _open.clear()


@atexit.register
def _end_open_runs() -> None:
    for run in list(_open.values()):
        run._client.queue_end(run.info.run_id, "FINISHED")
    _open.clear()


os.register_at_fork(after_in_child=_after_fork)


# ---- where ----


def set_tracking_uri(uri: str | os.PathLike[str] | None) -> None:
    """"sqlite:///m.db", "./mlruns", "http://...", ...; with "millrace+" before it, the same. Also for programs started from here."""
    global _tracking_uri
    if isinstance(uri, os.PathLike):
        uri = _uri_of(os.fspath(uri))
    _tracking_uri = uri or None
    if uri:
        os.environ["MLFLOW_TRACKING_URI"] = uri
    else:
        os.environ.pop("MLFLOW_TRACKING_URI", None)


def _uri_of(path: str) -> str:
    import pathlib

    return pathlib.Path(path).absolute().resolve().as_uri()


def get_tracking_uri() -> str:
    uri = _tracking_uri or os.environ.get("MLFLOW_TRACKING_URI")
    if uri:
        return uri
    uri = _native.Client().tracking_uri  # what MLflow means without one
    if uri.startswith("sqlite:///"):
        return "sqlite:///" + os.path.abspath(uri.removeprefix("sqlite:///"))
    return _uri_of(uri)


def is_tracking_uri_set() -> bool:
    return bool(_tracking_uri or os.environ.get("MLFLOW_TRACKING_URI"))


def set_registry_uri(uri: str) -> None:
    global _registry_uri
    _registry_uri = uri or None
    if uri:
        os.environ["MLFLOW_REGISTRY_URI"] = uri


def get_registry_uri() -> str:
    return _registry_uri or os.environ.get("MLFLOW_REGISTRY_URI") or get_tracking_uri()


def _client() -> Client:
    where = get_tracking_uri(), get_registry_uri()
    client = _clients.get(where)
    if client is None:
        client = _clients[where] = Client(*where)
    return client


# ---- experiments ----


def set_experiment(experiment_name: str | None = None, experiment_id: str | None = None) -> Experiment:
    """The active one from now on; one that is named and not there is created."""
    global _experiment_id
    if (experiment_name is None) == (experiment_id is None):
        raise MillraceException.invalid_parameter_value("Must specify exactly one of: `experiment_id` or `experiment_name`.")
    client = _client()
    if experiment_id is not None:
        experiment = client.get_experiment(experiment_id)
    else:
        assert experiment_name is not None
        experiment = client.get_experiment_by_name(experiment_name) or _create_or_find(client, experiment_name)
    if experiment.lifecycle_stage != "active":
        raise MillraceException.invalid_parameter_value(
            f"Cannot set a deleted experiment {experiment.name!r} as the active experiment. You can restore the experiment, or "
            "permanently delete the experiment to create a new one.")
    _experiment_id = os.environ["MLFLOW_EXPERIMENT_ID"] = experiment.experiment_id
    return experiment


def _create_or_find(client: Client, name: str) -> Experiment:
    try:
        return client.get_experiment(client.create_experiment(name))
    except MillraceException as failure:
        found = client.get_experiment_by_name(name) if failure.error_code == "RESOURCE_ALREADY_EXISTS" else None
        if found is None:
            raise
        return found


def _active_experiment_id() -> str:
    name, number = os.environ.get("MLFLOW_EXPERIMENT_NAME"), os.environ.get("MLFLOW_EXPERIMENT_ID")
    if _experiment_id:
        return _experiment_id
    client = _client()
    if name:
        experiment = client.get_experiment_by_name(name)
        if experiment is None:
            return client.create_experiment(name)
        if number and number != experiment.experiment_id:
            raise MillraceException.invalid_parameter_value(
                f"The provided MLFLOW_EXPERIMENT_ID environment variable value `{number}` does not match the experiment id "
                f"`{experiment.experiment_id}` for experiment name `{name}`")
        return experiment.experiment_id
    if not number:
        return "0"
    try:
        return client.get_experiment(number).experiment_id
    except MillraceException as failure:
        raise MillraceException.invalid_parameter_value(
            f"The provided MLFLOW_EXPERIMENT_ID environment variable value `{number}` does not exist in the tracking server. "
            "Provide a valid experiment_id.") from failure


def get_experiment(experiment_id: str) -> Experiment:
    return _client().get_experiment(experiment_id)


def get_experiment_by_name(name: str) -> Experiment | None:
    return _client().get_experiment_by_name(name)


def create_experiment(name: str, artifact_location: str | None = None, tags: dict[str, Any] | None = None) -> str:
    return _client().create_experiment(name, artifact_location, tags)


def search_experiments(view_type: int = ViewType.ACTIVE_ONLY, max_results: int | None = None, filter_string: str | None = None,
                       order_by: list[str] | None = None) -> list[Experiment]:
    client, token = _client(), None
    found: list[Experiment] = []
    while max_results is None or len(found) < max_results:
        page = client.search_experiments(view_type, min(1000, max_results - len(found)) if max_results else 1000, filter_string, order_by, token)
        found += page
        token = page.token
        if not token:
            break
    return found


def delete_experiment(experiment_id: str) -> None:
    _client().delete_experiment(experiment_id)


def restore_experiment(experiment_id: str) -> None:
    _client().restore_experiment(experiment_id)


def set_experiment_tag(key: str, value: Any) -> None:
    _client().set_experiment_tag(_active_experiment_id(), key, value)


def set_experiment_tags(tags: dict[str, Any]) -> None:
    for key, value in tags.items():
        set_experiment_tag(key, value)


def delete_experiment_tag(key: str) -> None:
    _client().delete_experiment_tag(_active_experiment_id(), key)


# ---- runs ----


def start_run(run_id: str | None = None, experiment_id: str | None = None, run_name: str | None = None, nested: bool = False,
              parent_run_id: str | None = None, tags: dict[str, Any] | None = None, description: str | None = None) -> ActiveRun:
    """A new run, or one to go on with; the active one of this thread until it is ended. Best in a `with`."""
    stack = _state.stack
    if stack and not nested:
        raise Exception(f"Run with UUID {stack[0].info.run_id} is already active. To start a new run, first end the current run with "
                        "millrace.end_run(). To start a nested run, call start_run with nested=True")
    client = _client()
    tags = dict(tags or {})
    if description:
        if _NOTE in tags:
            raise MillraceException.invalid_parameter_value(
                f"Description is already set via the tag {_NOTE} in tags. Remove the key {_NOTE} from the tags or omit the description.")
        tags[_NOTE] = description
    existing = run_id or os.environ.pop("MLFLOW_RUN_ID", None)
    if existing:
        run = _go_on(client, existing, run_name, tags)
    else:
        run = _begin(client, None if experiment_id is None else str(experiment_id), run_name, parent_run_id, tags)
    active = ActiveRun(run, client)
    stack.append(active)
    _open[id(active)] = active
    return active


def _go_on(client: Client, run_id: str, run_name: str | None, tags: dict[str, Any]) -> Run:
    run = client.get_run(run_id)
    if _experiment_id is not None and _experiment_id != run.info.experiment_id:
        raise MillraceException(f"Cannot start run with ID {run_id} because active experiment ID does not match environment run ID. Make "
                                "sure --experiment-name or --experiment-id matches experiment set with set_experiment(), or just use "
                                "command-line arguments")
    if run.info.lifecycle_stage == "deleted":
        raise MillraceException(f"Cannot start run with ID {run_id} because it is in the deleted state.")
    client._call("POST", "runs/update", run_id=run_id, status="RUNNING", end_time=run.info.end_time, run_name=run_name)
    client.log_batch(run_id, tags=[RunTag(key, str(value)) for key, value in tags.items()], synchronous=True)
    return client.get_run(run_id)


def _begin(client: Client, experiment_id: str | None, run_name: str | None, parent_run_id: str | None, tags: dict[str, Any]) -> Run:
    from millrace import _context

    above = _state.stack[-1].info.run_id if _state.stack else None
    if parent_run_id:
        if above and parent_run_id != above:
            raise MillraceException(f"Current run with UUID {above} does not match the specified parent_run_id {parent_run_id}. To start "
                                    f"a new nested run under the parent run with UUID {above}, first end the current run with "
                                    "millrace.end_run().")
        if client.get_run(parent_run_id).info.lifecycle_stage == "deleted":
            raise MillraceException(f"Cannot start run under parent run with ID {parent_run_id} because it is in the deleted state.")
    parent = parent_run_id or above
    said = {**({_PARENT: parent} if parent else {}), **({_NAME: run_name} if run_name else {})}
    return client.create_run(experiment_id or _active_experiment_id(), tags={**_context.tags(), **tags, **said}, run_name=run_name)


def end_run(status: str = "FINISHED") -> None:
    """Ends this thread's active run, behind all that was logged to it."""
    if not _state.stack:
        return
    os.environ.pop("MLFLOW_RUN_ID", None)
    run = _state.stack.pop()
    _open.pop(id(run), None)
    _state.last = run.info.run_id
    run._client.set_terminated(run.info.run_id, status)


def active_run() -> ActiveRun | None:
    return _state.stack[-1] if _state.stack else None


def last_active_run() -> Run | None:
    """The active run, or else the one that this thread ended last, as it is now."""
    return active_run() or (get_run(_state.last) if _state.last else None)


def _run() -> ActiveRun:
    return _state.stack[-1] if _state.stack else start_run()


def _place(run_id: str | None) -> tuple[Client, str]:
    if run_id:
        return _client(), run_id
    run = _run()
    return run._client, run.info.run_id


def get_run(run_id: str) -> Run:
    return _client().get_run(run_id)


def get_parent_run(run_id: str) -> Run | None:
    return _client().get_parent_run(run_id)


def delete_run(run_id: str) -> None:
    _client().delete_run(run_id)


def restore_run(run_id: str) -> None:
    _client().restore_run(run_id)


@overload
def search_runs(experiment_ids: list[str] | None = ..., filter_string: str = ..., run_view_type: int = ..., max_results: int = ...,
                order_by: list[str] | None = ..., output_format: Literal["pandas"] = ..., search_all_experiments: bool = ...,
                experiment_names: list[str] | None = ...) -> _pandas.DataFrame: ...
@overload
def search_runs(experiment_ids: list[str] | None = ..., filter_string: str = ..., run_view_type: int = ..., max_results: int = ...,
                order_by: list[str] | None = ..., *, output_format: Literal["list"], search_all_experiments: bool = ...,
                experiment_names: list[str] | None = ...) -> list[Run]: ...
def search_runs(experiment_ids: list[str] | None = None, filter_string: str = "", run_view_type: int = ViewType.ACTIVE_ONLY,
                max_results: int = 100000, order_by: list[str] | None = None, output_format: Literal["pandas", "list"] = "pandas",
                search_all_experiments: bool = False, experiment_names: list[str] | None = None) -> list[Run] | _pandas.DataFrame:
    """Runs of the active experiment, of others, or of all; a table of pandas, or a list."""
    if output_format not in ("pandas", "list"):
        raise ValueError(f"Unsupported output format: {output_format}. Supported string values are 'pandas' or 'list'")
    if experiment_ids and experiment_names:
        raise MillraceException.invalid_parameter_value("Only experiment_ids or experiment_names can be used, but not both")
    if experiment_names:
        experiment_ids = [one.experiment_id for one in map(get_experiment_by_name, experiment_names) if one is not None]
    elif not experiment_ids:
        experiment_ids = [one.experiment_id for one in search_experiments()] if search_all_experiments else [_active_experiment_id()]
    found: list[Run] = []
    token = None
    while experiment_ids and len(found) < max_results:
        page = _client().search_runs(experiment_ids, filter_string, run_view_type, min(_PAGE, max_results - len(found)), order_by, token)
        found += page
        token = page.token
        if not token:
            break
    if output_format == "list":
        return found
    from millrace._table import table

    return table(found)


# ---- logging ----


def log_metric(key: str, value: float, step: int | None = None, synchronous: bool | None = None, timestamp: int | None = None,
               run_id: str | None = None, model_id: str | None = None, dataset: Dataset | None = None) -> RunOperations | None:
    if run_id is None:
        stack = _state.stack
        run = stack[-1] if stack else start_run()
        client, run_id = run._client, run.info.run_id
    else:
        client = _client()
    if synchronous is None:
        synchronous = not config.is_async_logging_enabled()
    if not synchronous and model_id is None and dataset is None:
        try:
            client._native.log_metric(run_id, key, value, timestamp or None, step)
            return client._operations
        except _native.Error as failure:
            raise error(failure) from None
        except (TypeError, ValueError, OverflowError):
            pass  # once more, with all that can be converted and said
    if dataset is not None:
        client.log_inputs(run_id, [DatasetInput(dataset)])
    return client.log_metric(run_id, key, value, timestamp or None, step, synchronous, dataset.name if dataset else None,
                             dataset.digest if dataset else None, model_id)


def log_metrics(metrics: dict[str, float], step: int | None = None, synchronous: bool | None = None, run_id: str | None = None,
                timestamp: int | None = None, model_id: str | None = None, dataset: Dataset | None = None) -> RunOperations | None:
    client, run_id = _place(run_id)
    moment, step = integer(timestamp, "timestamp") or now(), integer(step, "step") or 0
    if dataset is not None:
        client.log_inputs(run_id, [DatasetInput(dataset)])
    named = (model_id, dataset.name if dataset else None, dataset.digest if dataset else None)
    return client.log_batch(run_id, metrics=[Metric(key, value, moment, step, *named) for key, value in metrics.items()],
                            synchronous=synchronous)


def log_param(key: str, value: Any, synchronous: bool | None = None) -> Any:
    client, run_id = _place(None)
    return client.log_param(run_id, key, value, synchronous)


def log_params(params: dict[str, Any], synchronous: bool | None = None, run_id: str | None = None) -> RunOperations | None:
    client, run_id = _place(run_id)
    return client.log_batch(run_id, params=[Param(key, str(value)) for key, value in params.items()], synchronous=synchronous)


def set_tag(key: str, value: Any, synchronous: bool | None = None) -> RunOperations | None:
    client, run_id = _place(None)
    return client.set_tag(run_id, key, value, synchronous)


def set_tags(tags: dict[str, Any], synchronous: bool | None = None) -> RunOperations | None:
    client, run_id = _place(None)
    return client.log_batch(run_id, tags=[RunTag(key, str(value)) for key, value in tags.items()], synchronous=synchronous)


def delete_tag(key: str) -> None:
    client, run_id = _place(None)
    client.delete_tag(run_id, key)


def log_input(dataset: Dataset, context: str | None = None, tags: dict[str, str] | None = None) -> None:
    client, run_id = _place(None)
    said = {**({"mlflow.data.context": context} if context else {}), **(tags or {})}
    client.log_inputs(run_id, [DatasetInput(dataset, [InputTag(key, value) for key, value in said.items()])])


def flush_async_logging() -> None:
    """Sends what is queued, of all runs, and waits for it. What a store refused is raised."""
    for client in {_client(), *_clients.values(), *(run._client for run in list(_open.values()))}:
        client.flush()


# ---- artifacts ----


def log_artifact(local_path: str | os.PathLike[str], artifact_path: str | None = None, run_id: str | None = None) -> None:
    client, run_id = _place(run_id)
    client.log_artifact(run_id, local_path, artifact_path)


def log_artifacts(local_dir: str | os.PathLike[str], artifact_path: str | None = None, run_id: str | None = None) -> None:
    client, run_id = _place(run_id)
    client.log_artifacts(run_id, local_dir, artifact_path)


def log_text(text: str, artifact_file: str, run_id: str | None = None) -> None:
    client, run_id = _place(run_id)
    client.log_text(run_id, text, artifact_file)


def log_dict(dictionary: dict[str, Any], artifact_file: str, run_id: str | None = None) -> None:
    client, run_id = _place(run_id)
    client.log_dict(run_id, dictionary, artifact_file)


def log_stream(stream: BinaryIO, artifact_file: str, run_id: str | None = None) -> None:
    client, run_id = _place(run_id)
    client.log_stream(run_id, stream, artifact_file)


def log_figure(figure: Any, artifact_file: str, *, save_kwargs: dict[str, Any] | None = None) -> None:
    client, run_id = _place(None)
    client.log_figure(run_id, figure, artifact_file, save_kwargs=save_kwargs)


def log_image(image: Any, artifact_file: str) -> None:
    client, run_id = _place(None)
    client.log_image(run_id, image, artifact_file)


def get_artifact_uri(artifact_path: str | None = None) -> str:
    from millrace._files import join

    return join(_run().info.artifact_uri or "", artifact_path)


# ---- models ----


def register_model(model_uri: str, name: str, await_registration_for: int | None = 300, *, tags: dict[str, Any] | None = None) -> ModelVersion:
    from millrace._register import register

    return register(_client(), model_uri, name, await_registration_for, tags)


def search_registered_models(max_results: int | None = None, filter_string: str | None = None,
                             order_by: list[str] | None = None) -> list[RegisteredModel]:
    from millrace._register import pages

    return pages(_client().search_registered_models, 100, max_results, filter_string, order_by)


def search_model_versions(max_results: int | None = None, filter_string: str | None = None,
                          order_by: list[str] | None = None) -> list[ModelVersion]:
    from millrace._register import pages

    return pages(_client().search_model_versions, 10000, max_results, filter_string, order_by)
