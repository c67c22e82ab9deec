"""The audit: a run re-priced and re-checked from its files, without a solver.

The scenario of the run is worked out again (tables, network, freight, prices). Then, from nothing
but the tonnes each way carries (`flows.csv`) and the size of each hub (`hubs.csv`), every other
figure of the run is derived anew and compared; tonnes must balance flow by flow, capacities must
hold, and value, bound and gap must agree.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.audit_goals import goal_findings
from logistics.audit_rules import rule_findings
from logistics.case import Case
from logistics.costs import MODES
from logistics.errors import InputError
from logistics.goals import relative_gap
from logistics.inputs import input_hashes
from logistics.known import known_volumes
from logistics.plan_tables import (
    PhaseTables,
    link_table,
    phase_figures,
    phase_tables,
    place_table,
    whole_sums,
    year_equivalent,
)
from logistics.run_folder import TABLE_NAMES, RunTables, read_run
from logistics.scenario import read_scenario
from logistics.sites import CLOSED, NOT_YET, RESOURCES
from logistics.timeline import Timeline, build_timeline

TOLERANCE: Final = 1e-7
"""Relative difference taken for rounding; files carry full precision."""
DUST: Final = 1e-12
"""What adding up in another order may leave where nothing should be."""
SHOWN: Final = 5
"""Findings of one kind listed one by one."""


def audit(folder: str | Path) -> list[str]:
    """Audit a run folder.

    Returns
    -------
    list of str
        One sentence a finding; empty when the run is accepted.

    Raises
    ------
    InputError
        If the folder is no run, or its inputs cannot be read.
    """
    folder = Path(folder)
    tables = read_run(folder)
    timeline = build_timeline(read_scenario(folder / "scenario.toml"))
    return [*_input_findings(timeline.last, tables.summary), *audit_tables(timeline, tables)]


def audit_tables(timeline: Timeline, tables: RunTables) -> list[str]:
    """Audit the tables of a run against its timeline."""
    found = [*_period_findings(timeline, tables), *_key_findings(timeline, tables)]
    if found:
        return found
    phases = [
        phase_tables(case, read_options(case, _of(tables.hubs, case)), read_ways(case, _of(tables.flows, case)))
        for case in timeline.cases
    ]
    phases = [replace(phase, hubs=_in_order_of(phase.hubs, _of(tables.hubs, phase.case))) for phase in phases]
    flows, hubs = (
        pd.concat([getattr(phase, name) for phase in phases], ignore_index=True) for name in ("flows", "hubs")
    )
    return [
        *compare("flows.csv", tables.flows, flows),
        *compare("hubs.csv", tables.hubs, hubs),
        *compare("places.csv", tables.places, pd.concat([place_table(phase) for phase in phases], ignore_index=True)),
        *compare("link_flows.csv", tables.link_flows, pd.concat([link_table(phase) for phase in phases])),
        *(finding for phase in phases for finding in _phase_findings(phase, _of(tables.flows, phase.case))),
        *rule_findings(timeline, phases),
        *goal_findings(timeline, phases, tables.summary["goals"]),
        *_summary_findings(timeline, tables.summary, phases),
    ]


def _of(frame: pd.DataFrame, case: Case) -> pd.DataFrame:
    """Return the rows of a case's phase."""
    return frame[frame["period"] == str(case.year)].reset_index(drop=True)


def _in_order_of(hubs: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    return hubs.set_index("hub_id").loc[list(listed["hub_id"])].reset_index()[list(hubs.columns)]


def _period_findings(timeline: Timeline, tables: RunTables) -> Iterator[str]:
    """Check that every row belongs to a phase and that the phases stand in order."""
    years = [str(year) for year in timeline.years]
    for name in TABLE_NAMES:
        frame = getattr(tables, name)
        if "period" not in frame.columns:
            yield f"{name}.csv: columns missing: period"
        elif list(dict.fromkeys(frame["period"])) != (years if len(frame) else []) and name != "hubs":
            yield f"{name}.csv:period: found {', '.join(dict.fromkeys(frame['period']))}, expected {', '.join(years)}"
        elif not set(frame["period"]) <= set(years):
            yield f"{name}.csv:period: found {min(set(frame['period']) - set(years))!r}, no phase of this plan"


def _key_findings(timeline: Timeline, tables: RunTables) -> Iterator[str]:
    if any("period" not in frame.columns for frame in (tables.flows, tables.hubs)):
        return
    for case in timeline.cases:
        yield from _flow_key_findings(case, _of(tables.flows, case))
        yield from _hub_key_findings(case, _of(tables.hubs, case))


def _phase_findings(phase: PhaseTables, flows: pd.DataFrame) -> Iterator[str]:
    """Check one phase: tonnes balance, freight passes open hubs only, capacities hold."""
    yield from _balance_findings(phase.case, phase.ways)
    yield from _use_findings(phase, flows)
    yield from _capacity_findings(phase.hubs)


def _flow_key_findings(case: Case, flows: pd.DataFrame) -> Iterator[str]:
    """Check that every row names a flow of the case, a way and a hub that exist."""
    needed = {"flow_id", "way", "hub_id", "second_hub_id", "mode", "t_per_year"}
    if missing := sorted(needed - set(flows.columns)):
        yield f"flows.csv: columns missing: {', '.join(missing)}"
        return
    known = {f"f{number:06d}" for number in range(len(case.flows))}
    sites = {"", *case.sites["hub_id"]}
    wrong = {
        "flow_id": ~flows["flow_id"].isin(known),
        "way": ~flows["way"].isin(["direct", "hub"]),
        "hub_id": ~flows["hub_id"].isin(sites) | ((flows["hub_id"] == "") == (flows["way"] == "hub")),
        "second_hub_id": ~flows["second_hub_id"].isin(sites)
        | ((flows["second_hub_id"] != "") & ((flows["hub_id"] == "") | (flows["hub_id"] == flows["second_hub_id"]))),
        "mode": ~flows["mode"].isin(MODES),
        "t_per_year": ~(flows["t_per_year"] >= 0),
    }
    for column, rows in wrong.items():
        for row in np.flatnonzero(rows.to_numpy())[:SHOWN]:
            yield f"flows.csv:{row + 2}:{column}: found {flows[column].iloc[row]!r}, which this scenario does not have"


def _hub_key_findings(case: Case, hubs: pd.DataFrame) -> Iterator[str]:
    if missing := sorted({"hub_id", "tier"} - set(hubs.columns)):
        yield f"hubs.csv: columns missing: {', '.join(missing)}"
        return
    offered = {(option.hub_id, option.tier) for option in case.options}
    for row, key in enumerate(zip(hubs["hub_id"], hubs["tier"], strict=True)):
        if key not in offered:
            yield f"hubs.csv:{row + 2}:tier: found {key[1]!r} at {key[0]!r}, which the site does not offer"
    for hub_id in hubs["hub_id"][hubs["hub_id"].duplicated()]:
        yield f"hubs.csv: {hub_id!r} stands twice; a site holds one hub"
    for hub_id in sorted(set(case.sites["hub_id"][case.sites["standing"]]) - set(hubs["hub_id"])):
        yield f"hubs.csv: the standing hub {hub_id!r} is missing"


def read_ways(case: Case, flows: pd.DataFrame) -> pd.DataFrame:
    """Return the ways (see `ways.way_rows`) that a flow table tells of, in its order."""
    site_of = {hub_id: at for at, hub_id in enumerate(case.sites["hub_id"])} | {"": -1}
    return pd.DataFrame(
        {
            "flow": flows["flow_id"].str.slice(1).astype(np.intp),
            "site": flows["hub_id"].map(site_of).astype(np.intp),
            "second": flows["second_hub_id"].map(site_of).astype(np.intp),
            "mode": flows["mode"].map({name: at for at, name in enumerate(MODES)}).astype(np.intp),
            "t_per_year": flows["t_per_year"].astype(float),
        }
    )


def read_options(case: Case, hubs: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which of the case's options a hub table opens; a hub that is not yet there has no row."""
    opened = set(zip(hubs["hub_id"], hubs["tier"], strict=True))
    opened |= {(option.hub_id, NOT_YET) for option in case.options if option.tier == NOT_YET}
    return np.array([(option.hub_id, option.tier) in opened for option in case.options], dtype=bool)


def compare(file: str, found: pd.DataFrame, expected: pd.DataFrame) -> list[str]:
    """Return a finding for every figure or word of a table that is not what it should be."""
    if len(found) != len(expected):
        return [f"{file}: found {len(found)} rows, expected {len(expected)}"]
    if missing := [name for name in expected.columns if name not in found.columns]:
        return [f"{file}: columns missing: {', '.join(missing)}"]
    findings = []
    for name in expected.columns:
        rows = np.flatnonzero(_differs(found[name], expected[name]))
        findings += [
            f"{file}:{row + 2}:{name}: found {_shown(found[name].iloc[row])}, "
            f"recomputed {_shown(expected[name].iloc[row])}"
            for row in rows[:SHOWN]
        ]
        if rows.size > SHOWN:
            findings.append(f"{file}:{name}: and {rows.size - SHOWN} more rows")
    return findings


def _shown(value: object) -> str:
    """Return a value as a reader would write it: NumPy's own numbers carry their type in their repr."""
    return repr(value.item() if isinstance(value, np.generic) else value)


def _differs(found: pd.Series, expected: pd.Series) -> NDArray[np.bool_]:
    if pd.api.types.is_numeric_dtype(expected) and expected.dtype != bool:
        values, wanted = found.to_numpy(float), expected.to_numpy(float)
        return np.asarray(~np.isclose(values, wanted, rtol=TOLERANCE, atol=DUST, equal_nan=True))
    return np.asarray(found.astype(str).to_numpy() != expected.astype(str).to_numpy())


def _balance_findings(case: Case, ways: pd.DataFrame) -> Iterator[str]:
    """Check that each flow's ways carry its tonnes, and that no more than its contestable part uses hubs."""
    tonnes = case.flows["t_per_year"].to_numpy(float)
    carried = np.bincount(ways["flow"], weights=ways["t_per_year"], minlength=tonnes.size)
    hub = ways[ways["site"] >= 0]
    through = np.bincount(hub["flow"], weights=hub["t_per_year"], minlength=tonnes.size)
    allowed = case.contestable_t
    slack = TOLERANCE * np.maximum(tonnes, 1.0)
    for flow in np.flatnonzero(np.abs(carried - tonnes) > slack)[:SHOWN]:
        yield f"flows.csv: f{flow:06d} carries {carried[flow]:.6g} t, its freight is {tonnes[flow]:.6g} t"
    for flow in np.flatnonzero(through > allowed + slack)[:SHOWN]:
        yield f"flows.csv: f{flow:06d} sends {through[flow]:.6g} t through hubs, at most {allowed[flow]:.6g} t may"


def _use_findings(phase: PhaseTables, flows: pd.DataFrame) -> Iterator[str]:
    """Check that freight passes open hubs only and that direct freight goes by truck."""
    opened = set(phase.hubs.loc[phase.hubs["tier"] != CLOSED, "hub_id"])
    passed = set(flows.loc[flows["way"] == "hub", "hub_id"]) | set(flows["second_hub_id"]) - {""}
    for hub_id in sorted(passed - opened):
        yield f"flows.csv: freight passes {hub_id!r}, which is not open in hubs.csv"
    for row in np.flatnonzero(((flows["way"] == "direct") & (flows["mode"] != MODES[0])).to_numpy())[:SHOWN]:
        yield f"flows.csv:{row + 2}:mode: direct freight goes by {MODES[0]}, found {flows['mode'].iloc[row]!r}"


def _capacity_findings(hubs: pd.DataFrame) -> Iterator[str]:
    for name in RESOURCES:
        capacity, load = hubs[f"{name}_capacity_t_per_year"], hubs[f"{name}_throughput_t_per_year"]
        for row in np.flatnonzero((load > capacity * (1 + TOLERANCE) + TOLERANCE).to_numpy()):
            yield (
                f"hubs.csv:{row + 2}: {hubs['hub_id'].iloc[row]} handles {load.iloc[row]:.6g} t in its {name}, "
                f"its capacity is {capacity.iloc[row]:.6g} t"
            )


def _summary_findings(timeline: Timeline, summary: Mapping[str, Any], phases: Sequence[PhaseTables]) -> Iterator[str]:
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
    yield from _curve_findings(summary, expected["objective_vnd_per_year"], new)
    yield from _count_findings(timeline, new)


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
    volumes = known_volumes(phases[0].case, phases[0].ways)
    for at, (row, volume) in enumerate(zip(summary["known_volumes"], volumes, strict=False)):
        found = float(row["modelled"])
        if row["id"] != volume["id"] or not np.isclose(
            found, float(str(volume["modelled"])), rtol=TOLERANCE, atol=DUST
        ):
            yield f"plan.json:known_volumes.{at}: found {found!r}, recomputed {volume['modelled']!r}"


def _curve_findings(summary: Mapping[str, Any], objective: float, new: int) -> Iterator[str]:
    """Check the curve against the plan: its own point, the cheapest, values above their bounds, savings that add up."""
    curve = {row["new_hubs"]: row for row in summary["curve"]}
    own = curve.get(new)
    if own is None or not np.isclose(own["objective_vnd_per_year"], objective, rtol=TOLERANCE):
        yield f"plan.json:curve: the point of {new} new hubs is not the plan's own cost {objective:.6g}"
    for new_hubs, row in curve.items():
        value, bound = row["objective_vnd_per_year"], row["bound_vnd_per_year"]
        saving = summary["direct_vnd_per_year"] - value
        sums = ((row["saving_vnd_per_year"], saving), (row["gap"], relative_gap(value, bound)))
        if bound > value or not all(np.isclose(found, wanted, rtol=TOLERANCE, atol=1e-9) for found, wanted in sums):
            yield f"plan.json:curve: value, bound, gap and saving of {new_hubs} new hubs do not agree"
    cheapest = min(curve.values(), key=lambda row: row["objective_vnd_per_year"], default={"new_hubs": None})
    if summary["cheapest_new_hubs"] != cheapest["new_hubs"]:
        yield f"plan.json:cheapest_new_hubs: found {summary['cheapest_new_hubs']!r}, the curve says otherwise"


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


def _input_findings(case: Case, summary: Mapping[str, Any]) -> Iterator[str]:
    recorded = summary.get("inputs")
    if not isinstance(recorded, Mapping):
        raise InputError("plan.json:inputs: missing; run `logistics plan` again")
    for name, digest in input_hashes(case).items():
        if recorded.get(name) != digest:
            yield f"plan.json:inputs: {name} is not the file the run was made from"
