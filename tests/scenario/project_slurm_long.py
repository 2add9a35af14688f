# SPDX-License-Identifier: Apache-2.0
"""The backend `slurm` against a real Slurm: its controller and one node on this machine, without munge (auth/none), in a folder of
the test's own. Skipped where Slurm is not installed (Debian: slurmctld, slurmd, slurm-client) or the test does not run as root."""
import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

from _projects import Desk, eventually
from _server import free_port, main
from project_run import SIMPLE

PROGRAMS = ("slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo", "scontrol")
CONFIG = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
AuthType=auth/none
CredType=cred/none
SlurmUser=root
SlurmdUser=root
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
KillWait=2
MinJobAge=300
ReturnToService=2
SchedulerParameters=sched_interval=1
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverTimeLimit=0
"""


class Slurm:
    def __init__(self, folder):
        self.folder = folder
        for name in ("state", "spool"):
            os.mkdir(f"{folder}/{name}")
        with open(f"{folder}/slurm.conf", "w", encoding="ascii") as out:
            out.write(CONFIG.format(host=socket.gethostname().split(".")[0], folder=folder, controller=free_port(), node=free_port()))
        self.env = {**os.environ, "SLURM_CONF": f"{folder}/slurm.conf"}
        self.daemons = {}
        self.start("slurmctld")
        self.start("slurmd")
        eventually(lambda: "idle" in self.ask("sinfo", "-h", "-o", "%t"), 60)

    def start(self, name):
        with open(f"{self.folder}/{name}.out", "ab") as out:
            self.daemons[name] = subprocess.Popen([name, "-D"], env=self.env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def end(self, name):
        self.daemons[name].terminate()
        self.daemons[name].wait(30)

    def ask(self, *command):
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60, check=False).stdout

    def stop(self):
        self.ask("scancel", "--user", "root")
        for name in self.daemons:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.end(name)


SLURM = []


def slurm(test):
    def run():
        with tempfile.TemporaryDirectory() as folder:
            d = Desk(folder)
            d.env["SLURM_CONF"] = SLURM[0].env["SLURM_CONF"]
            d.project("p", SIMPLE)
            test(d, SLURM[0])
            assert not any(files for _, _, files in os.walk(d.folder / "state")), "scripts and output go with the job"

    return run


@slurm
def test_a_job(d, s):
    config = json.dumps({"time": "00:05:00", "cpus-per-task": 2, "comment": "it's $(id)", "setup": ["echo set up", "export MR_SETUP=1"]})
    done = d.run("p", "-P", "name=a 'b' $(id)", "-b", "slurm", "-c", config)
    assert done.stdout == "set up\nalpha=0.1 name=a 'b' $(id)\n", done
    assert done.run.status == "FINISHED" and done.run.tags["mlflow.project.backend"] == "slurm"
    assert done.run.artifact("mlproject.log") == done.stdout
    job = s.ask("scontrol", "show", "job", done.run.tags["millrace.project.job"].split()[0])
    assert "JobName=simple.main" in job and "Comment=it's $(id)" in job and "TimeLimit=00:05:00" in job and "NumCPUs=2" in job, job
    env = d.run("p", "-e", "env", "-b", "slurm", MLFLOW_EXPERIMENT_NAME="first", FROM_HERE="inherited")
    assert f"MLFLOW_RUN_ID={env.run.id}" in env.stdout and "FROM_HERE=inherited" in env.stdout and "MLFLOW_EXPERIMENT_NAME" not in env.stdout
    assert f"PWD={d.folder}/p\n" in env.stdout


@slurm
def test_ends(d, s):
    failed = d.fails("p", "-e", "fail", "-b", "slurm", says=["ended with status 3"], run=True)
    assert failed.run.status == "FAILED" and failed.run.artifact("mlproject.log") == "to stderr\n"
    assert d.fails("p", "-e", "crash", "-b", "slurm", says=["signal 11"], run=True).run.status == "FAILED"
    wrong = d.fails("p", "-e", "env", "-b", "slurm", "-c", '{"partition": "nope"}', says=["sbatch did not take the job", "nope"], run=True)
    assert wrong.run.status == "FAILED"
    d.fails("p", "-e", "env", "-b", "slurm", "-c", '{"chdir": "/"}', says=["'chdir' is not for you to set"], run=True)
    d.fails("p", "-e", "env", "-b", "slurm", says=["sbatch, squeue and scancel on PATH"], run=True, PATH="/bin/none")


def newest(d):
    return d.find(max(d.runs(), key=lambda one: one["info"]["start_time"])["info"]["run_id"])


@slurm
def test_cancelled_from_both_sides(d, s):
    process = d.start("p", "-e", "sleep", "-b", "slurm")
    pids = [int(process.stdout.readline()) for _ in range(3)]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130 and newest(d).status == "KILLED"
    eventually(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids))
    process = d.start("p", "-e", "sleep", "-b", "slurm")
    assert process.stdout.readline()
    s.ask("scancel", "--name", "simple.sleep")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1 and newest(d).status == "KILLED", said


@slurm
def test_waiting_in_the_queue(d, s):
    first = d.start("p", "-e", "sleep", "-b", "slurm", "-c", '{"exclusive": true}')
    assert first.stdout.readline()
    second = d.start("p", "-e", "env", "-b", "slurm", "-c", '{"exclusive": true}')
    said = ""
    while "The job waits" not in said:
        line = second.stderr.readline()
        assert line, said
        said += line
    assert newest(d).status == "RUNNING" and "(Resources)" in said, said
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=60)
    second.communicate(timeout=60)
    assert second.returncode == 0 and newest(d).status == "FINISHED"
    # One that is cancelled before it began.
    first = d.start("p", "-e", "sleep", "-b", "slurm", "-c", '{"exclusive": true}')
    assert first.stdout.readline()
    second = d.start("p", "-e", "env", "-b", "slurm", "-c", '{"exclusive": true}')
    while "The job waits" not in second.stderr.readline():
        pass
    second.send_signal(signal.SIGINT)
    assert second.communicate(timeout=60)[0] == "" and newest(d).status == "KILLED"
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)


@slurm
def test_a_controller_that_is_away(d, s):
    """The job goes on, and so does its run."""
    d.project("brief", "entry_points: {main: {command: 'echo begun; sleep 4; echo done'}}")
    process = d.start("brief", "-b", "slurm")
    assert process.stdout.readline() == "begun\n"
    s.end("slurmctld")
    time.sleep(1)
    s.start("slurmctld")
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0 and said.endswith("done\n") and newest(d).status == "FINISHED"


@slurm
def test_in_the_background(d, s):
    d.project("brief", "entry_points: {main: {command: 'sleep 1; echo done'}}")
    done = d.run("brief", "-b", "slurm", "--no-block")
    assert "Submitted to slurm as job" in done.stderr and done.run.status == "RUNNING"
    run = eventually(lambda: (run := d.find(done.run.id)).status == "FINISHED" and run, 60)
    assert run.artifact("mlproject.log") == "done\n"
    eventually(lambda: not any(files for _, _, files in os.walk(d.folder / "state")))


@slurm
def test_who_comes_after_a_crash(d, s):
    """The process that followed the job is gone; another one takes its place, and nothing is taken on trust from the tag."""
    d.project("brief", "entry_points: {main: {command: 'echo begun; sleep 3; echo done; exit 5'}}")
    process = d.start("brief", "-b", "slurm")
    assert process.stdout.readline() == "begun\n"
    process.kill()
    process.communicate()
    left = newest(d)
    assert left.status == "RUNNING"
    done = d.run("--attach", left.id, code=1)
    assert done.stdout == "begun\ndone\n" and "ended with status 5" in done.stderr
    ended = d.find(left.id)
    assert ended.status == "FAILED" and ended.artifact("mlproject.log") == "begun\ndone\n"
    d.fails("--attach", left.id, says=["has ended already: it is FAILED"])
    precious = d.project("precious", file__txt="x")
    hostile = d.start("brief", "-b", "slurm")
    assert hostile.stdout.readline() == "begun\n"
    hostile.kill()
    hostile.communicate()
    left = newest(d)
    for tag, says in ((f"1 {precious}", "There is no script of run"), ("1;id /", "is no job of the backend"), ("", "has no job")):
        set_tag(d, left.id, "millrace.project.job", tag)
        d.fails("--attach", left.id, says=[says])
    assert (precious / "file.txt").exists() and d.find(left.id).status == "RUNNING"
    eventually(lambda: "brief.main" not in s.ask("squeue", "-h", "-o", "%j"), 60)
    shutil.rmtree(d.folder / "state")


def set_tag(d, run_id, key, value):
    with contextlib.closing(sqlite3.connect(d.folder / "m.db")) as db, db:
        assert db.execute("UPDATE tags SET value = ? WHERE run_uuid = ? AND key = ?", (value, run_id, key)).rowcount == 1


if __name__ == "__main__":
    if os.geteuid() != 0 or not all(shutil.which(one) for one in PROGRAMS):
        print("skipped: needs root, and Slurm (slurmctld slurmd slurm-client)")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as place:
        SLURM.append(Slurm(place))
        try:
            main(globals())
        finally:
            SLURM[0].stop()
