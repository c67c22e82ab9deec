"""Links between hubs that nothing may take, in numbers that compiled loops can add and take away again.

inf - inf is no number, so that the bound reads a number above any plan's cost in place of inf: a cost with a forbidden
link in it then tells itself apart. Moves add and take away the same cost again and again, which would lose the digits
of all others: they read a number not so large, and what they find is looked at for forbidden links.
"""

from dataclasses import dataclass
from math import inf
from typing import Self

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.hubs.costs import Costs

LARGEST = 1e280  # what all flows on forbidden links would cost: below `hub_choice.HUGE`
APART = 1e20  # so many times the cost of any plan, at least, is the cost of the least flow on a forbidden link
ROUGH = 1e3  # of the dearest link: moves would rather take that than a forbidden one


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """`transfer` and `rough` [hub, hub] without inf; no plan costs `least` or more, no cost with a bar in it less.

    `barred` [first hub, last hub]; `moving` [origin, destination] has a flow.
    """

    transfer: Floats
    rough: Floats
    least: float
    barred: Flags
    moving: Flags

    @classmethod
    def of(cls, costs: Costs) -> Self:
        """Return the bars of an instance."""
        barred, moving = np.isinf(costs.transfer), costs.flow > 0
        if not barred.any() or not moving.any():
            calm = np.where(barred, 0.0, costs.transfer)  # nothing moves: 0 x inf would be no number
            return cls(transfer=calm, rough=calm, least=inf, barred=barred, moving=moving)
        price = min(LARGEST / float(costs.flow.sum()), LARGEST)
        return cls(
            transfer=np.where(barred, price, costs.transfer),
            rough=np.where(barred, ROUGH * (_dearest(costs) or 1.0), costs.transfer),
            least=price * float(costs.flow[moving].min()) / 2,
            barred=barred,
            moving=moving,
        )

    @property
    def has_any(self) -> bool:
        """Return whether a link is forbidden to a flow."""
        return self.least < inf

    def bar(self, at: Indices) -> bool:
        """Return whether a flow takes a forbidden link between the hubs of its nodes, `at` [node]."""
        return self.has_any and bool((self.barred[np.ix_(at, at)] & self.moving).any())


def tell_apart(costs: Costs) -> bool:
    """Return whether numbers can tell any plan from one that takes a forbidden link: flows may be too far apart."""
    bars = Bars.of(costs)
    return bars.least > APART * (3 * _dearest(costs) * float(costs.flow.sum()) + float(costs.fixed.sum()))


def _dearest(costs: Costs) -> float:
    legs = (costs.collect, costs.transfer, costs.distribute)
    return max(float(leg[np.isfinite(leg)].max(initial=0.0)) for leg in legs)
