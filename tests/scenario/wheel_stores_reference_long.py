# SPDX-License-Identifier: Apache-2.0
"""Each method of MLflow's store interfaces does by millrace+http: what it does by http:, on MLflow's own server; and
MLflow's server itself runs on millrace+sqlite:."""
import contextlib
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

from _server import free_port, main
from _stores_methods import both, compare
from _wheel import variables

SECRETS = {"MLFLOW_CRYPTO_KEK_PASSPHRASE": "a passphrase of a test, long enough for it", "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS": "true",
           "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}


@contextlib.contextmanager
def mlflows(folder, backend="sqlite:///m.db"):
    """Its address, once it answers."""
    os.mkdir(folder)
    port = free_port()
    with open(f"{folder}.log", "w", encoding="utf-8") as log:
        process = subprocess.Popen([sys.executable, "-m", "mlflow", "server", "--port", str(port), "--workers", "1", "--backend-store-uri",
                                    backend], cwd=folder, env=variables(folder, **SECRETS), stdout=log, stderr=log)
    try:
        for _ in range(240):
            with contextlib.suppress(OSError):
                if urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).status == 200:
                    break
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def blank(said):
    """A text that is empty, and one that is not there: MLflow's server makes the former of the latter before it asks its store."""
    if isinstance(said, dict):
        return {key: blank(value) for key, value in said.items()}
    return [blank(value) for value in said] if isinstance(said, list) else None if said == "" else said


def test_mlflows_server():
    with tempfile.TemporaryDirectory() as folder:
        at = [f"{folder}/one", f"{folder}/other"]
        with mlflows(at[0]) as theirs, mlflows(at[1]) as ours:
            compare(*both(theirs, f"millrace+{ours}", at))


def test_mlflows_server_over_our_store():
    with tempfile.TemporaryDirectory() as folder:
        at = [f"{folder}/one", f"{folder}/other"]
        with mlflows(at[0]) as theirs, mlflows(at[1], "millrace+sqlite:///m.db") as ours:
            compare(*map(blank, both(theirs, ours, at)))


if __name__ == "__main__":
    main(globals())
