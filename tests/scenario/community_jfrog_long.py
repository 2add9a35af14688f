# SPDX-License-Identifier: Apache-2.0
"""mlflow-jfrog-plugin 1.0.2, artifacts at artifactory://. JFrog Artifactory cannot be had here: a responder stands for it, which
answers what JFrog's documentation of the REST API says (deploy, retrieve and delete an item, folder info, file list) and wants
the token."""
import hashlib
import json
import tempfile
from urllib.parse import unquote

import _community as community
from _programs import millrace
from _server import Server, main

TOKEN = "eyJ2ZXIiOiIyIn0.token"
FILE_LIST = "list&deep=0&depth=1&listFolders=1"
AT = "2026-02-01T10:00:00.000Z"


class Artifactory:
    """One local repository, mlflow-local."""

    def __init__(self):
        self.files, self.full = {}, False

    @staticmethod
    def json(status, body):
        return status, {"Content-Type": "application/json", "Server": "Artifactory/7.90.0"}, json.dumps(body).encode()

    def error(self, status, message):
        return self.json(status, {"errors": [{"status": status, "message": message}]})

    def respond(self, request):
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.error(401, "Bad Credentials")
        path = unquote(request.path.split(";")[0])  # what follows a ';' is matrix parameters
        if path.startswith("/artifactory/api/storage/mlflow-local"):
            return self.storage(request, path.removeprefix("/artifactory/api/storage/mlflow-local").strip("/"))
        if not path.startswith("/artifactory/mlflow-local/"):
            return self.error(404, "Not Found")
        return getattr(self, request.method.lower())(request, path.removeprefix("/artifactory/mlflow-local/"))

    def put(self, request, path):
        if self.full:
            return self.error(507, "Datastore disk usage is too high.")
        self.files[path] = request.body
        sums = {name: hashlib.new(name, request.body).hexdigest() for name in ("sha1", "md5", "sha256")}
        return self.json(201, {"repo": "mlflow-local", "path": f"/{path}", "created": AT, "createdBy": "token:x", "size": str(len(request.body)),
                               "downloadUri": f"http://127.0.0.1:{self.port}/artifactory/mlflow-local/{path}", "checksums": sums,
                               "uri": f"http://127.0.0.1:{self.port}/artifactory/mlflow-local/{path}"})

    def get(self, request, path):
        if path not in self.files:
            return self.error(404, f"File not found.; Closest match: mlflow-local/{path}")
        return 200, {"Content-Type": "application/octet-stream", "X-Checksum-Sha1": hashlib.sha1(self.files[path]).hexdigest()}, self.files[path]

    def delete(self, request, path):
        gone = [name for name in self.files if name == path or name.startswith(f"{path}/")]
        for name in gone:
            del self.files[name]
        return (204, {}, b"") if gone else self.error(404, f"Could not locate artifact 'mlflow-local:{path}' (Nothing to delete).")

    def children(self, path):
        found = {}
        for name, content in self.files.items():
            if not path or name.startswith(f"{path}/"):
                first, slash, _ = name[len(path):].lstrip("/").partition("/")
                found[first] = -1 if slash else len(content)
        return dict(sorted(found.items()))

    def storage(self, request, path):
        uri = f"http://127.0.0.1:{self.port}/artifactory/api/storage/mlflow-local" + (f"/{path}" if path else "")
        found = self.children(path)
        about = {"repo": "mlflow-local", "path": f"/{path}", "created": AT, "lastModified": AT, "lastUpdated": AT, "uri": uri}
        if path in self.files:
            if request.query:
                return self.error(400, "Expected a folder but found a file, at: mlflow-local/" + path)
            return self.json(200, {**about, "size": str(len(self.files[path])), "mimeType": "application/octet-stream"})
        if path and not found:
            return self.error(404, "Unable to find item")
        if not request.query:
            return self.json(200, {**about, "children": [{"uri": f"/{name}", "folder": size < 0} for name, size in found.items()]})
        if request.query != FILE_LIST:
            return self.error(400, f"unexpected query {request.query}")
        return self.json(200, {"uri": uri, "created": AT, "files": [
            {"uri": f"/{name}", "size": size, "lastModified": AT, "folder": size < 0} for name, size in found.items()]})


def settings(artifactory, **more):
    return {"MILLRACE_PYTHON": community.venv("jfrog"), "ARTIFACTORY_AUTH_TOKEN": TOKEN, "ARTIFACTORY_NO_SSL": "true", **more}


def place(artifactory, path=""):
    return f"artifactory://127.0.0.1:{artifactory.port}/artifactory/mlflow-local{path}"


def test_server_stores_in_artifactory():
    folder = tempfile.mkdtemp()
    with community.responding(Artifactory()) as artifactory, \
            Server("--artifacts-destination", place(artifactory, "/base"), env=settings(artifactory, TMPDIR=folder)) as server:
        community.use_through_server(server)
        run_id = community.use_with_mlflow(server, folder)
        assert f"base/1/{run_id}/artifacts/notes/n.txt" in artifactory.files, list(artifactory.files)
        # a path in which the repository's own name occurs
        assert server.ask("PUT", f"{community.PLACE}/mlflow-local/base/x.txt", b"x").status == 200
        assert community.listing(server, "mlflow-local/base") == {"x.txt": (False, 1)}, community.listing(server, "mlflow-local/base")


def test_program_library_and_gc():
    folder = tempfile.mkdtemp()
    with community.responding(Artifactory()) as artifactory:
        run_id = community.use_with_program(place(artifactory, "/exp"), folder, **settings(artifactory))
        assert artifactory.files[f"exp/{run_id}/artifacts/all/{community.ODD}"] == community.FILES[community.ODD], list(artifactory.files)
        community.use_with_library(place(artifactory, "/lib"), folder, **settings(artifactory))
        assert [name for name in artifactory.files if name.startswith("lib/") and name.endswith("model/iris-model.txt")], list(artifactory.files)
        store = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/m.db", **settings(artifactory)}
        millrace("runs", "delete", "--run-id", run_id, folder=folder, **store)
        millrace("gc", "--backend-store-uri", f"sqlite:///{folder}/m.db", folder=folder, **store)
        assert not [name for name in artifactory.files if run_id in name], list(artifactory.files)


def test_gc_may_leave_what_is_in_artifactory():
    """ARTIFACTORY_ARTIFACTS_DELETE_SKIP=true."""
    folder = tempfile.mkdtemp()
    with community.responding(Artifactory()) as artifactory:
        variables = settings(artifactory, ARTIFACTORY_ARTIFACTS_DELETE_SKIP="true")
        run_id = community.use_with_program(place(artifactory), folder, **variables)
        store = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/m.db", **variables}
        millrace("runs", "delete", "--run-id", run_id, folder=folder, **store)
        millrace("gc", "--backend-store-uri", f"sqlite:///{folder}/m.db", folder=folder, **store)
        assert f"{run_id}/artifacts/a.txt" in artifactory.files, list(artifactory.files)
        assert not [seen for seen in artifactory.seen if seen[0] == "DELETE"], artifactory.seen


def test_refusals_are_told():
    """The plugin looks at no answer to an upload; here a refused one is an error."""
    folder = tempfile.mkdtemp()
    with community.responding(Artifactory()) as artifactory:
        with Server("--artifacts-destination", place(artifactory), env=settings(artifactory, TMPDIR=folder)) as server:
            artifactory.full = True
            answer = server.ask("PUT", f"{community.PLACE}/a.txt", b"text")
            assert answer.status >= 400 and "507" in answer.json()["message"], answer
        with Server("--artifacts-destination", place(artifactory), env=settings(artifactory, TMPDIR=folder, ARTIFACTORY_AUTH_TOKEN="other")) as server:
            for method, body in (("PUT", b"text"), ("GET", None), ("DELETE", None)):
                answer = server.ask(method, f"{community.PLACE}/a.txt", body)
                assert answer.status == 401 and "401" in answer.json()["message"], (method, answer)
            answer = server.ask("GET", community.PLACE)
            assert answer.status == 401, answer
        assert not artifactory.files


def test_what_is_adapted_is_told():
    found = community.adaptations("mlflow-jfrog-plugin", community.venv("jfrog"), tempfile.mkdtemp())
    assert found == ["names of artifacts are quoted in URLs", "what list_artifacts gives is put below the folder that was asked for"], found


if __name__ == "__main__":
    main(globals())
