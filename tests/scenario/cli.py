# SPDX-License-Identifier: Apache-2.0
"""Every command and subcommand of `millrace`, run for real against a server: what it prints, as a table, JSON and CSV, is what
the API says, and what it changes is changed. The last test reads the help and sees that none was left out."""
import csv
import glob
import io
import json
import os
import re
import sqlite3
import subprocess
import tempfile

from _server import MILLRACE, Server, main

USED = set()
WITH_SUBCOMMANDS = ("experiments", "runs", "artifacts", "models", "plugins", "spool", "db", "manual")


class Shell:
    """A person's shell in a folder of its own, with a server to talk to."""

    def __init__(self, server, folder):
        self.server, self.folder, self.uri = server, folder, f"http://localhost:{server.port}"

    def run(self, *arguments, **variables):
        USED.add(" ".join(arguments[:2] if arguments[0] in WITH_SUBCOMMANDS else arguments[:1]))
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}
        return subprocess.run([MILLRACE, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True, timeout=60, check=False,
                              env={**clean, "MLFLOW_TRACKING_URI": self.uri, "MILLRACE_SPOOL_DIR": f"{self.folder}/spool", **variables})

    def __call__(self, *arguments, **variables):
        done = self.run(*arguments, **variables)
        assert done.returncode == 0, done
        return done.stdout

    def json(self, *arguments, **variables):
        return json.loads(self(*arguments, "--output", "json", **variables))

    def rows(self, *arguments):
        """What it prints as CSV; the table must have the same cells."""
        rows = list(csv.reader(io.StringIO(self(*arguments, "--output", "csv"))))
        table = self(*arguments).splitlines()
        assert len(table) == len(rows), (table, rows)
        for line, row in zip(table, rows):
            assert all(cell in line for cell in row), (line, row)
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

    def fails(self, code, *arguments, says, **variables):
        """The exit code, nothing on stdout, and a message that names the command and has the words."""
        done = self.run(*arguments, **variables)
        assert done.returncode == code and not done.stdout, done
        assert all(word in done.stderr for word in says) and done.stderr.startswith("millrace"), done


def shell(test):
    """Runs the test with a server and a folder."""

    def run():
        with Server() as server, tempfile.TemporaryDirectory() as folder:
            test(Shell(server, folder))

    return run


def get(sh, path):
    return sh.server.api("GET", path)


@shell
def test_experiments(sh):
    made = sh.json("experiments", "create", "-n", "pumps")["experiment_id"]
    elsewhere = re.search(r"id (\d+)", sh("experiments", "create", "-n", "a, \"b\"", "-l", "mlflow-artifacts:/elsewhere"))[1]
    told = get(sh, f"experiments/get?experiment_id={elsewhere}")["experiment"]
    assert (told["name"], told["artifact_location"]) == ('a, "b"', "mlflow-artifacts:/elsewhere")

    everything = sh.server.api("POST", "experiments/search", {"max_results": 100})["experiments"]
    for word in ("search", "list"):
        assert sh.json("experiments", word)["experiments"] == everything
        assert [(row["ID"], row["NAME"], row["STAGE"], row["ARTIFACT LOCATION"]) for row in sh.rows("experiments", word)] == [
            (one["experiment_id"], one["name"], one["lifecycle_stage"], one["artifact_location"]) for one in everything]
    found = sh.json("experiments", "search", "-f", "name LIKE 'pu%'", "--order-by", "name DESC", "--max-results", "1")["experiments"]
    assert [one["experiment_id"] for one in found] == [made]

    by_id, by_name = sh.json("experiments", "get", "-x", made), sh.json("experiments", "get", "-n", "pumps")
    assert by_id == by_name == get(sh, f"experiments/get?experiment_id={made}")
    assert re.search(rf"^id +{made}$", sh("experiments", "get", "-x", made), re.M)

    sh("experiments", "rename", "-x", made, "--new-name", "fans")
    assert get(sh, f"experiments/get?experiment_id={made}")["experiment"]["name"] == "fans"
    sh("experiments", "delete", "-x", made)
    assert get(sh, f"experiments/get?experiment_id={made}")["experiment"]["lifecycle_stage"] == "deleted"
    assert made not in [row["ID"] for row in sh.rows("experiments", "search")]
    assert [row["ID"] for row in sh.rows("experiments", "search", "--view", "deleted_only")] == [made]
    sh("experiments", "restore", "-x", made)
    assert get(sh, f"experiments/get?experiment_id={made}")["experiment"]["lifecycle_stage"] == "active"

    sh.fails(1, "experiments", "create", "-n", "fans", says=["already exists"])
    sh.fails(1, "experiments", "get", "-x", "777", says=["777"])
    sh.fails(1, "experiments", "search", "-f", "nonsense !", says=["millrace experiments search"])
    sh.fails(2, "experiments", "get", says=["--experiment-id or --experiment-name must be given", "--help"])
    sh.fails(2, "experiments", "get", "--frobnicate", says=["--frobnicate"])
    sh.fails(2, "experiments", "search", "--max-results", "many", says=["--max-results"])
    sh.fails(2, "experiments", "frobnicate", says=["frobnicate", "millrace experiments --help"])


def a_run(sh, number, experiment="0"):
    run_id = sh.server.api("POST", "runs/create", {"experiment_id": experiment, "run_name": f"r{number}", "start_time": number})["run"]["info"]["run_id"]
    sh.server.api("POST", "runs/log-batch", {
        "run_id": run_id, "params": [{"key": "p", "value": f"a, \"{number}\""}], "tags": [{"key": "t", "value": "ü"}],
        "metrics": [{"key": "m", "value": number / 4, "timestamp": 1, "step": 3}]})
    return run_id


@shell
def test_runs(sh):
    ids = [a_run(sh, number) for number in range(3)]
    everything = sh.server.api("POST", "runs/search", {"experiment_ids": ["0"]})["runs"]
    assert sh.json("runs", "list", "-x", "0")["runs"] == sh.json("runs", "search")["runs"] == everything
    found = sh.json("runs", "search", "-x", "0", "-f", "metrics.m > 0.1", "--order-by", "metrics.m DESC", "--max-results", "1")["runs"]
    assert [one["info"]["run_id"] for one in found] == [ids[2]]
    for row, one in zip(sh.rows("runs", "list", "-x", "0"), everything, strict=True):
        assert one["info"]["run_id"] in row.values() and one["info"]["run_name"] in row.values(), row

    assert sh.json("runs", "describe", "--run-id", ids[1]) == get(sh, f"runs/get?run_id={ids[1]}")
    text = sh("runs", "describe", "--run-id", ids[1])
    assert re.search(rf"^run +{ids[1]}$", text, re.M) and 'p = a, "1"' in text and "m = 0.25 (step 3)" in text and "t = ü" in text, text

    rows = list(csv.DictReader(io.StringIO(sh("experiments", "csv", "-x", "0"))))
    assert {row["run_id"]: (row["params.p"], float(row["metrics.m"]), row["tags.t"]) for row in rows} == {
        run_id: (f"a, \"{n}\"", n / 4, "ü") for n, run_id in enumerate(ids)}
    sh("experiments", "csv", "-x", "0", "-o", "runs.csv")
    with open(f"{sh.folder}/runs.csv", encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == rows

    made = sh.json("runs", "create", "-n", "made here", "--run-name", "by hand", "--description", "d", "-t", "team=a=b", "--status", "FAILED",
                   "--parent-run-id", ids[0])["run"]["info"]["run_id"]
    run = get(sh, f"runs/get?run_id={made}")["run"]
    tags = {tag["key"]: tag["value"] for tag in run["data"]["tags"]}
    assert (run["info"]["run_name"], run["info"]["status"]) == ("by hand", "FAILED") and run["info"]["end_time"] >= run["info"]["start_time"]
    assert (tags["team"], tags["mlflow.note.content"], tags["mlflow.parentRunId"]) == ("a=b", "d", ids[0])
    assert get(sh, f"experiments/get?experiment_id={run['info']['experiment_id']}")["experiment"]["name"] == "made here"

    sh("runs", "delete", "--run-id", made)
    assert get(sh, f"runs/get?run_id={made}")["run"]["info"]["lifecycle_stage"] == "deleted"
    deleted = sh.json("runs", "search", "-x", run["info"]["experiment_id"], "--view", "deleted_only")["runs"]
    assert [one["info"]["run_id"] for one in deleted] == [made]
    sh("runs", "restore", "--run-id", made)
    assert get(sh, f"runs/get?run_id={made}")["run"]["info"]["lifecycle_stage"] == "active"

    sh.fails(1, "runs", "describe", "--run-id", "0" * 32, says=["not found"])
    sh.fails(2, "runs", "list", says=["--experiment-id must be given"])
    sh.fails(2, "runs", "create", "-x", "0", "--status", "ASLEEP", says=["FINISHED, FAILED or KILLED", "ASLEEP"])
    sh.fails(2, "runs", "create", "-x", "0", "-t", "novalue", says=["KEY=VALUE"])
    sh.fails(2, "runs", "list", "-x", "0", "--output", "xml", says=["xml", "table", "json", "csv"])
    sh.fails(2, "runs", "list", "-x", "0", "--view", "some", says=["active_only"])


@shell
def test_artifacts(sh):
    run_id = a_run(sh, 1)
    os.makedirs(f"{sh.folder}/local/deep")
    content = {"a.txt": b"a", "deep/b c.bin": bytes(range(256)) * 5000}
    for name, data in content.items():
        with open(f"{sh.folder}/local/{name}", "wb") as file:
            file.write(data)
    sh("artifacts", "log-artifact", "-l", "local/a.txt", "-r", run_id, "-a", "model")
    sh("artifacts", "log-artifacts", "-l", "local", "-r", run_id)
    listed = sh.json("artifacts", "list", "-r", run_id)
    assert listed == get(sh, f"artifacts/list?run_id={run_id}")["files"], listed
    assert [row["PATH"] for row in sh.rows("artifacts", "list", "-r", run_id)] == [one["path"] for one in listed] == ["a.txt", "deep", "model"]
    assert [one["path"] for one in sh.json("artifacts", "list", "-r", run_id, "-a", "deep")] == ["deep/b c.bin"]
    where = sh("artifacts", "download", "-r", run_id, "-d", "all").strip()
    for name, data in content.items():
        with open(os.path.join(sh.folder, where, name), "rb") as file:
            assert file.read() == data
    one = sh("artifacts", "download", "-u", f"runs:/{run_id}/model/a.txt", "-d", "one").strip()
    with open(os.path.join(sh.folder, one), "rb") as file:
        assert file.read() == b"a"
    assert sh.run("artifacts", "list", "-r", run_id, "-a", "nothing").returncode == 0
    sh.fails(1, "artifacts", "download", "-r", run_id, "-a", "nothing", says=["nothing"])
    sh.fails(1, "artifacts", "log-artifact", "-l", "missing", "-r", run_id, says=["missing"])
    sh.fails(2, "artifacts", "log-artifact", "-r", run_id, says=["--local-file and --run-id must be given"])
    sh.fails(2, "artifacts", "list", says=["--run-id or --artifact-uri must be given"])


@shell
def test_models(sh):
    run_id = a_run(sh, 1)
    os.mkdir(f"{sh.folder}/model")
    with open(f"{sh.folder}/model/weights", "w", encoding="ascii") as file:
        file.write("1")
    sh("artifacts", "log-artifacts", "-l", "model", "-r", run_id, "-a", "model")
    location = get(sh, f"runs/get?run_id={run_id}")["run"]["info"]["artifact_uri"] + "/model"
    sh("models", "create", "-n", "pumps", "-d", "what it is", "-t", "a=b")
    told = get(sh, "registered-models/get?name=pumps")
    assert told["registered_model"]["description"] == "what it is" and told["registered_model"]["tags"] == [{"key": "a", "value": "b"}]
    for n in ("1", "2"):
        version = sh.json("models", "register", "-n", "pumps", "-m", location, "-r", run_id, "-d", f"v{n}")["model_version"]
        assert (version["version"], version["description"]) == (n, f"v{n}")
    sh("models", "register", "-n", "fans", "-m", location, "-r", run_id)
    assert sh.json("models", "search", "-f", "name LIKE 'pu%'") == sh.server.api("GET", "registered-models/search?filter=name%20LIKE%20'pu%25'")
    assert [(row["NAME"], row["LATEST"]) for row in sh.rows("models", "search")] == [("fans", "1"), ("pumps", "2")]
    assert {(row["NAME"], row["VERSION"], row["RUN"]) for row in sh.rows("models", "versions")} == {
        ("pumps", "1", run_id), ("pumps", "2", run_id), ("fans", "1", run_id)}
    sh("models", "set-alias", "-n", "pumps", "-a", "champion", "-v", "1")
    assert get(sh, "registered-models/alias?name=pumps&alias=champion")["model_version"]["version"] == "1"
    assert [row["ALIASES"] for row in sh.rows("models", "search")] == ["", "champion=1"]
    assert sh.json("models", "describe", "-n", "pumps") == get(sh, "registered-models/get?name=pumps")
    assert "champion=1" in sh("models", "describe", "-n", "pumps")
    where = sh("artifacts", "download", "-u", "models:/pumps@champion", "-d", "fetched").strip()
    with open(os.path.join(sh.folder, where, "weights"), encoding="ascii") as file:
        assert file.read() == "1"
    sh("models", "transition", "-n", "pumps", "-v", "1", "-s", "Production")
    sh("models", "transition", "-n", "pumps", "-v", "2", "-s", "Production", "--archive-existing")
    assert [get(sh, f"model-versions/get?name=pumps&version={n}")["model_version"]["current_stage"] for n in (1, 2)] == ["Archived", "Production"]
    sh("models", "delete-alias", "-n", "pumps", "-a", "champion")
    sh("models", "delete-version", "-n", "pumps", "-v", "1")
    sh("models", "rename", "-n", "pumps", "--new-name", "blowers")
    left = get(sh, "registered-models/get?name=blowers")["registered_model"]
    assert "aliases" not in left or not left["aliases"]
    assert [row["VERSION"] for row in sh.rows("models", "versions", "-f", "name = 'blowers'")] == ["2"]
    sh("models", "delete", "-n", "blowers")
    assert [row["NAME"] for row in sh.rows("models", "search")] == ["fans"]
    sh.fails(1, "models", "describe", "-n", "blowers", says=["blowers", "not found"])
    sh.fails(1, "models", "create", "-n", "fans", says=["already exists"])
    sh.fails(2, "models", "set-alias", "-n", "fans", says=["--name, --version and --alias must be given"])


@shell
def test_gc(sh):
    """What was deleted goes for good, with its artifacts; what was not stays; what is named must be deleted."""
    keep, drop, late = (a_run(sh, n) for n in range(3))
    experiment = sh.json("experiments", "create", "-n", "over")["experiment_id"]
    inside = a_run(sh, 4, experiment)
    with open(f"{sh.folder}/a.txt", "w", encoding="ascii") as file:
        file.write("a")
    paths = {}
    for run_id in (keep, drop, late, inside):
        sh("artifacts", "log-artifact", "-l", "a.txt", "-r", run_id)
        paths[run_id] = f"{sh.server.folder}/artifacts/{experiment if run_id == inside else 0}/{run_id}/artifacts/a.txt"
        assert os.path.exists(paths[run_id]), paths
    for run_id in (drop, late):
        sh("runs", "delete", "--run-id", run_id)
    sh("experiments", "delete", "-x", experiment)
    sh.server.stop(keep=True)
    database, artifacts = f"sqlite:///{sh.server.folder}/m.db", f"{sh.server.folder}/artifacts"

    sh.fails(1, "gc", "--backend-store-uri", database, "--run-ids", keep, "--artifacts-destination", artifacts, says=[keep, "deleted"])
    sh.fails(1, "gc", "--backend-store-uri", database, "--experiment-ids", "0", "--artifacts-destination", artifacts, says=["experiment 0", "deleted"])
    sh.fails(2, "gc", "--backend-store-uri", database, "--run-ids", drop, says=["--artifacts-destination"])
    assert "0 runs" in sh.run("gc", "--backend-store-uri", database, "--artifacts-destination", artifacts, "--older-than", "1d").stderr
    assert all(os.path.exists(path) for path in paths.values()), "nothing has gone yet"
    assert drop in sh("gc", "--backend-store-uri", database, "--artifacts-destination", artifacts, "--run-ids", drop)
    assert [os.path.exists(paths[one]) for one in (keep, drop, late, inside)] == [True, False, True, True]
    sh("gc", "--backend-store-uri", database, "--artifacts-destination", artifacts)
    assert [os.path.exists(paths[one]) for one in (keep, drop, late, inside)] == [True, False, False, False]
    with sqlite3.connect(f"{sh.server.folder}/m.db") as db:
        assert db.execute("select run_uuid from runs").fetchall() == [(keep,)]
        assert db.execute("select name from experiments").fetchall() == [("Default",)]
        assert db.execute("select count(*) from metrics").fetchone() == (1,)
    sh.fails(2, "gc", "--backend-store-uri", database, "--older-than", "soon", says=["soon", "2d8h5m20s"])


@shell
def test_db(sh):
    run_id = a_run(sh, 1)
    sh.server.stop(keep=True)
    database = f"sqlite:///{sh.server.folder}/m.db"
    assert sh("db", "check", database).endswith("sound\n")
    status = sh.json("db", "status", database)
    assert (status["experiments"], status["runs"], status["metrics"]) == (1, 1, 1) and status["revision"] == status["expected"], status
    assert "the one that is needed" in sh("db", "status", database)
    sh("db", "upgrade", database)
    sh("db", "upgrade", f"sqlite:///{sh.folder}/new.db")
    assert sh.json("db", "status", f"sqlite:///{sh.folder}/new.db")["revision"] == status["revision"]
    sh("db", "hand-back", database)
    with sqlite3.connect(f"{sh.server.folder}/m.db") as db:
        assert not db.execute("select name from sqlite_master where name like 'millrace%'").fetchall()
        assert db.execute("select run_uuid from runs").fetchall() == [(run_id,)]
    assert "no database" in sh("db", "status", f"sqlite:///{sh.folder}/nothing.db")
    with open(f"{sh.folder}/broken.db", "wb") as file:
        file.write(b"SQLite format 3\0" + b"\xff" * 8192)
    sh.fails(1, "db", "check", f"sqlite:///{sh.folder}/broken.db", says=["not a database", "backup"])
    sh.fails(2, "db", "status", says=["One URI"])
    with sqlite3.connect(f"{sh.folder}/old.db") as db:
        db.execute("create table alembic_version (version_num varchar(32) not null)")
        db.execute("insert into alembic_version values ('0584bdc529eb')")
        db.execute("create table runs (run_uuid varchar(32) primary key)")
    sh.fails(1, "db", "upgrade", f"sqlite:///{sh.folder}/old.db", says=["mlflow db upgrade"])


@shell
def test_evaluate(sh):
    with open(f"{sh.folder}/data.csv", "w", encoding="utf-8") as file:
        file.write("x,truth,guess\n1,2.0,2.5\n2,4.0,3.5\n3,6.0,6.0\n")
    asked = ("evaluate", "--data", f"{sh.folder}/data.csv", "--targets", "truth", "--predictions", "guess", "--model-type",
             "regressor", "--no-log")
    assert {row["METRIC"]: row["VALUE"] for row in sh.rows(*asked)}["max_error"] == "0.5"
    assert sh.json(*asked)["metrics"]["example_count"] == 3
    sh.fails(2, "evaluate", "--model-type", "regressor", says=["--data"])


@shell
def test_doctor_and_what_is_around(sh):
    text = sh("doctor", MLFLOW_TRACKING_PASSWORD="hidden", MILLRACE_APP_DOOR_VALUE="hidden", MILLRACE_PLUGINS="")
    assert sh.uri in text and "answers" in text and "hidden" not in text and "MLFLOW_TRACKING_PASSWORD = ***" in text, text
    masked = sh("doctor", "--mask-envs", MILLRACE_LOG_LEVEL="error")
    assert "MILLRACE_LOG_LEVEL = ***" in masked
    away = sh.run("doctor", "--tracking-uri", "http://localhost:9", MLFLOW_HTTP_REQUEST_MAX_RETRIES="0")
    assert away.returncode == 1 and "does not answer" in away.stdout and "localhost:9" in away.stderr, away
    assert re.fullmatch(r"millrace, version \d+\.\d+\.\d+\n", sh("--version"))
    assert json.loads(sh("openapi"))["openapi"].startswith("3."), "the document"
    assert json.loads(sh("openapi")) == sh.server.ask("GET", "/openapi.json").json()
    names = {one["name"] for one in sh.json("plugins", "list")}
    assert {"sqlite", "rest-store", "file-store"} <= names
    assert {row["PLUGIN"] for row in sh.rows("plugins", "list")} == names
    assert [one["name"] for one in sh.json("plugins", "info", "sqlite")] == ["sqlite"]
    assert "mlflow.tracking_store sqlite" in sh("plugins", "info", "sqlite")
    sh.fails(1, "plugins", "info", "nothing", says=["nothing", "millrace plugins list"])
    assert "Nothing waits" in sh.run("spool", "list").stderr
    assert "Sent 0 records" in sh.run("spool", "flush").stderr
    sh.fails(2, "frobnicate", says=["frobnicate", "millrace --help"])


@shell
def test_run(sh):
    """More of it: project_run.py."""
    os.mkdir(f"{sh.folder}/train")
    with open(f"{sh.folder}/train/MLproject", "w", encoding="utf-8") as file:
        file.write("entry_points: {main: {parameters: {x: float}, command: 'echo x is {x}'}}")
    result = sh.json("run", "train", "-P", "x=2")
    assert result["status"] == "FINISHED" and result["exit_code"] == 0
    assert sh.json("runs", "describe", "--run-id", result["run_id"])["run"]["data"]["params"] == [{"key": "x", "value": "2"}]
    assert "x is 3" in sh("run", "train", "-P", "x=3")
    sh.fails(1, "run", "train", says=["missing parameters: 'x'"])
    sh.fails(2, "run", "train", "-P", "x", says=["-P name=value"])
    sh.fails(2, "run", says=["One project must be named"])


@shell
def test_the_manual(sh):
    """What is in the pages and the completions: packages.py."""
    for one in ("bash", "zsh", "fish"):
        assert "allow-artifact-root" in sh("manual", one), one
    sh("manual", "man", "--folder", f"{sh.folder}/man/man1")
    assert {"millrace.1", "millrace-runs.1", "millrace-server.1"} <= set(os.listdir(f"{sh.folder}/man/man1"))
    sh.fails(2, "manual", "man", says=["--folder must be given"])
    sh.fails(1, "manual", "man", "--folder", "/proc/none", says=["/proc/none"])


def test_every_command_was_run():
    """And each has a help that exits with 0, names its options, and shows an example."""
    with tempfile.TemporaryDirectory() as folder:
        helped = subprocess.run([MILLRACE, "--help"], capture_output=True, text=True, check=True, cwd=folder).stdout
        commands = re.findall(r"^  ([a-z]+) ", helped, re.M)
        assert len(commands) > 10 and set(WITH_SUBCOMMANDS) < set(commands), commands
        offered = set(commands) - set(WITH_SUBCOMMANDS) - {"server", "ui"}  # those two are what the other tests start
        for command in WITH_SUBCOMMANDS:
            text = subprocess.run([MILLRACE, command, "--help"], capture_output=True, text=True, check=True).stdout
            offered |= {f"{command} {sub}" for sub in re.findall(r"^  ([a-z-]+) ", text, re.M)}
        here = os.path.dirname(os.path.abspath(__file__))
        elsewhere = {one for one in offered if glob.glob(f"{here}/{one.split()[0]}*") or glob.glob(f"{here}/{one.replace(' ', '_')}*")}
        assert offered <= USED | elsewhere, f"no test runs {sorted(offered - USED - elsewhere)}: here, or in a scenario of that name"
        for one in sorted(offered):
            text = subprocess.run([MILLRACE, *one.split(), "--help"], capture_output=True, text=True, check=True).stdout
            assert text.startswith(f"Usage: millrace {one} ") and text.endswith("\n"), text
            assert one in elsewhere or "--output" in text, text


if __name__ == "__main__":
    main(globals())
