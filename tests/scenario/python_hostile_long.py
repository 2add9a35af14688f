# SPDX-License-Identifier: Apache-2.0
"""As python_hostile.py, what takes longer: hosts that keep dying, deadlines, kill -9 in every phase of an upload."""
import concurrent.futures
import contextlib
import functools
import glob
import os
import signal
import subprocess
import tempfile
import threading
import time

import _python_env as python
from _programs import BUILD, environment
from _python_hostile import PUT, folder_for_server, hosts, hosts_of, put, serve
from _server import Server, main


def test_a_host_that_keeps_dying_is_left_in_peace():
    folder = folder_for_server()
    with serve(folder) as server:
        answers = [server.ask("GET", PUT[:-1] + "?path=null") for _ in range(7)]
        assert {a.status for a in answers} == {503}, answers
        assert any("is started again in" in a.json()["message"] for a in answers), answers
        assert server.ask("GET", "/health").status == 200
        until(lambda: put(server, "fine").status == 200)


def test_a_deadline():
    folder = folder_for_server()
    with serve(folder, "--request-timeout", "4s") as server:
        until(lambda: put(server, "fine").status == 200) # a start may take longer than the limit
        first = hosts(server)
        # an upload that listens to an interrupt ends by it, and its host lives on
        assert put(server, "loop").status == 504
        until(lambda: "the loop was left" in server.text())
        assert not os.path.exists(f"{folder}/kept/loop")
        assert put(server, "fine").status == 200 and hosts(server) == first
        # one that does not is ended with its host
        start = time.monotonic()
        answer = server.ask("GET", PUT[:-1] + "?path=block")
        assert answer.status == 504 and time.monotonic() - start < 6, answer
        until(lambda: hosts(server) != first)
        until(lambda: put(server, "fine").status == 200)


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.1)


def test_killed_in_every_phase():
    """kill -9 from outside: before, in the midst of, and after an upload; nothing half is left, the next one works."""
    folder = folder_for_server()
    with serve(folder) as server:
        assert put(server, "fine").status == 200
        for phase in (0.0, 0.3, 1.0):
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                upload = pool.submit(put, server, "slow")
                time.sleep(phase)
                for pid in hosts(server):
                    os.kill(pid, signal.SIGKILL)
                status = upload.result().status
            kept = f"{folder}/kept/slow"
            deadline = time.monotonic() + 5
            while status != 200 and os.path.exists(kept) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert status in (200, 503), status
            assert os.path.exists(kept) == (status == 200), (phase, status)
            if status == 200:
                assert os.path.getsize(kept) == 10000
                os.remove(kept)
        assert put(server, "slow").status == 200 and os.path.getsize(f"{folder}/kept/slow") == 10000
        # the server is killed: its host goes with it
        pids = hosts(server)
        server.kill()
        deadline = time.monotonic() + 5
        while any(os.path.exists(f"/proc/{pid}") for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(os.path.exists(f"/proc/{pid}") for pid in pids)
        assert not glob.glob(f"{folder}/millrace-spool-*")


@functools.cache
def store_env():
    folder = tempfile.mkdtemp(prefix="python-")
    made = python.make(folder)
    python.install_example(folder, made)
    return made


def kill_hosts(of, pauses, done):
    """kill -9 of whatever host a process has, at these moments after the first was seen."""
    for pause in pauses:
        end = time.monotonic() + 60
        while not hosts_of(of) and time.monotonic() < end and not done.is_set():
            time.sleep(0.01)
        time.sleep(pause)
        for pid in hosts_of(of):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    done.set()


def test_no_run_is_lost_by_the_server():
    """What was acknowledged is there, whatever its host died of in the meantime: while it starts, imports, creates, logs."""
    folder = tempfile.mkdtemp()
    with Server("--backend-store-uri", f"file-plugin:{folder}/store", store=False, env={"MILLRACE_PYTHON": store_env(), "TMPDIR": folder}) as server:
        kept, done = [], threading.Event()

        def work():
            while not done.is_set():
                answer = server.ask("POST", "/api/2.0/mlflow/runs/create", {"experiment_id": "0"})
                assert answer.status in (200, 503), answer
                if answer.status == 200:
                    run_id = answer.json()["run"]["info"]["run_id"]
                    logged = [i for i in range(3) if server.ask("POST", "/api/2.0/mlflow/runs/log-metric", {
                        "run_id": run_id, "key": f"m{i}", "value": i, "timestamp": 1}).status == 200]
                    kept.append((run_id, logged))

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        kill_hosts(server.process.pid, (0, 0.5, 1.0, 2.5, 3.0, 3.7, 5.0), done)
        for thread in threads:
            thread.join()
        until(lambda: server.ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0").status == 200)
        assert len(kept) > 10, kept
        for run_id, logged in kept:
            found = server.api("GET", f"runs/get?run_id={run_id}")["run"]["data"].get("metrics", [])
            assert {f"m{i}" for i in logged} <= {m["key"] for m in found}, (run_id, logged, found)


def test_no_run_is_lost_by_a_program():
    """The library sends again what its host did not live to acknowledge."""
    folder = tempfile.mkdtemp()
    job = subprocess.Popen([f"{BUILD}/examples/quickstart", f"{python.SOURCE}/examples/data/iris.csv"], cwd=folder, stdout=subprocess.DEVNULL,
                           env=environment(MILLRACE_PYTHON=store_env(), MLFLOW_TRACKING_URI=f"file-plugin:{folder}/mlruns",
                                           MILLRACE_SPOOL_DIR=f"{folder}/spool", TMPDIR=folder))
    until(lambda: glob.glob(f"{folder}/mlruns/*/*/meta.yaml") or job.poll() is not None)
    killed = hosts_of(job.pid)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    code = job.wait(240)
    assert killed
    from mlflow.tracking import MlflowClient

    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    client = MlflowClient(f"file://{folder}/mlruns")
    found = client.search_runs([e.experiment_id for e in client.search_experiments()])
    assert code == 0, code
    assert len(found) == 1 and found[0].info.status == "FINISHED", found
    assert len(client.get_metric_history(found[0].info.run_id, "loss")) > 100


if __name__ == "__main__":
    main(globals())
