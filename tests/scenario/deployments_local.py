# SPDX-License-Identifier: Apache-2.0
"""The target local, with servers that crash, hang, break and are replaced: what list and get say is true at each moment,
no request is lost in an update, what was killed comes up again, and nothing is left behind."""
import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import _programs
from _server import MILLRACE, Answer, free_port, main, read_all

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("MILLRACE_SOURCE", os.path.join(HERE, "../.."))
COMMAND = f"command='{sys.executable}' -S -E {HERE}/_scoring_server.py {{port}} {{model_uri}}"


class Place:
    """A state folder, and models; at its end nothing of it may run any more."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="local-")
        return self

    def __exit__(self, *failure):
        pids = self.processes()
        for name in os.listdir(f"{self.folder}/state/deployments") if os.path.isdir(f"{self.folder}/state") else []:
            self.run("delete", "--name", name.removesuffix(".json"), code=None)
        if failure[0] is not None:
            with contextlib.suppress(OSError):
                print(open(f"{self.folder}/state/supervisor.log", encoding="utf-8").read())
        until = time.monotonic() + 10
        while (pids := self.processes()) and time.monotonic() < until:
            time.sleep(0.05)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        assert failure[0] is not None or not pids, pids
        if os.path.exists(f"{self.folder}/state/supervisor.log"):
            with open(f"{self.folder}/state/supervisor.log", encoding="utf-8") as log:
                assert "Sanitizer" not in (text := log.read()), text
        shutil.rmtree(self.folder, ignore_errors=True)

    def model(self, name, answer="", **files):
        os.makedirs(f"{self.folder}/{name}", exist_ok=True)
        for file, text in {"answer": answer or name, **files}.items():
            with open(f"{self.folder}/{name}/{file}", "w", encoding="utf-8") as out:
                out.write(text)
        return name

    def run(self, command, *arguments, code=0, stdin="", **variables):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}
        done = subprocess.run([MILLRACE, "deployments", command, "-t", f"local:{self.folder}/state", *arguments], input=stdin,
                              capture_output=True, text=True, timeout=120, cwd=self.folder, env={**clean, **variables}, check=False)
        assert code is None or done.returncode == code, (command, arguments, done)
        return done.stderr if code else done.stdout

    def create(self, name, model, *arguments, **more):
        return self.run("create", "--name", name, "-m", model, "-C", COMMAND, *arguments, **more)

    def get(self, name):
        return json.loads(self.run("get", "--name", name, "--output", "json"))

    def list(self):
        return {one["name"]: one for one in json.loads(self.run("list", "--output", "json"))}

    def ask(self, name, body='{"inputs": [1]}', **more):
        return json.loads(self.run("predict", "--name", name, stdin=body, **more))["predictions"]

    def wait(self, name, timeout=15, **wanted):
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            told = self.get(name)
            if all(told.get(key) == value for key, value in wanted.items()):
                return told
            time.sleep(0.05)
        raise AssertionError((wanted, told))

    def processes(self):
        """Everything that was started for the folder: its supervisor, its servers, and theirs."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    line = file.read()
                with open(f"/proc/{pid}/environ", "rb") as file:
                    environ = file.read()
                marked = b"MILLRACE_DEPLOYMENTS_OF=" + self.id() in environ if self.id() else False
                if (b"supervise" in line and self.folder.encode() in line) or marked:
                    found.append(int(pid))
        return found

    def id(self):
        with contextlib.suppress(OSError):
            with open(f"{self.folder}/state/id", "rb") as file:
                return file.read()
        return b""

    def supervisor(self):
        for pid in self.processes():
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if b"supervise" in file.read().split(b"\0"):
                    return pid
        return None


def port_of(told):
    return int(told["url"].rpartition(":")[2])


def raw(port, data, end=False):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as s:
        s.sendall(data)
        if end:
            s.shutdown(socket.SHUT_WR)
        return Answer(read_all(s))


def post(port, path, body=b"{}", timeout=20):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("POST", path, body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_life():
    with Place() as p:
        p.model("m1", "one")
        assert p.create("pump", "m1", "-C", "env.NOTE=a note") == "\ndeployment pump is created\n"
        told = p.get("pump")
        assert told["state"] == "RUNNING" and told["revision"] == 1 and told["restarts"] == 0, told
        assert told["config"]["env.NOTE"] == "***" and told["model_uri"] == f"{p.folder}/m1", told
        assert p.ask("pump")[0] == "one" and p.ask("pump")[3] == '{"inputs": [1]}'
        assert p.ask("pump", '[{"a": 1}, {"a": 2}]')[3] == '{"dataframe_records":[{"a":1},{"a":2}]}'
        assert p.ask("pump", '{"a": {"0": 1, "1": 2}}')[3] == '{"dataframe_split":{"columns":["a"],"data":[[1],[2]]}}'
        proxy = f"http://127.0.0.1:{free_port()}"  # is not there, and is not asked
        assert p.ask("pump", http_proxy=proxy, all_proxy=proxy, no_proxy="")[0] == "one"
        assert "refused" in p.run("predict", "--name", "pump", stdin='{"inputs": "refuse"}', code=1)
        with open(told["log"], encoding="utf-8") as log:
            text = log.read()
            assert "with a note" in text and "revision 1:" in text, text
        p.model("m1", "changed")  # the files were copied
        os.kill(told["pid"], signal.SIGKILL)
        p.wait("pump", state="RUNNING", restarts=1)
        assert p.ask("pump")[0] == "one"
        p.model("m2", "two")
        assert p.run("update", "--name", "pump", "-m", "m2") == "Deployment pump is updated\n"
        now = p.get("pump")
        assert p.ask("pump")[0] == "two" and now["url"] == told["url"] and now["revision"] == 2 and now["pid"] != told["pid"], now
        p.run("update", "--name", "pump", "-C", "env.NOTE=other")
        assert p.ask("pump")[0] == "two" and p.get("pump")["revision"] == 3
        table = p.run("list", "--output", "table").splitlines()
        assert table[1].split()[:2] == ["pump", "RUNNING"], table
        assert p.run("delete", "--name", "pump") == "Deployment pump is deleted\n" == p.run("delete", "--name", "pump")
        assert p.list() == {} and "There is no deployment 'pump'" in p.run("get", "--name", "pump", code=1)
        assert not os.listdir(f"{p.folder}/state/models") and not os.listdir(f"{p.folder}/state/logs")


def test_nothing_is_lost_in_an_update():
    with Place() as p:
        for i in range(4):
            p.model(f"m{i}", str(i))
        p.create("a", "m0", "-C", "stop_timeout=20s")
        port, over, seen, wrong = port_of(p.get("a")), threading.Event(), set(), []

        def hammer(keep):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            while not over.is_set():
                try:
                    connection.request("POST", "/invocations", b'{"inputs": 1}')
                    answer = connection.getresponse()
                    body = json.loads(answer.read())
                    if answer.status != 200:
                        wrong.append(body)
                    seen.add(body["predictions"][0])
                except Exception as failure:  # pylint: disable=broad-except
                    wrong.append(repr(failure))
                if not keep:
                    connection.close()

        threads = [threading.Thread(target=hammer, args=(i % 2,)) for i in range(4)]
        slow = {}
        threads.append(threading.Thread(target=lambda: slow.update(answer=post(port, "/slow?s=2"))))
        for thread in threads:
            thread.start()
        time.sleep(0.2)
        for i in 1, 2, 3:
            p.run("update", "--name", "a", "-m", f"m{i}")
            assert p.ask("a")[0] == str(i)  # at once
        threads[-1].join()
        over.set()
        for thread in threads:
            thread.join()
        assert not wrong and seen == {"0", "1", "2", "3"}, (wrong[:5], len(wrong), seen)
        assert slow["answer"][0] == 200 and json.loads(slow["answer"][1])["predictions"][0] == "0", slow  # by the server that is long replaced


def test_what_does_not_come_up():
    with Place() as p:
        p.model("good")
        p.model("bad", broken="yes")
        p.model("sleepy", never="yes")
        told = p.create("a", "bad", code=1)
        assert "it exited with status 1" in told and "this model is broken" in told and "a.log" in told, told
        assert p.list() == {} and os.path.exists(f"{p.folder}/state/logs/a.log")
        told = p.create("a", "sleepy", "-C", "startup_timeout=700ms", code=1)
        assert "did not become healthy" in told and p.list() == {}, told
        p.create("a", "good")
        before = p.get("a")
        for model in "bad", "sleepy":
            told = p.run("update", "--name", "a", "-m", model, "-C", "startup_timeout=700ms", code=1)
            assert "What was deployed before goes on" in told, told
            assert p.ask("a")[:2] == ["good", before["pid"]]
        now = p.get("a")
        assert now["state"] == "RUNNING" and now["revision"] == 1 and now["failed_revision"] == 3, now
        assert os.listdir(f"{p.folder}/state/models/a") == ["1"], os.listdir(f"{p.folder}/state/models/a")
        p.model("better")
        p.run("update", "--name", "a", "-m", "better")
        assert p.ask("a")[0] == "better" and p.get("a")["revision"] == 4 and "failed_why" not in p.get("a")


def test_crashes_are_mended_with_back_off():
    with Place() as p:
        p.model("m", child="yes")
        p.create("a", "m", "-C", "health_interval=200ms", "-C", "health_timeout=300ms", "-C", "stop_timeout=1s")
        port = port_of(p.get("a"))
        for restarts in 1, 2:
            with contextlib.suppress(http.client.HTTPException, OSError):
                assert post(port, "/crash")[0] == 502
            assert p.get("a")["state"] in ("RESTARTING", "RUNNING")
            told = p.wait("a", state="RUNNING", restarts=restarts)
        pid = told["pid"]
        with open(f"{p.folder}/state/models/a/1/sick", "w", encoding="utf-8"):
            pass  # the next pings hang: it is not asked again before it is replaced
        os.kill(pid, signal.SIGSTOP)
        told = p.wait("a", state="RESTARTING", restarts=3, timeout=40)
        assert told["why"] == "it did not answer /ping", told
        status, body = post(port, "/invocations")
        assert status == 503 and json.loads(body)["error_code"] == "TEMPORARILY_UNAVAILABLE", body
        os.remove(f"{p.folder}/state/models/a/1/sick")
        assert p.ask("a")[0] == "m" and p.wait("a", state="RUNNING")["pid"] != pid


def test_the_supervisor_is_killed():
    with Place() as p:
        p.model("m", child="yes")
        p.create("a", "m")
        p.create("b", "m")
        before, supervisor = p.list(), p.supervisor()
        servers = set(p.processes()) - {supervisor}
        assert len(servers) == 4, servers
        os.kill(supervisor, signal.SIGKILL)
        while p.supervisor() == supervisor:
            time.sleep(0.02)
        found = p.list()  # tells what is so, and mends it
        assert {one["state"] for one in found.values()} == {"DOWN"}, found
        assert p.list()["a"]["state"] in ("STARTING", "RUNNING") and p.supervisor() not in (None, supervisor)
        for name in "a", "b":
            told = p.wait(name, state="RUNNING")
            assert told["url"] == before[name]["url"] and told["pid"] != before[name]["pid"]
        assert p.ask("a")[0] == "m"
        assert not servers & set(p.processes()), "servers of the dead supervisor go on"
        # A prediction repairs it as well.
        os.kill(p.supervisor(), signal.SIGKILL)
        assert p.ask("b")[0] == "m"
        # Stopped in an orderly way it leaves no servers, and the deployments are there for the next.
        os.kill(p.supervisor(), signal.SIGTERM)
        until = time.monotonic() + 10
        while p.processes() and time.monotonic() < until:
            time.sleep(0.02)
        assert not p.processes()
        assert p.run("update", "--name", "a", "-C", "env.NOTE=x") and p.ask("a")[0] == "m" and len(p.list()) == 2


def test_a_command_is_killed_in_the_midst():
    with Place() as p:
        p.model("m")
        p.model("sleepy", never="yes")
        p.create("a", "m")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}

        def begin(*arguments):
            return subprocess.Popen([MILLRACE, "deployments", *arguments, "-t", f"local:{p.folder}/state"], cwd=p.folder, env=clean,
                                    stderr=subprocess.DEVNULL)

        update = begin("update", "--name", "a", "-m", "sleepy", "-C", "startup_timeout=2s")
        p.wait("a", state="UPDATING", next_revision=2)
        assert "being changed already" in p.run("update", "--name", "a", "-m", "m", code=1)
        update.kill()
        update.wait()
        assert p.ask("a")[0] == "m"
        assert p.wait("a", state="RUNNING", failed_revision=2)["revision"] == 1  # the supervisor has seen to it
        create = begin("create", "--name", "b", "-m", "sleepy", "-C", COMMAND, "-C", "startup_timeout=60s")
        until = time.monotonic() + 10
        while "b" not in p.list() and time.monotonic() < until:
            time.sleep(0.02)
        create.kill()
        create.wait()
        assert p.get("b")["state"] == "STARTING"
        assert "There is a deployment 'b'" in p.create("b", "m", code=1)
        p.run("delete", "--name", "b")
        assert list(p.list()) == ["a"]


def test_many_at_once():
    with Place() as p:
        p.model("m")
        results = {}
        jobs = [threading.Thread(target=lambda i=i: results.update({i: p.create(f"d{i % 3}", "m", code=None)})) for i in range(6)]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
        said = list(results.values())
        assert len([text for text in said if "is created" in text]) == 3, said
        assert {name: one["state"] for name, one in p.list().items()} == {f"d{i}": "RUNNING" for i in range(3)}
        assert len({one["url"] for one in p.list().values()}) == 3
        assert len([pid for pid in p.processes() if pid == p.supervisor()]) == 1


def test_delete_and_create_take_turns():
    """A name that is free may be taken at once, while what had it is still being removed."""
    with Place() as p:
        p.model("m", big="x" * (8 << 20))
        p.create("a", "m")
        for _ in range(2):
            delete = threading.Thread(target=p.run, args=("delete", "--name", "a"))
            delete.start()
            until = time.monotonic() + 20
            while "is created" not in (said := p.create("a", "m", code=None)) and time.monotonic() < until:
                pass
            delete.join()
            if found := p.list():  # else the deletion came after it
                assert found["a"]["state"] == "RUNNING", (found, said)
                os.kill(found["a"]["pid"], signal.SIGKILL)  # it comes up again from its own files
                p.wait("a", state="RUNNING", restarts=1)
                assert p.ask("a")[0] == "m"
            else:
                p.create("a", "m")


def test_refused_before_anything_is_done():
    with Place() as p, socket.socket() as taken:
        p.model("m")
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        model = ("create", "--name", "a", "-m", "m", "-C", COMMAND)
        for arguments, why in (
                ((*model, "-C", "prot=1"), "has no setting 'prot'. Did you mean 'port'? It has: command, port"),
                ((*model, "-C", "port=70000"), "a port from 0 to 65535"),
                ((*model, "-C", "host=localhost"), "a numeric address"),
                ((*model, "-C", "stop_timeout=soon"), "a duration such as"),
                ((*model, "-C", f"port={taken.getsockname()[1]}"), "another program does"),
                ((*model, "--endpoint", "e"), "has no endpoints"),
                (("create", "--name", "../a", "-m", "m"), "is no name for a deployment"),
                (("create", "--name", "a", "-m", "m"), "there is no file MLmodel in it"),
                (("create", "--name", "a", "-m", "none"), "is no model"),
                (("create", "--name", "a", "-m", "m", "-C", "command=no-such-program {port}"), "There is no program 'no-such-program'"),
                (("create", "--name", "a", "-m", "m", "-C", "command=a {prt}"), "has '{prt'"),
                (("create", "--name", "a", "-m", "m", "-C", "command=a 'b"), "a quote (') that does not end"),
                (("create", "--name", "a", "-m", "s3://b/m", "-C", COMMAND, "-C", "copy=false"), "must be a folder of this machine"),
                (("update", "--name", "a", "-m", "m"), "There is no deployment 'a'"),
                (("predict", "--name", "a", "-I", "m/answer"), "no JSON"),
        ):
            told = p.run(*arguments, code=1)
            assert why in told, (arguments, told)
        assert p.list() == {} and not [n for n in os.listdir(f"{p.folder}/state/models") if n != "a"]
        os.makedirs(f"{p.folder}/mlmodel")
        with open(f"{p.folder}/mlmodel/MLmodel", "w", encoding="utf-8") as file:
            file.write("flavors: {python_function: {}, onnx: {}}\n")
        told = p.run("create", "--name", "a", "-m", "mlmodel", "-f", "xgboost", code=1)
        assert "has no flavor 'xgboost'; it has: python_function, onnx" in told, told
        p.model("mlmodel", "three")
        assert p.create("a", "mlmodel") == "\nonnx deployment a is created\n"
        assert "stay what create made them" in p.run("update", "--name", "a", "-C", "port=1", code=1)
        assert "nothing to update" in p.run("update", "--name", "a", code=1)
        assert "did not have the same rows" in p.run("predict", "--name", "a", stdin='{"a": [1], "b": [1, 2]}', code=1).replace("do not", "did not")
        assert "not yet supported" in p.run("explain", "--name", "a", stdin="{}", code=1)


def test_copy_false_serves_the_folder_itself():
    with Place() as p:
        p.model("m", "before")
        p.create("a", "m", "-C", "copy=false", "-C", f"port={(port := free_port())}")
        assert port_of(p.get("a")) == port and p.ask("a")[0] == "before"
        p.model("m", "after")
        assert p.ask("a")[0] == "after" and os.listdir(f"{p.folder}/state/models") == []


def test_the_front_reads_strictly():
    with Place() as p:
        p.model("m")
        p.create("a", "m", "-C", "request_timeout=1s")
        port = port_of(p.get("a"))
        head = b"POST /x HTTP/1.1\r\nHost: h\r\n"
        for request, status in (
                (b"GET /ping HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 200),
                (b"HEAD /ping HTTP/1.0\r\n\r\n", 501),  # of the server behind it, which has no HEAD
                (b"GET /ping HTTP/1.0\r\n\r\n", 200),
                (b"GET http://h/ping HTTP/1.1\r\nHost: h\r\n\r\n", 400),
                (b"GET /ping\r\n\r\n", 400),
                (b"GET /ping HTTP/2.0\r\n\r\n", 400),
                (b"GET  /ping HTTP/1.1\r\n\r\n", 400),
                (head + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400),
                (head + b"Content-Length: +2\r\n\r\n{}", 400),
                (head + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400),
                (head + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
                (head + b" folded: 1\r\n\r\n", 400),
                (head + b"na me: 1\r\n\r\n", 400),
                (head + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
                (head + b"a: b\x00c\r\n\r\n", 400),
                (head + b"a: " + b"x" * 70000 + b"\r\n\r\n", 431),
                (head + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\n{ }\r\n0\r\nTrailer: 1\r\n\r\n", 200),
                (head + b"Content-Length: 0\r\nConnection: close\r\n\r\n", 200),
                (b"GET /none HTTP/1.1\r\nConnection: close\r\n\r\n", 404),
                (b"POST /slow?s=3 HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 504),
                (b"POST /until-close HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 200)):
            answer = raw(port, request)
            assert answer.status == status, (request[:100], answer)
            if status in (400, 431, 504):
                assert answer.headers["content-type"] == "application/json" and "error_code" in answer.json(), answer
        assert len(answer.body) == 100000
        # Cut in the midst: it goes on.
        for cut in b"POST /x HTT", head, head + b"Content-Length: 10\r\n\r\n{", head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab":
            raw(port, cut, end=True)
        assert raw(port, head + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n").status in (0, 502)
        # Two requests in one piece, then one with a body that is invited.
        twice = raw(port, (head + b"Content-Length: 2\r\n\r\n{}") * 2 + b"GET /ping HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert twice.body.count(b"HTTP/1.1 200") == 2, twice.body
        with socket.create_connection(("127.0.0.1", port), timeout=20) as s:
            s.sendall(head + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: 3\r\n\r\n")
            assert s.recv(100).startswith(b"HTTP/1.1 100 ")
            s.sendall(b"{ }")
            assert b'3, "{ }"' in read_all(s)
        big = b"y" * (5 << 20)
        assert json.loads(post(port, "/x", big)[1])["predictions"][2] == len(big)
        assert json.loads(post(port, "/chunked", b"a")[1])["predictions"][3] == "a"
        p.wait("a", state="RUNNING", restarts=0)


def test_a_folder_that_is_removed():
    with Place() as p:
        p.model("m", child="yes")
        p.create("a", "m")
        pids = p.processes()
        assert len(pids) == 3, pids
        os.rename(f"{p.folder}/state", f"{p.folder}/aside")
        until = time.monotonic() + 25  # it looks every three seconds
        while any(os.path.exists(f"/proc/{pid}") for pid in pids) and time.monotonic() < until:
            time.sleep(0.1)
        assert not [pid for pid in pids if os.path.exists(f"/proc/{pid}")], pids


def test_as_a_service():
    with Place() as p:
        p.model("m")
        p.create("a", "m")
        assert "has a supervisor already" in p.run("supervise", code=1)
        os.kill(p.supervisor(), signal.SIGKILL)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(f"{p.folder}/notify")
            manager.settimeout(20)
            clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}
            service = subprocess.Popen([MILLRACE, "deployments", "supervise", "-t", f"local:{p.folder}/state"], stderr=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True, env={**clean, "NOTIFY_SOCKET": f"{p.folder}/notify"})
            assert manager.recv(4096).decode() == f"READY=1\nSTATUS=Supervises {p.folder}/state"
            assert p.ask("a")[0] == "m"
            service.send_signal(signal.SIGTERM)
            assert manager.recv(4096) == b"STOPPING=1" and service.wait(20) == 0, service.communicate()
        assert p.list()["a"]["state"] == "DOWN"
        if shutil.which("systemd-analyze"):
            with open(f"{SOURCE}/packaging/millrace-deployments.service", encoding="utf-8") as unit:
                text = unit.read().replace("/usr/bin/millrace", MILLRACE)
            with open(f"{p.folder}/millrace-deployments.service", "w", encoding="utf-8") as out:
                out.write(text)
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", f"{p.folder}/millrace-deployments.service"], capture_output=True,
                                  text=True, check=False)
            assert not [line for line in done.stderr.splitlines() if "millrace-deployments.service" in line], done


def test_from_a_program():
    with Place() as p:
        p.model("m")
        done = subprocess.run([_programs.program("deploys.c"), f"local:{p.folder}/state", f"{p.folder}/m", COMMAND.partition("=")[2]],
                              capture_output=True, text=True, timeout=60, cwd=p.folder, env=_programs.environment(), check=False)
        assert done.returncode == 0 and not done.stderr, done
        created, listed, predicted = map(json.loads, done.stdout.splitlines()[:3])
        assert listed == [created] and created["name"] == "lib" and created["state"] == "RUNNING", (created, listed)
        assert predicted["predictions"][3] == '{"inputs": [7]}' and "The target local:" in done.stdout
        assert p.ask("lib")[1] == predicted["predictions"][1]  # it lives on
        with open(f"/proc/{p.supervisor()}/stat", encoding="ascii") as stat:
            parent, group, session = stat.read().rpartition(")")[2].split()[1:4]
        assert session == group != str(os.getpgrp()) and parent != str(os.getpid()), (parent, group, session)


def test_run_local():
    with Place() as p:
        p.model("m")
        port = free_port()
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}
        process = subprocess.Popen([MILLRACE, "deployments", "run-local", "-t", f"local:{p.folder}/state", "--name", "try", "-m", "m",
                                    "-C", COMMAND, "-C", f"port={port}"], cwd=p.folder, env=clean, stdout=subprocess.PIPE, text=True)
        assert "serving" in process.stdout.readline()
        for _ in range(200):
            with contextlib.suppress(OSError):
                status, body = post(port, "/invocations")
                break
            time.sleep(0.02)
        assert status == 200 and json.loads(body)["predictions"][0] == "m"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0 and p.processes() == [] and os.listdir(f"{p.folder}/state/models") == []
        p.model("broken", broken="yes")
        told = p.run("run-local", "--name", "try", "-m", "broken", "-C", COMMAND, code=1)
        assert "exit status 1" in told and "this model is broken" in told, told


if __name__ == "__main__":
    main(globals())
