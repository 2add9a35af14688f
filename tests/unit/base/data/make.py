#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the files of this folder that say what Python and the reference do.
Run it with the Python of the reference's environment (scripts/compat-venv)."""
import pathlib
import random
import struct

HERE = pathlib.Path(__file__).resolve().parent


def error_codes():
    from mlflow.exceptions import MlflowException
    from mlflow.protos.databricks_pb2 import ErrorCode

    text = "# name, value, HTTP status, sqlstate, error_class; made by make.py\n"
    for name, value in ErrorCode.items():
        error = MlflowException("", value)
        parts = [error.sqlstate, error.error_class]
        parts = [getattr(part, "value", part) or "-" for part in parts]
        text += " ".join([name, str(value), str(error.get_http_status_code()), *parts]) + "\n"
    (HERE / "error_codes.txt").write_text(text)


def doubles():
    random.seed(1)
    bits = [0, 1, 1 << 63, 2**52 - 1, 2**52, 0x7FEFFFFFFFFFFFFF, 0x7FF0000000000000, 0xFFF0000000000000]
    for exponent in range(0, 2047, 3):  # the powers of two and their neighbours, where the interval is lopsided
        power = exponent << 52
        bits += [power, power + 1, max(power - 1, 0)]
    for exponent in range(-323, 309, 2):  # the powers of ten
        bits.append(struct.unpack("<Q", struct.pack("<d", float(f"1e{exponent}")))[0])
    for _ in range(1000):
        bits.append(random.getrandbits(64))
        short = float(f"{random.randrange(10**random.randrange(1, 8))}e{random.randrange(-12, 20)}")
        bits.append(struct.unpack("<Q", struct.pack("<d", short))[0])
    lines = []
    for pattern in bits:
        value = struct.unpack("<d", struct.pack("<Q", pattern))[0]
        if value == value:
            lines.append(f"{pattern:016x} {value!r}\n")
    (HERE / "doubles.txt").write_text("".join(lines))


error_codes()
doubles()
