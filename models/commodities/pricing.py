"""What link prices prove: every commodity takes its cheapest path, and what the links' room is worth is given back.

    L(w) = sum_k d_k min(dist_k(c + w), unserved_k) - sum_a w_a u_a        is a bound for any prices w >= 0

(Lagrangian relaxation of the capacities; Ahuja, Magnanti, Orlin, Network Flows, 1993, chapter 17.)
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from models.arrays import Flags, Floats, Indices, Integers
from models.commodities.instance import Instance, cost_rows
from models.commodities.trees import Links, Paths, Trees, find

ROUNDING = 1e-13  # of the sum of the bound's terms: what adding them up in floats may lose
SLICE = 3_000_000  # links looked at between two looks at the clock or for Ctrl-C: below half a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What each commodity does at some prices.

    `path_cost` [commodity] is the cost of its path with prices, `unserved_cost` where that is less; the links of its
    path are `links[start[k]:start[k + 1]]` (none where it is not served). `bound` is what the prices prove.
    """

    path_cost: Floats
    served: Flags
    start: Integers
    links: Integers
    bound: float


@dataclass(slots=True)
class Pricing:
    """Asks all commodities for their cheapest paths; made once an instance."""

    instance: Instance
    costs: Floats
    links: Links
    trees: Trees
    order: Indices
    room: int

    @classmethod
    def of(cls, instance: Instance, costs: Floats | None = None) -> Self:
        """Return the pricing of an instance with pairs of origin and destination; `costs` instead of its own."""
        costs = cost_rows(instance) if costs is None else costs
        by_tail = np.argsort(instance.tail, kind="stable")
        # what no commodity may use is not looked at
        by_tail = by_tail[np.isfinite(costs[:, by_tail]).any(axis=0)]
        tail = instance.tail[by_tail]
        first = np.searchsorted(tail, np.arange(instance.nodes + 1))
        row = np.zeros(instance.amount.size, dtype=np.int64) if len(costs) == 1 else np.arange(instance.amount.size)
        order = np.lexsort((instance.origin, row))
        key = row[order] * instance.nodes + instance.origin[order]
        _, begin = np.unique(key, return_index=True)
        trees = Trees(
            instance.origin[order][begin],
            row[order][begin],
            np.append(begin, order.size).astype(np.int64),
            instance.destination[order],
        )
        return cls(
            instance=instance,
            costs=np.ascontiguousarray(costs),
            links=Links(first.astype(np.int64), tail, instance.head[by_tail], by_tail.astype(np.int64)),
            trees=trees,
            order=order,
            room=max(8 * order.size, 1024),
        )

    def at(self, price: Floats) -> Priced:
        """Return every commodity's choice at link prices [link], and the bound."""
        price = np.array(price)  # one kind of array: read-only ones would be compiled for anew
        paths = self._paths(price)
        count = self.order.size
        dist, size = np.empty(count), np.empty(count, dtype=np.int64)
        dist[self.order] = paths.dist
        size[self.order] = np.diff(paths.start)
        served = (dist <= self.instance.unserved_cost) & np.isfinite(dist)
        begin = np.empty(count, dtype=np.int64)
        begin[self.order] = paths.start[:-1]
        size = np.where(served, size, 0)
        start = np.append(0, np.cumsum(size))
        at = np.repeat(begin - start[:-1], size) + np.arange(start[-1])
        path_cost = np.minimum(dist, self.instance.unserved_cost)
        return Priced(
            path_cost=path_cost,
            served=served,
            start=start,
            links=paths.links[at],
            bound=bound_of(self.instance, path_cost, price),
        )

    def _paths(self, price: Floats) -> Paths:
        count = self.order.size
        most = max(SLICE // max(self.links.head.size, 1), 1)
        while True:
            paths = Paths(np.empty(count), np.zeros(count + 1, dtype=np.int64), np.empty(self.room, dtype=np.int64))
            tree, before = 0, -1
            while before < tree < self.trees.origin.size:
                before, tree = tree, find(self.links, (self.costs, price), self.trees, paths, tree, most)
            if tree >= self.trees.origin.size:
                return paths
            self.room *= 2


def bound_of(instance: Instance, path_cost: Floats, price: Floats) -> float:
    """Return L(w), less what rounding may have added; inf where a commodity has no path and must be served."""
    used, priced = instance.amount > 0, price > 0
    gains = instance.amount[used] * path_cost[used]
    if np.isinf(gains).any():
        return np.inf
    rents = price[priced] * instance.capacity[priced]
    return float(gains.sum() - rents.sum() - ROUNDING * (gains.sum() + rents.sum()))
