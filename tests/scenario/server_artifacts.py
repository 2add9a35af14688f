# SPDX-License-Identifier: Apache-2.0
"""Artifacts through the server: any size in constant memory, both ways, whole or not at all."""
import hashlib
import os
import time

from _server import Server, main, read_all

ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
GIB = 1 << 30
MEMORY_MAX = 40_000  # KiB more than before


def upload(server, path, size, piece=b"\0" * (1 << 20)):
    with server.connect(timeout=300) as s:
        s.sendall(f"PUT {ARTIFACTS}/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                  f"Content-Length: {size}\r\n\r\n".encode())
        left = size
        while left:
            n = min(left, len(piece))
            s.sendall(piece[:n])
            left -= n
        return read_all(s)


def download(server, path, headers=""):
    """The head, the number of bytes behind it, and their hash."""
    with server.connect(timeout=300) as s:
        s.sendall(f"GET {ARTIFACTS}/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n".encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += s.recv(4096)
        head, _, rest = data.partition(b"\r\n\r\n")
        n, digest = len(rest), hashlib.sha256(rest)
        while piece := s.recv(1 << 20):
            n += len(piece)
            digest.update(piece)
        return head, n, digest.hexdigest()


def test_a_gibibyte_out_in_constant_memory():
    with Server() as server:
        os.makedirs(f"{server.folder}/artifacts/0")
        with open(f"{server.folder}/artifacts/0/sparse", "wb") as file:
            file.truncate(GIB)
        before = server.memory("VmHWM")
        head, n, _ = download(server, "0/sparse")
        assert b"Content-Length: %d" % GIB in head, head
        assert n == GIB
        assert server.memory("VmHWM") - before < MEMORY_MAX, f"{before} -> {server.memory('VmHWM')} KiB"


def test_a_gibibyte_in_in_constant_memory():
    with Server() as server:
        before = server.memory("VmHWM")
        answer = upload(server, "0/large", GIB)
        assert answer.startswith(b"HTTP/1.1 200 "), answer
        assert os.path.getsize(f"{server.folder}/artifacts/0/large") == GIB
        assert server.memory("VmHWM") - before < MEMORY_MAX, f"{before} -> {server.memory('VmHWM')} KiB"


def test_through_another_server():
    """A destination that is not on this machine's disk: nothing can be handed to the kernel."""
    with Server() as behind, Server("--artifacts-destination",
                                    f"http://127.0.0.1:{behind.port}{ARTIFACTS}") as server:
        size = 48 << 20
        piece = os.urandom(1 << 20)
        before = server.memory("VmHWM")
        answer = upload(server, "0/far", size, piece)
        assert answer.startswith(b"HTTP/1.1 200 "), (answer, server.text())
        _, n, digest = download(server, "0/far")
        assert n == size and digest == hashlib.sha256(piece * (size >> 20)).hexdigest()
        _, n, digest = download(server, "0/far", "Range: bytes=1048570-1048579\r\n")
        assert (n, digest) == (10, hashlib.sha256(piece[-6:] + piece[:4]).hexdigest())
        assert server.memory("VmHWM") - before < MEMORY_MAX, f"{before} -> {server.memory('VmHWM')} KiB"
        assert server.ask("GET", f"{ARTIFACTS}/0/nope").status == 404
        assert server.ask("GET", f"{ARTIFACTS}?path=0").json()["files"][0]["path"] == "far"


def test_an_upload_that_is_given_up():
    with Server() as server:
        s = server.connect()
        s.sendall(f"PUT {ARTIFACTS}/0/gone HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n".encode())
        s.sendall(b"x" * 3_000_000)
        time.sleep(0.2)
        assert server.ask("GET", f"{ARTIFACTS}/0/gone").status == 404
        s.close()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            left = [name for _, _, files in os.walk(f"{server.folder}/artifacts") for name in files]
            if not left:
                break
            time.sleep(0.02)
        assert not left, left


def test_slow_uploads_do_not_stop_a_search():
    with Server("--workers", "2") as server:
        slow = []
        for i in range(40):
            s = server.connect()
            s.sendall(f"PUT {ARTIFACTS}/0/slow{i} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345".encode())
            slow.append(s)
        time.sleep(0.2)
        begun = time.monotonic()
        assert server.ask("POST", "/api/2.0/mlflow/experiments/search", {"max_results": 5}).status == 200
        assert server.ask("PUT", f"{ARTIFACTS}/0/quick", b"now").status == 200
        assert time.monotonic() - begun < 5
        for s in slow:
            s.sendall(b"67890")
            assert s.recv(100).startswith(b"HTTP/1.1 200 ")
            s.close()


def test_only_named_folders_are_opened():
    with Server() as server:
        outside = f"{server.folder}/outside"
        os.makedirs(f"{outside}/x")
        experiment = server.api("POST", "experiments/create", {"name": "far", "artifact_location": outside})["experiment_id"]
        run = server.api("POST", "runs/create", {"experiment_id": experiment})["run"]["info"]
        answer = server.ask("GET", f"/api/2.0/mlflow/artifacts/list?run_id={run['run_id']}")
        assert answer.status == 403 and "--allow-artifact-root" in answer.json()["message"], answer
        folder = server.folder
        server.stop(keep=True)
        with Server("--allow-artifact-root", outside, folder=folder) as allowed:
            assert allowed.ask("GET", f"/api/2.0/mlflow/artifacts/list?run_id={run['run_id']}").status == 200
            target = f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run['run_id']}&path=d/f.txt"
            assert allowed.ask("POST", target, b"data").status == 200
            assert allowed.ask("GET", f"/get-artifact?run_id={run['run_id']}&path=d/f.txt").body == b"data"


def test_a_link_does_not_lead_out():
    with Server() as server:
        os.makedirs(f"{server.folder}/artifacts/0")
        os.symlink("/etc", f"{server.folder}/artifacts/0/etc")
        os.symlink("/etc/passwd", f"{server.folder}/artifacts/0/passwd")
        for path in ("0/etc/passwd", "0/passwd"):
            answer = server.ask("GET", f"{ARTIFACTS}/{path}")
            assert answer.status >= 400 and b"root:" not in answer.body, answer
        assert server.ask("PUT", f"{ARTIFACTS}/0/etc/millrace-was-here", b"x").status >= 400
        assert not os.path.exists("/etc/millrace-was-here")


def test_clients_that_leave_are_let_go():
    """In the midst of an upload: neither their connections nor half their artifacts stay."""
    with Server() as server:
        before = len(os.listdir(f"/proc/{server.process.pid}/fd"))
        for i in range(60):
            with server.connect() as s:
                s.sendall(f"PUT {ARTIFACTS}/left{i} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\n".encode() + b"x" * (i * 20000))
        end = time.monotonic() + 20
        while len(os.listdir(f"/proc/{server.process.pid}/fd")) > before and time.monotonic() < end:
            time.sleep(0.1)
        assert len(os.listdir(f"/proc/{server.process.pid}/fd")) <= before
        assert not os.path.exists(f"{server.folder}/artifacts") or not os.listdir(f"{server.folder}/artifacts")


if __name__ == "__main__":
    main(globals())
