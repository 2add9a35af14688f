# SPDX-License-Identifier: Apache-2.0
"""Fills a database that a server itself made with the runs of the benchmark (README.md)."""
import random
import sqlite3

POINTS, METRICS, PARAMS, TAGS = 20, 4, 5, 3
FIRST = "00000000000000000000000000000001"
HISTORY = 25000


def fill(path: str, runs: int, points: int = POINTS, fasttrackml: bool = False) -> None:
    random.seed(1)
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous=OFF")
    db.execute("PRAGMA journal_mode=WAL")
    extra = (", 1", ", namespace_id") if fasttrackml else ("", "")
    for e in range(1, 41):
        db.execute(
            "INSERT OR IGNORE INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time,"
            f" last_update_time{extra[1]}) VALUES (?, ?, '/tmp/a', 'active', 1700000000000, 1700000000000{extra[0]})",
            (e, f"bench-{e}"),
        )
    base = 1700000000000
    run_rows, metrics, latest, params, tags = [], [], [], [], []

    def flush() -> None:
        row_num = ", row_num" if fasttrackml else ""
        mark = ", ?" if fasttrackml else ""
        db.executemany(
            "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,"
            f" lifecycle_stage, artifact_uri, experiment_id{row_num}) VALUES"
            f" (?, ?, 'LOCAL', '', '', 'bench', 'FINISHED', ?, ?, 'active', '/tmp/a', ?{mark})", run_rows)
        more = (", iter, context_id", ", 0, 1") if fasttrackml else ("", "")
        last = (", last_iter, context_id", ", 0, 1") if fasttrackml else ("", "")
        db.executemany(
            f"INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan{more[0]}) VALUES (?, ?, ?, ?, ?, 0{more[1]})", metrics)
        db.executemany(
            "INSERT INTO latest_metrics (key, value, timestamp, run_uuid, step, is_nan"
            f"{last[0]}) VALUES (?, ?, ?, ?, ?, 0{last[1]})", latest)
        column = "value_str" if fasttrackml else "value"
        db.executemany(f"INSERT INTO params (key, {column}, run_uuid) VALUES (?, ?, ?)", params)
        db.executemany("INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)", tags)
        for rows in (run_rows, metrics, latest, params, tags):
            rows.clear()

    for i in range(1, runs + 1):
        run = f"{i:032x}"
        experiment = 1 if i % 2 else 2 + i % 39
        row = [run, f"run-{i}", base + i * 1000, base + i * 1000 + 500, experiment]
        run_rows.append(row + [i] if fasttrackml else row)
        for m in range(METRICS):
            count = HISTORY if i == 1 and m == 0 else points
            for step in range(count):
                metrics.append((f"m{m}", random.random(), base + i * 1000 + step, run, step))
            latest.append(metrics[-1])
        for p in range(PARAMS):
            params.append((f"p{p}", str(random.randrange(100)), run))
        for t in range(TAGS):
            tags.append((f"t{t}", f"value-{i % 7}", run))
        if i % 1000 == 0:
            flush()
    flush()
    db.commit()
    db.execute("ANALYZE")
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
