# SPDX-License-Identifier: Apache-2.0
"""The short variant of tests/torture/server_kill.py: ten kills."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../torture"))
from _kill import torture  # noqa: E402  pylint: disable=wrong-import-position

with tempfile.TemporaryDirectory() as folder:
    answers = torture(folder, 10, sound_each=5)
    print(f"10 kills, {answers} writes acknowledged, all there")
    assert answers > 160, "the load was too small to say anything"
