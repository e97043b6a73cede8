"""Writes tables as pandas, pyarrow and duckdb do: python foreign.py SPEC FOLDER. SPEC is JSON, a table a list entry; a file a variant goes to FOLDER/<n>/."""

import json
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

try:
    import duckdb
except ImportError:
    duckdb = None

DECIMAL = pa.decimal128(24, 10)
CODECS = ["snappy", "gzip", "zstd", "brotli", "lz4", "none"]


def arrow(table, prices, times, ids):
    """`prices`: decimal, string or double; `times`: integer or timestamp; `ids`: string, integer or dictionary."""
    columns = {}
    for name, values in table["columns"].items():
        if name == "timestamp":
            integers = pa.array([int(value) for value in values], pa.int64())
            columns[name] = integers if times == "integer" else integers.cast(pa.timestamp(table["unit"], "UTC"))
        elif name == "id":
            kinds = {"string": pa.string(), "integer": pa.uint64(), "dictionary": pa.dictionary(pa.int32(), pa.string())}
            made = [int(value) for value in values] if ids == "integer" else values
            columns[name] = pa.array(made, pa.string() if ids == "dictionary" else kinds[ids])
            if ids == "dictionary":
                columns[name] = columns[name].dictionary_encode()
        elif name == "side":
            side = pa.array(values, pa.string())
            columns[name] = side.dictionary_encode() if ids == "dictionary" else side
        elif prices == "decimal":
            columns[name] = pa.array([Decimal(value) for value in values], DECIMAL)
        elif prices == "double":
            columns[name] = pa.array([float(value) for value in values], pa.float64())
        else:
            columns[name] = pa.array(values, pa.string())
    return pa.table(columns)


def write(table, folder):
    folder.mkdir(parents=True)
    rows = len(next(iter(table["columns"].values())))
    group = max(1, rows // 3)
    kinds = [
        ("decimal", "integer", "string"),
        ("decimal", "timestamp", "dictionary"),
        ("string", "integer", "integer"),
        ("double", "timestamp", "string"),
    ]
    made = [(kind, arrow(table, *kind)) for kind in kinds]
    for index, codec in enumerate(CODECS):
        (prices, times, ids), each = made[index % len(made)]
        pq.write_table(
            each,
            folder / f"{prices}-{times}-{ids}-{codec}.parquet",
            compression=codec,
            row_group_size=group,
            use_dictionary=index % 2 == 0,
            data_page_version="2.0" if index % 3 == 0 else "1.0",
            store_decimal_as_integer=index % 2 == 1,
        )
    for index, codec in enumerate(["lz4", "zstd", "uncompressed"]):
        (prices, times, ids), each = made[index]
        feather.write_feather(each, folder / f"{prices}-{times}-{ids}-{codec}.feather", compression=codec, chunksize=group)
    with pa.OSFile(str(folder / "stream.arrows"), "wb") as sink, pa.ipc.new_stream(sink, made[1][1].schema) as stream:
        stream.write_table(made[1][1], max_chunksize=group)

    frame = arrow(table, "double", "timestamp", "string").to_pandas()
    frame.to_parquet(folder / "pandas.parquet")
    frame.to_csv(folder / "pandas.csv", index=False)
    arrow(table, "string", "integer", "string").to_pandas().to_csv(folder / "pandas-text.csv.gz", index=False)
    arrow(table, "string", "integer", "string").to_pandas().to_json(folder / "pandas.json", orient="records")
    arrow(table, "string", "integer", "integer").to_pandas().to_json(folder / "pandas.jsonl", orient="records", lines=True)
    frame.set_index("timestamp").to_feather(folder / "index.feather")
    names = list(table["columns"])
    records = [
        {name: value for name, value in zip(names, row) if value is not None}
        for row in zip(*(table["columns"][name] for name in names))
    ]
    (folder / "keys.json").write_text(json.dumps(records[::-1] if table["reversed"] else records))
    if duckdb is not None:
        foreign(table, made[0][1], folder)


def foreign(table, decimals, folder):
    with duckdb.connect() as base:
        base.execute("SET TimeZone = 'UTC'")
        base.register("rows", decimals)
        base.execute(f"COPY rows TO '{folder}/duckdb.parquet' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048)")
        base.execute(f"COPY rows TO '{folder}/duckdb.csv' (FORMAT csv, HEADER)")
        scale = {"s": 1_000_000, "ms": 1000, "us": 1}.get(table["unit"])
        if scale is not None:
            instants = f"SELECT * REPLACE (make_timestamp(timestamp * {scale}) AT TIME ZONE 'UTC' AS timestamp) FROM rows"
            base.execute(f"COPY ({instants}) TO '{folder}/duckdb-instants.parquet' (FORMAT parquet)")
            base.execute(f"COPY ({instants}) TO '{folder}/duckdb-instants.csv' (FORMAT csv, HEADER)")


for number, table in enumerate(json.loads(Path(sys.argv[1]).read_text())):
    write(table, Path(sys.argv[2]) / str(number))
