# SPDX-License-Identifier: Apache-2.0
"""Artifacts through the server's proxy, with MLflow's client: trees, downloads, odd names, something large."""
import hashlib
import os

import mlflow
import pytest
import requests
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

pytestmark = pytest.mark.servers("sql")


@pytest.fixture
def run_id(client, experiment):
    return client.create_run(experiment).info.run_id


def tree(folder):
    """{relative path: content}"""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_tree(client, run_id, tmp_path):
    source = tmp_path / "source"
    for name, content in {"a.txt": b"a", "dir/b.bin": os.urandom(1000), "dir/deep/er/c.json": b"{}", "with space.txt": b"s", "ü-日本.txt": b"u",
                          "empty": b"", "percent%.txt": b"p", "plus+sign.txt": b"+", "quote'.txt": b"q"}.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(content)
    client.log_artifacts(run_id, str(source), "top")
    listed = client.list_artifacts(run_id, "top")
    assert [(f.path, f.is_dir) for f in listed if f.path == "top/dir"] == [("top/dir", True)]
    assert {f.path for f in listed} == {f"top/{p.name}" for p in source.iterdir()}
    assert next(f.file_size for f in client.list_artifacts(run_id, "top/dir") if f.path == "top/dir/b.bin") == 1000
    target = tmp_path / "target"
    target.mkdir()
    got = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="top", dst_path=str(target))
    assert tree(source) == tree(type(source)(got))


def test_single_files(client, run_id, tmp_path):
    client.log_text(run_id, "hello", "dir/text.txt")
    client.log_dict(run_id, {"a": 1}, "d.yaml")
    assert open(client.download_artifacts(run_id, "dir/text.txt", str(tmp_path))).read() == "hello"
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/d.yaml") == "a: 1\n"
    assert client.list_artifacts(run_id, "dir/text.txt") == []
    with pytest.raises((MlflowException, requests.HTTPError)):
        client.download_artifacts(run_id, "nope", str(tmp_path))
    client.log_text(run_id, "changed", "dir/text.txt")
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/dir/text.txt") == "changed"
    repository = get_artifact_repository(client.get_run(run_id).info.artifact_uri)
    repository.delete_artifacts("dir")
    assert [f.path for f in client.list_artifacts(run_id)] == ["d.yaml"]


def test_large_file(client, run_id, tmp_path):
    block = os.urandom(1 << 20)
    source = tmp_path / "large.bin"
    with open(source, "wb") as file:
        for n in range(50):
            file.write(block[n:] + block[:n])
    client.log_artifact(run_id, str(source))
    assert client.list_artifacts(run_id)[0].file_size == 50 << 20
    target = tmp_path / "down"
    target.mkdir()
    got = client.download_artifacts(run_id, "large.bin", str(target))
    digest = lambda path: hashlib.sha256(open(path, "rb").read()).hexdigest()  # noqa: E731
    assert digest(got) == digest(source)


def test_get_artifact_in_a_browser(client, server, run_id):
    client.log_text(run_id, "<b>hi</b>", "page.html")
    answer = requests.get(server.url + "/get-artifact", params={"run_id": run_id, "path": "page.html"}, timeout=30)
    assert answer.text == "<b>hi</b>"
    assert answer.headers["Content-Disposition"].startswith("attachment") and answer.headers["X-Content-Type-Options"] == "nosniff"
    part = requests.get(f"{server.url}/api/2.0/mlflow-artifacts/artifacts/{client.get_run(run_id).info.artifact_uri.split(':/', 1)[1]}/page.html",
                        headers={"Range": "bytes=3-4"}, timeout=30)
    assert (part.status_code, part.content) == (206, b"hi")


def test_many_small_files(client, run_id, tmp_path):
    source = tmp_path / "many"
    source.mkdir()
    for n in range(100):
        (source / f"{n:03}.txt").write_text(str(n))
    client.log_artifacts(run_id, str(source))
    assert [f.path for f in client.list_artifacts(run_id)] == [f"{n:03}.txt" for n in range(100)]
