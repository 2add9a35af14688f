# SPDX-License-Identifier: Apache-2.0
"""Each method of MLflow's store interfaces has its line in the package's table, and does on Millrace's stores what it does on MLflow's."""
from _server import Server, main
from _stores_methods import both, check_table, compare


def test_a_database():
    theirs, ours = both("sqlite:///m.db", "millrace+sqlite:///m.db")
    check_table(ours)
    compare(theirs, ours)


def test_a_server():
    with Server() as one, Server() as other:
        compare(*both(f"http://127.0.0.1:{one.port}", f"millrace+http://127.0.0.1:{other.port}", (one.folder, other.folder)))


if __name__ == "__main__":
    main(globals())
