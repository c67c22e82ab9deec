"""Land of single sites as a wish: what each has, what it could use, and plans in which some have more.

A site is built in sizes, as far as its land goes (`sites`). Where wishes clash, every site is also offered the sizes
that its land has no room for; what a site takes beyond its room is a wish that gives way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from logistics.distances import Floats
from logistics.goals import COST
from logistics.instance import Question, pose
from logistics.scenario import Scenario
from logistics.site_rules import rules_of_site
from logistics.sites import room_of
from logistics.siting import HAS_PLAN
from logistics.timeline import Timeline
from logistics.wish import EVERY_SITE_LAND, SITE_LAND, Change, Patience, Wish
from logistics.wish_changes import with_scenario

MOST_HA: Final = 1e6
"""As much land as any site could use."""
ALONE: Final = 3
"""Of several sites that have more land in a plan, so many are tried with more land at one of them alone."""

Rooms = Mapping[int, tuple[str, float]]
"""Id and land, in ha, of the sites that could use more than they have, by their position."""


def with_more_land(question: Question) -> tuple[Question, Rooms]:
    """Return the question with every size offered at every site that may be built on, and the land these sites have."""
    timeline, scenario = question.timeline, question.timeline.scenario
    room_ha = {
        at: (str(site["hub_id"]), room_of(site, rules_of_site(scenario, str(site["hub_id"]))))
        for at, (_, site) in enumerate(timeline.last.sites.iterrows())
    }
    wide = _with_land(question, {hub_id: MOST_HA for hub_id, _ in room_ha.values()})
    used_ha = np.zeros(len(room_ha))
    np.maximum.at(used_ha, wide.timeline.option_site, _taken_ha(wide.timeline))
    rooms = {at: (hub_id, ha) for at, (hub_id, ha) in room_ha.items() if used_ha[at] > ha}
    return (wide, rooms) if rooms else (question, {})


def changes_of_land(
    question: Question, wide: Question, rooms: Rooms, patience: Patience
) -> Iterator[tuple[Change, ...]]:
    """Yield how much land would do: at the sites of the plan that needs least beside its cost, then at one of them."""
    found = _least(wide, rooms, patience)
    if found:
        yield found
    for one in sorted(found, key=lambda change: change.wish.limit - change.to)[:ALONE] if len(found) > 1 else ():
        alone = _least(_with_land(question, {one.wish.subject: MOST_HA}), rooms, patience)
        if alone:
            yield alone


def folded(wishes: Sequence[Wish], scenario: Scenario) -> tuple[Wish, ...]:
    """Return wishes with the land of many sites told as one: it is the ceiling of them all that clashes."""
    land = [wish for wish in wishes if wish.kind == SITE_LAND]
    if len(land) <= ALONE:
        return tuple(wishes)
    ceiling = scenario.max_site_ha or max(wish.limit for wish in land)
    every = Wish(kind=EVERY_SITE_LAND, subject="", limit=ceiling, unit="ha")
    return (*(wish for wish in wishes if wish.kind != SITE_LAND), every)


def _with_land(question: Question, land_ha: Mapping[str, float]) -> Question:
    """Return the question with other land at some sites."""
    timeline, scenario = question.timeline, question.timeline.scenario
    changed = replace(scenario, site_land_ha={**scenario.site_land_ha, **land_ha})
    return pose(with_scenario(timeline, changed), question.routes)


def _least(question: Question, rooms: Rooms, patience: Patience) -> tuple[Change, ...]:
    """Return the land that the best plan takes beyond the sites' room, each ha paid once more; nothing without a plan.

    Paid once more land is taken where the wishes need it, not where it only saves a little.
    """
    timeline, instance = question.timeline, question.asked(COST)
    taken_ha, site = _taken_ha(timeline), timeline.option_site
    room_ha = np.array([rooms[at][1] if at in rooms else np.inf for at in range(len(timeline.last.sites))])
    beyond_ha = np.maximum(taken_ha - room_ha[site], 0.0) * (timeline.option_period == len(timeline.cases) - 1)
    paid = instance.option_cost.copy()
    paid[: beyond_ha.size] += beyond_ha * vnd_per_ha(timeline)
    solution = replace(instance, option_cost=paid).solve(patience.options)
    if solution.status not in HAS_PLAN:
        return ()
    taken = np.flatnonzero(question.own_options(solution.option_open) & (beyond_ha > 0))
    return tuple(
        Change(
            wish=Wish(kind=SITE_LAND, subject=rooms[at][0], limit=rooms[at][1], unit="ha"), to=float(taken_ha[option])
        )
        for option, at in zip(taken.tolist(), site[taken].tolist(), strict=True)
    )


def _taken_ha(timeline: Timeline) -> Floats:
    return np.array([option.new_land_ha for option in timeline.options])


def vnd_per_ha(timeline: Timeline) -> float:
    """Return what a hectare built on costs a year."""
    ledger = timeline.last.region.ledger
    return ledger.vnd_per_ha("capex_ha_xdock") * ledger["crf"]
