# SPDX-License-Identifier: Apache-2.0
"""An evaluator called dummy_evaluator: counts rows, and how many of the model's answers are the truth."""
import mlflow
from mlflow.models import EvaluationResult
from mlflow.models.evaluation import ModelEvaluator


class DummyEvaluator(ModelEvaluator):
    def can_evaluate(self, *, model_type, evaluator_config, **kwargs):
        return model_type in ("classifier", "regressor")

    def evaluate(self, *, model, model_type, dataset, run_id, evaluator_config, **kwargs):
        predicted = model.predict(dataset.features_data) if model is not None else dataset.predictions_data
        metrics = {"rows": len(dataset.labels_data), "right": float((predicted == dataset.labels_data).sum())}
        mlflow.log_metrics({"logged_by_itself": 1})
        return EvaluationResult(metrics=metrics, artifacts={})
