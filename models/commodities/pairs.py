"""The commodities that move, as pairs of origin and destination: what the path engine works on."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from models.arrays import Floats, Indices, Integers
from models.commodities.instance import Instance, cost_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """An `Instance` without `supply`, without amounts of 0; `number` [commodity] is its index in the caller's."""

    tail: Integers
    head: Integers
    capacity: Floats
    unit_cost: Floats
    origin: Integers
    destination: Integers
    amount: Floats
    unserved_cost: Floats
    nodes: int
    number: Indices
    supply: None = None

    @classmethod
    def of(cls, instance: Instance) -> Self:
        """Return the commodities of `instance` that have an amount and a way to go."""
        moving = np.flatnonzero((instance.amount > 0) & (instance.origin != instance.destination))
        rows = cost_rows(instance)
        return cls(
            tail=instance.tail,
            head=instance.head,
            capacity=instance.capacity,
            unit_cost=rows if len(rows) == 1 else rows[moving],
            origin=instance.origin[moving],
            destination=instance.destination[moving],
            amount=instance.amount[moving],
            unserved_cost=instance.unserved_cost[moving],
            nodes=instance.nodes,
            number=moving,
        )

    def counting_unserved(self) -> "Pairs":
        """Return the same where moving costs nothing and a unit not served costs 1."""
        free = np.where(np.isfinite(self.unit_cost), 0.0, np.inf)
        return replace(self, unit_cost=free, unserved_cost=np.ones(self.amount.size))

    def on(self, capacity: Floats, extra_cost: Floats | float = 0.0) -> "Pairs":
        """Return the same with other capacities [link], where 0 is no link, and more cost of a unit [link]."""
        return replace(self, capacity=capacity, unit_cost=np.where(capacity > 0, self.unit_cost + extra_cost, np.inf))


def smallest() -> Pairs:
    """Return one commodity on one link: what compiled functions are run on once, before the clock."""
    node, ones = np.array([0]), np.ones(1)
    return Pairs(
        tail=node,
        head=node + 1,
        capacity=ones,
        unit_cost=np.ones((1, 1)),
        origin=node,
        destination=node + 1,
        amount=ones,
        unserved_cost=np.full(1, np.inf),
        nodes=2,
        number=node,
    )
