"""What the engines for location without capacities work on, and what they hand back."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, sums_are_whole
from models.relaxation.lists import Lists, full_lists
from models.relaxation.subgradient import CLOSED, FREE, OPEN, Rules
from models.solution import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Lists, rules, the exact price of a set of open sites, and whether all costs are whole numbers."""

    lists: Lists
    rules: Rules
    price: Callable[[Flags], float]
    is_whole: bool

    @property
    def is_complete(self) -> bool:
        """Return whether every list holds all sites that can serve its client."""
        return bool(np.isinf(self.lists.reach).all())


@dataclass(slots=True)
class Found:
    """The best plan so far (None: none), its value, a proven bound, and why the search stopped."""

    opened: Flags | None
    value: float
    bound: float
    stopped: str


def found_of(solution: Solution, opened: Flags) -> Found:
    """Return a solution as the engines do; `opened`: its open sites as they number them."""
    return Found(opened if solution.has_plan else None, solution.objective, solution.bound, solution.stopped)


def rules_of(
    fixed: Floats, number: tuple[int, int], forced_open: tuple[int, ...], forced_closed: tuple[int, ...]
) -> Rules:
    """Return the rules: how many sites may be open, and which must or must not."""
    state = np.full(fixed.size, FREE, dtype=np.int8)
    state[list(forced_open)] = OPEN
    state[list(forced_closed)] = CLOSED
    return Rules(np.array(fixed, dtype=np.float64), state, *number)


def dense_task(cost: Floats, rules: Rules) -> Task:
    """Return the task of a matrix [client, site]; inf where a site cannot serve a client."""

    def price(opened: Flags) -> float:
        serving = cost[:, opened].min(axis=1, initial=np.inf).sum() if cost.size else 0.0
        return float(serving + rules.fixed[opened].sum())

    return Task(lists=full_lists(cost), rules=rules, price=price, is_whole=are_whole(cost, rules.fixed))


def are_whole(cost: Floats, fixed: Floats) -> bool:
    """Return whether all finite costs are whole numbers, small enough that sums are exact."""
    finite = np.where(np.isfinite(cost), cost, 0.0)
    total = finite.max(axis=1, initial=0.0).sum() + fixed.sum()
    return sums_are_whole(float(total), finite, fixed)
