# SPDX-License-Identifier: Apache-2.0
"""The wheel in clean environments of each Python that there is: the program with its pages, the extension, what pip takes away
again; and under the real MLflow: what it costs, what it loads, and what is said when a part of it is missing."""
import base64
import glob
import hashlib
import os
import re
import shutil
import sys
import tempfile

import _server
from _wheel import Venv, build_wheel

if os.environ.get("MILLRACE_SANITIZE"):
    sys.exit(77)  # a program that has no sanitizer cannot load the extension, and a wheel of such a build is nobody's

FOLDER = tempfile.mkdtemp(prefix="wheel-ship-")
WHEEL = build_wheel(FOLDER)


def pythons():
    """One of each minor version from 3.10 on."""
    found = {sys.version_info[:2]: sys.executable}
    for path in sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/3.*/bin/python3"))):
        version = tuple(int(part) for part in path.split("/versions/")[1].split("/")[0].split(".")[:2])
        if version >= (3, 10):
            found.setdefault(version, path)
    return found


def check_record(venv):
    """RECORD names what is there, with its hashes."""
    with open(glob.glob(f"{venv.site}/millrace-*.dist-info/RECORD")[0], encoding="utf-8") as record:
        lines = [line.rstrip("\n").rsplit(",", 2) for line in record]
    hashed = [(name, digest.removeprefix("sha256=")) for name, digest, _ in lines if digest]
    for name, digest in hashed:
        with open(os.path.join(venv.site, name), "rb") as file:
            found = base64.urlsafe_b64encode(hashlib.sha256(file.read()).digest()).rstrip(b"=").decode()
        assert found == digest, name
    assert len(hashed) > 30, hashed


def try_server(program):
    _server.MILLRACE, before = program, _server.MILLRACE
    try:
        with _server.Server() as server:
            page = server.ask("GET", "/")
            assert page.status == 200 and b"<!doctype html" in page.body.lower()[:200], page
            run = server.create_run()
            server.api("POST", "runs/log-metric", {"run_id": run, "key": "a", "value": 0.5, "timestamp": 1, "step": 0})
            assert server.api("GET", f"runs/get?run_id={run}")["run"]["data"]["metrics"][0]["value"] == 0.5
            uri = f"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/a.txt"
            assert server.ask("PUT", uri, b"hello").status == 200
            assert server.ask("GET", uri).body == b"hello"
    finally:
        _server.MILLRACE = before


def test_python(version, python):
    venv = Venv(f"{FOLDER}/clean{version[1]}", python)
    before = venv.files()
    venv.pip("install", "--no-compile", WHEEL)
    program = f"{venv.folder}/bin/millrace"
    with open(program, "rb") as file:
        assert file.read(4) == b"\x7fELF"
    says = venv.run("millrace", "--version")[0]
    assert says.startswith("millrace, version ")
    assert venv.run("python", "-m", "millrace", "--version")[0] == says
    assert venv.run("python", "-c", "import millrace._native as n; print(n.version())")[0].strip() in says
    check_record(venv)
    if version == sys.version_info[:2]:
        try_server(program)
        os.symlink(program, f"{FOLDER}/linked")  # as pipx does
        assert os.popen(f"{FOLDER}/linked --version").read() == says
        hidden = glob.glob(f"{venv.site}/millrace-*.dist-info")[0]
        os.rename(hidden, f"{FOLDER}/hidden")
        assert "pip install --force-reinstall millrace" in venv.run("millrace", "--version", code=127)[1]
        os.rename(f"{FOLDER}/hidden", hidden)
    venv.pip("uninstall", "-y", "millrace")
    left = {name for name in venv.files() - before if not name.startswith("spool/")}
    assert not left, left


# ---- under MLflow ----

MAPS = "[l for l in open('/proc/self/maps') if 'libmillrace' in l or '_native' in l]"
RUN = "import mlflow; mlflow.set_tracking_uri('millrace+sqlite:///{0}/x.db')\nwith mlflow.start_run(): mlflow.log_metric('a', 1)"


def test_mlflow(venv):
    """Nothing native before it is used; what `import mlflow` loads of ours."""
    script = (f"import mlflow, sys\nprint([name for name in sys.modules if name.split('.')[0] == 'millrace'])\n"
              f"mlflow.set_tracking_uri('millrace+sqlite:///x.db'); assert not {MAPS}\n{RUN.format(FOLDER)}\nassert {MAPS}")
    names = eval(venv.run("python", "-c", script)[0].splitlines()[0])
    assert "millrace.mlflow_plugins.entry" in names, names
    measure_import(venv, names)


def measure_import(venv, names):
    """What our modules add to `import mlflow`: at most 5 ms, of about 2 seconds; as a ratio, for busy machines. They are imported
    by name here, and before MLflow: what its registries load by importlib.import_module is not in -X importtime."""
    def look():
        said = venv.run("python", "-X", "importtime", "-c", f"import {', '.join(names)}\nimport mlflow")[1]
        lines = re.findall(r"import time:\s+(\d+) \|\s+(\d+) \|( +)(\S+)", said)
        ours = sum(int(all_) for _, all_, depth, name in lines if name.split(".")[0] == "millrace" and len(depth) == 1)
        return ours, next(int(all_) for _, all_, _, name in lines if name == "mlflow")
    ours, whole = look()
    if ours >= whole / 200:  # interrupted, perhaps
        ours, whole = look()
    print(f"import mlflow: {whole / 1000:.0f} ms, of it ours: {ours / 1000:.2f} ms")
    assert 0 < ours < whole / 200, (ours, whole)


def test_missing_parts(venv):
    """MLflow goes on without us, and whoever uses us is told what to do."""
    package = f"{venv.site}/millrace"
    script = "import mlflow; print('imported')\n" + RUN.format(FOLDER)
    shutil.copytree(package, f"{FOLDER}/whole")
    for damage in (lambda: os.remove(f"{package}/_native.abi3.so"), lambda: os.truncate(f"{package}/_native.abi3.so", 0),
                   lambda: os.remove(f"{package}/lib/libmillrace.so.1"), lambda: os.remove(f"{package}/bin/millrace")):
        damage()
        said, complaint = venv.run("python", "-W", "error::UserWarning", "-c", script, code=1)
        assert said.strip() == "imported", (said, complaint)
        assert "pip install --force-reinstall millrace" in complaint.splitlines()[-1], complaint
        shutil.rmtree(package)
        shutil.copytree(f"{FOLDER}/whole", package)


for minor, interpreter in pythons().items():
    test_python(minor, interpreter)
    print(f"Python {minor[0]}.{minor[1]}: installed, used, and taken away")
VENV = Venv(f"{FOLDER}/mlflow", mlflow=True)
VENV.pip("install", "--no-deps", WHEEL)
for test in (test_mlflow, test_missing_parts):
    test(VENV)
    print(f"{test.__name__}: passed")
shutil.rmtree(FOLDER, ignore_errors=True)
