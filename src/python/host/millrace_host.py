# SPDX-License-Identifier: Apache-2.0
"""The host of Python plugins: answers calls of a Millrace process on a socket that it inherited, and ends with it.

A frame is two little-endian uint32, the sizes of a JSON object and of the bytes behind it; then both. A request has an
"id", which its answer repeats with "result" or "error"; a frame without one is a line for the log. Each call runs in a
thread of its own.
"""
import ctypes
import importlib
import importlib.metadata
import json
import logging
import os
import shutil
import signal
import socket
import struct
import sys
import threading
import traceback
from contextlib import contextmanager

FRAMES = 4  # of a traceback, in an error's message


class HostError(Exception):
    """A failure that has a code of MLflow's and a message that needs no traceback."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Channel:
    """The socket: frames in, frames out, from any thread."""

    def __init__(self, fd):
        self.socket = socket.socket(fileno=fd)
        self.socket.setblocking(True)
        os.set_inheritable(fd, False)
        self.lock = threading.Lock()
        self.owner = os.getpid()

    def read_exactly(self, n):
        data = bytearray(n)
        view, got = memoryview(data), 0
        while got < n:
            count = self.socket.recv_into(view[got:])
            if count == 0:
                return None
            got += count
        return data

    def read(self):
        """A request and its bytes; None at the end."""
        head = self.read_exactly(8)
        if head is None:
            return None
        json_n, blob_n = struct.unpack("<II", head)
        text, blob = self.read_exactly(json_n), self.read_exactly(blob_n)
        if text is None or blob is None:
            return None
        return json.loads(text), bytes(blob)

    def write(self, frame, blob=b""):
        if os.getpid() != self.owner:
            return  # a plugin forked: the socket is its parent's
        text = json.dumps(frame).encode()
        with self.lock:
            self.socket.sendall(struct.pack("<II", len(text), len(blob)) + text)
            if blob:
                self.socket.sendall(blob)


current = threading.local()  # .plugin: the name of the plugin that this thread works for
channel = None
first_plugin = "python"
spool = None  # the folder where files are handed over


def plugin_name():
    return getattr(current, "plugin", first_plugin)


def log(level, text):
    try:
        channel.write({"log": level, "plugin": plugin_name(), "text": text})
    except OSError:
        pass  # nobody listens any more


class LogHandler(logging.Handler):
    LEVELS = [(logging.ERROR, "error"), (logging.WARNING, "warning"), (logging.INFO, "info")]

    def emit(self, record):
        level = next((name for least, name in self.LEVELS if record.levelno >= least), "debug")
        try:
            log(level, f"{record.name}: {self.format(record)}")
        except Exception:  # a plugin's own log arguments may be wrong
            self.handleError(record)


class LineWriter:
    """Standard output and error of plugins: whole lines go to the log."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, level, real):
        self.level, self.real, self.rest = level, real, threading.local()

    def write(self, text):
        if isinstance(text, bytes):
            text = text.decode(errors="replace")
        lines = (getattr(self.rest, "text", "") + text).split("\n")
        self.rest.text = lines.pop()
        for line in lines:
            if line.strip():
                log(self.level, line)
        return len(text)

    def flush(self):
        rest, self.rest.text = getattr(self.rest, "text", ""), ""
        if rest.strip():
            log(self.level, rest)

    def isatty(self):
        return False

    def fileno(self):
        return self.real.fileno()

    def writable(self):
        return True

    def readable(self):
        return False

    @property
    def buffer(self):
        return self.real.buffer


def pip(command):
    return f"{sys.executable} -m pip {command}"


def import_mlflow():
    """mlflow, with its entry points made harmless first; a message that says what to do otherwise."""
    import millrace_adapt

    millrace_adapt.prepare()
    try:
        import mlflow  # noqa: F401
        from mlflow.exceptions import MlflowException  # noqa: F401
    except ModuleNotFoundError as e:
        if e.name == "mlflow":
            raise HostError(
                "INVALID_STATE",
                f"there is no mlflow in its environment ({sys.prefix}); run: {pip('install mlflow')}",
            ) from e
        raise broken_mlflow(e) from e
    except Exception as e:
        raise broken_mlflow(e) from e
    millrace_adapt.complete()


def broken_mlflow(e):
    try:
        version = importlib.metadata.version("mlflow")
    except importlib.metadata.PackageNotFoundError:
        version = "of unknown version"
    return HostError(
        "INVALID_STATE",
        f"the mlflow {version} of its environment ({sys.prefix}) cannot be imported: {type(e).__name__}: {e}; "
        f"run: {pip('install --force-reinstall mlflow')}",
    )


loaded, load_lock = {}, threading.RLock()
loading_threads = {}  # thread -> whether it was to be interrupted meanwhile


@contextmanager
def loading():
    """Around imports, one at a time. They take seconds and are of use to later calls, so they are not interrupted, and
    the other side is told not to take this process for one that hangs."""
    thread = threading.get_ident()
    with load_lock:
        if thread in loading_threads:  # within another
            yield
            return
        with running_lock:
            loading_threads[thread] = False
        channel.write({"loading": True})
        try:
            yield
        finally:
            with running_lock:
                interrupted = loading_threads.pop(thread)
            channel.write({"loading": False})
    if interrupted:
        raise Interrupted


def load_object(plugin, path):
    """What an entry point names: "module:attribute", "module"."""
    if path in loaded:
        return loaded[path]
    with loading():
        if path in loaded:
            return loaded[path]
        import_mlflow()
        module_name, _, attribute = path.replace(" ", "").partition(":")
        try:
            thing = importlib.import_module(module_name)
        except ModuleNotFoundError as e:
            if e.name and (module_name == e.name or module_name.startswith(e.name + ".")):
                what, command = "its module is missing", f"install --force-reinstall {plugin}"
            else:
                what, command = f"it needs the module '{e.name}', which is not installed", f"install {e.name}"
            raise HostError("INVALID_STATE", f"the distribution {plugin} is broken: {what} ({e}); run: {pip(command)}") from e
        try:
            for part in filter(None, attribute.split(".")):
                thing = getattr(thing, part)
        except AttributeError as e:
            raise HostError(
                "INVALID_STATE",
                f"the distribution {plugin} is broken: {e}; run: {pip(f'install --upgrade {plugin}')}",
            ) from e
        import millrace_known

        millrace_known.adapt_object(plugin, path, thing)
        loaded[path] = thing
        return thing


# ---- what a failure says ----


STATUS_CODES = {401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "RESOURCE_DOES_NOT_EXIST", 429: "REQUEST_LIMIT_EXCEEDED",
                507: "RESOURCE_EXHAUSTED"}


def http_status(e):
    """What a service answered, where a client's exception carries it; 0 where it carries none."""
    for holder in (e, getattr(e, "response", None)):
        for name in ("status_code", "status"):
            status = getattr(holder, name, None)
            if isinstance(status, int) and 400 <= status < 600:
                return status
    return 0


def error_code(e):
    """MLflow's name of an exception's code."""
    code = getattr(e, "error_code", None)
    if isinstance(e, HostError):
        return e.code
    if isinstance(code, str) and code.isupper():
        return code
    if isinstance(e, NotImplementedError):
        return "NOT_IMPLEMENTED"
    if isinstance(e, PermissionError):
        return "PERMISSION_DENIED"
    if isinstance(e, MemoryError):
        return "RESOURCE_EXHAUSTED"
    return STATUS_CODES.get(http_status(e), "INTERNAL_ERROR")


def error_text(e):
    """Type, message, and the last frames of the plugin's code, innermost first."""
    if isinstance(e, HostError):
        return str(e)
    # An MlflowException is meant for people; its place is of no use to them.
    if any(c.__name__ == "MlflowException" for c in type(e).__mro__):
        return getattr(e, "message", None) or str(e)
    here = os.path.dirname(os.path.abspath(__file__))
    frames = [f for f in traceback.extract_tb(e.__traceback__) if os.path.dirname(f.filename) != here]
    places = " < ".join(f"{os.path.basename(f.filename)}:{f.lineno} in {f.name}" for f in reversed(frames[-FRAMES:]))
    return f"{type(e).__name__}: {e}" + (f" ({places})" if places else "")


# ---- calls ----


def operations():
    """The modules that answer, each loaded when it is first asked."""
    return {"store": "millrace_stores", "artifact": "millrace_artifacts", "context": "millrace_providers", "experiment": "millrace_providers",
            "headers": "millrace_providers", "auth": "millrace_providers", "deploy": "millrace_deployments",
            "project": "millrace_projects", "evaluator": "millrace_evaluators", "flavor": "millrace_flavor",
            "plugin": "millrace_check", "app": "millrace_app", "dataset": "millrace_datasets"}


def answer(request, blob):
    family, _, _ = request["op"].partition(".")
    module = importlib.import_module(operations()[family])
    return module.OPERATIONS[request["op"]](request, blob)


class Interrupted(BaseException):
    """Raised in the thread of a call that nobody waits for any more."""


running, running_lock = {}, threading.Lock()  # id -> thread


def interrupt(call):
    with running_lock:
        thread = running.get(call)
        if thread in loading_threads:
            loading_threads[thread] = True
        elif thread is not None:
            raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
            raise_in(ctypes.c_ulong(thread), ctypes.py_object(Interrupted))


def leave(call):
    with running_lock:
        running.pop(call, None)


def run_call(request, blob):
    current.plugin = request["plugin"]
    pid = os.getpid()
    out = b""
    with running_lock:
        running[request["id"]] = threading.get_ident()
    try:
        try:
            frame = answer(request, blob)
        finally:
            leave(request["id"])
        frame, out = frame if isinstance(frame, tuple) else (frame, b"")
        frame = {"id": request["id"], "result": frame}
    except SystemExit as e:
        frame = {"id": request["id"], "error": {"code": "INTERNAL_ERROR", "message": f"it called sys.exit({e.code!r})"}}
    except BaseException as e:  # whatever a plugin raises is the failure of this call and of nothing else
        frame = {"id": request["id"], "error": {"code": error_code(e), "message": error_text(e)}}
    if os.getpid() != pid:
        os._exit(0)  # the plugin forked, and its child came back here
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    try:
        channel.write(frame, out)
    except OSError:
        pass
    except (TypeError, ValueError) as e:
        channel.write({"id": request["id"], "error": {"code": "INTERNAL_ERROR", "message": f"its answer is no JSON: {e}"}})


left_behind = []  # folders of the process that we serve


def end(spool):
    """The process that we serve is gone: so is all that was started for it."""
    for folder in (spool, *left_behind):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        os.killpg(os.getpgrp(), signal.SIGKILL)
    finally:
        os._exit(0)


def sweep(spool):
    """Removes what processes that were killed together with their hosts left."""
    folder, prefix = os.path.dirname(spool), "millrace-spool-"
    for name in os.listdir(folder):
        pid = name[len(prefix):].split("-")[0]
        path = os.path.join(folder, name)
        try:
            if name.startswith(prefix) and pid.isdigit() and not os.path.exists(f"/proc/{pid}"):
                if os.lstat(path).st_uid == os.geteuid():
                    shutil.rmtree(path, ignore_errors=True)
        except OSError:
            pass


def configure_logging():
    root = logging.getLogger()
    root.addHandler(LogHandler())
    root.setLevel(getattr(logging, os.environ.get("MLFLOW_LOGGING_LEVEL", "").upper(), logging.WARNING))
    logging.captureWarnings(True)
    sys.stdout, sys.stderr = LineWriter("info", sys.stdout), LineWriter("info", sys.stderr)


def main():
    global channel, first_plugin, spool
    fd, spool = int(sys.argv[1]), sys.argv[2]
    channel = Channel(fd)
    sys.argv = [sys.argv[0]]
    if sys.prefix != sys.base_prefix:  # programs of the environment are found, as in one that is activated
        os.environ["PATH"] = os.pathsep.join([os.path.join(sys.prefix, "bin"), os.environ.get("PATH", os.defpath)])
    sys.modules["millrace_host"] = sys.modules["__main__"]
    os.register_at_fork(after_in_child=channel.socket.close)
    configure_logging()
    sweep(spool)
    while True:
        try:
            got = channel.read()
        except OSError:
            got = None
        if got is None:
            end(spool)
        request, blob = got
        if request["op"] == "interrupt":
            interrupt(request["id"])
            continue
        if first_plugin == "python":
            first_plugin = request["plugin"]
        threading.Thread(target=run_call, args=(request, blob), daemon=True, name=request["op"]).start()


if __name__ == "__main__":
    main()
