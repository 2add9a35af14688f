# SPDX-License-Identifier: Apache-2.0
"""Project backends, by MLflow's contract: run(project_uri, entry_point, params, version, backend_config, tracking_uri,
experiment_id) gives a SubmittedRun, which is kept here under a number."""
import itertools
import shlex
import threading

import millrace_adapt as adapt
import millrace_host as host

lock = threading.Lock()
backends, jobs, numbers = {}, {}, itertools.count(1)


class Job:
    """A SubmittedRun, and a thread that waits for it."""

    def __init__(self, submitted, plugin):
        self.submitted, self.plugin = submitted, plugin
        self.state, self.message, self.cancelled = "RUNNING", "", False
        self.ended = threading.Event()
        threading.Thread(target=self.wait, daemon=True, name="project").start()

    def wait(self):
        host.current.plugin = self.plugin
        try:
            state, message = ("FINISHED", "") if self.submitted.wait() else ("FAILED", "")
        except Exception as e:
            state, message = "FAILED", host.error_text(e)
        self.state, self.message = ("KILLED" if self.cancelled and state == "FAILED" else state), message
        self.ended.set()


def backend(request):
    with lock:
        if request["object"] not in backends:
            made = host.load_object(request["plugin"], request["object"])()
            adapt.check_class(request["plugin"], type(made), "a project backend", ["run"])
            backends[request["object"]] = made
        return backends[request["object"]]


def submit(request, blob):
    p = request["params"]
    config = {
        "ENV_MANAGER": p["env_manager"] or None,
        "SYNCHRONOUS": False,
        "DOCKER_ARGS": {},
        "STORAGE_DIR": p["storage_dir"] or None,
        "build_image": False,
        "docker_auth": None,
        **p["config"],
    }
    # What we log is quoted for a shell, a backend quotes for itself.
    params = {key: (shlex.split(value) or [""])[0] for key, value in p["params"].items()}
    made = backend(request)
    adapt.current_run.id = p["run_id"]
    try:
        submitted = made.run(p["project_uri"], p["entry_point"], params, p["version"] or None, config, p["tracking_uri"], p["experiment_id"])
    finally:
        adapt.current_run.id = None
    missing = [name for name in ("wait", "cancel") if adapt.is_missing(type(submitted), name)]
    if submitted is None or missing:
        what = "gave no SubmittedRun" if submitted is None else f"gave a {type(submitted).__name__} without {', '.join(missing)}"
        raise host.HostError("INVALID_STATE", f"its run() {what}")
    number = next(numbers)
    with lock:
        jobs[number] = Job(submitted, request["plugin"])
    run_id = getattr(submitted, "run_id", None)
    return {"job": number, "run_id": str(run_id) if run_id else ""}


def status(request, blob):
    job = jobs.get(request["params"]["job"])
    if job is None:
        return {"state": "FAILED", "message": "the Python host that ran it has ended, and nobody knows of it any more"}
    job.ended.wait(request["params"]["wait_ms"] / 1000)
    return {"state": job.state, "message": job.message}


def cancel(request, blob):
    job = jobs.get(request["params"]["job"])
    if job is not None and not job.ended.is_set():
        job.cancelled = True
        job.submitted.cancel()


def release(request, blob):
    with lock:
        jobs.pop(request["params"]["job"], None)


OPERATIONS = {"project.submit": submit, "project.status": status, "project.cancel": cancel, "project.release": release}
