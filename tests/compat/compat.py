# SPDX-License-Identifier: Apache-2.0
"""The everyday compatibility tests in one process, so that each server starts once. Arguments go to pytest."""
import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(pytest.main(["-q", "-rs", str(Path(__file__).resolve().parent / "suite"), *sys.argv[1:]]))
