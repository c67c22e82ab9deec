"""Records out of a CSV file, with the row at which each begins; every break of the format is a fault."""

import csv
import io
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from networks.cells import clean, shown
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
    """

    header: list[str]
    records: list[list[str]]
    numbers: list[int]
    faults: list[str]


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
            _keep([clean(cell) for cell in record], number, rows, name)
            number = reader.line_num + 1
    except csv.Error as error:
        rows.faults.append(f"{name}:{number}: a quote that opens in this row is not closed rightly ({error})")
    finally:
        csv.field_size_limit(usual)
    return rows


def _keep(cells: list[str], number: int, rows: Rows, name: str) -> None:
    if not any(cells):
        return
    if any("\0" in cell for cell in cells):
        rows.faults.append(f"{name}:{number}: a NUL character stands in the row")
    elif not rows.header:
        rows.header.extend(cells)
    elif len(cells) != len(rows.header):
        rows.faults.append(f"{name}:{number}: {_width_fault(len(cells), len(rows.header))}")
    else:
        rows.records.append(cells)
        rows.numbers.append(number)


def _header_faults(header: list[str], name: str) -> list[str]:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        return [f"{name}:1: found one column {shown(header[0])}, expected columns separated by commas"]
    doubled = sorted({column for column in header if column and header.count(column) > 1})
    faults = [f"{name}:1:{column}: the column is there twice" for column in doubled]
    unnamed = [at for at, column in enumerate(header, 1) if not column]
    return faults + [f"{name}:1: column {at} has no name (a comma too many at the end?)" for at in unnamed]


def _width_fault(found: int, expected: int) -> str:
    advice = "put a text that holds a comma in quotes" if found > expected else "a value is missing"
    return f"found {found} fields, expected {expected}; {advice}"
