# SPDX-License-Identifier: Apache-2.0
"""Python with the millrace package, as `pip install` leaves it: from the build's folder for PYTHONPATH."""
import os
import subprocess
import sys

from _programs import BUILD, environment

PACKAGE = os.path.join(BUILD, "lib/python")
EXAMPLE = os.path.join(BUILD, "lib/millrace/plugins/example.so")


def installed(folder, entries, name="example-native"):
    """A folder for PYTHONPATH with a distribution that has these entry points: {group: {name: object}}."""
    info = os.path.join(folder, "site", f"{name}-1.0.0.dist-info")
    os.makedirs(info, exist_ok=True)
    with open(os.path.join(info, "METADATA"), "w", encoding="utf-8") as out:
        out.write(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n")
    with open(os.path.join(info, "entry_points.txt"), "w", encoding="utf-8") as out:
        for group, pairs in entries.items():
            out.write(f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in pairs.items()) + "\n")
    return os.path.dirname(info)


def variables(folder, *sites, **more):
    """The environment of a user's shell, with the package; preload is what a sanitizer needs in a program that has none."""
    preload = {"LD_PRELOAD": subprocess.run(["cc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True).stdout.strip(),
               "ASAN_OPTIONS": "detect_leaks=0"} if "address" in os.environ.get("MILLRACE_SANITIZE", "") else {}
    return {**environment(MILLRACE_SPOOL_DIR=f"{folder}/spool"), "PYTHONPATH": os.pathsep.join([*sites, PACKAGE]), **preload,
            **{name: str(value) for name, value in more.items()}}


def python(script, *arguments, folder, sites=(), code=0, timeout=240, **more):
    """What a script (its text, or a list of arguments such as -m mlflow) printed: (stdout, stderr)."""
    command = ["-c", script] if isinstance(script, str) else script
    done = subprocess.run([sys.executable, *command, *map(str, arguments)], cwd=folder, env=variables(folder, *sites, **more),
                          capture_output=True, text=True, timeout=timeout, check=False)
    assert code is None or done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done.stdout, done.stderr
