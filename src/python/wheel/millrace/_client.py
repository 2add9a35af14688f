# SPDX-License-Identifier: Apache-2.0
"""The explicit client: the operations of MLflow's MlflowClient on runs, experiments and registered models."""
from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

from millrace import _convert, _native
from millrace._files import Files
from millrace._log import Log, now
from millrace._models import Models
from millrace.entities import (DatasetInput, Experiment, FileInfo, Metric, PagedList, Run, RunStatus, ViewType)
from millrace.exceptions import MillraceException
from millrace.mlflow_plugins import native  # whose end comes behind ours

SEARCH_MAX_RESULTS_DEFAULT = 1000


def tag_list(tags: dict[str, Any] | None) -> list[dict[str, str]]:
    return [{"key": key, "value": str(value)} for key, value in (tags or {}).items()]


class Client(Log, Models):
    """A tracking store and a model registry, by their URIs; without them, those of the environment."""

    def __init__(self, tracking_uri: str | None = None, registry_uri: str | None = None) -> None:
        if tracking_uri is None:
            from millrace._fluent import get_registry_uri, get_tracking_uri

            tracking_uri, registry_uri = get_tracking_uri(), registry_uri or get_registry_uri()
        self.tracking_uri = tracking_uri
        try:
            super().__init__(native.client(native.inner(tracking_uri), native.inner(registry_uri) if registry_uri else None))
        except FileNotFoundError as failure:  # of a plugin
            raise MillraceException.invalid_parameter_value(failure) from None
        self._files = Files(self._call, self._native)

    # ---- runs ----

    def get_run(self, run_id: str) -> Run:
        return _convert.run(self._call("GET", "runs/get", run_id=run_id)["run"])

    def get_parent_run(self, run_id: str) -> Run | None:
        parent = self.get_run(run_id).data.tags.get("mlflow.parentRunId")
        return self.get_run(parent) if parent else None

    def create_run(self, experiment_id: str, start_time: int | None = None, tags: dict[str, Any] | None = None,
                   run_name: str | None = None) -> Run:
        return _convert.run(self._call("POST", "runs/create", experiment_id=experiment_id, user_id=(tags or {}).get("mlflow.user", "unknown"),
                                       start_time=start_time or now(), tags=tag_list(tags), run_name=run_name)["run"])

    def update_run(self, run_id: str, status: str | None = None, name: str | None = None) -> None:
        if status is None and name is None:
            return
        info = self.get_run(run_id).info
        self._call("POST", "runs/update", run_id=run_id, status=status or info.status, end_time=info.end_time, run_name=name)

    def set_terminated(self, run_id: str, status: str | None = None, end_time: int | None = None) -> None:
        """Behind all that was queued for the run; what the store refused of that is raised then."""
        status = status or "FINISHED"
        if self._native.queued:
            self.queue_end(run_id, status, end_time)
            self.flush()
        else:
            self._call("POST", "runs/update", run_id=run_id, status=status, end_time=end_time or now())

    def queue_end(self, run_id: str, status: str, end_time: int | None = None) -> None:
        self._native.end_run(run_id, RunStatus.from_string(status), end_time or now())

    def delete_run(self, run_id: str) -> None:
        self._call("POST", "runs/delete", run_id=run_id)

    def restore_run(self, run_id: str) -> None:
        self._call("POST", "runs/restore", run_id=run_id)

    def search_runs(self, experiment_ids: Sequence[str] | str, filter_string: str = "", run_view_type: int = ViewType.ACTIVE_ONLY,
                    max_results: int = SEARCH_MAX_RESULTS_DEFAULT, order_by: list[str] | None = None,
                    page_token: str | None = None) -> PagedList[Run]:
        ids = [experiment_ids] if isinstance(experiment_ids, (str, int)) else experiment_ids
        said = self._call("POST", "runs/search", experiment_ids=[str(one) for one in ids], filter=filter_string,
                          run_view_type=ViewType.to_string(run_view_type), max_results=max_results, order_by=order_by, page_token=page_token)
        return PagedList([_convert.run(run) for run in said.get("runs", ())], said.get("next_page_token") or None)

    def get_metric_history(self, run_id: str, key: str) -> list[Metric]:
        history: list[Metric] = []
        token = None
        while True:
            said = self._call("GET", "metrics/get-history", run_id=run_id, metric_key=key, max_results=25000, page_token=token)
            history += [_convert.metric(one) for one in said.get("metrics", ())]
            token = said.get("next_page_token")
            if not token:
                return history

    def log_inputs(self, run_id: str, datasets: Sequence[DatasetInput]) -> None:
        self._call("POST", "runs/log-inputs", run_id=run_id, datasets=[
            {"tags": [tag.to_dictionary() for tag in one.tags],
             "dataset": {name: value for name, value in one.dataset.to_dictionary().items() if value is not None}} for one in datasets])

    # ---- experiments ----

    def get_experiment(self, experiment_id: str) -> Experiment:
        return _convert.experiment(self._call("GET", "experiments/get", experiment_id=experiment_id)["experiment"])

    def get_experiment_by_name(self, name: str) -> Experiment | None:
        try:
            return _convert.experiment(self._call("GET", "experiments/get-by-name", experiment_name=name)["experiment"])
        except MillraceException as failure:
            if failure.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise

    def create_experiment(self, name: str, artifact_location: str | None = None, tags: dict[str, Any] | None = None) -> str:
        made: str = self._call("POST", "experiments/create", name=name, artifact_location=artifact_location, tags=tag_list(tags))["experiment_id"]
        return made

    def search_experiments(self, view_type: int = ViewType.ACTIVE_ONLY, max_results: int | None = SEARCH_MAX_RESULTS_DEFAULT,
                           filter_string: str | None = None, order_by: list[str] | None = None,
                           page_token: str | None = None) -> PagedList[Experiment]:
        said = self._call("POST", "experiments/search", view_type=ViewType.to_string(view_type), max_results=max_results, filter=filter_string,
                          order_by=order_by, page_token=page_token)
        return PagedList([_convert.experiment(one) for one in said.get("experiments", ())], said.get("next_page_token") or None)

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        self._call("POST", "experiments/update", experiment_id=experiment_id, new_name=new_name)

    def delete_experiment(self, experiment_id: str) -> None:
        self._call("POST", "experiments/delete", experiment_id=experiment_id)

    def restore_experiment(self, experiment_id: str) -> None:
        self._call("POST", "experiments/restore", experiment_id=experiment_id)

    def set_experiment_tag(self, experiment_id: str, key: str, value: Any) -> None:
        self._call("POST", "experiments/set-experiment-tag", experiment_id=experiment_id, key=key, value=str(value))

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        self._call("POST", "experiments/delete-experiment-tag", experiment_id=experiment_id, key=key)

    # ---- artifacts ----

    def log_artifact(self, run_id: str, local_path: str | os.PathLike[str], artifact_path: str | None = None) -> None:
        self._files.upload(run_id, local_path, artifact_path)

    def log_artifacts(self, run_id: str, local_dir: str | os.PathLike[str], artifact_path: str | None = None) -> None:
        self._files.upload(run_id, local_dir, artifact_path, contents=True)

    def log_text(self, run_id: str, text: str, artifact_file: str) -> None:
        def write(path: str) -> None:
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)

        self._files.write(run_id, artifact_file, write)

    def log_dict(self, run_id: str, dictionary: dict[str, Any], artifact_file: str) -> None:
        """As JSON; as YAML with that suffix, which needs PyYAML."""
        def write(path: str) -> None:
            with open(path, "w", encoding="utf-8") as out:
                if path.endswith((".yml", ".yaml")):
                    import yaml  # type: ignore[import-untyped,unused-ignore]

                    yaml.dump(dictionary, out, indent=2, default_flow_style=False)
                else:
                    import json

                    json.dump(dictionary, out, indent=2, default=str)

        self._files.write(run_id, artifact_file, write)

    def log_stream(self, run_id: str, stream: BinaryIO, artifact_file: str) -> None:
        self._files.write_stream(run_id, artifact_file, stream)

    def log_figure(self, run_id: str, figure: Any, artifact_file: str, *, save_kwargs: dict[str, Any] | None = None) -> None:
        """A figure of matplotlib or plotly: what has savefig, or write_html and write_image."""
        options = dict(save_kwargs or {})
        suffix = os.path.splitext(artifact_file)[1]
        if hasattr(figure, "savefig"):
            self._files.write(run_id, artifact_file, lambda path: figure.savefig(path, **options))
        elif suffix == ".html" and hasattr(figure, "write_html"):
            options = {"include_plotlyjs": "cdn", "auto_open": False, **options}
            self._files.write(run_id, artifact_file, lambda path: figure.write_html(path, **options))
        elif suffix in (".png", ".jpeg", ".webp", ".svg", ".pdf") and hasattr(figure, "write_image"):
            self._files.write(run_id, artifact_file, lambda path: figure.write_image(path, **options))
        elif hasattr(figure, "write_image"):
            raise TypeError(f"Unsupported file extension for plotly figure: '{suffix}'")
        else:
            raise TypeError(f"Unsupported figure object type: '{type(figure)}'")

    def log_image(self, run_id: str, image: Any, artifact_file: str) -> None:
        """An image of PIL, or an array, which needs PIL."""
        if not hasattr(image, "save"):
            if "numpy" not in sys.modules or not isinstance(image, sys.modules["numpy"].ndarray):
                raise TypeError(f"Unsupported image object type: {type(image)}. `image` must be one of numpy.ndarray and PIL.Image.Image.")
            image = _image_of(image)
        self._files.write(run_id, artifact_file, image.save)

    def list_artifacts(self, run_id: str, path: str | None = None) -> list[FileInfo]:
        return self._files.list(self._files.of_run(run_id), path)

    def download_artifacts(self, run_id: str, path: str, dst_path: str | os.PathLike[str] | None = None) -> str:
        from millrace import artifacts

        return artifacts.download_of_run(self._files, run_id, path, dst_path)


def _image_of(array: Any) -> Any:
    """As MLflow: integers are 0 to 255; floats 0 to 1, whatever lies outside is cut."""
    import numpy  # type: ignore[import-not-found,unused-ignore]
    from PIL import Image  # type: ignore[import-not-found,unused-ignore]

    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise ValueError(f"`image` must be a 2D or 3D array with 1, 3 or 4 channels but got {array.ndim}D array of shape {array.shape}")
    if array.dtype.kind == "f":
        array = (numpy.clip(array, 0, 1) * 255).astype(numpy.uint8)
    elif array.dtype.kind == "b":
        array = array.astype(numpy.uint8) * 255
    elif array.dtype.kind in "iu":
        if array.size and (array.min() < 0 or array.max() > 255):
            raise ValueError("Integer pixel values out of acceptable range [0, 255]")
        array = array.astype(numpy.uint8)
    else:
        raise TypeError(f"Invalid array data type: '{array.dtype}'")
    return Image.fromarray(array)
