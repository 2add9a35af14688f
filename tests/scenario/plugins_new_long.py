# SPDX-License-Identifier: Apache-2.0
"""As plugins_new.py, for each group that a plugin can be of."""
from _server import main
from plugins_new import GROUPS, every


def test_every_group():
    assert len(GROUPS) == 11, GROUPS
    assert len(every(GROUPS)) == 11


if __name__ == "__main__":
    main(globals())
