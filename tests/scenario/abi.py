# SPDX-License-Identifier: Apache-2.0
"""The promise to plugins: two that are built from the recorded headers load and work today, and scripts/check-abi tells a
change that breaks them from one that does not."""
import functools
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile

from _server import MILLRACE, Server, main

SOURCE, BUILD = os.environ["MILLRACE_SOURCE"], os.environ["MILLRACE_BUILD"]
SANITIZE = [f"-fsanitize={os.environ['MILLRACE_SANITIZE']}"] if os.environ.get("MILLRACE_SANITIZE") else []


@functools.cache
def built():
    """A folder with the plugins."""
    folder = tempfile.mkdtemp(prefix="abi-")
    with tarfile.open(f"{SOURCE}/packaging/abi/headers.tar.xz") as archive:
        archive.extractall(folder)
    for name in ("delegate", "keeper"):
        subprocess.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", *SANITIZE, "-g", "-shared", "-fPIC", f"-I{folder}/include",
                        f"{SOURCE}/tests/scenario/abi/{name}.c", "-o", f"{folder}/{name}.so"], check=True)
    return folder


def millrace(*arguments, folder, **variables):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE"))}
    done = subprocess.run([MILLRACE, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False,
                          env={**clean, "MILLRACE_PLUGIN_PATH": built(), "MILLRACE_SPOOL_DIR": f"{folder}/spool", "XDG_DATA_HOME": folder, **variables})
    assert done.returncode == 0, done
    return done.stdout


def test_the_plugin_that_passes_on():
    """Each of its groups: both stores, artifacts, and what it adds to runs and requests."""
    with tempfile.TemporaryDirectory() as folder:
        uri = {"MLFLOW_TRACKING_URI": f"delegate:{folder}/mlruns"}
        run = json.loads(millrace("runs", "create", "--experiment-name", "pumps", "--output", "json", folder=folder, **uri))
        run_id = re.search(r"[0-9a-f]{32}", json.dumps(run))[0]
        told = json.loads(millrace("runs", "describe", "--run-id", run_id, "--output", "json", folder=folder,
                                   MLFLOW_TRACKING_URI=f"{folder}/mlruns"))["run"]
        assert "example.host" in {tag["key"] for tag in told["data"]["tags"]}, told
        with open(f"{folder}/a.txt", "w", encoding="ascii") as out:
            out.write("kept")
        millrace("artifacts", "log-artifact", "--local-file", f"{folder}/a.txt", "--run-id", run_id, folder=folder, **uri)
        assert "a.txt" in millrace("artifacts", "list", "--run-id", run_id, folder=folder, **uri)
        millrace("models", "create", "--name", "pump", folder=folder, **uri)
        assert "pump" in millrace("models", "search", folder=folder, **uri)
        with Server(folder=tempfile.mkdtemp(dir=folder), env={"MILLRACE_LOG_LEVEL": "debug"}) as server:
            with open(f"{folder}/token", "w", encoding="ascii") as out:
                out.write("secret\n")
            listed = millrace("experiments", "search", folder=folder, MLFLOW_TRACKING_URI=f"http://localhost:{server.port}",
                              MLFLOW_TRACKING_AUTH="example", EXAMPLE_TOKEN_FILE=f"{folder}/token")
            assert "Default" in listed
            away = subprocess.run([MILLRACE, "experiments", "search"], cwd=folder, capture_output=True, text=True, check=False,
                                  env={**os.environ, "MILLRACE_PLUGIN_PATH": built(), "MLFLOW_TRACKING_AUTH": "example",
                                       "MLFLOW_TRACKING_URI": f"http://localhost:{server.port}"})
            assert away.returncode == 1 and "EXAMPLE_TOKEN_FILE" in away.stderr, away


def test_the_plugin_that_keeps():
    """Slots, messages, rows, options, groups of writes; artifacts through the server."""
    with Server("--plugin", f"{built()}/keeper.so", "--backend-store-uri", "keeper:here?prefix=old&first=40&shout=yes&share=0.25",
                "--registry-store-uri", "sqlite:///registry.db", "--artifacts-destination", "keeper:there", store=False) as server:
        assert [server.api("POST", "experiments/create", {"name": name})["experiment_id"] for name in ("a", "b")] == ["40", "41"]
        again = server.ask("POST", "/api/2.0/mlflow/experiments/create", {"name": "a"})
        assert again.status == 400 and (again.json()["error_code"], again.json()["message"]) == ("RESOURCE_ALREADY_EXISTS", "a is kept already"), again
        one = server.api("GET", "experiments/get?experiment_id=41")["experiment"]
        assert one["name"] == "b" and one["tags"] == [{"key": "keeper", "value": "old, shout 1, share 0.25, groups 2"}], one
        found = server.api("POST", "experiments/search", {"max_results": 10})["experiments"]
        assert [(e["experiment_id"], e["name"]) for e in found] == [("40", "a"), ("41", "b")], found
        missing = server.ask("GET", "/api/2.0/mlflow/experiments/get?experiment_id=7")
        assert missing.status == 404 and "nothing is kept as 7" in missing.json()["message"]
        lacking = server.ask("POST", "/api/2.0/mlflow/runs/create", {"experiment_id": "40"})
        assert lacking.status in (400, 404, 500, 501) and "not implemented" in lacking.json()["message"].lower(), lacking
        path = "/api/2.0/mlflow-artifacts/artifacts"
        for content in (b"first", b"x" * 3000000):
            assert server.ask("PUT", f"{path}/model.bin", content, {"Content-Type": "application/octet-stream"}).status == 200
            assert server.ask("GET", f"{path}/model.bin").body == content
        assert server.ask("GET", path).json()["files"] == [{"path": "model.bin", "is_dir": False, "file_size": 3000000}]
        assert server.ask("DELETE", f"{path}/model.bin").status == 200
        assert server.ask("GET", f"{path}/model.bin").status == 404
        assert "keeper of ABI" in server.text(), server.text()


# ---- check-abi ----

PLUGIN, TYPES, MESSAGES, REPOSITORY = "plugin.h", "types.h", "gen/messages.h", "artifact_repository.h"
with open(f"{SOURCE}/include/millrace/{PLUGIN}", encoding="ascii") as _header:
    MINOR = int(re.search(r"#define MR_ABI_MINOR (\d+)", _header.read())[1])
RAISED = (PLUGIN, f"#define MR_ABI_MINOR {MINOR}", f"#define MR_ABI_MINOR {MINOR + 1}")
LAST = "(*artifact_ops)(mr_artifact_handle *repository, void **self);"
BREAKING = {
    "a member in the midst": (PLUGIN, "\tvoid *plugin; ", "\tvoid *other;\n\tvoid *plugin; "),
    "a parameter more": (PLUGIN, "mr_str (*user)(mr_call *call);", "mr_str (*user)(mr_call *call, int which);"),
    "a number changed": (PLUGIN, "MR_OPTION_SECRET = 6 ", "MR_OPTION_SECRET = 8 "),
    "two members swapped": (PLUGIN, "mr_str tracking_uri, registry_uri;", "mr_str registry_uri, tracking_uri;"),
    "a struct without a size grows": (TYPES, "MR_ERROR_MESSAGE_MAX 4088", "MR_ERROR_MESSAGE_MAX 8184"),
    "a struct in arrays grows": (REPOSITORY, "\tint64_t modified_ms;", "\tint64_t owner;\n\tint64_t modified_ms;"),
    "a field of a message in the midst": (MESSAGES, "\tmr_str lifecycle_stage;", "\tint64_t colour;\n\tmr_str lifecycle_stage;"),
    "a slot is gone": (REPOSITORY, "\tvoid (*pull_close)(void *self, void *pull);\n", ""),
    "another value of a macro": ("store.h", "MR_STORE_NEVER_BLOCKS 1u", "MR_STORE_NEVER_BLOCKS 2u"),
    "another result": ("client.h", "MR_API const char *mr_version(void);", ""),
}


class Tree:
    """A copy of what check-abi looks at, to be changed."""

    def __init__(self, folder):
        self.root = f"{folder}/tree"
        shutil.copytree(f"{SOURCE}/include", f"{self.root}/include")
        shutil.copytree(f"{SOURCE}/packaging/abi", f"{self.root}/packaging/abi")
        os.mkdir(f"{self.root}/scripts")
        for name in ("scripts/check-abi", "scripts/tree.py", "CHANGELOG.md"):
            shutil.copy(f"{SOURCE}/{name}", f"{self.root}/{name}")

    def change(self, name, old, new):
        path = f"{self.root}/include/millrace/{name}"
        with open(path, encoding="utf-8") as file:
            text = file.read()
        assert old in text, f"{name} has no '{old}'"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new, 1))

    def restore(self):
        shutil.copytree(f"{SOURCE}/include", f"{self.root}/include", dirs_exist_ok=True)

    def check(self, *arguments):
        done = subprocess.run([f"{self.root}/scripts/check-abi", *arguments], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


def test_check_abi():
    if not shutil.which("abidiff") or os.environ.get("MILLRACE_SANITIZE"):
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Tree(folder)
        code, said = copy.check()
        assert code == 0 and " 0 wrong" in said, said
        for what, change in BREAKING.items():
            copy.change(*change)
            copy.change(*RAISED)
            code, said = copy.check()
            assert code == 1 and "This breaks what was built" in said, f"{what}: {said}"
            copy.restore()
        copy.change(PLUGIN, LAST, f"{LAST}\n\tvoid (*more)(void);")
        code, said = copy.check()
        assert code == 1 and f"raise MR_ABI_MINOR above {MINOR}" in said and "mr_host has grown: more" in said, said
        code, said = copy.check("--record")
        assert code == 1 and "give include/millrace/plugin.h a new version first" in said, said
        copy.change(*RAISED)
        assert copy.check()[0] == 0
        code, said = copy.check("--record")
        assert code == 1 and f"CHANGELOG.md has no line about 'Plugin ABI 0.{MINOR + 1}'" in said, said
        with open(f"{copy.root}/CHANGELOG.md", "a", encoding="utf-8") as out:
            out.write(f"- Plugin ABI 0.{MINOR + 1}: more.\n")
        assert copy.check("--record")[0] == 0 and copy.check()[0] == 0
        copy.restore()
        assert copy.check()[0] == 1, "what the new record has is missed"


if __name__ == "__main__":
    main(globals())
