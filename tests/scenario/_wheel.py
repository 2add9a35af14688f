# SPDX-License-Identifier: Apache-2.0
"""Python with the millrace package, as `pip install` leaves it: from the build's folder for PYTHONPATH."""
import glob
import os
import re
import subprocess
import sys

from _programs import BUILD, environment

PACKAGE = os.path.join(BUILD, "lib/python")
EXAMPLE = os.path.join(BUILD, "lib/millrace/plugins/example.so")
USABLE = "thread" not in os.environ.get("MILLRACE_SANITIZE", "")  # ThreadSanitizer comes into no Python that is built without it
if not USABLE and os.path.basename(sys.argv[0]).startswith("wheel_"):
    print("a Python with ThreadSanitizer is needed for this")
    sys.exit(77)


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
    """The environment of a user's shell, with the package."""
    return {**environment(MILLRACE_SPOOL_DIR=f"{folder}/spool"), "PYTHONPATH": os.pathsep.join([*sites, PACKAGE]), **sanitized(folder),
            **{name: str(value) for name, value in more.items()}}


def sanitized(folder):
    """What AddressSanitizer needs in a program that is built without it; it writes into files of the folder."""
    if "address" not in os.environ.get("MILLRACE_SANITIZE", ""):
        return {}
    library = subprocess.run(["cc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True).stdout.strip()
    return {"LD_PRELOAD": library, "PYTHONMALLOC": "malloc", "LSAN_OPTIONS": "exitcode=0",
            "ASAN_OPTIONS": f"detect_leaks=1:detect_stack_use_after_return=1:malloc_context_size=12:log_path={folder}/sanitizer",
            "UBSAN_OPTIONS": f"print_stacktrace=1:halt_on_error=1:log_path={folder}/sanitizer"}


# CPython leaves much behind at its end, and MLflow's libraries more. A leak is ours when one of the first frames that asked for
# the memory is; but types and modules of the extension live as long as the process, as those of every extension do.
OURS, NEAR = re.compile(r"_native\.abi3\.so|libmillrace|/src/(?!libsanitizer)"), 6
LIVES_ON = re.compile(r"ext_add_\w+|PyInit__native|PyModule_ExecDef|PyType_FromSpec")


def complaints(folder):
    """What a sanitizer has to say of us in what ran in the folder."""
    said = []
    for name in glob.glob(f"{folder}/sanitizer.*"):
        with open(name, encoding="utf-8", errors="replace") as file:
            text = file.read()
        os.unlink(name)
        said += [text] if "ERROR: AddressSanitizer" in text or "runtime error:" in text else []
        for leak in re.findall(r"(?:Direct|Indirect) leak of .*?(?=\n\n)", text, re.S):
            frames = re.findall(r"^ +#\d+ .*$", leak, re.M)
            if OURS.search("\n".join(frames[1:NEAR])) and not LIVES_ON.search(leak):
                said.append(leak)
    return said


def python(script, *arguments, folder, sites=(), code=0, timeout=240, **more):
    """What a script (its text, or a list of arguments such as -m mlflow) printed: (stdout, stderr)."""
    command = ["-c", script] if isinstance(script, str) else script
    done = subprocess.run([sys.executable, *command, *map(str, arguments)], cwd=folder, env=variables(folder, *sites, **more),
                          capture_output=True, text=True, timeout=timeout, check=False)
    sanitizer = complaints(folder)
    assert not sanitizer, "\n".join(sanitizer)
    assert code is None or done.returncode == code, f"{done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    return done.stdout, done.stderr


# ---- the wheel itself ----

SOURCE = os.environ.get("MILLRACE_SOURCE", os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))


def build_wheel(folder):
    """A wheel of the build that is tested, with the system's libraries: its path."""
    done = subprocess.run([f"{SOURCE}/scripts/wheel", BUILD, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Venv:
    """A virtual environment, filled by the pip of the Python that it is made from and not by the network. mlflow: that of the tests
    is in it, too."""

    def __init__(self, folder, python=sys.executable, mlflow=False):
        self.folder, self.base = folder, python
        subprocess.run([python, "-m", "venv", "--without-pip", folder], check=True)
        self.python = f"{folder}/bin/python"
        self.site = subprocess.run([self.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True,
                                   text=True, check=True).stdout.strip()
        if mlflow:
            with open(f"{self.site}/below.pth", "w", encoding="utf-8") as out:
                out.write(os.path.dirname(os.path.dirname(__import__("mlflow").__file__)) + "\n")

    def pip(self, *arguments, cwd=None):
        done = subprocess.run([self.base, "-m", "pip", "--python", self.python, *arguments], capture_output=True, text=True, check=False,
                              cwd=cwd, env=environment(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INDEX="1", PIP_ROOT_USER_ACTION="ignore",
                                                       PIP_NO_CACHE_DIR="1"))
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def run(self, *command, code=0, cwd=None, **more):
        """A program of the environment, or Python: (stdout, stderr)."""
        done = subprocess.run([f"{self.folder}/bin/{command[0]}", *map(str, command[1:])], capture_output=True, text=True, timeout=240,
                              check=False, cwd=cwd or self.folder,
                              env={**environment(MILLRACE_SPOOL_DIR=f"{self.folder}/spool"), **{k: str(v) for k, v in more.items()}})
        assert code is None or done.returncode == code, (command, done.returncode, done.stdout, done.stderr)
        return done.stdout, done.stderr

    def files(self):
        return {os.path.relpath(os.path.join(top, name), self.folder) for top, _, names in os.walk(self.folder) for name in names}
