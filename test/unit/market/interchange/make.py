"""Writes candles and trades as pandas and pyarrow do: python make.py FOLDER [--small]. The fixtures beside it are `--small`."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

folder = Path(sys.argv[1])
small = "--small" in sys.argv
# More than 64 KiB a column: LZ4 frames then have several blocks that refer to each other.
i = np.arange(9000)
open_ = (240000 + i % 97) / 100
candles = pd.DataFrame(
    {
        "date": pd.date_range("2024-01-15T10:00:00Z", periods=len(i), freq="1min").as_unit("ms"),
        "open": open_,
        "high": open_ + 1,
        "low": open_ - 1,
        "close": open_ + 0.5,
        "volume": (i % 13 + 1) / 10,
    }
)
candles.to_feather(folder / "candles-lz4.feather", compression="lz4")

# Hardly compressible: LZ4 keeps such blocks as they are.
noise = candles.head(200).assign(volume=np.random.default_rng(1).random(200) + 1)
noise.to_feather(folder / "noise-lz4.feather", compression="lz4")
noise.to_feather(folder / "noise-zstd.feather", compression="zstd")
noise.to_parquet(folder / "noise-zstd.parquet", compression="zstd")

trades = pd.DataFrame(
    {
        "timestamp": 1705312800000 + np.arange(50) * 100,
        "id": [str(1000 + n) for n in range(50)],
        "type": None,
        "side": pd.Categorical(["buy" if n % 3 else "sell" for n in range(50)]),
        "price": 2400 + np.arange(50) / 10,
        "amount": 0.25,
        "cost": 600 + np.arange(50) / 40,
    }
)
trades.to_feather(folder / "trades.feather", compression="lz4")

if not small:
    candles.to_feather(folder / "candles-plain.feather", compression="uncompressed")
    for unit in ("s", "us", "ns"):
        candles.assign(date=candles["date"].dt.as_unit(unit)).to_feather(folder / f"candles-{unit}.feather")
        candles.assign(date=candles["date"].dt.as_unit(unit)).to_parquet(folder / f"candles-{unit}.parquet")
    candles.to_feather(folder / "candles-zstd.feather", compression="zstd")
    for codec in ("zstd", "snappy", "gzip", "brotli", "lz4", None):
        candles.to_parquet(folder / f"candles-{codec}.parquet", compression=codec, row_group_size=4000)
    candles.set_index("date").to_parquet(folder / "candles-index.parquet")
    naive = candles.assign(date=candles["date"].dt.tz_localize(None))
    naive.to_feather(folder / "candles-naive.feather")
    naive.rename(columns={"date": "timestamp"}).to_parquet(folder / "candles-naive.parquet")
    candles.assign(date=candles["date"].astype("int64")).to_parquet(folder / "candles-int.parquet")
