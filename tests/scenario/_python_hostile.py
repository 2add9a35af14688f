# SPDX-License-Identifier: Apache-2.0
"""An artifact repository of Python that does whatever an artifact's name says, and a server whose artifacts go through it."""
import functools
import os
import subprocess
import tempfile

import _python_env as python
from _server import Server

HOSTILE = '''
import ctypes, logging, os, shutil, signal, sys, time
from urllib.parse import urlsplit
from mlflow.store.artifact.local_artifact_repo import LocalArtifactRepository

def half(source, target):
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(source, "rb") as i, open(target, "wb") as o:
        o.write(i.read(os.path.getsize(source) // 2))

class Repository(LocalArtifactRepository):
    def __init__(self, artifact_uri, tracking_uri=None, registry_uri=None):
        super().__init__(urlsplit(artifact_uri).path)

    def log_artifact(self, local_file, artifact_path=None):
        what = os.path.basename(local_file)
        target = os.path.join(self.artifact_dir, artifact_path or "", what)
        if what == "raise":
            raise ValueError("no good")
        if what == "exit":
            sys.exit(3)
        if what == "kill":
            half(local_file, target)
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "null":
            ctypes.string_at(0)
        if what == "loop":
            try:
                while True:
                    time.sleep(0.05)
            finally:
                print("the loop was left")
        if what.startswith("slow"):
            half(local_file, target)
            time.sleep(1.5)
        if what == "print":
            print("a printed line")
            os.write(1, b"a raw line\\n")
            logging.getLogger("hostile").warning("a logged line")
        if what == "fork":
            os.fork()
        if what == "leak":
            kept = []
            while True:
                kept.append(bytearray(b"x" * (8 << 20)))
        if what == "fork-bomb":
            for _ in range(20):
                if os.fork() == 0:
                    time.sleep(1000)
        if what == "daemon" and os.fork() == 0:
            time.sleep(1000)
        super().log_artifact(local_file, artifact_path)

    def list_artifacts(self, path=None):
        if path == "block":
            time.sleep(1000)
        if path == "null":
            ctypes.string_at(0)
        return super().list_artifacts(path)
'''
PUT = "/api/2.0/mlflow-artifacts/artifacts/"


@functools.cache
def env():
    made = python.make(tempfile.mkdtemp(prefix="python-"))
    python.install(made, "hostile", HOSTILE, {"mlflow.artifact_repository": {"hostile": "hostile:Repository"}})
    return made


def put(server, path, body=b"0123456789" * 1000):
    return server.ask("PUT", PUT + path, body)


def hosts(server):
    return hosts_of(server.process.pid)


def hosts_of(pid):
    out = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid=,cmd="], capture_output=True, text=True, check=False).stdout
    return [int(line.split()[0]) for line in out.splitlines() if "millrace_host.py" in line]


def serve(folder, *flags, **variables):
    return Server("--artifacts-destination", f"hostile:{folder}/kept", *flags, folder=f"{folder}/server",
                  env={"MILLRACE_PYTHON": env(), "TMPDIR": folder, **variables})


def folder_for_server():
    folder = tempfile.mkdtemp()
    os.mkdir(f"{folder}/server")
    return folder
