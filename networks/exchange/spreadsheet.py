"""The links of a network as one CSV file for people: opens in a spreadsheet with its Vietnamese letters right."""

from pathlib import Path

import pandas as pd

from networks.exchange.formulas import guarded
from networks.exchange.lines_as_text import write_wkt
from networks.network import Network
from networks.parquet import arrow_table
from networks.whole import whole_file

_BOM = b"\xef\xbb\xbf"


def write_csv(network: Network, path: str | Path) -> None:
    """Write one row a directed link: its columns, both ends in degrees, its line as well-known text.

    UTF-8 with a byte order mark, commas, decimal points, numbers unrounded. A text that a spreadsheet would run as
    a formula stands behind an apostrophe. The licence of the data stands in each row, column ``licence``.

    Raises
    ------
    SourceError
        `path` is a folder.
    """
    tail, head = network.ends()
    frame = network.links.drop(columns="shape")
    for side, rows in (("origin", tail), ("destination", head)):
        for axis in ("lon", "lat"):
            frame[f"{side}_{axis}"] = network.nodes[axis].to_numpy()[rows]
    frame["geometry"] = pd.Series(write_wkt(network, straight=True), dtype="str")
    if "licence" in network.provenance:
        frame["licence"] = network.provenance["licence"]
    with whole_file(Path(path)) as fresh:
        write_table(frame, fresh, begin=_BOM)


def write_table(frame: pd.DataFrame, path: Path, *, begin: bytes = b"") -> None:
    """Write a table as CSV, texts guarded; missing values are empty cells."""
    import pyarrow.csv  # noqa: PLC0415  (with its readers 0.1 s)

    options = pyarrow.csv.WriteOptions(quoting_style="needed")
    with path.open("wb") as stream:
        stream.write(begin)
        pyarrow.csv.write_csv(arrow_table(guarded(frame), path.stem), stream, options)
