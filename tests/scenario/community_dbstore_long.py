# SPDX-License-Identifier: Apache-2.0
"""mlflow-dbstore 1.0.1 (MLflow 1.x), artifacts as rows of a database: a real PostgreSQL through SQLAlchemy's driver, and a real MariaDB
through ODBC (pyodbc with MariaDB's driver), both of Debian, started here. SQL Server cannot be had; that the plugin's own
mssql+pyodbc: URI goes to an ODBC driver is seen from what the driver says. Each part is skipped where its server is not installed."""
import glob
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager

import _community as community
from _programs import millrace
from _server import Server, free_port, main

POSTGRES = next(iter(sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)), None)
MARIADB = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")
MARIADB_ODBC = glob.glob("/usr/lib/*/odbc/libmaodbc.so") + glob.glob("/usr/lib/*/libmaodbc.so")


@contextmanager
def database_folder():
    """A short path that the unprivileged user may write: both servers refuse root, and sockets have a limit."""
    folder = tempfile.mkdtemp(prefix="db-", dir="/tmp")
    try:
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def as_nobody(*command):
    """In a folder of nobody's."""
    return ["env", "-u", "TMPDIR", *(["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []), *command]


def until(process, ready):
    for _ in range(600):
        assert process.poll() is None, f"the database ended with {process.returncode}"
        if subprocess.run(ready, capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError("the database does not answer")


class Postgres:
    @classmethod
    @contextmanager
    def running(cls):
        with database_folder() as folder:
            self = cls()
            self.port = free_port()
            subprocess.run(as_nobody(f"{POSTGRES}/initdb", "-D", f"{folder}/data", "-U", "mlflow", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"),
                           check=True, stdout=subprocess.DEVNULL, cwd=folder)
            server = subprocess.Popen(as_nobody(f"{POSTGRES}/postgres", "-D", f"{folder}/data", "-h", "127.0.0.1", "-p", str(self.port),
                                                "-k", folder, "-c", "fsync=off"), cwd=folder, stderr=subprocess.DEVNULL)
            try:
                until(server, [f"{POSTGRES}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)])
                self.psql = [f"{POSTGRES}/psql", "-qAt", f"postgresql://mlflow@127.0.0.1:{self.port}/postgres"]
                self.ask("create database artifacts")
                self.psql[-1] = f"postgresql://mlflow@127.0.0.1:{self.port}/artifacts"
                yield self
            finally:
                server.send_signal(2)
                server.wait(30)

    def ask(self, sql):
        return subprocess.run([*self.psql, "-c", sql], check=True, capture_output=True, text=True).stdout.split()

    def uri(self, path=""):
        return f"mssql+postgresql+psycopg2://mlflow@127.0.0.1:{self.port}/artifacts{path}"


class MariaDB:
    @classmethod
    @contextmanager
    def running(cls):
        with database_folder() as folder:
            self = cls()
            self.port, self.socket = free_port(), f"{folder}/s.sock"
            subprocess.run(as_nobody("mariadb-install-db", "--no-defaults", f"--datadir={folder}/data", "--auth-root-authentication-method=normal",
                                     "--skip-test-db"), check=True, stdout=subprocess.DEVNULL, cwd=folder)
            server = subprocess.Popen(as_nobody(MARIADB, "--no-defaults", f"--datadir={folder}/data", f"--socket={self.socket}",
                                                f"--pid-file={folder}/pid", "--bind-address=127.0.0.1", f"--port={self.port}",
                                                "--innodb-buffer-pool-size=32M", "--max-allowed-packet=64M"), cwd=folder, stderr=subprocess.DEVNULL)
            try:
                self.client = ["mariadb", "--no-defaults", f"--socket={self.socket}", "-u", "root", "-N", "-B"]
                until(server, ["mariadb-admin", "--no-defaults", f"--socket={self.socket}", "-u", "root", "ping", "--silent"])
                self.ask("create database artifacts character set utf8mb4")
                for place in ("127.0.0.1", "localhost"):
                    self.ask(f"create user 'mlflow'@'{place}' identified by 'secret-word'; grant all on artifacts.* to 'mlflow'@'{place}'")
                self.client.append("artifacts")
                yield self
            finally:
                server.terminate()
                server.wait(30)

    def ask(self, sql):
        return subprocess.run([*self.client, "-e", sql], check=True, capture_output=True, text=True).stdout.split()

    def uri(self, path="", password="secret-word"):
        return f"mssql+mysql+pyodbc://mlflow:{password}@127.0.0.1/artifacts{path}?driver={MARIADB_ODBC[0]}&port={self.port}"


def settings(**more):
    return {"MILLRACE_PYTHON": community.venv("dbstore"), **more}


def use(database):
    folder = tempfile.mkdtemp()
    with Server("--artifacts-destination", database.uri("/served"), env=settings(TMPDIR=folder)) as server:
        community.use_through_server(server)
        run_id = community.use_with_mlflow(server, folder)
        rows = database.ask(f"select artifact_name from artifacts where group_path like '/served/1/models/%' order by 1")
        assert {"MLmodel", "conda.yaml"} <= set(rows), rows
        assert database.ask(f"select artifact_content from artifacts where group_path = '/served/1/{run_id}/artifacts/notes'")
    run_id = community.use_with_program(database.uri("/far"), folder, **settings())
    rows = database.ask(f"select artifact_initial_size from artifacts where artifact_name = 'weights.bin' and group_path = "
                        f"'/far/{run_id}/artifacts/all/model/data'")
    assert rows == ["300000"], rows
    community.use_with_library(database.uri("/lib"), folder, **settings())
    assert database.ask("select count(*) from artifacts where artifact_name = 'iris-model.txt'") == ["1"]
    store = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/m.db", **settings()}
    millrace("runs", "delete", "--run-id", run_id, folder=folder, **store)
    millrace("gc", "--backend-store-uri", f"sqlite:///{folder}/m.db", folder=folder, **store)
    assert database.ask(f"select count(*) from artifacts where group_path like '%{run_id}%'") == ["0"]


def test_postgresql():
    if not POSTGRES:
        return print("skipped: PostgreSQL is not installed (Debian: postgresql)")
    with Postgres.running() as database:
        use(database)


def test_mariadb_through_odbc():
    if not MARIADB or not MARIADB_ODBC:
        return print("skipped: MariaDB or its ODBC driver is not installed (Debian: mariadb-server, odbc-mariadb)")
    with MariaDB.running() as database:
        use(database)
        refused(database)


def refused(database):
    folder = tempfile.mkdtemp()
    with Server("--artifacts-destination", database.uri("/x", password="other-word"), env=settings(TMPDIR=folder)) as server:
        answer = server.ask("PUT", f"{community.PLACE}/a.txt", b"text")
        assert answer.status == 500 and "Access denied for user" in answer.json()["message"], answer
        assert "other-word" not in answer.json()["message"], answer


def test_sql_server_is_asked_by_odbc():
    """The document's own URI; there is nobody at its port, and no such driver."""
    folder = tempfile.mkdtemp()
    uri = f"mssql+pyodbc://username:password@127.0.0.1:{free_port()}/database?driver=ODBC+Driver+17+for+SQL+Server"
    with Server("--artifacts-destination", uri, env=settings(TMPDIR=folder)) as server:
        answer = server.ask("PUT", f"{community.PLACE}/a.txt", b"text")
        assert answer.status == 500 and "ODBC Driver 17 for SQL Server" in answer.json()["message"], answer


def test_what_is_adapted_is_told():
    found = community.adaptations("mlflow-dbstore", community.venv("dbstore"), tempfile.mkdtemp())
    assert "DBArtifactRepository is built without tracking_uri, which it does not take" in found, found
    assert "delete_artifacts deletes the rows of its table: the plugin has none" in found, found


if __name__ == "__main__":
    if not POSTGRES and not MARIADB:
        sys.exit(77)
    main(globals())
