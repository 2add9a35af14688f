# SPDX-License-Identifier: Apache-2.0
"""One database through millrace+sqlite: and through MLflow's sqlite: at once: what was acknowledged is there, all of it."""
import os
import sqlite3
import subprocess
import sys
import tempfile

from _server import main
from _wheel import python, variables

HERE = os.path.dirname(os.path.abspath(__file__))
MAKE = """
import sys
from mlflow import MlflowClient
print(MlflowClient(sys.argv[1]).create_run("0").info.run_id)
"""


def writers(folder, run, n, who, *hows):
    return subprocess.Popen([sys.executable, f"{HERE}/_stores_writers.py", f"{folder}/m.db", run, str(n), who, *hows], cwd=folder,
                            env=variables(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def acknowledged(processes):
    counts = {}
    for process in processes:
        out, err = process.communicate(timeout=200)
        assert process.returncode == 0, err[-3000:]
        counts |= {key: int(count) for key, count in (line.split() for line in out.splitlines())}
    return counts


def check(n, *processes_hows, made_by="millrace+sqlite"):
    with tempfile.TemporaryDirectory() as folder:
        run = python(MAKE, f"{made_by}:///{folder}/m.db", folder=folder)[0].strip()
        counts = acknowledged([writers(folder, run, n, f"p{i}-", *hows) for i, hows in enumerate(processes_hows)])
        assert len(counts) == sum(map(len, processes_hows)), counts
        with sqlite3.connect(f"{folder}/m.db") as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            rows = {key: sum(db.execute("SELECT count(*) FROM metrics WHERE run_uuid = ? AND key IN (?, ?, ?)", (run, key, f"{key}-b", f"{key}-q"))
                             .fetchone()) for key in counts}
        for key, count in counts.items():
            # a killed one may have stored what it had no time to tell
            assert rows[key] >= count if key.endswith("killed") else rows[key] == count, (key, rows[key], count)
            assert count > 0, counts
    return counts


def test_threads_of_one_process():
    counts = check(30, ["millrace:thread", "mlflow:thread", "millrace:thread", "mlflow:thread"])
    assert set(counts.values()) == {10 + 50 + 10}, counts


def test_processes_forks_and_children_that_are_killed():
    check(15, ["millrace:thread", "mlflow:thread", "millrace:killed"], ["millrace:fork", "mlflow:thread", "millrace:killed"], made_by="sqlite")


if __name__ == "__main__":
    main(globals())
