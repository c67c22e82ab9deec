"""Whether a plan keeps the scenario's own rules, worked out from its tables alone.

Nothing here shares code with the rows that were handed to the solver (`opening_rules`, `measures`): sums are made
anew from hubs and priced flows.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from logistics.audit_cells import SHOWN
from logistics.phase_tables import PhaseTables
from logistics.scenario_parts import EVERY_COMMODITY, Band
from logistics.sites import AS_IT_STANDS, CLOSED
from logistics.timeline import Timeline
from logistics.units import PERCENT

HELD: Final = 1e-6
"""Relative: the solver keeps its rows to about so much."""


def rule_findings(timeline: Timeline, phases: Sequence[PhaseTables]) -> list[str]:
    """Return a sentence for each rule of the scenario that the plan breaks."""
    return [
        *_forced(timeline, phases),
        *_years(timeline, phases),
        *_growth(phases),
        *_counts(timeline, phases[-1]),
        *_land_and_changes(timeline, phases[-1]),
        *_budgets(timeline, phases),
        *(finding for phase in phases for finding in _freight(timeline, phase)),
    ]


def _working(phase: PhaseTables) -> pd.DataFrame:
    return phase.hubs[phase.hubs["tier"] != CLOSED]


def _new(phase: PhaseTables) -> pd.DataFrame:
    return phase.hubs[phase.hubs["is_new"]]


def _forced(timeline: Timeline, phases: Sequence[PhaseTables]) -> Iterator[str]:
    opened = set(_working(phases[-1])["hub_id"])
    for hub_id in sorted(set(timeline.scenario.forced_open) - opened):
        yield f"hubs.csv: the scenario forces {hub_id!r} open, it is not"
    for phase in phases:
        for hub_id in sorted(set(phase.hubs["hub_id"]) & set(timeline.scenario.forbidden)):
            yield f"hubs.csv: the scenario forbids {hub_id!r}, it is open in {phase.case.year}"


def _years(timeline: Timeline, phases: Sequence[PhaseTables]) -> Iterator[str]:
    for phase in phases:
        for hub_id in _new(phase)["hub_id"]:
            earliest = timeline.scenario.earliest_year.get(hub_id, phase.case.year)
            if phase.case.year < earliest:
                yield f"hubs.csv: {hub_id!r} is open in {phase.case.year}, the scenario allows it from {earliest}"


def _growth(phases: Sequence[PhaseTables]) -> Iterator[str]:
    """Check that new hubs stay, that nothing shrinks and that what is closed stays closed."""
    for before, after in pairwise(phases):
        land_ha = dict(zip(after.hubs["hub_id"], after.hubs["new_land_ha"], strict=True))
        closed = set(after.hubs.loc[after.hubs["tier"] == CLOSED, "hub_id"])
        rows = zip(*(before.hubs[name] for name in ("hub_id", "new_land_ha", "tier")), strict=True)
        for hub_id, before_ha, tier in rows:
            if hub_id not in land_ha:
                yield f"hubs.csv: {hub_id!r} of {before.case.year} is gone in {after.case.year}"
            elif land_ha[hub_id] < before_ha:
                yield f"hubs.csv: {hub_id!r} is smaller in {after.case.year} than in {before.case.year}"
            elif tier == CLOSED and hub_id not in closed:
                yield f"hubs.csv: {hub_id!r} is closed in {before.case.year} and open in {after.case.year}"


def _counts(timeline: Timeline, phase: PhaseTables) -> Iterator[str]:
    provinces = timeline.last.region.provinces
    merged = dict(zip(provinces["name_vi"], provinces["province_2025"], strict=True))
    new = _new(phase)
    for limit in timeline.scenario.in_province:
        found = int(((new["province"] == limit.province) | (new["province"].map(merged) == limit.province)).sum())
        yield from _between(f"new hubs in {limit.province}", found, (limit.min, limit.max))
    working = set(_working(phase)["hub_id"])
    for corridor in timeline.scenario.corridors:
        yield from _between(f"hubs of {corridor.name}", len(working & set(corridor.hubs)), (corridor.min, corridor.max))


def _between(what: str, found: int, limits: tuple[int | None, int | None]) -> Iterator[str]:
    least, most = limits[0] or 0, np.inf if limits[1] is None else limits[1]
    if not least <= found <= most:
        yield f"hubs.csv: {found} {what}, expected {least} to {most:g}"


def _land_and_changes(timeline: Timeline, phase: PhaseTables) -> Iterator[str]:
    scenario, hubs = timeline.scenario, phase.hubs
    land_ha = float(hubs["new_land_ha"].sum())
    if scenario.max_land_ha is not None and land_ha > scenario.max_land_ha * (1 + HELD):
        yield f"hubs.csv: {land_ha:g} ha are built on, the scenario allows {scenario.max_land_ha:g} ha"
    for hub_id, taken_ha in zip(hubs["hub_id"], hubs["new_land_ha"], strict=True):
        most_ha = scenario.site_land_ha.get(hub_id, scenario.max_site_ha)
        if most_ha is not None and taken_ha > most_ha:
            yield f"hubs.csv: {hub_id!r} takes {taken_ha:g} ha, a site may take {most_ha:g} ha"
    changed = int((hubs["tier"] != AS_IT_STANDS).sum())
    if scenario.max_changes is not None and changed > scenario.max_changes:
        yield f"hubs.csv: {changed} sites differ from today, the scenario allows {scenario.max_changes}"


def _budgets(timeline: Timeline, phases: Sequence[PhaseTables]) -> Iterator[str]:
    before = 0.0
    for phase, budget in zip(phases, timeline.scenario.budgets_vnd or (), strict=False):
        built = float(phase.hubs["capital_vnd"].sum())
        if built - before > budget * (1 + HELD):
            yield f"hubs.csv: {phase.case.year} takes {built - before:.6g} VND of capital, its budget is {budget:.6g}"
        before = built


def _freight(timeline: Timeline, phase: PhaseTables) -> Iterator[str]:
    scenario, year = timeline.scenario, phase.case.year
    cap = scenario.objective.co2_cap_t_per_year
    co2_t = float(phase.flows["co2_t_per_year"].sum())
    if cap is not None and co2_t > cap * (1 + HELD):
        yield f"flows.csv: {co2_t:.6g} t of CO2 in {year}, the cap is {cap:.6g} t"
    for band in scenario.service:
        yield from _promise(phase, band)
    least_t = scenario.min_throughput_t_per_year
    new = _new(phase)
    for hub_id, passed_t in zip(new["hub_id"], new["throughput_t_per_year"], strict=True):
        if passed_t < least_t * (1 - HELD):
            yield f"hubs.csv: {hub_id!r} handles {passed_t:.6g} t in {year}, at least {least_t:.6g} t are asked for"
    if scenario.single_sourcing:
        yield from _one_hub_a_park(phase)


def _promise(phase: PhaseTables, band: Band) -> Iterator[str]:
    rows, tonnes = band_flows(phase, band), phase.flows["t_per_year"]
    total_t, kept_t = float(tonnes[rows].sum()), float(tonnes[rows & in_time(phase, band)].sum())
    if kept_t < band.share_pct * PERCENT * total_t * (1 - HELD):
        promise = f"{band.name or band.commodity}: {100 * kept_t / total_t:.6g} % are in time in {phase.case.year}"
        yield f"flows.csv: {promise}, promised {band.share_pct:g} %"


def band_flows(phase: PhaseTables, band: Band) -> "pd.Series[bool]":
    """Return the rows of the flow table that a band speaks of."""
    rows = pd.Series(data=True, index=phase.flows.index)
    if band.commodity != EVERY_COMMODITY:
        rows &= phase.flows["commodity"] == band.commodity
    if band.place_ids:
        rows &= near_ids(phase).isin(band.place_ids)
    return rows


def in_time(phase: PhaseTables, band: Band) -> "pd.Series[bool]":
    """Return the rows of the flow table that are as quick, or as short, as a band promises."""
    if band.within_h is not None:
        return phase.flows["door_to_door_h"] <= band.within_h
    return phase.flows["length_km"] <= (band.within_km or 0.0)


def near_ids(phase: PhaseTables) -> pd.Series:
    """Return the near end of each row of the flow table."""
    flow = phase.flows["flow_id"].str.slice(1).astype(int).to_numpy()
    return phase.case.flows["near_id"].iloc[flow].reset_index(drop=True)


def _one_hub_a_park(phase: PhaseTables) -> Iterator[str]:
    parks = set(phase.case.region.generators["place_id"])
    through = phase.flows.assign(near_id=near_ids(phase).to_numpy())
    through = through[(through["way"] == "hub") & through["near_id"].isin(parks)]
    hubs = through.groupby("near_id")["hub_id"].nunique()
    for park in hubs.index[hubs > 1][:SHOWN]:
        yield f"flows.csv: {park!r} uses {hubs[park]} hubs in {phase.case.year}, single sourcing allows one"
