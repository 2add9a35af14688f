# SPDX-License-Identifier: Apache-2.0
"""A server on a file store is killed (kill -9) a hundred times while clients write. What was acknowledged is there, a
batch is there whole or not at all, and MLflow reads the folder."""
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

PROGRAM = os.environ.get("MILLRACE", "build/dev/bin/millrace")
ROUNDS = int(os.environ.get("MILLRACE_KILLS", "100"))
WRITERS = 3
# In memory, where there is such a place: what a kill leaves does not depend on the disk, and there is more to kill.
PLACE = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(os.environ.get("TMPDIR", "/tmp"))
FOLDER = PLACE / f"mr_file_kill_{os.getpid()}"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def post(connection, path, body):
    connection.request("POST", f"/api/2.0/mlflow/{path}", json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {text!r}")
    return json.loads(text)


def start(port):
    server = subprocess.Popen([PROGRAM, "server", "--backend-store-uri", str(FOLDER / "mlruns"), "--port", str(port)],
                              cwd=FOLDER, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(400):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return server
        except OSError:
            pass
        if server.poll() is not None:
            sys.exit(f"the server ended with {server.returncode}")
        time.sleep(0.02)
    sys.exit("the server does not answer")


class Writer(threading.Thread):
    """Writes numbered batches to a run of its own, until the server is gone."""

    def __init__(self, port, run, first):
        super().__init__()
        self.port, self.run_id, self.next = port, run, first
        self.acknowledged = []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            while True:
                n = self.next
                self.next += 1
                metrics = [{"key": key, "value": n, "timestamp": n, "step": n} for key in ("a", "b", "c/d")]
                post(connection, "runs/log-batch", {"run_id": self.run_id, "metrics": metrics,
                                                    "params": [{"key": f"p{n}", "value": str(n)}],
                                                    "tags": [{"key": "last", "value": str(n)}]})
                self.acknowledged.append(n)
                post(connection, "runs/log-metric", {"run_id": self.run_id, "key": "alone", "value": n, "timestamp": n,
                                                     "step": n})
                self.acknowledged.append(-n)
        except (OSError, http.client.HTTPException):
            return


def steps_of(folder, key):
    path = folder / "metrics" / key
    lines = path.read_text().split("\n") if path.exists() else [""]
    assert lines[-1] == "", f"{path}: the last line is cut off"
    steps = [int(line.split(" ")[2]) for line in lines[:-1]]
    assert len(steps) == len(set(steps)), f"{path}: a value is there twice"
    return set(steps)


def check(run, acknowledged):
    folder = FOLDER / "mlruns" / "0" / run
    batches = {n for n in acknowledged if n > 0}
    a, b, c = (steps_of(folder, key) for key in ("a", "b", "c/d"))
    params = {int(path.name[1:]) for path in (folder / "params").iterdir()}
    assert a == b == c == params, f"half a batch: {a ^ b | a ^ c | a ^ params}"
    assert batches <= a, f"lost: {sorted(batches - a)}"
    last = int((folder / "tags/last").read_text()) if a else 0
    assert not a or last == max(a), f"the tag says {last}, the last batch is {max(a)}"
    alone = steps_of(folder, "alone")
    assert {-n for n in acknowledged if n < 0} <= alone, "an acknowledged metric is lost"


def read_by_mlflow(runs, acknowledged):
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    from mlflow.store.tracking.file_store import FileStore

    store = FileStore(str(FOLDER / "mlruns"))
    for run in runs:
        found = store.get_run(run)
        assert int(found.data.metrics["a"]) >= max(n for n in acknowledged[run] if n > 0)


def main():
    FOLDER.mkdir()
    port = free_port()
    random.seed(7)
    server = start(port)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    runs = [post(connection, "runs/create", {"experiment_id": "0", "start_time": 1})["run"]["info"]["run_id"]
            for _ in range(WRITERS)]
    acknowledged = {run: [] for run in runs}
    following = {run: 1 for run in runs}
    for round_ in range(ROUNDS):
        writers = [Writer(port, run, following[run]) for run in runs]
        for writer in writers:
            writer.start()
        time.sleep(random.uniform(0.01, 0.15))
        server.send_signal(signal.SIGKILL)
        server.wait()
        for writer in writers:
            writer.join()
            acknowledged[writer.run_id] += writer.acknowledged
            following[writer.run_id] = writer.next
        server = start(port)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", f"/api/2.0/mlflow/runs/get?run_id={runs[0]}")
        assert connection.getresponse().status == 200
        for run in runs:
            check(run, acknowledged[run])
    server.terminate()
    server.wait(10)
    read_by_mlflow(runs, acknowledged)
    assert not list((FOLDER / "mlruns").glob(".millrace-*.tmp")), "leftovers"
    print(f"{ROUNDS} kills, {sum(map(len, acknowledged.values()))} acknowledged writes, none lost, no half batch")


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
