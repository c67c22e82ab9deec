"""The sheet of costs by kind, phase by phase, with its totals as formulas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from logistics.reports.workbook.addresses import Columns
from logistics.reports.workbook.grids import Grid, GridCell
from logistics.reports.workbook.words import word, word_or
from logistics.workbook_file import column_letters

FIXED: Final = "fixed"
TOTAL, DIRECT, SAVING, WEIGHT = "total", "direct", "saving", "weight"
_FIRST: Final = 2
"""Column of the first phase; the equivalent year follows the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What every sheet of results is made from.

    Parameters
    ----------
    summary
        The content of `plan.json`.
    titles
        Titles of the sheets by key.
    columns, frames
        Where the columns of the tables stand, and the tables, by key of their sheet.
    lang
        The language.
    """

    summary: Mapping[str, Any]
    titles: Mapping[str, str]
    columns: Mapping[str, Columns]
    frames: Mapping[str, pd.DataFrame]
    lang: str

    @property
    def phases(self) -> Sequence[Mapping[str, Any]]:
        """Return the figures of each phase."""
        return list(self.summary["phases"])

    @property
    def equivalent(self) -> int:
        """Return the column of the equivalent year in sheets with a column a phase."""
        return _FIRST + len(self.phases)

    def grid(self, sheet: str, *widths: int) -> Grid:
        """Return an empty sheet."""
        return Grid(sheet, self.titles[sheet], widths)

    def word(self, key: str, **values: object) -> str:
        """Return a word."""
        return word(key, self.lang, **values)

    def word_or(self, code: str) -> str:
        """Return the word of a code; the code where there is none."""
        return word_or(code, self.lang)


@dataclass(frozen=True, slots=True)
class CostSheet:
    """The sheet of costs and the rows of its figures: kinds of cost, `TOTAL`, `DIRECT`, `SAVING`, `WEIGHT`."""

    grid: Grid
    rows: Mapping[str, int]
    equivalent: int

    def at(self, figure: str) -> str:
        """Return the cell of a figure in the equivalent year."""
        return self.grid.at(self.rows[figure], self.equivalent)


def phase_letters(book: Book) -> tuple[str, str]:
    """Return the columns of the first and the last phase."""
    return column_letters(_FIRST), column_letters(book.equivalent - 1)


def phase_header(book: Book, first: str) -> tuple[GridCell, ...]:
    """Return the headings of a sheet with a column a phase; the phases are numbers, which formulas compare."""
    years = (GridCell(int(phase["year"]), "year_heading") for phase in book.phases)
    return (GridCell(first, "heading"), *years, GridCell(book.word("fig.year_equivalent"), "heading_right"))


def cost_sheet(book: Book) -> CostSheet:
    """Make the sheet of costs by kind."""
    grid = book.grid("costs", 40, *(18 for _ in book.phases), 18)
    grid.add(GridCell(book.word("note.costs"), "note"))
    header = grid.add(*phase_header(book, book.word("fig.kind")))
    grid.frozen_rows = header
    weights = [GridCell(phase["weight"], "plain") for phase in book.phases]
    rows = {WEIGHT: grid.add(GridCell(book.word("fig.weight")), *weights)}
    for kind in book.summary["costs"]:
        rows[kind] = grid.add(*_kind_row(book, kind, header, len(grid.rows) + 1, rows[WEIGHT]))
    first, last = min(rows[kind] for kind in book.summary["costs"]), len(grid.rows)
    unit = book.word("unit.vnd_bn")
    phase_sums = [phase["vnd_per_year"] for phase in book.phases]
    directs = [phase["direct_vnd_per_year"] for phase in book.phases]
    sums = [GridCell(value, "vnd_total", f"=SUM({letters}{first}:{letters}{last})")
            for letters, value in _by_phase(phase_sums)]  # fmt: skip
    rows[TOTAL] = grid.add(
        GridCell(f"{book.word('fig.total')} ({unit})", "bold"), *sums,
        GridCell(book.summary["objective_vnd_per_year"], "vnd_total", _weighed(book, len(grid.rows) + 1, rows[WEIGHT])),
    )  # fmt: skip
    rows[DIRECT] = grid.add(
        GridCell(book.word("fig.direct")), *(GridCell(value, "vnd") for value in directs),
        GridCell(book.summary["direct_vnd_per_year"], "vnd", _weighed(book, len(grid.rows) + 1, rows[WEIGHT])),
    )  # fmt: skip
    rows[SAVING] = grid.add(*_saving_row(book, rows, directs, phase_sums))
    return CostSheet(grid, rows, book.equivalent)


def _kind_row(book: Book, kind: str, header: int, row: int, weight_row: int) -> list[GridCell]:
    hubs = book.columns["hubs"]
    values = [phase["costs"][kind] for phase in book.phases]
    cells = [GridCell(value, "vnd") for value in values]
    if kind == FIXED:
        cells = [
            GridCell(value, "vnd",
                     f"=SUMIFS({hubs.cells('fixed_vnd_per_year')},{hubs.cells('period')},{letters}${header})")
            for letters, value in _by_phase(values)
        ]  # fmt: skip
    whole = GridCell(book.summary["costs"][kind], "vnd", _weighed(book, row, weight_row))
    return [GridCell(book.word(f"kind.{kind}")), *cells, whole]


def _saving_row(book: Book, rows: Mapping[str, int], directs: list[float], sums: list[float]) -> list[GridCell]:
    values = [direct - whole for direct, whole in zip(directs, sums, strict=True)]
    values.append(book.summary["saving_vnd_per_year"])
    cells = [
        GridCell(value, "vnd_total", f"={letters}{rows[DIRECT]}-{letters}{rows[TOTAL]}")
        for letters, value in _by_phase(values)
    ]
    return [GridCell(book.word("fig.saving"), "bold"), *cells]


def _by_phase(values: Sequence[float]) -> list[tuple[str, float]]:
    return [(column_letters(at), value) for at, value in enumerate(values, start=_FIRST)]


def _weighed(book: Book, row: int, weight_row: int) -> str:
    """Return the formula of a row's equivalent year, from the weights of the same sheet."""
    first, last = phase_letters(book)
    return f"=SUMPRODUCT(${first}${weight_row}:${last}${weight_row},{first}{row}:{last}{row})"
