# SPDX-License-Identifier: Apache-2.0
"""Measures Millrace beside the reference, its fastest peer, and the floors, in one run.

Each server is started on a database that it made itself and that seed.py filled; wrk does the work of load.lua, one
server at a time. What counts are the ratios of one run: absolute figures move from machine to machine.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request

import seed

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
HISTORY_RUN = seed.FIRST
# work: connections, what to reach (times FastTrackML), part of which floor
WORK = {
    "log-metric": (16, 8, ("series-1", 0.7)),
    "log-batch": (16, 4, ("series-100", 0.7)),
    "create-run": (16, 4, None),
    "get-run": (16, 4, ("static", 0.5)),
    "search-metric": (4, 5, None),
    "search-param": (4, 5, None),
    "search-first": (4, None, None),
    "search-page": (2, 4, None),
    "experiments": (16, None, None),
    "history": (2, 6, None),
}


def pss_mb(pid: int) -> float:
    """Memory of a process and its children, shared pages divided among those that share them."""
    total, todo = 0, [pid]
    while todo:
        p = todo.pop()
        try:
            total += int(re.search(r"^Pss:\s+(\d+)", pathlib.Path(f"/proc/{p}/smaps_rollup").read_text(), re.M)[1])
            for task in pathlib.Path(f"/proc/{p}/task").iterdir():
                todo += [int(c) for c in (task / "children").read_text().split()]
        except (OSError, TypeError):
            pass
    return total / 1024


class Server:
    def __init__(self, name: str, command: list[str], port: int, database: pathlib.Path, env: dict[str, str], log: pathlib.Path):
        self.name, self.command, self.port, self.database, self.env, self.log = name, command, port, database, env, log
        self.process = None

    def start(self) -> float:
        began = time.monotonic()
        self.process = subprocess.Popen(self.command, env={**os.environ, **self.env}, stdout=open(self.log, "ab"),
                                        stderr=subprocess.STDOUT, cwd=self.log.parent, start_new_session=True)
        url = f"http://127.0.0.1:{self.port}/health"
        while time.monotonic() - began < 120:
            try:
                with urllib.request.urlopen(url, timeout=1):
                    return time.monotonic() - began
            except OSError as e:
                if getattr(e, "code", 0) == 404:
                    return time.monotonic() - began
                if self.process.poll() is not None:
                    raise SystemExit(f"{self.name} ended: see {self.log}")
                time.sleep(0.002)
        raise SystemExit(f"{self.name} does not answer: see {self.log}")

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def wrk(port: int, work: str, connections: int, seconds: float, run: str, step: int) -> dict:
    env = {**os.environ, "WORK": work, "RUN": run, "STEP": str(step)}
    out = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(HERE / "load.lua"),
                          f"http://127.0.0.1:{port}"], env=env, capture_output=True, text=True, check=True).stdout
    requests, duration, p50, p95, failed = re.search(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)", out).groups()
    return {"per_s": int(requests) / (int(duration) / 1e6), "p50_ms": float(p50), "p95_ms": float(p95), "failed": int(failed)}


def servers(args, work: pathlib.Path) -> list[Server]:
    cache = pathlib.Path(os.environ.get("MILLRACE_CACHE", pathlib.Path.home() / ".cache/millrace"))
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    known = {
        "millrace": lambda d: Server("millrace", [str(ROOT / args.build / "bin/millrace"), "server", "--port", "7901",
                                                  "--backend-store-uri", f"sqlite:///{d}"], 7901, d, {}, work / "millrace.log"),
        "fasttrackml": lambda d: Server("fasttrackml", [str(cache / "bench-venv/bin/fml"), "server", "-a", "127.0.0.1:7902", "-d",
                                                        f"sqlite://{d}"], 7902, d, {}, work / "fasttrackml.log"),
        "mlflow": lambda d: Server("mlflow", [str(cache / "compat-venv/bin/mlflow"), "server", "--host", "127.0.0.1", "--port",
                                              "7903", "--backend-store-uri", f"sqlite:///{d}"], 7903, d, quiet, work / "mlflow.log"),
    }
    chosen = []
    for name in args.servers.split(","):
        server = known[name](work / f"{name}.db")
        if shutil.which(server.command[0]):
            chosen.append(server)
        else:
            print(f"{name} is left out: {server.command[0]} is not there (bench/README.md says how to get it)", file=sys.stderr)
    return chosen


def prepare(server: Server, runs: int, points: int) -> None:
    for f in server.database.parent.glob(server.database.name + "*"):
        f.unlink()
    server.start()
    server.stop()
    seed.fill(str(server.database), runs, points, server.name == "fasttrackml")


def measure(server: Server, args) -> dict:
    print(f"{server.name}: seeding {args.runs} runs …", file=sys.stderr)
    prepare(server, args.runs, args.points)
    result = {"start_s": server.start()}
    time.sleep(args.settle)
    result["idle_mb"] = pss_mb(server.process.pid)
    step = 0
    for work in args.work:
        print(f"{server.name}: {work} …", file=sys.stderr)
        run = HISTORY_RUN if work == "history" else f"{2:032x}"
        result[work] = wrk(server.port, work, WORK[work][0], args.seconds, run, step)
        step += 10_000_000
    result["loaded_mb"] = pss_mb(server.process.pid)
    if server.name == "millrace":
        result["group"] = group_size(server.port)
        client = subprocess.run([str(ROOT / args.build / "bench/client_async")], capture_output=True, text=True,
                                env={**os.environ, "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{server.port}"})
        if client.returncode == 0:
            result["client_ns"] = [float(x) for x in client.stdout.split()]
        else:
            print(client.stderr, file=sys.stderr)
    server.stop()
    return result


def group_size(port: int) -> float:
    """Writes a commit, as /metrics has counted them."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        text = answer.read().decode()
    found = {k: float(v) for k, v in re.findall(r"^(millrace_write_group\w*_(?:sum|count))(?:\{[^}]*\})? (\S+)$", text, re.M)}
    total = [v for k, v in found.items() if k.endswith("_sum")]
    count = [v for k, v in found.items() if k.endswith("_count")]
    return total[0] / count[0] if count and count[0] else 16


def floors(args, database: pathlib.Path, group: float) -> dict:
    port = 7904
    floor = subprocess.Popen([str(ROOT / args.build / "bench/floor_http"), str(port)])
    time.sleep(0.5)
    result = {name: wrk(port, name, 16, args.seconds, "", 0)["per_s"] for name in ("static", "handoff")}
    floor.terminate()
    floor.wait()
    size = max(1, round(group))
    for metrics in (1, 100):
        out = subprocess.run([str(ROOT / args.build / "bench/floor_sqlite"), str(database), f"{3:032x}", str(metrics), str(size),
                              str(args.seconds)], capture_output=True, text=True, check=True)
        bare = float(out.stdout)
        result[f"sqlite-{metrics}"] = bare
        result[f"series-{metrics}"] = 1 / (1 / result["handoff"] + 1 / bare)
    return result


def growth(args, work: pathlib.Path) -> dict:
    """The first page of 100 at 10,000 and at 100,000 runs in the experiment."""
    result = {}
    for runs in (20_000, 200_000):
        server = servers(argparse.Namespace(servers="millrace", build=args.build), work)[0]
        print(f"millrace: first page of {runs // 2} runs …", file=sys.stderr)
        prepare(server, runs, 2)
        server.start()
        time.sleep(args.settle + runs / 20_000)
        result[runs // 2] = wrk(server.port, "search-first", 4, args.seconds, "", 0)
        server.stop()
    return result


def line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def report(results: dict, floor: dict, grown: dict, args) -> str:
    names = list(results)
    out = [line(["work", *names, "times FastTrackML (to reach)", "of its floor (to reach)"]), line(["---"] * (len(names) + 3))]
    out.append(line(["start to first answer", *(f"{results[n]['start_s'] * 1000:.0f} ms" for n in names), "", ""]))
    out.append(line(["memory idle / after (PSS)", *(f"{results[n]['idle_mb']:.1f} / {results[n]['loaded_mb']:.1f} MB" for n in names),
                     "", "10 / 40 MB to reach"]))
    ours = results.get("millrace", {})
    peer = results.get("fasttrackml", {})
    for work in args.work:
        cells = [work]
        for n in names:
            r = results[n][work]
            failed = f", {r['failed']} failed" if r["failed"] else ""
            cells.append(f"{r['per_s']:,.0f}/s · {r['p50_ms']:.2f} · {r['p95_ms']:.2f} ms{failed}")
        _, times, part = WORK[work]
        ratio = f"{ours[work]['per_s'] / peer[work]['per_s']:.1f}" if work in ours and work in peer else "–"
        cells.append(f"{ratio} ({times})" if times else ratio)
        cells.append(f"{ours[work]['per_s'] / floor[part[0]]:.2f} of {part[0]} ({part[1]})" if part and floor and work in ours else "")
        out.append(line(cells))
    if "client_ns" in ours:
        out.append(line(["mr_log_metric, calling thread", f"{ours['client_ns'][0]:.0f} ns median of bursts"] + [""] * len(names) + ["1 µs to reach"]))
    for runs, r in grown.items():
        out.append(line([f"first page of 100, {runs:,} runs", f"p50 {r['p50_ms']:.2f} · p95 {r['p95_ms']:.2f} ms"] + [""] * len(names) + ["2 ms to reach"]))
    for name, value in floor.items():
        out.append(line([f"floor: {name}", f"{value:,.0f}/s"] + [""] * (len(names) + 1)))
    if "group" in ours:
        out.append(line(["writes a commit", f"{ours['group']:.1f}"] + [""] * (len(names) + 1)))
    return "\n".join(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", default="millrace,fasttrackml,mlflow")
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--points", type=int, default=seed.POINTS)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--settle", type=float, default=2, help="seconds between start and the first measurement")
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--work", default=",".join(WORK), type=lambda s: s.split(","))
    parser.add_argument("--growth", action="store_true", help="also the first page at 100,000 runs")
    parser.add_argument("--output", type=pathlib.Path, help="a file for the figures as JSON")
    args = parser.parse_args()
    work = ROOT / "build/bench-work"
    work.mkdir(parents=True, exist_ok=True)
    results = {s.name: measure(s, args) for s in servers(args, work)}
    ours = results.get("millrace")
    floor = floors(args, work / "millrace.db", ours["group"]) if ours else {}
    grown = growth(args, work) if args.growth and ours else {}
    if args.output:
        args.output.write_text(json.dumps({"results": results, "floors": floor, "growth": grown}, indent=2))
    print(report(results, floor, grown, args))


if __name__ == "__main__":
    main()
