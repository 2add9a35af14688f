# SPDX-License-Identifier: Apache-2.0
"""A server that is killed a hundred times on one database, each time under writes from 16 connections."""
import tempfile

from _kill import check_sound, torture, upgrade_by_the_reference

KILLS = 100

with tempfile.TemporaryDirectory() as folder:
    answers = torture(folder, KILLS)
    print(f"{KILLS} kills, {answers} writes acknowledged, all there")
    assert answers > KILLS * 16, "the load was too small to say anything"
    check_sound(f"{folder}/m.db")
    upgrade_by_the_reference(f"{folder}/m.db")
