"""When new hubs cannot have their least throughput: what makes them open all the same, and what gives way.

Without a new hub nothing is asked of any, so it is the wishes for new hubs (their number, forced sites, the least of a
province or a corridor) that clash with the throughput. Each is tried without: what alone makes a plan possible is
named, or all where only together they do.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from logistics.errors import InputError
from logistics.goals import COST
from logistics.instance import Question, pose
from logistics.siting import HAS_PLAN
from logistics.wish import Change, Clash, Patience, Wish, rounded
from logistics.wish_changes import all_applied, with_scenario
from logistics.wish_openings import Openings

THROUGHPUT_STEP: Final = 0.005
"""The largest least throughput is searched to this part of what was asked."""
ANY_PLAN: Final = 0.5
"""A gap that any plan will do for: whether there is one is all that is asked."""


def throughput_clash(question: Question, openings: Openings, patience: Patience) -> Clash:
    """Return which wishes for new hubs clash with their least throughput, and how far each can be kept."""
    wish = _throughput(question)
    asking = [one for (kind, _), one in openings.wishes.items() if _asks_for_hubs(str(kind)) and one.limit > 0]
    enough = [one for one in asking if _is_kept(question, [Change(wish=one, to=0.0)], patience)]
    less = [(change,) for one in enough if (change := _less(question, one, patience)) is not None]
    together = [tuple(Change(wish=one, to=0.0) for one in asking)] if asking and not enough else []
    changes = [(Change(wish=wish, to=_least_throughput(question, wish, patience)),), *less, *together]
    return Clash(named=((*(enough or asking), wish),), changes=changes)


def _asks_for_hubs(kind: str) -> bool:
    return kind == "forced_open" or kind.endswith("_min")


def _less(question: Question, wish: Wish, patience: Patience) -> Change | None:
    """Return the wish for as many hubs as can be."""
    counts = range(int(wish.limit) - 1, -1, -1)
    changes = (Change(wish=wish, to=float(count)) for count in counts)
    return next((change for change in changes if _is_kept(question, [change], patience)), None)


def _is_kept(question: Question, changes: Sequence[Change], patience: Patience) -> bool:
    """Return whether a plan is found once some wishes are changed."""
    timeline = question.timeline
    try:
        scenario = all_applied(timeline.scenario, changes, timeline)
    except InputError:  # the changed wishes contradict each other
        return False
    asked = pose(with_scenario(timeline, scenario), question.routes)
    return asked.asked(COST).solve(replace(patience.options, relative_gap=ANY_PLAN)).status in HAS_PLAN


def _least_throughput(question: Question, wish: Wish, patience: Patience) -> float:
    """Return the largest least throughput that new hubs can have, in few digits.

    As a rule it is the room of some size of hub; where it is more, as the freight sets it, bisection finds it.
    """

    def is_kept(least_t: float) -> bool:
        return _is_kept(question, [Change(wish=wish, to=least_t)], patience)

    rooms = [0.0, *_rooms(question, wish.limit), wish.limit]
    at = bisect_left(rooms, 1, 1, len(rooms) - 1, key=lambda room: int(not is_kept(room)))  # the first that is not
    low, high = rooms[at - 1], rooms[at]
    if is_kept(low * (1 + THROUGHPUT_STEP)):
        while high - low > THROUGHPUT_STEP * high:
            middle = (low + high) / 2
            low, high = (middle, high) if is_kept(middle) else (low, middle)
    return rounded(low, up=False, unit=wish.unit)


def _rooms(question: Question, limit: float) -> list[float]:
    """Return what the sizes of new hubs have room for, where that is less than the limit, rising."""
    instance = question.instance(COST)
    rooms = instance.option_capacity[~instance.standing[instance.option_site]].sum(axis=1)
    return sorted({float(room) for room in rooms if 0 < room < limit})


def _throughput(question: Question) -> Wish:
    least_t = question.timeline.scenario.min_throughput_t_per_year
    return Wish(kind="min_throughput", subject="", limit=least_t, unit="t")
