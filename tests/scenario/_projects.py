# SPDX-License-Identifier: Apache-2.0
"""Projects to run: made in a folder of the test's own, run by `millrace run` against a store there, looked at through its CLI."""
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from _server import MILLRACE

SOURCE = Path(os.environ.get("MILLRACE_SOURCE", Path(__file__).resolve().parents[2]))
BUILD = Path(os.environ.get("MILLRACE_BUILD", SOURCE / "build/dev"))
VENV = Path(sys.executable).parent


class Desk:
    """A folder with a tracking store in it, and a person who runs projects there."""

    def __init__(self, folder, uri=None):
        self.folder = Path(folder)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_", "GIT_"))}
        self.env = {**clean, "MLFLOW_TRACKING_URI": uri or f"sqlite:///{folder}/m.db", "MILLRACE_SPOOL_DIR": f"{folder}/spool",
                    "MLFLOW_ENV_ROOT": f"{folder}/envs", "TMPDIR": f"{folder}/tmp", "XDG_STATE_HOME": f"{folder}/state",
                    "PATH": f"{Path(MILLRACE).parent}:{os.environ['PATH']}", "MILLRACE_PLUGIN_PATH": ""}
        os.makedirs(f"{folder}/tmp", exist_ok=True)
        with open(f"{folder}/leaks", "w", encoding="ascii") as out:
            out.write("leak:libpcre2-8\n")  # libgit2 1.5 forgets pcre2's data of each match that fails
        self.env["LSAN_OPTIONS"] = f"suppressions={folder}/leaks:print_suppressions=0"

    def project(self, name, mlproject=None, **files):
        """A folder with an MLproject and other files; '__' in a name is a dot."""
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        if mlproject is not None:
            (path / "MLproject").write_text(mlproject, encoding="utf-8")
        for file, text in files.items():
            (path / file.replace("__", ".")).write_text(text, encoding="utf-8")
        return path

    def example(self, name):
        return Path(shutil.copytree(SOURCE / "examples/projects" / name, self.folder / name))

    def start(self, *arguments, **variables):
        return subprocess.Popen([MILLRACE, "run", *map(str, arguments)], cwd=self.folder, env={**self.env, **variables}, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments, code=0, **variables):
        """What it did: .stdout, .stderr, and .run, which is None when there is none."""
        before = {one["info"]["run_id"] for one in self.runs()}
        process = self.start(*arguments, **variables)
        done = subprocess.CompletedProcess(process.args, None, *process.communicate(timeout=240))
        done.returncode = process.returncode
        assert done.returncode == code, done
        new = [one for one in self.runs() if one["info"]["run_id"] not in before]
        assert len(new) <= 1, new
        done.run = Run(self, new[0]) if new else None
        return done

    def fails(self, *arguments, says, run=False, code=1, **variables):
        done = self.run(*arguments, code=code, **variables)
        assert all(words in done.stderr for words in says), done
        assert bool(done.run) == run, (done, done.run)
        return done

    def cli(self, *arguments):
        done = subprocess.run([MILLRACE, *arguments], cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done
        return done.stdout

    def runs(self):
        ids = [one["experiment_id"] for one in json.loads(self.cli("experiments", "search", "--output", "json")).get("experiments", [])]
        found = []
        for one in ids:
            found += json.loads(self.cli("runs", "search", "-x", one, "--output", "json")).get("runs", [])
        return found

    def find(self, run_id):
        return Run(self, next(one for one in self.runs() if one["info"]["run_id"] == run_id))

    def leftovers(self):
        return os.listdir(self.folder / "tmp")

    def git(self, *arguments, folder):
        identity = {"GIT_AUTHOR_NAME": "n", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "n", "GIT_COMMITTER_EMAIL": "a@b",
                    "GIT_CONFIG_GLOBAL": "/dev/null"}
        return subprocess.run(["git", "-c", "protocol.file.allow=always", *arguments], cwd=folder, env={**self.env, **identity}, check=True,
                              capture_output=True, text=True).stdout.strip()


class Run:
    def __init__(self, desk, message):
        self.desk, self.info = desk, message["info"]
        self.id, self.status = self.info["run_id"], self.info["status"]
        self.params = {one["key"]: one["value"] for one in message["data"].get("params", [])}
        self.tags = {one["key"]: one["value"] for one in message["data"].get("tags", [])}
        self.metrics = {one["key"]: one["value"] for one in message["data"].get("metrics", [])}

    def artifact(self, path):
        with contextlib.closing(open(self.desk.cli("artifacts", "download", "-r", self.id, "-a", path).strip(), encoding="utf-8")) as file:
            return file.read()

    def artifacts(self):
        return {one["path"] for one in json.loads(self.desk.cli("artifacts", "list", "-r", self.id, "--output", "json"))}


def eventually(condition, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come to that")


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
