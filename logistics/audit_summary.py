"""Whether plan.json says what the tables of its run say: figures, words, the curve and the number of new hubs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from logistics.audit_cells import DUST, TOLERANCE
from logistics.audit_curve import curve_findings
from logistics.audit_facts import fact_findings
from logistics.goals import relative_gap
from logistics.phase_tables import PhaseTables
from logistics.plan_summary import phase_figures, whole_sums, year_equivalent
from logistics.timeline import Timeline


def summary_findings(timeline: Timeline, summary: Mapping[str, Any], phases: Sequence[PhaseTables]) -> Iterator[str]:
    """Check value, bound, gap, direct cost, totals and the number of new hubs in plan.json."""
    expected = _expected_figures(timeline, summary, phases)
    for name, wanted in expected.items():
        value = _figure(summary, name)
        if value is None or not np.isclose(value, wanted, rtol=TOLERANCE, atol=DUST):
            yield f"plan.json:{name}: found {value!r}, recomputed {wanted!r}"
    if not summary["bound_vnd_per_year"] <= summary["objective_vnd_per_year"] * (1 + TOLERANCE):
        yield "plan.json: the bound lies above the value"
    yield from _word_findings(timeline, summary, phases)
    new = int(phases[-1].hubs["is_new"].sum())
    yield from curve_findings(timeline, summary, phases)
    yield from _count_findings(timeline, new)
    yield from fact_findings(timeline, summary, phases, new)


def _word_findings(timeline: Timeline, summary: Mapping[str, Any], phases: Sequence[PhaseTables]) -> Iterator[str]:
    """Check what plan.json says in words, and the tables it repeats."""
    names = ["hub_id", "tier", "period", "is_new"]
    hubs = pd.concat([phase.hubs for phase in phases], ignore_index=True)
    listed = sorted(tuple(row.get(name) for name in names) for row in summary["hubs"])
    if listed != sorted(zip(*(hubs[name].tolist() for name in names), strict=True)):
        yield "plan.json:hubs: not the hubs of hubs.csv"
    scenario = timeline.scenario
    words = {
        "name": scenario.name, "title": scenario.title, "year": timeline.first.year,
        "new_hubs_asked": scenario.new_hubs,
    }  # fmt: skip
    for name, wanted in words.items():
        if summary.get(name) != wanted:
            yield f"plan.json:{name}: found {summary.get(name)!r}, the scenario says {wanted!r}"


def _expected_figures(
    timeline: Timeline, summary: Mapping[str, Any], phases: Sequence[PhaseTables]
) -> dict[str, float]:
    figures = phase_figures(timeline, phases)
    objective = year_equivalent(timeline, figures, "vnd_per_year")
    direct_vnd = year_equivalent(timeline, figures, "direct_vnd_per_year")
    bound = float(summary["bound_vnd_per_year"])
    return {
        "objective_vnd_per_year": objective,
        "direct_vnd_per_year": direct_vnd,
        "saving_vnd_per_year": direct_vnd - objective,
        "gap": relative_gap(objective, bound),
        "discount_sum": timeline.discount_sum,
        **_named("totals", whole_sums(timeline, [figure["totals"] for figure in figures])),
        **_named("costs", whole_sums(timeline, [figure["costs"] for figure in figures])),
        **{name: value for at, figure in enumerate(figures) for name, value in _named(f"phases.{at}", figure).items()},
        **_hub_figures(summary, phases),
    }


def _named(prefix: str, figures: Mapping[str, Any]) -> dict[str, float]:
    """Return figures and those within them by dotted names."""
    found: dict[str, float] = {}
    for name, value in figures.items():
        dotted = f"{prefix}.{name}"
        found |= _named(dotted, value) if isinstance(value, Mapping) else {dotted: float(value)}
    return found


def _hub_figures(summary: Mapping[str, Any], phases: Sequence[PhaseTables]) -> dict[str, float]:
    rows = pd.concat([phase.hubs for phase in phases]).set_index(["period", "hub_id"])
    return {
        f"hubs.{at}.{name}": float(rows.loc[(row["period"], row["hub_id"]), name])
        for at, row in enumerate(summary["hubs"]) if (row.get("period"), row.get("hub_id")) in rows.index
        for name in ("capacity_t_per_year", "throughput_t_per_year", "fixed_vnd_per_year")
    }  # fmt: skip


def _figure(summary: Mapping[str, Any], dotted: str) -> float | None:
    value: Any = summary
    for part in dotted.split("."):
        value = value[int(part)] if isinstance(value, list) else value.get(part)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _count_findings(timeline: Timeline, new: int) -> Iterator[str]:
    scenario = timeline.scenario
    if scenario.new_hubs is not None and new != scenario.new_hubs:
        yield f"hubs.csv: {new} new hubs, the scenario asks for exactly {scenario.new_hubs}"
    if scenario.new_hubs is None and new > scenario.max_new_hubs:
        yield f"hubs.csv: {new} new hubs, the scenario allows at most {scenario.max_new_hubs}"
