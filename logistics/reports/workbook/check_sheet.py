"""The sheet of checks: totals of the sheets beside `plan.json` as live formulas, then the certificate of the run."""

from collections.abc import Mapping, Sequence
from typing import Final

from logistics.reports.workbook.addresses import cell, quoted
from logistics.reports.workbook.columns import with_unit
from logistics.reports.workbook.cost_sheet import DIRECT, TOTAL, WEIGHT, Book, CostSheet
from logistics.reports.workbook.grids import Grid, GridCell
from logistics.workbook_file import column_letters

TOLERANCE: Final = 1e-9
"""Relative: adding up in another order leaves no more."""


def check_sheet(book: Book, costs: CostSheet, totals: Mapping[str, int], told: Sequence[str]) -> Grid:
    """Make the sheet.

    Parameters
    ----------
    totals
        Rows of the totals in the summary, by name.
    told
        What is to be said of the workbook itself.
    """
    grid = book.grid("checks", 62, 24, 24, 22, 14)
    grid.add(GridCell(book.word("note.checks"), "note"))
    every = grid.add(GridCell(None))
    heads = ("fig.what", "check.sheets", "check.plan", "check.difference", "check.result")
    first = grid.add_heading(*(book.word(key) for key in heads)) + 1
    grid.frozen_rows = first - 1
    for name, look, formula, known in _checks(book, costs, totals):
        grid.add(*_check_row(book, len(grid.rows) + 1, (name, look), formula, known))
    grid.add(*_full_row(book, len(grid.rows) + 1))
    results = f"E{first}:E{len(grid.rows)}"
    everything, some, agrees = (book.word(f"check.{key}") for key in ("all", "some", "ok"))
    verdict = f'=IF(COUNTIF({results},"{agrees}")=ROWS({results}),"{everything}","{some}")'
    grid.rows[every - 1] = (GridCell(everything, "bold", verdict),)
    grid.add()
    _add_certificate(book, grid)
    _add_known(book, grid)
    _add_told(book, grid, told)
    return grid


def _checks(book: Book, costs: CostSheet, totals: Mapping[str, int]) -> list[tuple[str, str, str, float]]:
    """Return name, look, formula over the sheets and value of `plan.json` of each check."""
    facts, sums = book.summary, book.summary["totals"]
    equivalent, objective = book.equivalent, facts["objective_vnd_per_year"]
    summary = {name: f"={cell(book.titles['summary'], row, equivalent)}" for name, row in totals.items()}
    first, last = (f"{costs.grid.at(costs.rows[kind], equivalent)}" for kind in _ends(facts["costs"]))
    passing = sum(phase_t * phase["weight"] for phase, phase_t in zip(book.phases, _hub_tonnes(book), strict=True))
    return [
        ("flow_t", "t", summary["t_per_year"], sums["t_per_year"]),
        ("flow_hub_t", "t", summary["hub_t_per_year"], sums["hub_t_per_year"]),
        ("flow_tkm", "tkm", summary["tkm_per_year"], sums["tkm_per_year"]),
        ("flow_co2", "co2", summary["co2_t_per_year"], sums["co2_t_per_year"]),
        ("cost", "vnd", _weighed(book, costs, ("flows", "vnd_per_year"), ("hubs", "fixed_vnd_per_year")), objective),
        ("kinds", "vnd", f"=SUM({first}:{last.rpartition('!')[2]})", objective),
        ("saving", "vnd", f"={costs.at(DIRECT)}-{costs.at(TOTAL)}", facts["saving_vnd_per_year"]),
        ("places_out", "t", _weighed(book, costs, ("places", "out_t_per_year")), sums["t_per_year"]),
        ("places_in", "t", _weighed(book, costs, ("places", "in_t_per_year")), sums["t_per_year"]),
        ("hub_t", "t", _weighed(book, costs, ("hubs", "flows_t_per_year")), passing),
    ]


def _ends(names: Mapping[str, object]) -> tuple[str, str]:
    listed = list(names)
    return listed[0], listed[-1]


def _hub_tonnes(book: Book) -> list[float]:
    """Return the throughput of all hubs in each phase, as `plan.json` lists them."""
    hubs = book.summary["hubs"]
    return [
        sum(hub["throughput_t_per_year"] for hub in hubs if hub["period"] == str(phase["year"]))
        for phase in book.phases
    ]


def _weighed(book: Book, costs: CostSheet, *summed: tuple[str, str]) -> str:
    """Return the formula of columns of tables added up by phase and weighed."""
    terms = []
    for at, phase in enumerate(book.phases, start=2):
        weight = f"{quoted(book.titles['costs'])}!${column_letters(at)}${costs.rows[WEIGHT]}"
        for sheet, column in summed:
            columns = book.columns[sheet]
            terms.append(f"{weight}*SUMIFS({columns.cells(column)},{columns.cells('period')},{phase['year']})")
    return "=" + "+".join(terms)


def _check_row(book: Book, row: int, named: tuple[str, str], formula: str, known: float) -> list[GridCell]:
    name, look = named
    agrees = f'=IF(ABS(D{row})<={TOLERANCE}*MAX(1,ABS(C{row})),"{book.word("check.ok")}","{book.word("check.off")}")'
    return [
        GridCell(with_unit(book.word(f"check.{name}"), look, book.lang)), GridCell(known, look, formula),
        GridCell(known, look), GridCell(0.0, "plain", f"=B{row}-C{row}"),
        GridCell(book.word("check.ok"), "text", agrees),
    ]  # fmt: skip


def _full_row(book: Book, row: int) -> list[GridCell]:
    hubs = book.columns["hubs"]
    used = [
        hub["throughput_t_per_year"] / hub["capacity_t_per_year"]
        for hub in book.summary["hubs"]
        if hub["capacity_t_per_year"] > 0
    ]
    is_kept = f'=IF(B{row}<=C{row}+{TOLERANCE},"{book.word("check.ok")}","{book.word("check.off")}")'
    return [
        GridCell(book.word("check.full")), GridCell(max(used, default=0.0), "pct", f"=MAX({hubs.cells('used_pct')})"),
        GridCell(1.0, "pct"), GridCell(None), GridCell(book.word("check.ok"), "text", is_kept),
    ]  # fmt: skip


def _add_certificate(book: Book, grid: Grid) -> None:
    facts = book.summary
    grid.add(GridCell(book.word("check.certificate"), "heading"))
    grid.add(GridCell(book.word("fig.status")), GridCell(book.word_or(str(facts["status"]))))
    grid.add(
        GridCell(with_unit(book.word("fig.bound"), "vnd", book.lang)), GridCell(facts["bound_vnd_per_year"], "vnd")
    )
    grid.add(GridCell(book.word("fig.gap")), GridCell(facts["gap"], "gap"))
    grid.add(GridCell(book.word("check.seed")), GridCell(facts.get("seed"), "plain"))
    for name in ("seconds", "solve_seconds"):
        grid.add(GridCell(with_unit(book.word(f"check.{name}"), "s", book.lang)), GridCell(facts.get(name), "s"))
    for name, version in facts.get("versions", {}).items():
        grid.add(GridCell(book.word("check.version", name=name)), GridCell(str(version)))
    for name, known in facts.get("inputs", {}).items():
        grid.add(GridCell(book.word("check.input", name=name)), GridCell(str(known)))


def _add_known(book: Book, grid: Grid) -> None:
    known = book.summary.get("known_volumes", ())
    if not known:
        return
    grid.add()
    heads = ("check.known", "check.known_value", "check.modelled", "fig.unit", "check.ratio")
    grid.add_heading(*(book.word(key) for key in heads))
    for one in known:
        row = len(grid.rows) + 1
        grid.add(
            GridCell(str(one["description"])), GridCell(one["known"], "number"), GridCell(one["modelled"], "number"),
            GridCell(str(one["unit"])), GridCell(one["ratio"], "number", f"=C{row}/B{row}"),
        )  # fmt: skip


def _add_told(book: Book, grid: Grid, told: Sequence[str]) -> None:
    sentences = [*(str(warning) for warning in book.summary.get("warnings", ())), *told]
    if not sentences:
        return
    grid.add()
    grid.add(GridCell(book.word("check.warnings"), "heading"))
    for sentence in sentences:
        grid.add(GridCell(sentence))
