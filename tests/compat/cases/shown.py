# SPDX-License-Identifier: Apache-2.0
"""One plain example of each deviation that is otherwise found by what the reference answers, or by rule."""
from harness.cases import case, post, put, raw

from .common import CREATE_EXPERIMENT, RUN, T, token

CASES = [
    case("unhandled-error-page", RUN, post("runs/log-metric", {"run_id": "${run}", "key": "m", "value": [], "timestamp": T}).but(deviation="unhandled-error-page")),
    case("unhandled-error-message", CREATE_EXPERIMENT,
         post("logged-models/search", {"experiment_ids": ["${exp}"], "filter": "metrics.acc > x"}).but(deviation="unhandled-error-message")),
    case("sql-in-message", CREATE_EXPERIMENT, post("runs/create", {"experiment_id": "${exp}", "run_name": "r", "start_time": T, "tags": [
        {"key": "a", "value": "1"}, {"key": "a", "value": "2"}]}).but(deviation="sql-in-message")),
    case("sql-in-message-of-a-name", CREATE_EXPERIMENT, post("experiments/create", {"name": "${u}"}).but(deviation="sql-in-message-of-a-name")),
    case("page-token-repr", post("runs/search", {"experiment_ids": ["0"], "page_token": token(0)}).but(deviation="page-token-repr")),
    case("artifact-path-not-normal", put("/api/2.0/mlflow-artifacts/artifacts/${u}/./x", b"x").but(deviation="artifact-path-not-normal"), stored=False),
    case("error-class-of-an-order", CREATE_EXPERIMENT, post("logged-models/search", {"experiment_ids": ["${exp}"], "order_by": [{"field_name": "foo"}]})
         .but(deviation="error-class-of-an-order")),
    case("number-beyond-64-bits", post("runs/search", {"experiment_ids": ["0"], "filter": "start_time > " + "9" * 22}).but(deviation="number-beyond-64-bits")),
    case("wrong-type-is-refused", RUN, post("runs/log-batch", {"run_id": "${run}", "params": [{"key": "p", "value": 5}]}).but(deviation="wrong-type-is-refused"), stored=False),
    case("big-body", post("experiments/create", {"name": "${u}", "x": "a" * (70 << 20)}).but(deviation="big-body"), stored=False),
    case("truncated-request", raw(b"POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
                                  deviation="truncated-request")),
]
