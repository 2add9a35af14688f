# SPDX-License-Identifier: Apache-2.0
"""What somebody may send who means ill, or a program that went wrong: the server must answer, and stay."""
from harness.cases import JSON, case, get, post, raw, step

from .common import CREATE_EXPERIMENT, CREATE_MODEL, GET_RUN, RUN, T, each

ALIVE = get("experiments/get", experiment_id="0")
HEAD = b"POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n"


def nested(depth, opening=b"[", closing=b"]"):
    return b'{"name": "${u}", "x": ' + opening * depth + closing * depth + b"}"


RAW = (
    b"\r\n\r\n", b"GET\r\n\r\n", b"GET / \r\n\r\n", b"GET /health\r\n\r\n", b"GET /health HTTP/1.1\r\n\r\n", b"GET /health HTTP/1.0\r\n\r\n", 
    b"GET /health HTTP/1.1\nHost: ${host}\n\n", b"GET /health HTTP/1.1\r\nHost ${host}\r\n\r\n", b"GET /health HTTP/1.1\r\nHost: ${host}\r\nX: a\r\n b\r\n\r\n", b"GET /health HTTP/1.1\r\nHost: ${host}\r\nHost: other\r\n\r\n",
    b"GET /health HTTP/1.1\r\nHost: ${host}\r\nX\x00: a\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: ${host}\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: ${host}\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x00" * 100, b"GET " + b"/a" * 40000 + b" HTTP/1.1\r\nHost: ${host}\r\n\r\n",
    HEAD + b"Content-Length: -1\r\n\r\n", HEAD + b"Content-Length: x\r\n\r\n", HEAD + b"Content-Length: 99999999999999999999\r\n\r\n{}",
    HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", HEAD + b"Transfer-Encoding: nope\r\n\r\n{}",
    HEAD + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n{}", b"GET http://${host}/health HTTP/1.1\r\nHost: ${host}\r\n\r\n", b"GET health HTTP/1.1\r\nHost: ${host}\r\n\r\n", b"GET * HTTP/1.1\r\nHost: ${host}\r\n\r\n",
)
BEYOND = (b"GET /health HTTP/2.0\r\nHost: ${host}\r\n\r\n", b"GET /health HTTP/9.9\r\nHost: ${host}\r\n\r\n", b"GET /health HTTP/1.1\r\nHost: ${host}\r\n" + b"X: y\r\n" * 20000 + b"\r\n",
          b"GET /health HTTP/1.1\r\nHost: ${host}\r\nX: " + b"y" * 100000 + b"\r\n\r\n")
TRUNCATED = (HEAD + b'Content-Length: 100\r\n\r\n{"name": "${u}"}', HEAD + b"Content-Length: 100\r\n\r\n", HEAD + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"na', HEAD[:40], HEAD)
PATHS = ("/api/2.0/mlflow/../../../etc/passwd", "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/static-files/../../etc/passwd", "/static-files/%2e%2e/%2e%2e/etc/passwd", "/api/2.0/mlflow/experiments/get%00", "/api%002.0", "/%00",
         "/get-artifact?run_id=%00&path=x", "/get-artifact?run_id=x&path=%00", "/api/2.0/mlflow-artifacts/artifacts/%00", "/api/2.0/mlflow-artifacts/artifacts/a%00b", "/api/2.0/mlflow/logged-models/%00", "/" + "a" * 8000, "/api/2.0/mlflow/runs/get?run_id=" + "a" * 8000)

CASES = [
    case("nul-in-names", RUN, post("experiments/create", {"name": "${u}\u0000x"}), post("experiments/create", {"name": "\u0000"}), post("registered-models/create", {"name": "${u}\u0000x"}), post("runs/set-tag", {"run_id": "${run}", "key": "a\u0000b", "value": "x"}),
         post("runs/set-tag", {"run_id": "${run}", "key": "nul", "value": "a\u0000b"}), post("runs/log-parameter", {"run_id": "${run}", "key": "a\u0000b", "value": "x"}), post("runs/log-parameter", {"run_id": "${run}", "key": "nul", "value": "a\u0000b"}),
         post("runs/log-metric", {"run_id": "${run}", "key": "a\u0000b", "value": 1, "timestamp": T}), post("runs/update", {"run_id": "${run}", "run_name": "a\u0000b"}), post("experiments/set-experiment-tag", {"experiment_id": "${exp}", "key": "nul", "value": "a\u0000b"}),
         post("runs/search", {"experiment_ids": ["${exp}"], "filter": "tags.nul = 'a\u0000b'"}), post("runs/search", {"experiment_ids": ["${exp}"], "filter": "\u0000"}, compare="status"), get("experiments/get-by-name", experiment_name="a\u0000b", _options={"deviation": "nul-in-an-address"}), get("runs/get", run_id="\u0000", _options={"deviation": "nul-in-an-address"}),
         get("/api/2.0/mlflow-artifacts/artifacts", path="\u0000", _options={"deviation": "nul-in-an-address"}), GET_RUN),
    case("surrogates", RUN, [one.but(deviation="malformed-json") for one in (
        post("experiments/create", {"name": "${u}\ud800"}), post("runs/set-tag", {"run_id": "${run}", "key": "s", "value": "\ud800"}), post("runs/set-tag", {"run_id": "${run}", "key": "\ud800", "value": "x"}),
        post("registered-models/create", {"name": "\udfff"}), post("runs/search", {"experiment_ids": ["${exp}"], "filter": "tags.a = '\ud800'"}))], ALIVE, stored=False),
    case("invalid-utf8", CREATE_EXPERIMENT, each("b", (b'{"name": "\xff"}', b'{"name": "\xc0\x80"}', b'{"\xff": 1}', b'{"name": "\xed\xa0\x80"}'), lambda v, n: step("POST", "experiments/create", v).but(deviation="malformed-json")),
         step("GET", "experiments/get-by-name", query="experiment_name=%ff%fe"), step("GET", "/api/2.0/mlflow-artifacts/artifacts/%ff%fe", deviation="invalid-utf8-in-artifact"), ALIVE, stored=False),
    case("deep-json", each("d", (50, 90), lambda v, n: (step("POST", "experiments/get-by-name", nested(v)), step("POST", "registered-models/rename", nested(v)))), ALIVE, stored=False),
    case("deeper-json", each("d", (200, 2000, 10000, 100000), lambda v, n: (step("POST", "registered-models/rename", nested(v)).but(deviation="deep-json"),
                                                                      step("POST", "registered-models/rename", nested(v, b'{"a":', b"}").replace(b"{\"a\":}", b'{"a":1}', 1)).but(deviation="deep-json"))), ALIVE, stored=False),
    case("wide-json", step("POST", "experiments/create", b'{"name": "${u}", "x": [' + b",".join([b"0"] * 200000) + b"]}"), step("POST", "experiments/create", b'{"name": "${u}-2", ' + b", ".join(b'"k%d": 0' % i for i in range(50000)) + b"}"), ALIVE, stored=False),
    case("truncated-body", each("t", TRUNCATED, lambda v, n: raw(v, deviation="truncated-request")), ALIVE, get("experiments/get-by-name", experiment_name="${u}")),
    # Each HTTP library has its own idea of these; what counts is that ours refuses what the reference refuses.
    case("raw", each("r", RAW, lambda v, n: raw(v, compare="class")), ALIVE, stored=False),
    case("http-limits", each("b", BEYOND, lambda v, n: raw(v, deviation="http-limits")), ALIVE, stored=False),
    case("paths", each("p", PATHS, lambda v, n: get(v).but(compare="class")), ALIVE, stored=False),
    case("pipelined", raw(b"GET /health HTTP/1.1\r\nHost: ${host}\r\n\r\nGET /version HTTP/1.1\r\nHost: ${host}\r\n\r\n"), ALIVE, stored=False),
    case("sql", CREATE_EXPERIMENT, CREATE_MODEL, each("s", ("'; DROP TABLE runs; --", "\" OR \"\"=\"", "1 UNION SELECT * FROM runs", "%' OR 1=1 --", "\\'", "';", "x' AND (SELECT 1)='1"), lambda v, n: (
        get("runs/get", run_id=v), get("experiments/get-by-name", experiment_name=v), post("runs/search", {"experiment_ids": ["${exp}"], "filter": "tags.a = " + '"' + v.replace('"', "") + '"'}),
        post("runs/search", {"experiment_ids": ["${exp}"], "order_by": [v]}), get("registered-models/get", name=v), get("model-versions/get", name="${u}", version=v), post("experiments/create", {"name": "${u} " + v}))), ALIVE),
    case("big-body", step("POST", "experiments/create", b'{"name": "${u}", "x": "' + b"a" * (100 * 1024 * 1024) + b'"}', headers={"Content-Type": JSON}).but(deviation="big-body"), ALIVE, stored=False, slow=True),
]
