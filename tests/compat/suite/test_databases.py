# SPDX-License-Identifier: Apache-2.0
"""One SQLite file, two programs: a database made by one is read and written by the other, handed back, and is at the
revision that `mlflow db upgrade` wants. What the tables hold is compared case by case in test_differential.py; here it is
the schema, and the hand-over."""
import itertools
import re
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from harness import settings
from harness.servers import CONFIGS, Server, empty_database
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

needs_ours = pytest.mark.skipif(settings.SUBJECT != "millrace", reason="needs the subject to be Millrace")
_FOLDERS = itertools.count()


@pytest.fixture
def start(tmp_path):
    """start(implementation, database) → a server of its own on that database, which lies wherever it lies."""
    running = []

    def begin(implementation, database):
        server = Server(implementation, CONFIGS["sql"], tmp_path / f"server-{next(_FOLDERS)}")
        server.store_uri = f"sqlite:///{database}"
        running.append(server)
        return server.launch().wait()

    yield begin
    for server in running:
        server.stop()


def mlflow(*arguments, venv=None):
    """Runs the reference's command line."""
    program = (venv / "bin/mlflow") if venv else settings.PYTHON.with_name("mlflow")
    done = subprocess.run([str(program), *arguments], env=settings.server_env({}), capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def fill(server, name):
    """Puts one of everything in; returns what `read` then has to find."""
    client = MlflowClient(server.url)
    experiment = client.create_experiment(name, tags={"a": "1"})
    run_id = client.create_run(experiment, start_time=5, run_name="r", tags={"t": "1"}).info.run_id
    client.log_batch(run_id, [Metric("m", i / 4, 100 + i, i) for i in range(10)], [Param("p", "v")], [RunTag("u", "ü")])
    client.log_metric(run_id, "nan", float("nan"))
    model = client.create_logged_model(experiment, name="lm", source_run_id=run_id, params={"k": "v"}, tags={"x": "y"})
    client.log_metric(run_id, "acc", 0.5, model_id=model.model_id)
    client.create_registered_model(name, tags={"a": "b"}, description="d")
    client.create_model_version(name, f"models:/{model.model_id}", model_id=model.model_id, run_id=run_id)
    client.set_registered_model_alias(name, "champion", "1")
    client.log_text(run_id, "text", "dir/a.txt")
    client.delete_run(client.create_run(experiment, start_time=4).info.run_id)
    return read(server, name)


def read(server, name):
    """All that `fill` wrote, as plain values."""
    client = MlflowClient(server.url)
    experiment = client.get_experiment_by_name(name)
    runs = client.search_runs([experiment.experiment_id], run_view_type=3, order_by=["start_time"])
    run = runs[-1]
    models = client.search_logged_models([experiment.experiment_id])
    registered = client.get_registered_model(name)
    return {
        "experiment": dict(experiment), "runs": [(dict(r.info), r.data.params, r.data.tags, repr(sorted(r.data.metrics.items()))) for r in runs],
        "history": [tuple(sorted(dict(m).items(), key=str)) for m in client.get_metric_history(run.info.run_id, "m")],
        "models": [(m.model_id, m.name, m.artifact_location, m.creation_timestamp, str(m.status), m.params, m.tags, [(x.key, x.value, x.step) for x in m.metrics])
                   for m in models],
        "registered": (registered.name, registered.description, registered.tags, {k: int(v) for k, v in registered.aliases.items()}),
        "versions": [(v.name, int(v.version), v.source, v.run_id) for v in client.search_model_versions(f"name = '{name}'")],
    }


def schema(database):
    """{name: statement with its layout taken out} of tables, indexes and triggers."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        rows = db.execute("select name, sql from sqlite_master where name not like 'sqlite_%' and name not like 'millrace_%'").fetchall()
    return {name: canonical(sql) for name, sql in rows if sql}


def canonical(sql):
    """Two statements that mean the same table are often written differently: case, quotes, white space, order of clauses."""
    text = re.sub(r"\s+", " ", re.sub(r'["`]', "", sql)).strip().lower()
    head, _, body = text.partition("(")
    if not head.startswith("create table"):
        return text.replace("( ", "(").replace(" )", ")")
    depth, clauses, clause = 0, [], ""
    for char in body.rpartition(")")[0]:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            clauses.append(clause.strip())
            clause = ""
        else:
            clause += char
    return head.strip() + "".join("\n  " + one for one in sorted([*clauses, clause.strip()]))


@needs_ours
def test_schema_of_a_new_database(start, tmp_path):
    ours = tmp_path / "ours.db"
    start("millrace", ours)
    expected, found = schema(empty_database(tmp_path)), schema(ours)
    assert sorted(found) == sorted(expected)
    different = {name: (expected[name], found[name]) for name in expected if expected[name] != found[name]}
    assert not different, "\n\n".join(f"{name}\n reference: {a}\n ours:      {b}" for name, (a, b) in different.items())


@needs_ours
def test_made_by_ours(start, tmp_path):
    database = tmp_path / "shared.db"
    ours = start("millrace", database)
    wrote = fill(ours, "by ours")
    ours.stop()
    code, said = mlflow("db", "upgrade", f"sqlite:///{database}")
    assert code == 0, said
    before = revision(database)
    reference = start("reference", database)
    assert read(reference, "by ours") == wrote
    fill(reference, "by the reference")
    expected = read(reference, "by the reference")
    reference.stop()
    again = start("millrace", database)
    assert read(again, "by ours") == wrote and read(again, "by the reference") == expected
    assert revision(database) == before


@needs_ours
def test_made_by_the_reference(start, tmp_path):
    database = tmp_path / "shared.db"
    reference = start("reference", database)
    wrote = fill(reference, "by the reference")
    reference.stop()
    before = schema(database)
    ours = start("millrace", database)
    assert read(ours, "by the reference") == wrote
    expected = fill(ours, "by ours")
    ours.stop()
    assert schema(database) == before
    again = start("reference", database)
    assert read(again, "by ours") == expected and read(again, "by the reference") == wrote


def revision(database):
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        return db.execute("select version_num from alembic_version").fetchall()


@pytest.fixture(scope="session")
def old_venv():
    """MLflow 3.11.1 in an environment of its own."""
    done = subprocess.run([str(settings.ROOT / "scripts/compat-venv"), "3.11.1"], capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def old_database(venv, path):
    code = ("import sys; from mlflow.store.db.utils import _initialize_tables, create_sqlalchemy_engine_with_retry as e; "
            "_initialize_tables(e('sqlite:///' + sys.argv[1]))")
    done = subprocess.run([str(venv / "bin/python"), "-c", code, str(path)], env=settings.server_env({}), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return path


@pytest.mark.slow
@needs_ours
def test_older_revision_is_refused(old_venv, tmp_path):
    database = old_database(old_venv, tmp_path / "old.db")
    before = schema(database)
    server = Server("millrace", CONFIGS["sql"], tmp_path / "server")
    server.store_uri = f"sqlite:///{database}"
    with pytest.raises(RuntimeError, match="mlflow db upgrade|millrace db upgrade"):
        server.launch().wait()
    assert schema(database) == before


@pytest.mark.slow
@needs_ours
def test_our_indexes_survive_the_upgrade(old_venv, tmp_path):
    """Our indexes may be in a database when MLflow migrates it; they must not stand in the way."""
    statements = our_indexes(tmp_path)
    assert statements, "Millrace made no index of its own"
    database = old_database(old_venv, tmp_path / "old.db")
    made = 0
    with sqlite3.connect(database) as db:
        for statement in statements:
            try:
                db.execute(statement)
                made += 1
            except sqlite3.OperationalError as error:
                assert "no such" in str(error), error  # a table or column of a later revision
    assert made, "none of our indexes fits the older schema"
    code, said = mlflow("db", "upgrade", f"sqlite:///{database}")
    assert code == 0, said
    assert revision(database) == revision(empty_database(tmp_path))


def our_indexes(tmp_path):
    """The statements of the indexes that Millrace adds, which it builds in the background."""
    database = tmp_path / "indexes.db"
    server = Server("millrace", CONFIGS["sql"], tmp_path / "indexes")
    server.store_uri = f"sqlite:///{database}"
    server.launch().wait()
    try:
        for _ in range(100):
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
                found = [sql for (sql,) in db.execute("select sql from sqlite_master where type = 'index' and name like 'millrace_%'")]
            if found:
                return found
            time.sleep(0.1)
    finally:
        server.stop()
    return []
