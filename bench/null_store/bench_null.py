# SPDX-License-Identifier: Apache-2.0
"""A tracking store that does nothing, at once: what MLflow's own code costs above any store; and one that does no more than
make a page durable, beside which MLflow's code runs as it does above a database: on a processor that has slept (bench/python.py)."""
import os
import tempfile
import time
import uuid

from mlflow.entities import Experiment, LifecycleStage, Run, RunData, RunInfo, RunStatus
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.tracking.abstract_store import AbstractStore

EXPERIMENT = Experiment("1", "nothing", "/tmp/nothing", LifecycleStage.ACTIVE)


class Store(AbstractStore):
    def __init__(self, store_uri=None, artifact_uri=None):
        super().__init__()
        info = RunInfo(run_id=uuid.uuid4().hex, experiment_id="1", user_id="", status=RunStatus.to_string(RunStatus.RUNNING),
                       start_time=int(time.time() * 1000), end_time=None, lifecycle_stage=LifecycleStage.ACTIVE, artifact_uri="/tmp/nothing")
        self.run = Run(info, RunData())

    def create_experiment(self, *args, **kwargs):
        return "1"

    def get_experiment(self, *args, **kwargs):
        return EXPERIMENT

    def get_experiment_by_name(self, *args, **kwargs):
        return EXPERIMENT

    def search_experiments(self, *args, **kwargs):
        return PagedList([EXPERIMENT], None)

    def create_run(self, *args, **kwargs):
        return self.run

    def get_run(self, *args, **kwargs):
        return self.run

    def update_run_info(self, *args, **kwargs):
        return self.run.info

    def log_metric(self, run_id, metric):
        pass

    def log_param(self, run_id, param):
        pass

    def set_tag(self, run_id, tag):
        pass

    def log_batch(self, run_id, metrics, params, tags):
        pass


Store.__abstractmethods__ = frozenset()  # the rest is never called


class CommittingStore(Store):
    def __init__(self, store_uri=None, artifact_uri=None):
        super().__init__()
        self.file = tempfile.TemporaryFile(dir=store_uri.partition(":")[2])

    def log_metric(self, run_id, metric):
        os.write(self.file.fileno(), b"x" * 4096)
        os.fdatasync(self.file.fileno())
