"""The sheets put into a file by XlsxWriter: tables with sums, notes and filters, grids, and the scenario's sheets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from logistics.reports.workbook.addresses import FIRST_ROW, HEADING_ROW, NOTE_ROW, SUM_ROW, is_plain
from logistics.reports.workbook.bulk_sheet import BulkColumn, BulkSheet
from logistics.reports.workbook.columns import LOOKS, ResultColumn
from logistics.reports.workbook.cost_sheet import Book
from logistics.reports.workbook.grids import Grid, GridCell
from logistics.reports.workbook.result_tables import ResultFrame
from logistics.sheet_writing import BOOK_OPTIONS, SheetFormats, cell_text, sheet_formats, write_notes, write_sheet
from logistics.template_sheets import SheetContent
from logistics.workbook_keys import NOTES_SHEET

MADE: Final = datetime(1980, 1, 1)  # noqa: DTZ001  (the library's own time of the parts: one run, one file)
ORDER: Final = ("summary", "hubs", "flows", "places", "links", "costs", "carbon", "assumptions", "checks")
"""The sheets of results as they stand in the workbook."""
_A3, _A4 = 8, 9
_RESULT_TAB: Final = "#2F855A"
_INPUT_TAB: Final = "#D69E2E"
_HEADING: Final = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#D9E2EC", "bottom": 1}
_FROZEN: Final = {"hubs": 2, "flows": 1, "places": 2, "links": 2, "assumptions": 1}
"""Columns that stay in view."""

Formats = dict[str, Any]


def write_book(
    path: Path,
    book: Book,
    tables: Mapping[str, ResultFrame],
    grids: Mapping[str, Grid],
    scenario: tuple[Sequence[SheetContent], Sequence[str]],
) -> None:
    """Write the file.

    Parameters
    ----------
    tables, grids
        The sheets of results by key.
    scenario
        The sheets of the scenario, and the notes.
    """
    packed = BytesIO()  # on a full disk, a file that XlsxWriter packs complains long after
    _fill(packed, book, tables, grids, scenario)
    path.write_bytes(packed.getbuffer())


def _fill(
    packed: BytesIO,
    book: Book,
    tables: Mapping[str, ResultFrame],
    grids: Mapping[str, Grid],
    scenario: tuple[Sequence[SheetContent], Sequence[str]],
) -> None:
    contents, notes = scenario
    with xlsxwriter.Workbook(packed, BOOK_OPTIONS) as file:
        file.set_properties({
            "title": cell_text(str(book.summary.get("title") or book.summary["name"]))[:255], "created": MADE,
            "comments": str(book.summary.get("attribution") or ""),
        })  # fmt: skip
        formats = _formats(file)
        for key in ORDER:
            sheet = file.add_worksheet(book.titles[key], worksheet_class=BulkSheet)
            sheet.set_tab_color(_RESULT_TAB)
            if key in tables:
                _write_table(sheet, book, tables[key], formats)
            else:
                _write_grid(sheet, grids[key], formats)
        _write_scenario(file, contents, notes, sheet_formats(file))


def _formats(file: Any) -> Formats:  # noqa: ANN401  (XlsxWriter has no types)
    looks = {name: file.add_format({"num_format": shown}) for name, (shown, _) in LOOKS.items() if shown}
    return looks | {
        "text": None,
        "whole": file.add_format({"num_format": "0", "align": "center"}),
        "heading": file.add_format(_HEADING),
        "heading_right": file.add_format(_HEADING | {"align": "right"}),
        "heading_aside": file.add_format(_HEADING | {"indent": 1}),
        "aside": file.add_format({"indent": 1}),
        "year_heading": file.add_format(_HEADING | {"num_format": "0", "align": "right"}),
        "title": file.add_format({"bold": True, "font_size": 14}),
        "bold": file.add_format({"bold": True}),
        "note": file.add_format({"italic": True, "font_color": "#486581"}),
        "vnd_total": file.add_format({"bold": True, "num_format": LOOKS["vnd"][0], "top": 1}),
    } | {
        f"sum_{name}": file.add_format({"bold": True, "num_format": shown, "bg_color": "#F0F4F8"})
        for name, (shown, _) in LOOKS.items()
    }  # fmt: skip


def _write_table(sheet: BulkSheet, book: Book, table: ResultFrame, formats: Formats) -> None:
    at = book.columns[table.sheet]
    sheet.write_string(NOTE_ROW - 1, 0, table.note, formats["note"])
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
        if column.is_summed:
            formula = f"=SUBTOTAL(109,{at.own_cells(column.name)})"
            total = float(table.frame[column.name].sum())
            sheet.write_formula(SUM_ROW - 1, place, formula, formats[f"sum_{column.look}"], total)
        sheet.write_string(HEADING_ROW - 1, place, column.heading(book.lang), formats["heading"])
        sheet.write_comment(HEADING_ROW - 1, place, column.note(book.lang), {"x_scale": 1.6, "y_scale": 0.7})
    sheet.set_row(HEADING_ROW - 1, 48)
    sheet.freeze_panes(HEADING_ROW, _FROZEN[table.sheet])
    sheet.autofilter(HEADING_ROW - 1, 0, at.last_row - 1, len(table.columns) - 1)
    _for_print(sheet, _A3, HEADING_ROW - 1)
    sheet.add_table_rows(FIRST_ROW, [_bulk(column, table, book, formats) for column in table.columns])


def _bulk(column: ResultColumn, table: ResultFrame, book: Book, formats: Formats) -> BulkColumn:
    formulas = _row_formulas(column, table, book) if column.formula else ()
    return BulkColumn(cells=table.frame[column.name], look=formats[column.look], formulas=formulas)


def _row_formulas(column: ResultColumn, table: ResultFrame, book: Book) -> list[str]:
    """Return the formula of each row, "" where a text of the row would not mean itself in it."""
    flows = book.columns["flows"]
    ranges = {
        name: flows.cells(of)
        for name, of in (
            ("flow_t", "t_per_year"), ("flow_period", "period"), ("flow_hub", "hub_id"),
            ("flow_second", "second_hub_id"),
        )
    }  # fmt: skip
    letters = book.columns[table.sheet].letters
    rows = range(FIRST_ROW, FIRST_ROW + len(table.frame))
    plain = [True] * len(rows)
    if "{hub_id}" in column.formula:
        ids = table.frame["hub_id"]
        plain = [is_plain(text) for text in ids]
    cells = ({name: f"{letter}{row}" for name, letter in letters.items()} for row in rows)
    return [
        column.formula.format(**ranges, **own) if means_itself else ""
        for own, means_itself in zip(cells, plain, strict=True)
    ]  # fmt: skip


def _write_grid(sheet: BulkSheet, grid: Grid, formats: Formats) -> None:
    for at, width in enumerate(grid.widths):
        sheet.set_column(at, at, width)
    for row, cells in enumerate(grid.rows):
        for at, cell in enumerate(cells):
            _write_grid_cell(sheet, (row, at), cell, formats[cell.look])
    if grid.frozen_rows:
        sheet.freeze_panes(grid.frozen_rows, 1)
    _for_print(sheet, _A4)


def _write_grid_cell(sheet: BulkSheet, place: tuple[int, int], cell: GridCell, look: Any) -> None:  # noqa: ANN401  (a format)
    if cell.formula:
        value = cell.value if isinstance(cell.value, str) else float(cell.value or 0.0)
        sheet.write_formula(*place, cell.formula, look, value)
    elif isinstance(cell.value, str):
        if cell.value:
            sheet.write_string(*place, cell_text(cell.value), look)
    elif cell.value is not None:
        sheet.write_number(*place, cell.value, look)


def _write_scenario(file: Any, contents: Sequence[SheetContent], notes: Sequence[str], formats: SheetFormats) -> None:  # noqa: ANN401  (as above)
    for content in contents:
        sheet = file.add_worksheet(content.name, worksheet_class=BulkSheet)
        sheet.set_tab_color(_INPUT_TAB)
        write_sheet(sheet, content, formats)
    write_notes(file.add_worksheet(NOTES_SHEET, worksheet_class=BulkSheet), notes, formats)


def _for_print(sheet: BulkSheet, paper: int, heading_row: int = 0) -> None:
    """Set a sheet up for paper: across, as wide as a page, the headings on each."""
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    if heading_row:
        sheet.repeat_rows(heading_row)
