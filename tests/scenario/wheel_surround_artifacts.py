# SPDX-License-Identifier: Apache-2.0
"""Artifacts under MLflow by native repositories: the same calls on MLflow's own class and on ours, with the same outcome."""
import json
import tempfile

from _server import Server, main
from _wheel import EXAMPLE, installed, python

ENTRY = "millrace.mlflow_plugins.entry:artifact_repository"

SAME = """
import json, os, sys
import mlflow
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

def outcome(call, *arguments):
    try:
        return call(*arguments)
    except Exception as error:
        return getattr(error, "error_code", None) or type(error).__name__

def files(folder):
    return sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names)

def everything(uri, tracking_uri):
    os.makedirs("in/sub")
    for name, text in {"in/a.txt": "a", "in/sub/b": "bb", "in/empty": "", "in/\\u00e9 +": "odd"}.items():
        open(name, "w").write(text)
    repository = get_artifact_repository(uri, tracking_uri)
    said = [outcome(repository.log_artifacts, "in", "f"), outcome(repository.log_artifact, "in/a.txt"), outcome(repository.log_artifact, "in/sub/b", "deep/er"),
            outcome(repository.log_artifact, "in/a.txt", "../out"), outcome(repository.log_artifact, "no-such-file")]
    for path in (None, "", "f", "f/sub", "f/a.txt", "nothing"):
        # an empty file has no size in what MLflow's class says
        said.append([path, outcome(lambda: [(f.path, f.is_dir, f.file_size or 0) for f in repository.list_artifacts(path)])])
    for i, path in enumerate(("f", "f/sub/", "f/a.txt", "")):
        os.makedirs(f"out{i}")
        at = repository.download_artifacts(path, f"out{i}")
        said.append([os.path.relpath(at), files(f"out{i}")])
    said.append(open("out0/f/\\u00e9 +").read())
    said.append(outcome(repository.download_artifacts, "f", "no-such-folder"))
    for path in ("f/sub", "f/a.txt", "nothing"):
        said.append(outcome(repository.delete_artifacts, path))
    said.append([f.path for f in repository.list_artifacts("f")])
    repository._download_file("a.txt", "elsewhere.txt")
    said.append(open("elsewhere.txt").read())
    return [type(repository).__name__, said]

outcomes, top = [], os.getcwd()
for i, (uri, tracking_uri) in enumerate(json.loads(sys.argv[1])):
    os.mkdir(f"{top}/{i}")
    os.chdir(f"{top}/{i}")
    outcomes.append(everything(uri, tracking_uri))
print(json.dumps(outcomes))
"""


def outcomes_of(*pairs, **more):
    """Of each pair of an artifact URI and a tracking URI."""
    with tempfile.TemporaryDirectory() as folder:
        return json.loads(python(SAME, json.dumps(pairs), folder=folder, **more)[0])


def test_the_proxy_is_as_mlflows():
    with Server() as server:
        url = f"http://127.0.0.1:{server.port}"
        ours, theirs, named = outcomes_of(["mlflow-artifacts:/ours", f"millrace+{url}"], ["mlflow-artifacts:/theirs", url],
                                          [f"millrace+{url}/api/2.0/mlflow-artifacts/artifacts/named", "millrace+sqlite:///x.db"])
    assert ours[0] == named[0] == "NativeArtifactRepository" and theirs[0] == "MlflowArtifactsRepository", (ours[0], named[0], theirs[0])
    assert ours[1] == theirs[1] == named[1], (ours[1], theirs[1], named[1])


def test_a_folder_and_a_plugin_are_as_mlflows_folder():
    with tempfile.TemporaryDirectory() as folder:
        site = installed(folder, {"mlflow.artifact_repository": {"file-plugin": ENTRY}})
        theirs, *both = outcomes_of(*[[f"{scheme}:{folder}/{i}", "sqlite:///x.db"] for i, scheme in enumerate(("file", "millrace+file", "file-plugin"))],
                                    sites=[site], MILLRACE_PLUGIN_PATH=EXAMPLE)
    for ours in both:
        assert ours[0] == "NativeArtifactRepository" and len(ours[1]) == len(theirs[1]), ours
        # MLflow's folder refuses to delete what is not there; its contract does not
        for a, b in zip(ours[1], theirs[1]):
            assert a == b or (a is None and b in ("INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST", "INTERNAL_ERROR")), (a, b)


def test_without_its_plugin_a_scheme_says_so():
    with tempfile.TemporaryDirectory() as folder:
        site = installed(folder, {"mlflow.artifact_repository": {"nobody": ENTRY}})
        _, said = python("import mlflow; mlflow.artifacts.list_artifacts('nobody:/x')", folder=folder, sites=[site], code=1)
        assert "MlflowException" in said and "nobody" in said, said


def test_ctrl_c_streams_and_a_forked_child():
    script = """
import os, signal, sys, threading, time
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
repository = get_artifact_repository("mlflow-artifacts:/x", sys.argv[1])
with open("big", "wb") as out:
    out.truncate(4 << 30)
def interrupted(call, *arguments):
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    try:
        call(*arguments)
    except KeyboardInterrupt:
        return time.monotonic() - began
    raise AssertionError("it was not interrupted")
assert interrupted(repository.log_artifact, "big") < 2
assert repository.list_artifacts() == [], repository.list_artifacts()
os.makedirs("many")
for i in range(8):
    os.truncate(os.open(f"many/{i}", os.O_CREAT | os.O_WRONLY), 1 << 30)
assert interrupted(repository.log_artifacts, "many", "many") < 2
import asyncio, io, os, sys
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
repository = get_artifact_repository("mlflow-artifacts:/y", sys.argv[1])
repository.log_artifact_from_stream(io.BytesIO(b"a" * 3000000), "ignored/name", "folder")
async def chunks():
    for i in range(3):
        yield b"bcd"
asyncio.run(repository.log_artifact_from_async_stream(chunks(), "other"))
async def broken():
    yield b"x"
    raise RuntimeError("the client went")
try:
    asyncio.run(repository.log_artifact_from_async_stream(broken(), "half"))
except RuntimeError:
    pass
child = os.fork()
if child == 0:
    ok = [f.path for f in repository.list_artifacts()] == ["folder", "other"] and [f.file_size for f in repository.list_artifacts("folder")] == [3000000]
    os._exit(0 if ok else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
pull = repository._root.pull("folder/name")
assert pull.size == 3000000 and sum(len(piece) for piece in iter(lambda: pull.read(70000), b"")) == 3000000
pull.close()
"""
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        python(script, f"millrace+http://127.0.0.1:{server.port}", folder=folder)


def test_python_auth_is_asked_by_mlflows_own_class():
    script = """
import sys
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
repository = get_artifact_repository("mlflow-artifacts:/x", sys.argv[1])
print(type(repository).__name__, repository.list_artifacts())
"""
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        site = installed(folder, {"mlflow.request_auth_provider": {"py": "a_python_auth:Provider"}})
        with open(f"{site}/a_python_auth.py", "w", encoding="utf-8") as out:
            out.write("class Provider:\n    def get_name(self): return 'py'\n    def get_auth(self): return ('user', 'password')\n")
        said, _ = python(script, f"millrace+http://127.0.0.1:{server.port}", folder=folder, sites=[site], MLFLOW_TRACKING_AUTH="py")
        assert said.split()[0] == "MlflowArtifactsRepository", said


if __name__ == "__main__":
    main(globals())
