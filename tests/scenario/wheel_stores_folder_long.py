# SPDX-License-Identifier: Apache-2.0
"""Each method of MLflow's store interfaces does on millrace+file: what it does on MLflow's folders."""
from _server import main
from _stores_methods import both, compare


def test_a_folder():
    compare(*both("file:mlruns", "millrace+file:mlruns"))


if __name__ == "__main__":
    main(globals())
