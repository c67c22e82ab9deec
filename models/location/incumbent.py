"""The best plan so far, and the value at which a branch is of no more use."""

from dataclasses import dataclass
from math import ceil, inf

from models.arrays import Flags
from models.location.task import Task
from models.relaxation.subgradient import States

TOL = 1e-6  # whole values differ by 1: a bound this little above a whole number proves the next one
ROUNDING = 1e-10


@dataclass(slots=True)
class Incumbent:
    """Keeps the best plan of a task by its exact price."""

    task: Task
    relative_gap: float
    value: float = inf
    opened: Flags | None = None

    def offer(self, flag: States) -> bool:
        """Keep the open sites `flag` if they are cheaper than the best so far; return whether they are."""
        opened = flag.astype(bool)
        value = self.task.price(opened)
        if not value < self.value:
            return False
        self.value, self.opened = value, opened
        return True

    @property
    def threshold(self) -> float:
        """Return the bound at which no better plan, or none that matters, is left."""
        step = 1.0 - TOL if self.task.is_whole else ROUNDING * abs(self.value)
        return self.value - max(step, self.relative_gap * abs(self.value)) if self.value < inf else inf

    def proved(self, bound: float) -> float:
        """Return what `bound` proves, with costs of 0 or more and perhaps whole."""
        if bound >= self.value or (self.task.is_whole and self.value < inf and bound > self.value - 1 + TOL / 2):
            return self.value
        whole = self.task.is_whole and bound < inf
        return max(float(ceil(bound - TOL)) if whole and bound > 0 else bound, 0.0)
