"""A workbook opened with care: looked at before it is unpacked, and read as plain cells.

A cell keeps its formula beside the value that was stored with it: what was stored may be older than what the
formula would give now, so that whoever reads it must say so.
"""

import re
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from logistics.errors import InputError

SUFFIXES: Final = (".xlsx", ".xlsm")
OTHER_WORKBOOKS: Final = (".xls", ".xlsb", ".ods")
MAX_FILE_BYTES: Final = 20_000_000
MAX_UNPACKED_BYTES: Final = 200_000_000
MAX_RATIO: Final = 200
MAX_PARTS: Final = 2_000
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 100
_OLD_FORMAT: Final = b"\xd0\xcf\x11\xe0"
_ADVICE: Final = "save it in Excel as an .xlsx workbook without a password"
_LETTERS: Final = 26
_ROW_HEAD: Final = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_ROW_NUMBER: Final = re.compile(rb'\br="(\d{1,7})"')
_COLUMN_HEAD: Final = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_COLUMN_FIRST: Final = re.compile(rb'\bmin="(\d{1,5})"')
_COLUMN_LAST: Final = re.compile(rb'\bmax="(\d{1,5})"')
_HIDDEN: Final = re.compile(rb'\bhidden="(?:1|true)"')
_LITERALS: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
"""Parts of a number format that are shown as they stand."""
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"')


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: the stored value (None where there is none), its formula, and where it stands, from 1.

    A number that `is_percent` is shown a hundred times as large as it is stored.
    """

    value: Any
    formula: str
    is_error: bool
    row: int
    column: int
    is_percent: bool = False

    @property
    def is_blank(self) -> bool:
        """Return whether the cell holds nothing, not even blanks or a formula."""
        return not self.formula and (self.value is None or (isinstance(self.value, str) and not self.value.strip()))

    @property
    def name(self) -> str:
        """Return the name of the cell: B7."""
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a sheet that hold something, each whole, and what of it is hidden or merged.

    A merged range is told by its first row and column, and its last.
    """

    file: str
    name: str
    rows: tuple[tuple[Cell, ...], ...]
    hidden: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()

    def shown_of(self, cell: Cell) -> str:
        """Return the name of the cell whose value is shown over a blank merged one, or ""."""
        for row, column, last_row, last_column in self.merged if cell.is_blank else ():
            inside = row <= cell.row <= last_row and column <= cell.column <= last_column
            if inside and (cell.row, cell.column) != (row, column):
                return f"{column_letters(column)}{row}"
        return ""

    def at(self, row: int, column: int) -> str:
        """Return a place for people: ``case.xlsx: sheet hubs, cell B7 (row 7, column B)``."""
        letters = column_letters(column)
        return f"{self.file}: sheet {self.name}, cell {letters}{row} (row {row}, column {letters})"

    def at_row(self, row: int) -> str:
        """Return a row as a place for people."""
        return f"{self.file}: sheet {self.name}, row {row}"


def column_letters(column: int) -> str:
    """Return the letters of a column: A for 1, AA for 27."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """Return the number of a column, from 1: 27 for AA."""
    column = 0
    for letter in letters:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return column


def read_sheets(path: Path, only: str | None = None, skip: Collection[str] = ()) -> Mapping[str, Sheet]:
    """Read the sheets of a workbook, or one of them, or all but those to `skip`, which are not even looked at.

    Returns
    -------
    Mapping
        Name to sheet, in the order of the workbook; without `only` if the workbook has no such sheet.

    Raises
    ------
    InputError
        If the file is missing, too large, packed too tightly to be honest, protected or no workbook.
    """
    _require_honest(path)
    from openpyxl import load_workbook  # noqa: PLC0415  (takes a fifth of a second)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on styles and extensions, which do not matter here
        try:
            with (  # two files of our own, which a broken workbook cannot leave open
                path.open("rb") as first,
                path.open("rb") as second,
                closing(load_workbook(first, read_only=True, data_only=True)) as stored,
                closing(load_workbook(second, read_only=True, data_only=False)) as written,
            ):
                names = [name for name in stored.sheetnames if only in {None, name} and name not in skip]
                found = {name: _sheet(path.name, name, stored[name], written[name]) for name in names}
                return {name: _with_looks(path, sheet, stored[name]) for name, sheet in found.items()}
        except InputError:
            raise
        except Exception as error:  # its parsers raise whatever they meet
            raise InputError(f"{path.name}: the workbook cannot be read ({error}); {_ADVICE}") from error


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook that `read_sheets` can read."""
    from openpyxl import load_workbook  # noqa: PLC0415

    with path.open("rb") as file, closing(load_workbook(file, read_only=True)) as book:
        return list(book.sheetnames)


def _with_looks(path: Path, sheet: Sheet, stored: Any) -> Sheet:  # noqa: ANN401  (openpyxl has no types)
    """Return a sheet with what is hidden or merged, which openpyxl does not tell of sheets that it streams."""
    part = getattr(stored, "_worksheet_path", "")
    if not part:
        return sheet
    with path.open("rb") as file, ZipFile(file) as packed:
        text = packed.read(part)
    return replace(
        sheet, hidden=_hidden_rows(text), hidden_columns=_hidden_columns(text), merged=_merged(text),
        is_hidden=getattr(stored, "sheet_state", "visible") != "visible",
    )  # fmt: skip


def _hidden_rows(text: bytes) -> frozenset[int]:
    """Return the rows that are hidden or filtered away."""
    numbers = [_ROW_NUMBER.search(head) for head in _ROW_HEAD.findall(text) if _HIDDEN.search(head)]
    return frozenset(int(found[1]) for found in numbers if found)


def _hidden_columns(text: bytes) -> frozenset[int]:
    heads = [head for head in _COLUMN_HEAD.findall(text) if _HIDDEN.search(head)]
    spans = [(_COLUMN_FIRST.search(head), _COLUMN_LAST.search(head)) for head in heads]
    ranges = [range(int(first[1]), min(int(last[1]), MAX_COLUMNS) + 1) for first, last in spans if first and last]
    return frozenset(column for columns in ranges for column in columns)


def _require_honest(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path}: this is a folder, expected a workbook")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(len(_OLD_FORMAT))
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such workbook") from None
    except OSError as error:
        raise InputError(f"{path}: the workbook cannot be read: {error.strerror}") from error
    if start == _OLD_FORMAT:
        raise InputError(f"{path.name}: the workbook is protected by a password or of an old format; {_ADVICE}")
    if size > MAX_FILE_BYTES:
        raise InputError(f"{path.name}: the file is larger than {MAX_FILE_BYTES:,} bytes; that is no scenario")
    _require_honest_parts(path, size)


def _require_honest_parts(path: Path, size: int) -> None:
    try:
        with path.open("rb") as file, ZipFile(file) as packed:
            parts = packed.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(f"{path.name}: this is no workbook ({error}); {_ADVICE}") from error
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * max(size, 1):
        found = f"{len(parts):,} parts, {unpacked:,} bytes out of {size:,}"
        limits = f"{MAX_PARTS:,} parts, {MAX_UNPACKED_BYTES:,} bytes, {MAX_RATIO} times the file"
        raise InputError(f"{path.name}: unpacks into {found}; expected at most {limits}: that is no scenario")


def _sheet(file: str, name: str, stored: Any, written: Any) -> Sheet:  # noqa: ANN401  (openpyxl has no types)
    if not hasattr(stored, "iter_rows"):
        return Sheet(file, name, ())
    rows = []
    for number, (values, formulas) in enumerate(zip_longest(_cells(stored), _cells(written), fillvalue=()), start=1):
        if number > MAX_ROWS:
            advice = "delete the rows below the table, even if they only look empty"
            raise InputError(f"{file}: sheet {name}: holds more than {MAX_ROWS:,} rows; {advice}")
        row = _without_end(tuple(_row(number, values, formulas)))
        if row:
            _require_small(file, name, number, row)
            rows.append(row)
    return Sheet(file, name, tuple(rows))


def _merged(text: bytes) -> tuple[tuple[int, int, int, int], ...]:
    return tuple(
        (int(row), column_of(column.decode()), int(last_row), column_of(last_column.decode()))
        for column, row, last_column, last_row in _MERGED.findall(text)
    )


def _without_end(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Return a row without the blank cells at its end."""
    return row[: max((cell.column for cell in row if not cell.is_blank), default=0)]


def _cells(sheet: Any) -> Iterator[Any]:  # noqa: ANN401  (openpyxl has no types)
    sheet.reset_dimensions()  # what a file says of its size need not be so
    yield from sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS + 1)


def _row(number: int, values: Any, formulas: Any) -> Iterator[Cell]:  # noqa: ANN401  (openpyxl has no types)
    for column, (value, formula) in enumerate(zip_longest(values, formulas), start=1):
        text = formula.value if formula is not None and formula.data_type == "f" else ""
        is_error = value is not None and value.data_type == "e"
        found = None if value is None else value.value
        yield Cell(found, _formula_text(text), is_error, number, column, _is_percent(value, found))


def _is_percent(cell: Any, value: object) -> bool:  # noqa: ANN401  (openpyxl has no types)
    """Return whether a number is shown in percent; a sign in quotes is only a word behind the number."""
    if not isinstance(value, int | float) or "%" not in cell.number_format:
        return False
    return "%" in _LITERALS.sub("", cell.number_format)


def _formula_text(formula: object) -> str:
    """Return a formula as text; array formulas are objects that hold theirs."""
    return str(getattr(formula, "text", formula) or "=") if formula else ""


def _require_small(file: str, name: str, number: int, row: tuple[Cell, ...]) -> None:
    if len(row) > MAX_COLUMNS:
        raise InputError(f"{file}: sheet {name}, row {number}: holds more than {MAX_COLUMNS} columns")
