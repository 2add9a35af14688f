# SPDX-License-Identifier: Apache-2.0
"""What a server has stored: the rows and the files that appeared since a mark, as normalised text."""
import os
import sqlite3

from .normal import normalise

# Neither is data: the revision has a test of its own.
_SKIPPED = ("alembic_version", "sqlite_%", "millrace_%")


def mark(server):
    """Remembers what is there now."""
    return {"rows": _row_marks(server), "files": _files(server) if server.config.name == "file" else {}}


def since(marked, server, names):
    """Lines that say what was added or changed since the mark."""
    if server.config.name == "file":
        return _new_files(marked["files"], server, names)
    return _new_rows(marked["rows"], server, names)


def experiments(server):
    """How many experiments there are, which decides the next experiment's id."""
    if not server.database.exists():
        return 0
    with _open(server) as db:
        return db.execute("select coalesce(max(experiment_id), 0) from experiments").fetchone()[0]


class _open:
    """A read-only connection that is closed at the end of the block."""

    def __init__(self, server):
        self.db = sqlite3.connect(f"file:{server.database}?mode=ro", uri=True, timeout=10)

    def __enter__(self):
        return self.db

    def __exit__(self, *exc):
        self.db.close()


def _tables(db):
    skip = " ".join(f"and name not like '{pattern}'" for pattern in _SKIPPED)
    return [name for (name,) in db.execute(f"select name from sqlite_master where type='table' {skip} order by name")]


def _row_marks(server):
    if not server.database.exists():
        return {}
    with _open(server) as db:
        return {table: db.execute(f'select coalesce(max(rowid), 0) from "{table}"').fetchone()[0]
                for table in _tables(db)}


def _new_rows(marks, server, names):
    lines = []
    if not server.database.exists():
        return lines
    with _open(server) as db:
        for table in _tables(db):
            cursor = db.execute(f'select * from "{table}" where rowid > ?', (marks.get(table, 0),))
            columns = [column[0] for column in cursor.description]
            rows = []
            for row in cursor:
                cells = (f"{name}={value!r}" for name, value in sorted(zip(columns, row)))
                rows.append(normalise(f"{table}: {' '.join(cells)}", names, server, number_new=False))
            lines.extend(sorted(rows))
    return lines


def _files(server):
    found = {}
    for top in ("mlruns", "artifacts"):
        for folder, subfolders, files in os.walk(server.dir / top):
            for name in files:
                if name.startswith(".millrace-"):
                    continue  # our lock, which MLflow does not look at
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, server.dir)] = file.read()
            # The reference makes the registry's folder when it starts, ours with the first model.
            if not subfolders and not files and os.path.relpath(folder, server.dir) != "mlruns/models":
                found[os.path.relpath(folder, server.dir) + "/"] = b""
    return found


def _new_files(before, server, names):
    changed = []
    now = _files(server)
    for path in before.keys() - now.keys():
        changed.append(f"{path}: gone")
    for path, content in now.items():
        if before.get(path) != content:
            shown = content.decode("utf-8", "backslashreplace")
            changed.append(f"{path}:\n    " + shown.replace("\n", "\n    "))
    return sorted(normalise(entry, names, server, number_new=False) for entry in changed)
