"""The sheets of a scenario workbook that are not read: copies and renamed ones are refused, the user's own told of."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from logistics.errors import InputError
from logistics.region import CONTRACTS, OWN_TABLES
from logistics.scenario_fields import nearest
from logistics.workbook_file import Sheet
from logistics.workbook_keys import (
    KEY,
    LEDGER_SHEET,
    LIST_SHEETS,
    LISTS_SHEET,
    NOTES_SHEET,
    OWN_VALUE,
    SCENARIO_SHEET,
    VALUE,
)
from logistics.workbook_sheets import below_header

READ_SHEETS: Final = (SCENARIO_SHEET, *LIST_SHEETS, LEDGER_SHEET, *OWN_TABLES)
_COPY: Final = re.compile(r"\s*\(\d+\)$")
"""What a spreadsheet puts behind the name of a sheet that it copies."""
_NEAR: Final = 0.75


@dataclass(frozen=True, slots=True)
class Others:
    """What is wrong with the names of sheets, and what is to be said of them."""

    faults: tuple[str, ...]
    notes: tuple[str, ...]


def other_sheets(file: str, sheets: Mapping[str, Sheet]) -> Others:
    """Look at the sheets that are not read by their names.

    Raises
    ------
    InputError
        If the workbook has no sheet that is read.
    """
    others = [sheet for name, sheet in sheets.items() if name not in {*READ_SHEETS, LISTS_SHEET, NOTES_SHEET}]
    renamed = {sheet.name: name for sheet in others if (name := _renamed(sheet, sheets))}
    if len(others) == len(sheets) and not renamed:
        listed = ", ".join(sheet.name for sheet in others) or "of results alone"
        found = f"{file}: found the sheets {listed}, expected some of {', '.join(READ_SHEETS)}"
        raise InputError(f"{found}; begin with a workbook of `logistics template`")
    faults, notes = [], [*_empty(file, sheets)]
    for sheet in others:
        name = _COPY.sub("", sheet.name).strip().lower()
        if sheet.name in renamed:
            meant = renamed[sheet.name]
            advice = f"call it {meant} to have it read, or rename its columns"
            faults.append(f"{file}: sheet {sheet.name}: it looks like the sheet {meant}, which is missing; {advice}")
        elif get_close_matches(name, READ_SHEETS, n=1, cutoff=_NEAR):
            faults.append(f"{file}: sheet {sheet.name}: not known; {nearest(name, READ_SHEETS)}")
        else:
            notes.append(f"{file}: sheet {sheet.name} is not one of a scenario and was not read")
    return Others(tuple(faults), tuple(notes))


def _renamed(sheet: Sheet, sheets: Mapping[str, Sheet]) -> str:
    """Return the sheet whose columns stand on one of another name while it is missing itself, or ""."""
    return next((name for name in READ_SHEETS if name not in sheets and _has_columns(sheet, name)), "")


def _has_columns(sheet: Sheet, name: str) -> bool:
    columns = _columns(name)
    return set(columns) <= set(below_header(sheet, columns, columns).columns)


def _columns(name: str) -> tuple[str, ...]:
    """Return the columns by which a sheet is known."""
    if name in CONTRACTS:
        return tuple(column.name for column in CONTRACTS[name].columns if column.required)
    if name in LIST_SHEETS:
        return tuple(key.name for key in LIST_SHEETS[name][1])
    return ("id", OWN_VALUE) if name == LEDGER_SHEET else (KEY, VALUE)


def _empty(file: str, sheets: Mapping[str, Sheet]) -> Iterator[str]:
    for name in READ_SHEETS:
        if name in sheets and not sheets[name].rows:
            yield f"{file}: sheet {name}: holds nothing, so that the default stands"
