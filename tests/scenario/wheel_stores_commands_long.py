# SPDX-License-Identifier: Apache-2.0
"""MLflow's command line on millrace+sqlite:."""
import os
import tempfile

from _server import main
from _wheel import python

RUN = """
import mlflow
mlflow.log_metric("foo", 1)
mlflow.log_text("hello world!", "test.txt")
"""


def test_mlflows_command_line():
    with tempfile.TemporaryDirectory() as folder:
        uri = {"MLFLOW_TRACKING_URI": "millrace+sqlite:///m.db"}
        python(["-m", "mlflow", "experiments", "create", "-n", "by command"], folder=folder, **uri)
        out, _ = python(["-m", "mlflow", "experiments", "search"], folder=folder, **uri)
        assert "by command" in out, out
        python(RUN, folder=folder, **uri)
        run = python("import mlflow; print(mlflow.search_runs(['0']).run_id[0]); mlflow.delete_run(mlflow.search_runs(['0']).run_id[0])",
                     folder=folder, **uri)[0].strip()
        out, _ = python(["-m", "mlflow", "gc", "--backend-store-uri", "millrace+sqlite:///m.db"], folder=folder, **uri)
        assert run in out, out
        left = python("import mlflow; print(len(mlflow.search_runs(['0'], run_view_type=3)))", folder=folder, **uri)[0].strip()
        assert left == "0" and not os.path.exists(f"{folder}/mlruns/0/{run}/artifacts/test.txt"), left


if __name__ == "__main__":
    main(globals())
