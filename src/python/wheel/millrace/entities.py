# SPDX-License-Identifier: Apache-2.0
"""What the API answers: MLflow's entities, as far as it needs them."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Generic, TypeVar

T = TypeVar("T")


class _Entity:
    """Its fields are its slots; equal when they are."""

    __slots__: tuple[str, ...] = ()

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__slots__ if name[0] != "_")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Entity) and type(other).__slots__ == type(self).__slots__ and self._values() == other._values()

    __hash__: ClassVar[None]  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleMethodOverride]

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in zip(self.__slots__, self._values()))
        return f"<{type(self).__name__}: {fields}>"

    def to_dictionary(self) -> dict[str, Any]:
        return {name: value.to_dictionary() if isinstance(value, _Entity) else value
                for name, value in zip(self.__slots__, self._values())}


class RunStatus:
    RUNNING, SCHEDULED, FINISHED, FAILED, KILLED = 1, 2, 3, 4, 5
    _NAMES = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}

    @classmethod
    def to_string(cls, status: int) -> str:
        return cls._NAMES[status]

    @classmethod
    def from_string(cls, name: str) -> int:
        for status, known in cls._NAMES.items():
            if known == name:
                return status
        raise ValueError(f"Could not get run status corresponding to string {name!r}. Valid run statuses: {list(cls._NAMES.values())}")

    @classmethod
    def is_terminated(cls, status: int) -> bool:
        return status in (cls.FINISHED, cls.FAILED, cls.KILLED)


class ViewType:
    ACTIVE_ONLY, DELETED_ONLY, ALL = 1, 2, 3
    _NAMES = {1: "ACTIVE_ONLY", 2: "DELETED_ONLY", 3: "ALL"}

    @classmethod
    def to_string(cls, view_type: int) -> str:
        return cls._NAMES[view_type]


class Metric(_Entity):
    __slots__ = ("key", "value", "timestamp", "step", "model_id", "dataset_name", "dataset_digest", "run_id")
    key: str
    value: float
    timestamp: int
    step: int
    model_id: str | None
    dataset_name: str | None
    dataset_digest: str | None
    run_id: str | None

    def __init__(self, key: str, value: float, timestamp: int, step: int, model_id: str | None = None, dataset_name: str | None = None,
                 dataset_digest: str | None = None, run_id: str | None = None) -> None:
        self.key, self.value, self.timestamp, self.step = key, value, timestamp, step
        self.model_id, self.dataset_name, self.dataset_digest, self.run_id = model_id, dataset_name, dataset_digest, run_id


class _Pair(_Entity):
    __slots__ = ("key", "value")
    key: str
    value: str

    def __init__(self, key: str, value: str) -> None:
        self.key, self.value = key, value


class Param(_Pair):
    __slots__ = ()


class RunTag(_Pair):
    __slots__ = ()


class InputTag(_Pair):
    __slots__ = ()


class Dataset(_Entity):
    __slots__ = ("name", "digest", "source_type", "source", "schema", "profile")
    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None
    profile: str | None

    def __init__(self, name: str, digest: str, source_type: str = "local", source: str = "", schema: str | None = None,
                 profile: str | None = None) -> None:
        self.name, self.digest, self.source_type, self.source, self.schema, self.profile = name, digest, source_type, source, schema, profile


class DatasetInput(_Entity):
    __slots__ = ("dataset", "tags")
    dataset: Dataset
    tags: list[InputTag]

    def __init__(self, dataset: Dataset, tags: list[InputTag] | None = None) -> None:
        self.dataset, self.tags = dataset, tags or []


class LoggedModelInput(_Entity):
    __slots__ = ("model_id",)
    model_id: str

    def __init__(self, model_id: str) -> None:
        self.model_id = model_id


class LoggedModelOutput(_Entity):
    __slots__ = ("model_id", "step")
    model_id: str
    step: int

    def __init__(self, model_id: str, step: int) -> None:
        self.model_id, self.step = model_id, step


class RunInputs(_Entity):
    __slots__ = ("dataset_inputs", "model_inputs")
    dataset_inputs: list[DatasetInput]
    model_inputs: list[LoggedModelInput]

    def __init__(self, dataset_inputs: list[DatasetInput], model_inputs: list[LoggedModelInput] | None = None) -> None:
        self.dataset_inputs, self.model_inputs = dataset_inputs, model_inputs or []


class RunOutputs(_Entity):
    __slots__ = ("model_outputs",)
    model_outputs: list[LoggedModelOutput]

    def __init__(self, model_outputs: list[LoggedModelOutput]) -> None:
        self.model_outputs = model_outputs


class RunInfo(_Entity):
    __slots__ = ("run_id", "experiment_id", "user_id", "status", "start_time", "end_time", "lifecycle_stage", "artifact_uri", "run_name")
    run_id: str
    experiment_id: str
    user_id: str
    status: str
    start_time: int
    end_time: int | None
    lifecycle_stage: str
    artifact_uri: str | None
    run_name: str | None

    def __init__(self, run_id: str, experiment_id: str, user_id: str, status: str, start_time: int, end_time: int | None,
                 lifecycle_stage: str, artifact_uri: str | None = None, run_name: str | None = None) -> None:
        self.run_id, self.experiment_id, self.user_id, self.status = run_id, experiment_id, user_id, status
        self.start_time, self.end_time, self.lifecycle_stage = start_time, end_time, lifecycle_stage
        self.artifact_uri, self.run_name = artifact_uri, run_name


class RunData(_Entity):
    __slots__ = ("metrics", "params", "tags")
    metrics: dict[str, float]
    params: dict[str, str]
    tags: dict[str, str]

    def __init__(self, metrics: dict[str, float], params: dict[str, str], tags: dict[str, str]) -> None:
        self.metrics, self.params, self.tags = metrics, params, tags


class Run(_Entity):
    __slots__ = ("info", "data", "inputs", "outputs")
    info: RunInfo
    data: RunData
    inputs: RunInputs | None
    outputs: RunOutputs | None

    def __init__(self, info: RunInfo, data: RunData, inputs: RunInputs | None = None, outputs: RunOutputs | None = None) -> None:
        self.info, self.data, self.inputs, self.outputs = info, data, inputs, outputs


class Experiment(_Entity):
    DEFAULT_EXPERIMENT_NAME = "Default"
    __slots__ = ("experiment_id", "name", "artifact_location", "lifecycle_stage", "tags", "creation_time", "last_update_time")
    experiment_id: str
    name: str
    artifact_location: str
    lifecycle_stage: str
    tags: dict[str, str]
    creation_time: int | None
    last_update_time: int | None

    def __init__(self, experiment_id: str, name: str, artifact_location: str, lifecycle_stage: str, tags: dict[str, str] | None = None,
                 creation_time: int | None = None, last_update_time: int | None = None) -> None:
        self.experiment_id, self.name, self.artifact_location, self.lifecycle_stage = experiment_id, name, artifact_location, lifecycle_stage
        self.tags, self.creation_time, self.last_update_time = tags or {}, creation_time, last_update_time


class FileInfo(_Entity):
    __slots__ = ("path", "is_dir", "file_size")
    path: str
    is_dir: bool
    file_size: int | None

    def __init__(self, path: str, is_dir: bool, file_size: int | None) -> None:
        self.path, self.is_dir, self.file_size = path, is_dir, file_size


class ModelVersion(_Entity):
    __slots__ = ("name", "version", "creation_timestamp", "last_updated_timestamp", "description", "user_id", "current_stage", "source",
                 "run_id", "run_link", "status", "status_message", "tags", "aliases", "model_id")
    name: str
    version: str
    creation_timestamp: int
    last_updated_timestamp: int | None
    description: str | None
    user_id: str | None
    current_stage: str | None
    source: str | None
    run_id: str | None
    run_link: str | None
    status: str
    status_message: str | None
    tags: dict[str, str]
    aliases: list[str]
    model_id: str | None

    def __init__(self, name: str, version: str, creation_timestamp: int, last_updated_timestamp: int | None = None,
                 description: str | None = None, user_id: str | None = None, current_stage: str | None = None, source: str | None = None,
                 run_id: str | None = None, run_link: str | None = None, status: str = "READY", status_message: str | None = None,
                 tags: dict[str, str] | None = None, aliases: list[str] | None = None, model_id: str | None = None) -> None:
        self.name, self.version, self.creation_timestamp, self.last_updated_timestamp = name, version, creation_timestamp, last_updated_timestamp
        self.description, self.user_id, self.current_stage, self.source = description, user_id, current_stage, source
        self.run_id, self.run_link, self.status, self.status_message = run_id, run_link, status, status_message
        self.tags, self.aliases, self.model_id = tags or {}, aliases or [], model_id


class RegisteredModel(_Entity):
    __slots__ = ("name", "creation_timestamp", "last_updated_timestamp", "description", "latest_versions", "tags", "aliases")
    name: str
    creation_timestamp: int | None
    last_updated_timestamp: int | None
    description: str | None
    latest_versions: list[ModelVersion]
    tags: dict[str, str]
    aliases: dict[str, str]

    def __init__(self, name: str, creation_timestamp: int | None = None, last_updated_timestamp: int | None = None,
                 description: str | None = None, latest_versions: list[ModelVersion] | None = None, tags: dict[str, str] | None = None,
                 aliases: dict[str, str] | None = None) -> None:
        self.name, self.creation_timestamp, self.last_updated_timestamp = name, creation_timestamp, last_updated_timestamp
        self.description, self.latest_versions = description, latest_versions or []
        self.tags, self.aliases = tags or {}, aliases or {}


class PagedList(list[T], Generic[T]):
    """`token` asks for the next page; None: there is none."""

    def __init__(self, items: Iterable[T], token: str | None) -> None:
        super().__init__(items)
        self.token: str | None = token
