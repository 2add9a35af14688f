# SPDX-License-Identifier: Apache-2.0
"""Stopping: what was acknowledged is there afterwards, whoever is in flight is answered, and the process ends with 0."""
import contextlib
import json
import os
import signal
import threading
import time

from _server import Server, main, read_answer


def writer(server, run_id, key, acknowledged, stop):
    """Logs a metric after the other on one connection, and notes what was acknowledged."""
    step = 0
    with contextlib.suppress(OSError, AssertionError), server.connect() as s:
        while not stop.is_set():
            body = json.dumps({"run_id": run_id, "key": key, "value": step, "timestamp": step, "step": step}).encode()
            s.sendall(b"POST /api/2.0/mlflow/runs/log-metric HTTP/1.1\r\nHost: localhost\r\n"
                      b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            answer, _ = read_answer(s)
            if answer.status == 200:
                acknowledged.append(step)
            if answer.headers.get("connection", "").lower() == "close":
                return
            step += 1


def test_graceful_stop_under_load():
    server = Server("--graceful-timeout", "10")
    run_id = server.create_run()
    noted = {f"k{i}": [] for i in range(12)}
    stop = threading.Event()
    threads = [threading.Thread(target=writer, args=(server, run_id, key, steps, stop)) for key, steps in noted.items()]
    for thread in threads:
        thread.start()
    time.sleep(1.5)
    begun = time.monotonic()
    server.signal(signal.SIGTERM)
    code = server.process.wait(20)
    took = time.monotonic() - begun
    stop.set()
    for thread in threads:
        thread.join()
    assert code == 0, server.text()
    assert took < 8, f"{took} s"
    assert sum(len(steps) for steps in noted.values()) > 50
    with Server(folder=server.folder) as again:
        for key, steps in noted.items():
            history = again.api("GET", f"metrics/get-history?run_id={run_id}&metric_key={key}").get("metrics", [])
            there = {point["step"] for point in history}
            assert set(steps) <= there, f"{key}: acknowledged and lost: {sorted(set(steps) - there)}"


def test_idle_connections_do_not_hold_it_up():
    server = Server()
    idle = [server.connect() for _ in range(50)]
    for s in idle[:25]:
        s.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        read_answer(s)
    begun = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - begun < 5
    assert all(s.recv(1) == b"" for s in idle)


def test_a_client_that_never_ends():
    server = Server("--graceful-timeout", "1s")
    with server.connect() as s:
        s.sendall(b"PUT /api/2.0/mlflow-artifacts/artifacts/0/half HTTP/1.1\r\nHost: localhost\r\n"
                  b"Content-Length: 1000000\r\n\r\nbegun")
        time.sleep(0.2)
        begun = time.monotonic()
        assert server.stop(keep=True) == 0
        assert time.monotonic() - begun < 8
    left = [name for _, _, files in os.walk(os.path.join(server.folder, "artifacts")) for name in files]
    assert not left, f"the half artifact is still there: {left}"
    server.stop()


def test_interrupt_ends_it_too():
    server = Server()
    server.signal(signal.SIGINT)
    assert server.process.wait(20) == 0
    server.stop()


def test_a_second_signal_ends_it_at_once():
    server = Server("--graceful-timeout", "60s")
    with server.connect() as s:
        s.sendall(b"POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        time.sleep(0.2)
        server.signal(signal.SIGTERM)
        time.sleep(0.5)
        assert server.process.poll() is None
        server.signal(signal.SIGTERM)
        assert server.process.wait(5) == -signal.SIGTERM
    server.stop()


if __name__ == "__main__":
    main(globals())
