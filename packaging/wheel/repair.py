# SPDX-License-Identifier: Apache-2.0
"""repair.py WHEEL TREE: auditwheel's repair of a wheel, unpacked into TREE, with the licences of what it took in.

auditwheel trusts each system to have libz, libexpat, and the libraries of X11 and GNOME; the images that people run
services in have not. So its policies are read with a shorter list, and whatever else is needed comes along.
"""
import glob
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

import auditwheel.main
import auditwheel.policy
import auditwheel.repair
from auditwheel.libc import Libc

EXPECTED = {"libc.so.6", "libm.so.6", "libmvec.so.1", "libdl.so.2", "librt.so.1", "libpthread.so.0", "libutil.so.1", "libanl.so.1",
            "libresolv.so.2", "libgcc_s.so.1", "libstdc++.so.6"}


def shorten_lists(into: str) -> None:
    policies = json.loads(auditwheel.policy._POLICY_JSON_MAP[Libc.GLIBC].read_text())
    for policy in policies:
        policy["lib_whitelist"] = [name for name in policy["lib_whitelist"] if name in EXPECTED]
    path = pathlib.Path(into, "policy.json")
    path.write_text(json.dumps(policies))
    auditwheel.policy._POLICY_JSON_MAP[Libc.GLIBC] = path


def note_copies() -> set[str]:
    """The libraries that are taken in, as they come."""
    taken: set[str] = set()
    copy = auditwheel.repair.copylib

    def copylib(source, *others):
        taken.add(str(source))
        return copy(source, *others)

    auditwheel.repair.copylib = copylib
    return taken


def package_of(library: str) -> str:
    """The Debian package of a library; before /usr was merged, dpkg knew it by another path."""
    for path in (library, os.path.realpath(library), os.path.realpath(library).removeprefix("/usr")):
        answer = subprocess.run(["dpkg-query", "-S", path], capture_output=True, text=True, check=False).stdout
        if answer:
            return answer.split(":")[0]
    sys.exit(f"repair.py: {library} is of no Debian package, so that its licence is not known")


def add_licences(libraries: set[str], tree: str) -> None:
    info = glob.glob(os.path.join(tree, "*.dist-info"))[0]
    for package in sorted({package_of(library) for library in libraries}):
        shutil.copyfile(f"/usr/share/doc/{package}/copyright", os.path.join(info, "licenses", f"{package}.txt"))


def unpack(wheel: str, tree: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            path = archive.extract(entry, tree)
            if not entry.is_dir():
                os.chmod(path, entry.external_attr >> 16 & 0o777 or 0o644)


def main(wheel: str, tree: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shorten_lists(folder)
        taken = note_copies()
        sys.argv = ["auditwheel", "repair", "--only-plat", "--wheel-dir", folder, "-z", "0", wheel]
        if auditwheel.main.main():
            sys.exit("repair.py: auditwheel refused the wheel")
        unpack(glob.glob(os.path.join(folder, "*.whl"))[0], tree)
    add_licences(taken, tree)


if __name__ == "__main__":
    main(*sys.argv[1:])
