"""Where things stand in a workbook: columns of result sheets and single cells, as formulas name them."""

import re
from dataclasses import dataclass
from typing import Final

from logistics.reports.workbook.result_tables import ResultFrame
from logistics.workbook_file import column_letters

NOTE_ROW, SUM_ROW, HEADING_ROW, FIRST_ROW = 1, 2, 3, 4
"""Rows of a result sheet, from 1."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.\- ]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a result sheet."""

    title: str
    letters: dict[str, str]
    last_row: int

    def cells(self, column: str) -> str:
        """Return all cells of a column: ``'Flows'!$L$4:$L$900``."""
        at = self.letters[column]
        return f"{quoted(self.title)}!${at}${FIRST_ROW}:${at}${self.last_row}"

    def own_cells(self, column: str) -> str:
        """Return all cells of a column as its own sheet names them."""
        at = self.letters[column]
        return f"{at}{FIRST_ROW}:{at}{self.last_row}"


def columns_of(found: ResultFrame, title: str) -> Columns:
    """Return where the columns of a table stand; an empty table has one blank row."""
    letters = {column.name: column_letters(at) for at, column in enumerate(found.columns, start=1)}
    return Columns(title, letters, FIRST_ROW + max(len(found.frame), 1) - 1)


def cell(title: str, row: int, column: int) -> str:
    """Return one cell of a sheet, row and column from 1."""
    return f"{quoted(title)}!${column_letters(column)}${row}"


def quoted(title: str) -> str:
    """Return the title of a sheet as a formula names it."""
    return "'" + title.replace("'", "''") + "'"


def is_plain(text: str) -> bool:
    """Tell whether a text means itself as a criterion: no sign of comparison, no wildcard."""
    return _PLAIN.fullmatch(text) is not None
