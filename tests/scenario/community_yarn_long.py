# SPDX-License-Identifier: Apache-2.0
"""mlflow-yarn 0.0.1 (MLflow 1.x), up to submission: `millrace run --backend yarn` against a real ResourceManager, NodeManager and HDFS
(Hadoop 3.5.0 of Maven, in one process, without Kerberos). The application is accepted and its master is started; that one, of the
plugin's skein 0.8.2, cannot run in the shaded jars that are to be had here, so no project runs to its end. The environment of the project, a pex, lies
on this machine's disk: what would bring it to HDFS needs Hadoop's native library. Skipped without Maven and a JDK."""
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager

import _community as community
from _programs import SOURCE, millrace
from _server import Server, main

PROJECT = {
    "MLproject": """\
name: pumps
entry_points:
  main:
    parameters:
      alpha: {type: float, default: 0.5}
    command: "python -m train --alpha {alpha} 'two words'"
""",
    "train.py": "import sys; print(sys.argv)\n",
    "requirements.txt": "colorama==0.4.6\n",
    "backend_config.json": '{"name": "pumps-on-yarn", "memory": "128 MiB", "num_cores": 1}\n',
}


def jars():
    made = subprocess.run([f"{SOURCE}/scripts/community-jars", "hadoop"], stdout=subprocess.PIPE, text=True, check=False)
    if made.returncode == 3:
        print("skipped: Hadoop cannot be had")
        sys.exit(77)
    assert made.returncode == 0, made
    return made.stdout.strip()


class Hadoop:
    def __init__(self, folder):
        self.folder, self.jars = folder, jars()
        for name in ("client", "home", "cluster"):
            os.mkdir(f"{folder}/{name}")
        # What a Hadoop client has on PATH, as far as skein and cluster-pack ask it.
        self.command("yarn", f'[ "$*" = "classpath --glob" ] && echo {self.folder}/cluster/conf $(ls {self.jars}/lib/*.jar) | tr " " ":"')
        self.command("hdfs", f'[ "$*" = "getconf -confKey fs.defaultFS" ] && echo file://{self.folder}/disk')

    def command(self, name, text):
        with open(f"{self.folder}/client/{name}", "w", encoding="ascii") as out:
            out.write(f"#!/bin/sh\n{text}\n")
        os.chmod(f"{self.folder}/client/{name}", 0o755)

    @contextmanager
    def running(self):
        with open(f"{self.folder}/log", "wb") as log:
            process = subprocess.Popen(["java", "-Xmx512m", "-cp", f"{self.jars}/classes:{self.jars}/lib/*", "Main", f"{self.folder}/cluster"],
                                       cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            line = process.stdout.readline()
            while line and not line.startswith("READY"):
                line = process.stdout.readline()
            with open(f"{self.folder}/log", encoding="utf-8", errors="replace") as log:
                assert line, log.read()[-3000:]
            self.web = line.split()[1]
            yield self
        finally:
            process.stdin.close()
            process.wait(60)

    def ask(self, path):
        request = urllib.request.Request(f"http://{self.web}/ws/v1/cluster/{path}", headers={"Accept": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def applications(self):
        return (self.ask("apps").get("apps") or {}).get("app", [])

    def master_log(self, application):
        for place, _, names in os.walk(f"{self.folder}/cluster"):
            if application in place and "application.master.log" in names:
                with open(f"{place}/application.master.log", encoding="utf-8", errors="replace") as log:
                    return log.read()
        return ""

    @property
    def settings(self):
        home = f"{self.folder}/home"
        return {"MILLRACE_PYTHON": community.venv("yarn"), "PATH": f"{self.folder}/client:{os.environ['PATH']}", "HOME": home,
                "HADOOP_CONF_DIR": f"{self.folder}/cluster/conf", "SKEIN_CONFIG": f"{home}/.skein", "TMPDIR": self.folder}


def write_project(folder):
    os.mkdir(f"{folder}/project")
    for name, text in PROJECT.items():
        with open(f"{folder}/project/{name}", "w", encoding="ascii") as out:
            out.write(text)


def test_project_is_submitted():
    folder = tempfile.mkdtemp()
    write_project(folder)
    with Hadoop(folder).running() as hadoop, Server() as server:
        began = time.time()
        _, err = millrace("run", f"{folder}/project", "--backend", "yarn", "--backend-config", '{"memory": "256 MiB"}', "-P", "alpha=0.25",
                          folder=folder, code=1, timeout=900, MLFLOW_TRACKING_URI=f"http://127.0.0.1:{server.port}", **hadoop.settings)
        (application,) = hadoop.applications()
        assert application["name"] == "pumps-on-yarn" and application["applicationType"] == "skein", application
        assert application["startedTime"] / 1000 >= began - 1 and application["queue"].endswith("default"), application
        (run,) = server.api("POST", "runs/search", {"experiment_ids": ["0"]})["runs"]
        tags = {t["key"]: t["value"] for t in run["data"]["tags"]}
        assert tags["skein_application_id"] == application["id"], (tags, application)
        assert tags["mlflow.project.backend"] == "yarn", tags
        assert {"key": "alpha", "value": "0.25"} in run["data"]["params"], run
        # YARN started the master, and it read what was submitted; how it ended is how the run ended
        assert "Application specification successfully loaded" in hadoop.master_log(application["id"]), (application, err)
        assert application["state"] == "FAILED" and run["info"]["status"] == "FAILED", (application, run)
        packed = [name for place, _, names in os.walk(f"{folder}/disk") for name in names]
        assert [name for name in packed if name.startswith("cluster_pack") and name.endswith(".pex")], packed


def test_what_is_missing_is_told():
    """Without a Hadoop client on this machine."""
    folder = tempfile.mkdtemp()
    write_project(folder)
    _, err = millrace("run", f"{folder}/project", "--backend", "yarn", folder=folder, code=1, MILLRACE_PYTHON=community.venv("yarn"), HOME=folder,
                      TMPDIR=folder, MLFLOW_TRACKING_URI=f"sqlite:///{folder}/m.db", SKEIN_CONFIG=f"{folder}/.skein")
    assert "No such file or directory: 'yarn'" in err, err


def test_what_is_adapted_is_told():
    found = community.adaptations("mlflow-yarn", community.venv("yarn"), tempfile.mkdtemp())
    assert "Project.conda_env_path is env_config_path, of a project with env_type conda, today" in found, found


if __name__ == "__main__":
    main(globals())
