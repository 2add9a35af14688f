# SPDX-License-Identifier: Apache-2.0
"""kill -9 of a server under a load of writes: what it acknowledged is there afterwards, whole."""
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../scenario"))
from _server import MILLRACE, Server, read_answer  # noqa: E402  pylint: disable=wrong-import-position

CONNECTIONS, BATCH = 16, 100


class Acknowledged:
    """What a connection was told is stored, since the last look at the database."""

    def __init__(self):
        self.runs, self.metrics, self.batches, self.tags, self.models, self.versions = [], [], [], {}, [], []
        self.batches_sent = []


class Writer(threading.Thread):
    """One connection that writes until the server is gone, each kind in its turn."""

    def __init__(self, server, number, generation):
        super().__init__(daemon=True)
        self.server, self.number, self.generation = server, number, generation
        self.done, self.answers, self.wrong, self.socket = Acknowledged(), 0, None, None
        self.count, self.run_id = 0, None

    def run(self):
        try:
            self.socket = self.server.connect(timeout=30)
            while True:
                for write in (self.create_run, self.log_metric, self.log_batch, self.set_tag, self.registry, self.log_metric):
                    self.count += 1
                    write()
        except (OSError, AssertionError) as gone:
            if "closed" not in str(gone) and not isinstance(gone, OSError):
                self.wrong = gone

    def post(self, path, body):
        content = json.dumps(body).encode()
        self.socket.sendall(f"POST /api/2.0/mlflow/{path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            f"Content-Length: {len(content)}\r\n\r\n".encode() + content)
        answer, rest = read_answer(self.socket)
        assert answer.status == 200 and not rest, f"{path}: {answer}"
        self.answers += 1
        return answer.json()

    def name(self):
        return f"g{self.generation}-c{self.number}-{self.count}"

    def create_run(self):
        name = self.name()
        self.run_id = self.post("runs/create", {"experiment_id": "0", "run_name": name})["run"]["info"]["run_id"]
        self.done.runs.append((self.run_id, name))

    def log_metric(self):
        self.post("runs/log-metric", {"run_id": self.run_id, "key": "m", "value": self.count, "timestamp": 1, "step": self.count})
        self.done.metrics.append((self.run_id, self.count))

    def log_batch(self):
        key = f"batch-{self.count}"
        self.done.batches_sent.append((self.run_id, key))
        self.post("runs/log-batch", {"run_id": self.run_id, "params": [{"key": key, "value": "p"}], "tags": [{"key": key, "value": "t"}],
                                     "metrics": [{"key": key, "value": n, "timestamp": 1, "step": n} for n in range(BATCH)]})
        self.done.batches.append((self.run_id, key))

    def set_tag(self):
        self.post("runs/set-tag", {"run_id": self.run_id, "key": "t", "value": self.name()})
        self.done.tags[self.run_id] = self.name()

    def registry(self):
        name = self.name()
        self.post("registered-models/create", {"name": name})
        self.done.models.append(name)
        source = f"mlflow-artifacts:/0/{self.run_id}/artifacts/model"
        version = self.post("model-versions/create", {"name": name, "source": source, "run_id": self.run_id})["model_version"]["version"]
        self.done.versions.append((name, int(version)))


def missing(db, sql, wanted):
    """Those of the wanted rows that the query does not find."""
    return [row for row in wanted if not db.execute(sql, row).fetchone()]


def check_stored(database, done):
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        assert not missing(db, "select 1 from runs where run_uuid = ? and name = ?", done.runs)
        assert not missing(db, "select 1 from metrics where run_uuid = ? and key = 'm' and step = ?", done.metrics)
        assert not missing(db, "select 1 from registered_models where name = ?", [(name,) for name in done.models])
        assert not missing(db, "select 1 from model_versions where name = ? and version = ?", done.versions)
        assert not missing(db, "select 1 from tags where run_uuid = ? and key = 't' and value = ?", done.tags.items())
        check_batches(db, done)


def check_batches(db, done):
    """A batch is whole or not there: metrics, latest metric, parameter and tag."""
    acknowledged = set(done.batches)
    for run_id, key in done.batches_sent:
        found = [db.execute(f"select count(*) from {table} where run_uuid = ? and key = ?", (run_id, key)).fetchone()[0]
                 for table in ("metrics", "latest_metrics", "params", "tags")]
        whole = [BATCH, 1, 1, 1]
        assert found == whole or (found == [0] * 4 and (run_id, key) not in acknowledged), (run_id, key, found)


def kill_once(server, generation, randomness):
    writers = [Writer(server, number, generation) for number in range(CONNECTIONS)]
    for writer in writers:
        writer.start()
    begun = time.monotonic()
    while sum(writer.answers for writer in writers) < CONNECTIONS and time.monotonic() < begun + 30:
        time.sleep(0.002)
    time.sleep(randomness.uniform(0, 0.4))
    server.kill()
    for writer in writers:
        writer.join(60)
        assert not writer.is_alive() and writer.wrong is None, writer.wrong
    return writers


def check_sound(database):
    done = subprocess.run([MILLRACE, "db", "check", f"sqlite:///{database}"], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0 and done.stdout.endswith("sound\n"), done


def torture(folder, kills, sound_each=10):
    """Kills a server so often on one database; returns how many writes were acknowledged."""
    randomness, answers, database = random.Random(11), 0, f"{folder}/m.db"
    for generation in range(kills):
        server = Server(folder=folder)
        writers = kill_once(server, generation, randomness)
        # As the next start finds it, so that what SQLite recovers is what a server would recover.
        next_one = Server(folder=folder)
        try:
            for writer in writers:
                check_stored(database, writer.done)
        finally:
            code = next_one.stop(keep=True)
        assert code == 0, next_one.text()
        answers += sum(writer.answers for writer in writers)
        if (generation + 1) % sound_each == 0:
            check_sound(database)
    return answers


def revision_tables(database):
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        return db.execute("select type, name, sql from sqlite_master order by type, name").fetchall()


def upgrade_by_the_reference(database):
    """`mlflow db upgrade` has nothing to do."""
    before = revision_tables(database)
    mlflow = os.path.join(os.path.dirname(sys.executable), "mlflow")
    done = subprocess.run([mlflow, "db", "upgrade", f"sqlite:///{database}"], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done
    assert "Running upgrade" not in done.stdout + done.stderr, done
    assert revision_tables(database) == before
