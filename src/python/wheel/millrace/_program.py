# SPDX-License-Identifier: Apache-2.0
"""The millrace program that came with this package. Nothing else of the package is imported here: this is the command's start."""
import os
import sys


def path() -> str:
    """Its file: in the package, or, in a build tree, beside it."""
    here = os.path.dirname(os.path.abspath(__file__))
    for candidate in ("bin/millrace", "../../../bin/millrace"):
        program = os.path.normpath(os.path.join(here, candidate))
        if os.access(program, os.X_OK):
            return program
    raise FileNotFoundError(f"the millrace program is not in {here}; install the package again: pip install --force-reinstall millrace")


def main() -> None:
    program = path()
    os.execv(program, [program, *sys.argv[1:]])
