"""Sheets that are no tables: cells by row, each with its value, its look and perhaps its formula."""

from dataclasses import dataclass, field
from typing import Final

from logistics.reports.workbook.addresses import cell

BLANK: Final = ""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell: the value it shows, how, and the formula that gives it."""

    value: str | float | None
    look: str = "text"
    formula: str = ""


@dataclass(slots=True)
class Grid:
    """A sheet under construction; rows and columns count from 1."""

    sheet: str
    title: str
    widths: tuple[int, ...]
    rows: list[tuple[GridCell, ...]] = field(default_factory=list)
    frozen_rows: int = 0

    def add(self, *cells: GridCell) -> int:
        """Append a row and return its number."""
        self.rows.append(cells)
        return len(self.rows)

    def add_heading(self, *texts: str, last: GridCell | None = None) -> int:
        """Append a row of headings, the last one of another look where it is given, and return its number."""
        cells = (GridCell(text, "heading_right" if at else "heading") for at, text in enumerate(texts))
        return self.add(*cells, *([last] if last else ()))

    def at(self, row: int, column: int) -> str:
        """Return a cell as formulas of any sheet name it."""
        return cell(self.title, row, column)
