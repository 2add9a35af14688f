# SPDX-License-Identifier: Apache-2.0
"""What the tests are run with: everything that comes from the environment is read here and nowhere else."""
import fcntl
import os
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

# The subject is what is compared with the reference. `MILLRACE_COMPAT_SUBJECT=reference` compares the reference with
# itself, which shows that a case is deterministic and that a deviation really is the reference's behaviour.
SUBJECT = os.environ.get("MILLRACE_COMPAT_SUBJECT", "millrace")
BINARY = Path(os.environ.get("MILLRACE_BIN") or os.environ.get("MILLRACE") or ROOT / "build/dev/bin/millrace")
if not BINARY.is_absolute():
    BINARY = (Path.cwd() / BINARY).resolve()
PYTHON = Path(sys.executable)
START_TIMEOUT = float(os.environ.get("MILLRACE_COMPAT_START_TIMEOUT", "120"))
ANSWER_TIMEOUT = float(os.environ.get("MILLRACE_COMPAT_ANSWER_TIMEOUT", "30"))

# The reference starts faster and needs no network with these; the same environment is given to the subject, since both
# must understand MLflow's variables alike.
SERVER_ENV = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "GIT_PYTHON_REFRESH": "quiet",
    "PYTHONHASHSEED": "0",
    "PYTHONUNBUFFERED": "1",
    "TZ": "UTC",
}


def server_env(extra):
    """The environment of a server: ours without anything of MLflow's or Millrace's that the caller happens to have."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "_MLFLOW", "MILLRACE_"))}
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        env.pop(name, None)
    return {**env, **SERVER_ENV, **extra}


PORTS = 100
_lock = None  # holds our range while this process lives
_first_port = _next_port = 0


def _take_range():
    """A hundred ports that no other run of these tests uses; a port of the kernel's choice could be taken by a client's
    connection while a server restarts."""
    global _lock, _first_port, _next_port
    for first in range(10000, 30000, PORTS):
        _lock = open(f"/tmp/millrace-compat-ports-{first}.lock", "w", encoding="ascii")  # the same for all, whatever TMPDIR is
        try:
            fcntl.flock(_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _lock.close()
            continue
        _first_port = _next_port = first
        return
    raise RuntimeError("no free range of ports: see /tmp/millrace-compat-ports-*.lock")


def free_port():
    """A port of our range that nobody listens on."""
    global _next_port
    if not _first_port:
        _take_range()
    for _ in range(PORTS):
        port = _next_port
        _next_port = _first_port + (_next_port + 1 - _first_port) % PORTS
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no free port in {_first_port}-{_first_port + PORTS - 1}")
