# SPDX-License-Identifier: Apache-2.0
"""What the check scripts share: the files of the source tree, and how a check ends."""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MADE = ("include/millrace/gen/", "src/api/gen_")  # by the generator: not held to the rules of hand-written code


def files():
    """The files that belong to the project, relative to ROOT; of an unpacked archive, all that are there."""
    git = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, check=False)
    if git.returncode == 0 and git.stdout:
        names = git.stdout.decode().split("\0")
        return [n for n in names if n and os.path.isfile(os.path.join(ROOT, n))]
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in ("build", "node_modules", ".git", "__pycache__")]
        found += [os.path.relpath(os.path.join(folder, n), ROOT) for n in names]
    return sorted(found)


def lines(name):
    with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def is_script(name):
    """A program without an extension, told by its first line."""
    if "." in os.path.basename(name):
        return False
    with open(os.path.join(ROOT, name), "rb") as file:
        return file.read(2) == b"#!"


def finish(what, checked, problems):
    """Prints the problems and ends the process. A check that looked at nothing has failed, too."""
    for problem in problems:
        print(problem)
    if not checked:
        print(f"{what}: there was nothing to look at")
    print(f"{what}: {checked} looked at, {len(problems)} wrong")
    sys.exit(1 if problems or not checked else 0)
