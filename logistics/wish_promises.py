"""Which promises over freight (service bands, cap on CO2) the rules do not let be kept, and how far.

A promise is tested by making what it speaks of as good as the rules allow: that is how far it can be kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf
from typing import Any, Final

import numpy as np

from logistics.goals import COST
from logistics.instance import Question, pose
from logistics.measures import Measure, captive_sum, in_band, promised_bands
from logistics.siting import HAS_PLAN
from logistics.units import PERCENT
from logistics.wish import Change, Changes, Clash, Patience, Wish, rounded
from logistics.wish_changes import with_scenario
from logistics.wish_openings import GROWTH, Openings
from models import HubPlacementSolution, Status

LONGEST_BAND: Final = 8.0
"""Hours and km of a promise are searched up to so many times what was asked."""
BAND_STEP: Final = 0.005


Best = tuple[float | None, HubPlacementSolution]
"""How good what a measure speaks of can be, None where no plan was found in time, and the plan that shows it."""


def promises_that_clash(question: Question, openings: Openings, patience: Patience) -> Clash:
    """Return the promises that the rules do not let be kept, and how far each can be.

    Promises are tried one by one. Where each can be kept alone but not all together, each is made as good as the
    others leave room for.
    """
    rows = question.measures
    alone = [(row, *_best(question, row, (), patience)) for row in rows]
    broken = [(row, best, plan) for row, best, plan in alone if best is not None and not _keeps(row, best)]
    if broken:
        named = tuple((_wish(question, row), *_rules_against(question, row, openings, patience)) for row, *_ in broken)
        far = tuple(_change(question, row, best) for row, best, _ in broken)
        longer = _longer_bands(question, [row for row, *_ in broken], patience)
        return Clash(named=named, changes=[far, *longer], shown_by=tuple(plan for *_, plan in broken))
    together = [
        (row, *_best(question, row, tuple(other for other in rows if other is not row), patience)) for row in rows
    ]
    named = (tuple(_wish(question, row) for row in rows),)
    found = [(row, best, plan) for row, best, plan in together if best is not None and np.isfinite(best)]
    changes: Changes = [(_change(question, row, best),) for row, best, _ in found]
    return Clash(named=named, changes=changes, shown_by=tuple(plan for *_, plan in found))


def _rules_against(question: Question, row: Measure, openings: Openings, patience: Patience) -> tuple[Wish, ...]:
    """Return the rules without which a promise could be kept: each that alone would do, or all if only together."""
    scenario = question.timeline.scenario
    if not _keeps(row, _attainable(_without_rules(question, None), row, (), patience)):
        return ()
    names = [("new_hubs_max", ""), *((f"{rule.kind}_max", rule.subject) for rule in question.rules)]
    wishes = {name: openings.wishes[name] for name in names if name in openings.wishes}
    if scenario.new_hubs is not None:
        wishes.pop(("new_hubs_max", ""), None)
    enough = [
        wish for name, wish in wishes.items()
        if _keeps(row, _attainable(_without_rules(question, name), row, (), patience))
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


def _longer_bands(question: Question, broken: Sequence[Measure], patience: Patience) -> Iterator[tuple[Change, ...]]:
    """Yield the hours or km at which each broken promise of service alone could be kept, found by bisection."""
    for row in broken:
        if row.kind != "service":
            continue
        band, _ = promised_bands(question.timeline)[row.subject]
        field = "within_h" if band.within_h is not None else "within_km"
        low = float(getattr(band, field))
        high = low * LONGEST_BAND
        if not _kept_within(question, row, field, high, patience):
            continue
        while high - low > BAND_STEP * low:
            middle = (low + high) / 2
            low, high = (low, middle) if _kept_within(question, row, field, middle, patience) else (middle, high)
        wish = Wish(kind=field, subject=row.subject, limit=float(getattr(band, field)), unit=field[-2:].strip("_"))
        yield (Change(wish=wish, to=rounded(high, up=True, unit=wish.unit)),)


def _kept_within(question: Question, row: Measure, field: str, limit: float, patience: Patience) -> bool:
    """Tell whether the promise of a band could be kept with other hours or km."""
    band, period = promised_bands(question.timeline)[row.subject]
    scenario = question.timeline.scenario
    changed: dict[str, Any] = {field: limit}
    longer = replace(band, **changed)
    rows = tuple(longer if one == band else one for one in scenario.service)
    asked = pose(with_scenario(question.timeline, replace(scenario, service=rows)), question.routes)
    at = scenario.service.index(band) * len(question.timeline.cases) + period
    promises = [one for one in asked.measures if one.kind == "service"]
    return _keeps(promises[at], _attainable(asked, promises[at], (), patience))


def _attainable(question: Question, row: Measure, others: tuple[Measure, ...], patience: Patience) -> float:
    """Return the best that what a measure speaks of can be, as far as is known: endlessly bad without a plan."""
    best, _ = _best(question, row, others, patience)
    worst = inf if np.isfinite(row.high) else -inf
    return worst if best is None else best


def _best(question: Question, row: Measure, others: tuple[Measure, ...], patience: Patience) -> Best:
    """Return the best that what a measure speaks of can be under the rules: least where capped, most where promised."""
    sign = 1.0 if np.isfinite(row.high) else -1.0
    worst = 0.0 if sign > 0 else float(max(row.direct.max(initial=0.0), row.through.max(initial=0.0)))
    instance = replace(question, measures=others).asked(COST)
    instance = replace(
        instance, direct_cost=worst + sign * row.direct,
        route_cost=worst + sign * row.through, option_cost=np.zeros_like(instance.option_cost),
    )  # fmt: skip
    solution = instance.solve(patience.options)
    if solution.status is Status.INFEASIBLE:
        return sign * inf, solution
    if solution.status not in HAS_PLAN:
        return None, solution
    tonnes = float(instance.amount.sum())
    return sign * (solution.objective - worst * tonnes), solution


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
        return Change(wish=wish, to=rounded(whole, up=True, unit=wish.unit))
    band, period = promised_bands(question.timeline)[row.subject]
    case = question.timeline.cases[period]
    tonnes = float(case.tonnes[in_band(case, band)].sum())
    return Change(wish=wish, to=rounded(whole / tonnes / PERCENT if tonnes else 0.0, up=False, unit=wish.unit))
