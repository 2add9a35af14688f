#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the files of this folder that say what Python and the reference do.
Run it with the Python of the reference's environment (scripts/compat-venv)."""
import json
import math
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


SCALARS = """yes Yes YES no on Off y n ~ null Null NULL nULL true TRUE tRue 1 0 -1 +1 -0 0x1F 0xfF 0b101 010 08 0o7 1_000 1__0 0_1
1:30 190:20:30 -1:59 1:60 1:2:3.5 1.5 1. .5 -.5 -1.5 +1.5 1e5 1.0e+5 1.0e5 1.5E-3 1.e+5 .inf -.inf +.INF .nan .NaN -.nan 1_0.5_0
12345678901234567890 -12345678901234567890 1.7976931348623157e+308 0.1 1e 1.2.3 0x 0xg 0b 0b2 00 007 09.5 - -- +- . .. ... 1- a1 =x
0xffffffffffffffff 0b_1 1:2:3:4 100000000000000000000000000000000000000 .1_0 1:5.""".split()


def yaml_scalars():
    """What plain scalars mean: the text, a tab, and the value as JSON."""
    import yaml

    lines = []
    for text in SCALARS:
        try:
            value = yaml.load(f"- {text}\n", Loader=yaml.CSafeLoader)[0]
        except yaml.YAMLError:
            continue
        lines.append(f"{text}\t{json.dumps(value)}\n")
    (HERE / "yaml_scalars.txt").write_text("".join(lines))


TEXTS = ["", "plain", "two words", " lead", "trail ", "a: b", "a:b", "# no", "a #b", "a#b", "- a", "-", "--", "---", "...", "? a", "?",
         "multi\nline", "end\n", "\n", "\n\na\n", " \n ", "tab\t", "é", "日本", "😀", "\x07", "\x7f", "\u2028", "\ufeff", "\u0085", "\u00a0x",
         "'q'", '"d"', "it's", "a\\b", "[a]", "{a}", "a, b", "!t", "&a", "*a", "%d", "@x", "`x", "|", ">", "<<", "=", ":", ":a", "a:",
         "long " * 30, "x" * 200, ("word " * 20 + "\n") * 3, "2020-01-01", "2020-1-1", "2020-01-01T00:00:00Z",
         "2020-01-01 1:02:03.5 +01:00", "2020-01-01 1:02", "\0", *SCALARS]


def yaml_dumps():
    """Records of two lines and more: the value as JSON behind '### ', then what PyYAML dumps of it."""
    import yaml

    random.seed(2)
    numbers = [0, -1, 10**30, 1.5, 1e16, 1e-5, 5e-324, 1e100, -0.0, math.inf, -math.inf, 0.1, 123456.789]

    def tree(depth):
        kind = random.random()
        if depth == 0 or kind < 0.35:
            return random.choice([random.choice(TEXTS), random.choice(TEXTS), random.choice(numbers), True, False, None])
        if kind < 0.65:
            return [tree(depth - 1) for _ in range(random.randrange(5))]
        return {random.choice(TEXTS): tree(depth - 1) for _ in range(random.randrange(5))}

    values = [*TEXTS, *numbers, True, False, None, [], {}, [[]], [{}], {"a": []}, {"a": {}}]
    values += [[text] for text in TEXTS] + [{"k": text} for text in TEXTS] + [{text: 1} for text in TEXTS]
    values += [tree(4) for _ in range(300)]
    text = ""
    for value in values:
        dumped = yaml.dump(value, Dumper=yaml.CSafeDumper, default_flow_style=False, allow_unicode=True, sort_keys=False)
        text += f"### {json.dumps(value)}\n{dumped}"
    (HERE / "yaml_dumps.txt").write_text(text, newline="")


def appended():
    """mlflow.utils.uri.append_to_uri_path: URI, path and result, separated by tabs."""
    from mlflow.utils.uri import append_to_uri_path

    uris = ["s3://b/p?q=v", "s3://b", "s3://b/", "S3://b/p/", "a/b", "/a/b", "/a/b/", "", ".", "file:/a", "file:///a", "file:a/b",
            "file://h/a", "dbfs:/a", "runs:/id/x", "models:/m/1", "mlflow-artifacts:/0/id/artifacts", "mlflow-artifacts://h:5000/0",
            "http://h/p;params?q#f", "https://u:p@h:1/p?a=1&b=2", "gs://b/p#f", "hdfs:p", "C:/x", "file:", "s3:", "a?b", "a#b",
            "https://h?q", "wasbs://c@a.blob.core.windows.net/p"]
    lines = []
    for uri in uris:
        for path in ["x", "/x", "x/y", "", "/", "x y", "../x", "é"]:
            lines.append(f"{uri}\t{path}\t{append_to_uri_path(uri, path)}\n")
    (HERE / "appended.txt").write_text("".join(lines))


for make in (error_codes, doubles, yaml_scalars, yaml_dumps, appended):
    make()
