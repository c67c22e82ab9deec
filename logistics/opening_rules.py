"""The planner's rules over what is opened, as rows over the options of all phases.

Each rule reads: low <= sum over options of weight x (1 if opened) <= high. The model (`models.HubPlacement`) holds the
rows; their names come back when they clash (`infeasible`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from logistics.distances import Floats
from logistics.sites import AS_IT_STANDS, CLOSED
from logistics.timeline import Timeline

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRule:
    """One row: `kind` and `subject` name it, `unit` is that of both limits, `weight` [option]."""

    kind: str
    subject: str
    unit: str
    weight: Floats
    low: float = -inf
    high: float = inf


def opening_rules(timeline: Timeline) -> tuple[OpeningRule, ...]:
    """Return every rule the scenario sets over openings."""
    return tuple(
        rule
        for rules in (_growth, _provinces, _corridors, _land, _budgets, _changes)
        for rule in rules(timeline, _Options(timeline))
    )


class _Options:
    """Columns over all options, as the rules need them."""

    def __init__(self, timeline: Timeline) -> None:
        options = timeline.options
        self.site = timeline.option_site
        self.period = timeline.option_period
        self.last = self.period == len(timeline.cases) - 1
        self.is_open = np.array([option.is_open for option in options], dtype=bool)
        self.new_yard_ha = np.array([option.new_yard_ha for option in options], dtype=float)
        self.new_dock_ha = np.array([option.new_dock_ha for option in options], dtype=float)
        self.new_land_ha = self.new_yard_ha + self.new_dock_ha
        self.capital_vnd = np.array([option.capital_vnd for option in options], dtype=float)
        self.stands = timeline.stands[self.site]

    @property
    def is_new(self) -> Flags:
        """Return which options build a hub where none stands."""
        new: Flags = self.is_open & ~self.stands
        return new


def _growth(timeline: Timeline, options: _Options) -> Iterator[OpeningRule]:
    """Yield that neither yard nor dock of a site shrinks from one phase to the next."""
    for period in range(1, len(timeline.cases)):
        for what, size_ha in (("yard", options.new_yard_ha), ("cross_dock", options.new_dock_ha)):
            for site in np.unique(options.site):
                here = options.site == site
                for step_ha in np.unique(size_ha[here & (options.period == period - 1) & (size_ha > 0)]):
                    large = here & (size_ha >= step_ha)
                    later = (large & (options.period == period)).astype(float)
                    earlier = (large & (options.period == period - 1)).astype(float)
                    subject = f"{what} of {timeline.last.sites['hub_id'].iloc[site]}"
                    yield OpeningRule(kind="growth", subject=subject, unit="hub", weight=later - earlier, low=0.0)


def _provinces(timeline: Timeline, options: _Options) -> Iterator[OpeningRule]:
    for limit in timeline.scenario.in_province:
        inside = in_province(timeline, limit.province)[options.site]
        weight = (options.is_new & options.last & inside).astype(float)
        yield OpeningRule(
            kind="in_province", subject=limit.province, unit="hub", weight=weight,
            low=float(limit.min or 0), high=inf if limit.max is None else float(limit.max),
        )  # fmt: skip


def in_province(timeline: Timeline, province: str) -> Flags:
    """Return which sites lie in a province, by its name before or after July 2025."""
    region = timeline.last.region
    merged = dict(zip(region.provinces["name_vi"], region.provinces["province_2025"], strict=True))
    old = timeline.last.sites["province_2024"].astype(str)
    return ((old == province) | (old.map(merged) == province)).to_numpy(bool)


def _corridors(timeline: Timeline, options: _Options) -> Iterator[OpeningRule]:
    for corridor in timeline.scenario.corridors:
        inside = timeline.last.sites["hub_id"].isin(corridor.hubs).to_numpy(bool)[options.site]
        weight = (options.is_open & options.last & inside).astype(float)
        yield OpeningRule(
            kind="corridor", subject=corridor.name, unit="hub", weight=weight,
            low=float(corridor.min or 0), high=inf if corridor.max is None else float(corridor.max),
        )  # fmt: skip


def _land(timeline: Timeline, options: _Options) -> Iterator[OpeningRule]:
    ceiling = timeline.scenario.max_land_ha
    if ceiling is not None:
        weight = np.where(options.last, options.new_land_ha, 0.0)
        yield OpeningRule(kind="land", subject="", unit="ha", weight=weight, high=ceiling)


def _budgets(timeline: Timeline, options: _Options) -> Iterator[OpeningRule]:
    """Yield the capital each phase may take: what is built by then less what was built before."""
    for period, budget in enumerate(timeline.scenario.budgets_vnd or ()):
        now = options.period == period
        before = options.period == period - 1
        weight = options.capital_vnd * (now.astype(float) - before.astype(float))
        yield OpeningRule(
            kind="budget", subject=str(timeline.years[period]), unit="VND", weight=weight, high=float(budget)
        )


def _changes(timeline: Timeline, options: _Options) -> Iterator[OpeningRule]:
    """Yield the number of sites that may differ from today's network in the end."""
    most = timeline.scenario.max_changes
    if most is not None:
        tiers = np.array([option.tier for option in timeline.options], dtype=object)
        changed = options.is_new | (options.stands & (tiers == CLOSED)) | (options.stands & (options.new_land_ha > 0))
        weight = (changed & options.last & (tiers != AS_IT_STANDS)).astype(float)
        yield OpeningRule(kind="changes", subject="", unit="hub", weight=weight, high=float(most))
