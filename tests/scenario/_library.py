# SPDX-License-Identifier: Apache-2.0
"""The library (tests/scenario/library_driver.c) and MLflow's own server, for tests that put one against the other."""
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "compat"))

from harness.servers import CONFIGS, Server  # noqa: E402  (the path comes first)

BUILD = Path(os.environ.get("MILLRACE_BUILD", Path(__file__).resolve().parents[2] / "build/dev"))
DRIVER = BUILD / "tests/scenario_library_driver"


class LibraryError(Exception):
    def __init__(self, answer):
        super().__init__(f"{answer['error_code']}: {answer['message']}")
        self.code, self.message = answer["error_code"], answer["message"]


class Library:
    """One process; each request is a line, each answer is one."""

    def __init__(self, url, **env):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("MLFLOW_")}
        self.url = url
        self.peak_kb = 0
        self.called = set()
        self.process = subprocess.Popen([DRIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**clean, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", **env})

    def ask(self, what, **members):
        line = {"do": what, "tracking_uri": self.url, "registry_uri": self.url, **members}
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        self.peak_kb = answer["peak_kb"]
        if "error_code" in answer:
            raise LibraryError(answer)
        return answer

    def __call__(self, operation, **request):
        """An operation of a store at the server; its response."""
        self.called.add(operation)
        return self.ask("invoke", uri=self.url, operation=operation, request=request)["response"]

    def stop(self):
        self.process.stdin.close()
        assert self.process.wait(30) == 0


def reference(folder, config="sql"):
    """MLflow's own server, running."""
    return Server("reference", CONFIGS[config], folder).launch().wait()
