# SPDX-License-Identifier: Apache-2.0
"""The extension through a process's life: forks (also while other threads log), multiprocessing, threads, every way to end
(with daemon threads that log, by sys.exit, os._exit, kill -9), Ctrl-C while a call waits, sub-interpreters, and memory."""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

from _server import main
from _wheel import python, variables

# A lock of AddressSanitizer's allocator that a thread holds at a fork is held for ever in the child (libasan of gcc 12).
FORKS = "address" not in os.environ.get("MILLRACE_SANITIZE", "")
BEGIN = """
import os, sys, threading, time
import millrace
millrace.set_tracking_uri("sqlite:///m.db")
"""


def script(text, **more):
    """What a script printed, by lines, in a folder of its own with the store m.db."""
    folder = more.pop("folder", None) or tempfile.mkdtemp()
    said, complained = python(BEGIN + text, folder=folder, timeout=100, **more)
    assert "Traceback" not in complained, complained
    return said.splitlines()


def asked(folder, text):
    return script("client = millrace.Client()\nruns = millrace.search_runs(['0'], output_format='list', order_by=['start_time ASC'])\n" + text,
                  folder=folder)


def test_forks_while_threads_log():
    """Each lock that a fork can catch held is held often here: three threads log, read and open clients all the time."""
    if not FORKS:
        return
    said = script("""
stop = threading.Event()
counts = [0, 0, 0]
with millrace.start_run() as run:
    def log(i):
        while not stop.is_set():
            millrace.log_metric(f"m{i}", counts[i], step=counts[i], synchronous=False, run_id=run.info.run_id)
            counts[i] += 1
            if counts[i] % 50 == 0:
                millrace.get_run(run.info.run_id)
                time.sleep(0.005)
            if i == 2 and counts[i] % 200 == 0:
                millrace.flush_async_logging()
    threads = [threading.Thread(target=log, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    ok = 0
    for n in range(30):
        pid = os.fork()
        if pid == 0:
            assert millrace.active_run() is None
            mine = millrace.start_run(run_name=f"child {n}")
            millrace.log_metric("x", n, synchronous=False)
            millrace.log_param("p", n)
            assert millrace.get_run(run.info.run_id).info.status == "RUNNING"
            millrace.end_run()
            os._exit(0 if millrace.get_run(mine.info.run_id).data.metrics == {"x": n} else 1)
        ok += os.waitpid(pid, 0)[1] == 0
    stop.set()
    for thread in threads:
        thread.join()
print(ok)
client = millrace.Client()
print(all([m.step for m in client.get_metric_history(run.info.run_id, f"m{i}")] == list(range(counts[i])) for i in range(3)), min(counts) > 0)
print(millrace.get_run(run.info.run_id).info.status)
""")
    assert said == ["30", "True True", "FINISHED"], said


def test_a_child_that_ends_as_programs_do():
    """Its parent's open run stays open, what it queued itself is sent."""
    if not FORKS:
        return
    folder = tempfile.mkdtemp()
    said = script("""
run = millrace.start_run(run_name="parent")
millrace.log_metric("a", 1, synchronous=False)
sys.stdout.flush()
if os.fork() == 0:
    millrace.log_metric("b", 2, synchronous=False)
    sys.exit(0)
os.wait()
print(millrace.get_run(run.info.run_id).info.status)
millrace.end_run()
""", folder=folder)
    assert said == ["RUNNING"], said
    assert asked(folder, "print([(r.info.status, r.data.metrics) for r in runs])") == ["[('FINISHED', {'a': 1.0}), ('FINISHED', {'b': 2.0})]"]


def test_multiprocessing():
    folder = tempfile.mkdtemp()
    with open(f"{folder}/pool.py", "w", encoding="utf-8") as out:
        out.write(BEGIN + """
import multiprocessing

def work(n):
    with millrace.start_run(run_name=f"w{n}"):
        millrace.log_metric("n", n, synchronous=False)
    return millrace.last_active_run().data.metrics["n"]

if __name__ == "__main__":
    for method in sys.argv[1:]:
        with millrace.start_run():
            millrace.log_metric("x", 1, synchronous=False)
            with multiprocessing.get_context(method).Pool(3) as pool:
                print(method, sorted(pool.map(work, range(8))) == list(range(8)))
""")
    methods = ["spawn", "forkserver", *(["fork"] if FORKS else [])]
    said, complained = python([f"{folder}/pool.py"], *methods, folder=folder, timeout=100)
    assert said.splitlines() == [f"{method} True" for method in methods], (said, complained)


def test_threads():
    """Eight threads, each with a run of its own, log in both ways and read at once."""
    said = script("""
import concurrent.futures
millrace.set_experiment("threads")
def work(n):
    assert millrace.active_run() is None
    with millrace.start_run(run_name=f"t{n}") as run:
        for i in range(200):
            millrace.log_metric("fast", i, step=i, synchronous=False)
            if i % 20 == 0:
                millrace.log_metric("slow", i, step=i)
                millrace.set_tag(f"t{i}", n, synchronous=i % 40 == 0)
                millrace.search_runs(output_format="list", max_results=3)
        millrace.log_text("x" * n, "a.txt")
    got = millrace.get_run(run.info.run_id)
    assert millrace.last_active_run().info.run_id == run.info.run_id
    assert [m.step for m in millrace.Client().get_metric_history(run.info.run_id, "fast")] == list(range(200))
    return got.info.status, got.data.metrics["slow"], len([t for t in got.data.tags if t[0] == "t"])
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    print(set(pool.map(work, range(8))))
""")
    assert said == ["{('FINISHED', 180.0, 10)}"], said


def test_the_end_sends_what_is_queued():
    folder = tempfile.mkdtemp()
    script("""
millrace.start_run(run_name="outer"); millrace.start_run(nested=True, run_name="inner")
for i in range(5000):
    millrace.log_metric("m", i, step=i, synchronous=False)
def work():
    millrace.log_metric("of a thread", 1, synchronous=False)
thread = threading.Thread(target=work); thread.start(); thread.join()
""", folder=folder)
    said = asked(folder, "print([(r.info.status, r.data.metrics) for r in runs]); print(len(client.get_metric_history(runs[1].info.run_id, 'm')))")
    assert said == ["[('FINISHED', {}), ('FINISHED', {'m': 4999.0}), ('FINISHED', {'of a thread': 1.0})]", "5000"], said


def test_mlflows_end_comes_behind_ours():
    """A run that a program of MLflow's leaves open is finished at its end, as on MLflow's own store."""
    folder = tempfile.mkdtemp()
    python("""
import mlflow
mlflow.set_tracking_uri("millrace+sqlite:///m.db")
mlflow.start_run()
mlflow.log_metric("a", 1, synchronous=False)
""", folder=folder)
    assert asked(folder, "print([(r.info.status, r.data.metrics) for r in runs])") == ["[('FINISHED', {'a': 1.0})]"]


def test_daemon_threads_log_to_the_end():
    for n in range(5):
        folder = tempfile.mkdtemp()
        script(f"""
run = millrace.start_run()
def log():
    i = 0
    while True:
        try:
            millrace.log_metric("m", i, step=i, synchronous={n} == 4 and i % 10 == 0, run_id=run.info.run_id)
        except (millrace.MillraceException, RuntimeError):
            return  # the program is ending
        i += 1
for _ in range(4):
    threading.Thread(target=log, daemon=True).start()
time.sleep(0.2)
""", folder=folder)
        assert asked(folder, "print([r.info.status for r in runs], runs[0].data.metrics['m'] >= 0)") == ["['FINISHED'] True"]


def test_ways_to_end():
    folder = tempfile.mkdtemp()
    script("with millrace.start_run():\n    millrace.log_metric('m', 1, synchronous=False)\n    sys.exit(3)", folder=folder, code=3)
    python(BEGIN + "with millrace.start_run():\n    millrace.log_metric('m', 2, synchronous=False)\n    1 / 0", folder=folder, code=1)
    said = asked(folder, "print([(r.info.status, r.data.metrics) for r in runs])")
    assert said == ["[('FAILED', {'m': 1.0}), ('FAILED', {'m': 2.0})]"], said


def test_a_process_that_is_killed_loses_nothing():
    """By os._exit, or kill -9 in the middle: the spool has it, and the next process that logs there sends it first."""
    for how, end in (("os._exit(0)", 0), ("os.kill(os.getpid(), 9)", -9)):
        folder = tempfile.mkdtemp()
        script(f"""
millrace.start_run()
millrace.log_metric("first", 1)
for i in range(3000):
    millrace.log_metric("m", i, step=i, synchronous=False)
{how}
""", folder=folder, code=end)
        said = script("""
with millrace.start_run():
    millrace.log_metric("x", 1, synchronous=False)
end = time.monotonic() + 30
run = millrace.search_runs(['0'], "metrics.first = 1", output_format="list")[0]
while len(got := millrace.Client().get_metric_history(run.info.run_id, "m")) < 3000 and time.monotonic() < end:
    time.sleep(0.05)
print([m.step for m in got] == list(range(3000)))
""", folder=folder)
        assert said == ["True"], (how, said)


def interrupted(text, **more):
    """Seconds from Ctrl-C to the end of a script that says "now" before it waits."""
    folder = tempfile.mkdtemp()
    with subprocess.Popen([sys.executable, "-c", BEGIN + text], cwd=folder, env=variables(folder, **more), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "now\n", process.communicate()
        time.sleep(0.5)
        assert process.poll() is None
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        said, complained = process.communicate(timeout=60)
        assert said == "interrupted\n", (said, complained)
        return time.monotonic() - began


def test_ctrl_c():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        for call in ("millrace.get_run('0' * 32)",
                     "millrace.search_experiments()",
                     "client = millrace.Client(); client.log_metric('0' * 32, 'm', 1, synchronous=False); print('now', flush=True); client.flush()"):
            said = "" if "now" in call else "print('now', flush=True)\n    "
            took = interrupted(f"""
millrace.set_tracking_uri({url!r})
try:
    {said}{call}
except KeyboardInterrupt:
    print("interrupted", flush=True)
""", MILLRACE_EXIT_TIMEOUT="0.2")
            assert took < 10, (call, took)


def test_sub_interpreters_are_refused():
    said = script("""
import _xxsubinterpreters as interpreters
millrace.start_run()
other = interpreters.create()
try:
    interpreters.run_string(other, "import millrace; millrace.start_run()")
except Exception as failure:
    print("main interpreter only" in str(failure))
millrace.log_metric("m", 1)
print(millrace.active_run().info.status)
""") if sys.version_info < (3, 13) else ["True", "RUNNING"]
    assert said == ["True", "RUNNING"], said


def test_nothing_leaks():
    """Neither Python's memory nor the process's grows with what was done; descriptors neither."""
    said = script("""
import gc, tracemalloc
def rss():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096
def once(n):
    with millrace.start_run() as run:
        for i in range(n):
            millrace.log_metric("q", i, synchronous=False)
            for bad in ("x\\0", 1):
                try:
                    millrace.log_metric(bad, i, synchronous=False)
                except (millrace.MillraceException, ValueError, TypeError):
                    pass
        for i in range(n // 20):
            millrace.get_run(run.info.run_id)
            try:
                millrace.get_run("0" * 32)
            except millrace.MillraceException:
                pass
            millrace.Client()
        millrace.log_text("x", "a.txt"); millrace.artifacts.list_artifacts(run_id=run.info.run_id)
        millrace.artifacts.load_text(f"runs:/{run.info.run_id}/a.txt")
for _ in range(3):
    once(1000)
tracemalloc.start(); gc.collect()
before, resident, files = tracemalloc.get_traced_memory()[0], rss(), len(os.listdir("/proc/self/fd"))
for _ in range(10):
    once(1000)
gc.collect()
print(tracemalloc.get_traced_memory()[0] - before < 200_000, rss() - resident < 8_000_000, len(os.listdir("/proc/self/fd")) - files < 3)
""")
    if not os.environ.get("MILLRACE_SANITIZE"):  # which keeps what was freed
        assert said == ["True True True"], said


def test_it_is_fast():
    """A bound that holds on a busy machine; bench/run python measures."""
    said = script("""
with millrace.start_run():
    millrace.log_metric("m", 1, synchronous=False)
    best = 1
    for _ in range(20):
        began = time.perf_counter()
        for i in range(1000):
            millrace.log_metric("m", 0.5, step=i, synchronous=False)
        best = min(best, (time.perf_counter() - began) / 1000)
        time.sleep(0.02)
print(best * 1e6)
""")
    if not os.environ.get("MILLRACE_SANITIZE"):
        assert float(said[0]) < 4, said


if __name__ == "__main__":
    main(globals())
