"""The sheet that opens first: the answer, the totals of each phase, the best plan for each number of new hubs."""

from collections.abc import Mapping
from typing import Any, Final

from logistics.i18n.telling import told, told_name
from logistics.reports.workbook.columns import with_unit
from logistics.reports.workbook.cost_sheet import DIRECT, SAVING, TOTAL, WEIGHT, Book, CostSheet, phase_letters
from logistics.reports.workbook.grids import Grid, GridCell
from logistics.workbook_file import column_letters

FROM_FLOWS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "t_per_year": ("t_per_year", ()),
    "hub_t_per_year": ("t_per_year", ("way", "hub")),
    "barge_t_per_year": ("t_per_year", ("mode", "barge")),
    "rail_t_per_year": ("t_per_year", ("mode", "rail")),
    "tkm_per_year": ("tkm_per_year", ()),
    "co2_t_per_year": ("co2_t_per_year", ()),
}
"""Totals of `plan.json` that are sums of the sheet of flows: what is added up, and of which rows."""
TOTALS: Final = (
    "t_per_year", "parks_t_per_year", "provinces_t_per_year", "hub_t_per_year", "barge_t_per_year", "rail_t_per_year",
    "export_t_per_year", "import_t_per_year", "domestic_t_per_year", "tkm_per_year", "truck_tkm_per_year",
    "co2_t_per_year", "direct_co2_t_per_year",
)  # fmt: skip


def summary_sheet(book: Book, costs: CostSheet) -> tuple[Grid, Mapping[str, int]]:
    """Make the sheet; beside it the rows of the totals by their name in `plan.json`."""
    grid = book.grid("summary", 46, *(22 for _ in book.phases), 22, 18, 60)
    _add_answer(book, grid, costs)
    grid.add()
    rows = _add_totals(book, grid, costs)
    grid.add()
    _add_curve(book, grid)
    return grid, rows


def _add_answer(book: Book, grid: Grid, costs: CostSheet) -> None:
    facts = book.summary
    grid.add(GridCell(told_name(str(facts.get("title") or facts["name"]), book.lang), "title"))
    money = {
        "direct": (facts["direct_vnd_per_year"], f"={costs.at(DIRECT)}"),
        "objective": (facts["objective_vnd_per_year"], f"={costs.at(TOTAL)}"),
        "bound": (facts["bound_vnd_per_year"], ""),
        "saving": (facts["saving_vnd_per_year"], f"={costs.at(SAVING)}"),
    }
    years = ", ".join(str(phase["year"]) for phase in book.phases)
    stated = {"scenario": facts["name"], "years": years, "status": book.word_or(str(facts["status"])),
              "stopped": told(str(facts.get("stopped") or ""), book.lang)}  # fmt: skip
    for name, text in stated.items():
        grid.add(GridCell(book.word(f"fig.{name}")), GridCell(text))
    at = {
        name: grid.add(GridCell(with_unit(book.word(f"fig.{name}"), "vnd", book.lang)), GridCell(value, "vnd", formula))
        for name, (value, formula) in money.items()
    }
    share = money["saving"][0] / money["direct"][0] if money["direct"][0] else 0.0
    formula = f"=IF(B{at['direct']}=0,0,B{at['saving']}/B{at['direct']})"
    grid.add(GridCell(book.word("fig.saving_share")), GridCell(share, "pct", formula))
    grid.add(GridCell(book.word("fig.gap")), GridCell(facts["gap"], "gap"))
    grid.add(GridCell(book.word("fig.new_hubs")), GridCell(book.phases[-1]["new_hubs"], "hubs"))
    grid.add(GridCell(book.word("fig.attribution")), GridCell(str(facts.get("attribution") or "")))


def _add_totals(book: Book, grid: Grid, costs: CostSheet) -> dict[str, int]:
    years = (GridCell(int(phase["year"]), "year_heading") for phase in book.phases)
    whole = GridCell(book.word("fig.year_equivalent"), "heading_right")
    header = grid.add(GridCell(book.word("fig.totals"), "heading"), *years, whole)
    return {
        name: grid.add(*_total_row(book, name, header, len(grid.rows) + 1, costs.rows[WEIGHT]))
        for name in TOTALS
        if name in book.summary["totals"]
    }


def _total_row(book: Book, name: str, header: int, row: int, weight_row: int) -> list[GridCell]:
    look = "tkm" if "tkm" in name else "co2" if "co2" in name else "t"
    cells = []
    for at, phase in enumerate(book.phases, start=2):
        formula = from_flows(book, name, f"{column_letters(at)}${header}") if name in FROM_FLOWS else ""
        cells.append(GridCell(phase["totals"][name], look, formula))
    first, last = phase_letters(book)
    weights = f"'{book.titles['costs']}'!${first}${weight_row}:${last}${weight_row}"
    whole = GridCell(book.summary["totals"][name], look, f"=SUMPRODUCT({weights},{first}{row}:{last}{row})")
    return [GridCell(with_unit(book.word(f"sum.{name}"), look, book.lang)), *cells, whole]


def from_flows(book: Book, name: str, period: str) -> str:
    """Return the formula that adds up a total of one phase from the sheet of flows."""
    flows = book.columns["flows"]
    column, condition = FROM_FLOWS[name]
    narrowed = f',{flows.cells(condition[0])},"{book.word_or(condition[1])}"' if condition else ""
    return f"=SUMIFS({flows.cells(column)},{flows.cells('period')},{period}{narrowed})"


def _add_curve(book: Book, grid: Grid) -> None:
    grid.add(GridCell(book.word("fig.curve"), "heading"))
    unit = book.word("unit.vnd_bn")
    grid.add_heading(
        book.word("fig.curve_new"), f"{book.word('fig.curve_cost')} ({unit})",
        f"{book.word('fig.curve_saving')} ({unit})", book.word("fig.curve_gap"),
        last=GridCell(book.word("fig.curve_sites"), "heading_aside"),
    )  # fmt: skip
    for point in book.summary.get("curve", ()):
        grid.add(*_curve_row(point))


def _curve_row(point: Mapping[str, Any]) -> list[GridCell]:
    sites = ", ".join(str(site) for site in point.get("hub_ids", ()))
    return [
        GridCell(point["new_hubs"], "whole"), GridCell(point["objective_vnd_per_year"], "vnd"),
        GridCell(point["saving_vnd_per_year"], "vnd"), GridCell(point["gap"], "gap"), GridCell(sites or "-", "aside"),
    ]  # fmt: skip
