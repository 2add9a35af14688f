# SPDX-License-Identifier: Apache-2.0
"""How a request may be written: content types, encodings, forms, queries, and the rules of protobuf's JSON."""
import gzip
import json

from harness.cases import JSON, both, case, get, patch, post, step

from .common import CREATE_EXPERIMENT, GET_RUN, RUN, T, each

CREATE = "experiments/create"
NAMED = b'{"name": "${u}"}'
TYPES = (JSON, "application/json; charset=utf-8", "application/json;charset=UTF-8", "application/json; charset=latin-1", "application/json; charset=nope", "APPLICATION/JSON", "Application/Json; a=b", " application/json ",
         "application/json;", "application/json, text/plain", "application/jsonx", "application/vnd.api+json", "text/json", "text/plain", "text/html", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
         "application/octet-stream", "*/*", "json", "application/", "", ";", "application / json")
# Bodies that are JSON but no object, and some that only nearly are JSON.
ODD = (b"[]", b"5", b"true", b'"x"', b'"5"', b'"[]"', b'""', b"1.5", b'[{"name": "x"}]')
EMPTY = (b"null", b"{}", b" {} ", b"\n{}\n", b'"null"')
MALFORMED = (b"", b"{", b"}", b'{"name"', b'{"name":', b'{"name": "x"', b'{"name": "x",}', b"{'name': 'x'}", b'{name: "x"}', b'{"name": "x"} x', b'{"name": "x"}{}', b'{"name": "a\nb"}', b'{"name": "\\x"}', b'{"name": "\\u12"}', b"nul",
             b"NaN", b"Infinity", b'{"a": 01}', b'{"a": 00}', b'{"a": +1}', b'{"a": .5}', b'{"a": 1.}', b'{"a": 0x1}', b'{"a": 1e}', b"// c\n{}", b"{/* c */}", b"\xef\xbb\xbf{}", b"\x00", b'{"name": "\x00"}', b"\xff\xfe{\x00}\x00",
             b"<xml/>", b"a=b&c=d", b'{"name": "\xff"}', b'{"name": "\xc3"}', b'{"name": "\xed\xa0\x80"}', b'{"name": "\xf8\x88\x80\x80\x80"}', b'{"a": tru}', b"[1,]", b"[", b'"')
VALUES = (b'"NaN"', b'"Infinity"', b'"-Infinity"', b"1e400", b"-1e400", b"1e-400", b"0.1", b"1E5", b"1e+5", b"-0", b"-0.0", b"123456789012345678901234567890", b"0.1000000000000000055511151231257827",
          b"4.9e-324", b"2.2250738585072011e-308", b"1.7976931348623159e308", b'"1e400"', b'"-0"', b'" 1 "', b'"1,5"', b'"1."', b'".5"', b'"+1"', b'"0x10"', b'"1e5"')
INTS = (b"1", b"-1", b"1.0", b"1e3", b"1e2", b"1.5", b"9223372036854775807", b"9223372036854775808", b"-9223372036854775808", b'"1"', b'"1.0"', b'"1e3"', b'"+1"', b'" 1"', b'"1 "', b'"01"', b'""', b"true", b"null", b"1e400", b"1e-1", b"1e18", b'"9223372036854775807"',
        b'"9223372036854775808"', b"123456789012345678901234567890", b"NaN", b"0.0", b"-0", b"1E3", b"100e-2")


def body(text, **options):
    return step("POST", CREATE, text, **options)


def metric(value):
    return step("POST", "runs/log-metric", b'{"run_id": "${run}", "key": "m", "value": ' + value + b', "timestamp": 1600000000000, "step": 0}')


HISTORY = get("metrics/get-history", run_id="${run}", metric_key="m")

CASES = [
    case("content-types", each("t", TYPES, lambda v, n: step("POST", CREATE, b'{"name": "${u}-' + n.encode() + b'"}', headers={"Content-Type": v})), step("POST", CREATE, b'{"name": "${u}-none"}', content_type=None), stored=False),
    case("content-types-patch", each("t", TYPES, lambda v, n: step("PATCH", "registered-models/update", b'{"name": "no such"}', headers={"Content-Type": v})),
         step("PATCH", "registered-models/update", b'{"name": "no such"}', content_type=None), each("d", TYPES[:6], lambda v, n: step("DELETE", "registered-models/delete", b'{"name": "no such"}', headers={"Content-Type": v})),
         step("DELETE", "registered-models/delete", b'{"name": "no such"}', content_type=None), stored=False),
    case("accept", each("a", ("text/html", "application/xml", "*/*", "", "application/json;q=0"), lambda v, n: get("experiments/get", experiment_id="0", _options={"headers": (("Accept", v),)})),
         get("experiments/get", experiment_id="0", _options={"headers": (("Accept-Encoding", "gzip"),), "also": ("content-encoding",)}), get("experiments/get", experiment_id="0", _options={"headers": (("Accept-Charset", "utf-16"),)})),
    case("charset", step("POST", CREATE, '{"name": "${u}-ü"}'.encode("latin-1"), headers={"Content-Type": "application/json; charset=latin-1"}).but(deviation="malformed-json"),
         step("POST", CREATE, '{"name": "${u}-ü"}'.encode("utf-8"), headers={"Content-Type": "application/json; charset=latin-1"}), stored=False),
    case("form", step("POST", CREATE, form={"name": "${u}"}), step("POST", "runs/search", form={"experiment_ids": "0"}), step("POST", CREATE, form={"name": "${u}-q"}, query={"name": "${u}-q"}), step("POST", CREATE, query={"name": "${u}-q"}),
         step("POST", CREATE, query={"name": "${u}-q"}, headers={"Content-Type": JSON}), step("POST", CREATE, {"name": "${u}-b"}, query={"name": "${u}-c"}),
         step("PATCH", "registered-models/update", query={"name": "x"}), step("DELETE", "registered-models/delete", query={"name": "x"}), get("experiments/get-by-name", experiment_name="${u}-b")),
    case("get-with-body", step("GET", "experiments/get", b'{"experiment_id": "0"}', content_type=None), step("GET", "experiments/get", b'{"experiment_id": "0"}', headers={"Content-Type": "text/plain"}),
         step("GET", "experiments/get", b"x", headers={"Content-Type": JSON}).but(deviation="malformed-json"), step("GET", "experiments/get", b'{"experiment_id": "0"}', query={"other": "x"})),
    case("content-encoding", step("POST", CREATE, gzip.compress(b'{"name": "x"}', mtime=0), headers={"Content-Type": JSON, "Content-Encoding": "gzip"}).but(compare="nothing"), stored=False),
    case("chunked", step("POST", CREATE, b'11\r\n{"name": "chunk"}\r\n0\r\n\r\n', headers={"Content-Type": JSON, "Transfer-Encoding": "chunked"}).but(deviation="chunked-body"), stored=False),
    case("not-an-object", each("o", ODD, lambda v, n: [step(m, p, v).but(deviation="body-is-no-object") for m, p in (("POST", CREATE), ("POST", "runs/search"), ("PATCH", "registered-models/update"))]), stored=False),
    case("empty-object", each("o", EMPTY, lambda v, n: [step(m, p, v) for m, p in (("POST", CREATE), ("POST", "runs/search"), ("PATCH", "registered-models/update"))]), stored=False),
    case("encoded-twice", body(b'"{\\"name\\": \\"${u}\\"}"'), body(b'"{}"'), get("experiments/get-by-name", experiment_name="${u}")),
    case("malformed", each("m", [v for v in MALFORMED if v], lambda v, n: body(v).but(deviation="malformed-json")), body(b""), stored=False),
    case("malformed-search", each("m", [v for v in MALFORMED[1:] if v], lambda v, n: step("POST", "registered-models/rename", v).but(deviation="malformed-json")), stored=False),
    case("malformed-other", each("m", [v for v in MALFORMED[1:5] if v], lambda v, n: (step("PATCH", "registered-models/update", v).but(deviation="malformed-json"), step("DELETE", "registered-models/delete", v).but(deviation="malformed-json"))), stored=False),
    case("duplicate-keys", body(b'{"name": "${u}-1", "name": "${u}-2"}'), body(b'{"name": 5, "name": "${u}-3"}'), body(b'{"name": "${u}-4", "name": null}'), get("experiments/get-by-name", experiment_name="${u}-2"), get("experiments/get-by-name", experiment_name="${u}-1")),
    case("both-spellings", RUN, post("runs/search", {"experiment_ids": ["0"], "experimentIds": ["0"]}), post("runs/log-batch", {"run_id": "${run}", "runId": "${run}"}), post("runs/log-metric", {"runId": "${run}", "key": "a", "value": 1, "timestamp": T}).but(deviation="camel-case-required"),
         post("runs/log-batch", {"run_id": "${run}", "tags": [{"key": "a", "value": "b"}], "metrics": [{"key": "m", "value": 1, "timestamp": T, "modelId": "m-1", "model_id": "m-1"}]}), post("runs/search", {"experiment_ids": ["${exp}"], "maxResults": 1, "max_results": 2}), stored=False),
    case("camel-case", RUN, post("runs/search", {"experimentIds": ["${exp}"], "maxResults": 1, "runViewType": "ALL", "orderBy": ["start_time"]}), post("experiments/create", {"name": "${u}-c", "artifactLocation": "s3://x/y"}), get("experiments/get-by-name", experiment_name="${u}-c"),
         get("experiments/get", experimentId="${exp}"), post("runs/update", {"run_id": "${run}", "endTime": 5, "runName": "camel"}), post("runs/update", {"runId": "${run}", "endTime": 5}).but(deviation="camel-case-required"), post("runs/create", {"experimentId": "${exp}", "startTime": 5, "runName": "x", "userId": "y"}), GET_RUN),
    case("unknown-fields", CREATE_EXPERIMENT, post("runs/create", {"experiment_id": "${exp}", "run_name": "r", "start_time": T, "nope": 1, "x": {"y": [1]}, "": 5, "ü": None}, save={"run": "run.info.run_id"}), post("experiments/create", {"name": "${u}-x", "tags": [{"key": "a", "value": "b", "c": "d"}]}),
         post("runs/log-batch", {"run_id": "${run}", "metrics": [{"key": "m", "value": 1, "timestamp": T, "nope": []}], "nope": "x"}), GET_RUN),
    case("extension-names", post("experiments/create", {"@type": "x", "name": "${u}-2"}), stored=False),
    case("nulls", RUN, post("runs/update", {"run_id": "${run}", "status": None, "end_time": None, "run_name": None}), post("runs/search", {"experiment_ids": ["${exp}"], "filter": None, "max_results": 1, "order_by": None, "page_token": None, "run_view_type": None}),
         post("runs/log-batch", {"run_id": "${run}", "metrics": [], "params": None}).but(deviation="null-is-unset"), post("experiments/create", {"name": "${u}-n", "artifact_location": None, "tags": None}), get("experiments/get-by-name", experiment_name="${u}-n"), GET_RUN),
    *both("values", RUN, each("v", VALUES, lambda v, n: metric(v)), HISTORY, GET_RUN),
    *both("ints", RUN, [*each("i", INTS, lambda v, n: step("POST", "runs/log-metric", b'{"run_id": "${run}", "key": "m", "value": 1, "timestamp": 1600000000000, "step": ' + v + b"}")),
          *each("t", INTS, lambda v, n: step("POST", "runs/log-metric", b'{"run_id": "${run}", "key": "t", "value": 1, "timestamp": ' + v + b"}"))], HISTORY, GET_RUN),
    case("int32", RUN, each("i", INTS, lambda v, n: step("POST", "runs/search", b'{"experiment_ids": ["${exp}"], "max_results": ' + v + b"}").but(deviation="null-is-unset" if v == b"null" else None))),
    # What follows a field that protobuf cannot take is lost, what comes before it is kept.
    case("partial-parse", RUN, step("POST", "runs/log-metric", b'{"step": 5.5, "run_id": "${run}", "key": "a", "value": 1, "timestamp": 1600000000000}'),
         step("POST", "runs/log-metric", b'{"run_id": "${run}", "key": "b", "step": 5.5, "value": 2, "timestamp": 1600000000000}'), step("POST", "runs/log-metric", b'{"run_id": "${run}", "key": "c", "value": 3, "timestamp": 5.5, "step": 7}'),
         step("POST", "runs/log-metric", b'{"run_id": "${run}", "key": "d", "value": 4, "timestamp": 1600000000000, "step": 5.5}'), step("POST", "runs/create", b'{"start_time": "x", "experiment_id": "${exp}", "run_name": "lost"}'),
         step("POST", "runs/create", b'{"experiment_id": "${exp}", "run_name": "kept", "tags": 5, "start_time": 5}'), step("POST", "runs/create", b'{"experiment_id": "${exp}", "run_name": "kept", "start_time": 5, "tags": [{"key": "a", "value": "1"}, 5, {"key": "c", "value": "2"}]}'),
         step("POST", "runs/update", b'{"status": 5.5, "run_id": "${run}", "end_time": 5}'), stored=False),
    *both("enums", RUN, each("s", (b"1", b'"FINISHED"', b'"finished"', b'"NOPE"', b"99", b"3.0", b'"3"', b"true", b"[]", b"null", b'""'), lambda v, n: step("POST", "runs/update", b'{"run_id": "${run}", "status": ' + v + b"}")), GET_RUN),
    case("strings", RUN, each("s", (rb'"\u00fc"', '"ü"'.encode(), rb'"\ud83c\udfe0"', '"🏠"'.encode(), rb'"\u0000"', rb'"a\u0000b"', rb'"\u001f"', rb'"\u007f"', rb'"\u2028"', rb'"\/\b\f\n\r\t\"\\"', b'"<>&\'"', b'"\xe2\x80\xa8"'),
                                    lambda v, n: step("POST", "runs/set-tag", b'{"run_id": "${run}", "key": "' + n.encode() + b'", "value": ' + v + b"}")), GET_RUN),
    case("query", RUN, each("q", ("run_id=${run}", "run_id=${run}&run_id=x", "run_id=x&run_id=${run}", "run_id=%7B%7D", "run_id", "run_id=", "=x", "&", "run_id=${run}&&", "RUN_ID=${run}", "run_id=${run};x=y", "run_id=${run}#f", "run%5Fid=${run}", "run_id=a+b", "run_id=a%20b", "run_id=%",
                                  "run_id=%zz", "run_id=%c3%bc", "run_id=%ff", "run_id[]=${run}", "run_id=${run}&x=" + "y" * 4000),
                            lambda v, n: step("GET", "runs/get?" + v))),
    case("query-kinds", get("registered-models/search", filter="name = 'x'", max_results=["1", "2"]), get("registered-models/search", filter=["name = 'x'", "name = 'y'"]), get("registered-models/search", filter="name = 'x'", order_by=[]),
         get("registered-models/search", filter="name = 'x'", order_by=["name", "timestamp"]), get("registered-models/search", filter="name = 'x'", order_by=""), get("registered-models/search", filter="name = 'x'", order_by="['name']"), get("registered-models/search", filter="name = 'x'", max_results="1e2"),
         get("registered-models/search", filter="name = 'x'", max_results=" 5"), get("registered-models/search", filter="name = 'x'", max_results="5.0"), get("model-versions/search", filter="name = 'x'", max_results="+5")),
    case("big-but-fine", RUN, post("runs/set-tag", {"run_id": "${run}", "key": "big", "value": "x" * 100000}), post("runs/log-batch", {"run_id": "${run}", "params": [{"key": f"p{i}", "value": "v" * 6000} for i in range(100)]})),
    case("patch-and-post", patch("registered-models/update", {"name": "no such", "description": json.dumps({"a": [1]})})),
]
