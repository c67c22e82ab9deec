"""A scenario with one of its wishes changed, whatever the kind of the wish."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from logistics.case import options_of
from logistics.measures import promised_bands
from logistics.scenario import Scenario
from logistics.timeline import Timeline
from logistics.wish import SITE_LAND, Change

NUMBERS: Final = ("new_hubs_min", "new_hubs_max")


def with_scenario(timeline: Timeline, scenario: Scenario) -> Timeline:
    """Return the timeline asked another question; the scenario may differ in its wishes only."""
    if scenario.site_land_ha == timeline.scenario.site_land_ha:
        return replace(timeline, cases=tuple(replace(case, scenario=scenario) for case in timeline.cases))
    cases = (
        replace(case, scenario=scenario, options=options_of(case.sites, scenario, case.year, case.region.ledger))
        for case in timeline.cases
    )
    return replace(timeline, cases=tuple(cases))


def all_applied(scenario: Scenario, changes: Iterable[Change], timeline: Timeline) -> Scenario:
    """Return the scenario with several wishes changed.

    The number of new hubs comes last: what asks for some of them, or bars them, has given way by then, so that no
    scenario on the way contradicts itself.
    """
    for change in sorted(changes, key=lambda one: one.wish.kind in NUMBERS):
        scenario = applied(scenario, change, timeline)
    return scenario


def applied(scenario: Scenario, change: Change, timeline: Timeline) -> Scenario:
    """Return the scenario with one wish changed."""
    wish, to = change.wish, change.to
    return _APPLY[wish.kind](scenario, wish.subject, to, timeline)


def _with_number(scenario: Scenario, to: float) -> Scenario:
    most = max(int(to), 0)
    return replace(scenario, new_hubs=None if scenario.new_hubs is None else most, max_new_hubs=most)


def _with_budget(scenario: Scenario, year: str, to: float, timeline: Timeline) -> Scenario:
    budgets = scenario.budgets_vnd or ()
    changed = [to if str(at) == year else budget for at, budget in zip(timeline.years, budgets, strict=True)]
    return replace(scenario, budget_vnd=tuple(changed) if scenario.phases is not None else changed[0])


def _with_limits(scenario: Scenario, field: str, name: str, limits: dict[str, int]) -> Scenario:
    key = {"in_province": "province", "corridors": "name"}[field]
    rows = [replace(row, **limits) if getattr(row, key) == name else row for row in getattr(scenario, field)]
    changed: dict[str, Any] = {field: tuple(rows)}
    return replace(scenario, **changed)


def _with_band(scenario: Scenario, name: str, to: float, timeline: Timeline) -> Scenario:
    """Return the scenario with a smaller share promised; without the promise where nothing of it can be kept."""
    band, _ = promised_bands(timeline)[name]
    smaller = (replace(row, share_pct=to) if row == band else row for row in scenario.service)
    return replace(scenario, service=tuple(row for row in smaller if row.share_pct > 0))


def _with_longer(scenario: Scenario, name: str, field: str, to: float, timeline: Timeline) -> Scenario:
    band, _ = promised_bands(timeline)[name]
    changed: dict[str, Any] = {field: to}
    rows = [replace(row, **changed) if row == band else row for row in scenario.service]
    return replace(scenario, service=tuple(rows))


_Apply = Callable[[Scenario, str, float, Timeline], Scenario]
_APPLY: Final[dict[str, _Apply]] = {
    "new_hubs_min": lambda scenario, _, to, __: _with_number(scenario, to),
    "new_hubs_max": lambda scenario, _, to, __: _with_number(scenario, to),
    "forced_open": lambda scenario, hub, _, __: replace(
        scenario, forced_open=tuple(other for other in scenario.forced_open if other != hub)
    ),
    "land_max": lambda scenario, _, to, __: replace(scenario, max_land_ha=to),
    SITE_LAND: lambda scenario, hub, to, _: replace(scenario, site_land_ha={**scenario.site_land_ha, hub: to}),
    "budget_max": _with_budget,
    "changes_max": lambda scenario, _, to, __: replace(scenario, max_changes=int(to)),
    "in_province_min": lambda scenario, name, to, _: _with_limits(scenario, "in_province", name, {"min": int(to)}),
    "in_province_max": lambda scenario, name, to, _: _with_limits(scenario, "in_province", name, {"max": int(to)}),
    "corridor_min": lambda scenario, name, to, _: _with_limits(scenario, "corridors", name, {"min": int(to)}),
    "corridor_max": lambda scenario, name, to, _: _with_limits(scenario, "corridors", name, {"max": int(to)}),
    "service": _with_band,
    "within_h": lambda scenario, name, to, timeline: _with_longer(scenario, name, "within_h", to, timeline),
    "within_km": lambda scenario, name, to, timeline: _with_longer(scenario, name, "within_km", to, timeline),
    "co2_cap": lambda scenario, _, to, __: replace(
        scenario, objective=replace(scenario.objective, co2_cap_t_per_year=to)
    ),
    "min_throughput": lambda scenario, _, to, __: replace(scenario, min_throughput_t_per_year=to),
}
