# SPDX-License-Identifier: Apache-2.0
"""Native evaluators for mlflow.models.evaluate(..., evaluators="NAME"): `evaluators:nNAME` is the evaluator of that name
(entry.attribute), and `millrace` libmillrace's own, which computes what MLflow's default one does.

Tables go over as Arrow, without a copy where NumPy has them in a form that Arrow knows. MLflow's model is asked here, for the
native evaluator; its metrics and files go into the run as those of MLflow's evaluators do."""
from __future__ import annotations

import json
import logging
import os
import sys

from millrace.mlflow_plugins import entry

_logger = logging.getLogger(__name__)
_DEFAULT = "millrace"


def _native_name(name):
    return "default" if name == _DEFAULT else name


def _config(evaluator_config):
    return json.dumps(evaluator_config or {}, default=lambda value: value.tolist() if hasattr(value, "tolist") else str(value))


def _was_named():
    """Whether the user named the evaluator, or MLflow looks which of all it knows can evaluate."""
    frame = sys._getframe(2)
    while frame is not None and "evaluator" in frame.f_code.co_filename and frame.f_code.co_name == "can_evaluate":
        frame = frame.f_back
    return frame is None or frame.f_code.co_name != "resolve_evaluators_and_configs"


def can_evaluate(name, model_type, evaluator_config):
    from millrace.mlflow_plugins.native import _native
    from millrace.mlflow_plugins.errors import errors, require

    named = _was_named()
    if name == _DEFAULT and not named:
        return False  # MLflow's own default would say the same
    try:
        require("mlflow.model_evaluator", _native_name(name))
        with errors():
            return _native.can_evaluate(_native_name(name), model_type, _config(evaluator_config))
    except Exception as error:
        if named:
            raise
        _logger.warning("The evaluator %s is left out: %s", name, error)
        return False


# ---- tables ----

def _arrow():
    try:
        import pyarrow
    except ImportError as error:
        from mlflow.exceptions import MlflowException

        raise MlflowException("Native evaluators need pyarrow, by which data go to them; run: pip install pyarrow") from error
    return pyarrow


def _column(values):
    import pandas as pd

    pa = _arrow()
    series = values if isinstance(values, pd.Series) else pd.Series(values)
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.cat.categories.dtype)
    try:
        return pa.array(series, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if value is None else str(value) for value in series])


def _batch(columns):
    """Of a dict. Its __arrow_c_array__ hands it over."""
    pa = _arrow()
    arrays = [_column(values) for values in columns.values()]
    arrays = [a.combine_chunks() if isinstance(a, pa.ChunkedArray) else a for a in arrays]
    return pa.RecordBatch.from_arrays(arrays, names=[str(name) for name in columns])


class _Lent:
    """A table of the native side, for as long as a call takes."""

    def __init__(self, capsules):
        self._capsules = capsules

    def __arrow_c_array__(self, requested_schema=None):
        return self._capsules


def _frame_of(capsules):
    return _arrow().record_batch(_Lent(capsules)).to_pandas().copy(deep=True)


def _columns_of(answer):
    """What a model answered, as columns."""
    import numpy as np
    import pandas as pd

    if isinstance(answer, pd.DataFrame):
        return {str(name): answer[name] for name in answer.columns}
    if isinstance(answer, pd.Series):
        return {"prediction": answer}
    answer = np.asarray(answer)
    if answer.ndim == 2 and answer.shape[1] != 1:
        return {str(i): answer[:, i] for i in range(answer.shape[1])}
    return {"prediction": answer.reshape(len(answer))}


def _unused(name, columns):
    while name in columns:
        name += "_"
    return name


# ---- one evaluation ----

class _Evaluation:
    def __init__(self, model, model_type, model_id, dataset, run_id, predictions):
        from mlflow import MlflowClient

        self.model, self.model_type, self.model_id = model, model_type, model_id
        self.dataset, self.run_id = dataset, run_id
        self.predictions, self.probabilities = predictions or "", []
        self.metrics, self.artifacts, self.client = {}, {}, MlflowClient()
        self.answers = None
        self.columns = self._data()
        if model_type == "classifier" and model is not None:
            self.answers = self._classified()

    def _data(self):
        import pandas as pd

        dataset, features = self.dataset, self.dataset.features_data
        names = [str(name) for name in dataset.feature_names]
        if isinstance(features, pd.DataFrame):
            columns = {name: features.iloc[:, i] for i, name in enumerate(names)}
        else:
            columns = {name: features[:, i] for i, name in enumerate(names)}
        self.features, self.targets = names, ""
        if dataset.has_targets:
            self.targets = _unused(dataset.targets_name or "target", columns)
            columns[self.targets] = dataset.labels_data
        if self.model is None and dataset.predictions_data is not None:
            self.predictions = _unused(dataset.predictions_name or "prediction", columns)
            columns[self.predictions] = dataset.predictions_data
        return columns

    def _shown(self):
        """What a model is shown: MLflow's own data, not their way through Arrow."""
        return self.dataset.features_data.copy()

    def _classified(self):
        from mlflow.models.evaluation.evaluators.classifier import _extract_predict_fn_and_predict_proba_fn

        predict, predict_proba = _extract_predict_fn_and_predict_proba_fn(self.model)
        columns = _columns_of(predict(self._shown()))
        if predict_proba is None:
            return columns
        chances = predict_proba(self._shown())
        if not self.predictions and len(columns) == 1:
            self.predictions = next(iter(columns))
        for i in range(chances.shape[1]):
            self.probabilities.append(_unused(f"probability_{i}", columns))
            columns[self.probabilities[-1]] = chances[:, i]
        return columns

    def outputs(self):
        if self.answers is None and self.model is None:
            self.answers = {self.predictions: self.columns[self.predictions]} if self.predictions else {}
        elif self.answers is None:
            self.answers = _columns_of(self.model.predict(self._shown()))
        return _batch(self.answers).__arrow_c_array__()

    def predict(self, capsules):
        return _batch(_columns_of(self.model.predict(_frame_of(capsules)))).__arrow_c_array__()

    def metric(self, name, value):
        self.metrics[name] = value

    def artifact(self, name, path):
        from mlflow.utils.uri import append_to_uri_path

        self.client.log_artifact(self.run_id, path)
        uri = append_to_uri_path(self.client.get_run(self.run_id).info.artifact_uri, os.path.basename(path))
        artifact = _artifact_class(path)(uri=uri)
        artifact._load(path)
        self.artifacts[name] = artifact

    def texts(self, name, evaluator_config):
        import mlflow
        from millrace.mlflow_plugins import native

        metadata = getattr(self.model, "metadata", None)
        model_id = self.model_id or getattr(self.model, "model_id", None)
        return {
            "evaluator": _native_name(name), "model_type": self.model_type or "", "config_json": _config(evaluator_config),
            "run_id": self.run_id, "tracking_uri": native.inner(mlflow.get_tracking_uri()), "targets": self.targets,
            "dataset_name": self.dataset.name, "dataset_digest": self.dataset.digest, "predictions": self.predictions,
            "model_uri": f"models:/{model_id}" if model_id and self.model is not None else "", "model_id": model_id or "",
            "model_json": json.dumps(metadata.to_dict(), default=str) if metadata is not None else "",
        }

    def log(self):
        from mlflow.entities import Metric
        from mlflow.utils.time import get_current_time_millis

        now = get_current_time_millis()
        self.client.log_batch(self.run_id, metrics=[
            Metric(key=key, value=value, timestamp=now, step=0, model_id=self.model_id, dataset_name=self.dataset.name,
                   dataset_digest=self.dataset.digest, run_id=self.run_id) for key, value in self.metrics.items()])


def _artifact_class(path):
    from mlflow.models.evaluation.artifacts import _EXT_TO_ARTIFACT_MAP
    from mlflow.models.evaluation.base import EvaluationArtifact

    class File(EvaluationArtifact):
        """Its content is bytes."""

        def _save(self, output_artifact_path):
            with open(output_artifact_path, "wb") as out:
                out.write(self._content)

        def _load_content_from_file(self, local_artifact_path):
            with open(local_artifact_path, "rb") as file:
                self._content = file.read()
            return self._content

    return _EXT_TO_ARTIFACT_MAP.get(os.path.splitext(path)[1], File)


def evaluate(name, model_type, dataset, run_id, evaluator_config, model, model_id, extra_metrics, custom_artifacts, predictions):
    from mlflow.models.evaluation.base import EvaluationResult

    from millrace.mlflow_plugins.native import _native
    from millrace.mlflow_plugins.errors import errors

    if extra_metrics or custom_artifacts:
        _logger.warning("extra_metrics and custom_artifacts are Python: MLflow's own evaluators compute them, %s does not", name)
    e = _Evaluation(model, model_type, model_id, dataset, run_id, predictions)
    data = _batch(e.columns)
    try:
        with errors():
            _native.evaluate(e.texts(name, evaluator_config), data.__arrow_c_array__(), e.features, e.probabilities, e.outputs,
                             None if model is None else e.predict, e.metric, e.artifact)
    finally:
        if e.metrics:
            e.log()  # what it gave is true, also when it failed then
    return EvaluationResult(metrics=e.metrics, artifacts=e.artifacts, run_id=run_id)


def _evaluator(attribute, name):
    from mlflow.models.evaluation.base import ModelEvaluator

    class Evaluator(ModelEvaluator):
        def can_evaluate(self, *, model_type, evaluator_config, **_):
            return can_evaluate(name, model_type, evaluator_config)

        def evaluate(self, *, model_type, dataset, run_id, evaluator_config, model=None, model_id=None, extra_metrics=None,
                     custom_artifacts=None, predictions=None, **_):
            return evaluate(name, model_type, dataset, run_id, evaluator_config, model, model_id, extra_metrics, custom_artifacts,
                            predictions)

    Evaluator.__name__ = Evaluator.__qualname__ = attribute
    Evaluator.__doc__ = f"The native evaluator {name!r}."
    return Evaluator


def __getattr__(attribute):
    name = entry.name_of(attribute)
    if name is None:
        raise AttributeError(f"module {__name__!r} has no attribute {attribute!r}")
    return _evaluator(attribute, name)
