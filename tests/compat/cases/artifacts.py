# SPDX-License-Identifier: Apache-2.0
"""Artifacts: the proxy, the listing of a run's, downloads and uploads, multipart and presigned answers."""
from harness.cases import case, delete, get, post, put, step

from .common import RUN, each

PROXY = "/api/2.0/mlflow-artifacts/artifacts/"
AJAX = "/ajax-api/2.0/mlflow-artifacts/artifacts/"
MINE = PROXY + "${exp}/${run}/artifacts/"
LIST = "/api/2.0/mlflow-artifacts/artifacts"
# What a file system makes of a name is not the same everywhere.
TRAVERSALS = ("../x", "a/../x", "a/../../x", "..", ".", "./x", "a/./x", "%2e%2e/x", "%2E%2E/x", "%252e%252e/x", "%25252e%25252e/x", "..%2fx", "..%2f..%2fx", "a%2f..%2f..%2fx",
              "/etc/passwd", "//etc/passwd", "%2fetc/passwd", "a//x", "a%23x", "a#x", "a%3fx", "C:/x", "c:%5cx", "..%5cx", "a%5c..%5cx", "~/x", "file:x", "file:%2f%2f%2fetc%2fpasswd",
              "a%0ax", "...", "..a", "a..", "a/..b")
DECODED_TWICE = ("a%3fx", "..%5cx", "a%5c..%5cx", "a%0ax")
HEADERS = {"also": ("content-length",)}


def upload(path, data=b"hello world", **options):
    return put(MINE + path, data, **options)


def read(path, **options):
    return step("GET", MINE + path, **{"also": ("content-length",), **options})


TREE = [upload("a.txt"), upload("empty", b""), upload("dir/b.json", b'{"a": 1}'), upload("dir/sub/c.bin", bytes(range(256))), upload("z%20space.txt", b"spaced"), upload("%C3%BC.html", b"<b>")]
NAMES = ("a.txt", "b.json", "c.html", "d.png", "e.bin", "f", "g.yaml", "h.csv", "i.md", "j.py", "k.js", "l.css", "m.svg", "n.pdf", "o.gz", "p.tar.gz", "q.jpg", "r.ipynb", "s.xml", "t.log", "u.ini", "MLmodel", "MLproject",
         "conda.yaml", "v.JPG", "w.unknown", "x y.txt", "q'uote.txt", "semi;colon", "comma,x", "(paren)", "plus+x", "equals=x", "at@x", "dollar$x", ".hidden", "..hidden", "trailing.", "x.pkl", "x.parquet", "x.cfg", "x.env", "x.toml", "x.jsonnet", "x.R", "x.sh", "x.h5")
ARTIFACT_LIST = "artifacts/list"



def traversal(path, _name):
    """The same path read, written, deleted, and as a query."""
    control = "control-character-in-artifact" if path == "a%0ax" else None
    again = "path-decoded-twice" if path in DECODED_TWICE else None
    doubled = "doubled-slash-in-artifact" if path == "a//x" else control
    # Deleting "." empties the folder in the reference, which then fails: a case of its own.
    gone = [] if path == "." else [delete(MINE + path).but(deviation=control)]
    return (read(path).but(deviation=control), upload(path, b"evil").but(deviation=doubled), *gone,
            get("/get-artifact", run_id="${run}", path=path, _options={"deviation": again}))


CASES = [
    case("put-get", RUN, TREE, [read(p) for p in ("a.txt", "empty", "dir/b.json", "dir/sub/c.bin", "z%20space.txt", "%C3%BC.html")], step("GET", AJAX + "${exp}/${run}/artifacts/a.txt"),
         upload("a.txt", b"again"), read("a.txt")),
    case("list", RUN, TREE, get(ARTIFACT_LIST, run_id="${run}"), get(ARTIFACT_LIST, run_id="${run}", path="dir"), get(ARTIFACT_LIST, run_id="${run}", path="dir/sub"), get(ARTIFACT_LIST, run_id="${run}", path="dir/"),
         get(ARTIFACT_LIST, run_id="${run}", path="a.txt"), get(ARTIFACT_LIST, run_id="${run}", path="nope"), get(ARTIFACT_LIST, run_id="${run}", path=""), get(ARTIFACT_LIST, run_uuid="${run}"),
         get(LIST, path="${exp}/${run}/artifacts"), get(LIST, path="${exp}/${run}/artifacts/dir"), get(LIST, path="${exp}/${run}/artifacts/a.txt"), get(LIST, path="nope"), get(LIST, path="${exp}/${run}")),
    case("list-bad", RUN, get(ARTIFACT_LIST), get(ARTIFACT_LIST, run_id="nope"), get(ARTIFACT_LIST, run_id=""), each("t", TRAVERSALS, lambda v, n: get(ARTIFACT_LIST, run_id="${run}", path=v)),
         each("u", [v for v in TRAVERSALS if v != "."], lambda v, n: get(LIST, path=v))),
    case("list-deleted-run", RUN, TREE[:1], post("runs/delete", {"run_id": "${run}"}), get(ARTIFACT_LIST, run_id="${run}"), get("/get-artifact", run_id="${run}", path="a.txt")),
    case("get-bad", RUN, TREE, read("nope"), read("dir"), read("dir/"), read("a.txt/").but(ignore=("content-disposition",)), read("a.txt/x"), read(""), step("GET", PROXY, deviation="artifact-without-a-path"), step("GET", PROXY + "nope")),
    # A client that normalises paths never sends these; what matters is that nothing outside the root is reached.
    case("traversal", RUN, TREE, each("t", TRAVERSALS, traversal), get(ARTIFACT_LIST, run_id="${run}")),
    case("delete-dot", RUN, TREE, delete(MINE + "."), stored=False),
    case("put-bad", RUN, upload("a/"), upload(""), put(PROXY, b"x").but(deviation="artifact-without-a-path"), upload(".artifact.uploading.x"), upload("dir/.artifact.uploading.x"), upload("a"), upload("a/b"), upload("a.txt", b"x", content_type="text/plain"),
         upload("b.txt", b"x", content_type=None), upload("c.txt", b"x", headers={"Content-Type": "application/json"}), get(ARTIFACT_LIST, run_id="${run}", _options={"deviation": "refused-upload-leaves-a-folder"}), stored=False),
    case("delete", RUN, TREE, delete(MINE + "a.txt"), read("a.txt"), delete(MINE + "a.txt"), delete(MINE + "dir"), read("dir/b.json"), delete(MINE + "nope"), get(ARTIFACT_LIST, run_id="${run}"), delete(PROXY + "${exp}/${run}/artifacts"),
         get(ARTIFACT_LIST, run_id="${run}"), get("runs/get", run_id="${run}")),
    case("range", RUN, TREE[:1], each("r", ("bytes=0-4", "bytes=5-", "bytes=-3", "bytes=0-0", "bytes=0-99", "bytes=10-10", "bytes=11-", "bytes=99-", "bytes=-99", "bytes=-0"), lambda v, n: read("a.txt", headers={"Range": v})),
         each("g", ("bytes=0-4", "bytes=5-", "bytes=-3", "bytes=99-"), lambda v, n: get("/get-artifact", run_id="${run}", path="a.txt", _options={"headers": (("Range", v),), "also": ("content-length",)}))),
    case("range-odd", RUN, TREE[:1], each("r", ("bytes=4-0", "bytes=x", "bytes=", "lines=0-4", "0-4"), lambda v, n: read("a.txt", headers={"Range": v}).but(deviation="malformed-range"))),
    case("mime", RUN, each("n", NAMES, lambda v, n: (upload(v.replace(" ", "%20").replace(";", "%3B"), b"x"), read(v.replace(" ", "%20").replace(";", "%3B"))))),
    case("get-artifact", RUN, TREE, get("/get-artifact", run_id="${run}", path="a.txt", _options=HEADERS), get("/get-artifact", run_uuid="${run}", path="dir/b.json", _options=HEADERS),
         get("/get-artifact", run_id="${run}", path="dir/sub/c.bin"), get("/get-artifact", run_id="${run}", path="ü.html"), get("/get-artifact", run_id="${run}", path="z space.txt"), get("/get-artifact", run_id="${run}", path="nope"),
         get("/get-artifact", run_id="${run}", path="dir"), get("/get-artifact", run_id="nope", path="a.txt"), get("/get-artifact"), get("/get-artifact", run_id="${run}"), get("/get-artifact", path="a.txt"),
         get("/get-artifact", run_id="${run}", path=""), post("/get-artifact"), get("/api/2.0/mlflow/get-artifact", run_id="${run}", path="a.txt")),
    case("upload-artifact", RUN, step("POST", "/ajax-api/2.0/mlflow/upload-artifact", b"data", query={"run_uuid": "${run}", "path": "up/x.txt"}), get(ARTIFACT_LIST, run_id="${run}", path="up"),
         step("POST", "/ajax-api/2.0/mlflow/upload-artifact", b"data", query={"path": "x"}), step("POST", "/ajax-api/2.0/mlflow/upload-artifact", b"data", query={"run_uuid": "${run}"}),
         step("POST", "/ajax-api/2.0/mlflow/upload-artifact", b"", query={"run_uuid": "${run}", "path": "y"}), step("POST", "/ajax-api/2.0/mlflow/upload-artifact", b"data", query={"run_uuid": "nope", "path": "y"}),
         step("POST", "/ajax-api/2.0/mlflow/upload-artifact", b"data", query={"run_uuid": "${run}", "path": "../y"}), step("POST", "/ajax-api/2.0/mlflow/upload-artifact", b"data", query={"run_uuid": "${run}", "path": "/y"}),
         step("POST", "/ajax-api/2.0/mlflow/upload-artifact", b"text", query={"run_uuid": "${run}", "path": "t"}, content_type="text/plain"),
         step("POST", "/ajax-api/2.0/mlflow/upload-artifact", b"a=b", query={"run_uuid": "${run}", "path": "f"}, content_type="application/x-www-form-urlencoded"),
         step("POST", "/ajax-api/2.0/mlflow/upload-artifact", b"a" * (10 * 1024 * 1024 + 1), query={"run_uuid": "${run}", "path": "big"}), get(ARTIFACT_LIST, run_id="${run}"),
         step("POST", "/api/2.0/mlflow/upload-artifact", b"data", query={"run_uuid": "${run}", "path": "x"})),
    case("multipart", RUN, post("/api/2.0/mlflow-artifacts/mpu/create/${exp}/${run}/artifacts", {"path": "a.bin", "num_parts": 2}), post("/api/2.0/mlflow-artifacts/mpu/create/x", {}),
         post("/api/2.0/mlflow-artifacts/mpu/create/../x", {"path": "a", "num_parts": 1}), post("/api/2.0/mlflow-artifacts/mpu/create/x", {"path": "a", "num_parts": "x"}),
         post("/api/2.0/mlflow-artifacts/mpu/complete/x", {"path": "a.bin", "upload_id": "u", "parts": [{"part_number": 1, "etag": "e", "url": "u"}]}), post("/api/2.0/mlflow-artifacts/mpu/complete/x", {"path": "a"}),
         post("/api/2.0/mlflow-artifacts/mpu/abort/x", {"path": "a.bin", "upload_id": "u"}), post("/api/2.0/mlflow-artifacts/mpu/abort/x", {}), post("/api/2.0/mlflow-artifacts/mpu/create/", {"path": "a", "num_parts": 1}),
         get("/api/2.0/mlflow-artifacts/mpu/create/x")),
    case("presigned", RUN, TREE[:1], get("/api/2.0/mlflow-artifacts/presigned/${exp}/${run}/artifacts/a.txt"), get("/api/2.0/mlflow-artifacts/presigned/../x"), post("artifacts/presigned-upload-url", {"run_id": "${run}", "path": "a.txt"}),
         post("artifacts/presigned-upload-url", {}), post("artifacts/presigned-upload-url", {"run_id": "${run}"}), post("artifacts/presigned-upload-url", {"path": "a"}), post("artifacts/presigned-upload-url", {"run_id": "${run}", "model_id": "m", "path": "a"}),
         post("artifacts/presigned-upload-url", {"run_id": "nope", "path": "a"}), post("artifacts/presigned-upload-url", {"run_id": "${run}", "path": "../a"}), post("artifacts/presigned-download-url", {"run_id": "${run}", "path": "a.txt"}),
         post("artifacts/presigned-download-url", {}), post("artifacts/presigned-download-url", {"run_id": "${run}", "path": "a", "expiration": 0}), post("artifacts/presigned-download-url", {"run_id": "${run}", "path": "a", "expiration": 604801}),
         post("artifacts/presigned-download-url", {"run_id": "nope", "path": "a"}), post("artifacts/presigned-download-url", {"run_id": "${run}", "path": "../a"}), post("artifacts/presigned-download-url", {"run_id": "${run}", "path": "a", "expiration": "x"})),
    case("model-version", RUN, TREE, post("registered-models/create", {"name": "${u}"}), post("model-versions/create", {"name": "${u}", "source": "runs:/${run}/dir", "run_id": "${run}"}),
         post("model-versions/create", {"name": "${u}", "source": "mlflow-artifacts:/${exp}/${run}/artifacts/dir", "run_id": "${run}"}), get("/model-versions/get-artifact", name="${u}", version="2", path="b.json"),
         get("/model-versions/get-artifact", name="${u}", version="2", path="nope"), get("/model-versions/get-artifact", name="${u}", version="2", path="../a.txt"), get("/model-versions/get-artifact", name="${u}", version="9", path="b.json"),
         get("/model-versions/get-artifact", name="no such", version="1", path="x"), get("/model-versions/get-artifact", name="${u}", version="2")),
    case("logged-model", RUN, post("logged-models", {"experiment_id": "${exp}", "name": "lm"}, save={"model": "model.info.model_id"}), put(PROXY + "${exp}/models/${model}/artifacts/dir/x.txt", b"hi"),
         get("logged-models/${model}/artifacts/directories"), get("logged-models/${model}/artifacts/directories", artifact_directory_path="dir"),
         get("/ajax-api/2.0/mlflow/logged-models/${model}/artifacts/files", artifact_file_path="dir/x.txt"), get("/ajax-api/2.0/mlflow/logged-models/${model}/artifacts/files", artifact_file_path="dir")),
    case("head", RUN, TREE[:1], step("HEAD", MINE + "a.txt").but(also=("content-length",)), step("HEAD", "/get-artifact", query={"run_id": "${run}", "path": "a.txt"}).but(also=("content-length",)), step("HEAD", MINE + "nope")),
    case("local-root", RUN, get(ARTIFACT_LIST, run_id="${run}"), step("POST", "/ajax-api/2.0/mlflow/upload-artifact", b"data", query={"run_uuid": "${run}", "path": "up/x.txt"}), get(ARTIFACT_LIST, run_id="${run}"),
         get(ARTIFACT_LIST, run_id="${run}", path="up"), get("/get-artifact", run_id="${run}", path="up/x.txt"), get("/get-artifact", run_id="${run}", path="nope"), get("/get-artifact", run_id="${run}", path="up"), each("t", TRAVERSALS, lambda v, n: (
             get("/get-artifact", run_id="${run}", path=v, _options={"deviation": "path-decoded-twice" if v in DECODED_TWICE else None}), get(ARTIFACT_LIST, run_id="${run}", path=v))), post("artifacts/presigned-upload-url", {"run_id": "${run}", "path": "a.txt"}),
         post("artifacts/presigned-download-url", {"run_id": "${run}", "path": "a.txt"}), config="local"),
    case("no-serve", RUN, get(ARTIFACT_LIST, run_id="${run}"), step("GET", PROXY + "x"), put(PROXY + "x", b"x"), delete(PROXY + "x"), get(LIST), post("/api/2.0/mlflow-artifacts/mpu/create/x", {"path": "a", "num_parts": 1}),
         get("/api/2.0/mlflow-artifacts/presigned/x"), get("/api/3.0/mlflow/server-info", _options={"deviation": "no-gateway"}), config="local"),
    case("artifacts-only", put(PROXY + "${u}/x.txt", b"hi"), step("GET", PROXY + "${u}/x.txt"), get(LIST, path="${u}"), delete(PROXY + "${u}/x.txt"), get("experiments/get", experiment_id="0"), post("experiments/create", {"name": "${u}"}),
         post("runs/search", {"experiment_ids": ["0"]}), get("registered-models/search"), get("/api/3.0/mlflow/server-info", _options={"deviation": "no-gateway"}), get("/get-artifact", run_id="x", path="y"), get("/version"), config="artifacts-only", stored=False),
]
