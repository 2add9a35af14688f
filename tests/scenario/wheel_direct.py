# SPDX-License-Identifier: Apache-2.0
"""The direct API does what mlflow's fluent API does: programs/fluent_calls.py makes the same calls on both, on a database and on
a server, and what they answered is compared. It does so without MLflow, and `import millrace` loads nothing."""
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

from _server import Server, main
from _wheel import PACKAGE, SOURCE, python, variables

CALLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs/fluent_calls.py")

# Where the direct API means to say more: {what: (MLflow's, ours)}
ON_PURPOSE = {
    "bad path": (["INTERNAL_ERROR", ""], ["INVALID_PARAMETER_VALUE", ""]),
    "no such model of a run": (["INTERNAL_ERROR", ""], ["NOT_FOUND", ""]),
}


def answers(api, *uri, **more):
    folder = os.path.join(tempfile.gettempdir(), f"{api}-{abs(hash(uri))}")
    os.mkdir(folder)
    said, complained = python([CALLS], api, *uri, folder=folder, MILLRACE_PLUGINS="-example", MLFLOW_ALLOW_FILE_STORE="true", **more)
    assert "Traceback" not in complained, complained
    return json.loads(said.splitlines()[-1])


def compared(theirs, ours, also=None):
    """also: MLflow's from a database, whose errors are clearer than the TypeErrors of its REST client."""
    assert list(theirs) == list(ours) and len(ours) > 80
    for what, expected in theirs.items():
        if what in ON_PURPOSE:
            assert (expected, ours[what]) == ON_PURPOSE[what], (what, expected, ours[what])
        else:
            assert ours[what] in (expected, (also or theirs)[what]), (what, expected, ours[what])


def test_same_answers():
    with Server() as one, Server() as two, concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(answers, "mlflow", "sqlite:///m.db"), pool.submit(answers, "millrace", "sqlite:///m.db"),
                pool.submit(answers, "mlflow", f"http://127.0.0.1:{one.port}"), pool.submit(answers, "millrace", f"millrace+http://127.0.0.1:{two.port}")]
        theirs, ours, their_http, our_http = [job.result() for job in jobs]
    compared(theirs, ours)
    compared(their_http, our_http, theirs)


def bare(script, folder, *options):
    """In a Python that has nothing installed but the package."""
    environment = variables(folder)
    done = subprocess.run([sys.executable, "-S", *options, "-c", f"import sys; sys.path.insert(0, {PACKAGE!r})\n{script}"], cwd=folder,
                          env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done


def test_without_mlflow():
    folder = tempfile.mkdtemp()
    done = bare("""
import millrace
try:
    import mlflow
    raise SystemExit("this Python has mlflow")
except ImportError:
    pass
with millrace.start_run() as run:
    millrace.log_metric("loss", 0.1)
    millrace.log_text("x", "a.txt")
print(millrace.get_tracking_uri(), millrace.get_run(run.info.run_id).data.metrics)
try:
    millrace.search_runs()
except ImportError as failure:
    print(failure)
print(len(millrace.search_runs(output_format="list")), millrace.__version__)
assert not {"mlflow", "pandas", "numpy"} & set(sys.modules)
try:
    millrace.nothing
except AttributeError as failure:
    print(failure)
""", folder)
    said = done.stdout.splitlines()
    assert said[0] == f"sqlite:///{os.path.realpath(folder)}/mlflow.db {{'loss': 0.1}}", said
    assert "output_format=\"list\"" in said[1] and said[2].startswith("1 ") and said[3] == "module 'millrace' has no attribute 'nothing'", said


def test_the_example():
    """examples/quickstart.py, as it is and with MLflow in our place."""
    with open(os.path.join(SOURCE, "examples/quickstart.py"), encoding="ascii") as file:
        text = file.read().replace("os.path.abspath(__file__)", repr(os.path.join(SOURCE, "examples/x")))
    ours, _ = python(text, folder=tempfile.mkdtemp())
    theirs, _ = python(text.replace("import millrace\n", "import mlflow as millrace\n"), folder=tempfile.mkdtemp())
    assert ours == theirs and "version 1 of iris-line" in ours, (ours, theirs)


def test_import_loads_nothing():
    done = bare("""
before = set(sys.modules)
import millrace
print(sorted(set(sys.modules) - before))
""", tempfile.mkdtemp())
    assert done.stdout.strip() == "['millrace']", done.stdout
    times = [int(line.split("|")[1]) for _ in range(5) for line in bare("import millrace", tempfile.mkdtemp(), "-X", "importtime").stderr.splitlines()
             if line.endswith(" millrace")]
    assert min(times) < 5000, times  # microseconds, with all that it imports


def test_every_name_is_there():
    said, _ = python("import millrace\nfor name in millrace.__all__: getattr(millrace, name)\nfrom millrace import *\nprint(start_run.__name__)",
                     folder=tempfile.mkdtemp())
    assert said.strip() == "start_run"


def test_signatures_are_mlflows():
    """The parameters have MLflow's names, in MLflow's order; what has none here is named."""
    said, _ = python("""
import inspect, mlflow, millrace
left_out = {"start_run": {"log_system_metrics"}, "set_experiment": {"trace_location"}, "create_experiment": {"trace_location"},
            "log_image": {"key", "step", "timestamp", "synchronous"}, "register_model": {"env_pack"}, "log_input": {"model"}}
for name in millrace.__all__:
    ours, theirs = getattr(millrace, name), getattr(mlflow, name, None)
    if not inspect.isfunction(ours):
        continue
    assert theirs is not None, name
    theirs = [p for p in inspect.signature(theirs).parameters if p not in left_out.get(name, ())]
    assert list(inspect.signature(ours).parameters) == theirs, (name, theirs)
    print(name)
""", folder=tempfile.mkdtemp())
    assert len(said.split()) > 40


if __name__ == "__main__":
    main(globals())
