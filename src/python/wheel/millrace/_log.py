# SPDX-License-Identifier: Apache-2.0
"""Logging to a run: at once, or by the native queue."""
from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from millrace import _native, _rest, config
from millrace.entities import Metric, Param, RunTag
from millrace.exceptions import MillraceException

_METRICS_MAX, _OTHERS_MAX, _TOTAL_MAX = 1000, 100, 1000  # of one batch, as MLflow limits it


def now() -> int:
    return time.time_ns() // 1000000


def number(value: Any, key: str) -> float:
    """As a float: also a tensor or array of one element, as in MLflow."""
    try:
        return float(value.item() if hasattr(value, "item") else value)
    except (TypeError, ValueError, OverflowError):
        raise MillraceException.invalid_parameter_value(
            f"Invalid value {value!r} for metric {key!r}. Please specify value as a valid double (64-bit floating point)") from None


def integer(value: Any, what: str) -> int | None:
    if value is None:
        return None
    try:
        return int(value.__index__())
    except (AttributeError, TypeError):
        raise MillraceException.invalid_parameter_value(f"Invalid value {value!r} for {what!r}: it must be an integer") from None


class RunOperations:
    """What was queued by a client until now."""

    def __init__(self, native: _native.Client) -> None:
        self._native = native

    def wait(self) -> None:
        """Until it is in the store. What the store refused is raised, once."""
        try:
            self._native.flush()
        except _native.Error as failure:
            raise _rest.error(failure) from None


class Log:
    """The part of a client that logs."""

    def __init__(self, native: _native.Client) -> None:
        self._native = native
        self._operations = RunOperations(native)

    def _call(self, method: str, path: str, registry: bool = False, **parameters: Any) -> dict[str, Any]:
        return _rest.call(self._native, method, path, parameters, registry)

    def log_metric(self, run_id: str, key: str, value: float, timestamp: int | None = None, step: int | None = None,
                   synchronous: bool | None = None, dataset_name: str | None = None, dataset_digest: str | None = None,
                   model_id: str | None = None) -> RunOperations | None:
        if synchronous is None:
            synchronous = not config.is_async_logging_enabled()
        # The queue knows nothing of models and datasets: such a metric goes at once.
        if not synchronous and model_id is None and dataset_name is None:
            return self._queue_metric(run_id, key, value, timestamp, step)
        moment = integer(timestamp, "timestamp")
        self._call("POST", "runs/log-metric", run_id=run_id, key=key, value=_rest.double(number(value, key)),
                   timestamp=now() if moment is None else moment, step=integer(step, "step") or 0, model_id=model_id,
                   dataset_name=dataset_name, dataset_digest=dataset_digest)
        return None if synchronous else self._operations

    def _queue_metric(self, run_id: str, key: str, value: Any, timestamp: int | None, step: int | None) -> RunOperations:
        try:
            self._native.log_metric(run_id, key, value, timestamp, step)
        except _native.Error as failure:
            raise _rest.error(failure) from None
        except (TypeError, ValueError, OverflowError) as failure:
            if type(value) is float:
                raise MillraceException.invalid_parameter_value(f"Invalid metric {key!r} (step {step!r}): {failure}") from None
            return self._queue_metric(run_id, key, number(value, key), timestamp, step)
        return self._operations

    def log_param(self, run_id: str, key: str, value: Any, synchronous: bool | None = None) -> Any:
        """The value when it is stored at once, as MLflow has it."""
        if synchronous is None:
            synchronous = not config.is_async_logging_enabled()
        if not synchronous:
            return self._queue_text(self._native.log_param, run_id, key, value)
        self._call("POST", "runs/log-parameter", run_id=run_id, key=key, value=str(value))
        return value

    def set_tag(self, run_id: str, key: str, value: Any, synchronous: bool | None = None) -> RunOperations | None:
        if synchronous is None:
            synchronous = not config.is_async_logging_enabled()
        if not synchronous:
            return self._queue_text(self._native.set_tag, run_id, key, value)
        self._call("POST", "runs/set-tag", run_id=run_id, key=key, value=str(value))
        return None

    def _queue_text(self, log: Any, run_id: str, key: str, value: Any) -> RunOperations:
        try:
            log(run_id, key, str(value))
        except _native.Error as failure:
            raise _rest.error(failure) from None
        except (TypeError, ValueError) as failure:
            raise MillraceException.invalid_parameter_value(f"Invalid key or value of {key!r}: {failure}") from None
        return self._operations

    def delete_tag(self, run_id: str, key: str) -> None:
        self._call("POST", "runs/delete-tag", run_id=run_id, key=key)

    def log_batch(self, run_id: str, metrics: Sequence[Metric] = (), params: Sequence[Param] = (), tags: Sequence[RunTag] = (),
                  synchronous: bool | None = None) -> RunOperations | None:
        if synchronous is None:
            synchronous = not config.is_async_logging_enabled()
        if not (metrics or params or tags):
            return None
        if synchronous:
            self._send_batch(run_id, metrics, params, tags)
            return None
        for metric in metrics:
            self.log_metric(run_id, metric.key, metric.value, metric.timestamp, metric.step, False, metric.dataset_name,
                            metric.dataset_digest, metric.model_id)
        for param in params:
            self.log_param(run_id, param.key, param.value, False)
        for tag in tags:
            self.set_tag(run_id, tag.key, tag.value, False)
        return self._operations

    def _send_batch(self, run_id: str, metrics: Sequence[Metric], params: Sequence[Param], tags: Sequence[RunTag]) -> None:
        left = [{name: value for name, value in (
            ("key", m.key), ("value", _rest.double(number(m.value, m.key))), ("timestamp", integer(m.timestamp, "timestamp")),
            ("step", integer(m.step, "step")), ("model_id", m.model_id), ("dataset_name", m.dataset_name),
            ("dataset_digest", m.dataset_digest)) if value is not None} for m in metrics]
        texts = [[{"key": one.key, "value": str(one.value)} for one in many] for many in (params, tags)]
        for some_params, some_tags in zip_longest(*(_rest.chunks(many, _OTHERS_MAX) for many in texts), fillvalue=[]):
            room = min(_TOTAL_MAX - len(some_params) - len(some_tags), _METRICS_MAX)
            self._call("POST", "runs/log-batch", run_id=run_id, metrics=left[:room], params=some_params, tags=some_tags)
            left = left[room:]
        for some in _rest.chunks(left, _METRICS_MAX):
            self._call("POST", "runs/log-batch", run_id=run_id, metrics=some)

    def flush(self) -> None:
        """Sends what is queued, and waits."""
        self._operations.wait()
