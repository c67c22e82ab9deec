"""The sheet of CO2: each phase beside shipping everything directly, then by commodity and mode."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from logistics.reports.workbook.columns import with_unit
from logistics.reports.workbook.cost_sheet import Book, phase_header
from logistics.reports.workbook.grids import Grid, GridCell
from logistics.reports.workbook.summary_sheet import from_flows
from logistics.units import G_PER_T
from logistics.workbook_file import column_letters

_SUMMED: Final = {"t_per_year": "t", "tkm_per_year": "tkm", "co2_t_per_year": "co2"}


def carbon_sheet(book: Book, flows: pd.DataFrame, price_vnd_per_t: float | None) -> Grid:
    """Make the sheet.

    Parameters
    ----------
    flows
        The table of the sheet of flows.
    price_vnd_per_t
        What a tonne of CO2 costs in the objective.
    """
    grid = book.grid("carbon", 44, *(20 for _ in book.phases), 20, 18, 18, 18)
    grid.add(GridCell(book.word("note.carbon"), "note"))
    header = grid.add(*phase_header(book, book.word("fig.what")))
    _add_phases(book, grid, header)
    price = GridCell(price_vnd_per_t or 0.0, "number")
    grid.add(GridCell(f"{book.word('carbon.price')} ({book.word('carbon.price_unit')})"), price)
    grid.add()
    _add_parts(book, grid, flows)
    return grid


def _add_phases(book: Book, grid: Grid, header: int) -> None:
    columns = [column_letters(at) for at in range(2, 3 + len(book.phases))]
    sums = [phase["totals"] for phase in book.phases] + [book.summary["totals"]]
    in_phases = [from_flows(book, "co2_t_per_year", f"{letters}${header}") for letters in columns[:-1]]
    plan = _row(book, grid, "plan", "co2", [each["co2_t_per_year"] for each in sums], [*in_phases, ""])
    direct = _row(book, grid, "direct", "co2", [each["direct_co2_t_per_year"] for each in sums])
    saved = [each["direct_co2_t_per_year"] - each["co2_t_per_year"] for each in sums]
    at = _row(book, grid, "saved", "co2", saved, [f"={one}{direct}-{one}{plan}" for one in columns])
    shares = [
        part / whole["direct_co2_t_per_year"] if whole["direct_co2_t_per_year"] else 0.0
        for part, whole in zip(saved, sums, strict=True)
    ]
    formulas = [f"=IF({one}{direct}=0,0,{one}{at}/{one}{direct})" for one in columns]
    _row(book, grid, "saved_share", "pct", shares, formulas)


def _row(book: Book, grid: Grid, name: str, look: str, values: Sequence[float], formulas: Sequence[str] = ()) -> int:
    cells = [
        GridCell(value, look, formula)
        for value, formula in zip(values, formulas or [""] * len(values), strict=True)
    ]  # fmt: skip
    return grid.add(GridCell(with_unit(book.word(f"carbon.{name}"), look, book.lang)), *cells)


def _add_parts(book: Book, grid: Grid, flows: pd.DataFrame) -> None:
    keys = [name for name in ("commodity", "mode", "period") if name in flows]
    grid.add(GridCell(book.word("carbon.by"), "heading"))
    sums = {name: with_unit(book.word(f"col.{name}"), look, book.lang) for name, look in _SUMMED.items()}
    per_tkm = with_unit(book.word("carbon.per_tkm"), "g", book.lang)
    grid.add_heading(*(book.word(f"col.{name}") for name in keys), *sums.values(), per_tkm)
    parts = flows.groupby(keys, sort=True)[list(_SUMMED)].sum().reset_index()
    for part in parts.to_dict("records"):
        grid.add(*_part_row(book, len(grid.rows) + 1, keys, part))


def _part_row(book: Book, row: int, keys: Sequence[str], part: Mapping[Any, Any]) -> list[GridCell]:
    flows = book.columns["flows"]
    named = [GridCell(part[name], "whole" if name == "period" else "text") for name in keys]
    conditions = "".join(f",{flows.cells(name)},${column_letters(at)}{row}" for at, name in enumerate(keys, start=1))
    cells = [
        GridCell(float(part[name]), look, f"=SUMIFS({flows.cells(name)}{conditions})")
        for name, look in _SUMMED.items()
    ]  # fmt: skip
    tkm, co2 = (column_letters(len(keys) + at) for at in (2, 3))
    grams = float(part["co2_t_per_year"]) / float(part["tkm_per_year"]) * G_PER_T if part["tkm_per_year"] else 0.0
    return [*named, *cells, GridCell(grams, "g", f"=IF({tkm}{row}=0,0,{co2}{row}/{tkm}{row}*1000000)")]
