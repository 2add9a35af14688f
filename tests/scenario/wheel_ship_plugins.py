# SPDX-License-Identifier: Apache-2.0
"""Native plugins in Python environments: `millrace plugins install` and `millrace python sync`, whatever happens to them, and
plugins in wheels of their own. MLflow then uses them by their names, and nothing else is set."""
import base64
import glob
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from _programs import BUILD, environment
from _wheel import EXAMPLE, SOURCE, Venv, build_wheel

if os.environ.get("MILLRACE_SANITIZE"):
    sys.exit(77)  # see wheel_ship.py

FOLDER = tempfile.mkdtemp(prefix="wheel-plugins-")
DATA = f"{FOLDER}/data"
os.makedirs(f"{FOLDER}/wheels")
os.makedirs(f"{FOLDER}/deployed")
WHEEL = build_wheel(f"{FOLDER}/wheels")
BOTH = Venv(f"{FOLDER}/both", mlflow=True)
SECOND = Venv(f"{FOLDER}/second")
EMPTY = Venv(f"{FOLDER}/empty")
for with_package in (BOTH, SECOND):
    with_package.pip("install", "--no-deps", WHEEL)
ALL = f"{BOTH.folder}:{SECOND.folder}:{EMPTY.folder}"
NAME = "millrace_plugin_example-1.0.0.dist-info"


def millrace(*words, code=0, **more):
    said, complained = BOTH.run("millrace", *words, code=code, XDG_DATA_HOME=DATA, MILLRACE_PYTHON=ALL, **more)
    return json.loads(said) if "json" in words else said + complained


def states(*words, **more):
    """Of each environment, by its folder's name: {plugin: state}."""
    return {os.path.basename(one["python"].removesuffix("/bin/python3")): {p["name"]: p["state"] for p in one["plugins"]}
            for one in millrace("python", *words, "--output", "json", **more)}


def is_whole(info):
    """A distribution as RECORD has it."""
    with open(f"{info}/RECORD", encoding="utf-8") as record:
        lines = [line.rstrip("\n").split(",") for line in record]
    for name, digest, size in lines:
        if digest:
            with open(os.path.join(os.path.dirname(info), name), "rb") as file:
                content = file.read()
            found = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            assert (f"sha256={found}", str(len(content))) == (digest, size), name
    return {os.path.basename(name) for name, _, _ in lines} == set(os.listdir(info))


USE = """
import json, sys, mlflow
from mlflow.deployments import get_deploy_client
from mlflow.projects.backend.loader import load_backend
from mlflow.tracking.request_auth.registry import _request_auth_provider_registry as auths
mlflow.set_tracking_uri(sys.argv[1])
with mlflow.start_run() as run:
    mlflow.log_metric("a", 0.5)
    mlflow.log_text("hello", "a.txt")
said = mlflow.get_run(run.info.run_id)
print(json.dumps({"metrics": said.data.metrics, "host": "example.host" in said.data.tags,
                  "text": mlflow.artifacts.load_text(run.info.artifact_uri + "/a.txt"), "backend": type(load_backend("files")).__name__,
                  "auth": [p.get_name() for p in auths if type(p).__module__.startswith("millrace")],
                  "deployments": get_deploy_client("faketarget:" + sys.argv[2]).list_deployments()}))
"""
FOUND = {"metrics": {"a": 0.5}, "host": True, "text": "hello", "backend": "nfiles", "auth": ["example"], "deployments": []}
COMPLAIN = """
import json, sys, mlflow
said = []
def ask(what, *arguments):
    try:
        what(*arguments)
        said.append("nothing")
    except Exception as problem:
        said.append(str(problem))
mlflow.set_tracking_uri(sys.argv[1])
ask(mlflow.search_experiments)
mlflow.set_tracking_uri("millrace+sqlite:///m.db")
ask(mlflow.artifacts.list_artifacts, sys.argv[1])
ask(mlflow.search_experiments)
print(json.dumps(said))
"""


def use(uri, script=USE):
    return json.loads(BOTH.run("python", "-c", script, uri, f"{FOLDER}/deployed", XDG_DATA_HOME=DATA)[0])


def check_complaints(uri, *words):
    """Of a store and a repository whose plugin is not there; all else works."""
    store, repository, other = use(uri, COMPLAIN)
    assert other == "nothing", other
    for complaint in (store, repository):
        assert "millrace-plugin-example" in complaint and all(word in complaint for word in words), complaint


def test_install():
    said = millrace("plugins", "install", EXAMPLE)
    for venv in (BOTH, SECOND):
        assert f"MLflow of {venv.folder}/bin/python3: example 1.0.0 was added" in said, said
        assert is_whole(f"{venv.site}/{NAME}")
    assert "millrace-plugin-example" in BOTH.pip("list")
    fine = {"both": {"example": "in step"}, "second": {"example": "in step"}, "empty": {}}
    assert states("list") == states("sync", "--check") == fine
    found = use(f"file-plugin:{FOLDER}/mlruns")
    assert found == FOUND, found
    assert os.path.isdir(f"{FOLDER}/mlruns/0")
    listed = json.loads(BOTH.run("millrace", "plugins", "list", "--output", "json", XDG_DATA_HOME=DATA, MILLRACE_PYTHON=SECOND.folder)[0])
    assert not [p for p in listed if p["name"].startswith("millrace")], "our own distributions are no Python plugins"


def test_repair():
    info = f"{BOTH.site}/{NAME}"
    shutil.rmtree(info)
    os.truncate(f"{SECOND.site}/{NAME}/entry_points.txt", 30)
    os.rename(shutil.copytree(f"{SECOND.site}/{NAME}", f"{SECOND.site}/x"), f"{SECOND.site}/millrace_plugin_gone-0.1.dist-info")
    os.makedirs(f"{SECOND.site}/.millrace_plugin-abcdef")  # of one that was killed
    amiss = {"both": {"example": "missing"}, "second": {"example": "out of date", "gone": "without a plugin"}, "empty": {}}
    assert states("list") == amiss
    assert states("sync", "--check", code=1) == amiss and not os.path.exists(info)
    assert states("sync") == {"both": {"example": "added"}, "second": {"example": "renewed", "gone": "removed"}, "empty": {}}
    assert is_whole(info) and is_whole(f"{SECOND.site}/{NAME}")
    assert not [name for name in os.listdir(SECOND.site) if name.startswith((".millrace", "millrace_plugin_gone"))]
    # one that somebody else has installed is left alone
    shutil.rmtree(info)
    theirs = f"{BOTH.site}/millrace_plugin_example-7.0.dist-info"
    os.makedirs(theirs)
    with open(f"{theirs}/INSTALLER", "w", encoding="ascii") as out:
        out.write("pip\n")
    assert states("sync")["both"] == {"example": "installed by somebody else"} and not os.path.exists(info)
    shutil.rmtree(theirs)
    # the package is gone, its plugins' distributions remained
    os.rename(f"{SECOND.site}/millrace", f"{FOLDER}/package")
    assert states("sync")["second"] == {"example": "removed"}
    os.rename(f"{FOLDER}/package", f"{SECOND.site}/millrace")
    assert states("sync")["second"] == {"example": "added"}


def test_unwritable():
    """The one that cannot be changed is told of, the others are served, and what was asked for is done."""
    shutil.rmtree(f"{BOTH.site}/{NAME}")
    shutil.rmtree(f"{SECOND.site}/{NAME}")
    nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    site = SECOND.site
    if nobody:
        os.chown(site, 65534, 65534)
        for folder in (os.environ.get("TMPDIR", "/tmp"), FOLDER):
            if folder != "/tmp":
                os.chmod(folder, 0o711)
    else:
        os.chmod(BOTH.site, 0o555)
    # the package's program: whoever runs the tests may keep the build tree to himself
    done = subprocess.run([f"{BOTH.folder}/bin/millrace", "python", "sync"], capture_output=True, text=True, check=False, cwd="/",
                          env=environment(XDG_DATA_HOME=DATA, MILLRACE_PYTHON=ALL), **nobody)
    assert done.returncode == 1 and f"{BOTH.site} cannot be changed: Permission denied" in done.stderr, done
    assert f"millrace python sync --python {BOTH.folder}/bin/python3" in done.stderr
    assert is_whole(f"{site}/{NAME}") and not os.path.exists(f"{BOTH.site}/{NAME}")
    os.chown(site, os.geteuid(), os.getegid())
    os.chmod(BOTH.site, 0o755)
    millrace("python", "sync")


def test_killed():
    """Whenever it is killed, what Python finds is whole, and the next one cleans up; two at once do no harm."""
    command = [f"{BUILD}/bin/millrace", "python", "sync"]
    clean = environment(XDG_DATA_HOME=DATA, MILLRACE_PYTHON=BOTH.folder)
    start = time.monotonic()
    subprocess.run(command, env=clean, check=True, stdout=subprocess.DEVNULL)
    usual, cut = time.monotonic() - start, 0
    for i in range(60):
        shutil.rmtree(f"{BOTH.site}/{NAME}", ignore_errors=True)
        if i % 2:  # one that has to be replaced
            shutil.copytree(f"{SECOND.site}/{NAME}", f"{BOTH.site}/{NAME}")
            os.truncate(f"{BOTH.site}/{NAME}/METADATA", 20)
        run = subprocess.Popen(command, env=clean, stdout=subprocess.DEVNULL)
        time.sleep(random.random() * usual * 1.2)
        run.send_signal(signal.SIGKILL)
        cut += run.wait() == -signal.SIGKILL
        for info in glob.glob(f"{BOTH.site}/millrace_plugin_*.dist-info"):
            assert i % 2 or is_whole(info)
            assert set(os.listdir(info)) == {"METADATA", "RECORD", "INSTALLER", "entry_points.txt"}
    shutil.rmtree(f"{BOTH.site}/{NAME}", ignore_errors=True)
    runs = [subprocess.Popen(command, env=clean, stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [run.wait() for run in runs] == [0] * 4
    assert is_whole(f"{BOTH.site}/{NAME}")
    assert not [name for name in os.listdir(BOTH.site) if name.startswith(".millrace")]
    print(f"killed {cut} times of 60")


def test_remove():
    os.remove(f"{DATA}/millrace/plugins/example.so")  # by hand: the distribution remains
    check_complaints(f"file-plugin:{FOLDER}/mlruns", "millrace-plugin-example 1.0.0", "millrace python sync")
    millrace("plugins", "install", EXAMPLE)
    assert "example 1.0.0 was removed" in millrace("plugins", "remove", "example")
    assert not glob.glob(f"{FOLDER}/*/lib/python3*/site-packages/*millrace_plugin*")


# ---- wheels of their own ----

def test_new_wheel():
    """From `plugins new --wheel` to MLflow, by pip alone, which builds in an environment of its own."""
    millrace("plugins", "new", "--wheel", "site-store", "--group", "artifact_repository", "--scheme", "site", "--folder", FOLDER)
    BOTH.pip("wheel", "--no-deps", "--find-links", f"{FOLDER}/wheels", "--wheel-dir", f"{FOLDER}/made", f"{FOLDER}/site-store")
    BOTH.pip("install", "--no-deps", *glob.glob(f"{FOLDER}/made/millrace_plugin_site_store-0.1.0-py3-none-*.whl"))
    listed = json.loads(BOTH.run("millrace", "plugins", "list", "--output", "json", XDG_DATA_HOME=DATA, MILLRACE_PYTHON=BOTH.folder)[0])
    own = [p for p in listed if p["name"] == "site-store"]
    assert len(own) == 1 and own[0]["file"] == f"{BOTH.site}/millrace_plugin_site_store/site_store.so" and own[0]["abi"], own
    script = f"""
import mlflow, os
assert not [line for line in open('/proc/self/maps') if 'libmillrace' in line]
os.environ["SITE_STORE_BASE"] = "file://{FOLDER}/archive"
mlflow.set_tracking_uri("millrace+sqlite:///{FOLDER}/m.db")
experiment = mlflow.create_experiment("x", artifact_location="site://x")
with mlflow.start_run(experiment_id=experiment) as run:
    mlflow.log_text("hello", "a.txt")
assert mlflow.artifacts.load_text(run.info.artifact_uri + "/a.txt") == "hello"
"""
    BOTH.run("python", "-c", script, XDG_DATA_HOME=DATA)
    assert glob.glob(f"{FOLDER}/archive/x/*/artifacts/a.txt")
    BOTH.pip("uninstall", "-y", "millrace-plugin-site-store")
    assert not glob.glob(f"{BOTH.site}/millrace_plugin*")


def test_example_wheel():
    """The example plugin, through its source distribution; a store, which runs in a process of its own, is given it, too."""
    source = f"{FOLDER}/example"
    os.makedirs(source)
    shutil.copy(f"{SOURCE}/plugins/example/plugin.c", source)
    shutil.copy(f"{FOLDER}/site-store/pyproject.toml", source)
    name = SECOND.run("python", "-c", f"import millrace.plugin_wheel as b; print(b.build_sdist('{FOLDER}/made'))", cwd=source)[0].split()[-1]
    assert name == "millrace_plugin_example-1.0.0.tar.gz"
    BOTH.pip("install", "--no-deps", "--find-links", f"{FOLDER}/wheels", f"{FOLDER}/made/{name}")
    found = use(f"file-plugin:{FOLDER}/mlruns2")
    assert found == FOUND, found
    assert states("list")["both"] == {}
    file = f"{BOTH.site}/millrace_plugin_example/example.so"
    os.truncate(file, 5000)
    check_complaints(f"file-plugin:{FOLDER}/mlruns2", "millrace-plugin-example 1.0.0 offers", "cut off",
                     "pip install --force-reinstall millrace-plugin-example")
    os.remove(file)
    check_complaints(f"file-plugin:{FOLDER}/mlruns2", "pip install --force-reinstall millrace-plugin-example")


for test in (test_install, test_repair, test_unwritable, test_killed, test_remove, test_new_wheel, test_example_wheel):
    began = time.monotonic()
    test()
    print(f"{test.__name__}: passed in {time.monotonic() - began:.1f} s", flush=True)
shutil.rmtree(FOLDER, ignore_errors=True)
