"""Whether what clashes, as `infeasible.json` tells it, are wishes of the scenario that was asked.

That they clash, and what a way out costs, only a solver can show; here every wish must be one of the scenario's, with
its limit and unit, and every change must make its wish weaker.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from logistics.candidates import made_id
from logistics.errors import InputError
from logistics.infeasible_run import ASKED
from logistics.measures import band_name
from logistics.region import read_region
from logistics.run_folder import INFEASIBLE_FILE
from logistics.scenario import Scenario, scenario_of_keys
from logistics.site_rules import rules_of_site
from logistics.sites import room_of
from logistics.wish import EVERY_SITE_LAND, SITE_LAND, WEAKER_BELOW
from models import Status

Limit = tuple[float, str]


def clash_findings(folder: Path) -> list[str]:
    """Return a sentence for each thing in `infeasible.json` that cannot be.

    Raises
    ------
    InputError
        If the file is no JSON, or the scenario in it cannot be right.
    """
    facts = _read(folder / INFEASIBLE_FILE)
    scenario = scenario_of_keys(facts.get(ASKED, {}), folder)
    try:
        return list(_findings(facts, _limits(scenario) | _lands(scenario, facts)))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        return [f"{INFEASIBLE_FILE}: not as `logistics plan` writes it ({what}); run `logistics plan` again"]


def _read(path: Path) -> Mapping[str, Any]:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path.name}: not JSON ({error}); run `logistics plan` again") from error
    if not isinstance(facts, dict):
        raise InputError(f"{path.name}: expected one JSON object, found {facts!r:.40}; run `logistics plan` again")
    return facts


def _findings(facts: Mapping[str, Any], limits: Mapping[tuple[str, str], Limit]) -> Iterator[str]:
    if facts["status"] != Status.INFEASIBLE.name.lower():
        yield f"{INFEASIBLE_FILE}:status: found {facts['status']!r}, a run without a plan is infeasible"
    if not facts["clashes"]:
        yield f"{INFEASIBLE_FILE}:clashes: none; a scenario without a plan has wishes that clash"
    for number, clash in enumerate(facts["clashes"]):
        for at, wish in enumerate(clash):
            yield from _wish_findings(f"clashes.{number}.{at}", wish, limits)
    for number, way in enumerate(facts["ways_out"]):
        for at, change in enumerate(way["changes"]):
            place = f"ways_out.{number}.changes.{at}"
            yield from _wish_findings(place, change, limits)
            if change["to"] < 0 or (change["to"] < change["limit"]) != (change["kind"] in WEAKER_BELOW):
                yield f"{INFEASIBLE_FILE}:{place}.to: {change['to']!r} makes no way out of {change['limit']!r}"
        if not (0 <= way["gap"] <= 1 and way["objective_vnd_per_year"] >= 0):
            yield f"{INFEASIBLE_FILE}:ways_out.{number}: no cost with a gap"


def _wish_findings(place: str, wish: Mapping[str, Any], limits: Mapping[tuple[str, str], Limit]) -> Iterator[str]:
    wanted = limits.get((wish["kind"], wish["subject"]))
    found = f"{wish['kind']} {wish['subject']}".strip()
    if wanted is None:
        yield f"{INFEASIBLE_FILE}:{place}: found {found!r}, the scenario has no such wish"
    elif wanted != (wish["limit"], wish["unit"]):
        limit, unit = wanted
        yield f"{INFEASIBLE_FILE}:{place}: found {wish['limit']!r} {wish['unit']}, the scenario has {limit!r} {unit}"


def _limits(scenario: Scenario) -> dict[tuple[str, str], Limit]:
    """Return limit and unit of everything a scenario may be asked to give way in, by kind and subject."""
    least, most = scenario.new_hub_range
    hubs: dict[tuple[str, str], float | None] = {
        ("new_hubs_min", ""): least, ("new_hubs_max", ""): most, ("changes_max", ""): scenario.max_changes,
        **{("forced_open", hub_id): 1 for hub_id in scenario.forced_open},
        **{("in_province_min", one.province): one.min for one in scenario.in_province},
        **{("in_province_max", one.province): one.max for one in scenario.in_province},
        **{("corridor_min", one.name): one.min for one in scenario.corridors},
        **{("corridor_max", one.name): one.max for one in scenario.corridors},
    }  # fmt: skip
    tonnes: dict[tuple[str, str], float | None] = {
        ("min_throughput", ""): scenario.min_throughput_t_per_year,
        **{("co2_cap", str(year)): scenario.objective.co2_cap_t_per_year for year in scenario.years},
    }
    budgets = zip(scenario.years, scenario.budgets_vnd or (), strict=False)
    return {
        **_in_unit("hub", hubs),
        **_in_unit("t", tonnes),
        **_in_unit("ha", {("land_max", ""): scenario.max_land_ha}),
        **_in_unit("VND", {("budget_max", str(year)): budget for year, budget in budgets}),
        **_promises(scenario),
    }


def _lands(scenario: Scenario, facts: Mapping[str, Any]) -> dict[tuple[str, str], Limit]:
    """Return the land of every site, made ones among them, and the ceiling of many, where anything is said of them.

    Without a ceiling of the scenario's own it is the land of one of the sites.
    """
    told = [*facts["clashes"], *(way["changes"] for way in facts["ways_out"])]
    limits = {wish["kind"]: wish["limit"] for wishes in told for wish in wishes}
    if not limits.keys() & {SITE_LAND, EVERY_SITE_LAND}:  # the tables need not be at hand
        return {}
    land = _land_ha(scenario)
    ceilings = set(land.values()) if scenario.max_site_ha is None else {scenario.max_site_ha}
    wanted: dict[tuple[str, str], float | None] = {(SITE_LAND, hub_id): ha for hub_id, ha in land.items()}
    every = {("", ceiling) for ceiling in ceilings if ceiling == limits.get(EVERY_SITE_LAND)}
    return _in_unit("ha", wanted | {(EVERY_SITE_LAND, subject): ceiling for subject, ceiling in every})


def _land_ha(scenario: Scenario) -> dict[str, float]:
    region = read_region(scenario.tables)
    count = 0 if scenario.candidates is None else scenario.candidates.count
    made_ha = scenario.ledger.get("candidate_ha", region.ledger["candidate_ha"])
    made = pd.DataFrame({"hub_id": [made_id(at) for at in range(1, count + 1)], "area_ha": made_ha})
    sites = pd.concat([region.sites[["hub_id", "area_ha"]], made])
    return {
        str(site["hub_id"]): room_of(site, rules_of_site(scenario, str(site["hub_id"]))) for _, site in sites.iterrows()
    }


def _in_unit(unit: str, limits: Mapping[tuple[str, str], float | None]) -> dict[tuple[str, str], Limit]:
    return {name: (float(limit), unit) for name, limit in limits.items() if limit is not None}


def _promises(scenario: Scenario) -> dict[tuple[str, str], Limit]:
    """Return share and limit of each service band, by the name of its promise in each phase."""
    found = {}
    for band in scenario.service:
        for year in scenario.years:
            name = f"{band_name(band)}, {year}"
            found["service", name] = (band.share_pct, "%")
            if band.within_h is not None:
                found["within_h", name] = (band.within_h, "h")
            if band.within_km is not None:
                found["within_km", name] = (band.within_km, "km")
    return found
