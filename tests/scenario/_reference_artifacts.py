# SPDX-License-Identifier: Apache-2.0
"""Our artifact repositories against MLflow's own server: what the library uploads MLflow's client reads, and the other way
round; references to runs and models; a large file in little memory; a run's folder goes away whole."""
import hashlib
import os
from pathlib import Path

import pytest
from _library import LibraryError

LARGE = 200 << 20
MEMORY_KB = 40 << 10


def make_tree(folder):
    names = {"MLmodel": b"flavors: {}\n", "data/model.pkl": os.urandom(3 << 20), "data/empty": b"",
             "odd/a b%41&+ä'#.txt".replace("#", ""): b"odd"}
    for name, content in names.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return names


def content_of(folder):
    folder = Path(folder)
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_ours_up_theirs_down(library, client, run, tmp_path):
    tree = make_tree(tmp_path / "model")
    library.ask("upload", uri=run.artifact_uri, local=str(tmp_path / "model"), path="in/side")
    # MLflow decodes a path again and again, so that a literal "%41" is another name there.
    for name in tree:
        if "%" not in name:
            got = client.download_artifacts(run.run_id, f"in/side/model/{name}", tmp_path)
            assert Path(got).read_bytes() == tree[name]
    theirs = sorted((f.path, f.is_dir, f.file_size) for f in client.list_artifacts(run.run_id, "in/side/model"))
    ours = library.ask("list", uri=run.artifact_uri, path="in/side/model")["files"]
    assert [(path, folder, None if folder else size) for path, folder, size in ours] == theirs
    assert library.ask("list", uri=run.artifact_uri, path="none")["files"] == []


def test_theirs_up_ours_down(library, client, run, tmp_path):
    tree = make_tree(tmp_path / "model")
    client.log_artifacts(run.run_id, tmp_path / "model", "m")
    for uri, path in ((run.artifact_uri, "m"), (f"runs:/{run.run_id}", "m"), (f"{run.artifact_uri}/m", "")):
        got = library.ask("download", uri=uri, path=path, local=str(tmp_path / "out" / str(abs(hash(uri)))))["local"]
        there = content_of(got)
        assert {n: c for n, c in there.items() if not n.startswith("odd/")} == \
            {n: c for n, c in tree.items() if not n.startswith("odd/")}
        assert len(there) == len(tree)
    with pytest.raises(LibraryError) as error:
        library.ask("download", uri=run.artifact_uri, path="m/none", local=str(tmp_path / "out"))
    assert error.value.code == "RESOURCE_DOES_NOT_EXIST" and error.value.message == "No such artifact: 'm/none'"
    with pytest.raises(LibraryError) as error:
        library.ask("download", uri=f"runs:/{'0' * 32}", path="m", local=str(tmp_path / "out"))
    assert error.value.message == f"Run with id={'0' * 32} not found"


def test_remove(library, client, run, tmp_path, server):
    make_tree(tmp_path / "model")
    library.ask("upload", uri=run.artifact_uri, local=str(tmp_path / "model"), path="")
    library.ask("remove", uri=run.artifact_uri, path="model/data/empty")
    assert [f.path for f in client.list_artifacts(run.run_id, "model/data")] == ["model/data/model.pkl"]
    library.ask("remove", uri=run.artifact_uri, path="model/data")
    library.ask("remove", uri=run.artifact_uri, path="model/data")
    assert "model/data" not in [f.path for f in client.list_artifacts(run.run_id, "model")]


def test_a_large_file_in_little_memory(library, run, tmp_path, server):
    digest = hashlib.sha256()
    with open(tmp_path / "large.bin", "wb") as out:
        for number in range(LARGE >> 20):
            block = hashlib.sha256(str(number).encode()).digest() * (1 << 15)
            out.write(block)
            digest.update(block)
    library.ask("upload", uri=run.artifact_uri, local=str(tmp_path / "large.bin"), path="")
    stored = next(Path(server.dir, "artifacts").rglob("large.bin"))
    with open(stored, "rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == digest.hexdigest()
    got = library.ask("download", uri=run.artifact_uri, path="large.bin", local=str(tmp_path / "out"))["local"]
    with open(got, "rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == digest.hexdigest()
    assert library.peak_kb < MEMORY_KB, f"{library.peak_kb} kB for {LARGE} bytes"


def test_models(library, client, experiment, run, tmp_path):
    tree = make_tree(tmp_path / "model")
    model = client.create_logged_model(experiment, name="lr", source_run_id=run.run_id)
    client.log_model_artifacts(model.model_id, str(tmp_path / "model"))
    client.finalize_logged_model(model.model_id, "READY")
    client.create_registered_model("registered")
    client.create_model_version("registered", f"models:/{model.model_id}", run.run_id, model_id=model.model_id)
    client.set_registered_model_alias("registered", "champion", 1)
    uris = (f"models:/{model.model_id}", "models:/registered/1", "models:/registered/latest", "models:/registered@champion")
    for number, uri in enumerate(uris):
        got = library.ask("download", uri=uri, path="data", local=str(tmp_path / f"out{number}"))["local"]
        assert content_of(got) == {n[5:]: c for n, c in tree.items() if n.startswith("data/")}
    # A run shows the files of its models below their names.
    client.log_text(run.run_id, "mine", "lr/notes.txt")
    client.log_text(run.run_id, "hidden by the model's", "lr/MLmodel")
    ours = library.ask("list", uri=f"runs:/{run.run_id}", path="lr")["files"]
    assert [path for path, _, _ in ours] == ["lr/MLmodel", "lr/data", "lr/notes.txt", "lr/odd"]
    got = library.ask("download", uri=f"runs:/{run.run_id}", path="lr", local=str(tmp_path / "both"))["local"]
    assert content_of(got)["notes.txt"] == b"mine" and content_of(got)["MLmodel"] == tree["MLmodel"]
    # Writing goes to logged models only.
    library.ask("upload", uri=f"models:/{model.model_id}", local=str(tmp_path / "model/MLmodel"), path="more")
    assert "more/MLmodel" in [f.path for f in client.list_logged_model_artifacts(model.model_id, "more")]
    with pytest.raises(LibraryError) as error:
        library.ask("upload", uri="models:/registered/1", local=str(tmp_path / "model/MLmodel"), path="")
    assert "Use register_model instead" in error.value.message
    for uri, code in (("models:/registered/7", "RESOURCE_DOES_NOT_EXIST"), ("models:/registered@none", "INVALID_PARAMETER_VALUE"),
                      ("models:/nobody/Staging", "RESOURCE_DOES_NOT_EXIST"), ("models:/", "INVALID_PARAMETER_VALUE"),
                      ("models:/a/b/c", "INVALID_PARAMETER_VALUE"), ("runs:/", "INVALID_PARAMETER_VALUE")):
        with pytest.raises(LibraryError) as error:
            library.ask("list", uri=uri, path="")
        assert error.value.code == code, f"{uri}: {error.value}"
