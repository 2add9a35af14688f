# SPDX-License-Identifier: Apache-2.0
"""Native plugins that distributions of this Python bring or name, and what is said when one is not there."""
import os
import sys

from millrace import _native

_there: set[tuple[str, str]] = set()


def _are_packaged() -> bool:
    """Whether any distribution brings one. Most Pythons have none, and importlib.metadata alone takes longer than all of this."""
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                try:
                    with open(os.path.join(folder, name, "entry_points.txt"), "rb") as file:
                        if b"millrace.native_plugin" in file.read():
                            return True
                except OSError:
                    pass
    return False


def add_packaged() -> None:
    """The plugins that come in wheels of their own (millrace.plugin_wheel)."""
    if not _are_packaged():
        return
    import warnings
    from importlib import metadata

    for entry in metadata.entry_points(group="millrace.native_plugin"):
        package, _, name = entry.value.partition(":")
        try:
            _native.add_plugin(str(entry.dist.locate_file(f"{package.replace('.', '/')}/{name}")))
        except _native.Error as problem:
            warnings.warn(f"The distribution {entry.dist.name} {entry.dist.version} is left out: {problem}. Install it again: "
                          f"{sys.executable} -m pip install --force-reinstall {entry.dist.name}", stacklevel=2)


def require(group: str, name: str) -> None:
    """Raises when no native plugin has what an entry point of MLflow's led here for, and says whose entry point it was."""
    if (group, name) in _there:
        return
    import json
    from importlib import metadata

    plugins = json.loads(_native.plugins())
    if any(entry["group"] == group and entry["name"] == name for plugin in plugins if plugin["state"] not in ("refused", "denied")
           for entry in plugin["entries"]):
        _there.add((group, name))
        return
    owner = next((dist for dist in metadata.distributions()
                  for entry in dist.entry_points if (entry.group, entry.name) == (group, name)), None)
    why = "".join(f" {plugin['file']} is refused: {plugin['why']}." for plugin in plugins if plugin["state"] == "refused")
    if owner and (owner.read_text("INSTALLER") or "").strip() != "millrace":
        mend = f"Install it again: {sys.executable} -m pip install --force-reinstall {owner.name}"
    else:
        mend = ("Install the plugin again (millrace plugins install FILE), or bring MLflow in step with those that are: "
                f"millrace python sync --python {sys.executable}")
    whose = f"The distribution {owner.name} {owner.version} offers" if owner else "There is an entry point for"
    raise FileNotFoundError(f"{whose} '{name}' ({group}), but its native plugin is not there or cannot be used.{why} {mend}")
