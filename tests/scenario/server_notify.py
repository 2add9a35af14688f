# SPDX-License-Identifier: Apache-2.0
"""The service manager is told what it needs to know (sd_notify), by a path and by an abstract name; the unit is one that
systemd understands, and is as closed as it says."""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from _server import Server, main

SOURCE = os.environ.get("MILLRACE_SOURCE", os.path.join(os.path.dirname(__file__), "../.."))


class Manager:
    """A datagram socket; said() gives what has arrived, line by line."""

    def __init__(self, name):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + name[1:] if name.startswith("@") else name)
        self.socket.settimeout(10)
        self.env = {"NOTIFY_SOCKET": name}

    def said(self):
        return self.socket.recv(4096).decode().split("\n")


def through(name):
    manager = Manager(name)
    with Server(env=manager.env) as server:
        ready = manager.said()
        assert ready[0] == "READY=1" and ready[1] == f"STATUS=Serves http://localhost:{server.port}", ready
        server.signal(signal.SIGTERM)
        assert manager.said()[0] == "STOPPING=1"
        server.process.wait(20)


def test_ready_and_stopping():
    with tempfile.TemporaryDirectory() as folder:
        through(f"{folder}/notify")
    through(f"@millrace-notify-{os.getpid()}")


def test_ready_means_that_it_answers():
    with tempfile.TemporaryDirectory() as folder:
        manager = Manager(f"{folder}/notify")
        with Server(env=manager.env, wait=False) as server:
            manager.said()
            assert server.ask("GET", "/health").status == 200


def test_watchdog():
    """Twice in the time that the manager gives."""
    with tempfile.TemporaryDirectory() as folder:
        manager = Manager(f"{folder}/notify")
        with Server(env={**manager.env, "WATCHDOG_USEC": "400000"}) as server:
            manager.said()
            began = time.monotonic()
            for _ in range(5):
                assert manager.said() == ["WATCHDOG=1"]
            assert 0.8 < time.monotonic() - began < 3, time.monotonic() - began
            assert server.ask("GET", "/health").status == 200
        with Server(env={**manager.env, "WATCHDOG_USEC": "400000", "WATCHDOG_PID": "1"}):
            while manager.said()[0] != "READY=1":
                pass
            manager.socket.settimeout(0.6)
            try:
                raise AssertionError(manager.said())
            except TimeoutError:
                pass # it is somebody else's watchdog


def test_a_manager_that_is_gone_is_no_trouble():
    with Server(env={"NOTIFY_SOCKET": "/nowhere/notify"}) as server:
        assert server.ask("GET", "/health").status == 200
        assert "/nowhere/notify" in server.text()


def test_the_unit():
    if not shutil.which("systemd-analyze"):
        print("        systemd-analyze is not here: the unit is not looked at")
        return
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{SOURCE}/packaging/millrace.service", encoding="utf-8") as unit:
            text = unit.read()
        assert "ExecStart=/usr/bin/millrace server" in text
        with open(f"{folder}/millrace.service", "w", encoding="utf-8") as out:
            out.write(text.replace("/usr/bin/millrace", "/bin/true").replace("Documentation=man:millrace-server(1)\n", ""))
        done = subprocess.run(["systemd-analyze", "verify", f"{folder}/millrace.service"], capture_output=True, text=True, check=False)
        ours = [line for line in done.stderr.splitlines() if "millrace.service" in line]
        assert not ours, ours
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", f"{folder}/millrace.service"], capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, done.stdout[-400:] + done.stderr


if __name__ == "__main__":
    main(globals())
