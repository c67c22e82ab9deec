"""The paths that the master program may choose from."""

from dataclasses import dataclass, field

import numpy as np

from models.arrays import Floats, Indices, Integers
from models.commodities.pricing import Priced


@dataclass(slots=True)
class Columns:
    """Paths of commodities, each once; a path without links is that of what is not served or need not move.

    `owner` and `cost` [column] (cost of the whole commodity going that way), `start` [column + 1] into `links`.
    """

    amount: Floats
    owner: list[int] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    path: list[Integers] = field(default_factory=list)
    seen: set[tuple[int, bytes]] = field(default_factory=set)

    def add(self, priced: Priced, unit_cost: Floats, wanted: Indices) -> int:
        """Add the `wanted` commodities' paths that are new; return how many. `unit_cost`: without prices."""
        before = len(self.owner)
        starts = priced.start.tolist()
        for commodity in wanted.tolist():
            path = priced.links[starts[commodity] : starts[commodity + 1]]
            key = (commodity, path.tobytes())
            if key not in self.seen:
                self.seen.add(key)
                self.owner.append(commodity)
                self.cost.append(float(unit_cost[commodity] * self.amount[commodity]))
                self.path.append(path)
        return len(self.owner) - before

    def clear(self) -> None:
        """Forget all paths."""
        for known in (self.owner, self.cost, self.path, self.seen):
            known.clear()

    def arrays(self) -> tuple[Indices, Floats, Integers, Indices]:
        """Return owner [column], cost [column], and of every use of a link the link and the column."""
        sizes = np.array([path.size for path in self.path], dtype=np.intp)
        links = np.concatenate(self.path) if self.path else np.empty(0, dtype=np.int64)
        return np.array(self.owner, dtype=np.intp), np.array(self.cost), links, np.repeat(np.arange(sizes.size), sizes)
