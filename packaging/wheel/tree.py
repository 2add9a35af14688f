# SPDX-License-Identifier: Apache-2.0
"""tree.py BUILD INSTALLED SOURCE TREE: the files of the wheel, laid out in the folder TREE.

    millrace/                   the package, of BUILD/lib/python
    millrace/bin/millrace       the program, of what was installed
    millrace/lib/               libmillrace.so.1, and millrace/ with the modules, the plugins, the host of Python plugins, and a
                                font for charts
    millrace/include/           the headers, for plugins that are built into wheels (millrace.plugin_wheel)
    millrace-V.data/scripts/    the command `millrace`, which finds the program
    millrace-V.dist-info/
"""
import os
import shutil
import sys
import sysconfig

FONT, FONT_LICENCE = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/doc/fonts-dejavu-core/copyright"


def copy(source: str, target: str, executable: bool = False) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copyfile(source, target)
    os.chmod(target, 0o755 if executable else 0o644)


def copy_all(source: str, target: str, endings: tuple[str, ...]) -> None:
    for top, _, names in os.walk(source):
        for name in names:
            if name.endswith(endings):
                path = os.path.join(top, name)
                copy(path, os.path.join(target, os.path.relpath(path, source)), executable=name.endswith(".so"))


def main(build: str, installed: str, source: str, tree: str) -> None:
    python = os.path.join(build, "lib/python")
    info = next(name for name in os.listdir(python) if name.endswith(".dist-info"))
    copy_all(os.path.join(python, "millrace"), os.path.join(tree, "millrace"), (".py", ".pyi", "py.typed", ".so"))
    copy(os.path.join(installed, "bin/millrace"), os.path.join(tree, "millrace/bin/millrace"), executable=True)
    copy(os.path.join(installed, "lib/libmillrace.so.1"), os.path.join(tree, "millrace/lib/libmillrace.so.1"), executable=True)
    copy_all(os.path.join(installed, "lib/millrace"), os.path.join(tree, "millrace/lib/millrace"), (".py", ".so"))
    copy_all(os.path.join(installed, "include"), os.path.join(tree, "millrace/include"), (".h",))
    copy(os.path.join(build, "lib/command/millrace"), os.path.join(tree, info.replace(".dist-info", ".data"), "scripts/millrace"),
         executable=True)
    if os.path.exists(FONT):
        copy(FONT, os.path.join(tree, "millrace/lib/millrace/fonts/DejaVuSans.ttf"))
        copy(FONT_LICENCE, os.path.join(tree, info, "licenses/fonts-dejavu-core.txt"))
    for name in ("METADATA", "entry_points.txt"):
        copy(os.path.join(python, info, name), os.path.join(tree, info, name))
    copy(os.path.join(source, "LICENSE"), os.path.join(tree, info, "licenses/LICENSE"))
    with open(os.path.join(tree, info, "WHEEL"), "w", encoding="utf-8") as out:
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        out.write(f"Wheel-Version: 1.0\nGenerator: millrace scripts/wheel\nRoot-Is-Purelib: false\nTag: cp310-abi3-{platform}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
