# SPDX-License-Identifier: Apache-2.0
"""Server apps of Python as a user writes them, in an environment with the real mlflow, and servers that have them in front."""
import functools
import os
import subprocess
import tempfile
import time

import _python_env as python
from _server import Server

# The document's form: an object, mlflow.server.app itself, with hooks and a route.
OBJECT = '''
import ctypes, os, time
from flask import make_response, request
from mlflow.server import app

@app.before_request
def gate():
    what = request.headers.get("X-Do")
    if what == "raise": raise ValueError("no good")
    if what == "hang": time.sleep(1000)
    if what == "crash": ctypes.string_at(0)
    if what == "read": assert len(request.get_data()) == int(request.headers["Content-Length"])
    if what == "slow-view": request.environ["slow"] = True
    if request.headers.get("X-Pass") != "me":
        answer = make_response("not without a pass", 401)
        answer.headers["WWW-Authenticate"] = "Gate"
        return answer

@app.after_request
def stamp(answer):
    if "slow" in request.environ: time.sleep(1.5)
    answer.headers["X-Gate-Says"] = "welcome"
    answer.headers["X-Gate-Saw"] = f"{request.remote_addr} {request.scheme} {request.path.encode()!r}"
    return answer

@app.route("/gate/mine/<path:what>", methods=["GET", "POST"])
def mine(what):
    from mlflow.server.handlers import _get_model_registry_store, _get_tracking_store
    found = _get_tracking_store().search_experiments(max_results=10)
    models = _get_model_registry_store().search_registered_models(max_results=10)
    return {"what": what, "body": request.get_data(as_text=True), "experiments": [e.name for e in found], "models": [m.name for m in models]}

def install(app):
    "A factory that takes the app and answers nothing."

def broken():
    raise RuntimeError("it was not a good day")

not_callable = 7
'''

# A factory that gives a FastAPI application, with MLflow's Flask application below it.
FAST = '''
import asyncio, ctypes, os, time
from contextlib import asynccontextmanager
from fastapi import Request
from fastapi.responses import PlainTextResponse
from mlflow.server import app as flask_app
from mlflow.server.fastapi_app import create_fastapi_app

def note(text):
    with open(os.environ["APP_NOTES"], "a") as file:
        file.write(text + "\\n")

@asynccontextmanager
async def lifespan(app):
    note("begin")
    yield
    note("end")

def create_app():
    made = create_fastapi_app(flask_app)
    made.router.lifespan_context = lifespan

    @made.middleware("http")
    async def gate(request: Request, call_next):
        what = request.headers.get("X-Do")
        if what == "raise": raise ValueError("no good")
        if what == "hang": time.sleep(1000)
        if what == "crash": ctypes.string_at(0)
        if request.headers.get("X-Pass") != "me":
            return PlainTextResponse("not without a pass", 401, headers={"WWW-Authenticate": "Gate"})
        answer = await call_next(request)
        answer.headers["X-Gate-Says"] = "welcome"
        answer.headers["X-Gate-Saw"] = f"{request.client.host} {request.url.scheme} {request.scope['path'].encode()!r}"
        return answer

    @made.post("/gate/mine/{what:path}")
    async def mine(what: str, request: Request):
        return {"what": what, "body": (await request.body()).decode()}

    return made
'''


@functools.cache
def env():
    made = python.make(tempfile.mkdtemp(prefix="python-"))
    python.install(made, "object_app", OBJECT, {"mlflow.app": {
        "object": "object_app:app", "taking": "object_app:install", "broken": "object_app:broken", "number": "object_app:not_callable",
        "nothing": "object_app:not_there"}})
    python.install(made, "fast_app", FAST, {"mlflow.app": {"fast": "fast_app:create_app"}})
    python.install(made, "lost_app", "x = 1\n", {"mlflow.app": {"lost": "lost_module.app:app"}})
    return made


def serve(name, *flags, folder=None, wait=True, **variables):
    folder = folder or tempfile.mkdtemp(prefix="server-")
    return Server("--app-name", name, *flags, folder=folder, wait=wait,
                  env={"MILLRACE_PYTHON": env(), "TMPDIR": folder, "APP_NOTES": f"{folder}/notes", **variables})


def hosts(server):
    out = subprocess.run(["ps", "--ppid", str(server.process.pid), "-o", "pid=,cmd="], capture_output=True, text=True, check=False).stdout
    return [int(line.split()[0]) for line in out.splitlines() if "millrace_host.py" in line]


def leftovers(folder):
    return [name for name in os.listdir(folder) if name.startswith("millrace-spool-")]


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.1)


def fine(server):
    return server.ask("GET", "/health", None, {"X-Pass": "me"}).status == 200
