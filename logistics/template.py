"""The template of a scenario workbook: the default data with drop-downs, units and notes; filled in, it runs."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from logistics import tables
from logistics.errors import InputError
from logistics.i18n import phrase
from logistics.region import CONTRACTS, OWN_TABLES, bundled_file, read_region
from logistics.scenario import default_as_file
from logistics.scenario_checks import province_names
from logistics.scenario_parts import EVERY_COMMODITY
from logistics.template_sheets import (
    Rule,
    SheetColumn,
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
HEADER_ROWS: Final = 2
_NOTES: Final = (
    "A scenario for logistics plan, filled with the default: run it with logistics plan FILE.xlsx.",
    "Change the column value of the sheet scenario; a blank cell keeps the default.",
    "The sheets service, in_province, corridors and earliest_year hold one rule a row; empty sheets ask for nothing.",
    "In the sheet ledger write your own numbers into own_value, in the row's unit; leave the column value as it is.",
    "The sheets parks, clusters, hubs, gateways and places replace the bundled tables as soon as they differ.",
    "Row 2 of each sheet holds the names that are read: leave it, and the names of the sheets, as they are.",
    "Formulas are not worked out: the value stored when the file was last saved is taken, and the run says so.",
    "Sheets of your own may be added; they are not read.",
    "Where the numbers come from stands in the columns source, confidence and note.",
)
_LONGEST_HINT: Final = 255
_LONGEST_TITLE: Final = 32
_DROP_DOWNS: Final[Mapping[tuple[str, str], str]] = {
    ("in_province", "province"): "provinces",
    ("service", "commodity"): "commodities",
    ("earliest_year", "site_id"): "sites",
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


def template_sheets(lang: str) -> list[SheetContent]:
    """Return the sheets of the template, in their order, without the notes."""
    region = read_region()
    lists = {
        "provinces": province_names(region),
        "commodities": [EVERY_COMMODITY, *region.commodity_names.index],
        "sites": list(region.sites["hub_id"]),
        "parks and clusters": list(region.generators["place_id"]),
    }
    rows = [read_table(bundled_file(name), tables.PARAMETERS) for name in ("parameters", "assumptions")]
    return [
        scenario_sheet(SCENARIO_SHEET, default_as_file(), lang),
        *(list_sheet(name, _ranges(name, lists), lang) for name in LIST_SHEETS),
        ledger_sheet(LEDGER_SHEET, pd.concat(rows, ignore_index=True), lang),
        *(table_sheet(CONTRACTS[name], read_table(bundled_file(name), CONTRACTS[name]), lang) for name in OWN_TABLES),
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


@dataclass(frozen=True, slots=True)
class _Formats:
    heading: Any
    name: Any
    text: Any
    input_text: Any


def _workbook(lang: str) -> bytes:
    import xlsxwriter  # noqa: PLC0415  (only here)

    packed = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(packed, options) as book:
        formats = _Formats(
            heading=book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#D9E2EC"}),
            name=book.add_format({"italic": True, "font_color": "#627D98", "bg_color": "#F0F4F8"}),
            text=book.add_format({"font_color": "#334E68"}),
            input_text=book.add_format({"bg_color": "#FFFBEA"}),
        )
        _write_notes(book.add_worksheet(NOTES_SHEET), formats, lang)
        for content in template_sheets(lang):
            sheet = book.add_worksheet(content.name)
            _write_sheet(sheet, content, formats)
            if content.name == SCENARIO_SHEET:
                sheet.activate()
    return packed.getvalue()


def _write_notes(sheet: Any, formats: _Formats, lang: str) -> None:  # noqa: ANN401  (a sheet of xlsxwriter)
    sheet.set_column(0, 0, 120)
    for row, note in enumerate(_NOTES):
        sheet.write_string(row, 0, phrase(note, lang), formats.text)


def _write_sheet(sheet: Any, content: SheetContent, formats: _Formats) -> None:  # noqa: ANN401  (as above)
    sheet.freeze_panes(HEADER_ROWS, content.frozen_columns)
    sheet.set_row(0, 45)
    last = HEADER_ROWS + len(content.rows) + content.spare_rows - 1
    for at, column in enumerate(content.columns):
        sheet.set_column(at, at, column.width, formats.input_text if column.is_input else formats.text)
        sheet.write_string(0, at, column.heading, formats.heading)
        sheet.write_string(1, at, column.name, formats.name)
        if last >= HEADER_ROWS:
            _add_rule(sheet, (HEADER_ROWS, at, last, at), column.rule, column)
    for row, cells in enumerate(content.rows):
        for at, value in enumerate(cells):
            _write_cell(sheet, HEADER_ROWS + row, at, value)
    for (row, at), rule in content.rules.items():
        cell = (HEADER_ROWS + row, at, HEADER_ROWS + row, at)
        _add_rule(sheet, cell, rule, content.columns[at])


def _write_cell(sheet: Any, row: int, column: int, value: object) -> None:  # noqa: ANN401  (as above)
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)


def _add_rule(sheet: Any, cells: tuple[int, int, int, int], rule: Rule, column: SheetColumn) -> None:  # noqa: ANN401
    checks = _checks(rule)
    if rule.hint:
        checks |= {"input_title": column.name[:_LONGEST_TITLE], "input_message": rule.hint[:_LONGEST_HINT]}
    if checks:
        sheet.data_validation(*cells, {"validate": "any"} | checks)


def _checks(rule: Rule) -> dict[str, Any]:
    """Return a rule in the words of xlsxwriter."""
    if rule.words or rule.range_of:
        return {"validate": "list", "source": rule.range_of or list(rule.words)}
    if not rule.is_number:
        return {}
    kind = {"validate": "integer" if rule.whole else "decimal"}
    if rule.above is not None:
        return kind | {"criteria": ">", "value": rule.above}
    if rule.high is None:
        return kind | {"criteria": ">=", "value": rule.low}
    return kind | {"criteria": "between", "minimum": rule.low, "maximum": rule.high}
