"""What flips the decision on a site: the change of its fixed cost, or of its capacity.

* Its fixed cost. With the site forced open the best cost is a concave, increasing, piecewise linear function of a
  factor on the site's own fixed cost; where it meets the best cost without the site is found by Newton's method, each
  step a plan solved anew (finite, for each step is exact on a piece).
* Its capacity, by bisection on a factor on all its rooms: more room never costs more.

Of the toll of the road its freight pays most for, see `toll_flips`.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from logistics.explain import Answered, Explainer, Flip, Pair, Progress
from models import HubPlacement

LARGEST_ROOM: Final = 8.0
"""Capacity is searched up to so many times what the site offers."""
CAPACITY_STEP: Final = 0.02
NEWTON_STEPS: Final = 12
SAME: Final = 1e-9


def fixed_cost_flip(explainer: Explainer, site: int, pair: Pair, progress: Progress = lambda _: None) -> Flip:
    """Return the change of a site's fixed cost at which the best plans with and without it cost the same."""
    progress("searching the fixed cost that flips it")
    with_it, without = pair
    own = explainer.instance.option_site == site
    factor, current = 1.0, with_it
    for _ in range(NEWTON_STEPS):
        opened = current.solution.option_open
        fixed = float(explainer.instance.option_cost[own & opened].sum())  # of today, at factor 1
        rest = current.value_vnd - factor * fixed
        if fixed <= 0:
            return Flip(
                what="fixed_cost", change_pct=None, searched="the site has no fixed cost",
                change_vnd_per_year=without.value_vnd - with_it.value_vnd,
            )  # fmt: skip
        crossing = max((without.value_vnd - rest) / fixed, 0.0)  # never past the root: the function is concave
        if rest > without.value_vnd and factor == 0:
            return Flip(what="fixed_cost", change_pct=None, searched="it would not pay even if it were free")
        if abs(crossing - factor) <= SAME * max(1.0, factor):
            break
        factor = crossing
        current = explainer.ask(_with_fixed_cost(explainer.forced(site, opened=True), own, factor))
        if not current.is_possible:
            break
    return Flip(
        what="fixed_cost", change_pct=100 * (factor - 1), searched="Newton's method on plans solved anew",
        change_vnd_per_year=without.value_vnd - with_it.value_vnd,
    )  # fmt: skip


def _with_fixed_cost(instance: HubPlacement, own: np.ndarray, factor: float) -> HubPlacement:
    return replace(instance, option_cost=np.where(own, instance.option_cost * factor, instance.option_cost))


def capacity_flip(explainer: Explainer, site: int, pair: Pair, progress: Progress = lambda _: None) -> Flip:
    """Return the change of a site's capacity at which the best plans with and without it cost the same."""
    progress("searching the capacity that flips it")
    with_it, without = pair
    pays = with_it.value_vnd <= without.value_vnd
    low, high = (0.0, 1.0) if pays else (1.0, LARGEST_ROOM)
    searched = f"capacity from {low:g} to {high:g} times what the site offers"
    if not pays and not _pays_with_room(explainer, site, without, high):
        return Flip(what="capacity", change_pct=None, searched=searched)
    if pays and _pays_with_room(explainer, site, without, low):
        return Flip(what="capacity", change_pct=None, searched=searched)
    while high - low > CAPACITY_STEP * max(1.0, low):
        middle = (low + high) / 2
        low, high = (low, middle) if _pays_with_room(explainer, site, without, middle) else (middle, high)
    return Flip(what="capacity", change_pct=100 * ((low if pays else high) - 1), searched=searched)


def _pays_with_room(explainer: Explainer, site: int, without: Answered, factor: float) -> bool:
    """Tell whether the site pays with `factor` times its capacity."""
    instance = explainer.forced(site, opened=True)
    own = (instance.option_site == site)[:, None]
    room = np.where(own, instance.option_capacity * factor, instance.option_capacity)
    answered = explainer.ask(replace(instance, option_capacity=room))
    return answered.is_possible and answered.value_vnd <= without.value_vnd
