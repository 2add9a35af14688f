# SPDX-License-Identifier: Apache-2.0
"""Trains a logistic regression and logs how well it does; the run is the one that `millrace run` made."""
import argparse

import mlflow
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

parser = argparse.ArgumentParser()
parser.add_argument("--c", type=float, default=1.0)
arguments = parser.parse_args()

train_x, test_x, train_y, test_y = train_test_split(*load_iris(return_X_y=True), random_state=0)
with mlflow.start_run():
    model = LogisticRegression(C=arguments.c, max_iter=500).fit(train_x, train_y)
    accuracy = model.score(test_x, test_y)
    mlflow.log_metric("accuracy", accuracy)
    mlflow.log_text(str(model.coef_.tolist()), "coefficients.txt")
    print(f"accuracy {accuracy:.3f}")
