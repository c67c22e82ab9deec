"""What stands beside a printed map: title, the answer in a line or two, the legend, names left out, sources."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from logistics.i18n import number
from logistics.i18n.telling import told_name
from logistics.reports.print_map.legend import GAP_MM, Row, Type, gap, legend_rows, paragraph, set_in_columns
from logistics.reports.print_map.marks import Mark
from logistics.reports.print_map.papers import Paper
from logistics.reports.print_map.points import Symbol
from logistics.reports.print_map.roads import Ways
from logistics.reports.print_map.style import FAINT_INK
from logistics.run_folder import RunTables
from logistics.units import VND_PER_BILLION

TITLE_MM: Final = 4.2
BODY_MM: Final = 2.4
FINE_MM: Final = 1.75
SMALLER: Final = (1.0, 0.86, 0.74)
"""Factors tried in turn: a longer legend is set smaller rather than cut."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """What of a run the map shows: which phase, its network and hubs, whose names found no place, whether a coast."""

    period: str
    ways: Ways
    hubs: list[Symbol]
    unnamed: list[Symbol]
    has_coast: bool


def title_of(run: RunTables, period: str, kind: Type) -> str:
    """Return the title of the run with the year that is drawn, unless the title of a plan for one year has it."""
    facts = run.summary
    year = period or str(facts.get("year", ""))
    title = told_name(str(facts.get("title") or facts.get("name", "")), kind.lang)
    is_told = len(run.periods) <= 1 and year in title
    return title if is_told else kind.words["title"].format(title=title, year=year)


def caption(run: RunTables, paper: Paper, kind: Type, shown: Shown) -> Iterator[Mark]:
    """Yield the column of words and symbols beside or below a map."""

    def rows(kind: Type) -> list[Row]:
        return [
            *_heading(run, paper, kind, shown.period),
            *legend_rows(kind, shown.ways, shown.hubs, shows_coast=shown.has_coast),
            *_fine_print(run, kind, shown.unnamed),
        ]

    marks: list[Mark] = []
    for factor in SMALLER:
        marks, left = set_in_columns(rows(replace(kind, scale=kind.scale * factor)), paper.legend, paper.column_mm)
        if not left:
            break
    yield from marks


def _heading(run: RunTables, paper: Paper, kind: Type, period: str) -> Iterator[Row]:
    """Yield the title and the answer in a line, where the sheet stands alone."""
    if not paper.has_heading:
        return
    facts, hubs = run.summary, (run.of_period(period) if period else run).hubs
    yield from paragraph(title_of(run, period, kind), kind, TITLE_MM, bold=True, most_lines=4)
    yield gap(kind)
    cost, saving = _money_vnd(run, period)
    values = {
        "new": number(float(hubs["is_new"].sum()), kind.lang),
        "cost": number(cost / VND_PER_BILLION, kind.lang, 1),
        "saving": number(saving / VND_PER_BILLION, kind.lang, 1),
        "gap": number(100 * facts["gap"], kind.lang, 3),
    }
    for key in ("new_hubs", "cost", "saving", f"status_{facts['status']}"):
        yield from paragraph(kind.words[key].format(**values), kind, BODY_MM)
        yield gap(kind, 0.4)
    yield gap(kind, 2 * GAP_MM)


def _money_vnd(run: RunTables, period: str) -> tuple[float, float]:
    """Return cost and saving of a year: of the phase that is drawn, where the run has several."""
    for phase in run.summary.get("phases", ()) if len(run.periods) > 1 else ():
        if str(phase["year"]) == period:
            return phase["vnd_per_year"], phase["direct_vnd_per_year"] - phase["vnd_per_year"]
    return run.summary["objective_vnd_per_year"], run.summary["saving_vnd_per_year"]


def _fine_print(tables: RunTables, kind: Type, unnamed: list[Symbol]) -> Iterator[Row]:
    yield gap(kind)
    if unnamed:
        names = "; ".join(one.name for one in unnamed)
        yield from paragraph(kind.words["unnamed"].format(names=names), kind, FINE_MM)
    sources = str(tables.summary.get("attribution") or kind.words["osm"])
    yield from paragraph(kind.words["sources"].format(sources=sources), kind, FINE_MM, colour=FAINT_INK)
