"""Places to be put on a network: what a table of them must hold."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from networks.csv_file import read_rows
from networks.tables import Column, TableContract, read_table

POINTS = TableContract(
    "points",
    (
        Column("point_id", "text", "", "name of the place"),
        Column("lon", "number", "degrees", "longitude, WGS84", low=-180.0, high=180.0),
        Column("lat", "number", "degrees", "latitude, WGS84", low=-90.0, high=90.0),
    ),
    ("point_id",),
    extra="keep",
)


def read_points(path: str | Path) -> pd.DataFrame:
    """Read places from a CSV file.

    Parameters
    ----------
    path
        Columns point_id (or id), lon, lat; further ones are kept as text.

    Returns
    -------
    pandas.DataFrame
        With the column point_id, also where the file calls it id.

    Raises
    ------
    TableError
        Every fault of the file.
    """
    file = Path(path)
    key, *others = POINTS.columns
    header = read_rows(file).header
    if key.name in header or "id" not in header:
        return read_table(file, POINTS)
    contract = TableContract(POINTS.name, (replace(key, name="id"), *others), ("id",), extra="keep")
    return read_table(file, contract).rename(columns={"id": key.name})
