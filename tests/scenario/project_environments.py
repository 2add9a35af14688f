# SPDX-License-Identifier: Apache-2.0
"""The environments of projects: a real virtual environment, kept by its content; uv, conda and docker by programs that do what
those do as far as it is seen here and write down what they were asked; what happens when one cannot be made."""
import base64
import hashlib
import os
import stat
import sys
import threading
import zipfile

from _projects import alive, eventually
from _server import main
from project_run import desk

WHERE = "import sys, tiny; print(tiny.VERSION, sys.prefix)\n"


def wheel(folder, version):
    """A package 'tiny', as pip installs it without building anything."""
    info = f"tiny-{version}.dist-info"
    files = {"tiny.py": f"VERSION = '{version}'\n",
             f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n",
             f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    record = ""
    with zipfile.ZipFile(folder / f"tiny-{version}-py3-none-any.whl", "w") as out:
        for name, text in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{name},sha256={digest},{len(text)}\n"
            out.writestr(name, text)
        out.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")


def with_wheels(d, name, **files):
    project = d.project(name, **files)
    (project / "wheels").mkdir()
    for version in ("1.0", "2.0"):
        wheel(project / "wheels", version)
    return project


def environments(d):
    return sorted(one.name for one in (d.folder / "envs").iterdir() if one.is_dir())


@desk
def test_a_virtual_environment(d):
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    project = with_wheels(d, "p", python_env__yaml=f"python: '{version}'\ndependencies:\n- --no-index\n- -r more.txt\n",
                          more__txt=f"--find-links {d.folder}/p/wheels\ntiny==1.0\n", where__py=WHERE)
    first = d.run(project, "-e", "where.py")
    (name,) = environments(d)
    assert first.stdout.splitlines()[-1] == f"1.0 {d.folder}/envs/{name}", first.stdout
    assert first.run.tags["mlflow.project.env"] == "virtualenv" and f"source {d.folder}/envs/{name}/bin/activate && python" in first.stderr
    assert "Successfully installed tiny-1.0" in first.run.artifact("mlproject.log"), "what pip says belongs to the run"
    again = d.run(project, "-e", "where.py")
    assert again.stdout == f"1.0 {d.folder}/envs/{name}\n" and "already exists" in again.stderr
    # Another content of an included file is another environment; of two runs at once one makes it.
    (project / "more.txt").write_text(f"--find-links {d.folder}/p/wheels\ntiny==2.0\n", encoding="utf-8")
    both = [d.start(project, "-e", "where.py") for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert all(out.startswith("2.0 ") or "\n2.0 " in out for out, _ in said), said
    assert sorted("Creating the environment" in err for _, err in said) == [False, True] and len(environments(d)) == 2, said
    # One that cannot be made is not left behind, and its run says why it failed.
    (project / "more.txt").write_text("absent-package==9\n", encoding="utf-8")
    failed = d.fails(project, "-e", "where.py", says=["No matching distribution found for absent-package==9"], run=True)
    assert failed.run.status == "FAILED" and len(environments(d)) == 2
    d.fails(d.project("old", python_env__yaml="python: '3.1'\n", where__py=WHERE), "-e", "where.py", says=["There is no Python 3.1"], run=True)


def fake(d, name, script):
    """A program of that name, first on PATH; each call is a line in calls.txt."""
    folder = d.folder / "bin"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/bash\nprintf '%s\\n' \"{name} $*\" >> {d.folder}/calls.txt\n{script}\n", encoding="utf-8")
    os.chmod(folder / name, stat.S_IRWXU)
    return {"PATH": f"{folder}:{d.env['PATH']}"}


def calls(d):
    file = d.folder / "calls.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    return lines


@desk
def test_uv(d):
    path = fake(d, "uv", f'[ "$1" = venv ] && exec {sys.executable} -m venv --without-pip "$2"; exit 0')
    project = d.project("p", python_env__yaml="python: '3.9'\nbuild_dependencies: [wheel]\ndependencies: [six, -r more.txt]\n", more__txt="a\n",
                        t__py="import sys; print(sys.prefix)\n")
    done = d.run(project, "-e", "t.py", "--env-manager", "uv", **path)
    (name,) = environments(d)
    place = f"{d.folder}/envs/{name}"
    assert done.stdout == f"{place}\n" and done.run.tags["mlflow.project.env"] == "uv"
    install = f"uv pip install --python {place}/bin/python -r {place}/requirements.txt"
    assert calls(d) == [f"uv venv {place} --python=3.9", install, install]
    with open(f"{place}/requirements.txt", encoding="utf-8") as file:
        assert file.read() == f"six\n-r {project}/more.txt\n"
    d.run(project, "-e", "t.py", "--env-manager", "uv", **path)
    assert not calls(d), "it is there already"
    d.fails(project, "-e", "t.py", "--env-manager", "uv", says=["There is no program 'uv'"], run=True, PATH="/usr/bin:/bin")
    # The part of a conda.yaml that pip understands.
    conda = d.project("c", conda__yaml="dependencies:\n- python=3.9.1\n- numpy\n- pip:\n  - tiny==1.0\n", t__py="")
    d.fails(conda, "-e", "t.py", says=["there is no conda", "--env-manager virtualenv"], run=True, PATH="/usr/bin:/bin")
    done = d.run(conda, "-e", "t.py", "--env-manager", "uv", **path)
    assert "will not be installed in the resulting environment: numpy" in done.stderr and calls(d)[0].endswith("--python=3.9.1")


@desk
def test_conda(d):
    home = d.folder / "conda"
    (home / "etc/profile.d").mkdir(parents=True)
    (home / "etc/profile.d/conda.sh").write_text("conda() { echo \"activated $2\"; }\n", encoding="utf-8")
    fake(d, "conda", f'if [ "$2" = list ]; then echo "{{\\"envs\\": [\\"/x/base\\"$(cat {d.folder}/made 2>/dev/null)]}}"; '
                     f'else echo ", \\"/x/$4\\"" > {d.folder}/made; fi')
    (d.folder / "bin").rename(home / "bin")
    project = d.project("p", conda__yaml="dependencies: [python=3.9]\n", t__sh="echo ran\n")
    done = d.run(project, "-e", "t.sh", MLFLOW_CONDA_HOME=str(home), SHELL="/bin/sh")
    first = calls(d)
    name = first[1].split()[4]
    assert first == ["conda env list --json", f"conda env create -n {name} --file {project}/conda.yaml"]
    assert done.stdout.endswith("ran\n") and done.run.tags["mlflow.project.env"] == "conda" and f"activated {name}" in done.stderr
    assert f"source {home}/bin/../etc/profile.d/conda.sh && conda activate {name} 1>&2 && /bin/sh t.sh" in done.stderr
    d.run(project, "-e", "t.sh", MLFLOW_CONDA_HOME=str(home))
    assert calls(d) == ["conda env list --json"]


DOCKER = """
name: boxed
docker_env: {image: 'python:3.11', environment: [FROM_HERE, [MODE, fast]], volumes: ['/data:/data']}
entry_points:
  main: {parameters: {x: string}, command: "python t.py {x}"}
  two: {command: "echo a && echo b"}
"""


@desk
def test_docker(d):
    # Runs what stands behind the image on this machine, which is enough to see that it arrived whole.
    path = fake(d, "docker", 'case "$1 $2" in "image inspect") [ "$3" = --format ] && echo sha256:1234; exit 0;; run*) '
                             'while [ "$1" != python:3.11 ] && [ "$1" != boxed ]; do shift; done; shift; [ "$1" = python ] && exec echo "$@"; exec "$@";; esac')
    project = d.project("p", DOCKER)
    done = d.run(project, "-P", "x=a 'b' $(id)", "-A", "gpus=all", "-A", "t", FROM_HERE="secret", **path)
    assert done.stdout == "python t.py a 'b' $(id)\n", done
    run = calls(d)[-1]
    assert run.startswith(f"docker run --rm --gpus all -t -v {d.folder}:/mlflow/tmp/mlruns -v ") and "-v /data:/data" in run
    assert f"-e MLFLOW_RUN_ID={done.run.id} -e MLFLOW_TRACKING_URI=sqlite:////mlflow/tmp/mlruns/m.db" in run
    assert "-e FROM_HERE -e MODE=fast python:3.11 python t.py" in run and "secret" not in run + done.stderr
    expected = {"mlflow.project.env": "docker", "mlflow.docker.image.uri": "python:3.11", "mlflow.docker.image.id": "sha256:1234"}
    assert expected.items() <= done.run.tags.items()
    assert d.run(project, "-e", "two", FROM_HERE="x", **path).stdout == "a\nb\n"
    assert calls(d)[-1].endswith("python:3.11 sh -c echo a && echo b")
    built = d.run(project, "-e", "two", "--build-image", FROM_HERE="x", **path)
    assert built.run.tags["mlflow.docker.image.uri"] == "boxed"
    assert any(one.startswith("docker build -t boxed -f ") and one.endswith(f" --force-rm {project}") for one in calls(d))
    d.fails(project, "-e", "two", says=["FROM_HERE"], run=True, **path)
    away = fake(d, "docker", 'echo "Cannot connect to the Docker daemon" >&2; exit 1')
    d.fails(project, "-e", "two", says=["Cannot connect to the Docker daemon"], run=True, FROM_HERE="x", **away)
    d.fails(d.project("unnamed", "docker_env: {image: a}\nentry_points: {main: {command: x}}"), says=["Project name in MLProject"], **away)


@desk
def test_an_interrupt_while_it_is_made(d):
    path = fake(d, "uv", f"echo $$ > {d.folder}/uv.pid; sleep 300")
    process = d.start(d.project("p", python_env__yaml="{}", t__py=""), "-e", "t.py", "--env-manager", "uv", **path)
    pid = int(eventually(lambda: (d.folder / "uv.pid").exists() and (d.folder / "uv.pid").read_text(encoding="utf-8").strip()))
    threading.Timer(0.2, process.terminate).start()
    process.communicate(timeout=60)
    assert process.returncode == 130 and not alive(pid) and d.runs()[0]["info"]["status"] == "KILLED"
    assert not environments(d)


if __name__ == "__main__":
    main(globals())
