# SPDX-License-Identifier: Apache-2.0
"""Python environments for the tests of Python plugins: small ones, which take their packages from the environment with MLflow."""
import os
import shutil
import subprocess
import sys
import textwrap

SOURCE = os.environ.get("MILLRACE_SOURCE", os.path.join(os.path.dirname(__file__), "../.."))
SITE = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"


def make(folder, name="env", mlflow=True):
    """A virtual environment; with mlflow, its packages are this Python's, too."""
    env = f"{folder}/{name}"
    subprocess.run([sys._base_executable, "-m", "venv", "--without-pip", env], check=True)
    if mlflow:
        write(f"{env}/{SITE}/base.pth", f"{sys.prefix}/{SITE}\n")
    return env


SKINNY_LACKS = ["flask", "werkzeug", "flask_cors", "sqlalchemy", "alembic", "pandas", "numpy", "sklearn", "scipy", "pyarrow", "matplotlib",
                "docker", "gunicorn", "waitress", "huey", "graphene", "cryptography", "skops", "jinja2"]


def make_skinny(folder):
    """As if only mlflow-skinny were installed: the packages that it leaves out cannot be found."""
    env = make(folder, "skinny")
    write(f"{env}/{SITE}/hide_packages.py", f"""\
        from importlib.machinery import PathFinder

        real = PathFinder.find_spec
        PathFinder.find_spec = classmethod(lambda cls, name, *rest: None if name.split(".")[0] in {SKINNY_LACKS} else real(name, *rest))
        """)
    write(f"{env}/{SITE}/a.pth", "import hide_packages\n")
    return env


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(textwrap.dedent(text))


def install_example(folder, env):
    """As the document says: pip install -e, of a copy."""
    shutil.copytree(f"{SOURCE}/plugins/example-python", f"{folder}/plugin-source", dirs_exist_ok=True)
    subprocess.run([sys.executable, "-m", "pip", "--python", f"{env}/bin/python", "install", "-q", "--no-deps", "--no-build-isolation",
                    "--no-index", "-e", f"{folder}/plugin-source"], check=True, stderr=subprocess.DEVNULL)


def install(env, name, module, entries, version="1.0"):
    """A distribution of one module, as pip would leave it."""
    site = f"{env}/{SITE}"
    write(f"{site}/{name}.py", module)
    write(f"{site}/{name}-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    text = "".join(f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in found.items()) for group, found in entries.items())
    write(f"{site}/{name}-{version}.dist-info/entry_points.txt", text)
