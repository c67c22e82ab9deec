"""Tables declared once: name, type, unit and meaning of each column, read by checker and documents alike.

`read_table` reads a CSV file and `check_frame` a table made in Python. Both report every fault at once, each
as ``file:row:column: found ..., expected ...`` (row 1 is the header).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from networks.cells import coordinate_hint, shown
from networks.columns import Column, Faults, Values, blanks, convert, nearest
from networks.csv_file import MissingTableError, Rows, read_rows
from networks.errors import TableError

__all__ = [
    "Column", "MissingTableError", "NotedTable", "TableContract", "check_frame", "check_references",
    "read_noted_table", "read_table",
]  # fmt: skip

_MOST_NAMES = 40


@dataclass(frozen=True, slots=True)
class TableContract:
    """What a table must look like.

    Parameters
    ----------
    name
        Of the table, for messages and documents.
    columns
        In the order in which they are documented.
    key
        Columns that together name a row; no two rows may share them. Empty: rows have no name.
    extra
        A column not declared is a fault ("forbid"), kept ("keep", as text from a file), or left out and told of
        ("drop").
    region
        West, south, east, north in degrees; `lon` and `lat` of each row must lie inside.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)
    _: KW_ONLY
    extra: Literal["forbid", "keep", "drop"] = "forbid"
    region: tuple[float, float, float, float] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all declared columns."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the declaration of column `name`."""
        return next(column for column in self.columns if column.name == name)


def read_table(path: str | Path | Traversable, contract: TableContract) -> pd.DataFrame:
    """Read a CSV file (UTF-8, comma) by its contract.

    Parameters
    ----------
    path
        The file. Text is made NFC and stripped, and stays text ("NA" stays "NA", "0012" stays "0012").
    contract
        What the file must hold.

    Returns
    -------
    pandas.DataFrame
        The declared columns in the contract's order, then the kept ones; index 0, 1, ...

    Raises
    ------
    MissingTableError
        The file is not there (also a `FileNotFoundError`).
    TableError
        Anything else; `faults` holds every fault of the file.
    """
    return read_noted_table(path, contract).frame


@dataclass(frozen=True, slots=True)
class NotedTable:
    """A table as it was read, and what is to be said of the reading: columns left out, blanks taken off ids."""

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()


def read_noted_table(path: str | Path | Traversable, contract: TableContract) -> NotedTable:
    """Read a CSV file as `read_table` does, and tell what was passed over."""
    source = Path(path) if isinstance(path, str) else path
    rows = read_rows(source)
    cells = {
        name: pd.Series([record[at] for record in rows.records], dtype="str") for at, name in enumerate(rows.header)
    }
    frame = _checked(pd.DataFrame(cells), contract, Faults(source.name, rows.numbers, list(rows.faults)))
    return NotedTable(
        frame, (*_left_out(rows.header, contract, source.name), *_padded_ids(rows, contract, source.name))
    )


def _left_out(header: list[str], contract: TableContract, where: str) -> list[str]:
    faults = Faults(where, ())
    absent = [name for name in contract.names if name not in header]
    for name in header if contract.extra == "drop" else []:
        if name not in contract.names:
            _note_name(name, "is not known and was left out", absent or list(contract.names), faults)
    return faults.sentences


def _padded_ids(rows: Rows, contract: TableContract, where: str) -> Iterator[str]:
    for at, (count, row, text) in rows.padded.items():
        name = rows.header[at]
        if name in contract.key or name.endswith("_id"):
            place = f"{where}:{row}:{name}"
            yield f"{place}: found {shown(text)}; blanks at an end and no-break spaces were taken off, {count} in all"


def check_frame(
    frame: pd.DataFrame, contract: TableContract, where: str, *, first_row: int = 2, rows: Sequence[int] | None = None
) -> pd.DataFrame:
    """Check a table made in Python; text in number columns is read as in a file.

    Parameters
    ----------
    frame
        The table; it is not changed.
    contract
        What it must hold.
    where
        Its name in messages.
    first_row
        The row number of the first record in messages (2: as in a file with a header).
    rows
        The row number of each record, where they do not follow each other.

    Returns
    -------
    pandas.DataFrame
        As from `read_table`, index 0, 1, ...

    Raises
    ------
    TableError
        `faults` holds every fault of the table.
    """
    doubled = frame.columns[frame.columns.duplicated()]
    if len(doubled):
        raise TableError([f"{where}:1:{name}: the column is there twice" for name in doubled])
    numbers = range(first_row, first_row + len(frame)) if rows is None else rows
    return _checked(frame.reset_index(drop=True), contract, Faults(where, numbers))


def check_references(
    frame: pd.DataFrame, column: str, known: Collection[str], where: str, *, rows: Sequence[int] | None = None
) -> list[str]:
    """Return a fault for each cell of `column` that is not in `known`, nearest spelling offered.

    Parameters
    ----------
    frame, column
        The cells; blank ones pass.
    known
        The ids there are.
    where
        The name of the table in messages.
    rows
        The row number of each record; 2, 3, ... by default.
    """
    cells = frame[column]
    wrong = np.flatnonzero(~(cells.isin(list(known)) | (cells == "")).to_numpy())
    return unknown_references(cells, wrong, known, where, rows=rows)


def unknown_references(
    cells: "pd.Series[str]",
    wrong: NDArray[np.intp],
    known: Collection[str],
    where: str,
    *,
    rows: Sequence[int] | None = None,
) -> list[str]:
    """Return a fault for each of the cells at the positions `wrong`; other arguments as in `check_references`."""
    faults = Faults(where, rows or range(2, 2 + len(cells)))
    for at in wrong:
        hint = nearest(cells.iloc[at], known)
        sentence = f"found {shown(cells.iloc[at])}, expected a known id{'; ' if hint else ''}{hint}"
        faults.add(int(at), str(cells.name), sentence)
    return faults.sentences


def _checked(frame: pd.DataFrame, contract: TableContract, faults: Faults) -> pd.DataFrame:
    _note_header(list(frame.columns), contract, faults)
    if frame.empty and not faults.sentences:
        faults.sentences.append(f"{faults.where}: found no rows, expected at least one below the header")
    values: dict[str, Values | pd.Series] = {}
    for column in contract.columns:
        if column.name in frame.columns:
            values[column.name] = convert(frame[column.name], column, faults)
        elif not column.required:
            values[column.name] = blanks(column, len(frame))
    if contract.extra == "keep":
        values.update({name: frame[name] for name in frame.columns if name not in values})
    checked = pd.DataFrame(values, index=frame.index)
    _note_region(checked, contract, faults)
    _note_doubles(checked, contract, faults)
    if faults.sentences:
        raise TableError(faults.sentences)
    return checked


def _note_header(names: list[str], contract: TableContract, faults: Faults) -> None:
    unknown = [name for name in names if name not in contract.names]
    absent = [column.name for column in contract.columns if column.name not in names]
    missing = [name for name in absent if contract.column(name).required]
    listed = ", ".join(map(shown, names[:_MOST_NAMES])) + (" ..." if len(names) > _MOST_NAMES else "")
    lonely = next((name for name in missing if names and not nearest(name, unknown)), None)
    for name in missing:
        _note_name(name, "is missing", unknown, faults, f"found the columns {listed}" if name == lonely else "")
    for name in unknown if contract.extra == "forbid" or (contract.extra == "drop" and missing) else []:
        _note_name(name, "is not known", absent or list(contract.names), faults)


def _note_name(name: str, trouble: str, others: Collection[str], faults: Faults, otherwise: str = "") -> None:
    """Tell what is the matter with a column, and the nearest of `others` or, where none is near, something else."""
    hint = nearest(name, others) or otherwise
    faults.sentences.append(f"{faults.where}:1:{name}: the column {trouble}{'; ' if hint else ''}{hint}")


def _note_region(frame: pd.DataFrame, contract: TableContract, faults: Faults) -> None:
    if contract.region is None or not {"lon", "lat"} <= set(frame.columns):
        return
    west, south, east, north = contract.region
    lon, lat = frame["lon"].to_numpy("float64"), frame["lat"].to_numpy("float64")
    inside = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    for at in np.flatnonzero(np.isfinite(lon) & np.isfinite(lat) & ~inside):
        hint = coordinate_hint(float(lon[at]), float(lat[at]), contract.region)
        box = f"lon {west:g} to {east:g} and lat {south:g} to {north:g}"
        sentence = f"found {lon[at]:g}, {lat[at]:g}, expected {box}{'; ' if hint else ''}{hint}"
        faults.add(int(at), "lon, lat", sentence)


def _note_doubles(frame: pd.DataFrame, contract: TableContract, faults: Faults) -> None:
    key = list(contract.key)
    if not key or not set(key) <= set(frame.columns):
        return
    first: dict[str, int] = {}
    for at in np.flatnonzero(frame.duplicated(key, keep=False).to_numpy()):
        name = ", ".join(map(str, frame[key].iloc[at]))
        if name in first:
            faults.add(int(at), ", ".join(key), f"{shown(name)} is already in row {faults.rows[first[name]]}")
        elif name:
            first[name] = int(at)


def stack(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put tables on top of each other.

    Parameters
    ----------
    frames
        At least one. A column that one of them lacks is filled there: text with "", flags with False, rates
        per km (``..._per_km``) and what transfers take (``transfer...``) with 0, other numbers with NaN.

    Returns
    -------
    pandas.DataFrame
        Columns in the order of their first appearance, index 0, 1, ...
    """
    names = list(dict.fromkeys(name for frame in frames for name in frame.columns))
    like = {name: next(frame[name] for frame in frames if name in frame) for name in names}
    filled = [
        frame.reset_index(drop=True).assign(
            **{name: _filling(like[name], len(frame)) for name in names if name not in frame}
        )[names]
        for frame in frames
    ]
    return pd.concat(filled, ignore_index=True)


def _filling(like: pd.Series, rows: int) -> Values:
    if like.dtype == bool:
        return np.zeros(rows, dtype=np.bool_)
    if pd.api.types.is_numeric_dtype(like):
        return np.full(rows, 0.0 if _is_nought(str(like.name)) else np.nan)
    return pd.Series([""] * rows, dtype="str")


def _is_nought(name: str) -> bool:
    return name.endswith("_per_km") or name.startswith("transfer")
