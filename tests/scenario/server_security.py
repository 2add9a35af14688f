# SPDX-License-Identifier: Apache-2.0
"""Host, Origin and CORS as MLflow's security middleware has them, and what must never be switched on by accident."""
from _server import JSON, Server, main

GET = "/api/2.0/mlflow/experiments/get?experiment_id=0"
CREATE = "/api/2.0/mlflow/experiments/create"


def status(server, host, target=GET):
    return server.ask("GET", target, headers={"Host": host}).status


def test_hosts_by_default():
    with Server() as server:
        for host in ("localhost", "localhost:5000", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:5000", "0.0.0.0",
                     "10.1.2.3:5000", "192.168.0.7", "172.16.0.1", "172.31.255.255:80", "[fd00::1]:5000"):
            assert status(server, host) == 200, host
        for host in ("evil.com", "localhost.evil.com", "172.32.0.1", "8.8.8.8", "127.0.0.1.evil.com", "10.evil.com",
                     "192.168.evil.com", "localhost:5000.evil.com", ""):
            answer = server.ask("GET", GET, headers={"Host": host})
            assert answer.status == 403, (host, answer)
            assert answer.body == b"Invalid Host header - possible DNS rebinding attack detected"
            assert "x-content-type-options" not in answer.headers  # as the reference
        assert status(server, "evil.com", "/health") == 200
        assert status(server, "evil.com", "/version") == 200


def test_hosts_that_are_named():
    with Server("--allowed-hosts", "mlflow.example.com, *.internal.example.com:5000") as server:
        assert status(server, "mlflow.example.com") == 200
        assert status(server, "a.internal.example.com:5000") == 200
        assert status(server, "mlflow.example.com:5000") == 403
        assert status(server, "localhost") == 403
    with Server("--allowed-hosts", "*") as server:
        assert status(server, "anything") == 200


def test_forged_requests():
    with Server() as server:
        for origin in ("http://evil.com", "https://localhost.evil.com", "null", "http://localhost@evil.com"):
            answer = server.ask("POST", CREATE, {"name": "forged"}, {**JSON, "Origin": origin})
            assert answer.status == 403 and answer.body == b"Cross-origin request blocked", (origin, answer)
            assert server.ask("GET", GET, headers={"Origin": origin}).status == 200
        for i, origin in enumerate(("http://localhost:3000", "https://localhost", "http://127.0.0.1", "http://[::1]:1")):
            answer = server.ask("POST", CREATE, {"name": f"own {i}"}, {**JSON, "Origin": origin})
            assert answer.status == 200, (origin, answer)


def test_cors_headers():
    with Server() as server:
        own = server.ask("GET", GET, headers={"Origin": "http://localhost:3000"}).headers
        assert own["access-control-allow-origin"] == "http://localhost:3000"
        assert own["access-control-allow-credentials"] == "true"
        other = server.ask("GET", GET, headers={"Origin": "http://evil.com"}).headers
        assert "access-control-allow-origin" not in other
        none = server.ask("GET", GET).headers
        assert none["vary"] == "Origin" and none["x-frame-options"] == "SAMEORIGIN", none
        assert none["x-content-type-options"] == "nosniff" and none["server"].startswith("Millrace/"), none


def test_preflight():
    def preflight(server, origin, method="POST"):
        return server.ask("OPTIONS", CREATE, headers={"Origin": origin, "Access-Control-Request-Method": method,
                                                      "Access-Control-Request-Headers": "content-type, x-foo"})

    with Server() as server:
        answer = preflight(server, "http://localhost:3000")
        assert answer.status == 200 and answer.body == b"OK", answer
        assert answer.headers["access-control-allow-headers"] == "content-type, x-foo"
        assert answer.headers["access-control-max-age"] == "600"
        assert preflight(server, "http://evil.com").body == b"Disallowed CORS origin"
        assert preflight(server, "http://localhost", "PROPFIND").body == b"Disallowed CORS method"
    with Server("--cors-allowed-origins", "https://app.example.com") as server:
        assert preflight(server, "https://app.example.com").status == 200
        answer = server.ask("POST", CREATE, {"name": "n"}, {**JSON, "Origin": "https://app.example.com"})
        assert answer.status == 200 and answer.headers["access-control-allow-origin"] == "https://app.example.com"
    with Server("--cors-allowed-origins", "*") as server:
        answer = server.ask("POST", CREATE, {"name": "n"}, {**JSON, "Origin": "http://anywhere"})
        assert answer.status == 200 and answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


def test_frame_options():
    with Server("--x-frame-options", "deny") as server:
        assert server.ask("GET", GET).headers["x-frame-options"] == "DENY"
    with Server("--x-frame-options", "NONE") as server:
        assert "x-frame-options" not in server.ask("GET", GET).headers


def test_switched_off():
    with Server("--disable-security-middleware") as server:
        answer = server.ask("POST", CREATE, {"name": "n"}, {**JSON, "Host": "evil.com", "Origin": "http://evil.com"})
        assert answer.status == 200, answer
        assert "WARNING" in server.text()
        assert server.ask("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/x.html", b"<script>").status == 200
        page = server.ask("GET", "/api/2.0/mlflow-artifacts/artifacts/0/x.html").headers
        assert page["x-content-type-options"] == "nosniff" and page["content-disposition"].startswith("attachment"), page


def test_workspaces_are_off():
    with Server() as server:
        answer = server.ask("GET", "/health", headers={"X-MLFLOW-WORKSPACE": "team"})
        assert answer.status == 500 and answer.json()["error_code"] == "FEATURE_DISABLED", answer
        assert server.ask("GET", "/health", headers={"X-MLFLOW-WORKSPACE": " "}).status == 200
        assert server.ask("GET", "/api/3.0/mlflow/server-info", headers={"X-MLFLOW-WORKSPACE": "team"}).status == 200


if __name__ == "__main__":
    main(globals())
