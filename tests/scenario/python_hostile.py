# SPDX-License-Identifier: Apache-2.0
"""Python plugins that raise, crash, block, print, fork, or are killed: each fails its own call and nothing else. And
environments that are none, or broken: the error at the moment of use says what to do."""
import concurrent.futures
import glob
import os
import subprocess
import tempfile
import time

import _python_env as python
from _programs import millrace
from _python_hostile import PUT, env, folder_for_server, hosts, put, serve
from _server import main


def test_a_plugin_fails_its_own_call():
    folder = folder_for_server()
    with serve(folder) as server:
        assert put(server, "a/fine").status == 200
        first = hosts(server)
        assert len(first) == 1

        answer = put(server, "raise")
        assert answer.status == 500, answer
        told = answer.json()["message"]
        assert "hostile" in told and "ValueError: no good" in told and "in log_artifact" in told and "hostile.py:" in told, told
        assert "sys.exit(3)" in put(server, "exit").json()["message"]
        for name in ("print", "fork", "daemon", "fork-bomb"):
            assert put(server, name).status == 200, name
        assert server.ask("GET", PUT + "fork").body == b"0123456789" * 1000
        assert hosts(server)[:1] == first # all of this was one process
        log = server.text()
        for line in ("a printed line", "a raw line", "hostile: a logged line"):
            assert any(line in said and "plugin.hostile" in said for said in log.splitlines()), (line, log)

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            start = time.monotonic()
            assert {a.status for a in pool.map(lambda i: put(server, f"slow{i}"), range(4))} == {200}
            assert time.monotonic() - start < 4, "calls of one host run side by side"

        for name, number in (("kill", 9), ("null", 11)):
            answer = put(server, name)
            assert answer.status == 503 and f"signal {number}" in answer.json()["message"], answer
            assert put(server, "fine").status == 200, "the next call has a new host"
            assert not os.path.exists(f"{folder}/kept/{name}"), "half an artifact is left"
        assert len(hosts(server)) == 1 and hosts(server) != first
        # what a dead host had started is gone with it
        assert not subprocess.run(["pgrep", "-g", str(first[0])], capture_output=True, check=False).stdout
        # nothing is piled up for its transfers
        assert not glob.glob(f"{folder}/millrace-spool-*/*")
    assert not glob.glob(f"{folder}/millrace-spool-*")


def test_one_that_leaks():
    """It is ended before it takes the machine's memory; the error says so, and the next call has a new host."""
    folder = folder_for_server()
    with serve(folder, MILLRACE_PYTHON_MEMORY="600M") as server:
        assert put(server, "fine").status == 200
        first, before = hosts(server), server.memory()
        answer = put(server, "leak")
        assert answer.status == 503 and "more than 600 MiB of memory (MILLRACE_PYTHON_MEMORY" in answer.json()["message"], answer
        assert put(server, "fine").status == 200 and hosts(server) != first
        assert server.memory() - before < 50000
        assert not os.path.exists(f"{folder}/kept/leak")
        with open(f"/proc/{hosts(server)[0]}/oom_score_adj", encoding="ascii") as file:
            assert int(file.read()) == 500 # the kernel would take it first


def test_environments_that_are_none():
    folder = tempfile.mkdtemp()
    entries = {"mlflow.tracking_store": {"other": "other_plugin.store:Store"}}
    bare = python.make(folder, "bare", mlflow=False)
    python.install(bare, "other_plugin", "x = 1\n", entries)
    broken = python.make(folder, "broken", mlflow=False)
    python.install(broken, "other_plugin", "x = 1\n", entries)
    python.write(f"{broken}/{python.SITE}/mlflow/__init__.py", "raise RuntimeError('half installed')\n")
    full = env()
    python.install(full, "other_plugin", "x = 1\n", entries) # its module is no package
    python.install(full, "needy_plugin", "import not_there\n", {"mlflow.tracking_store": {"needy": "needy_plugin:Store"}})
    python.install(full, "poor_plugin", "from mlflow.store.tracking.abstract_store import AbstractStore\n\nclass Store(AbstractStore):\n"
                   "    def create_run(self, *a): pass\n", {"mlflow.tracking_store": {"poor": "poor_plugin:Store"}})
    for name in ("twin_a", "twin_b"):
        python.install(full, name, "", {"mlflow.tracking_store": {"twin": f"{name}:Store"}})
    os.mkdir(f"{folder}/nothing")

    def told(uri, where):
        return millrace("experiments", "list", "--tracking-uri", uri, folder=folder, code=1, MILLRACE_PYTHON=where, TMPDIR=folder)[1]

    said = told("other:/x", f"{folder}/nothing")
    assert "no bin/python3" in said and f"{folder}/nothing" in said, said
    said = told("other:/x", bare)
    assert "other_plugin" in said and f"run: {bare}/bin/python3 -m pip install mlflow" in said, said
    said = told("other:/x", broken)
    assert "RuntimeError: half installed" in said and "pip install --force-reinstall mlflow" in said, said
    said = told("other:/x", full)
    assert "other_plugin" in said and "module is missing" in said and "-m pip install" in said, said
    said = told("needy:/x", full)
    assert "needs the module 'not_there'" in said and "pip install not_there" in said, said
    said = told("poor:/x", full)
    assert "it lacks create_experiment, get_experiment, get_run, log_batch" in said, said
    said = told("twin:/x", full)
    assert "twin_a and twin_b" in said and "pip uninstall twin_b" in said, said


if __name__ == "__main__":
    main(globals())
