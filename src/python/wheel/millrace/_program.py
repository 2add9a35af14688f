# SPDX-License-Identifier: Apache-2.0
"""The millrace program that came with this package. (The command of that name finds it without Python: src/python/command.)"""
import os
import sys


def path() -> str:
    """Its file: in the package, or, in a build tree, beside it."""
    here = os.path.dirname(os.path.abspath(__file__))
    for candidate in ("bin/millrace", "../../../bin/millrace"):
        program = os.path.normpath(os.path.join(here, candidate))
        if os.access(program, os.X_OK):
            return program
    raise FileNotFoundError(f"the millrace program is not in {here}; install it again: pip install --force-reinstall millrace")


def main() -> None:
    program = path()
    os.environ["MILLRACE_OWN_PYTHON"] = sys.executable  # whose plugins are meant, when nothing else says so
    os.execv(program, [program, *sys.argv[1:]])
