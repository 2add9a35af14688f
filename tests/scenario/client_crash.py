# SPDX-License-Identifier: Apache-2.0
"""What the C client accepted is never lost: not when the program is killed, not while the server is away, not in a fork,
a thread or at an exit. The programs are those of programs/, the store is read from its database and over HTTP."""
import json
import os
import random
import re
import sqlite3
import tempfile
import time
import urllib.parse

from _programs import finish, first_line, millrace, run, start
from _server import Server, main

KILLS, AT_ONCE = 30, 3
# These programs fork, or end in the midst of what their threads do: what lies around then is no leak.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
os.environ["TSAN_OPTIONS"] = os.environ.get("TSAN_OPTIONS", "") + ":report_thread_leaks=0"


def history(server, run_id, key="m"):
    """[(step, value, timestamp)] of a metric in the order in which the store got them, the same as the API says."""
    with sqlite3.connect(f"file:{server.folder}/m.db?mode=ro", uri=True) as db:
        rows = db.execute("select step, value, timestamp from metrics where run_uuid = ? and key = ? order by rowid",
                          (run_id, key)).fetchall()
    told, token = [], ""
    while token is not None:
        page = server.api("GET", f"metrics/get-history?run_id={run_id}&metric_key={key}&page_token={urllib.parse.quote(token)}")
        told += [(int(m.get("step", 0)), m["value"], int(m["timestamp"])) for m in page.get("metrics", [])]
        token = page.get("next_page_token")
    assert sorted(told) == sorted(rows), "the API and the database tell the same"
    return rows


def steps(server, run_id, key="m"):
    """The steps in the order in which they came; each has its value, none is there twice, no time goes back."""
    rows = history(server, run_id, key)
    assert all(value == step / 4 for step, value, _ in rows), rows[:10]
    assert len({step for step, _, _ in rows}) == len(rows), "none is there twice"
    times = [timestamp for _, _, timestamp in rows]
    assert times == sorted(times)
    return [step for step, _, _ in rows]


def get_run(server, run_id):
    return server.api("GET", f"runs/get?run_id={run_id}")["run"]


def tags(server, run_id):
    return {t["key"]: t["value"] for t in get_run(server, run_id)["data"]["tags"]}


def said_run(said):
    return re.search(r"^run (\w+)", said, re.M)[1]


def waiting(folder):
    spool = f"{folder}/spool"
    return [name for name in os.listdir(spool) if name.endswith(".spool")] if os.path.exists(spool) else []


def kill_some(folder, server, randomness):
    """Some programs that log at once, killed at moments of their own; [(run, rounds that they said were logged)]."""
    running = [start("until_killed.c", folder=folder, MLFLOW_TRACKING_URI=f"http://localhost:{server.port}")
               for _ in range(AT_ONCE)]
    lines = [first_line(process) for process in running]
    for process in sorted(running, key=lambda _: randomness.random()):
        time.sleep(randomness.uniform(0, 0.15))
        assert process.poll() is None, process.stderr.read()
        process.kill()
    return [(line.split()[1], len(process.communicate()[0])) for line, process in zip(lines, running)]


def check_killed(server, run_id, rounds):
    """All of the rounds that were said to be logged, and at most a part of the one that was under way."""
    found = steps(server, run_id)
    assert found == list(range(len(found))), "in order, and nothing missing between"
    assert rounds <= len(found) <= rounds + 1, (run_id, rounds, len(found))
    data = get_run(server, run_id)["data"]
    told = {t["key"]: t["value"] for t in data["tags"]}
    assert rounds == 0 or int(told["round"]) in ((rounds - 1) // 64 * 64, rounds), (told, rounds)
    params = {p["key"]: p["value"] for p in data.get("params", [])}
    assert all(params.get(str(n)) == str(n) for n in range(min(rounds, 50))), params


def test_killed_at_any_moment():
    """kill -9 between and within calls, thirty times; the next process sends the rest, or `millrace spool flush` does."""
    randomness = random.Random(7)
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        uri, total = f"http://localhost:{server.port}", 0
        for batch in range(KILLS // AT_ONCE):
            killed = kill_some(folder, server, randomness)
            if batch % 2:
                millrace("spool", "flush", folder=folder)
            else:
                run("for_a_while.c", 1, 0, "end", folder=folder, MLFLOW_TRACKING_URI=uri)
            assert not waiting(folder), "what was sent does not stay"
            for run_id, rounds in killed:
                check_killed(server, run_id, rounds)
                total += rounds
        print(f"        {KILLS} kills, {total} rounds logged")
        assert total > KILLS * 20, "the programs were not killed before they had begun"


def test_killed_while_the_server_is_away():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        uri = f"http://localhost:{server.port}"
        process = start("until_killed.c", folder=folder, MLFLOW_TRACKING_URI=uri)
        run_id = first_line(process).split()[1]
        server.kill()
        time.sleep(1)
        process.kill()
        rounds = len(process.communicate()[0])
        assert rounds > 100
        listed, _ = millrace("spool", "list", folder=folder)
        assert "waiting" in listed and uri in listed, listed
        _, told = millrace("spool", "flush", folder=folder, code=1, MLFLOW_HTTP_REQUEST_MAX_RETRIES="1")
        assert "run this again later" in told, told
        with Server(folder=server.folder, port=server.port) as again:
            _, told = millrace("spool", "flush", folder=folder)
            assert re.search(r"Sent \d+ records; 0 were refused", told), told
            check_killed(again, run_id, rounds)
            assert "Nothing waits" in millrace("spool", "list", folder=folder)[1]
            again.stop(keep=True)


def test_the_server_goes_and_comes_back():
    """The program notices nothing; after the server is back it does not take long until it has all."""
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        process = start("for_a_while.c", 4000, 1000, "end", folder=folder, MLFLOW_TRACKING_URI=f"http://localhost:{server.port}")
        run_id = first_line(process).split()[1]
        time.sleep(0.5)
        server.kill()
        time.sleep(2)
        with Server(folder=server.folder, port=server.port) as again:
            back = time.monotonic()
            said, _ = finish(process)
            print(f"        over {time.monotonic() - back:.1f} s after the server was back; {said.splitlines()[-1]} ms")
            assert steps(again, run_id) == list(range(4000))
            assert get_run(again, run_id)["info"]["status"] == "FINISHED"
            again.stop(keep=True)


def test_the_server_stays_away_until_the_program_is_over():
    """The exit does not hang, and says what to do; what was logged keeps the times at which it was logged."""
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        process = start("for_a_while.c", 500, 1000, "two", folder=folder, MILLRACE_EXIT_TIMEOUT="1",
                        MLFLOW_TRACKING_URI=f"http://localhost:{server.port}")
        run_id = first_line(process).split()[1]
        server.kill()
        begun = time.time()
        _, complained = finish(process)
        over = time.time()
        assert over - begun < 20, over - begun
        assert "millrace spool flush" in complained, complained
        assert len(waiting(folder)) == 1
        time.sleep(1)
        with Server(folder=server.folder, port=server.port) as again:
            millrace("spool", "flush", folder=folder)
            assert steps(again, run_id) == list(range(500))
            assert all(t <= over * 1000 for _, _, t in history(again, run_id))
            for one in (run_id, tags(again, run_id)["mlflow.parentRunId"]):
                info = get_run(again, one)["info"]
                assert info["status"] == "FINISHED" and info["end_time"] <= over * 1000, info
            again.stop(keep=True)


def test_a_full_spool_pushes_back():
    """While there is no room the call waits; nothing is lost, and all goes on when the server is back."""
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        process = start("for_a_while.c", 20000, 0, "end", folder=folder, MILLRACE_SPOOL_SIZE="65536",
                        MLFLOW_TRACKING_URI=f"http://localhost:{server.port}")
        run_id = first_line(process).split()[1]
        server.kill()
        time.sleep(3)
        assert process.poll() is None, "the program waits"
        with Server(folder=server.folder, port=server.port) as again:
            said, _ = finish(process)
            assert int(re.search(r"slowest (\d+)", said)[1]) >= 1500, said
            assert steps(again, run_id) == list(range(20000))
            again.stop(keep=True)


def test_a_full_spool_does_not_hold_up_the_exit():
    """While a thread waits for room, the main function returns."""
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        process = start("exits_under_threads.c", 1, 2, folder=folder, MILLRACE_SPOOL_SIZE="65536", MILLRACE_EXIT_TIMEOUT="2",
                        MLFLOW_TRACKING_URI=f"http://localhost:{server.port}")
        first_line(process)
        server.kill()
        begun = time.monotonic()
        _, complained = finish(process)
        assert time.monotonic() - begun < 12, "two seconds until the main function returns, two more are allowed"
        assert "is not marked as finished" in complained and "is full" in complained, complained


def test_an_exit_under_threads_that_log():
    """The main function returns while other threads are within calls: nothing breaks, and what was accepted is there."""
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        uri = f"http://localhost:{server.port}"
        for _ in range(5):
            said, complained = run("exits_under_threads.c", 3, 0, folder=folder, MILLRACE_SPOOL_SIZE="262144", MLFLOW_TRACKING_URI=uri)
            assert not complained, complained
            runs = [line.split()[1:] for line in said.splitlines() if line.startswith("run")]
            accepted = {line.split()[1]: int(line.split()[2]) for line in said.splitlines() if line.startswith("accepted")}
            millrace("spool", "flush", folder=folder)
            for (run_id,) in runs:
                found = steps(server, run_id)
                assert found == list(range(len(found))) and len(found) >= accepted.get(run_id, 0), (len(found), accepted)
            assert sum(accepted.values()) > 0 and not waiting(folder)


def test_refused():
    """A record that the store does not take is told once, kept with the reason, and does not take others with it."""
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        said, _ = run("refused.c", folder=folder, MLFLOW_TRACKING_URI=f"http://localhost:{server.port}")
        run_id = said_run(said)
        told = re.search(r"^told (.*)", said, re.M)[1]
        assert "Changing param values is not allowed" in told and "millrace spool list" in told, told
        assert steps(server, run_id) == [0, 1, 2]
        assert get_run(server, run_id)["data"]["params"] == [{"key": "p", "value": "first"}]
        listed, _ = millrace("spool", "list", folder=folder)
        assert "refused" in listed and "param p" in listed and run_id in listed and "Changing param values" in listed, listed
        letters = [json.loads(line) for line in millrace("spool", "list", "--output", "json", folder=folder)[0].splitlines()]
        assert [(one["run_id"], one["kind"], one["key"], one["value"], one["error_code"]) for one in letters] == [
            (run_id, "param", "p", "second", "INVALID_PARAMETER_VALUE")], letters


def test_forked_children_log_too():
    if os.environ.get("MILLRACE_SANITIZE") == "thread":
        print("        left out: ThreadSanitizer knows no threads after a fork")
        return
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        said, complained = run("forks.c", folder=folder, MLFLOW_TRACKING_URI=f"http://localhost:{server.port}")
        assert not complained, complained
        run_id = said_run(said)
        assert len(re.findall("^run ", said, re.M)) == 1
        found = history(server, run_id)
        assert sorted(step for step, _, _ in found) == list(range(600)), "each once"
        for first in range(0, 600, 100):
            block = [step for step, _, _ in found if first <= step < first + 100]
            assert block == sorted(block), "each process in order"
        assert get_run(server, run_id)["info"]["status"] == "FINISHED"
        assert not waiting(folder)


def test_the_exit_ends_what_is_open():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        said, _ = run("for_a_while.c", 10, 0, "two", folder=folder, MLFLOW_TRACKING_URI=f"http://localhost:{server.port}")
        inner = said_run(said)
        outer = tags(server, inner)["mlflow.parentRunId"]
        for run_id in (inner, outer):
            info = get_run(server, run_id)["info"]
            assert info["status"] == "FINISHED" and info["end_time"] >= info["start_time"], info
        assert steps(server, inner) == list(range(10)) and not waiting(folder)


def test_threads_have_runs_of_their_own():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        said, _ = run("threads.c", folder=folder, MLFLOW_TRACKING_URI=f"http://localhost:{server.port}")
        groups = [line.split()[1:] for line in said.splitlines()]
        assert len(groups) == 8 and len({one for group in groups for one in group}) == 24
        for outer, *inner in groups:
            assert steps(server, outer) == list(range(200)) and "mlflow.parentRunId" not in tags(server, outer)
            for run_id, status in zip(inner, ("FINISHED", "FAILED"), strict=True):
                assert steps(server, run_id) == list(range(200))
                assert tags(server, run_id)["mlflow.parentRunId"] == outer
                assert get_run(server, run_id)["info"]["status"] == status
            assert len({tags(server, run_id)["who"].split(".")[0] for run_id in inner}) == 1


def test_from_cpp():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        said, _ = run("plus_plus.cpp", folder=folder, MLFLOW_TRACKING_URI=f"http://localhost:{server.port}")
        told = json.loads(said)["run"]
        assert told == get_run(server, told["info"]["run_id"]), "what the client answers is what the server says"
        assert told["info"]["status"] == "FINISHED" and steps(server, told["info"]["run_id"]) == list(range(10))
        found = server.api("POST", "runs/search", {"experiment_ids": ["0"], "filter": "attributes.run_name = 'thrown out'"})
        assert [one["info"]["status"] for one in found["runs"]] == ["FAILED"]


def test_a_call_does_not_wait_for_the_store():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        said, _ = run("cost.c", folder=folder, MLFLOW_TRACKING_URI=f"http://localhost:{server.port}")
        asynchronous, synchronous = map(int, re.match(r"async (\d+) sync (\d+)", said).groups())
        print(f"        {asynchronous} ns a call, {synchronous} ns when it waits")
        assert synchronous > 10 * asynchronous, said  # the bench measures; this only sees that nothing waits


if __name__ == "__main__":
    main(globals())
