# SPDX-License-Identifier: Apache-2.0
"""Asynchronous logging by the native queue, which writes to a spool on disk in a microsecond and sends in batches of its own thread.
The order is that of a run's calls. Nothing that a synchronous call does waits for it but the end of a run, as in MLflow."""
from __future__ import annotations

import logging

from mlflow.utils.async_logging.run_operations import RunOperations

from millrace import _native

_logger = logging.getLogger(__name__)


class _Refused:
    """A call that the queue itself did not take."""

    def __init__(self, error: Exception):
        self.error = error

    def result(self, timeout=None):
        raise self.error

    def done(self) -> bool:
        return True


def _has_more(metric) -> bool:
    """Whether it is of a logged model or a data set, which the queue's records do not hold."""
    return metric._model_id is not None or metric._dataset_name is not None


class NativeQueue:
    """For what has a transport.Transport as `_millrace`, over MLflow's abstract tracking store."""

    _queued = False  # whether there may be something to flush

    def _queue(self, run_id, metrics, params, tags) -> RunOperations:
        self._queued = True
        try:
            return RunOperations([self._millrace.client.queue(run_id, metrics, params, tags)])
        except (_native.Error, TypeError, ValueError, OverflowError) as error:
            _logger.error("Run Id %s: Failed to log run data: Exception: %s", run_id, error)
            return RunOperations([_Refused(error)])

    def log_metric_async(self, run_id, metric) -> RunOperations:
        if _has_more(metric):
            return super().log_metric_async(run_id, metric)
        return self._queue(run_id, [(metric._key, metric._value, metric._timestamp, metric._step)], [], [])

    def log_param_async(self, run_id, param) -> RunOperations:
        return self._queue(run_id, [], [(param.key, str(param.value))], [])

    def set_tag_async(self, run_id, tag) -> RunOperations:
        return self._queue(run_id, [], [], [(tag.key, str(tag.value))])

    def log_batch_async(self, run_id, metrics, params, tags) -> RunOperations:
        if any(map(_has_more, metrics)):
            return super().log_batch_async(run_id, metrics, params, tags)
        return self._queue(run_id, [(m._key, m._value, m._timestamp, m._step) for m in metrics],
                           [(p.key, str(p.value)) for p in params], [(t.key, str(t.value)) for t in tags])

    def flush_async_logging(self):
        self._flush()
        super().flush_async_logging()

    def end_async_logging(self):
        self._flush()
        super().end_async_logging()

    def shut_down_async_logging(self):
        self._flush()
        super().shut_down_async_logging()

    def _flush(self):
        """What was refused is said by the operations' wait(), and by the log, as in MLflow."""
        if not self._queued:
            return
        self._queued = False
        try:
            self._millrace.client.flush()
        except _native.Error as error:
            _logger.error("Failed to log run data: %s", error)
