#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records what pandas and PyArrow make of tables, for the tests of src/model/table*.c. Run it with compat-venv's Python."""
import io
import json
import os

import numpy as np
import pandas as pd
import pyarrow as pa

HERE = os.path.dirname(os.path.abspath(__file__))

CSV = [
    "a,b\n1,2\n3,4\n",
    "a,b\r\n1,2\r\n3,4",
    "a\rb\rc\r",
    "a,b,c\n1,,x\n2,3,\n",
    "a,b\n1.5,1e3\n-.5,+7\n",
    "a\nTrue\nFALSE\ntrue\n",
    'a,b\n"x, y","say ""hi"""\n"two\nlines",z\n',
    'a,b\n"1","2.5"\n"3","4"\n',
    "a,a,a\n1,2,3\n",
    ",b,\n1,2,3\n",
    "b\n10,1\n20,2\n",
    "a,b,c\n1,2\n3\n",
    "\n\na,b\n\n1,2\n   \n3,4\n",
    "a,b\n inf,-Infinity\n3,nan\n",
    "a\nNA\nN/A\nnull\n",
    "a,b\nNA,x\n3,None\n",
    "a\n9223372036854775807\n-9223372036854775808\n",
    "a\n 12 \n13\n",
    "\ufeffa,b\n1,2\n",
    "a;b\n1;2\n",
    'a\n"x"y\nz"q"\n',
    "a\n0.1\n0.30000000000000004\n1e-320\n1.7976931348623157e308\n",
    "a\n1\nx\n2.5\n",
    "name\nJos\u00e9\n\u6771\u4eac\n",
    "a,b\n1,2,\n3,4,\n",
    "a,b\n1,2\n3,4,5\n",
    "",
    "\n\n",
    'a\n"x\n',
]

JSON = [
    '[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]',
    '[{"a": 1}, {"b": 2.5, "a": 3}]',
    '[{"a": null}, {"a": 7}]',
    '[{"a": true}, {"a": false}]',
    '[{"a": 1}, {"a": 2.5}]',
    '{"columns": ["a", "b"], "index": [0, 1], "data": [[1, "x"], [2, "y"]]}',
    '{"columns": ["a", "b"], "data": [[1.5, true]]}',
    '{"a": [1, 2, 3], "b": ["x", null, "z"]}',
    '{"a": {"r1": 1, "r2": 2}, "b": {"r1": 0.5, "r2": NaN}}',
    '[]',
]


def cell(value):
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return "null"
    return str(value)


def dump(frame):
    """As dump() in helper.c."""
    names = {"object": "str", "string": "str", "str": "str", "int64": "int64", "float64": "float64", "bool": "bool"}
    parts = []
    for i, name in enumerate(frame.columns):
        column = frame.iloc[:, i]
        parts.append(f"{name} {names[str(column.dtype)]}: " + " | ".join(cell(v) for v in column.tolist()))
    return "\n".join(parts)


def from_json(text):
    value = json.loads(text)
    if isinstance(value, dict) and "data" in value:
        return pd.DataFrame(value["data"], columns=value["columns"])
    return pd.DataFrame(value)


def outcomes(inputs, read):
    for text in inputs:
        try:
            yield {"input": text, "table": dump(read(text))}
        except Exception as why:  # whatever pandas says of it
            yield {"input": text, "error": str(why)}


def record(name, lines):
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line) + "\n")


def arrow():
    """One table of every type that is read, as a file and as a stream of several batches."""
    table = pa.table({
        "flag": pa.array([True, None, False, True, True]),
        "i8": pa.array([1, -2, None, 4, 5], pa.int8()),
        "u16": pa.array([1, 2, 65535, None, 5], pa.uint16()),
        "i32": pa.array([1, 2, 3, 4, -5], pa.int32()),
        "i64": pa.array([1, 2, 3, None, 2**60], pa.int64()),
        "u64": pa.array([1, 2, 3, None, 2**64 - 1], pa.uint64()),
        "f16": pa.array(np.array([0.5, 1, -2, 0, 65504], np.float16)),
        "f32": pa.array([0.1, None, 3, 4, 1e30], pa.float32()),
        "f64": pa.array([0.1, None, 3, 4, 1e300], pa.float64()),
        "text": pa.array(["a", None, "", "d\u00e9", "e" * 20]),
        "large": pa.array(["a", None, "", "d", "e"], pa.large_string()),
        "when": pa.array([0, 1, None, 1700000000123456789, -1], pa.timestamp("ns")),
        "second": pa.array([0, 1, None, 1700000000, -86401], pa.timestamp("s")),
        "day": pa.array([0, 1, None, 19000, -1], pa.date32()),
        "nothing": pa.nulls(5),
        "lists": pa.array([[1.0, 2.0], [], None, [3.0], [4.0]], pa.list_(pa.float64())),
        "pairs": pa.array([[1, 2], [3, 4], None, [5, 6], [7, 8]], pa.list_(pa.float32(), 2)),
    })
    with pa.ipc.new_file(os.path.join(HERE, "types.arrow"), table.schema) as out:
        out.write_table(table)
    with pa.ipc.new_stream(os.path.join(HERE, "batches.arrows"), table.schema) as out:
        for batch in table.to_batches(max_chunksize=2):
            out.write_batch(batch)
    small = pa.table({"x": pa.array([1, 2]).dictionary_encode()})
    with pa.ipc.new_stream(os.path.join(HERE, "dictionary.arrows"), small.schema) as out:
        out.write_table(small)
    small = pa.table({"x": pa.array([1, 2])})
    with pa.ipc.new_stream(os.path.join(HERE, "compressed.arrows"), small.schema,
                           options=pa.ipc.IpcWriteOptions(compression="lz4")) as out:
        out.write_table(small)
    with pa.ipc.new_stream(os.path.join(HERE, "empty.arrows"), small.schema):
        pass


def parquet():
    """Plain columns, in the forms in which writers put them."""
    import pyarrow.parquet as pq
    long = pd.DataFrame({
        "n": np.arange(3000) % 7, "x": np.where(np.arange(3000) % 5 == 0, np.nan, np.arange(3000) / 8.0),
        "text": [None if i % 11 == 0 else "t" * (i % 9) for i in range(3000)], "flag": np.arange(3000) % 3 == 0,
        "when": pd.to_datetime(np.arange(3000), unit="s"),
    })
    long.to_parquet(os.path.join(HERE, "pandas.parquet"), row_group_size=700)
    with open(os.path.join(HERE, "pandas.parquet.txt"), "w", encoding="utf-8") as file:
        for name in long.columns:
            file.write(name + "\n" + "\n".join(cell(v) if v is not pd.NaT else "null" for v in long[name].tolist()) + "\n")
    table = pa.table({
        "flag": pa.array([True, None, False, True, True]), "i8": pa.array([1, -2, None, 4, 5], pa.int8()),
        "u32": pa.array([1, 2, 2**32 - 1, None, 5], pa.uint32()), "i64": pa.array([1, 2, 3, None, 2**60], pa.int64()),
        "f32": pa.array([0.1, None, 3, 4, 1e30], pa.float32()), "f64": pa.array([0.1, None, 3, 4, 1e300], pa.float64()),
        "text": pa.array(["a", None, "", "d\u00e9", "e" * 20]), "day": pa.array([0, 1, None, 19000, -1], pa.date32()),
        "micro": pa.array([0, 1, None, 1700000000123456, -1], pa.timestamp("us")),
        "must": pa.array([1, 2, 3, 4, 5], pa.int64()),
    }, schema=None)
    fields = [field.with_nullable(field.name != "must") for field in table.schema]
    table = table.cast(pa.schema(fields))
    for name, options in {"plain": {"use_dictionary": False, "compression": "none"}, "v2": {"data_page_version": "2.0"},
                          "dictionary": {"compression": "none"}}.items():
        pq.write_table(table, os.path.join(HERE, f"{name}.parquet"), **options)
    pq.write_table(table, os.path.join(HERE, "zstd.parquet"), compression="zstd")
    pq.write_table(pa.table({"lists": pa.array([[1], [2, 3]])}), os.path.join(HERE, "nested.parquet"))


def main():
    parquet()
    record("csv.jsonl", outcomes(CSV, lambda text: pd.read_csv(io.StringIO(text))))
    record("json.jsonl", outcomes(JSON, from_json))
    arrow()


main()
