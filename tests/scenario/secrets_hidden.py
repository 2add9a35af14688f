# SPDX-License-Identifier: Apache-2.0
"""A password or token in a URI, a variable or an option of an app is in nothing that is printed: not where things work, and
not in the error when they do not."""
import os
import subprocess
import tempfile

from _apps import gates
from _server import MILLRACE, main

SECRET = "s3cret-pw"
URIS = (f"postgresql://u:{SECRET}@127.0.0.1:1/db", f"http://u:{SECRET}@127.0.0.1:1", f"https://u:{SECRET}@127.0.0.1:1/?token={SECRET}",
        f"file-plugin://u:{SECRET}@host/x", f"file://u:{SECRET}@host/x", f"mysql+pymysql://u:{SECRET}@h/db?password={SECRET}",
        f"nosuch://u:{SECRET}@h/x?access_token={SECRET}", f"sqlite:////nowhere/x?password={SECRET}", f"s3://u:{SECRET}@bucket/x")
COMMANDS = (("doctor",), ("experiments", "search"), ("runs", "describe", "--run-id", "x"), ("plugins", "list"), ("models", "search"))


def said(folder, *arguments, **variables):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}
    try:
        done = subprocess.run([MILLRACE, *arguments], cwd=folder, capture_output=True, text=True, timeout=20, check=False,
                              env={**clean, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "MILLRACE_SPOOL_DIR": f"{folder}/spool", **variables})
    except subprocess.TimeoutExpired as e:
        return (e.stdout or b"").decode() + (e.stderr or b"").decode()
    return done.stdout + done.stderr


def test_commands():
    with tempfile.TemporaryDirectory() as folder:
        for uri in URIS:
            for command in COMMANDS:
                text = said(folder, *command, MLFLOW_TRACKING_URI=uri)
                assert text and SECRET not in text, (uri, command, text)


def test_servers():
    """Each of these fails at its start, after it has said what it was given."""
    with tempfile.TemporaryDirectory() as folder:
        for uri in URIS:
            text = said(folder, "server", "--port", "0", "--backend-store-uri", uri, "--host", "nowhere.invalid")
            assert text and SECRET not in text, (uri, text)
            text = said(folder, "server", "--port", "0", "--artifacts-destination", uri, "--host", "nowhere.invalid")
            assert text and SECRET not in text, (uri, text)
        for given in ((("--app-config", f"token={SECRET}"), {}), ((), {"MILLRACE_APP_GATE_TOKEN": SECRET})):
            text = said(folder, "server", "--plugin", gates(), "--app-name", "gate", "--app-config", "broken=true", *given[0], **given[1])
            assert "'broken' was set" in text and SECRET not in text, text


def test_variables():
    with tempfile.TemporaryDirectory() as folder:
        text = said(folder, "doctor", MLFLOW_TRACKING_PASSWORD=SECRET, MLFLOW_TRACKING_TOKEN=SECRET, MILLRACE_APP_DOOR_VALUE=SECRET,
                    MLFLOW_BACKEND_STORE_URI=URIS[0], MLFLOW_TRACKING_URI=f"sqlite:///{folder}/m.db")
        assert "MILLRACE_APP_DOOR_VALUE = ***" in text and SECRET not in text, text


if __name__ == "__main__":
    main(globals())
