# SPDX-License-Identifier: Apache-2.0
"""The types of the package: its modules pass mypy and pyright in their strict modes, a stub says neither more nor less than what
is there at run time, and a user's program is checked as it should be. The checkers are those of scripts/types-venv."""
import ast
import json
import os
import re
import subprocess
import sys
import tempfile

from _server import main
from _wheel import PACKAGE, SOURCE

if os.environ.get("MILLRACE_SANITIZE"):
    print("types are the same in every build")
    sys.exit(77)
made = subprocess.run([f"{SOURCE}/scripts/types-venv"], capture_output=True, text=True, check=False)
if made.returncode == 3:
    print("the type checkers cannot be had:", made.stderr)
    sys.exit(77)
VENV = made.stdout.strip()
USER = f"{SOURCE}/tests/scenario/programs/typed_user.py"
# What others may import has stubs; behind them, and in what is left, is code that MLflow calls, written against MLflow's
# classes, whose own types do not hold.
CONFIG = """[mypy]
python_version = 3.10
strict = True
[mypy-millrace.mlflow_plugins.*]
ignore_errors = True
[mypy-mlflow.*,requests.*,pandas.*,numpy.*,PIL.*,yaml.*,flask.*,pyarrow.*]
follow_imports = skip
follow_imports_for_stubs = True
ignore_missing_imports = True
"""
MODULES = sorted({f"millrace.{name.split('.')[0]}" for name in os.listdir(f"{PACKAGE}/millrace") if name.endswith((".py", ".pyi"))} -
                 {"millrace.__init__", "millrace.__main__"})
STUBS = sorted(f"millrace.mlflow_plugins.{name.removesuffix('.pyi')}" for name in os.listdir(f"{PACKAGE}/millrace/mlflow_plugins") if name.endswith(".pyi"))
PRIVATE = re.compile(r"millrace\.mlflow_plugins\.(?!(%s|native)\b)" % "|".join(
    name.rsplit(".", 1)[1] for name in STUBS if not name.endswith(".backends")))  # pyright does not find MLflow's classes of a backend


def checked(*command, **variables):
    environment = {**os.environ, "PYTHONPATH": PACKAGE, "PYRIGHT_PYTHON_CACHE_DIR": f"{VENV}/pyright", "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
                   **variables}
    return subprocess.run([f"{VENV}/bin/{command[0]}", *command[1:]], cwd=tempfile.mkdtemp(), env=environment, capture_output=True, text=True,
                          timeout=280, check=False)


def config():
    name = f"{tempfile.mkdtemp()}/mypy.ini"
    with open(name, "w", encoding="ascii") as out:
        out.write(CONFIG)
    return name


def test_mypy():
    done = checked("mypy", "--config-file", config(), "-m", "millrace", *(f"-m{module}" for module in [*MODULES, *STUBS]), MYPYPATH=PACKAGE)
    assert done.returncode == 0, done.stdout
    done = checked("mypy", "--config-file", config(), "--warn-unused-ignores", USER, MYPYPATH=PACKAGE)
    assert done.returncode == 0, done.stdout


def test_pyright():
    done = checked("pyright", "--pythonpath", f"{VENV}/bin/python", "--verifytypes", "millrace", "--ignoreexternal", "--outputjson", MILLRACE="")
    symbols = json.loads(done.stdout)["typeCompleteness"]["symbols"]
    unclear = [(s["name"], [d["message"] for d in s["diagnostics"]]) for s in symbols
               if s["isExported"] and not PRIVATE.match(s["name"]) and not s["isTypeKnown"]]
    assert len(symbols) > 200 and not unclear, unclear
    folder = tempfile.mkdtemp()
    with open(f"{folder}/pyrightconfig.json", "w", encoding="ascii") as out:
        json.dump({"include": [USER], "typeCheckingMode": "strict", "reportUnnecessaryTypeIgnoreComment": "error",
                   "enableTypeIgnoreComments": False, "reportPrivateUsage": "none", "extraPaths": [PACKAGE]}, out)
    done = checked("pyright", "--pythonpath", f"{VENV}/bin/python", "-p", f"{folder}/pyrightconfig.json")
    assert done.returncode == 0, done.stdout


def test_stubs_say_what_is_there():
    """Every name of the runtime has a stub and the other way round, with the same parameters where Python can tell them."""
    done = checked("python", "-m", "mypy.stubtest", *MODULES, *STUBS, "--mypy-config-file", config(), "--concise", MYPYPATH=PACKAGE)
    assert done.returncode == 0 and len(MODULES) > 15, (done.stdout, done.stderr)
    with open(f"{PACKAGE}/millrace/__init__.pyi", encoding="ascii") as file:
        stub = ast.parse(file.read())
    imported = {alias.asname for one in stub.body if isinstance(one, ast.ImportFrom) for alias in one.names}
    listed = next(ast.literal_eval(one.value) for one in stub.body if isinstance(one, ast.Assign))
    there = json.loads(checked("python", "-c", "import json, millrace; print(json.dumps(millrace.__all__))").stdout)
    assert there == listed and set(there) == imported, (there, listed)


def test_the_package_says_that_it_is_typed():
    assert os.path.exists(f"{PACKAGE}/millrace/py.typed")


if __name__ == "__main__":
    main(globals())
