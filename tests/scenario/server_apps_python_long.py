# SPDX-License-Identifier: Apache-2.0
"""As server_apps_python.py, what takes longer: every spelling of every request, 200 MB each way, kill -9 in every phase."""
import contextlib
import hashlib
import os
import random
import signal
import subprocess
import tempfile
import threading
import time

from _apps import Connection
from _python_apps import fine, hosts, leftovers, serve, until
from _python_apps_asked import PASS, PUT, all_is_as_without_apps, nothing_gets_past, some
from _server import Server, main


def test_every_spelling():
    for name in ("object", "fast"):
        with serve(name) as server, Server() as plain:
            nothing_gets_past(server, some(0, 1))
            all_is_as_without_apps(server, plain, some(0, 1))


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def memory(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def test_bodies_stream():
    """With their length and in chunks, without whole bodies in memory on either side."""
    folder = tempfile.mkdtemp()
    with open(f"{folder}/large", "wb") as file:
        for _ in range(50):
            file.write(os.urandom(1 << 14) * 256)
    for name in ("object", "fast"):
        with serve(name) as server:
            assert server.ask("PUT", PUT + "small", b"x" * 100000, PASS).status == 200
            before = memory(server.process.pid), memory(hosts(server)[0])
            url = f"http://127.0.0.1:{server.port}{PUT}"
            for more in ([], ["-H", "Transfer-Encoding: chunked"]):
                subprocess.run(["curl", "-sS", "-f", "-H", "X-Pass: me", *more, "-T", f"{folder}/large", f"{url}to/large"], check=True, timeout=120)
                subprocess.run(["curl", "-sS", "-f", "-H", "X-Pass: me", "-o", f"{folder}/back", f"{url}to/large"], check=True, timeout=120)
                assert digest(f"{folder}/back") == digest(f"{folder}/large")
                os.remove(f"{folder}/back")
            after = memory(server.process.pid), memory(hosts(server)[0])
            assert os.environ.get("MILLRACE_SANITIZE") or after[0] - before[0] < 20000, (before, after)
            assert after[1] - before[1] < 30000, (before, after)
            # denied before much of it was read; what is said is heard
            told = subprocess.run(["curl", "-sS", "-T", f"{folder}/large", "-w", " %{http_code} %{size_upload}", f"{url}denied"], check=False,
                                  timeout=60, capture_output=True, text=True).stdout.rsplit(" ", 2)
            assert told[:2] == ["not without a pass", "401"] and int(told[2]) < 1 << 25, told
            assert not os.path.exists(f"{server.folder}/artifacts/denied")


def test_a_fastapi_app_that_fails_denies():
    with serve("fast", "--app-timeout", "1s") as server:
        for what, status in (("raise", 500), ("crash", 503), ("hang", 503)):
            first = hosts(server)
            answer = server.ask("GET", "/health", None, {**PASS, "X-Do": what})
            assert answer.status == status, answer
            if status == 503:
                until(lambda: hosts(server) != first)  # noqa: B023
            until(lambda: fine(server))


def test_killed_in_every_phase():
    """kill -9 of the app before, in the midst of, and after an upload: 503, nothing half is left, and the next goes well."""
    with serve("object") as server:
        body, kept = os.urandom(8 << 20), f"{server.folder}/artifacts/half"
        head = f"PUT {PUT}half HTTP/1.1\r\nHost: localhost\r\nX-Pass: me\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        for sent in (0, 1000, len(body) // 2, len(body) - 1):
            with server.connect() as s:
                s.sendall(head + body[:sent])
                time.sleep(0.3)
                for pid in hosts(server):
                    os.kill(pid, signal.SIGKILL)
                try:
                    s.sendall(body[sent:])
                    said = s.recv(1000)
                except OSError:  # it may hang up on the rest
                    said = b""
                assert said == b"" or b" 503 " in said, said
            time.sleep(0.2)
            assert not os.path.exists(kept), sent
            until(lambda: fine(server))
        for phase in (0.0, 0.05):  # whenever it comes: all of it, or nothing
            thread = threading.Thread(target=server.ask, args=("PUT", PUT + "half", body, PASS))
            thread.start()
            time.sleep(phase)
            for pid in hosts(server):
                os.kill(pid, signal.SIGKILL)
            thread.join()
            time.sleep(0.2)
            assert not os.path.exists(kept) or os.path.getsize(kept) == len(body)
            until(lambda: fine(server))
        assert server.ask("PUT", PUT + "half", body, PASS).status == 200 and os.path.getsize(kept) == len(body)
        # the server is killed: its app goes with it
        pids, folder = hosts(server), server.folder
        server.kill()
        until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids), 5)
        until(lambda: not leftovers(folder), 5)


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def test_many_at_once():
    """Requests, uploads and downloads side by side, and clients that leave in the midst of them: each gets its own, nothing is left."""
    body = os.urandom(3 << 20)
    for name in ("object", "fast"):
        with serve(name, "--app-timeout", "30s") as server:
            assert fine(server)
            before, end, wrong = (descriptors(server.process.pid), descriptors(hosts(server)[0])), time.monotonic() + 6, []

            def ask(server=server, end=end, wrong=wrong):
                connection = Connection(server)
                while time.monotonic() < end:
                    headers = PASS if random.random() < 0.8 else {}
                    answer = connection.ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0", headers)
                    if answer.status != (200 if headers else 401):
                        wrong.append(answer)

            def transfer(place, server=server, end=end, wrong=wrong):
                while time.monotonic() < end:
                    put, got = server.ask("PUT", PUT + place, body, PASS), server.ask("GET", PUT + place, None, PASS)
                    if put.status != 200 or got.body != body:
                        wrong.append((put, got.status))

            def leave(server=server, end=end):
                while time.monotonic() < end:
                    with server.connect() as s:
                        if random.random() < 0.5:
                            head = f"PUT {PUT}left HTTP/1.1\r\nHost: localhost\r\nX-Pass: me\r\nContent-Length: 5000000\r\n\r\n"
                            s.sendall(head.encode() + body[: random.randrange(3000000)])
                        else:
                            s.sendall(f"GET {PUT}a HTTP/1.1\r\nHost: localhost\r\nX-Pass: me\r\n\r\n".encode())
                            with contextlib.suppress(OSError):
                                s.recv(random.randrange(1, 100000))
                        time.sleep(random.random() / 20)

            threads = [threading.Thread(target=ask) for _ in range(8)] + [threading.Thread(target=leave) for _ in range(3)]
            threads += [threading.Thread(target=transfer, args=(place,)) for place in "ab"]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not wrong, wrong[:3]
            until(lambda: descriptors(server.process.pid) <= before[0] + 10 and descriptors(hosts(server)[0]) <= before[1] + 10, 30)  # noqa: B023
            assert fine(server) and not os.path.exists(f"{server.folder}/artifacts/left")


if __name__ == "__main__":
    main(globals())
