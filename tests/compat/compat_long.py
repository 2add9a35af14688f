# SPDX-License-Identifier: Apache-2.0
"""All compatibility tests, also those that need minutes and a second, older reference."""
import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(pytest.main(["-q", "-rs", "--slow", str(Path(__file__).resolve().parent / "suite"), *sys.argv[1:]]))
