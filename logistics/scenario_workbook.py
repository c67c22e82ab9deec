"""A scenario out of a workbook: keys and lists from their sheets, tables and ledger where they differ from the bundled.

Every fault of every sheet is told at once, each with its cell.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from typing import Any, Final

from logistics.errors import InputError
from logistics.ledger import LedgerEntry
from logistics.region import CONTRACTS, bundled_file, read_ledger
from logistics.scenario_faults import Fault, checked
from logistics.scenario_fields import nearest
from logistics.scenario_source import Place, Source, dotted
from logistics.toml_lines import KeyPath
from logistics.workbook_cells import merged_into, note_of, value_of
from logistics.workbook_file import Cell, Sheet, read_sheets
from logistics.workbook_keys import (
    BY_SITE,
    KEY,
    LEDGER_COLUMNS,
    LEDGER_SHEET,
    LIST_SHEETS,
    OWN_VALUE,
    RESULT_SHEETS,
    SCENARIO_COLUMNS,
    SCENARIO_KEYS,
    SCENARIO_SHEET,
    VALUE,
    Key,
)
from logistics.workbook_others import READ_SHEETS, other_sheets
from logistics.workbook_sheets import below_header, hidden_notes
from logistics.workbook_tables import sheet_table
from networks.cells import clean
from networks.errors import TableError
from networks.tables import read_table

RESULTS: Final = frozenset(name for names in RESULT_SHEETS.values() for name in names)
"""Sheets that the workbook of a run adds."""
_PER_SHEET: Final = 10_000_000
_PER_ROW: Final = 1_000
_TABLED: Final = ("value", "unit", "low", "high")
"""Columns of the ledger that say what the table has; what is changed in them would not be looked at."""
_KEYS: Final[Mapping[str, Key]] = {key.name: key for key in SCENARIO_KEYS}


@dataclass(slots=True)
class _Reading:
    """What was read so far: nested values, their places, faults with their places, and what is to be said."""

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[KeyPath, Place] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)
    wrong: set[KeyPath] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    sheet_rank: int = 0

    def place(self, sheet: Sheet, cell: Cell) -> Place:
        rank = self.sheet_rank + cell.row * _PER_ROW + cell.column
        return Place(rank, sheet.at(cell.row, cell.column))

    def fault(self, place: Place, sentence: str) -> None:
        self.faults.append((place.rank, f"{place.words}: {sentence}"))

    def take(self, sheet: Sheet, cell: Cell, path: KeyPath, kind: str) -> Any:  # noqa: ANN401  (as many types as kinds)
        """Return the value of a cell, None where it is blank or cannot be read; its place and faults are noted."""
        place = self.places[path] = self.place(sheet, cell)
        if cell.is_blank:
            if merged := merged_into(sheet, cell):
                self.wrong.add(path)
                self.fault(place, f"{dotted(path)}: {merged}")
            return None
        if note_of(cell):
            self.notes.append(f"{place.words}: {note_of(cell)}")
        try:
            return value_of(cell, kind)
        except ValueError as error:
            self.wrong.add(path)
            self.fault(place, f"{dotted(path)}: {error}")
            return None

    def put(self, path: tuple[str, ...], value: object) -> None:
        here = self.values
        for part in path[:-1]:
            here = here.setdefault(part, {})
        here[path[-1]] = value


def read_workbook(path: Path) -> Source:
    """Read a scenario workbook.

    Returns
    -------
    Source
        Its keys and values as a file in TOML would hold them; a table that differs from the bundled one has the
        workbook as its file, and the ledger the own values.

    Raises
    ------
    InputError
        With every fault: sheet, cell, row and column, key or column, what was found and what is expected.
    """
    sheets = read_sheets(path, skip=RESULTS)
    reading = _Reading()
    others = other_sheets(path.name, sheets)
    reading.faults.extend((0, fault) for fault in others.faults)
    reading.notes.extend(others.notes)
    for rank, name in enumerate(READ_SHEETS, start=1):
        reading.sheet_rank = rank * _PER_SHEET
        if name in sheets and sheets[name].rows:
            _read(sheets[name], path, reading)
    source = Source(path.name, reading.values, reading.places, tuple(reading.notes))
    found = checked({"name": path.stem} | reading.values)
    later = [fault for fault in found if not _told(fault, reading)] if isinstance(found, list) else []
    if later or reading.faults:
        faults = sorted([*reading.faults, *source.told(later)], key=lambda pair: pair[0])
        raise InputError(str(TableError([sentence for _, sentence in faults])))
    return source


def _read(sheet: Sheet, path: Path, reading: _Reading) -> None:
    if sheet.name == SCENARIO_SHEET:
        _read_keys(sheet, reading)
    elif sheet.name in LIST_SHEETS:
        _read_list(sheet, reading)
    elif sheet.name == LEDGER_SHEET:
        _read_ledger(sheet, reading)
    else:
        _read_table(sheet, path, reading)


def _told(fault: Fault, reading: _Reading) -> bool:
    """Tell whether the cell of a key is known to be wrong already."""
    return any(fault.path[: len(wrong)] == wrong for wrong in reading.wrong)


def _read_keys(sheet: Sheet, reading: _Reading) -> None:
    below = below_header(sheet, (KEY, VALUE), SCENARIO_COLUMNS)
    _keep((*below.faults, *below.unknown), reading)
    entries = list(below.entries()) if {KEY, VALUE} <= set(below.columns) else []
    reading.notes.extend(hidden_notes(below, (row for row, cells in entries if not cells[VALUE].is_blank)))
    for _, cells in entries:
        cell = cells[VALUE]
        name = reading.take(sheet, cells[KEY], (KEY,), "text")
        place = reading.place(sheet, cells[KEY])
        if name is None:
            if not cell.is_blank:
                reading.fault(reading.place(sheet, cell), f"found {cell.value!r} without a key in its row")
        elif name == KEY:
            without = f"the names of the columns stand here, expected {KEY} and {VALUE}; found {KEY} without {VALUE}"
            reading.fault(place, without)
        elif name not in _KEYS:
            reading.fault(place, f"{name}: there is no such key; {_near_key(name)}")
        elif _KEYS[name].path in reading.places:
            reading.fault(place, f"{name}: the key is there twice, see {reading.places[_KEYS[name].path].words}")
        else:
            value = reading.take(sheet, cell, _KEYS[name].path, _KEYS[name].kind)
            if value is not None:
                reading.put(_KEYS[name].path, value)
    reading.places.pop((KEY,), None)


def _near_key(name: str) -> str:
    """Offer the nearest key, or the one of another section."""
    here = [key for key in _KEYS if key.rpartition(".")[2] == name.rpartition(".")[2]]
    return f"nearest: {', '.join(here)}" if here else nearest(name, _KEYS)


def _read_list(sheet: Sheet, reading: _Reading) -> None:
    where, keys = LIST_SHEETS[sheet.name]
    names = [key.name for key in keys]
    below = below_header(sheet, names, names)
    _keep((*below.faults, *below.unknown), reading)
    entries = []
    reading.notes.extend(hidden_notes(below, (row for row, _ in below.entries())))
    for at, (_, cells) in enumerate(below.entries() if len(below.columns) == len(names) else ()):
        reading.places[(*where, at)] = reading.place(sheet, next(iter(cells.values())))
        entry = {key.name: reading.take(sheet, cells[key.name], (*where, at, key.name), key.kind) for key in keys}
        entries.append({name: value for name, value in entry.items() if value is not None})
    if sheet.name in BY_SITE:
        reading.put(where, _numbers_by_site(entries, where, BY_SITE[sheet.name], reading))
    else:
        reading.put(where, entries)


def _numbers_by_site(
    entries: Iterable[dict[str, Any]], where: KeyPath, number: str, reading: _Reading
) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for at, entry in enumerate(entries):
        for column in {"site_id", number} - set(entry):
            if (*where, at, column) not in reading.wrong:
                reading.fault(reading.places[(*where, at, column)], f"{column}: found nothing, expected a {column}")
        site = entry.get("site_id", "")
        if site in numbers:
            reading.fault(reading.places[(*where, at, "site_id")], f"site_id: {site!r} stands above already; keep one")
        elif len(entry) > 1:
            numbers[site] = entry[number]
            reading.places[(*where, site)] = reading.places[(*where, at, number)]
    return numbers


def _read_ledger(sheet: Sheet, reading: _Reading) -> None:
    below = below_header(sheet, ("id", OWN_VALUE), LEDGER_COLUMNS)
    _keep((*below.faults, *below.unknown), reading)
    ledger = read_ledger()
    entries = list(below.entries()) if {"id", OWN_VALUE} <= set(below.columns) else []
    reading.notes.extend(hidden_notes(below, (row for row, cells in entries if not cells[OWN_VALUE].is_blank)))
    for _, cells in entries:
        place = reading.place(sheet, cells["id"])
        name = reading.take(sheet, cells["id"], ("id",), "text")
        if name is None:
            if cells["id"].is_blank:
                reading.fault(place, "id: found nothing, expected the id of a row")
        elif name not in ledger.entries:
            sentence = f"there is no row {name!r} in the ledger; {nearest(name, ledger.entries)}"
            reading.fault(place, f"id: {sentence}")
        elif ("ledger", name) in reading.places:
            reading.fault(place, f"id: {name!r} stands above already; keep one")
        else:
            _take_own_value(sheet, cells, name, reading)
            _require_untouched(sheet, cells, ledger.entries[name], reading)
    reading.places.pop(("id",), None)


def _take_own_value(sheet: Sheet, cells: Mapping[str, Cell], name: str, reading: _Reading) -> None:
    value = reading.take(sheet, cells[OWN_VALUE], ("ledger", name), "number")
    if value is not None:
        reading.put(("ledger", name), value)


def _require_untouched(sheet: Sheet, cells: Mapping[str, Cell], row: LedgerEntry, reading: _Reading) -> None:
    """Refuse what is changed of the table itself: it would not be looked at."""
    for column in _TABLED:
        cell, tabled = cells.get(column), getattr(row, column)
        if cell is not None and not cell.is_blank and not _is_same(cell.value, tabled):
            known = tabled if isinstance(tabled, str) else "nothing" if isnan(tabled) else f"{tabled:g}"
            advice = f"leave it and write your own number into {OWN_VALUE}, in the table's unit"
            fault = f"{column}: found {cell.value!r}, but the table has {known}; {advice}"
            reading.fault(reading.place(sheet, cell), fault)


def _is_same(found: object, tabled: float | str) -> bool:
    return clean(found) == tabled if isinstance(found, str) else found == tabled


def _read_table(sheet: Sheet, path: Path, reading: _Reading) -> None:
    contract = CONTRACTS[sheet.name]
    try:
        table = sheet_table(sheet, contract)
    except TableError as error:
        _keep(error.faults, reading)
        return
    if not table.frame.equals(read_table(bundled_file(sheet.name), contract)):
        reading.put(("tables", sheet.name), str(path.resolve()))
        reading.places["tables", sheet.name] = Place(reading.sheet_rank, f"{path.name}: sheet {sheet.name}")
    else:  # what is to be said of the others is told when the region is read
        reading.notes.extend(table.notes)


def _keep(faults: Iterable[str], reading: _Reading) -> None:
    reading.faults.extend(_ranked(faults, reading.sheet_rank))


def _ranked(faults: Iterable[str], rank: int) -> Iterator[tuple[int, str]]:
    yield from ((rank + at, fault) for at, fault in enumerate(faults))
