# SPDX-License-Identifier: Apache-2.0
"""Evaluators that a plugin brings, beside the built-in ones: chosen by name or because they can, each with its configuration; one
that contradicts, one that fails half-way, one that nobody knows. And evaluation from a program, within its own run."""
import json
import os
import signal
import sqlite3
import subprocess
import tempfile

from _programs import SOURCE, environment, run
from _server import MILLRACE, main

FOLDER = tempfile.mkdtemp(prefix="judges-")
DATA = f"{FOLDER}/data.csv"
ASKED = ("evaluate", "--data", DATA, "--targets", "truth", "--predictions", "guess", "--output", "json")
with open(DATA, "w", encoding="utf-8") as text:
    text.write("x,truth,guess\n1,10,10.5\n2,20,18\n3,30,30\n4,40,44\n")


def build():
    flags = [f"-fsanitize={os.environ['MILLRACE_SANITIZE']}"] if os.environ.get("MILLRACE_SANITIZE") else []
    subprocess.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", f"-I{SOURCE}/include", *flags, "-o",
                    f"{FOLDER}/judges.so", f"{SOURCE}/tests/scenario/programs/judges.c", "-lm"], check=True)


def millrace(*arguments, code=0, **variables):
    done = subprocess.run([os.path.abspath(MILLRACE), *arguments, "--plugin", f"{FOLDER}/judges.so"], cwd=FOLDER, capture_output=True,
                          text=True, timeout=60, check=False, env=environment(**variables))
    assert done.returncode == code, done
    return done


def regress(*arguments, **variables):
    done = millrace(*ASKED, "--model-type", "regressor", *arguments, **variables)
    return json.loads(done.stdout), done.stderr


def query(sql, *values):
    with sqlite3.connect(f"{FOLDER}/mlflow.db") as db:
        return db.execute(sql, values).fetchall()


def test_all_that_can():
    """Without names: the built-in first, then the plugin's; `default` steps back, the ranker is not asked."""
    outcome, said = regress("--evaluator-config", '{"default": {"metric_prefix": "p_"}, "within": {"tolerance": 1}}')
    assert [e for e in outcome["evaluators"] if e != "dummy_evaluator"] == ["regressor", "within", "contradicts"], outcome  # that one is of the example plugin
    assert outcome["metrics"]["within"] == 2 and outcome["metrics"]["p_max_error"] == 4, outcome
    assert outcome["metrics"]["max_error"] == 12345 and "two evaluators" not in said, said


def test_by_name_with_a_configuration_each():
    outcome, said = regress("--evaluator", "default", "--evaluator", "within", "--evaluator", "contradicts", "--evaluator-config",
                            '{"within": {"tolerance": 3}}')
    assert outcome["evaluators"] == ["default", "within", "contradicts"] and outcome["metrics"]["within"] == 3, outcome
    assert outcome["metrics"]["max_error"] == 12345, outcome
    assert "max_error" in said and "'default'" in said and "'contradicts'" in said, said
    values = query("select value from metrics where run_uuid = ? and key = 'max_error'", outcome["run_id"])
    assert sorted(values) == [(4.0,), (12345.0,)], values  # both are in the run's history
    assert regress("--evaluator", "within", "--evaluator-config", '{"tolerance": 0.5}')[0]["metrics"] == {"within": 2}


def test_one_that_fails_half_way():
    """The run is FAILED and ended; what the evaluators before it, and it itself, gave is there."""
    done = millrace(*ASKED, "--model-type", "regressor", "--evaluator", "regressor", "--evaluator", "half", "--run-name", "sleepy", code=1,
                    JUDGES_FILE=f"{FOLDER}/note.txt")
    assert "'half'" in done.stderr and "the judge fell asleep" in done.stderr and not done.stdout, done
    [(run_id, status, end, uri)] = query("select run_uuid, status, end_time, artifact_uri from runs where name = 'sleepy'")
    assert status == "FAILED" and end, (status, end)
    metrics = {key for key, in query("select key from metrics where run_uuid = ?", run_id)}
    assert {"half/done", "max_error", "r2_score"} <= metrics, metrics
    assert "note.txt" in os.listdir(uri.removeprefix("file://")), uri


def test_an_interrupt():
    """Ctrl-C while an evaluator is at work: the run is KILLED, and the command ends as one that was interrupted."""
    for number in (signal.SIGINT, signal.SIGTERM):
        process = subprocess.Popen([os.path.abspath(MILLRACE), *ASKED, "--model-type", "regressor", "--evaluator", "hangs", "--plugin",
                                    f"{FOLDER}/judges.so"], cwd=FOLDER, env=environment(JUDGES_FILE="yes"), stderr=subprocess.PIPE, text=True)
        run_id = process.stderr.readline().split()[-1]
        assert query("select status from runs where run_uuid = ?", run_id) == [("RUNNING",)]
        process.send_signal(number)
        said = process.communicate(timeout=30)[1]
        assert process.returncode == 128 + number and "KILLED" in said, (process.returncode, said)
        assert query("select status, end_time > 0 from runs where run_uuid = ?", run_id) == [("KILLED", 1)]


def test_a_crash():
    """The process is gone at once; who looks after the run says that it failed."""
    for name, where in (("crashed", ()), ("crashed there", ("--experiment-name", "another"))):
        done = millrace(*ASKED, "--model-type", "regressor", "--evaluator", "crashes", "--run-name", name, *where, code=-signal.SIGKILL,
                        JUDGES_FILE="yes")
        assert "crashed" in done.stderr and "is FAILED" in done.stderr, done
        assert query("select status, end_time > 0 from runs where name = ?", name) == [("FAILED", 1)]


def test_a_run_that_is_continued():
    done = json.loads(millrace("runs", "create", "--experiment-id", "0", "--run-name", "given", "--output", "json").stdout)
    run_id = (done.get("run") or done)["info"]["run_id"]
    outcome, _ = regress("--evaluator", "default", "--run-id", run_id)
    assert outcome["run_id"] == run_id
    assert query("select status, end_time > 0 from runs where run_uuid = ?", run_id) == [("FINISHED", 1)]


def test_what_cannot_be_asked():
    count = query("select count(*) from runs")
    for arguments, words in (
            (("--evaluator", "witin"), ["witin", "Did you mean 'within'"]),
            (("--evaluator", "ranker"), ["could not be evaluated", "ranker"]),
            (("--evaluator", "within", "--evaluator-config", '{"not_now": 1}'), ["could not be evaluated"]),
            (("--evaluator", "within", "--evaluator", "within"), ["named twice"]),
            (("--evaluator", "within", "--evaluator", "default", "--evaluator-config", '{"tolerance": 1}'), ["by its name"]),
            (("--evaluator-config", "[1]"), ["must be a JSON object"]),
            (("--evaluator-config", "{"), ["line 1"]),
            (("--targets", "trut"), ["trut", "Did you mean 'truth'", "The columns are: x, truth, guess"]),
            (("--predictions", "gues"), ["gues", "'guess'"]),
            (("--features", "y"), ["'y'"]),
            (("--data", f"{FOLDER}/none.csv"), ["none.csv"]),
            (("--run-id", "f" * 32), ["f" * 32])):
        done = millrace(*ASKED, "--model-type", "regressor", *arguments, code=1)
        assert all(word in done.stderr for word in words) and not done.stdout, (arguments, done)
    for rule in ("max_error", "max_error>0.5", ">=1", "max_error>=baseline-1", "max_error<=x", "max_error<=baseline"):
        done = millrace(*ASKED, "--model-type", "regressor", "--threshold", rule, code=2)
        assert f"'{rule}' is no threshold" in done.stderr, done
    done = millrace(*ASKED, "--model-type", "regressor", "--threshold", "max_error<=1", "--threshold", "max_error>=1", code=2)
    assert "both directions" in done.stderr, done
    assert query("select count(*) from runs") == count, "a run was begun for a question that makes no sense"


def test_from_a_program():
    said, _ = run("evaluates.c", folder=FOLDER, MLFLOW_TRACKING_URI=f"sqlite:///{FOLDER}/mlflow.db")
    (run_id, error, *passed), verdict = said.splitlines()[0].split(), said.splitlines()[1]
    assert (error, passed) == ("2", ["1", "0"]) and verdict.startswith("Metric r2_score value threshold check failed"), said
    assert query("select status from runs where run_uuid = ?", run_id) == [("KILLED",)]  # as the program ended it
    keys = {key for key, in query("select key from metrics where run_uuid = ?", run_id)}
    assert {"max_error", "afterwards"} <= keys, keys
    names = query("select d.name, d.dataset_source_type from datasets d join inputs i on i.source_id = d.dataset_uuid "
                  "where i.destination_id = ?", run_id)
    assert names == [("four", "code")], names


if __name__ == "__main__":
    build()
    main(globals())
