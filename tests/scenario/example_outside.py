# SPDX-License-Identifier: Apache-2.0
"""The example plugin as its author has it: an installed Millrace, plugin.c copied to a folder elsewhere, built by what
pkg-config says, used from there by the installed program and library. Every entry of it does its work."""
import functools
import http.server
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading

from _server import main

SOURCE, BUILD = os.environ["MILLRACE_SOURCE"], os.environ["MILLRACE_BUILD"]
SANITIZE = [f"-fsanitize={os.environ['MILLRACE_SANITIZE']}"] if os.environ.get("MILLRACE_SANITIZE") else []


@functools.cache
def there():
    """The folder with the installed tree and the plugin's, made once."""
    folder = tempfile.mkdtemp(prefix="outside-")
    subprocess.run(["cmake", "--install", BUILD, "--prefix", f"{folder}/millrace"], check=True, stdout=subprocess.DEVNULL)
    os.mkdir(f"{folder}/mine")
    shutil.copy(f"{SOURCE}/plugins/example/plugin.c", f"{folder}/mine/plugin.c")
    flags = subprocess.run(["pkg-config", "--cflags", "millrace"], env={**os.environ, "PKG_CONFIG_PATH": f"{folder}/millrace/lib/pkgconfig"},
                           check=True, capture_output=True, text=True).stdout.split()
    assert not any(SOURCE in flag for flag in flags), flags
    subprocess.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", *SANITIZE, "-shared", "-fPIC", "plugin.c", "-o", "example.so", *flags],
                   cwd=f"{folder}/mine", check=True)
    os.remove(f"{folder}/mine/plugin.c")
    return folder


def environment(folder, **variables):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE"))}
    return {**clean, "MILLRACE_PLUGIN_PATH": f"{there()}/mine", "MILLRACE_SPOOL_DIR": f"{folder}/spool",
            "XDG_DATA_HOME": folder, **variables}


def millrace(*arguments, folder, code=0, **variables):
    """What the installed program printed."""
    done = subprocess.run([f"{there()}/millrace/bin/millrace", *arguments], cwd=folder, env=environment(folder, **variables),
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, done
    return done.stdout if code == 0 else done.stderr


def parsed(*arguments, folder, **variables):
    return json.loads(millrace(*arguments, "--output", "json", folder=folder, **variables))


def quickstart(folder, **variables):
    """Builds examples/quickstart.c with the installed library and runs it; its run."""
    installed = f"{there()}/millrace"
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "millrace"], env={**os.environ, "PKG_CONFIG_PATH": f"{installed}/lib/pkgconfig"},
                           check=True, capture_output=True, text=True).stdout.split()
    subprocess.run(["cc", "-std=c11", *SANITIZE, f"{SOURCE}/examples/quickstart.c", *flags, f"-Wl,-rpath,{installed}/lib", "-lm", "-o", f"{folder}/train"],
                   check=True)
    done = subprocess.run([f"{folder}/train", f"{SOURCE}/examples/data/iris.csv"], cwd=folder, env=environment(folder, **variables),
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 and not done.stderr, done
    return done.stdout.split()[1].rstrip(":")


def test_it_is_not_there_unless_it_is_asked_for():
    with tempfile.TemporaryDirectory() as folder:
        assert "example" not in millrace("plugins", "list", folder=folder, MILLRACE_PLUGIN_PATH="")
        listed = parsed("plugins", "list", folder=folder)
        mine = [one for one in listed if one["name"] == "example"]
        assert [(one["file"], one["version"], one["state"]) for one in mine] == [(f"{there()}/mine/example.so", "1.0.0", "found")], listed
        told = millrace("runs", "search", folder=folder, code=1, MILLRACE_PLUGIN_PATH="", MLFLOW_TRACKING_URI=f"file-plugin:{folder}/mlruns")
        assert "file-plugin" in told, told


def test_the_stores_and_the_artifacts():
    with tempfile.TemporaryDirectory() as folder:
        uri = f"file-plugin:{folder}/mlruns"
        run_id = quickstart(folder, MLFLOW_TRACKING_URI=uri)
        run = parsed("runs", "describe", "--run-id", run_id, folder=folder, MLFLOW_TRACKING_URI=uri)["run"]
        assert run == parsed("runs", "describe", "--run-id", run_id, folder=folder, MLFLOW_TRACKING_URI=f"{folder}/mlruns",
                             MILLRACE_PLUGIN_PATH="")["run"], "the same files by the built-in store"
        assert {p["key"] for p in run["data"]["params"]} == {"model", "learning_rate", "steps"}
        tags = {t["key"]: t["value"] for t in run["data"]["tags"]}
        assert tags["example.host"] == socket.gethostname(), "the run context"

        millrace("artifacts", "download", "--artifact-uri", f"file-plugin:{folder}/mlruns/{run['info']['experiment_id']}/{run_id}/artifacts/model",
                 "--dst-path", f"{folder}/fetched", folder=folder, MLFLOW_TRACKING_URI=uri)
        fetched = [os.path.join(at, name) for at, _, names in os.walk(f"{folder}/fetched") for name in names]
        assert [os.path.basename(name) for name in fetched] == ["iris-model.txt"], fetched
        with open(fetched[0], "rb") as a, open(f"{folder}/mlruns/{run['info']['experiment_id']}/{run_id}/artifacts/model/iris-model.txt", "rb") as b:
            assert a.read() == b.read()

        with open(f"{folder}/a.txt", "w", encoding="ascii") as out:
            out.write("sent through the plugin")
        millrace("artifacts", "log-artifact", "--local-file", f"{folder}/a.txt", "--run-id", run_id, folder=folder, MLFLOW_TRACKING_URI=uri)
        with open(f"{folder}/mlruns/{run['info']['experiment_id']}/{run_id}/artifacts/a.txt", encoding="ascii") as sent:
            assert sent.read() == "sent through the plugin"

        millrace("models", "create", "--name", "pump", folder=folder, MLFLOW_TRACKING_URI=uri)
        assert "pump" in millrace("models", "search", folder=folder, MLFLOW_TRACKING_URI=f"{folder}/mlruns", MILLRACE_PLUGIN_PATH="")


class Recorder(http.server.BaseHTTPRequestHandler):
    """A server that keeps the headers that it was sent and knows no experiments."""
    protocol_version = "HTTP/1.1"
    seen = []

    def do_POST(self):  # pylint: disable=invalid-name
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        Recorder.seen.append(dict(self.headers))
        content = b"{}"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST

    def log_message(self, *_):
        pass


def test_the_header_and_the_token():
    """Both are in each request; the token is read again each time, and without one the error says what to do."""
    with tempfile.TemporaryDirectory() as folder, http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        uri = f"http://127.0.0.1:{server.server_port}"
        millrace("experiments", "search", folder=folder, MLFLOW_TRACKING_URI=uri)
        assert Recorder.seen[-1]["X-Example-Plugin"] == "1.0.0" and "Authorization" not in Recorder.seen[-1], Recorder.seen[-1]
        for token in ("first", "second"):
            with open(f"{folder}/token", "w", encoding="ascii") as out:
                out.write(token + "\n")
            millrace("experiments", "search", folder=folder, MLFLOW_TRACKING_URI=uri, MLFLOW_TRACKING_AUTH="example",
                     EXAMPLE_TOKEN_FILE=f"{folder}/token")
            assert Recorder.seen[-1]["Authorization"] == f"Bearer {token}", Recorder.seen[-1]
        asked = len(Recorder.seen)
        told = millrace("experiments", "search", folder=folder, code=1, MLFLOW_TRACKING_URI=uri, MLFLOW_TRACKING_AUTH="example")
        assert "EXAMPLE_TOKEN_FILE" in told and len(Recorder.seen) == asked, told
        millrace("experiments", "search", folder=folder, MLFLOW_TRACKING_URI=uri, MILLRACE_PLUGIN_PATH="")
        assert "X-Example-Plugin" not in Recorder.seen[-1]
        server.shutdown()


if __name__ == "__main__":
    main(globals())
