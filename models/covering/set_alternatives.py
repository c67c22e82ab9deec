"""The covers that cost nearly as little as the cheapest."""

from dataclasses import dataclass

from models.arrays import Floats, sums_are_whole
from models.clock import Clock
from models.covering.every_cover import find
from models.covering.lists import OPEN, Cover, States
from models.covering.near_best import NearBest
from models.interruption import ctrl_c
from models.stopping import ALL_FOUND, INTERRUPTED, TIME_LIMIT

DUST = 1e-15  # of all costs together


@dataclass(slots=True)
class _Task:
    cover: Cover
    cost: Floats
    near: NearBest
    size: int | None = None

    @property
    def cut(self) -> float:
        return min(self.near.cut, 2 * float(self.cost.sum()) + 1)

    def keep(self, opened: States) -> None:
        self.near.keep(float(self.cost[opened == OPEN].sum()), opened)


def near_cheapest(
    cover: Cover, cost: Floats, rules: tuple[States, States], asked: tuple[int, float, float], clock: Clock
) -> tuple[list[States], str]:
    """Return the cheapest covers, and why the search for them ended: ALL_FOUND, or what came first.

    `rules`: which sites are forced, and a cheapest cover; `asked`: how many, how far from it
    (relative), and a bound on what it costs.
    """
    state, first = rules
    total = float(cost.sum())
    task = _Task(cover, cost, NearBest(*asked, DUST * total, sums_are_whole(total, cost)))
    task.keep(first)
    try:
        with ctrl_c():
            stopped = ALL_FOUND if find(task, state, clock) else TIME_LIMIT
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    return task.near.ranked(), stopped
