"""When wishes clash: which of the scenario's rules cannot be kept together, and the cheapest ways out.

Every flow has its direct way, so it is the rules that clash: those over openings (numbers, land, budgets, provinces,
corridors, changes, forced sites) among themselves, or with a promise over freight (service band, cap on CO2). The
first are a small program over the options alone, and `models.infeasible` says which of them clash and what gives
way. A promise is tested by making what it speaks of as good as the rules allow: that is how far it can be kept.

Every way out is a scenario: the wish changed as far as it must be, the plan decided anew. What it costs is that plan's
cost, with its own proven gap; ways are ranked by it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, inf, log10
from typing import Any, Final

import numpy as np

from logistics.distances import Floats
from logistics.errors import InfeasibleError, NoPlanError
from logistics.goals import COST
from logistics.instance import Question, pose
from logistics.measures import Measure, captive_sum, in_band, promised_bands
from logistics.opening_rules import OpeningRule
from logistics.scenario import Scenario
from logistics.siting import HAS_PLAN, decide
from logistics.timeline import Timeline
from logistics.units import PERCENT
from models import SolveOptions, Status
from models.infeasible import Elastic, Requirement, clashes, ways_out
from models.program import Matrix, Program

WAYS: Final = 5
GROWTH: Final = "growth"
LONGEST_BAND: Final = 8.0
"""Hours and km of a promise are searched up to so many times what was asked."""
BAND_STEP: Final = 0.005
ROOM_DIGITS: Final = 6
"""A changed wish is written so many digits rounded to the safe side."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One rule of the scenario: its kind (a key of the scenario), what it speaks of, its limit and unit."""

    kind: str
    subject: str
    limit: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A wish that gives way, from its limit to another."""

    wish: Wish
    to: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way out: what changes, the scenario with the changes, and what the best plan then costs."""

    changes: tuple[Change, ...]
    scenario: Scenario
    objective_vnd_per_year: float
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What clashes, and the ways out, cheapest first."""

    clashes: tuple[tuple[Wish, ...], ...]
    ways: tuple[Way, ...]


def examine(question: Question, options: SolveOptions, progress: Progress = lambda _: None) -> Wishes:
    """Say which wishes of an infeasible question clash, and the cheapest ways out."""
    progress("the wishes clash: looking for which, and for ways out")
    openings = Openings(question)
    found = clashes(openings.program, openings.requirements, options=options)
    if len(found):
        ways = ways_out(openings.program, openings.requirements, k=WAYS, options=options)
        named = tuple(tuple(openings.wishes[name] for name in clash.requirements) for clash in found)
        changed = [tuple(openings.change(part.name, part.amount) for part in way.relaxations) for way in ways]
    else:
        named, changed = _promises_that_clash(question, openings, options)
    decided = [way for changes in changed if (way := _decided(question, changes, options)) is not None]
    return Wishes(clashes=named, ways=tuple(sorted(decided, key=lambda way: way.objective_vnd_per_year)))


class Openings:
    """The rules over openings as a program over the options of all phases, each rule with a price for giving way."""

    def __init__(self, question: Question) -> None:
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
        self.program = self._as_program()

    def change(self, name: tuple[str | int, ...], amount: float) -> Change:
        """Return the change of a wish that gives way by an amount."""
        wish = self.wishes[name]
        sign = -1.0 if str(name[0]).endswith("_min") or wish.kind == "forced_open" else 1.0
        return Change(wish=wish, to=_rounded(wish.limit + sign * amount, up=sign > 0, unit=wish.unit))

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
        exact = scenario.new_hubs
        if exact is not None:
            self._add("new_hubs_min", "", "hub", (new, float(exact), inf))
        most = scenario.max_new_hubs if exact is None else exact
        self._add("new_hubs_max", "", "hub", (new, -inf, float(most)))

    def _forced(self) -> None:
        timeline = self._timeline
        ids = list(timeline.last.sites["hub_id"])
        last = timeline.option_period == len(timeline.cases) - 1
        working = np.array([option.is_open for option in timeline.options])
        for hub_id in timeline.scenario.forced_open:
            here = (timeline.option_site == ids.index(hub_id)) & last & working
            self._add("forced_open", hub_id, "hub", (here.astype(float), 1.0, inf))

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
    ledger = timeline.last.region.ledger
    fixed = [option.fixed_vnd_per_year for option in timeline.options if option.fixed_vnd_per_year > 0]
    ha = ledger.vnd_per_ha("capex_ha_xdock") * ledger["crf"]
    return {"hub": min(fixed, default=1.0), "ha": ha, "VND": ledger["crf"]}


def _rounded(value: float, *, up: bool, unit: str) -> float:
    """Return a limit in few digits, rounded to the side on which the plan still fits."""
    if unit == "hub" or value == 0:
        return float(round(value))
    scale: float = 10.0 ** (ROOM_DIGITS - 1 - floor(log10(abs(value))))
    return float(ceil(value * scale) if up else floor(value * scale)) / scale


def _decided(question: Question, changes: Sequence[Change], options: SolveOptions) -> Way | None:
    """Return a way out with the plan decided anew, None where a plan is not found in time."""
    scenario = question.timeline.scenario
    for change in changes:
        scenario = applied(scenario, change, question.timeline)
    try:
        decision = decide(pose(with_scenario(question.timeline, scenario), question.routes), options)
    except (InfeasibleError, NoPlanError):
        return None
    cost = decision.chosen.objective_vnd_per_year
    return Way(changes=tuple(changes), scenario=scenario, objective_vnd_per_year=cost, gap=decision.gap)


def with_scenario(timeline: Timeline, scenario: Scenario) -> Timeline:
    """Return the timeline asked another question; the scenario may differ in its wishes only."""
    return replace(timeline, cases=tuple(replace(case, scenario=scenario) for case in timeline.cases))


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


Named = tuple[tuple[Wish, ...], ...]
Changes = list[tuple[Change, ...]]


def _promises_that_clash(question: Question, openings: Openings, options: SolveOptions) -> tuple[Named, Changes]:
    """Return the promises that the rules do not let be kept, and how far each can be.

    Promises are tried one by one. Where each can be kept alone but not all together, each is made as good as the
    others leave room for; where there is none, it is the least throughput of new hubs that cannot be had.
    """
    rows = question.measures
    if not rows:
        wish = _throughput(question)
        return ((wish,),), [(Change(wish=wish, to=_least_throughput(question, options)),)]
    broken = [row for row in rows if not _keeps(row, _attainable(question, row, (), options))]
    if broken:
        named = tuple((_wish(question, row), *_rules_against(question, row, openings, options)) for row in broken)
        far = tuple(_change(question, row, _attainable(question, row, (), options)) for row in broken)
        return named, [far, *_longer_bands(question, broken, options)]
    together = [
        (row, _attainable(question, row, tuple(other for other in rows if other is not row), options)) for row in rows
    ]
    named = (tuple(_wish(question, row) for row in rows),)
    return named, [(_change(question, row, best),) for row, best in together if np.isfinite(best)]


def _rules_against(question: Question, row: Measure, openings: Openings, options: SolveOptions) -> tuple[Wish, ...]:
    """Return the rules without which a promise could be kept: each that alone would do, or all if only together."""
    scenario = question.timeline.scenario
    if not _keeps(row, _attainable(_without_rules(question, None), row, (), options)):
        return ()
    names = [("new_hubs_max", ""), *((f"{rule.kind}_max", rule.subject) for rule in question.rules)]
    wishes = {name: openings.wishes[name] for name in names if name in openings.wishes}
    if scenario.new_hubs is not None:
        wishes.pop(("new_hubs_max", ""), None)
    enough = [
        wish for name, wish in wishes.items()
        if _keeps(row, _attainable(_without_rules(question, name), row, (), options))
    ]  # fmt: skip
    return tuple(enough or wishes.values())


def _without_rules(question: Question, name: tuple[str, str] | None) -> Question:
    """Return the question without one rule, or without any (None)."""
    scenario, timeline = question.timeline.scenario, question.timeline
    if name is None or name[0] == "new_hubs_max":
        scenario = replace(scenario, new_hubs=None, max_new_hubs=len(timeline.last.sites), forced_open=())
    kept = tuple(
        rule for rule in question.rules
        if rule.kind == GROWTH or (name is not None and (f"{rule.kind}_max", rule.subject) != name)
    )  # fmt: skip
    return replace(question, timeline=with_scenario(timeline, scenario), rules=kept)


def _longer_bands(question: Question, broken: Sequence[Measure], options: SolveOptions) -> Iterator[tuple[Change, ...]]:
    """Yield the hours or km at which each broken promise of service alone could be kept, found by bisection."""
    for row in broken:
        if row.kind != "service":
            continue
        band, _ = promised_bands(question.timeline)[row.subject]
        field = "within_h" if band.within_h is not None else "within_km"
        low = float(getattr(band, field))
        high = low * LONGEST_BAND
        if not _kept_within(question, row, field, high, options):
            continue
        while high - low > BAND_STEP * low:
            middle = (low + high) / 2
            low, high = (low, middle) if _kept_within(question, row, field, middle, options) else (middle, high)
        wish = Wish(kind=field, subject=row.subject, limit=float(getattr(band, field)), unit=field[-2:].strip("_"))
        yield (Change(wish=wish, to=_rounded(high, up=True, unit=wish.unit)),)


def _kept_within(question: Question, row: Measure, field: str, limit: float, options: SolveOptions) -> bool:
    """Tell whether the promise of a band could be kept with other hours or km."""
    band, period = promised_bands(question.timeline)[row.subject]
    scenario = question.timeline.scenario
    changed: dict[str, Any] = {field: limit}
    longer = replace(band, **changed)
    rows = tuple(longer if one == band else one for one in scenario.service)
    asked = pose(with_scenario(question.timeline, replace(scenario, service=rows)), question.routes)
    at = scenario.service.index(band) * len(question.timeline.cases) + period
    promises = [one for one in asked.measures if one.kind == "service"]
    return _keeps(promises[at], _attainable(asked, promises[at], (), options))


def _least_throughput(question: Question, options: SolveOptions) -> float:
    """Return the largest least throughput that new hubs can have, in few digits, found by bisection."""
    timeline, scenario = question.timeline, question.timeline.scenario
    low, high = 0.0, scenario.min_throughput_t_per_year
    while high - low > BAND_STEP * high:
        middle = (low + high) / 2
        asked = pose(with_scenario(timeline, replace(scenario, min_throughput_t_per_year=middle)), question.routes)
        try:
            decide(asked, options)
            low = middle
        except (InfeasibleError, NoPlanError):
            high = middle
    return _rounded(low, up=False, unit="t")


def _throughput(question: Question) -> Wish:
    least_t = question.timeline.scenario.min_throughput_t_per_year
    return Wish(kind="min_throughput", subject="", limit=least_t, unit="t")


def _attainable(question: Question, row: Measure, others: tuple[Measure, ...], options: SolveOptions) -> float:
    """Return the best that what a measure speaks of can be under the rules: least where capped, most where promised."""
    sign = 1.0 if np.isfinite(row.high) else -1.0
    worst = 0.0 if sign > 0 else float(max(row.direct.max(initial=0.0), row.through.max(initial=0.0)))
    scenario = question.timeline.scenario
    least = scenario.new_hubs or 0
    most = scenario.max_new_hubs if scenario.new_hubs is None else scenario.new_hubs
    instance = replace(question, measures=others).instance(COST)
    instance = replace(
        instance, min_new=least, max_new=most, direct_cost=worst + sign * row.direct,
        route_cost=worst + sign * row.through, option_cost=np.zeros_like(instance.option_cost),
    )  # fmt: skip
    solution = instance.solve(options)
    if solution.status not in HAS_PLAN:
        return inf if sign > 0 else -inf
    tonnes = float(instance.amount.sum())
    return sign * (solution.objective - worst * tonnes)


def _keeps(row: Measure, best: float) -> bool:
    room = 1e-7 * max(abs(best), 1.0)
    return bool(row.low - room <= best if np.isfinite(row.low) else best <= row.high + room)


def _wish(question: Question, row: Measure) -> Wish:
    if row.kind == "service":
        band, _ = promised_bands(question.timeline)[row.subject]
        return Wish(kind="service", subject=row.subject, limit=band.share_pct, unit="%")
    cap = question.timeline.scenario.objective.co2_cap_t_per_year
    return Wish(kind=row.kind, subject=row.subject, limit=float(cap or 0.0), unit="t")


def _change(question: Question, row: Measure, best: float) -> Change:
    """Return the promise as far as it can be kept: the share attained, or the CO2 that is left at least."""
    wish = _wish(question, row)
    whole = best + captive_sum(question.timeline, row.direct)
    if row.kind != "service":
        return Change(wish=wish, to=_rounded(whole, up=True, unit=wish.unit))
    band, period = promised_bands(question.timeline)[row.subject]
    case = question.timeline.cases[period]
    tonnes = float(case.tonnes[in_band(case, band)].sum())
    return Change(wish=wish, to=_rounded(whole / tonnes / PERCENT if tonnes else 0.0, up=False, unit=wish.unit))


def facts_of(wishes: Wishes) -> dict[str, Any]:
    """Return what `infeasible.json` holds."""

    def wish(one: Wish) -> dict[str, Any]:
        return {"kind": one.kind, "subject": one.subject, "limit": one.limit, "unit": one.unit}

    return {
        "status": Status.INFEASIBLE.name.lower(),
        "clashes": [[wish(one) for one in clash] for clash in wishes.clashes],
        "ways_out": [
            {
                "changes": [{**wish(change.wish), "to": change.to} for change in way.changes],
                "objective_vnd_per_year": way.objective_vnd_per_year,
                "gap": way.gap,
            }
            for way in wishes.ways
        ],
    }


def sentences(wishes: Wishes, say: Callable[..., str]) -> Iterator[str]:
    """Yield the report for people; `say(key, **values)` gives a label of the reader's language."""
    for clash in wishes.clashes:
        yield say("wish_clash", wishes="; ".join(_told(one, say) for one in clash))
    if not wishes.ways:
        yield say("wish_no_way")
    for number, way in enumerate(wishes.ways, start=1):
        changes = "; ".join(_told_change(change, say) for change in way.changes)
        yield say("wish_way", number=number, changes=changes, cost=f"{way.objective_vnd_per_year / 1e9:,.1f}")


def _told_change(change: Change, say: Callable[..., str]) -> str:
    wish = change.wish
    return say(f"wish_to_{wish.kind}", subject=wish.subject, now=_figure(wish.limit), then=_figure(change.to))


def _told(one: Wish, say: Callable[..., str]) -> str:
    return say(f"wish_{one.kind}", subject=one.subject, now=_figure(one.limit))


def _figure(value: float) -> str:
    return f"{value:,.6g}"
