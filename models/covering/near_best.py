"""The sets of open sites worth keeping: the few of least value, none dearer than the best by more than a part."""

from dataclasses import dataclass, field
from math import floor, inf

import numpy as np

from models.covering.lists import States

ROUNDING = 1e-9  # relative: so near to a limit a value may be on either side of it
TIE = 1e-12  # relative: values so near to each other are the same sum in another order
HALF = 0.5


@dataclass(slots=True)
class NearBest:
    """Collects sets with their values, lower ones better: `count` at most, none above the best by more than `within`.

    `least`: no value is lower; `dust`: values below it may be the rounding of a sum; `is_whole`: all values are whole
    numbers.
    """

    count: int
    within: float
    least: float
    dust: float
    is_whole: bool
    plans: dict[bytes, float] = field(default_factory=dict)

    @property
    def best(self) -> float:
        """Return the least value known."""
        return min(self.plans.values(), default=inf)

    @property
    def highest(self) -> float:
        """Return the value above which a set is too far from the best, safe against rounding."""
        best = self.best
        if inf in {best, self.within}:
            return inf
        limit = best + self.within * abs(best)
        return limit + ROUNDING * abs(limit) + self.dust

    @property
    def is_full(self) -> bool:
        """Return whether there are as many as asked for."""
        return len(self.plans) >= self.count

    @property
    def cut(self) -> float:
        """Return the value from which on a set is of no use."""
        highest = self.highest
        if self.is_whole and highest < inf:
            highest = floor(highest) + HALF
        if not self.is_full:
            return highest
        worst = max(self.plans.values())
        if worst <= self.least:
            return -inf
        return min(highest, worst - HALF if self.is_whole else worst - TIE * abs(worst) - TIE * self.dust)

    def keep(self, value: float, opened: States) -> None:
        """Keep the set if it is of use; the worst makes room for it."""
        name = opened.tobytes()
        if value >= self.cut or value == inf or name in self.plans:
            return
        if self.is_full:
            del self.plans[max(self.plans, key=self.plans.__getitem__)]
        self.plans[name] = value

    def ranked(self) -> list[States]:
        """Return the sets, the best first."""
        highest = self.highest
        chosen = sorted((value, plan) for plan, value in self.plans.items() if value <= highest)
        return [np.frombuffer(plan, dtype=np.int8).copy() for _, plan in chosen]
