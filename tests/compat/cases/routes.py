# SPDX-License-Identifier: Apache-2.0
"""Addresses: health, version, server-info, static prefix, unknown routes, wrong methods, both API prefixes, middleware."""
from harness.cases import case, delete, get, patch, post, put, step

from .common import CREATE_EXPERIMENT, RUN, each

OPTIONS_AND_HEAD = ("/health", "/version", "/api/2.0/mlflow/experiments/get", "/api/2.0/mlflow/experiments/create", "/api/2.0/mlflow/logged-models/m-x", "/api/2.0/mlflow/registered-models/alias")
UNKNOWN = ("/nope", "/api", "/api/", "/api/2.0", "/api/2.0/mlflow", "/api/2.0/mlflow/", "/api/2.0/mlflow/nope", "/api/1.0/mlflow/experiments/get", "/api/3.0/mlflow/experiments/get", "/api/4.0/mlflow/experiments/get",
           "/api/2.0/mlflow/experiments/get/", "/API/2.0/mlflow/experiments/get", "/api/2.0/mlflow/Experiments/get",
           "/ajax-api/2.0/mlflow/nope", "/api/2.0/preview/mlflow/experiments/get", "/ajax-api/2.0/preview/mlflow/experiments/get", "/health/", "/version/", "/api/2.0/mlflow/experiments", "/api/2.0/mlflow/runs/get/x",
           "/api/2.0/mlflow/experiments/get%2Fx", "/api/2.0/mlflow/experiments/../experiments/get?experiment_id=0",
           "/api/2.0/mlflow/experiments/./get?experiment_id=0", "/a%20b", "/%C3%BC", "/%ff", "/a?b", "/a;b", "/api/2.0/mlflow/logged-models/x/y")
GETS = ("experiments/get?experiment_id=0", "experiments/get-by-name?experiment_name=Default", "runs/get?run_id=x", "metrics/get-history?run_id=x&metric_key=m", "artifacts/list?run_id=x", "registered-models/get?name=x",
        "registered-models/search?max_results=1&filter=name%3D'x'", "model-versions/search?filter=name%3D'x'", "model-versions/get?name=x&version=1", "model-versions/get-download-uri?name=x&version=1", "registered-models/alias?name=x&alias=a",
        "registered-models/get-latest-versions?name=x", "logged-models/x", "logged-models/x/artifacts/directories", "metrics/get-history-bulk-interval?run_ids=x&metric_key=m", "experiments/search?max_results=1&filter=name%3D'Default'")
POSTS = ("experiments/create", "experiments/search", "experiments/delete", "experiments/restore", "experiments/update", "experiments/set-experiment-tag", "experiments/delete-experiment-tag", "runs/create", "runs/update", "runs/delete",
         "runs/restore", "runs/log-metric", "runs/log-parameter", "runs/set-tag", "runs/delete-tag", "runs/search", "runs/log-batch", "runs/log-model", "runs/log-inputs", "runs/outputs", "logged-models", "logged-models/search",
         "logged-models/x/params", "registered-models/create", "registered-models/rename", "registered-models/set-tag", "registered-models/alias", "registered-models/get-latest-versions", "model-versions/create", "model-versions/set-tag",
         "model-versions/transition-stage", "artifacts/presigned-upload-url", "artifacts/presigned-download-url")
PATCHES = ("registered-models/update", "model-versions/update", "logged-models/x", "logged-models/x/tags")
DELETES = ("registered-models/delete", "registered-models/delete-tag", "registered-models/alias", "model-versions/delete", "model-versions/delete-tag", "logged-models/x", "logged-models/x/tags/y")
HOSTS = ("localhost", "localhost:5000", "127.0.0.1", "127.0.0.1:99", "[::1]", "[::1]:5000", "0.0.0.0", "10.1.2.3", "10.1.2.3:80", "192.168.1.1", "172.16.0.1:5", "172.15.0.1", "172.31.255.255", "172.32.0.1", "evil.example", "localhost.evil.example",
         "evil.localhost", "LOCALHOST", "", "a b", "8.8.8.8", "fc00:1", "mlflow.local")
ORIGINS = ("http://localhost", "http://localhost:3000", "http://127.0.0.1:5000", "http://[::1]:5000", "https://localhost", "https://evil.example", "http://evil.example", "null", "http://localhost.evil.example", "http://10.0.0.1", "", "HTTP://LOCALHOST")

ESCAPED = ("/api/2.0/mlflow//experiments/get", "//api/2.0/mlflow/experiments/get", "/api/2.0/mlflow/experiments%2Fget?experiment_id=0", "/api/2.0/mlflow/%65xperiments/get?experiment_id=0")

CASES = [
    case("escaped", [get(path, _options={"deviation": "escaped-route"}) for path in ESCAPED]),
    case("health", get("/health"), get("/version"), get("/health", x="y"), post("/health"), post("/version"), put("/health", b""), delete("/version"), get("/health", _options={"headers": (("Accept", "application/json"),)})),
    case("server-info", [get(f"/{api}/3.0/mlflow/server-info", _options={"deviation": "no-gateway"}) for api in ("api", "ajax-api")], get("/api/2.0/mlflow/server-info"), post("/api/3.0/mlflow/server-info"), get("/api/3.0/mlflow/server-info/")),
    case("unknown", each("u", UNKNOWN, lambda v, n: get(v)), each("p", UNKNOWN[:8], lambda v, n: post(v))),
    case("methods", each("g", GETS, lambda v, n: [make(v.partition("?")[0]) for make in (post, put, patch, delete)]), each("p", POSTS, lambda v, n: [make(v) for make in (get, put, patch, delete)]), stored=False),
    case("methods-patch-delete", each("g", PATCHES, lambda v, n: [make(v) for make in (get, post, put, delete)]), each("p", DELETES[:-2], lambda v, n: [make(v) for make in (post, put, patch)]), stored=False),
    case("odd-methods", *(step(m, p) for m in ("TRACE", "CONNECT", "PROPFIND", "FOO") for p in ("/api/2.0/mlflow/experiments/get?experiment_id=0", "/health", "/nope"))),
    case("method-case", *(step(m, p, deviation="method-case") for m in ("get", "Get") for p in ("/api/2.0/mlflow/experiments/get?experiment_id=0", "/health"))),
    case("head", *(step("HEAD", p, also=("content-length",)) for p in OPTIONS_AND_HEAD)), case("options", *(step("OPTIONS", p) for p in (*OPTIONS_AND_HEAD, "/nope"))),
    case("ajax", each("g", GETS, lambda v, n: get("/ajax-api/2.0/mlflow/" + v)), each("p", POSTS, lambda v, n: post("/ajax-api/2.0/mlflow/" + v)), each("h", PATCHES, lambda v, n: patch("/ajax-api/2.0/mlflow/" + v)),
         each("d", DELETES, lambda v, n: delete("/ajax-api/2.0/mlflow/" + v)), stored=False),
    case("empty-bodies", each("g", GETS, lambda v, n: get(v.partition("?")[0]).but(compare="status" if "s/search" in v else "bytes")), each("p", POSTS, lambda v, n: (post(v), step("POST", v, headers={"Content-Type": "application/json"}), step("POST", v))),
         each("h", PATCHES, lambda v, n: (patch(v), step("PATCH", v))), each("d", DELETES, lambda v, n: (delete(v), delete(v, {}))), stored=False),
    case("prefix", CREATE_EXPERIMENT, get("experiments/get", experiment_id="${exp}"), get("/mill/health"), get("/mill/version"), get("/health"), get("/version"), get("/api/2.0/mlflow/experiments/get", experiment_id="0"),
         get("/mill/ajax-api/2.0/mlflow/experiments/get", experiment_id="${exp}"), get("/mill/api/3.0/mlflow/server-info", _options={"deviation": "no-gateway"}), get("/api/3.0/mlflow/server-info"), get("/mill/nope"), get("/mill/get-artifact"), get("/get-artifact"),
         put("/api/2.0/mlflow-artifacts/artifacts/${u}/x.txt", b"hi"), step("GET", "/api/2.0/mlflow-artifacts/artifacts/${u}/x.txt"), step("GET", "/mill/api/2.0/mlflow-artifacts/artifacts/${u}/x.txt"),
         put("/mill/api/2.0/mlflow-artifacts/artifacts/${u}/y.txt", b"hi").but(deviation="prefixed-upload"), get("/mill/api/2.0/mlflow-artifacts/artifacts", path="${u}"), get("/api/2.0/mlflow-artifacts/artifacts", path="${u}"),
         delete("/mill/api/2.0/mlflow-artifacts/artifacts/${u}/x.txt"), get("/millx/health"), get("/mil"), get("/millapi/2.0/mlflow/experiments/get"), config="prefix", stored=False),
    case("hosts", each("h", HOSTS, lambda v, n: [get(p, _options={"headers": (("Host", v),)}) for p in ("/api/2.0/mlflow/experiments/get?experiment_id=0", "/health", "/nope")]), stored=False),
    case("origins", RUN, each("o", ORIGINS, lambda v, n: (post("runs/set-tag", {"run_id": "${run}", "key": "a", "value": n}, headers={"Origin": v}).but(also=("access-control-allow-origin", "access-control-allow-credentials", "vary")),
                                                         get("runs/get", run_id="${run}", _options={"headers": (("Origin", v),), "also": ("access-control-allow-origin", "vary")}),
                                                         step("OPTIONS", "/api/2.0/mlflow/runs/set-tag", headers={"Origin": v, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"},
                                                              also=("access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers", "vary"))))),
    case("workspace-header", get("/api/2.0/mlflow/experiments/get", experiment_id="0", _options={"headers": (("X-MLFLOW-WORKSPACE", "default"),)}), get("/health", _options={"headers": (("X-MLFLOW-WORKSPACE", "x"),)}),
         get("/api/3.0/mlflow/server-info", _options={"headers": (("X-MLFLOW-WORKSPACE", "x"),), "deviation": "no-gateway"})),
]
