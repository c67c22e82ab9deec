"""Sheets of a scenario written into a workbook: headings, names, cells, and what each cell may hold.

No text becomes a formula, a link or markup, and none is longer than a cell may be.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from logistics.template_sheets import Rule, SheetColumn, SheetContent

HEADER_ROWS: Final = 2
LONGEST_CELL: Final = 32_767
"""UTF-16 units that a cell of Excel holds."""
CUT_MARK: Final = "…"
BOOK_OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
"""In memory: who is killed at work leaves nothing in the system's temporary folder."""
_LONGEST_IN_RUNS: Final = 2_000
_BYTES_A_UNIT: Final = 2
_LONGEST_HINT: Final = 255
_LONGEST_TITLE: Final = 32
_NUMBERED: Final = re.compile("_x[0-9a-fA-F]{1,4}_")
_BEFORE_NUMBER: Final = re.compile("(?<=_)(?=x)")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True)
class SheetFormats:
    """How cells of a scenario look; the members are formats of XlsxWriter."""

    heading: Any
    name: Any
    text: Any
    input_text: Any


def sheet_formats(book: Any) -> SheetFormats:  # noqa: ANN401  (XlsxWriter has no types)
    """Return the formats, made for a workbook of XlsxWriter."""
    return SheetFormats(
        heading=book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#D9E2EC"}),
        name=book.add_format({"italic": True, "font_color": "#627D98", "bg_color": "#F0F4F8"}),
        text=book.add_format({"font_color": "#334E68"}),
        input_text=book.add_format({"bg_color": "#FFFBEA"}),
    )


def write_notes(sheet: Any, notes: Sequence[str], formats: SheetFormats) -> None:  # noqa: ANN401  (as above)
    """Write one note a row."""
    sheet.set_column(0, 0, 120)
    for row, note in enumerate(notes):
        sheet.write_string(row, 0, note, formats.text)


def write_sheet(sheet: Any, content: SheetContent, formats: SheetFormats) -> None:  # noqa: ANN401  (as above)
    """Write a sheet of a scenario: headings, the names that are read, and the cells below."""
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


def is_cut(text: str) -> bool:
    """Tell whether a text is longer than a cell may be."""
    return fitted(text) != text


def fitted(text: str) -> str:
    """Return a text as long as a cell may be, with `CUT_MARK` at its end where it was cut."""
    limit = _LONGEST_IN_RUNS if _needs_runs(text) else LONGEST_CELL
    if len(text) * _BYTES_A_UNIT <= limit:  # no character takes more than two units
        return text
    units = text.encode("utf-16-le", "replace")
    if len(units) <= limit * _BYTES_A_UNIT:
        return text
    return units[: (limit - len(CUT_MARK)) * _BYTES_A_UNIT].decode("utf-16-le", "ignore") + CUT_MARK


def cell_text(text: str) -> str:
    """Return a text as XlsxWriter is given it, so that the cell shows the text itself.

    The library writes what looks like runs of rich text as markup, and LibreOffice reads ``_xe_`` in a text as a
    character's number; such texts are given as runs, parted where the number would begin.
    """
    whole = fitted(text.encode("utf-8", "replace").decode("utf-8"))
    if not _needs_runs(text):
        return whole
    parts = _BEFORE_NUMBER.split(whole.translate(_ESCAPES))
    return "".join(f'<r><t xml:space="preserve">{part}</t></r>' for part in parts)


def is_runs(text: str) -> bool:
    """Tell whether XlsxWriter takes a text for runs of rich text."""
    return text.startswith("<r>") and text.endswith("</r>")


def _needs_runs(text: str) -> bool:
    return is_runs(text) or _NUMBERED.search(text) is not None


def _write_cell(sheet: Any, row: int, column: int, value: object) -> None:  # noqa: ANN401  (as above)
    if isinstance(value, str):
        sheet.write_string(row, column, cell_text(value))
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)


def _add_rule(sheet: Any, cells: tuple[int, int, int, int], rule: Rule, column: SheetColumn) -> None:  # noqa: ANN401
    checks = _checks(rule)
    if rule.hint:
        checks |= {"input_title": column.name[:_LONGEST_TITLE], "input_message": rule.hint[:_LONGEST_HINT]}
    if checks:
        sheet.data_validation(*cells, {"validate": "any"} | checks)


def _checks(rule: Rule) -> dict[str, Any]:
    """Return a rule in the words of XlsxWriter."""
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
