# SPDX-License-Identifier: Apache-2.0
"""mlflow.evaluate and `millrace evaluate` on the same files, sklearn's iris, wine, digits, breast cancer and diabetes: every metric
to 1e-9, the names of the charts, the report of the classes, the data set in the run, thresholds and their messages."""
import itertools
import json
import os
import random
import sys

from _evaluate import FOLDER, command, compare, data, millrace, mlflow, pd, same, weights
from _server import main

STORE = f"sqlite:///{FOLDER}/ours.db"

def both(name, config=None, with_model=True):
    """The same evaluation on both sides, compared."""
    one = data(name)
    theirs, run_id, images = one.reference(with_model, config)
    ours = one.ours(with_model, config, "--tracking-uri", STORE)
    compare(ours["metrics"], theirs, (config or {}).get("metric_prefix", ""))
    return one, ours, run_id, images


def artifacts(ours):
    return sorted(os.path.basename(uri) for uri in ours["artifacts"].values())


def test_metrics_with_probabilities():
    for name in ("iris", "wine", "digits", "cancer"):
        _, ours, run_id, images = both(name)
        logged = [one.path for one in mlflow.MlflowClient().list_artifacts(run_id)]
        assert artifacts(ours) == sorted(images + logged), (artifacts(ours), images, logged)


def test_metrics_without_probabilities():
    for name in ("iris", "cancer", "diabetes"):
        _, ours, run_id, images = both(name, with_model=False)
        logged = [one.path for one in mlflow.MlflowClient().list_artifacts(run_id)]
        ours_only = {"residual_plot.png", "predicted_vs_true_plot.png"}
        assert sorted(set(artifacts(ours)) - ours_only) == sorted(images + logged), (artifacts(ours), images)


def test_models_of_scikit_learn():
    """By the host of Python: with the model's own score, and the probabilities that MLflow takes from predict_proba."""
    for name in ("iris", "cancer", "diabetes"):
        one = data(name)
        theirs, run_id, _ = one.reference(True)
        path = f"{FOLDER}/{name}-alone.csv"
        one.frame[[*one.features, "truth"]].to_csv(path, index=False)
        ours = millrace("--model", one.saved, "--data", path, "--targets", "truth", "--model-type", one.kind, "--output", "json", "--tracking-uri",
                        STORE, MILLRACE_PYTHON=sys.prefix)
        assert list(ours["metrics"])[0] == "score", ours
        compare(ours["metrics"], theirs, score=True)
        tags = [mlflow.MlflowClient(store).get_run(one).data.tags["mlflow.datasets"]
                for store, one in ((STORE, ours["run_id"]), (mlflow.get_tracking_uri(), run_id))]
        mine, reference = (json.loads(tag)[0] for tag in tags)
        assert mine.pop("path") == path and mine == reference, (mine, reference)


def test_configurations():
    rows = {name: len(data(name).frame) for name in ("iris", "cancer", "diabetes")}
    both("iris", {"average": "macro", "metric_prefix": "val_"})
    both("iris", {"average": "micro", "sample_weights": weights(rows["iris"])})
    both("iris", {"sample_weights": weights(rows["iris"]), "max_classes_for_multiclass_roc_pr": 2})
    both("cancer", {"pos_label": 0, "label_list": [0, 1]})
    both("cancer", {"sample_weights": weights(rows["cancer"])})
    both("diabetes", {"sample_weights": weights(rows["diabetes"])}, with_model=False)


def test_report_of_the_classes():
    for config in (None, {"sample_weights": weights(len(data("iris").frame)), "max_classes_for_multiclass_roc_pr": 2}):
        _, ours, run_id, _ = both("iris", config)
        theirs = pd.read_csv(mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="per_class_metrics.csv"))
        mine = pd.read_csv(ours["artifacts"]["per_class_metrics"])
        assert list(mine) == list(theirs) and list(mine.positive_class) == list(theirs.positive_class), (mine, theirs)
        for column in theirs.columns[1:]:
            assert all(itertools.starmap(same, zip(mine[column], theirs[column], strict=True))), column


def test_the_data_set_in_the_run():
    for name in ("iris", "digits", "diabetes"):
        one, ours, run_id, _ = both(name, {"metric_prefix": "test_"}, with_model=False)
        theirs = mlflow.get_run(run_id).inputs.dataset_inputs[0]
        client = mlflow.MlflowClient(STORE)
        run = client.get_run(ours["run_id"])
        mine = run.inputs.dataset_inputs[0]
        assert ours["dataset"] == {"name": theirs.dataset.name, "digest": theirs.dataset.digest}
        for field in ("name", "digest", "schema", "profile"):
            assert getattr(mine.dataset, field) == getattr(theirs.dataset, field), field
        source = mlflow.data.from_pandas(one.frame, source=one.path).to_dict()
        assert (mine.dataset.source_type, mine.dataset.source) == (source["source_type"], source["source"])
        assert {t.key: t.value for t in mine.tags} == {t.key: t.value for t in theirs.tags} == {"mlflow.data.context": "test_"}
        assert run.info.status == "FINISHED" and run.info.end_time >= run.info.start_time
        logged = client.get_metric_history(run.info.run_id, "test_example_count")
        assert [(m.value, m.step) for m in logged] == [(float(len(one.frame)), 0)]


def test_digests_of_odd_tables():
    """Columns of every kind, empty cells, more than 10,000 rows, names out of order."""
    n, count = 12000, [3, 3]
    frames = [
        pd.DataFrame({"z": range(n), "b": [i * 0.5 for i in range(n)], "t": [f"é{i % 7}" for i in range(n)], "truth": 1.0, "p": 2.0}),
        pd.DataFrame({"t": ["a", None, "c"], "flag": [True, False, True], "x": [1, None, 3], "truth": [1.5, 2, 3], "p": [1.0, 2, 4]}),
        pd.DataFrame({"truth": count[0], "p": [-0.0, 0.0, 1e300], "B": ["", "x" * 15, "y" * 16], "a": [2**62, -1, 0]}),
    ]
    for i, frame in enumerate(frames):
        path = f"{FOLDER}/odd{i}.csv"
        frame.to_csv(path, index=False)
        theirs = mlflow.data.from_pandas(pd.read_csv(path), source=path)
        ours = millrace("--data", path, "--targets", "truth", "--predictions", "p", "--model-type", "regressor", "--output", "json",
                        "--tracking-uri", STORE)
        assert ours["dataset"]["digest"] == theirs.digest, (i, ours["dataset"], theirs.digest)
        mine = mlflow.MlflowClient(STORE).get_run(ours["run_id"]).inputs.dataset_inputs[0].dataset
        assert mine.schema == theirs.to_dict()["schema"], (mine.schema, theirs.to_dict()["schema"])


def test_odd_labels():
    """Booleans, floats, negative numbers, texts; a class that is never predicted, one that the data lack; ties and few rows."""
    cases = [
        ([True, False, True, True], [True, True, False, True], {}),
        ([0.0, 1.0, 1.0, 2.0], [0, 1, 1, 1], {}),
        ([-1, 1, 1, -1, 1], [-1, -1, 1, -1, 1], {}),
        ([-1, 1, 1, -1, 1], [-1, -1, 1, -1, 1], {"pos_label": -1}),
        (["yes", "no", "no", "yes"], ["no", "no", "no", "no"], {"pos_label": "no"}),
        (["b,c", 'a"d', "é", "b,c"], ["é", 'a"d', "é", "b,c"], {"average": "macro"}),
        ([0, 1, 1, 0], [0, 1, 0, 0], {"label_list": [0, 1, 2]}),
        ([0, 0, 0], [0, 0, 0], {"label_list": [0, 1]}),
        ([3, 1, 2, 3, 3], [1, 1, 1, 1, 1], {"average": "micro"}),
        ([3, 1], [1, 3], {"sample_weights": [0.5, 2]}),
    ]
    for i, (truth, guess, config) in enumerate(cases):
        path = f"{FOLDER}/labels{i}.csv"
        pd.DataFrame({"truth": truth, "guess": guess, "x": 1}).to_csv(path, index=False)
        with mlflow.start_run() as run:
            theirs = mlflow.models.evaluate(data=pd.read_csv(path), targets="truth", predictions="guess", model_type="classifier",
                                            evaluators="classifier", evaluator_config=config)
        ours = millrace("--data", path, "--targets", "truth", "--predictions", "guess", "--model-type", "classifier", "--tracking-uri", STORE,
                        "--output", "json", "--evaluator-config", json.dumps(config))
        compare(ours["metrics"], theirs.metrics)
        if "per_class_metrics" in theirs.artifacts:
            report = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="per_class_metrics.csv")
            with open(report, encoding="utf-8") as a, open(ours["artifacts"]["per_class_metrics"], encoding="utf-8") as b:
                assert a.read() == b.read(), i


def test_what_is_refused():
    """Before there is a run: labels, probabilities and settings that make no sense, each with what to do about it."""
    path = f"{FOLDER}/refused.csv"
    pd.DataFrame({"truth": [0, 1, 1], "text": ["a", "b", "a"], "guess": [0, 1, 0], "p": [0.25, 0.75, 0.5], "q": [0.75, 0.25, 1.5], "one": 1,
                  "holes": [0, None, 1]}).to_csv(path, index=False)
    for arguments, config, words in (
            (["--predictions", "p"], {}, ["have fractions", "--probabilities"]),
            (["--predictions", "p", "--targets", "q"], {}, ["'q' have fractions", "regressor"]),
            (["--predictions", "text"], {}, ["same type"]),
            (["--predictions", "holes"], {}, ["'holes'", "1 cells that are empty"]),
            (["--predictions", "guess"], {"pos_label": 7}, ["'pos_label'", "0, 1"]),
            (["--predictions", "guess"], {"pos_label": 7, "label_list": [0, 1]}, ["'label_list'"]),
            (["--predictions", "guess"], {"average": "samples", "label_list": [0, 1, 2]}, ["'samples'", "'macro'"]),
            (["--predictions", "guess"], {"sample_weights": [1, 2]}, ["2 numbers for 3 rows"]),
            (["--predictions", "guess"], {"sample_weights": "none"}, ["'none'"]),
            (["--predictions", "guess"], {"metric_prefix": "a/b"}, ["metric_prefix"]),
            (["--predictions", "guess", "--probabilities", "p,q,one"], {}, ["3 classes, but 2 labels"]),
            (["--predictions", "guess", "--probabilities", "q"], {}, ["row 3", "between 0 and 1"]),
            (["--predictions", "one", "--targets", "one"], {}, ["at least two unique labels", "label_list"])):
        done = command("evaluate", "--data", path, "--targets", "truth", "--model-type", "classifier", "--no-log", *arguments, "--evaluator-config",
                       json.dumps(config))
        assert done.returncode == 1 and all(word in done.stderr for word in words), (arguments, config, done)


def test_one_probability():
    """Of the positive class alone: the same metrics as with both; and without predictions, the more probable label."""
    one, both_of_them = data("cancer"), data("cancer").ours(True, None, "--no-log")["metrics"]
    asked = ["--data", one.path, "--targets", "truth", "--model-type", "classifier", "--output", "json", "--no-log"]
    assert millrace(*asked, "--predictions", "predicted", "--probabilities", "p_1")["metrics"] == both_of_them
    assert millrace(*asked, "--probabilities", "p_0,p_1")["metrics"] == both_of_them
    flipped = millrace(*asked, "--predictions", "predicted", "--probabilities", "p_0", "--evaluator-config", '{"pos_label": 0}')["metrics"]
    assert same(flipped["roc_auc"], both_of_them["roc_auc"]) and flipped["true_positives"] == both_of_them["true_negatives"]


def written(metric, t):
    """A MetricThreshold as rules of the command."""
    sign, other = (">=", "+") if t.greater_is_better else ("<=", "-")
    rules = [] if t.threshold is None else [f"{metric}{sign}{t.threshold!r}"]
    if t.min_absolute_change is not None:
        rules.append(f"{metric}{sign}baseline{other}{t.min_absolute_change!r}")
    if t.min_relative_change is not None:
        rules.append(f"{metric}{sign}baseline{other}{t.min_relative_change * 100!r}%")
    return [part for rule in rules for part in ("--threshold", rule)]


def test_thresholds():
    """The same verdict, with the same words, over many rules."""
    one = data("cancer")
    chance = random.Random(4)
    baseline = one.frame.assign(worse=[chance.choice([0, 1]) if chance.random() < 0.2 else p for p in one.frame.predicted])
    path, verdicts = f"{FOLDER}/baseline.csv", set()
    baseline.to_csv(path, index=False)
    client = mlflow.MlflowClient(STORE)
    asked = ["--data", path, "--targets", "truth", "--model-type", "classifier", "--output", "json"]
    runs = [millrace(*asked, "--predictions", p, "--tracking-uri", STORE)["run_id"] for p in ("predicted", "worse")]
    results = [mlflow.models.EvaluationResult(client.get_run(run).data.metrics, {}, run) for run in runs]
    for i in range(24):
        metric = chance.choice(["accuracy_score", "f1_score", "recall_score", "true_negatives", "absent"])
        given = {"threshold": chance.choice([None, 0.5, 0.95]), "min_absolute_change": chance.choice([None, 0.01, 0.2]),
                 "min_relative_change": chance.choice([None, 0.05, 0.5])}
        if not any(given.values()):
            continue
        threshold = mlflow.models.MetricThreshold(**given, greater_is_better=chance.random() < 0.7)
        compared = given["min_absolute_change"] or given["min_relative_change"]
        with_baseline = bool(compared) and metric != "absent" and i % 5 != 0
        said = ""
        try:
            mlflow.validate_evaluation_results({metric: threshold}, results[0], results[1] if with_baseline else None)
        except mlflow.exceptions.MlflowException as e:
            said = str(e)
        done = command("evaluate", *asked, "--predictions", "predicted", "--no-log", "--tracking-uri", STORE, *written(metric, threshold),
                       *(["--baseline-run-id", runs[1]] if with_baseline else []))
        assert done.returncode == (1 if said else 0) and said in done.stderr, (given, said, done)
        verdicts.add(" ".join(word for word in said.split() if word.isalpha()))
    assert len(verdicts) > 4, verdicts


if __name__ == "__main__":
    main(globals())
