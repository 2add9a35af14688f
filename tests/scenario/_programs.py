# SPDX-License-Identifier: Apache-2.0
"""Compiles programs/*.c and *.cpp as a user does, against the library that is tested, and runs them."""
import functools
import os
import subprocess
import tempfile

from _server import MILLRACE

SOURCE = os.environ.get("MILLRACE_SOURCE", os.path.join(os.path.dirname(__file__), "../.."))
BUILD = os.environ.get("MILLRACE_BUILD", os.path.dirname(os.path.dirname(MILLRACE)))
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")


@functools.cache
def _binaries():
    return tempfile.mkdtemp(prefix="programs-")


@functools.cache
def program(name):
    """The path of the program that programs/<name> becomes."""
    sanitize = os.environ.get("MILLRACE_SANITIZE")
    compiler = ["c++", "-std=c++17"] if name.endswith(".cpp") else ["cc", "-std=c11", "-D_DEFAULT_SOURCE"]
    out = os.path.join(_binaries(), name.split(".")[0])
    subprocess.run([*compiler, "-O1", "-g", "-Wall", "-Wextra", "-Werror", *([f"-fsanitize={sanitize}"] if sanitize else []),
                    f"{FOLDER}/{name}", "-o", out, f"-I{SOURCE}/include", f"-L{BUILD}/lib", f"-Wl,-rpath,{BUILD}/lib",
                    "-lmillrace", "-lm", "-pthread"], check=True)
    return out


def environment(**variables):
    """What a user's shell has, and the variables; nothing of MLflow's or ours from outside."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}
    return {**clean, **variables}


def start(name, *arguments, folder, **variables):
    """The program, running in the folder, with pipes for the bytes that it says. Its spool lies in the folder."""
    return subprocess.Popen([program(name), *map(str, arguments)], cwd=folder, stdin=subprocess.DEVNULL, bufsize=0,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env=environment(MILLRACE_SPOOL_DIR=f"{folder}/spool", **variables))


def first_line(process):
    """Reads no further than that."""
    line = process.stdout.readline().decode()
    assert line, process.communicate()[1].decode()
    return line


def finish(process, code=0, timeout=240):
    """What it said, (stdout, stderr), when it was over."""
    said, complained = (text.decode() for text in process.communicate(timeout=timeout))
    assert process.returncode == code, (process.returncode, said, complained)
    return said, complained


def run(name, *arguments, folder, code=0, **variables):
    return finish(start(name, *arguments, folder=folder, **variables), code)


def millrace(*arguments, folder, code=0, timeout=240, **variables):
    """What the millrace command printed, (stdout, stderr), with the same spool."""
    done = subprocess.run([MILLRACE, *arguments], cwd=folder, capture_output=True, text=True, timeout=timeout, check=False,
                          env=environment(MILLRACE_SPOOL_DIR=f"{folder}/spool", **variables))
    assert done.returncode == code, (arguments, done)
    return done.stdout, done.stderr
