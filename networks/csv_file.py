"""Records out of a CSV file, with the row at which each begins; every break of the format is a fault."""

import csv
import io
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path

from networks.cells import clean, is_padded, shown
from networks.errors import MissingSourceError, TableError

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ADVICE = "in a spreadsheet save as 'CSV UTF-8 (comma delimited)'"


class MissingTableError(TableError, MissingSourceError):
    """The file of a table is not there; also a `FileNotFoundError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What a file holds.

    Parameters
    ----------
    header
        The names of the columns.
    records
        One list of cells a record, as many as there are columns.
    numbers
        The row of the file at which each record begins; the header is row 1.
    faults
        Records that could not be read.
    padded
        For the position of a column in which blanks at the ends of cells or no-break spaces were taken off: how many
        cells, and row and text of the first.
    """

    header: list[str]
    records: list[list[str]]
    numbers: list[int]
    faults: list[str]
    padded: dict[int, tuple[int, int, str]] = field(default_factory=dict)


def read_rows(path: Path | Traversable) -> Rows:
    """Read header and records.

    Raises
    ------
    MissingTableError
        The file is not there.
    TableError
        The file is no UTF-8 text or its header cannot be used; other faults are returned.
    """
    found = _records(_text(path), path.name)
    if not found.header:
        empty = f"{path.name}: the file is empty; expected a header and at least one row"
        raise TableError(found.faults or [empty])
    header_faults = _header_faults(found.header, path.name)
    if header_faults:
        raise TableError(header_faults)
    return found


def _text(path: Path | Traversable) -> str:
    if path.is_dir():
        raise TableError([f"{path}: this is a folder; expected a CSV file"])
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise MissingTableError([f"{path}: there is no such file"]) from None
    except OSError as error:
        raise TableError([f"{path}: the file cannot be read: {error.strerror}"]) from error
    if data.startswith(_UTF16):
        raise TableError([f"{path.name}: the file is UTF-16, expected UTF-8; {_ADVICE}"])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise TableError([f"{path.name}:{row}: byte {error.start} is not UTF-8; {_ADVICE}"]) from None


def _records(text: str, name: str) -> Rows:
    rows = Rows(header=[], records=[], numbers=[], faults=[])
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 1
    usual = csv.field_size_limit(max(len(text), csv.field_size_limit()))  # the line of a long road is a long cell
    try:
        for record in reader:
            _keep(record, number, rows, name)
            number = reader.line_num + 1
    except csv.Error as error:
        rows.faults.append(f"{name}:{number}: a quote that opens in this row is not closed rightly ({error})")
    finally:
        csv.field_size_limit(usual)
    return rows


def _keep(record: list[str], number: int, rows: Rows, name: str) -> None:
    cells = [clean(cell) for cell in record]
    if not any(cells):
        return
    if any("\0" in cell for cell in cells):
        rows.faults.append(f"{name}:{number}: a NUL character stands in the row")
    elif not rows.header:
        rows.header.extend(cells)
    elif len(cells) != len(rows.header):
        rows.faults.append(f"{name}:{number}: {_width_fault(cells, len(rows.header))}")
    else:
        rows.records.append(cells)
        rows.numbers.append(number)
        if cells != record:
            _note_padded(record, number, rows)


def _note_padded(record: list[str], number: int, rows: Rows) -> None:
    for at, raw in enumerate(record):
        if is_padded(raw):
            count, row, text = rows.padded.get(at, (0, number, raw))
            rows.padded[at] = (count + 1, row, text)


def _header_faults(header: list[str], name: str) -> list[str]:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        return [f"{name}:1: found one column {shown(header[0])}, expected columns separated by commas"]
    doubled = sorted({column for column in header if column and header.count(column) > 1})
    faults = [f"{name}:1:{column}: the column is there twice" for column in doubled]
    unnamed = [at for at, column in enumerate(header, 1) if not column]
    return faults + [f"{name}:1: column {at} has no name (a comma too many at the end?)" for at in unnamed]


def _width_fault(cells: list[str], expected: int) -> str:
    return f"found {len(cells)} fields, expected {expected}; {_width_advice(cells, expected)}"


def _width_advice(cells: list[str], expected: int) -> str:
    if len(cells) < expected:
        return "a value is missing"
    if not any(cells[expected:]):
        return "there is a comma too many at the end of the row"
    return "put a text that holds a comma in quotes"
