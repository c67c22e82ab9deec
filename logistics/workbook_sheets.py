"""The header of a sheet and the cells below it, whatever rows of headings for people stand above."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from logistics.scenario_fields import nearest
from logistics.workbook_cells import text_of
from logistics.workbook_file import Cell, Sheet, column_letters

HEADER_WITHIN_ROWS: Final = 5
"""The names of the columns stand in one of the first rows that hold something."""
MOST_ROWS: Final = 20
"""So many rows are told in a note."""


@dataclass(frozen=True, slots=True)
class Below:
    """What stands below a header: columns by name, and the rows that hold something."""

    sheet: Sheet
    header_row: int
    columns: Mapping[str, int]
    rows: tuple[tuple[Cell, ...], ...]
    faults: tuple[str, ...]
    unknown: tuple[str, ...] = ()

    def cell(self, row: tuple[Cell, ...], column: str) -> Cell:
        """Return the cell of a column; a blank one where the row ends before it."""
        at = self.columns[column]
        return row[at - 1] if at <= len(row) else Cell(None, "", False, row[0].row, at)  # noqa: FBT003  (is_error)

    def entries(self) -> Iterator[tuple[int, Mapping[str, Cell]]]:
        """Yield the number of each row and its cells by the name of the column."""
        for row in self.rows:
            yield row[0].row, {name: self.cell(row, name) for name in self.columns}


def below_header(sheet: Sheet, required: Collection[str], known: Collection[str]) -> Below:
    """Find the row with the names of the columns.

    Parameters
    ----------
    required
        Columns that must be there; of the first rows that which holds most of them is the header, the last of
        several (headings for people stand above), if it holds half of them.
    known
        Columns that may be there.

    Returns
    -------
    Below
        `faults` says what is missing, there twice, or stands below no name; `unknown` which columns are not known:
        they are left out.
    """
    headers = [
        {cell.column: _name(cell) for cell in row if not cell.is_blank} for row in sheet.rows[:HEADER_WITHIN_ROWS]
    ]
    found = [len(set(required) & set(names.values())) for names in headers]
    if found and 2 * max(found) >= len(required):
        at = max(at for at, count in enumerate(found) if count == max(found))
        below = _below(sheet, at, headers[at], required, known)
        above = [*_names_above(sheet, found, at), *_numbers_above(below, at)]
        return replace(below, faults=(*above, *below.faults)) if above else below
    first = sheet.rows[0][0].row if sheet.rows else 1
    fault = f"{sheet.at_row(first)}: found no row with the names of the columns, expected {', '.join(required)}"
    return Below(sheet, first, {}, (), (f"{fault}; begin with a workbook of `logistics template`",))


def _names_above(sheet: Sheet, found: Sequence[int], at: int) -> Iterator[str]:
    """Yield a fault where the names stand twice with other rows between them, which would not be read."""
    first = found.index(found[at])
    if at - first > 1:
        rows = f"{sheet.rows[first][0].row} and {sheet.rows[at][0].row}"
        yield f"{sheet.at_row(sheet.rows[at][0].row)}: the names of the columns stand in the rows {rows}; keep one"


def _numbers_above(below: Below, at: int) -> Iterator[str]:
    """Yield a fault for each row above the names that holds a number: it is one of the table, and would be lost."""
    sheet, columns = below.sheet, set(below.columns.values())
    for row in sheet.rows[:at]:
        cell = next((one for one in row if one.column in columns and type(one.value) in {int, float}), None)
        if cell is not None:
            advice = "where nothing is read; move that row to the top of the table"
            yield f"{sheet.at(cell.row, cell.column)}: found {cell.value!r} above the names of the columns, {advice}"


def hidden_notes(below: Below, rows: Iterable[int]) -> list[str]:
    """Return what is to be said of a sheet, of some of its rows and of its columns that are hidden."""
    sheet = below.sheet
    columns = sorted(set(below.columns.values()) & sheet.hidden_columns)
    hidden = [str(row) for row in rows if row in sheet.hidden]
    listed = ", ".join(hidden[:MOST_ROWS]) + (" ..." if len(hidden) > MOST_ROWS else "")
    letters = ", ".join(column_letters(column) for column in columns)
    where = f"{sheet.file}: sheet {sheet.name}"
    notes = {
        f"{where}: the sheet is hidden and was read like the others": sheet.is_hidden,
        f"{where}: hidden columns were read like the others: {letters}": bool(columns),
        f"{where}: hidden rows were read like the others: {listed}": bool(hidden),
    }
    return [note for note, is_so in notes.items() if is_so]


def _below(sheet: Sheet, at: int, names: Mapping[int, str], required: Collection[str], known: Collection[str]) -> Below:
    header = sheet.rows[at][0].row
    columns: dict[str, int] = {}
    faults, unknown = [], []
    for column, name in names.items():
        if not name:
            found = sheet.rows[at][column - 1]
            faults.append(f"{sheet.at(header, column)}: found {found.value!r}, expected the name of a column")
        elif name in columns:
            faults.append(f"{sheet.at(header, column)}: {name}: the column is there twice")
        elif name not in known:
            unknown.append(f"{sheet.at(header, column)}: {name}: the column is not known; {nearest(name, known)}")
        columns.setdefault(name, column)
    absent = [name for name in required if name not in columns]
    faults += [f"{sheet.at_row(header)}: {name}: the column is missing" for name in absent]
    rows = tuple(sheet.rows[at + 1 :])
    faults += [
        f"{sheet.at(cell.row, cell.column)}: found {cell.value!r} below a column without a name; name it or clear it"
        for row in rows
        for cell in row
        if not cell.is_blank and cell.column not in names
    ]
    usable = {name: column for name, column in columns.items() if name in known}
    return Below(sheet, header, usable, rows, tuple(faults), tuple(unknown))


def _name(cell: Cell) -> str:
    try:
        return text_of(cell)
    except ValueError:
        return ""
