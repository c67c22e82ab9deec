"""The template of a scenario workbook: the default data with drop-downs, units and notes; filled in, it runs."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from logistics import tables
from logistics.errors import InputError
from logistics.i18n import phrase
from logistics.region import CONTRACTS, OWN_TABLES, bundled_file, read_region
from logistics.scenario import Scenario, default_as_file, northern_vietnam
from logistics.scenario_checks import province_names
from logistics.scenario_parts import EVERY_COMMODITY
from logistics.sheet_writing import BOOK_OPTIONS, HEADER_ROWS, sheet_formats, write_notes, write_sheet
from logistics.table_files import read_table_file
from logistics.template_sheets import (
    SheetContent,
    ledger_sheet,
    list_sheet,
    lists_sheet,
    scenario_sheet,
    table_sheet,
)
from logistics.workbook_file import column_letters
from logistics.workbook_keys import LEDGER_SHEET, LIST_SHEETS, LISTS_SHEET, NOTES_SHEET, SCENARIO_SHEET
from networks.tables import read_table
from networks.whole import whole_file

SUFFIX: Final = ".xlsx"
NOTES: Final = (
    "A scenario for logistics plan, filled with the default: run it with logistics plan FILE.xlsx.",
    "Change the column value of the sheet scenario; a blank cell keeps the default.",
    "The sheets service, in_province, corridors, earliest_year and site_land hold one rule a row; empty: none.",
    "In the sheet ledger write your own numbers into own_value, in the row's unit; leave the column value as it is.",
    "The sheets parks, clusters, hubs, gateways and places replace the bundled tables as soon as they differ.",
    "Row 2 of each sheet holds the names that are read: leave it, and the names of the sheets, as they are.",
    "Formulas are not worked out: the value stored when the file was last saved is taken, and the run says so.",
    "Sheets of your own may be added; they are not read.",
    "Where the numbers come from stands in the columns source, confidence and note.",
)
_DROP_DOWNS: Final[Mapping[tuple[str, str], str]] = {
    ("in_province", "province"): "provinces",
    ("service", "commodity"): "commodities",
    ("earliest_year", "site_id"): "sites",
    ("site_land", "site_id"): "sites",
}


def write_template(path: str | Path, lang: str = "en") -> Path:
    """Write a workbook that holds the default scenario, ready to be filled in.

    Parameters
    ----------
    path
        The file, NAME.xlsx; it may not exist, so that no filled workbook is lost.
    lang
        Language of headings, units and notes.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the name does not end in .xlsx, or there is such a file or folder already.
    """
    target = Path(path)
    if target.suffix.lower() != SUFFIX:
        raise InputError(f"{target}: expected a name that ends in {SUFFIX}")
    if target.exists():
        raise InputError(f"{target}: is there already, and may be filled in; choose another --out or remove it")
    data = _workbook(lang)
    with whole_file(target) as fresh:
        fresh.write_bytes(data)
    return target


def scenario_sheets(scenario: Scenario, values: Mapping[str, Any], lang: str) -> list[SheetContent]:
    """Return the sheets that hold a scenario, in their order, without the notes.

    Parameters
    ----------
    scenario
        Whose tables fill the sheets of tables.
    values
        Its keys and values as a file would hold them, None for what is not set.
    lang
        Language of headings, units and notes.
    """
    region = read_region(scenario.tables)
    lists = {
        "provinces": province_names(region),
        "commodities": [EVERY_COMMODITY, *region.commodity_names.index],
        "sites": list(region.sites["hub_id"]),
        "parks and clusters": list(region.generators["place_id"]),
    }
    rows = [read_table(bundled_file(name), tables.PARAMETERS) for name in ("parameters", "assumptions")]
    frames = {name: read_table_file(region.files[name], CONTRACTS[name]).frame for name in OWN_TABLES}
    return [
        scenario_sheet(SCENARIO_SHEET, values, default_as_file(), lang),
        *(list_sheet(name, values, _ranges(name, lists), lang) for name in LIST_SHEETS),
        ledger_sheet(LEDGER_SHEET, pd.concat(rows, ignore_index=True), values["ledger"], lang),
        *(table_sheet(CONTRACTS[name], frame, lang) for name, frame in frames.items()),
        lists_sheet(LISTS_SHEET, lists, lang),
    ]


def _ranges(sheet: str, lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return, for the columns of a sheet that have a list, the range of cells that holds it."""
    found: dict[str, str] = {}
    for at, (name, entries) in enumerate(lists.items(), start=1):
        letters, last = column_letters(at), HEADER_ROWS + len(entries)
        columns = [column for (where, column), which in _DROP_DOWNS.items() if where == sheet and which == name]
        found |= dict.fromkeys(columns, f"={LISTS_SHEET}!${letters}${HEADER_ROWS + 1}:${letters}${last}")
    return found


def _workbook(lang: str) -> bytes:
    import xlsxwriter  # noqa: PLC0415  (only here)

    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, BOOK_OPTIONS) as book:
        formats = sheet_formats(book)
        write_notes(book.add_worksheet(NOTES_SHEET), [phrase(note, lang) for note in NOTES], formats)
        for content in scenario_sheets(northern_vietnam(), default_as_file(), lang):
            sheet = book.add_worksheet(content.name)
            write_sheet(sheet, content, formats)
            if content.name == SCENARIO_SHEET:
                sheet.activate()
    return packed.getvalue()
