# SPDX-License-Identifier: Apache-2.0
"""`millrace run` as a person uses it: real projects (C, shell, scikit-learn) from folders, git repositories and zips; what their
runs have in the end, however they end; and beside the reference's own `mlflow.projects.run` on the same projects."""
import functools
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

from _programs import program
from _projects import BUILD, MILLRACE, SOURCE, VENV, Desk, alive, eventually
from _server import Server, main

SIMPLE = """
name: simple
entry_points:
  main:
    parameters:
      alpha: {type: float, default: 0.10}
      name: string
    command: "echo alpha={alpha} name={name}"
  env: {command: "env | sort"}
  fail: {command: "echo to stderr >&2; exit 3"}
  crash: {command: "kill -SEGV $$"}
  killed: {command: "kill -KILL $$"}
  sleep: {command: "echo $$; sleep 300 & echo $!; (trap '' TERM; sleep 301) & echo $!; wait"}
  deaf: {command: "trap '' TERM; echo $$; while :; do sleep 0.1; done"}
"""


def desk(test):
    @functools.wraps(test)
    def run():
        with tempfile.TemporaryDirectory() as folder:
            d = Desk(folder)
            test(d)
            assert not d.leftovers(), d.leftovers()

    return run


# ---- real projects ----


@desk
def test_a_program_in_c(d):
    project = d.example("line-fit")
    flags = {"CPPFLAGS": f"-I{SOURCE}/include", "LDLIBS": f"-L{BUILD}/lib -Wl,-rpath,{BUILD}/lib -lmillrace -lm"}
    if os.environ.get("MILLRACE_SANITIZE"):
        flags["CFLAGS"] = f"-fsanitize={os.environ['MILLRACE_SANITIZE']}"
    done = d.run(project, "-P", "rate=0.5", "-P", "steps=300", "--run-name", "fit", **flags)
    assert "y = 2.0" in done.stdout and done.run.status == "FINISHED" and done.run.info["run_name"] == "fit"
    assert done.run.metrics["loss"] < 1e-4 and done.run.params == {"rate": "0.5", "steps": "300"}
    assert done.run.artifact("mlproject.log") == done.stdout
    diverged = d.fails(project, "-P", "rate=100", "-P", "steps=900", says=["ended with status 2"], run=True, **flags)
    assert diverged.run.status == "FAILED" and "diverged" in diverged.run.artifact("mlproject.log")


@desk
def test_a_pipeline(d):
    project = d.example("word-count")
    (d.folder / "my text.txt").write_text("the mill, the race; the $(id) `id`\n" * 3, encoding="utf-8")
    done = d.run(project, "-P", "text=my text.txt", "-P", "most=2")
    assert done.run.artifact("counts.txt").split() == ["9", "the", "6", "id"], done.run.artifact("counts.txt")
    assert done.run.params["text"] == "'my text.txt'", "as MLflow logs it"
    # An artifact of that run is the next one's input: downloaded, and kept when that is wanted.
    again = d.run(project, "-P", f"text=runs:/{done.run.id}/counts.txt", "--storage-dir", "kept")
    assert "1 id" in " ".join(again.run.artifact("counts.txt").split()) and again.run.params["text"] == f"runs:/{done.run.id}/counts.txt"
    kept = list((d.folder / "kept").rglob("counts.txt"))
    assert len(kept) == 1 and kept[0].parent.name == "param_0", kept
    d.fails(project, "-P", "text=absent.txt", says=["Got value absent.txt for parameter text"], run=True)


@desk
def test_scikit_learn(d):
    done = d.run(d.example("iris"), "-P", "c=0.5", "--env-manager", "local", PATH=f"{VENV}:{d.env['PATH']}")
    assert done.run.status == "FINISHED" and 0.9 < done.run.metrics["accuracy"] <= 1
    assert {"coefficients.txt", "mlproject.log"} <= done.run.artifacts()
    assert "mlflow.project.env" not in done.run.tags


# ---- beside the reference ----

REFERENCE = """
import json, sys
import mlflow
from mlflow.projects import run
for one in json.load(open(sys.argv[1])):
    try:
        run(env_manager="local", **one)
    except Exception as e:
        print("FAILED", type(e).__name__, e, file=sys.stderr)
"""


def commands(stderr):
    return [line.split("Running command '", 1)[1].rsplit("' in run", 1)[0] for line in stderr.splitlines() if "Running command '" in line]


def described(run):
    """What must be equal: all but what is of the moment."""
    tags = {k: v for k, v in run.tags.items() if k != "mlflow.runName" or v == "named"}
    return run.status, run.params, tags


def test_as_the_reference():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        d = Desk(folder, f"http://localhost:{server.port}")
        repo = d.project("repo", SIMPLE, train__sh="echo trained with $@; exit ${2:-0}\n")
        d.project("repo/sub", SIMPLE)
        d.project("plain", train__sh="echo plain $@\n")
        d.git("init", "-q", "-b", "main", folder=repo)
        d.git("add", ".", folder=repo)
        d.git("commit", "-qm", "1", folder=repo)
        d.git("remote", "add", "origin", "https://me:secret@example.org/repo.git", folder=repo)
        cases = [
            {"uri": "repo", "parameters": {"name": "it's $(id) \"x\" `id`\\", "extra-one": "a b"}},
            {"uri": "repo", "parameters": {"name": "n", "not a key?": "a b"}},
            {"uri": "repo/sub", "parameters": {"name": "n", "alpha": "1e-3", "z": "2"}, "run_name": "named"},
            {"uri": "repo#sub", "parameters": {"name": ""}},
            {"uri": "repo", "entry_point": "fail"},
            {"uri": "repo", "entry_point": "train.sh", "parameters": {"code": "4"}},
            {"uri": "plain", "entry_point": "train.sh", "parameters": {"a": "~"}},
            {"uri": "repo", "entry_point": "killed"},
            {"uri": "repo", "parameters": {}},
            {"uri": "repo", "entry_point": "absent"},
        ]
        (d.folder / "cases.json").write_text(json.dumps([{**one, "experiment_name": "theirs"} for one in cases]), encoding="utf-8")
        theirs = subprocess.run([sys.executable, "-c", REFERENCE, "cases.json"], cwd=folder, env={**d.env, "SHELL": "/bin/bash"}, text=True,
                                capture_output=True, timeout=240, check=True)
        ours = ""
        for one in cases:
            flags = [word for k, v in one.get("parameters", {}).items() for word in ("-P", f"{k}={v}")]
            flags += ["-e", one["entry_point"]] if "entry_point" in one else []
            flags += ["--run-name", one["run_name"]] if "run_name" in one else []
            process = d.start(one["uri"], *flags, "--experiment-name", "ours", "--env-manager", "local", SHELL="/bin/bash")
            ours += process.communicate(timeout=60)[1]
        names = {one["experiment_id"]: one["name"] for one in json.loads(d.cli("experiments", "search", "--output", "json"))["experiments"]}
        runs = {"ours": [], "theirs": []}
        for message in sorted(d.runs(), key=lambda one: one["info"]["start_time"]):
            runs[names[message["info"]["experiment_id"]]].append(d.find(message["info"]["run_id"]))
        assert commands(ours) == commands(theirs.stderr), (ours, theirs.stderr)
        assert len(runs["ours"]) == len(runs["theirs"]) == 8, (runs, theirs.stderr)
        for mine, other, case in zip(runs["ours"], runs["theirs"], cases):
            if case.get("entry_point") == "killed":  # the reference knows FAILED only
                assert (mine.status, other.status) == ("KILLED", "FAILED")
                mine.status = other.status
            if "not a key?" in case.get("parameters", {}):  # the store refuses it, and the reference leaves the run as it is
                assert (mine.status, other.status) == ("FAILED", "RUNNING")
                mine.status = other.status
            assert described(mine) == described(other), (case, described(mine), described(other))
        for words in ("No value given for missing parameters: 'name'", "Could not find absent among entry points"):
            assert words in ours and words in theirs.stderr, (ours, theirs.stderr)


# ---- where projects come from ----


def repository(d):
    """main with two commits, the first tagged v1; dev, which has an entry point more; a submodule; and a bare copy."""
    library = d.project("library", data__txt="of the submodule\n")
    d.git("init", "-q", "-b", "main", folder=library)
    d.git("add", ".", folder=library)
    d.git("commit", "-qm", "1", folder=library)
    repo = d.project("repo", "entry_points: {main: {command: 'echo first'}}")
    d.project("repo/deep", "entry_points: {main: {command: 'echo deep'}}")
    d.git("init", "-q", "-b", "main", folder=repo)
    d.git("submodule", "add", "-q", f"file://{library}", "library", folder=repo)
    d.git("add", ".", folder=repo)
    d.git("commit", "-qm", "1", folder=repo)
    d.git("tag", "v1", folder=repo)
    d.project("repo", "entry_points: {main: {command: 'echo second; cat library/data.txt'}}")
    d.git("commit", "-qam", "2", folder=repo)
    d.git("checkout", "-q", "-b", "dev", folder=repo)
    d.project("repo", "entry_points: {main: {command: 'echo dev'}}")
    d.git("commit", "-qam", "3", folder=repo)
    d.git("checkout", "-q", "main", folder=repo)
    d.git("clone", "-q", "--bare", str(repo), "repo.git", folder=d.folder)
    return repo, f"file://{d.folder}/repo.git"


@desk
def test_git(d):
    repo, url = repository(d)
    commit = {name: d.git("rev-parse", name, folder=repo) for name in ("main", "dev", "v1")}
    first = d.run(url)
    assert first.stdout == "second\nof the submodule\n", first
    expected = {"mlflow.source.name": url, "mlflow.source.type": "PROJECT", "mlflow.source.git.commit": commit["main"],
                "mlflow.source.git.repoURL": url, "mlflow.project.entryPoint": "main", "mlflow.project.backend": "local"}
    assert expected.items() <= first.run.tags.items() and "mlflow.source.git.branch" not in first.run.tags, first.run.tags
    on_dev = d.run(url, "-v", "dev")
    assert on_dev.stdout == "dev\n" and on_dev.run.tags["mlflow.source.git.branch"] == "dev"
    assert on_dev.run.tags["mlflow.source.git.commit"] == commit["dev"]
    for version in ("v1", commit["v1"], commit["v1"][:9]):
        done = d.run(url, "--version", version)
        assert done.stdout == "first\n" and done.run.tags["mlflow.source.git.commit"] == commit["v1"]
        assert "mlflow.source.git.branch" not in done.run.tags
    deep = d.run(f"{url}#deep")
    assert deep.stdout == "deep\n" and deep.run.tags["mlflow.source.name"] == f"{url}#deep"
    d.fails(url, "-v", "devv", says=["Unable to checkout version 'devv'", "Did you mean 'dev'?"])
    d.fails(f"{url}#nope", says=["Could not find subdirectory nope"])
    d.fails(f"file://{d.folder}/nothing.git", says=["nothing.git"])


class GitOverHttp(http.server.BaseHTTPRequestHandler):
    """git's own server program behind basic authentication."""

    root, seen = "", []

    def answer(self):
        self.seen.append(self.headers.get("Authorization"))
        if self.seen[-1] != "Basic bWU6c2VjcmV0":  # me:secret
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        path, _, query = self.path.partition("?")
        env = {**os.environ, "GIT_PROJECT_ROOT": self.root, "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
               "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""), "REMOTE_ADDR": "127.0.0.1",
               "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", "")}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        done = subprocess.run(["git", "http-backend"], env=env, input=body, capture_output=True, check=True).stdout
        head, _, body = done.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


@desk
def test_git_over_http_with_a_password(d):
    repo = d.project("repo", "entry_points: {main: {command: 'echo over http'}}")
    d.git("init", "-q", "-b", "main", folder=repo)
    d.git("add", ".", folder=repo)
    d.git("commit", "-qm", "1", folder=repo)
    GitOverHttp.root = str(d.folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), GitOverHttp) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{web.server_port}/repo/.git"
        d.env.update(HOME=str(d.folder), GIT_CONFIG_NOSYSTEM="1")
        named = d.run(f"http://me:secret@{host}")
        assert named.stdout == "over http\n" and "secret" not in named.stderr + str(named.run.tags), named
        assert named.run.tags["mlflow.source.git.repoURL"] == f"http://{host}"
        d.fails(f"http://{host}", says=["the git repository", "failed"])
        (d.folder / ".gitconfig").write_text("[credential]\n\thelper = \"!f() { cat > asked; echo username=me; echo password=secret; }; f\"\n",
                                             encoding="utf-8")
        assert d.run(f"http://{host}").stdout == "over http\n"
        asked = (d.folder / "asked").read_text(encoding="utf-8")
        assert "protocol=http\n" in asked and f"host=127.0.0.1:{web.server_port}\n" in asked, asked
        d.env["HOME"] = os.environ["HOME"]
        web.shutdown()


@desk
def test_a_version_of_a_folder(d):
    """Which stays as it is, with what is changed in it."""
    repo, _ = repository(d)
    (repo / "MLproject").write_text("entry_points: {main: {command: 'echo changed'}}", encoding="utf-8")
    assert d.run(repo).stdout == "changed\n"
    done = d.run(repo, "-v", "dev")
    assert done.stdout == "dev\n" and done.run.tags["mlflow.source.git.branch"] == "dev"
    assert done.run.tags["mlflow.source.name"] == f"file://{repo}"
    assert d.run("repo/deep", "-v", "v1").stdout == "deep\n"
    assert d.git("status", "--short", "--branch", folder=repo).splitlines() == ["## main", " M MLproject"]
    d.fails(d.project("plain", SIMPLE), "-v", "dev", says=["Setting a version is only supported for Git project URIs"])


@desk
def test_zips(d):
    project = d.project("inside", "entry_points: {main: {command: 'cat file.txt; ./program.sh'}}", file__txt="zipped\n",
                        program__sh="#!/bin/sh\necho ran\n")
    os.chmod(project / "program.sh", 0o755)
    for name, prefix in (("flat.zip", ""), ("deep.zip", "sub/dir/")):
        with zipfile.ZipFile(d.folder / name, "w") as out:
            for file in project.iterdir():
                out.write(file, prefix + file.name)
    done = d.run("flat.zip")
    assert done.stdout == "zipped\nran\n" and done.run.tags["mlflow.source.name"] == f"{d.folder}/flat.zip", done.run.tags
    assert d.run("deep.zip#sub/dir").stdout == "zipped\nran\n"
    hostile = {"up.zip": "../evil", "root.zip": "/tmp/millrace-evil", "mixed.zip": "a/../../evil", "back.zip": "a\\..\\evil"}
    for name, member in hostile.items():
        with zipfile.ZipFile(d.folder / name, "w") as out:
            out.writestr(member, "x")
        d.fails(name, says=["attempts path traversal"])
    with zipfile.ZipFile(d.folder / "link.zip", "w") as out:
        link = zipfile.ZipInfo("link")
        link.external_attr, link.create_system = 0o120777 << 16, 3
        out.writestr(link, "/etc")
        out.writestr("link/passwd", "x")
    d.fails("link.zip", says=["is no file or folder"])
    (d.folder / "broken.zip").write_bytes(b"PK\x03\x04 no zip")
    d.fails("broken.zip", says=["no zip file that can be read"])
    assert not os.path.exists("/tmp/millrace-evil") and not (d.folder / "evil").exists()


@desk
def test_a_zip_from_a_web_server(d):
    site = d.folder / "site"
    site.mkdir()
    with zipfile.ZipFile(site / "p.zip", "w") as out:
        out.writestr("MLproject", "entry_points: {main: {command: 'echo from afar'}}")
    seen = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.headers.get("Authorization"))
            super().do_GET()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=site)) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{web.server_port}/p.zip"
        done = d.run(url, MLFLOW_TRACKING_TOKEN="secret")
        assert done.stdout == "from afar\n" and done.run.tags["mlflow.source.name"] == url
        assert seen == [None], "the tracking server's token is not for others"
        d.fails(f"http://127.0.0.1:{web.server_port}/absent.zip", says=["Unable to retrieve ZIP file", "404"])
        web.shutdown()


# ---- ends ----


@desk
def test_ends(d):
    project = d.project("p", SIMPLE)
    failed = d.fails(project, "-e", "fail", says=["failed: the command ended with status 3"], run=True)
    assert failed.run.status == "FAILED" and failed.run.artifact("mlproject.log") == "to stderr\n"
    crashed = d.fails(project, "-e", "crash", says=["ended by signal 11"], run=True)
    assert crashed.run.status == "FAILED"
    killed = d.fails(project, "-e", "killed", says=["ended by signal 9"], run=True)
    assert killed.run.status == "KILLED"
    quiet = d.run(project, "-P", "name=x", "--no-keep-output", "--output", "json")
    assert not quiet.run.artifacts() and "alpha=0.1 name=x" in quiet.stderr
    assert json.loads(quiet.stdout) == {"run_id": quiet.run.id, "status": "FINISHED", "exit_code": 0}
    # A command that ends its run itself has the last word, unless it then fails.
    finished = "entry_points: {main: {parameters: {code: {default: 0}}, command: 'python3 end.py && exit {code}'}}"
    end = ("import json, os, urllib.request\n"
           "from urllib.request import Request\n"
           "data = json.dumps({'run_id': os.environ['MLFLOW_RUN_ID'], 'status': os.environ['END']}).encode()\n"
           "request = Request(os.environ['MLFLOW_TRACKING_URI'] + '/api/2.0/mlflow/runs/update', data, {'Content-Type': 'application/json'})\n"
           "urllib.request.urlopen(request)\n")
    with Server() as server:
        remote = Desk(d.folder, f"http://localhost:{server.port}")
        own = remote.project("own", finished, end__py=end)
        assert remote.run(own, END="FAILED").run.status == "FAILED"
        assert remote.run(own, END="FINISHED").run.status == "FINISHED"
        assert remote.run(own, "-P", "code=1", code=1, END="FINISHED").run.status == "FAILED"


def interrupted(d, entry, *signals):
    """Its run after these signals, and the processes of the command."""
    process = d.start("p", "-e", entry)
    lines = 3 if entry == "sleep" else 1
    pids = [int(process.stdout.readline()) for _ in range(lines)]
    for number in signals:
        process.send_signal(number)
        if len(signals) > 1:
            eventually(lambda: d.runs()[0]["info"]["status"] != "RUNNING" or alive(pids[0]))
    process.communicate(timeout=60)
    assert process.returncode == 130, process.returncode
    assert not any(alive(pid) for pid in pids), "something of it lives on"
    newest = max(d.runs(), key=lambda one: one["info"]["start_time"])
    return d.find(newest["info"]["run_id"])


@desk
def test_interrupts_end_all_of_it(d):
    d.project("p", SIMPLE)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        assert interrupted(d, "sleep", number).status == "KILLED"
    assert interrupted(d, "deaf", signal.SIGINT, signal.SIGINT).status == "KILLED", "the second one kills"


@desk
def test_a_reader_that_stands_still(d):
    """Nor one that has gone: neither keeps the command from being ended, or from ending."""
    project = d.project("p", "entry_points: {main: {command: 'echo $$; exec head -c 10000000 /dev/zero'}, some: {command: 'seq 1 100000'}}")
    process = d.start(project)
    pid = int(process.stdout.readline())
    time.sleep(1)  # long enough for the pipe to be full
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130 and not alive(pid), (process.returncode, alive(pid), process.stderr.read())
    assert d.runs()[0]["info"]["status"] == "KILLED", (d.runs(), process.stderr.read())
    process.communicate()
    process = d.start(project, "-e", "some")
    process.stdout.close()
    assert process.wait(20) == 0
    process.stderr.close()


@desk
def test_in_the_background(d):
    project = d.project("p", SIMPLE + "  brief: {command: 'sleep 1; echo done'}\n")
    done = d.run(project, "-e", "brief", "--no-block")
    assert done.run.status == "RUNNING" and done.stdout.strip() == done.run.id
    finished = eventually(lambda: (run := d.find(done.run.id)).status == "FINISHED" and run)
    assert finished.artifact("mlproject.log") == "done\n"
    d.fails(project, "-e", "nothing", "--no-block", says=["Could not find nothing"])
    sleeping = d.run(project, "-e", "sleep", "--no-block", "--output", "json")
    assert json.loads(sleeping.stdout)["run_id"] == sleeping.run.id
    found = subprocess.run(["pgrep", "-f", f"run {project} -e sleep"], capture_output=True, text=True, check=True).stdout.split()
    for pid in found:
        os.kill(int(pid), signal.SIGTERM)
    eventually(lambda: d.find(sleeping.run.id).status == "KILLED")
    eventually(lambda: not d.leftovers())


# ---- what is given ----


@desk
def test_the_commands_environment(d):
    project = d.project("p", SIMPLE)
    done = d.run(project, "-e", "env", "--experiment-name", "other", MLFLOW_EXPERIMENT_NAME="first", MLFLOW_TRACKING_URI="sqlite:///rel.db")
    assert done.run is None, "it is in another store"
    says = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert says["MLFLOW_TRACKING_URI"] == f"sqlite:///{d.folder}/rel.db", "the project runs in another folder"
    assert "MLFLOW_EXPERIMENT_NAME" not in says and says["MLFLOW_EXPERIMENT_ID"] == "1" and len(says["MLFLOW_RUN_ID"]) == 32
    assert says["PWD"] == str(project) and says["PYTHONUNBUFFERED"] == "1"
    first = d.run(project, "-P", "name=a", "--experiment-name", "e1")
    again = d.run(project, "-P", "name=b", "--run-id", first.run.id)
    assert again.run is None and "name=b" in again.stdout and d.find(first.run.id).status == "FINISHED"
    assert d.run(project, "-P", "name=a", MLFLOW_EXPERIMENT_NAME="e1").run.info["experiment_id"] == first.run.info["experiment_id"]
    d.fails(project, "-P", "name=a", "--run-id", "0" * 32, says=["0" * 32])


@desk
def test_what_is_wrong_is_said(d):
    project = d.project("p", SIMPLE)
    d.fails("q", says=["There is no project 'q'", f"{d.folder}/q is not there", "Did you mean 'p'?"])
    d.fails(project, "-e", "slep", "-P", "name=x", says=["Could not find slep", "Did you mean 'sleep'?", "MLproject"])
    d.fails(project, "-P", "nmae=x", says=["No value given for missing parameters: 'name'", "'nmae' was given"])
    d.fails(project, "-P", "name=x", "-b", "lcal", says=["no project backend named 'lcal'", "Did you mean 'local'?", "slurm"])
    d.fails(project, "-P", "name=x", "-c", "{", says=["Invalid backend config JSON"])
    d.fails(project, "-P", "name=x", "-c", '{"a": 1}', says=["'local' has no settings"], run=True)
    d.fails(project, "-P", "name=x", "--env-manager", "cnda", says=["no environment manager 'cnda'", "Did you mean 'conda'?"])
    d.fails(project, "-P", "name=x", "-P", "name=y", says=["Repeated parameter: 'name'"], code=2)
    d.fails(project, "--experiment-id", "0", "--experiment-name", "x", says=["Specify only one"], code=2)
    d.fails(d.project("b1", "entry_points: ["), says=["b1/MLproject is no YAML", "line"])
    d.fails(d.project("b2", "entry_pionts: {}"), says=["b2/MLproject", "Did you mean 'entry_points'?"])
    d.fails(d.project("b3", "python_env: env.yaml"), says=["b3/env.yaml, but no such file was found"])
    d.fails(d.project("b4", "entry_points: {main: {command: 'echo {x}'}}"), says=["{x}, which is none of its parameters"])
    d.fails(d.project("b5", "entry_points: {main: {parameters: {x: string}, command: 'cat <<E\n{x}\nE'}}"), "-P", "x=$(touch PWNED)",
            says=["cannot be quoted safely", "'x'", "here-document"])
    assert not list(d.folder.rglob("PWNED"))
    assert all(run["info"]["status"] != "RUNNING" for run in d.runs())


@desk
def test_from_c(d):
    """mr_project_run, with its callbacks."""
    d.project("p", SIMPLE)
    binary = program("project.c")

    def run(*arguments):
        done = subprocess.run([binary, *arguments], cwd=d.folder, env=d.env, text=True, capture_output=True, timeout=60, check=False)
        return done.stdout.splitlines(), done.stderr

    lines, errors = run("p", "main", "local")
    assert lines[0].startswith("started ") and "out alpha=0.1 name=from c" in lines and lines[-1].endswith("FINISHED 0"), (lines, errors)
    lines, _ = run("p", "sleep", "local")
    assert lines[-2:][0] == "error Run (ID '" + lines[0].split()[1] + "') was cancelled" and lines[-1].endswith("KILLED 143"), lines
    lines, _ = run("p", "nothing", "local")
    assert lines[0].startswith("error Could not find nothing") and lines[-1] == "result  FAILED -1", lines


@desk
def test_a_backend_from_outside(d):
    """Of plugins/example; and who follows its job can be another than who began it."""
    d.env["MILLRACE_PLUGIN_PATH"] = f"{BUILD}/lib/millrace/plugins/example.so"
    d.project("p", SIMPLE + "  brief: {command: 'echo begun; sleep 2; echo done; exit 4'}\n")
    done = d.run("p", "-P", "name=a b", "-b", "files")
    assert done.stdout == "alpha=0.1 name=a b\n" and done.run.status == "FINISHED" and done.run.tags["mlflow.project.backend"] == "files"
    assert "MLFLOW_EXPERIMENT_NAME" not in d.run("p", "-e", "env", "-b", "files", MLFLOW_EXPERIMENT_NAME="x").stdout
    process = d.start("p", "-e", "brief", "-b", "files")
    assert process.stdout.readline() == "begun\n"
    process.kill()
    process.communicate()
    (left,) = [one["info"]["run_id"] for one in d.runs() if one["info"]["status"] == "RUNNING"]
    again = d.run("--attach", left, code=1)
    assert again.stdout == "begun\ndone\n" and "ended with status 4" in again.stderr, again
    assert d.find(left).status == "FAILED", d.find(left).status
    d.fails("--attach", left, says=["has ended already"])
    for name in d.leftovers():  # of the one that was killed
        shutil.rmtree(d.folder / "tmp" / name)


@desk
def test_a_backend_that_misbehaves(d):
    """Whatever it does, the run is in a true state in the end."""
    project = d.project("p", SIMPLE)
    plugin = str(d.folder / "odd.so")
    subprocess.run(["cc", "-std=c11", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", f"-I{SOURCE}/include", "programs/odd_backend.c",
                    "-o", plugin], cwd=Path(__file__).parent, check=True)

    def flags(mode):
        return [project, "-e", "env", "-b", "odd", "-c", json.dumps({"do": mode}), "--plugin", plugin]

    assert d.run(*flags("nothing")).run.status == "FINISHED"
    refused = d.fails(*flags("refuse"), says=["no room for run "], run=True)
    assert refused.run.status == "FAILED" and refused.run.id in refused.stderr
    silent = d.fails(*flags("refuse-without-a-word"), says=["The backend 'odd' did not take the command, and does not say why"], run=True)
    assert silent.run.status == "FAILED"
    assert d.run(*flags("deaf")).run.status == "FINISHED", "asking failed, the job did not"
    waited = d.run(*flags("waits"))
    assert "=== third in the queue ===\n=== second in the queue ===" in waited.stderr and waited.run.status == "FINISHED"
    burnt = d.fails(*flags("fails"), says=["failed: the machine burnt down"], run=True)
    assert burnt.run.status == "FAILED" and burnt.run.artifact("mlproject.log") == "half of it\n"
    process = d.start(*flags("clings"))
    while "Running command" not in process.stderr.readline():
        pass
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130 and said.count("cannot cancel yet") == said.count("Ending the command") == 1, said
    assert max(d.runs(), key=lambda one: one["info"]["start_time"])["info"]["status"] == "KILLED"
    d.fails(project, "-e", "env", "-b", "half", "--plugin", plugin, says=["odd-backend", "'half' without all its functions"], run=True)


if __name__ == "__main__":
    assert shutil.which("git") and Path(MILLRACE).exists()
    main(globals())
