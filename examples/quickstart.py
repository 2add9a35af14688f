# SPDX-License-Identifier: Apache-2.0
"""Fits a line to two columns of data/iris.csv by gradient descent, and logs what a training logs: parameters, metrics of each step, a
file, a registered model. It needs the package millrace and nothing else; `import mlflow as millrace` runs it with MLflow.

    python quickstart.py
    millrace server --backend-store-uri sqlite:///mlflow.db
"""
import csv
import os

import millrace

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data/iris.csv")
STEPS, RATE = 300, 0.05


def train(points):
    slope = intercept = 0.0
    for step in range(STEPS):
        errors = [(slope * x + intercept - y, x) for x, y in points]
        slope -= RATE * sum(error * x for error, x in errors) / len(points)
        intercept -= RATE * sum(error for error, _ in errors) / len(points)
        millrace.log_metric("loss", sum(error * error for error, _ in errors) / len(points), step=step, synchronous=False)
    return slope, intercept


def main():
    with open(DATA, encoding="ascii") as file:
        points = [(float(row["petal_length"]), float(row["petal_width"])) for row in csv.DictReader(file)]
    millrace.set_experiment("iris")
    with millrace.start_run(run_name="a line") as run:
        millrace.log_params({"steps": STEPS, "rate": RATE, "points": len(points)})
        slope, intercept = train(points)
        millrace.log_metrics({"slope": slope, "intercept": intercept})
        millrace.log_dict({"slope": slope, "intercept": intercept}, "model/line.json")
        millrace.log_text("flavors: {}\n", "model/MLmodel")
    version = millrace.register_model(f"runs:/{run.info.run_id}/model", "iris-line")
    run = millrace.get_run(run.info.run_id)
    print(f"{run.info.run_name}: loss {run.data.metrics['loss']:.4f} after {STEPS} steps; version {version.version} of {version.name}")


if __name__ == "__main__":
    main()
