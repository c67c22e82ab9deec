"""A table on a sheet of a workbook, checked by the contract of its file; every fault with its cell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Final

import pandas as pd

from logistics.errors import InputError
from logistics.workbook_cells import merged_into, note_of, number_text_of, text_of
from logistics.workbook_file import Cell, Sheet, read_sheets, sheet_names
from logistics.workbook_sheets import Below, below_header, hidden_notes
from networks.cells import is_padded, shown
from networks.errors import TableError
from networks.tables import TableContract, check_frame

_WHERE: Final = "\0"
"""Stands for the sheet in the messages of a contract, until they are sent to their cells."""
_FAULT: Final = re.compile(rf"{_WHERE}:(?P<row>\d+):(?P<column>[^:]+): (?P<sentence>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table, the row of the sheet of each of its rows, the column of each column, and what is to be said of it."""

    frame: pd.DataFrame
    sheet: Sheet
    rows: tuple[int, ...]
    columns: dict[str, int]
    notes: tuple[str, ...]

    def place(self, position: int, column: str) -> str:
        """Return the cell of a row's column, for people."""
        return self.sheet.at(self.rows[position], self.columns[column])


def read_sheet_table(path: Path, contract: TableContract) -> SheetTable:
    """Read the sheet that is called as the contract.

    Raises
    ------
    InputError
        If the workbook cannot be read or has no such sheet.
    TableError
        With every fault of the sheet.
    """
    sheets = read_sheets(path, only=contract.name)
    if contract.name not in sheets:
        listed = ", ".join(sheet_names(path))
        advice = "call the sheet so, or begin with a workbook of `logistics template`"
        raise InputError(f"{path.name}: there is no sheet {contract.name}, found the sheets {listed}; {advice}")
    return sheet_table(sheets[contract.name], contract)


def sheet_table(sheet: Sheet, contract: TableContract) -> SheetTable:
    """Check a sheet by a contract.

    Raises
    ------
    TableError
        With every fault of the sheet.
    """
    required = [column.name for column in contract.columns if column.required]
    below = below_header(sheet, required, contract.names)
    is_passed_over = contract.extra == "drop" and set(required) <= set(below.columns)
    faults = [*below.faults, *(() if is_passed_over else below.unknown)]
    if not below.columns:
        raise TableError(faults)
    texts, notes = _texts(below, contract, faults)
    rows = tuple(row for row, _ in below.entries())
    try:
        frame = check_frame(texts, contract, _WHERE, rows=rows)
    except TableError as error:
        raise TableError(_told(error.faults, below, faults)) from None
    if faults:
        raise TableError(faults)
    left_out = [f"{sentence}; it was left out" for sentence in below.unknown]
    return SheetTable(frame, sheet, rows, dict(below.columns), (*left_out, *hidden_notes(below, rows), *notes))


def _texts(below: Below, contract: TableContract, faults: list[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the cells as texts, and what is to be said of formulas; cells that are none are noted in `faults`."""
    notes: list[str] = []
    numbers = {one.name: inf if one.high is None else one.high for one in contract.columns if not one.is_text}
    texts: dict[str, list[str]] = {name: [] for name in below.columns}
    for row, cells in below.entries():
        for name, cell in cells.items():
            place = below.sheet.at(row, cell.column)
            if merged := merged_into(below.sheet, cell):
                faults.append(f"{place}: {name}: {merged}")
            try:
                text = number_text_of(cell, numbers[name]) if name in numbers else _text(cell, name in contract.key)
                texts[name].append(text)
                notes.extend(_key_notes(cell, place, name) if name in contract.key else ())
            except ValueError as error:
                faults.append(f"{place}: {name}: {error}")
                texts[name].append("")
            if note_of(cell):
                notes.append(f"{place}: {note_of(cell)}")
    return pd.DataFrame({name: pd.Series(column, dtype="str") for name, column in texts.items()}), tuple(notes)


def _text(cell: Cell, is_key: bool) -> str:  # noqa: FBT001  (of the cell's column)
    text = text_of(cell)
    if is_key and isinstance(cell.value, bool):
        raise ValueError(f"found the yes/no value {text}, expected a text: format the column as text and type it again")
    return text.removesuffix(".0") if is_key and isinstance(cell.value, float) else text


def _key_notes(cell: Cell, place: str, name: str) -> Iterator[str]:
    """Yield what is doubtful about an id: a number may have lost its noughts, and blanks look like nothing."""
    if isinstance(cell.value, int | float):
        text = text_of(cell).removesuffix(".0")
        yield f"{place}: {name}: found the number {text}, read as a text; format ids as text (was 0012 typed?)"
    elif isinstance(cell.value, str) and is_padded(cell.value):
        yield f"{place}: {name}: found {shown(cell.value)}; blanks at its ends and no-break spaces were taken off"


def _told(found: tuple[str, ...], below: Below, faults: list[str]) -> list[str]:
    """Return all faults, those of the contract with their cells, each cell once."""
    told = list(faults)
    for fault in found:
        match = _FAULT.fullmatch(fault)
        place, sentence = _placed(match, below) if match else (below.sheet.at_row(below.header_row), fault)
        sentence = sentence.replace(_WHERE, below.sheet.name)
        if not any(known.startswith(f"{place}: ") for known in faults):
            told.append(f"{place}: {sentence}")
    return told


def _placed(match: re.Match[str], below: Below) -> tuple[str, str]:
    row, name = int(match["row"]), match["column"]
    column = below.columns.get(name.split(", ")[0])
    sentence = f"{name}: {match['sentence']}"
    if column is None:
        return below.sheet.at_row(below.header_row), sentence
    return below.sheet.at(row, column), sentence
