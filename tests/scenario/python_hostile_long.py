# SPDX-License-Identifier: Apache-2.0
"""As python_hostile.py, what takes longer: hosts that keep dying, deadlines, kill -9 in every phase of an upload."""
import concurrent.futures
import glob
import os
import signal
import time

from _python_hostile import PUT, folder_for_server, hosts, put, serve
from _server import main


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


if __name__ == "__main__":
    main(globals())
