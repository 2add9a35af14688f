# SPDX-License-Identifier: Apache-2.0
"""Plugins that cannot be used: each is listed with the reason, its use fails with what to do, and everything else goes on."""
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile

from _server import MILLRACE, Server, free_port, main

SOURCE = os.environ.get("MILLRACE_SOURCE", os.path.join(os.path.dirname(__file__), "../.."))
EM_X86_64, EM_AARCH64 = 62, 183


def build(folder, name, scheme=None, include=f"{SOURCE}/include", flags=()):
    """The stores of the example plugin under another name and scheme; the path of NAME.so in the folder."""
    with open(f"{SOURCE}/plugins/example/plugin.c", encoding="utf-8") as text:
        source = text.read()
    source = re.sub(r'#define SCHEME ".*"', f'#define SCHEME "{scheme or name}"', source)
    source = re.sub(r"MR_GROUP_ARTIFACT_REPOSITORY, SCHEME, &repository, NULL, 0\)(.*\n)*?\n",
                    "MR_GROUP_ARTIFACT_REPOSITORY, SCHEME, &repository, NULL, 0)\n\n", source, count=1)
    source = source.replace('MR_PLUGIN_EXPORT("example"', f'MR_PLUGIN_EXPORT("{name}"')
    assert "ENTRY(MR_GROUP_RUN_CONTEXT" not in source and f'"{name}"' in source
    out = f"{folder}/{name}.so"
    subprocess.run(["cc", "-std=c11", "-Wall", "-Wno-unused", "-Werror", "-xc", "-", "-xnone", "-shared", "-fPIC", f"-I{include}", "-o", out, *flags],
                   input=source, text=True, check=True)
    return out


def environment(folder, **variables):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}
    return {**clean, "MILLRACE_PLUGIN_PATH": f"{folder}/plugins", "MILLRACE_SPOOL_DIR": f"{folder}/spool", "XDG_DATA_HOME": folder,
            **variables}


def millrace(folder, *arguments, code=0, **variables):
    done = subprocess.run([MILLRACE, *arguments], cwd=folder, env=environment(folder, **variables), capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == code, done
    return done.stdout if code == 0 else done.stderr


def listed(folder, name, **variables):
    """What `plugins list` says of the plugin, in JSON; the table and `info` say the same."""
    found = [one for one in json.loads(millrace(folder, "plugins", "list", "--output", "json", **variables))
             if one.get("file", "").endswith(f"/{name}.so")]
    assert len(found) == 1, found
    if found[0].get("why"):
        table = millrace(folder, "plugins", "list", **variables)
        assert found[0]["why"] in table, table
    return found[0]


def refused(folder, name, *words):
    """It is refused in the list, and its use by its scheme fails, both with the reason, which has the words."""
    one = listed(folder, name)
    assert one["state"] == "refused", one
    told = millrace(folder, "experiments", "search", code=1, MLFLOW_TRACKING_URI=f"{name}:{folder}/mlruns")
    for word in words:
        assert word in one["why"], one
    assert one["why"] in told and one["file"] in told, (one, told)


def test_each_is_refused_with_its_reason():
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/plugins")
        shutil.copytree(f"{SOURCE}/include", f"{folder}/include")
        with open(f"{folder}/include/millrace/plugin.h", encoding="utf-8") as header:
            text = header.read()
        with open(f"{folder}/include/millrace/plugin.h", "w", encoding="utf-8") as header:
            header.write(re.sub(r"#define MR_ABI_MAJOR \d+", "#define MR_ABI_MAJOR 77", text))
        build(f"{folder}/plugins", "future", include=f"{folder}/include")
        with open(build(f"{folder}/plugins", "foreign"), "r+b") as file:
            file.seek(18)
            machine, = struct.unpack("<H", file.read(2))
            file.seek(18)
            file.write(struct.pack("<H", EM_AARCH64 if machine == EM_X86_64 else EM_X86_64))
        half = build(f"{folder}/plugins", "half")
        os.truncate(half, os.path.getsize(half) // 2)
        os.chmod(build(f"{folder}/plugins", "open"), 0o666)
        build(f"{folder}/plugins", "good")

        refused(folder, "future", "77.")
        refused(folder, "foreign", "arm64" if machine == EM_X86_64 else "x86-64")
        refused(folder, "half", "cut off")
        refused(folder, "open", "chmod go-w", f"{folder}/plugins/open.so")
        assert listed(folder, "good")["state"] == "found"
        millrace(folder, "experiments", "search", MLFLOW_TRACKING_URI=f"good:{folder}/mlruns")


def test_a_folder_that_others_can_write_to():
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/plugins")
        build(f"{folder}/plugins", "good")
        os.chmod(f"{folder}/plugins", 0o777)
        done = subprocess.run([MILLRACE, "plugins", "list"], env=environment(folder), capture_output=True, text=True, timeout=60, check=True)
        assert "good" not in done.stdout and f"chmod go-w '{folder}/plugins'" in done.stderr, done
        told = millrace(folder, "experiments", "search", code=1, MLFLOW_TRACKING_URI=f"good:{folder}/mlruns")
        assert f"chmod go-w '{folder}/plugins'" in told, told
        os.chmod(f"{folder}/plugins", 0o755)
        assert listed(folder, "good")["state"] == "found"
        millrace(folder, "experiments", "search", MLFLOW_TRACKING_URI=f"good:{folder}/mlruns")


def test_a_folder_right_below_tmp():
    """A sticky folder above is fine, as /tmp is; a file in such a folder is not, and nobody is told to change /tmp."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/shared")
        os.chmod(f"{folder}/shared", 0o1777)
        os.mkdir(f"{folder}/shared/plugins")
        built = build(f"{folder}/shared/plugins", "good")
        told = millrace(folder, "plugins", "list", MILLRACE_PLUGIN_PATH=f"{folder}/shared/plugins")
        assert "good" in told and "refused" not in told, told
        shutil.copy(built, f"{folder}/shared/good.so")
        done = subprocess.run([MILLRACE, "plugins", "list", "--plugin", f"{folder}/shared/good.so"], env=environment(folder),
                              capture_output=True, text=True, timeout=60, check=False)
        assert "put it into a folder of your own" in done.stdout + done.stderr and "chmod" not in done.stdout + done.stderr, done


def test_a_dependency_that_is_missing():
    """Listing runs none of it, so it is found; its use says what is missing and how to see it."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/plugins")
        subprocess.run(["cc", "-xc", "-", "-shared", "-fPIC", "-o", f"{folder}/libgone.so"], input="int gone;", text=True, check=True)
        build(f"{folder}/plugins", "lacking", flags=["-Wl,--no-as-needed", f"-L{folder}", "-lgone"])
        os.remove(f"{folder}/libgone.so")
        assert listed(folder, "lacking")["state"] == "found"
        told = millrace(folder, "experiments", "search", code=1, MLFLOW_TRACKING_URI=f"lacking:{folder}/mlruns")
        assert "libgone.so" in told and "ldd" in told, told
        millrace(folder, "experiments", "search", MLFLOW_TRACKING_URI=f"sqlite:///{folder}/m.db")


def test_two_with_one_key():
    """In one source neither wins; a source before it does, and then the others are shadowed."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/plugins")
        for name in ("one", "two"):
            build(f"{folder}/plugins", name, scheme="twice")
            assert all(entry.get("ambiguous", False) == (name == "two") for entry in listed(folder, name)["entries"])
        told = millrace(folder, "experiments", "search", code=1, MLFLOW_TRACKING_URI=f"twice:{folder}/mlruns")
        assert f"{folder}/plugins/one.so" in told and f"{folder}/plugins/two.so" in told, told
        os.mkdir(f"{folder}/before")
        build(f"{folder}/before", "three", scheme="twice")
        both = {"MILLRACE_PLUGIN_PATH": f"{folder}/before:{folder}/plugins"}
        for name in ("one", "two"):
            assert all(entry["shadowed_by"] == "three" for entry in listed(folder, name, **both)["entries"])
        millrace(folder, "experiments", "search", MLFLOW_TRACKING_URI=f"twice:{folder}/mlruns", **both)
        millrace(folder, "experiments", "search", "--plugin", f"{folder}/plugins/two.so", MLFLOW_TRACKING_URI=f"twice:{folder}/mlruns")


def test_the_server():
    """It does not start on a store that it has no plugin for, or whose plugin is broken; a broken one that it does not need is
    none of its business."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/plugins")
        half = build(f"{folder}/plugins", "half")
        os.truncate(half, os.path.getsize(half) // 2)
        with open(f"{folder}/plugins/text.so", "w", encoding="ascii") as out:
            out.write("no shared object at all\n")
        told = millrace(folder, "server", "--port", str(free_port()), "--backend-store-uri", "bad:/x", code=1)
        assert "'bad'" in told and "MILLRACE_PLUGIN_PATH" in told and "millrace plugins list" in told, told
        told = millrace(folder, "server", "--port", str(free_port()), "--backend-store-uri", "half:/x", code=1)
        assert "half" in told, told
        with Server(env={"MILLRACE_PLUGIN_PATH": f"{folder}/plugins", "XDG_DATA_HOME": folder}) as server:
            run_id = server.create_run()
            server.api("POST", "runs/log-metric", {"run_id": run_id, "key": "m", "value": 1, "timestamp": 1})
            assert server.api("GET", f"runs/get?run_id={run_id}")["run"]["data"]["metrics"][0]["value"] == 1


if __name__ == "__main__":
    main(globals())
