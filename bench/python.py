#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures both ways between Python and Millrace, in one run; what counts are the ratios.

    bench/run python                   needs the tests' environment with MLflow, which it makes; about ten minutes

Native under MLflow: the package millrace of the release build, beside MLflow's own stores and beside a store that does
nothing (null_store), which is what MLflow's own code costs. Python under Millrace: the example plugin behind
`millrace server` and behind `mlflow server`.
"""
import argparse
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "tests/scenario"))
import _python_env as environments  # noqa: E402

QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_ALLOW_FILE_STORE": "true"}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def server(command, folder, **env):
    """Runs with --port; gives the port once it answers."""
    port = free_port()
    with open(folder / "server.log", "ab") as log:
        process = subprocess.Popen([*command, "--port", str(port)], cwd=folder, env={**os.environ, **QUIET, **env}, stdout=log, stderr=log,
                                   start_new_session=True)
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                if ask(port, "GET", "/health")[0] == 200:
                    break
            if process.poll() is not None:
                raise SystemExit(f"{command[0]} ended: see {folder}/server.log")
            time.sleep(0.05)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def ask(port, method, path, body=None, connection=None):
    c = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    c.request(method, path, body, {"Content-Type": "application/json"} if isinstance(body, str) else {})
    answer = c.getresponse()
    return answer.status, answer.read()


def timed(port, method, path, body=None, seconds=2):
    """Median of the microseconds of a request, one at a time on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    times, until = [], time.perf_counter() + seconds
    while time.perf_counter() < until or len(times) < 20:
        began = time.perf_counter()
        status, text = ask(port, method, path, body, connection)
        times.append(time.perf_counter() - began)
        if status != 200:
            raise SystemExit(f"{method} {path}: {status} {text[:300]}")
    return statistics.median(times[5:]) * 1e6


# ---- native under MLflow ----

def client(build, folder, *arguments, **env):
    out = subprocess.run([sys.executable, HERE / "python_client.py", *arguments], cwd=folder, capture_output=True, text=True,
                         env={**os.environ, **QUIET, "PYTHONPATH": f"{build}/lib/python:{HERE}/null_store",
                              "MILLRACE_SPOOL_DIR": str(folder / "spool"), **env})
    if out.returncode:
        raise SystemExit(f"{arguments}: {out.stderr[-3000:]}")
    return json.loads(out.stdout.splitlines()[-1])


def commit_floor(build, folder):
    """Microseconds of durable writes by SQLite alone: the two statements that each metric takes in MLflow's tables, and the commit."""
    import sqlite3

    database, run = folder / "floor.db", "r" * 32
    subprocess.run([f"{build}/bin/millrace", "experiments", "create", "-n", "floor", "--tracking-uri", f"sqlite:///{database}"], check=True,
                   stdout=subprocess.DEVNULL)
    with sqlite3.connect(database, isolation_level=None) as db:
        db.execute("PRAGMA synchronous=FULL")  # the file is in WAL mode

        def median_of(keys):
            times = []
            for step in range(1000):
                rows = [(key, run, step) for key in keys]
                began = time.perf_counter()
                db.execute("BEGIN IMMEDIATE")
                for table, verb in (("metrics", "INSERT"), ("latest_metrics", "INSERT OR REPLACE")):
                    db.executemany(f"{verb} INTO {table} (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, 0.5, 1, ?, ?, 0)", rows)
                db.execute("COMMIT")
                times.append(time.perf_counter() - began)
            return statistics.median(times) * 1e6

        return {"fluent log_metric": median_of(["loss"]), "log_batch of 100 metrics": median_of([f"k{i}" for i in range(100)])}


def stores(build, folder):
    result = {"nothing": client(build, folder, "mlflow", "bench-null:x"), "a page": client(build, folder, "mlflow", f"bench-commit:{folder}")}
    result["SQLite alone"] = commit_floor(build, folder)
    for name, uri in {"sqlite:": f"sqlite:///{folder}/reference.db", "millrace+sqlite:": f"millrace+sqlite:///{folder}/ours.db"}.items():
        result[name] = client(build, folder, "mlflow", uri)
    mlflow = pathlib.Path(sys.executable).parent / "mlflow"
    with server([mlflow, "server", "--backend-store-uri", f"sqlite:///{folder}/reference-server.db"], folder) as port:
        result["http: to mlflow server"] = client(build, folder, "mlflow", f"http://127.0.0.1:{port}")
    with server([f"{build}/bin/millrace", "server", "--backend-store-uri", f"sqlite:///{folder}/our-server.db"], folder) as port:
        result["http: to millrace server"] = client(build, folder, "mlflow", f"http://127.0.0.1:{port}")
    with server([f"{build}/bin/millrace", "server", "--backend-store-uri", f"sqlite:///{folder}/our-server-2.db"], folder) as port:
        result["millrace+http: to millrace server"] = client(build, folder, "mlflow", f"millrace+http://127.0.0.1:{port}")
    return result


def direct(build, folder):
    return {f"{what}, us": value for what, value in client(build, folder, "millrace", f"sqlite:///{folder}/direct.db").items()}


def artifacts(build, folder, mib):
    result = {name: client(build, folder, "artifact", uri, str(mib))
              for name, uri in {"sqlite:, a folder": f"sqlite:///{folder}/a.db", "millrace+sqlite:, a folder": f"millrace+sqlite:///{folder}/b.db"}.items()}
    with server([f"{build}/bin/millrace", "server", "--backend-store-uri", f"sqlite:///{folder}/c.db"], folder) as port:
        result["http: to millrace server"] = client(build, folder, "artifact", f"http://127.0.0.1:{port}", str(mib))
        result["millrace+http: to millrace server"] = client(build, folder, "artifact", f"millrace+http://127.0.0.1:{port}", str(mib))
    mlflow = pathlib.Path(sys.executable).parent / "mlflow"
    with server([mlflow, "server", "--backend-store-uri", f"sqlite:///{folder}/d.db"], folder) as port:
        result["http: to mlflow server"] = client(build, folder, "artifact", f"http://127.0.0.1:{port}", str(mib))
    return result


def imports(build, folder):
    """Milliseconds of an interpreter that starts and ends, with and without the import; the quickest of several."""
    def run(code):
        times = []
        for _ in range(15):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True, cwd=folder, env={**os.environ, "PYTHONPATH": f"{build}/lib/python"})
            times.append(time.perf_counter() - began)
        return min(times) * 1e3

    return {"python -c pass": run("pass"), "python -c 'import millrace'": run("import millrace")}


# ---- Python under Millrace ----

def exchange(port, folder):
    """A run, a small artifact, and what each costs a request."""
    run = json.loads(ask(port, "POST", "/api/2.0/mlflow/runs/create", '{"experiment_id": "0"}')[1])["run"]["info"]["run_id"]
    metric = json.dumps({"run_id": run, "key": "loss", "value": 0.5, "timestamp": 1, "step": 1})
    small = b"x" * 1024
    return {
        "get_run": timed(port, "GET", f"/api/2.0/mlflow/runs/get?run_id={run}"),
        "log_metric": timed(port, "POST", "/api/2.0/mlflow/runs/log-metric", metric),
        "artifact up, 1 KiB": timed(port, "PUT", "/api/2.0/mlflow-artifacts/artifacts/bench/small.bin", small),
        "artifact down, 1 KiB": timed(port, "GET", "/api/2.0/mlflow-artifacts/artifacts/bench/small.bin"),
    }


def big(port, folder, mib):
    path = folder / "big.bin"
    with open(path, "wb") as f:
        for _ in range(mib):
            f.write(os.urandom(1 << 20))
    url = f"http://127.0.0.1:{port}/api/2.0/mlflow-artifacts/artifacts/bench/big.bin"
    result = {}
    for what, arguments in {"up, MiB/s": ["-T", str(path), url], "down, MiB/s": ["-o", str(folder / "back.bin"), url]}.items():
        began = time.perf_counter()
        subprocess.run(["curl", "-sf", *arguments], check=True, stdout=subprocess.DEVNULL)
        result[what] = mib / (time.perf_counter() - began)
    path.unlink()
    (folder / "back.bin").unlink()
    return result


def plugins(build, folder, mib):
    env = environments.make(str(folder))
    environments.install_example(str(folder), env)
    result = {}
    arguments = ["--backend-store-uri", f"file-plugin:{folder}/mlruns", "--artifacts-destination", f"file-plugin:{folder}/artifacts"]
    for name, command in {"mlflow server": [f"{env}/bin/python", "-m", "mlflow", "server"], "millrace server": [f"{build}/bin/millrace", "server"]}.items():
        with server([*command, *arguments], folder, MILLRACE_PYTHON=env) as port:
            result[name] = exchange(port, folder) | big(port, folder, mib)
    return result


def listing(build, folder):
    """Milliseconds of `millrace plugins list` with 500 distributions installed."""
    env = environments.make(str(folder), "many", mlflow=False)
    for i in range(500):
        environments.install(env, f"distribution{i}", "", {"console_scripts": {f"tool{i}": f"distribution{i}:main"}})
    times = []
    for _ in range(15):
        began = time.perf_counter()
        subprocess.run([f"{build}/bin/millrace", "plugins", "list"], check=True, stdout=subprocess.DEVNULL, env={**os.environ, "MILLRACE_PYTHON": env})
        times.append(time.perf_counter() - began)
    return {"plugins list, 500 distributions, ms": min(times) * 1e3}


# ---- the report ----

def table(head, rows):
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(out + ["| " + " | ".join(row) + " |" for row in rows])


def report_stores(r):
    floor = r["nothing"]
    names = list(r)
    rows = []
    for what in r["sqlite:"]:
        rows.append([what, *(f"{r[n][what]:,.1f}" if what in r[n] else "" for n in names)])
    ours, theirs = r["millrace+sqlite:"], r["sqlite:"]
    goals = [
        ("MlflowClient.log_metric(synchronous=False)", f"{ours['client log_metric, asynchronous']:.1f} us", "10 us"),
        ("mlflow.log_metric(synchronous=False), above the floor", f"{ours['fluent log_metric, asynchronous'] - floor['fluent log_metric']:.1f} us", "30 us"),
        ("mlflow.log_metric, above that on a store that makes a page durable", f"{ours['fluent log_metric'] - r['a page']['fluent log_metric']:.0f} us",
         "60 us"),
        *((f"{what}, times MLflow's", f"{theirs[what] / ours[what]:.1f}", "10") for what in ours if what.startswith("log_batch")),
        ("search_runs of 1,000, times MLflow's", f"{theirs['search_runs 1000'] / ours['search_runs 1000']:.1f}", "5"),
    ]
    return ("Microseconds a call:\n\n" + table(["", *names], rows) + "\n\n" +
            table(["native under MLflow", "measured", "to reach"], [list(g) for g in goals]))


def report(result):
    parts = []
    if "stores" in result:
        parts.append(report_stores(result["stores"]))
    for key, title in (("direct", "The package alone (2 us to reach)"), ("artifacts", "One artifact, through MLflow's API"), ("plugins", "A Python plugin (us a request)"), ("imports", "Imports (ms; 20 to reach)"),
                       ("listing", "Listing")):
        if key not in result:
            continue
        r = result[key]
        if isinstance(next(iter(r.values())), dict):
            names = list(r)
            parts.append(f"{title}:\n\n" + table(["", *names], [[what, *(f"{r[n][what]:,.1f}" for n in names)] for what in r[names[0]]]))
        else:
            parts.append(f"{title}:\n\n" + table(["", ""], [[k, f"{v:,.2f}"] for k, v in r.items()]))
    return "\n\n".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=ROOT / "build/release", type=pathlib.Path)
    parser.add_argument("--mib", default=1024, type=int, help="size of the large artifact")
    parser.add_argument("--parts", default="stores,direct,artifacts,imports,plugins,listing", type=lambda s: s.split(","))
    parser.add_argument("--output", type=pathlib.Path, help="a file for the figures as JSON")
    args = parser.parse_args()
    build = args.build.resolve()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-python-", dir=ROOT / "build"))
    parts = {
        "stores": lambda: stores(build, folder),
        "direct": lambda: direct(build, folder),
        "artifacts": lambda: artifacts(build, folder, args.mib),
        "imports": lambda: imports(build, folder),
        "plugins": lambda: plugins(build, folder, args.mib),
        "listing": lambda: listing(build, folder),
    }
    result = {}
    try:
        for name in args.parts:
            print(f"{name} …", file=sys.stderr)
            result[name] = parts[name]()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if args.output:
        args.output.write_text(json.dumps(result, indent=2))
    print(report(result))


if __name__ == "__main__":
    main()
