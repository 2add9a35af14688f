# SPDX-License-Identifier: Apache-2.0
"""Native plugins as Python wheels: the build backend (PEP 517) that `millrace plugins new --wheel` names in pyproject.toml.

    [build-system]
    requires = ["millrace"]
    build-backend = "millrace.plugin_wheel"

The plugin is the folder's *.c, compiled by $CC with $CFLAGS and $LDFLAGS; or the file that MILLRACE_PLUGIN_FILE names, of a build that
needs more. Name, version, description and entry points are those that the plugin states itself. The wheel fits every Python 3."""
from __future__ import annotations

import base64
import glob
import gzip
import hashlib
import io
import json
import os
import re
import shlex
import subprocess
import sysconfig
import tarfile
import tempfile
import time
import zipfile
from typing import Any, Optional

from millrace.mlflow_plugins.entry import attribute

_Settings = Optional[dict[str, Any]]  # of pip, which has none for us
_ENTRIES = {  # of a group: the attribute in the wheel's module (author.py), with the entry's name in it where MLflow looks it up by name
    "mlflow.tracking_store": "tracking_store",
    "mlflow.model_registry_store": "registry_store",
    "mlflow.artifact_repository": "artifact_repository",
    "mlflow.deployments": "deployments_{}",
    "mlflow.project_backend": "backends_{}",
    "mlflow.model_evaluator": "evaluators_{}",
    "mlflow.request_auth_provider": "auth_{}",
}


def include() -> str:
    """The folder in which millrace/plugin.h lies: MILLRACE_INCLUDE, this package's own, or that of an installation."""
    own = os.path.join(os.path.dirname(os.path.abspath(__file__)), "include")
    named = os.environ.get("MILLRACE_INCLUDE") or (own if os.path.isdir(own) else "")
    if named:
        return named
    found = subprocess.run(["pkg-config", "--variable=includedir", "millrace"], capture_output=True, text=True, check=False)
    if found.returncode:
        raise FileNotFoundError("Millrace's headers were not found; name their folder in MILLRACE_INCLUDE")
    return found.stdout.strip()


def _compile(folder: str) -> str:
    """The plugin's file."""
    prebuilt = os.environ.get("MILLRACE_PLUGIN_FILE")
    if prebuilt:
        return os.path.abspath(prebuilt)
    sources = sorted(glob.glob("*.c"))
    if not sources:
        raise FileNotFoundError(f"There is no *.c in {os.getcwd()}; name a plugin that is built already in MILLRACE_PLUGIN_FILE")
    out = os.path.join(folder, "plugin.so")
    flags = shlex.split(os.environ.get("CFLAGS", "-O2 -g"))
    command = [*shlex.split(os.environ.get("CC", "cc")), "-std=c11", "-fPIC", "-fvisibility=hidden", *flags, "-I", include(), "-shared",
               "-o", out, *sources, *shlex.split(os.environ.get("LDFLAGS", ""))]
    print(shlex.join(command), flush=True)
    subprocess.run(command, check=True)
    os.chmod(out, 0o755)  # whatever the umask is: a file that others can change is refused
    return out


def _described(file: str) -> dict[str, Any]:
    """What the plugin states: nothing of it runs."""
    from millrace import _native

    _native.add_plugin(file)
    plugin: dict[str, Any] = next(one for one in json.loads(_native.plugins()) if one["file"] == os.path.realpath(file))
    if plugin["state"] == "refused":
        raise ValueError(f"{file} is no plugin that could be loaded here: {plugin['why']}")
    return plugin


def _version(text: str) -> str:
    """A plugin's version is any text; Python's begins with a number."""
    if re.fullmatch(r"[0-9][0-9a-z.+]*", text):
        return text
    return "0+" + re.sub(r"[^0-9a-z]+", ".", text.lower()).strip(".")


class _Plan:
    """What the wheel of a plugin is called and has in it."""

    def __init__(self, plugin: dict[str, Any]) -> None:
        self.plugin = plugin
        self.package = "millrace_plugin_" + re.sub(r"[^0-9a-z]+", "_", plugin["name"].lower())
        self.version = _version(plugin["version"])
        self.file = re.sub(r"[^0-9A-Za-z_]", "_", plugin["name"]) + ".so"
        self.name = f"{self.package}-{self.version}"

    def module(self) -> str:
        return (f'"""The native plugin {self.file}, for MLflow. Written by millrace.plugin_wheel."""\n'
                f"from millrace.mlflow_plugins import author\n\n__getattr__ = author.entries(__file__, {self.file!r})\n")

    def metadata(self) -> str:
        plugin = self.plugin
        lines = ["Metadata-Version: 2.1", f"Name: {self.package.replace('_', '-')}", f"Version: {self.version}",
                 f"Summary: {' '.join(plugin['description'].split())}", f"License: {plugin['licence']}", "Requires-Dist: millrace"]
        return "\n".join(lines) + "\n"

    def entry_points(self) -> str:
        groups: dict[str, list[str]] = {"millrace.native_plugin": [f"{self.plugin['name']} = {self.package}:{self.file}"]}
        for entry in self.plugin["entries"]:
            target = _ENTRIES.get(entry["group"])
            if target:
                line = f"{entry['name']} = {self.package}:{target.format(attribute(entry['name']))}"
                groups.setdefault(entry["group"], []).append(line)
        return "\n".join(f"[{group}]\n" + "\n".join(lines) + "\n" for group, lines in groups.items())

    def tag(self) -> str:
        return "py3-none-" + re.sub(r"[-.]", "_", sysconfig.get_platform())

    def info(self) -> dict[str, bytes]:
        wheel = f"Wheel-Version: 1.0\nGenerator: millrace.plugin_wheel\nRoot-Is-Purelib: false\nTag: {self.tag()}\n"
        texts = {"METADATA": self.metadata(), "WHEEL": wheel, "entry_points.txt": self.entry_points()}
        return {f"{self.name}.dist-info/{name}": text.encode() for name, text in texts.items()}


def _time() -> tuple[int, int, int, int, int, int]:
    year, month, day, hour, minute, second = time.gmtime(max(int(os.environ.get("SOURCE_DATE_EPOCH", "315532800")), 315532800))[:6]
    return year, month, day, hour, minute, second


def _line(name: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


def get_requires_for_build_wheel(config_settings: _Settings = None) -> list[str]:
    return []


def get_requires_for_build_sdist(config_settings: _Settings = None) -> list[str]:
    return []


def build_wheel(wheel_directory: str, config_settings: _Settings = None, metadata_directory: str | None = None) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = _compile(folder)
        plan = _Plan(_described(file))
        with open(file, "rb") as plugin:
            binary = plugin.read()
    files = {f"{plan.package}/__init__.py": plan.module().encode(), f"{plan.package}/{plan.file}": binary, **plan.info()}
    record = f"{plan.name}.dist-info/RECORD"
    files[record] = ("".join(_line(name, content) for name, content in files.items()) + f"{record},,\n").encode()
    wheel = f"{plan.name}-{plan.tag()}.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, wheel), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _time())
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if name.endswith(".so") else 0o100644) << 16
            archive.writestr(entry, content)
    return wheel


def build_sdist(sdist_directory: str, config_settings: _Settings = None) -> str:
    """The folder as it is, without what builds leave and what begins with a dot."""
    with tempfile.TemporaryDirectory() as folder:
        plan = _Plan(_described(_compile(folder)))
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo(f"{plan.name}/PKG-INFO")
        info.size = len(plan.metadata().encode())
        archive.addfile(info, io.BytesIO(plan.metadata().encode()))
        for top, folders, names in os.walk("."):
            folders[:] = sorted(name for name in folders if name not in ("build", "dist") and not name.startswith("."))
            for name in sorted(names):
                if not name.startswith(".") and not name.endswith((".whl", ".tar.gz")):
                    path = os.path.join(top, name)
                    archive.add(path, os.path.normpath(f"{plan.name}/{path}"), recursive=False)
    name = f"{plan.name}.tar.gz"
    with open(os.path.join(sdist_directory, name), "wb") as file:
        file.write(gzip.compress(out.getvalue(), mtime=0))
    return name
