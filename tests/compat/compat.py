# SPDX-License-Identifier: Apache-2.0
"""The everyday compatibility tests. Without arguments they run as two processes side by side, each with servers of its
own, since one of them mostly waits for the reference. Arguments go to pytest, which then runs alone."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = Path(__file__).resolve().parent / "suite"
OPTIONS = ["-q", "-rs"]


def halves():
    """The comparison, and everything else; each with half of the ports."""
    first, last = (int(port) for port in os.environ.get("MILLRACE_COMPAT_PORTS", "7200-7299").split("-"))
    middle = (first + last) // 2
    comparison = SUITE / "test_differential.py"
    yield [str(comparison)], f"{first}-{middle}"
    yield [str(SUITE), f"--ignore={comparison}"], f"{middle + 1}-{last}"


def side_by_side():
    running = [subprocess.Popen([sys.executable, "-B", "-m", "pytest", *OPTIONS, *arguments], cwd=SUITE,
                                env={**os.environ, "MILLRACE_COMPAT_PORTS": ports},
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
               for arguments, ports in halves()]
    failed = 0
    for process in running:
        said, _ = process.communicate()
        print(said, flush=True)
        failed = failed or process.returncode
    return failed


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(pytest.main([*OPTIONS, str(SUITE), *sys.argv[1:]]) if sys.argv[1:] else side_by_side())
