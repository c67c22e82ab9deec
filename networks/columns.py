"""One column of a table: its declaration, and its cells turned into values while every fault is noted."""

import difflib
from collections.abc import Collection, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from networks.cells import clean, read_flag, read_integer, read_number, shown

Kind = Literal["text", "number", "integer", "flag", "choice"]
Values: TypeAlias = "NDArray[np.float64] | NDArray[np.int64] | NDArray[np.bool_] | pd.Series[str]"

_LARGEST_DEGREE = 360.0
_MANY = 5_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    name, dtype, unit, meaning
        ``unit`` is "" for text and "-" for a pure number.
    required
        Whether the column must be there; one that is not required and absent is filled with blanks.
    low, high
        Smallest and largest value allowed.
    above
        Every value must be larger than this.
    choices
        The words allowed in a column of dtype "choice".
    blank
        Whether a cell may be empty: read as "" in text, NaN in numbers and integers, False in flags.
    """

    name: str
    dtype: Kind
    unit: str
    meaning: str
    _: KW_ONLY
    required: bool = True
    low: float | None = None
    high: float | None = None
    above: float | None = None
    choices: tuple[str, ...] = ()
    blank: bool = False

    @property
    def is_text(self) -> bool:
        """Return whether the cells stay text."""
        return self.dtype in {"text", "choice"}

    def expected(self) -> str:
        """Return what a cell should hold, in words."""
        if self.dtype == "choice":
            return "one of " + ", ".join(self.choices)
        if not self.dtype.startswith(("number", "integer")):
            return "yes or no" if self.dtype == "flag" else "a text"
        noun = "a number" if self.dtype == "number" else "a whole number"
        bounds = (("above", self.above), ("at least", self.low), ("at most", self.high))
        limits = " and ".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)
        unit = f" in {self.unit}" if self.unit not in {"", "-"} else ""
        return f"{noun}{unit}{', ' if limits else ''}{limits}"


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of one table as they are found.

    Parameters
    ----------
    where
        The name of the table in messages.
    rows
        The row number of each record.
    sentences
        What was found so far.
    """

    where: str
    rows: Sequence[int]
    sentences: list[str] = field(default_factory=list)

    def add(self, at: int, column: str, sentence: str) -> None:
        """Note a fault of the record at position `at`."""
        self.sentences.append(f"{self.where}:{self.rows[at]}:{column}: {sentence}")

    def wrong(self, at: int, column: Column, found: object, hint: str = "") -> None:
        """Note that the cell of `column` at position `at` holds `found`."""
        self.add(at, column.name, f"found {found}, expected {column.expected()}{'; ' if hint else ''}{hint}")


def nearest(name: object, known: Collection[str]) -> str:
    """Return "the nearest is ..." when one of `known` (up to 5,000) is spelt nearly like `name`, else ""."""
    if len(known) > _MANY:
        return ""
    close = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.6)
    return f"the nearest is {shown(close[0])}" if close else ""


def convert(cells: "pd.Series[Any]", column: Column, faults: Faults) -> Values:
    """Turn the cells of `column` into values; faults are noted, their cells left blank.

    Returns
    -------
    pandas.Series or numpy.ndarray
        Text (NFC, stripped), bool, int64 (integers that may not be blank) or float64.
    """
    if column.is_text:
        return _texts(cells, column, faults)
    if column.dtype == "flag":
        return cells.to_numpy() if cells.dtype == bool else _parsed(cells, column, faults) == 1.0
    if pd.api.types.is_numeric_dtype(cells) and cells.dtype != bool:
        values = _numbers(cells, column, faults)
    else:
        values = _parsed(cells, column, faults)
    _note_outside(values, column, faults)
    whole = column.dtype == "integer" and not column.blank and bool(np.isfinite(values).all())
    return values.astype(np.int64) if whole else values


def blanks(column: Column, rows: int) -> Values:
    """Return `rows` blank cells of `column`."""
    if column.is_text:
        return pd.Series([""] * rows, dtype="str")
    return np.zeros(rows, dtype=np.bool_) if column.dtype == "flag" else np.full(rows, np.nan)


def _texts(cells: "pd.Series[Any]", column: Column, faults: Faults) -> "pd.Series[str]":
    odd = np.arange(len(cells)) if column.choices or cells.dtype != "str" else _odd_texts(cells)
    texts = cells.array.copy() if cells.dtype == "str" else np.empty(len(cells), dtype=object)
    cleaned = []
    for at, cell in zip(odd.tolist(), cells.iloc[odd].to_list(), strict=True):
        text = clean(cell) if isinstance(cell, str) else ""
        if not text or column.choices:
            _note_text(at, cell, text, column, faults)
        cleaned.append(text)
    if cleaned:
        texts[odd] = cleaned
    return pd.Series(texts, index=cells.index, dtype="str")


def _odd_texts(cells: "pd.Series[str]") -> NDArray[np.intp]:
    """Return the positions of cells that are blank, not ASCII or padded: only these need a look one by one.

    Tables of a whole region hold millions of plain ids.
    """
    plain = cells.str.fullmatch(r"[!-~]+(?: +[!-~]+)*", na=False)
    return np.flatnonzero(~plain.to_numpy(dtype=np.bool_))


def _note_text(at: int, cell: object, text: str, column: Column, faults: Faults) -> None:
    if not isinstance(cell, str) and not _is_blank(cell):
        faults.add(at, column.name, f"found {shown(cell)}, expected a text; turn it into text with .astype(str)")
    elif not text and not column.blank:
        faults.wrong(at, column, "nothing")
    elif text and column.choices and text not in column.choices:
        faults.wrong(at, column, shown(text), nearest(text, column.choices))


def _is_blank(cell: object) -> bool:
    return cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell))


def _parsed(cells: "pd.Series[Any]", column: Column, faults: Faults) -> NDArray[np.float64]:
    read = {"number": read_number, "integer": read_integer, "flag": read_flag}[column.dtype]
    values = np.full(len(cells), np.nan)
    for at, cell in enumerate(cells.to_list()):
        text = "" if _is_blank(cell) else clean(str(cell))
        if text:
            try:
                values[at] = read(text)
            except ValueError as error:
                faults.wrong(at, column, shown(text), str(error))
        elif not column.blank:
            faults.wrong(at, column, "nothing")
    return values


def _numbers(cells: "pd.Series[Any]", column: Column, faults: Faults) -> NDArray[np.float64]:
    values = cells.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0
    wrong = np.isinf(values) | (np.isnan(values) & (not column.blank))
    if column.dtype == "integer":
        with np.errstate(invalid="ignore"):
            wrong |= np.mod(values, 1.0) > 0.0
    for at in np.flatnonzero(wrong):
        faults.wrong(int(at), column, values[at])
    return values


def _note_outside(values: NDArray[np.float64], column: Column, faults: Faults) -> None:
    wrong = np.zeros(len(values), dtype=np.bool_)
    if column.low is not None:
        wrong |= values < column.low
    if column.high is not None:
        wrong |= values > column.high
    if column.above is not None:
        wrong |= values <= column.above
    for at in np.flatnonzero(wrong & np.isfinite(values)):
        faults.wrong(int(at), column, f"{values[at]:g}", _degree_hint(float(values[at]), column))


def _degree_hint(value: float, column: Column) -> str:
    if column.unit != "degrees":
        return ""
    if abs(value) > _LARGEST_DEGREE:
        return "the value looks like metres; give degrees (WGS84)"
    return "lon and lat look swapped" if column.name == "lat" else ""
