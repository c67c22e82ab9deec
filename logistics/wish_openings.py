"""The rules over openings as a small program over the options alone, each with a price for giving way."""

from math import inf
from typing import Final

import numpy as np

from logistics.distances import Floats
from logistics.instance import Question
from logistics.opening_rules import OpeningRule
from logistics.timeline import Timeline
from logistics.wish import SITE_LAND, Change, Wish, rounded
from logistics.wish_land import Rooms, vnd_per_ha
from models.infeasible import Elastic, Requirement
from models.program import Matrix, Program

GROWTH: Final = "growth"


class Openings:
    """The rules over openings as a program over the options of all phases, each rule with a price for giving way.

    `question` offers every site as much land as it could use (`wish_land.with_more_land`); `rooms` is what it has.
    """

    def __init__(self, question: Question, rooms: Rooms) -> None:
        self._timeline = question.timeline
        self._rows: list[tuple[Floats, float, float]] = []
        self.requirements: list[Requirement] = []
        self.wishes: dict[tuple[str | int, ...], Wish] = {}
        self._prices = _prices(question.timeline)
        self._structure()
        self._numbers()
        self._forced()
        for rule in question.rules:
            self._rule(rule)
        self._land(rooms)
        self.program = self._as_program()

    def change(self, name: tuple[str | int, ...], amount: float) -> Change:
        """Return the change of a wish that gives way by an amount."""
        wish = self.wishes[name]
        sign = -1.0 if str(name[0]).endswith("_min") or wish.kind == "forced_open" else 1.0
        return Change(wish=wish, to=rounded(wish.limit + sign * amount, up=sign > 0, unit=wish.unit))

    def _structure(self) -> None:
        """Add what no wish can change: one way of building a site, what stands stands, nothing shrinks or closes."""
        timeline = self._timeline
        site, period = timeline.option_site, timeline.option_period
        for at in np.unique(site):
            stands = bool(timeline.stands[at])
            for phase in range(len(timeline.cases)):
                here = ((site == at) & (period == phase)).astype(float)
                if here.any():
                    self._rows.append((here, 1.0 if stands else -inf, 1.0))
                if phase and not stands:
                    before = ((site == at) & (period == phase - 1)).astype(float)
                    self._rows.append((here - before, 0.0, inf))

    def _numbers(self) -> None:
        timeline, scenario = self._timeline, self._timeline.scenario
        last = timeline.option_period == len(timeline.cases) - 1
        new = (last & ~timeline.stands[timeline.option_site]).astype(float)
        least, most = scenario.new_hub_range
        if scenario.new_hubs is not None:
            self._add("new_hubs_min", "", "hub", (new, float(least), inf))
        self._add("new_hubs_max", "", "hub", (new, -inf, float(most)))

    def _forced(self) -> None:
        timeline = self._timeline
        ids = list(timeline.last.sites["hub_id"])
        last = timeline.option_period == len(timeline.cases) - 1
        working = np.array([option.is_open for option in timeline.options])
        for hub_id in timeline.scenario.forced_open:
            here = (timeline.option_site == ids.index(hub_id)) & last & working
            self._add("forced_open", hub_id, "hub", (here.astype(float), 1.0, inf))

    def _land(self, rooms: Rooms) -> None:
        """Add the land of each site that could use more; it never shrinks, so that the last phase tells."""
        timeline = self._timeline
        last = timeline.option_period == len(timeline.cases) - 1
        taken_ha = np.array([option.new_land_ha for option in timeline.options])
        for site, (hub_id, room_ha) in rooms.items():
            here = (timeline.option_site == site) & last
            self._add(SITE_LAND, hub_id, "ha", (np.where(here, taken_ha, 0.0), -inf, room_ha))

    def _rule(self, rule: OpeningRule) -> None:
        if rule.kind == GROWTH:
            self._rows.append((rule.weight, rule.low, rule.high))
            return
        if np.isfinite(rule.low) and rule.low > 0:
            self._add(f"{rule.kind}_min", rule.subject, rule.unit, (rule.weight, rule.low, inf))
        if np.isfinite(rule.high):
            self._add(f"{rule.kind}_max", rule.subject, rule.unit, (rule.weight, -inf, rule.high))

    def _add(self, kind: str, subject: str, unit: str, row: tuple[Floats, float, float]) -> None:
        name = (kind, subject)
        whole = unit == "hub"
        limit = row[1] if np.isfinite(row[1]) else row[2]
        elastic = Elastic(price=self._prices[unit], step=1.0 if whole else 0.0, limit=_most(limit, kind))
        self.requirements.append(Requirement(name=name, rows=np.array([len(self._rows)]), elastic=elastic))
        self.wishes[name] = Wish(kind=kind, subject=subject, limit=limit, unit=unit)
        self._rows.append(row)

    def _as_program(self) -> Program:
        weights = np.array([row[0] for row in self._rows])
        at_row, at_column = np.nonzero(weights)
        count = len(self._timeline.options)
        return Program(
            cost=np.array([option.fixed_vnd_per_year for option in self._timeline.options]),
            lower=np.zeros(count), upper=np.ones(count), integer=np.ones(count, dtype=np.bool_),
            matrix=Matrix(row=at_row, column=at_column, value=weights[at_row, at_column]),
            row_lower=np.array([row[1] for row in self._rows]), row_upper=np.array([row[2] for row in self._rows]),
        )  # fmt: skip


def _most(limit: float, kind: str) -> float:
    """Return by how much a wish may give way: what is asked at least can fall to nothing, no further."""
    return limit if kind.endswith("_min") or kind == "forced_open" else inf


def _prices(timeline: Timeline) -> dict[str, float]:
    """Return what a unit of each wish costs a year: a hub as the smallest one, a ha and a VND as their annuity."""
    fixed = [option.fixed_vnd_per_year for option in timeline.options if option.fixed_vnd_per_year > 0]
    crf = timeline.last.region.ledger["crf"]
    return {"hub": min(fixed, default=1.0), "ha": vnd_per_ha(timeline), "VND": crf}
