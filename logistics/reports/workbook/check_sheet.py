"""The sheet of checks: totals of the sheets beside `plan.json` as live formulas, then the certificate of the run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from logistics.i18n.telling import told
from logistics.reports.workbook.addresses import cell, quoted
from logistics.reports.workbook.columns import with_unit
from logistics.reports.workbook.cost_sheet import DIRECT, TOTAL, WEIGHT, Book, CostSheet
from logistics.reports.workbook.grids import Grid, GridCell
from logistics.workbook_file import column_letters

TOLERANCE: Final = 1e-9
"""Relative: adding up in another order leaves no more."""


@dataclass(frozen=True, slots=True)
class _Check:
    """A check: its name, look, formula over the sheets, the value of that formula, and the value of `plan.json`."""

    name: str
    look: str
    formula: str
    found: float
    known: float


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
    for check in _checks(book, costs, totals):
        grid.add(*_check_row(book, len(grid.rows) + 1, check))
    grid.add(*_full_row(book, len(grid.rows) + 1))
    grid.rows[every - 1] = (_verdict(book, grid, first),)
    grid.add()
    _add_certificate(book, grid)
    _add_known(book, grid)
    _add_told(book, grid, told)
    return grid


def _verdict(book: Book, grid: Grid, first: int) -> GridCell:
    """Return the cell that says whether every row from `first` on agrees."""
    everything, some, agrees = (book.word(f"check.{key}") for key in ("all", "some", "ok"))
    is_well = all(row[-1].value == agrees for row in grid.rows[first - 1 :])
    results = f"E{first}:E{len(grid.rows)}"
    verdict = f'=IF(COUNTIF({results},"{agrees}")=ROWS({results}),"{everything}","{some}")'
    return GridCell(everything if is_well else some, "bold", verdict)


def _checks(book: Book, costs: CostSheet, totals: Mapping[str, int]) -> list[_Check]:
    facts, sums = book.summary, book.summary["totals"]
    objective, through = facts["objective_vnd_per_year"], (("way", book.word_or("hub")),)
    summary = {name: f"={cell(book.titles['summary'], row, book.equivalent)}" for name, row in totals.items()}
    first, last = (costs.grid.at(costs.rows[kind], book.equivalent) for kind in _ends(facts["costs"]))
    kinds = f"=SUM({first}:{last.rpartition('!')[2]})"
    passing = sum(phase_t * phase["weight"] for phase, phase_t in zip(book.phases, _hub_tonnes(book), strict=True))
    flow_sums = (("flow_tkm", "tkm", "tkm_per_year"), ("flow_co2", "co2", "co2_t_per_year"))
    sheets = {
        "cost": ("vnd", (("flows", "vnd_per_year"), ("hubs", "fixed_vnd_per_year")), objective),
        "places_out": ("t", (("places", "out_t_per_year"),), sums["t_per_year"]),
        "places_in": ("t", (("places", "in_t_per_year"),), sums["t_per_year"]),
        "hub_t": ("t", (("hubs", "flows_t_per_year"),), passing),
    }
    t_per_year, hub_t = summary["t_per_year"], summary["hub_t_per_year"]
    saving = facts["direct_vnd_per_year"] - objective
    return [
        _Check("flow_t", "t", t_per_year, _sum(book, ("flows", "t_per_year")), sums["t_per_year"]),
        _Check("flow_hub_t", "t", hub_t, _sum(book, ("flows", "t_per_year"), through), sums["hub_t_per_year"]),
        *(
            _Check(name, look, summary[column], _sum(book, ("flows", column)), sums[column])
            for name, look, column in flow_sums
        ),
        *(
            _Check(name, look, _weighed(book, costs, columns), sum(_sum(book, one) for one in columns), known)
            for name, (look, columns, known) in sheets.items()
        ),
        _Check("kinds", "vnd", kinds, sum(facts["costs"].values()), objective),
        _Check("saving", "vnd", f"={costs.at(DIRECT)}-{costs.at(TOTAL)}", saving, facts["saving_vnd_per_year"]),
    ]  # fmt: skip


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


def _sum(book: Book, column: tuple[str, str], where: Sequence[tuple[str, str]] = ()) -> float:
    """Return a column of a table added up by phase and weighed, of the rows that hold the given words."""
    frame = book.frames[column[0]]
    for name, text in where:
        frame = frame[frame[name] == text]
    sums = frame.groupby("period")[column[1]].sum()
    return float(sum(phase["weight"] * sums.get(int(phase["year"]), 0.0) for phase in book.phases))


def _weighed(book: Book, costs: CostSheet, summed: Sequence[tuple[str, str]]) -> str:
    """Return the formula of columns of tables added up by phase and weighed."""
    terms = []
    for at, phase in enumerate(book.phases, start=2):
        weight = f"{quoted(book.titles['costs'])}!${column_letters(at)}${costs.rows[WEIGHT]}"
        for sheet, column in summed:
            columns = book.columns[sheet]
            terms.append(f"{weight}*SUMIFS({columns.cells(column)},{columns.cells('period')},{phase['year']})")
    return "=" + "+".join(terms)


def _check_row(book: Book, row: int, check: _Check) -> list[GridCell]:
    agrees, differs = book.word("check.ok"), book.word("check.off")
    difference = check.found - check.known
    result = agrees if abs(difference) <= TOLERANCE * max(1.0, abs(check.known)) else differs
    return [
        GridCell(with_unit(book.word(f"check.{check.name}"), check.look, book.lang)),
        GridCell(check.found, check.look, check.formula), GridCell(check.known, check.look),
        GridCell(difference, "plain", f"=B{row}-C{row}"),
        GridCell(result, "text", f'=IF(ABS(D{row})<={TOLERANCE}*MAX(1,ABS(C{row})),"{agrees}","{differs}")'),
    ]  # fmt: skip


def _full_row(book: Book, row: int) -> list[GridCell]:
    agrees, differs = book.word("check.ok"), book.word("check.off")
    used = float(book.frames["hubs"]["used_share"].max()) if len(book.frames["hubs"]) else 0.0
    return [
        GridCell(book.word("check.full")),
        GridCell(used, "pct", f"=MAX({book.columns['hubs'].cells('used_share')})"), GridCell(1.0, "pct"),
        GridCell(None),
        GridCell(agrees if used <= 1.0 + TOLERANCE else differs, "text",
                 f'=IF(B{row}<=C{row}+{TOLERANCE},"{agrees}","{differs}")'),
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
            GridCell(told(str(one["description"]), book.lang)), GridCell(one["known"], "number"),
            GridCell(one["modelled"], "number"), GridCell(told(str(one["unit"]), book.lang)),
            GridCell(one["ratio"], "number", f"=C{row}/B{row}"),
        )  # fmt: skip


def _add_told(book: Book, grid: Grid, noted: Sequence[str]) -> None:
    sentences = [*(str(warning) for warning in book.summary.get("warnings", ())), *noted]
    if not sentences:
        return
    grid.add()
    grid.add(GridCell(book.word("check.warnings"), "heading"))
    for sentence in sentences:
        grid.add(GridCell(told(sentence, book.lang)))
