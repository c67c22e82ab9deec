"""A timeline as the instance that `models.HubPlacement` decides: freight of all phases, routes, options, rules."""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from logistics.distances import Floats, Indices
from logistics.goals import counted
from logistics.measures import Measure, PerTonne, measures
from logistics.opening_rules import OpeningRule, opening_rules
from logistics.routes import NO_SITE, Routes
from logistics.sites import CLOSED, NOT_YET, RESOURCES
from logistics.timeline import Timeline
from models import HubPlacement

FREE: Final = -1
"""A flow that need not share its hub with others of its park."""
BEFORE, WORKS, AFTER = 0, 1, 2
"""Levels of a site's options: not yet there, working, closed; none ever falls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is decided: the timeline and its routes, the rules and measures by name, and how to count each goal."""

    timeline: Timeline
    routes: tuple[Routes, ...]
    rules: tuple[OpeningRule, ...]
    measures: tuple[Measure, ...]

    def counted(self, goal: str) -> PerTonne:
        """Return what a goal counts per tonne and option."""
        return counted(self.timeline, self.routes, goal)

    def instance(self, goal: str, held: tuple[Measure, ...] = ()) -> HubPlacement:
        """Return the instance that makes `goal` small while the `held` ones keep their limits."""
        return _instance(self, self.counted(goal), (*self.measures, *held))

    def asked(self, goal: str, held: tuple[Measure, ...] = ()) -> HubPlacement:
        """Return the instance within the number of new hubs that the scenario asks for."""
        least, most = self.timeline.scenario.new_hub_range
        return replace(self.instance(goal, held), min_new=least, max_new=most)

    def own_options(self, option_open: np.ndarray) -> np.ndarray:
        """Return the part of an instance's options that are the timeline's."""
        return option_open[: len(self.timeline.options)]


def pose(timeline: Timeline, routes: tuple[Routes, ...]) -> Question:
    """Return the question a scenario asks."""
    return Question(
        timeline=timeline, routes=routes, rules=opening_rules(timeline), measures=measures(timeline, routes)
    )


def _instance(question: Question, goal: PerTonne, rows: tuple[Measure, ...]) -> HubPlacement:
    timeline, scenario = question.timeline, question.timeline.scenario
    landless = _landless_sites(timeline)
    site_of = {hub_id: at for at, hub_id in enumerate(timeline.last.sites["hub_id"])}
    forced = tuple(site_of[hub_id] for hub_id in scenario.forced_open)
    options = _options(timeline, goal, landless)
    return HubPlacement(
        **_freight(question, goal),
        **options,
        standing=timeline.stands,
        forced_open=forced,
        forced_closed=tuple(landless.tolist()),
        **_extras(question, rows, landless.size),
    )


def _freight(question: Question, goal: PerTonne) -> dict[str, Any]:
    routes = question.routes
    return {
        "amount": np.concatenate([case.contestable_t for case in question.timeline.cases]),
        "direct_cost": goal.direct,
        "route_flow": np.concatenate(
            [found.flow + first for found, first in zip(routes, _starts(routes), strict=True)]
        ),
        "route_site": np.concatenate([found.site for found in routes]),
        "route_cost": goal.through,
        "route_resource": np.concatenate([found.resource for found in routes]).astype(np.intp),
    }


def _starts(routes: tuple[Routes, ...]) -> Indices:
    """Return where the flows of each phase begin."""
    sizes = [found.direct.vnd_per_t.size for found in routes]
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)


def _landless_sites(timeline: Timeline) -> Indices:
    """Return the sites on which nothing may be built in any phase."""
    offered = np.bincount(timeline.option_site, minlength=len(timeline.last.sites))
    return np.flatnonzero(offered == 0)


def _options(timeline: Timeline, goal: PerTonne, landless: Indices) -> dict[str, Any]:
    """Return the options; a site with none is given one that is never open, for the model asks for at least one."""
    capacity = [[getattr(option, f"{name}_t_per_year") for name in RESOURCES] for option in timeline.options]
    rows = np.array(capacity, dtype=float).reshape(-1, len(RESOURCES))
    return {
        "option_site": np.concatenate([timeline.option_site, landless]).astype(np.intp),
        "option_cost": np.concatenate([goal.option, np.zeros(landless.size)]),
        "option_capacity": np.concatenate([rows, np.zeros((landless.size, len(RESOURCES)))]),
    }


def _extras(question: Question, rows: tuple[Measure, ...], dummies: int) -> dict[str, Any]:
    """Return what a plan for one year by cost alone does not need."""
    timeline, scenario, routes = question.timeline, question.timeline.scenario, question.routes
    found: dict[str, Any] = {}
    if len(timeline.cases) > 1:
        sizes = [one.direct.vnd_per_t.size for one in routes]
        found["flow_period"] = np.repeat(np.arange(len(sizes)), sizes)
        found["option_period"] = _padded(timeline.option_period, dummies)
    if len(timeline.cases) > 1 or scenario.may_close or scenario.may_extend:
        found["option_level"] = _padded(_levels(timeline), dummies)
    if question.rules:
        found |= _rule_rows(question.rules)
    if any((one.second != NO_SITE).any() for one in routes):
        second = np.concatenate([one.second for one in routes])
        resource = np.concatenate([one.resource for one in routes]).astype(np.intp)
        found |= {"route_second_site": second, "route_second_resource": np.where(second == NO_SITE, NO_SITE, resource)}
    if rows:
        found |= _measure_rows(rows, dummies)
    if scenario.min_throughput_t_per_year > 0:
        new = ~timeline.stands[timeline.option_site]
        found["option_min_throughput"] = _padded(np.where(new, scenario.min_throughput_t_per_year, 0.0), dummies)
    if scenario.single_sourcing:
        found["flow_client"] = _clients(timeline)
    return found


def _padded(values: Floats | Indices, dummies: int) -> Floats | Indices:
    return np.concatenate([values, np.zeros(dummies, dtype=values.dtype)])


def _levels(timeline: Timeline) -> Indices:
    level = {NOT_YET: BEFORE, CLOSED: AFTER}
    return np.array([level.get(option.tier, WORKS) for option in timeline.options], dtype=np.intp)


def _rule_rows(rules: tuple[OpeningRule, ...]) -> dict[str, Any]:
    used = [np.flatnonzero(rule.weight) for rule in rules]
    return {
        "rule_row": np.repeat(np.arange(len(rules)), [at.size for at in used]),
        "rule_option": np.concatenate(used).astype(np.intp),
        "rule_weight": np.concatenate([rule.weight[at] for rule, at in zip(rules, used, strict=True)]),
        "rule_low": np.array([rule.low for rule in rules]),
        "rule_high": np.array([rule.high for rule in rules]),
    }


def _measure_rows(rows: tuple[Measure, ...], dummies: int) -> dict[str, Any]:
    found = {
        "route_measure": np.stack([row.through for row in rows], axis=1),
        "direct_measure": np.stack([row.direct for row in rows], axis=1),
        "measure_low": np.array([row.low for row in rows]),
        "measure_high": np.array([row.high for row in rows]),
    }
    if any(row.option.any() for row in rows):
        found["option_measure"] = np.stack([_padded(row.option, dummies) for row in rows], axis=1)
    return found


def _clients(timeline: Timeline) -> Indices:
    """Return the park or cluster of each flow as a number; a province's own trade is free to use several hubs."""
    near = np.concatenate([case.flows["near_id"].to_numpy(dtype=object) for case in timeline.cases])
    parks = timeline.last.region.generators["place_id"]
    number = {place_id: at for at, place_id in enumerate(parks)}
    return np.array([number.get(place_id, FREE) for place_id in near], dtype=np.intp)
