# SPDX-License-Identifier: Apache-2.0
"""The comparison of wheel_direct.py on a folder, the store that MLflow only keeps for those who have one."""
from _server import main
from wheel_direct import answers, compared


def test_same_answers_on_a_folder():
    compared(answers("mlflow", "./mlruns"), answers("millrace", "./mlruns"))


if __name__ == "__main__":
    main(globals())
