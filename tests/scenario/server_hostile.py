# SPDX-License-Identifier: Apache-2.0
"""What bad input gets: MLflow's own answer or a message that says what is wrong; and nothing of it is stored."""
import contextlib
import json
import time

from _server import JSON, Server, main, read_answer

CREATE = "/api/2.0/mlflow/experiments/create"


def experiments(server):
    return [e["name"] for e in server.api("POST", "experiments/search", {"max_results": 1000}).get("experiments", [])]


def test_truncated_body():
    with Server() as server:
        body = b'{"name": "half'
        answer = server.raw(f"POST {CREATE} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            f"Content-Length: {len(body) + 50}\r\n\r\n".encode() + body, end=True)
        assert answer.status in (0, 400), answer
        assert experiments(server) == ["Default"]


def test_body_of_100_mb():
    with Server() as server, server.connect() as s:
        size = 100 << 20
        s.sendall(f"POST {CREATE} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  f"Content-Length: {size}\r\n\r\n".encode())
        sent, piece = 0, b" " * (1 << 20)
        s.setblocking(False)
        answer = b""
        deadline = time.monotonic() + 20
        while b"\r\n\r\n" not in answer and time.monotonic() < deadline:
            with contextlib.suppress(BlockingIOError, BrokenPipeError, ConnectionResetError):
                sent += s.send(piece)
            with contextlib.suppress(BlockingIOError):
                answer += s.recv(1 << 16)
        assert answer.startswith(b"HTTP/1.1 413 "), answer
        assert sent < size // 2, f"{sent} bytes were taken before the answer"
        assert server.memory() < 60_000, f"{server.memory()} KiB"


def test_json_that_is_none():
    deep = b'{"name": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    with Server() as server:
        for body in (deep, b'{"name": "\xff\xfe"}', b'{"name": "a', b"{", b"[1, 2]", b'{"name": "\\ud800"}'):
            answer = server.ask("POST", CREATE, body, JSON)
            assert answer.status == 400, (body[:40], answer)
            assert answer.json()["error_code"] in ("BAD_REQUEST", "INVALID_PARAMETER_VALUE"), answer
            assert answer.json()["message"], answer
        assert experiments(server) == ["Default"]


def test_nul_in_a_name():
    with Server() as server:
        answer = server.ask("POST", CREATE, b'{"name": "a\\u0000b"}', JSON)
        stored = experiments(server)
        assert (answer.status == 400 and stored == ["Default"]) or "a\0b" in stored, (answer, stored)
        assert "a" not in stored, "a name was cut at its NUL"


def test_slow_heads_do_not_hold_up_others():
    with Server() as server:
        slow = [server.connect() for _ in range(300)]
        for i, s in enumerate(slow):
            s.sendall(b"GET /health HTTP/1.1\r\nHost: loc" if i % 2 else b"POST " + CREATE.encode() +
                      b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n{")
        begun = time.monotonic()
        for _ in range(20):
            assert server.ask("GET", "/health").status == 200
        assert time.monotonic() - begun < 10
        for i, s in enumerate(slow):  # and each is served when it comes to its end after all
            s.sendall(b"alhost\r\n\r\n" if i % 2 else b'"name":"slow%06d"}' % i)
            answer, _ = read_answer(s)
            assert answer.status == 200, answer
            s.close()


def test_pipelining_on_one_connection():
    with Server() as server, server.connect() as s:
        run_id = server.create_run()
        bodies = [json.dumps({"run_id": run_id, "key": "m", "value": i, "timestamp": i, "step": i}).encode()
                  for i in range(50)]
        s.sendall(b"".join(b"POST /api/2.0/mlflow/runs/log-metric HTTP/1.1\r\nHost: localhost\r\n"
                           b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
                           for body in bodies))
        rest = b""
        for _ in bodies:
            answer, rest = read_answer(s, rest)
            assert answer.status == 200, answer
        history = server.api("GET", f"metrics/get-history?run_id={run_id}&metric_key=m")["metrics"]
        assert [point["step"] for point in history] == list(range(50))


def test_head_has_the_length_and_no_body():
    with Server() as server:
        get = server.ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0")
        head = server.ask("HEAD", "/api/2.0/mlflow/experiments/get?experiment_id=0")
        assert head.status == 200 and head.body == b"", head
        assert int(head.headers["content-length"]) == len(get.body)
        assert server.ask("HEAD", "/nope").status == 404


def test_heads_that_are_too_large():
    with Server() as server:
        assert server.ask("GET", "/" + "a" * 100_000).status == 414
        assert server.ask("GET", "/health", headers={"X-Large": "a" * 100_000}).status in (413, 431)
        assert server.ask("GET", "/health").status == 200


def test_methods_and_paths_that_are_none():
    with Server() as server:
        assert server.ask("GET", "/api/2.0/mlflow/runs/nope").status == 404
        answer = server.ask("GET", "/api/2.0/mlflow/runs/create")
        assert answer.status == 405 and "POST" in answer.headers["allow"], answer
        assert b"<title>405 Method Not Allowed</title>" in answer.body
        assert server.ask("OPTIONS", "/api/2.0/mlflow/runs/create").status == 204
        assert server.ask("FROB", "/health").status == 405
        assert server.ask("GET", "/graphql").status == 404


if __name__ == "__main__":
    main(globals())
