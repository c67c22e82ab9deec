"""Depth-first branch and bound over whatever the engines put into a node, with a proven bound at any moment.

Source: Land, Doig, Econometrica 28, 1960.
"""

from dataclasses import dataclass, field
from math import inf
from typing import Protocol, TypeVar

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.clock import Clock
from models.interruption import ctrl_c
from models.stopping import GAP_REACHED, INTERRUPTED, TIME_LIMIT

ROUNDING = 1e-9  # values this near are the same: sums over all pairs carry such errors
STEP_SIZE = 4_000_000  # multipliers moved before control returns

Plan = tuple[Indices, Indices, Floats]  # hubs (open, or of each node), routes [route, 4], shares [route]
NO_ROUTES = (np.empty((0, 4), dtype=np.intp), np.empty(0))


class TimeIsUp(Exception):  # noqa: N818  (not an error: the tree ends the search by it)
    """The clock has run out in the middle of a node."""


@dataclass(slots=True)
class Best:
    """The best plan so far, and when a branch is not worth following."""

    clock: Clock
    relative_gap: float
    value: float = inf
    floor: float = inf
    plan: Plan = field(default_factory=lambda: (np.empty(0, dtype=np.intp), *NO_ROUTES))

    @property
    def goes_by_sets(self) -> bool:
        """Return whether sets of hubs are to be told apart first, before their plans."""
        return False

    def is_of_use(self, value: float) -> bool:
        """Return whether a plan of this value would be kept."""
        return value < self.value

    def offer(self, value: float, plan: Plan) -> bool:
        """Keep a copy of the plan if it is the best; return whether it is."""
        if value >= self.value:
            return False
        first, second, third = plan
        self.value, self.plan = value, (first.copy(), second.copy(), third.copy())
        return True

    def note(self, floor: float, value: float) -> None:
        """Keep the bound on plans that were priced, where `value`, the best known of them, is not proved to be best."""
        if value - floor > ROUNDING * abs(value):
            self.floor = min(self.floor, floor)

    @property
    def proved(self) -> float:
        """Return the bound on all plans once no branch is left."""
        return self.value - max(self.relative_gap, ROUNDING) * abs(self.value) if self.value < inf else inf

    @property
    def cutoff(self) -> float:
        """Return the bound from which on a branch is closed."""
        return self.proved

    def cutoff_with(self, hubs: Indices) -> float:  # noqa: ARG002  (who keeps several sets of hubs reads it)
        """Return the bound from which on a branch is closed in which exactly `hubs` (rising) are open."""
        return self.cutoff

    def target(self, beyond: float, bound: float, cutoff: float) -> float:  # noqa: ARG002  (as above)
        """Return what steps aim at: `beyond` times the best plan, or twice the bound while there is none."""
        return self.value * beyond if self.value < inf else max(2 * bound, 1.0)

    def tick(self) -> None:
        """Raise TimeIsUp if the time is up."""
        if self.clock.is_over:
            raise TimeIsUp


class Node(Protocol):
    """A part of the plans, with a bound on their value that the engine raises in place."""

    bound: float


def slice_of(multipliers: int, most: int) -> int:
    """Return how many steps on so many multipliers keep Python out of control for some tenths of a second only."""
    return max(1, min(most, STEP_SIZE // max(multipliers, 1)))


N = TypeVar("N", bound=Node)


class Engine(Protocol[N]):
    """What the tree asks of an engine."""

    @property
    def best(self) -> Best:
        """Return the best plan so far."""

    def root(self) -> N:
        """Return the node of all plans, after looking for a first plan."""

    def explore(self, node: N) -> list[N]:
        """Raise the node's bound, offer plans, and return its parts, the one to follow first at the end."""


class SetEngine(Engine[N], Protocol[N]):
    """An engine that can be asked about given hubs, too."""

    def suggest(self, opened: Flags) -> None:
        """Offer a good plan with exactly the hubs `opened` [node], where one is found."""

    def among(self, opened: Indices) -> N | None:
        """Return the node of all plans with exactly these hubs; None where a plan offered is always their best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How a search ended: `bound` is proven; `is_complete`: nothing is left to look at."""

    bound: float
    nodes: int
    is_complete: bool
    stopped: str


def search(engine: Engine[N]) -> Found:
    """Explore until nothing better can be left, the time is up or Ctrl-C is pressed."""
    best, open_nodes, nodes, stopped = engine.best, [], 0, GAP_REACHED
    try:
        with ctrl_c():
            open_nodes.append(engine.root())
            while open_nodes:
                node = open_nodes[-1]
                if node.bound < best.cutoff:
                    best.tick()
                    nodes += 1
                    parts = engine.explore(node)
                    open_nodes[-1:] = parts  # at once: Ctrl-C must not lose them
                else:
                    open_nodes.pop()
        lowest = best.proved
    except (TimeIsUp, KeyboardInterrupt) as end:
        stopped = TIME_LIMIT if isinstance(end, TimeIsUp) else INTERRUPTED
        lowest = min([best.proved, *(node.bound for node in open_nodes)]) if open_nodes else 0.0
    is_complete = stopped == GAP_REACHED
    lowest = min(lowest, best.floor)
    if lowest >= best.value - 2 * ROUNDING * abs(best.value):
        lowest = best.value
    return Found(bound=lowest, nodes=nodes, is_complete=is_complete, stopped=stopped)
