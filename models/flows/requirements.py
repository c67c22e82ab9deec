"""The requirements of a min-cost flow instance, as rows that may give way; see `models.infeasible`.

    ("supplied", node)    units of the node's supply left where they are
    ("served", node)      units of the node's demand left unmet
    ("capacity", arc)     units beyond the capacity of the arc

Each gives way by whole units, at 1 a unit where the caller names no price. Arcs with room for all that can be sent are
no requirement, nor are loops. Where supply and demand differ, the surplus must be given up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from models.arrays import Indices, Integers
from models.flows.instance import Instance, exact_sum, total_supply
from models.infeasible import (
    WHOLE,
    Elastic,
    Name,
    Prices,
    Relaxation,
    RequiredProgram,
    RequiredRows,
    Requirement,
    priced,
)
from models.program import Program

KINDS = ("supplied", "served", "capacity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What can be asked for: nodes that send, nodes that take, arcs of limited room; `names` in this order.

    `most`: the units that can be sent at all; `sent`, `taken`: those of the supply and of the demand.
    """

    senders: Indices
    takers: Indices
    limited: Indices
    sent: int
    taken: int

    @classmethod
    def of(cls, instance: Instance) -> "Asked":
        """Return what an instance asks for."""
        sent = total_supply(instance)
        taken = sent - exact_sum(instance.supply)
        is_limited = (instance.capacity < min(sent, taken)) & (instance.tail != instance.head)
        return cls(
            senders=np.flatnonzero(instance.supply > 0),
            takers=np.flatnonzero(instance.supply < 0),
            limited=np.flatnonzero(is_limited),
            sent=sent,
            taken=taken,
        )

    @property
    def most(self) -> int:
        """Return how many units any arc needs to carry: a flow without cycles sends no more along it."""
        return min(self.sent, self.taken)

    @property
    def names(self) -> list[Name]:
        """Return the names of the requirements."""
        members = zip(KINDS, (self.senders, self.takers, self.limited), strict=True)
        return [(kind, index) for kind, some in members for index in some.tolist()]

    def elastics(self, prices: Prices | None) -> list[Elastic | None]:
        """Return how each may give way.

        Raises
        ------
        InstanceError
            If a price has no meaning, or names no requirement.
        """
        without_rows = [Requirement(name=name, rows=np.empty(0, dtype=np.intp), elastic=WHOLE) for name in self.names]
        return [one.elastic for one in priced(without_rows, prices, KINDS)]

    def units(self, instance: Instance) -> Integers:
        """Return how many units of each requirement can give way [requirement]."""
        given_up = np.abs(np.concatenate([instance.supply[self.senders], instance.supply[self.takers]]))
        return np.concatenate([given_up, self.most - instance.capacity[self.limited]])


def program_of(instance: Instance, prices: Prices | None) -> RequiredProgram:
    """Return the program without a cost, and its requirements: flows of the arcs, then what nodes send and take.

    Raises
    ------
    InstanceError
        If a price has no meaning.
    """
    asked = Asked.of(instance)
    moves = np.flatnonzero(instance.tail != instance.head)
    ends = np.concatenate([asked.senders, asked.takers])
    amount = np.abs(instance.supply[ends]).astype(np.float64)
    flows, kept = np.arange(moves.size), moves.size + np.arange(ends.size)
    rows = RequiredRows(KINDS)
    rows.add(
        0.0,
        0.0,
        instance.supply.size,
        (instance.tail[moves], flows, 1.0),
        (instance.head[moves], flows, -1.0),
        (ends, kept, -np.sign(instance.supply[ends]).astype(np.float64)),
    )
    whole = rows.add(amount, amount, ends.size, (np.arange(ends.size), kept, 1.0))
    for name, row in zip(asked.names, whole.tolist(), strict=False):
        rows.require(name, np.array([row]), WHOLE, side="lower")
    place = np.searchsorted(moves, asked.limited)
    room = instance.capacity[asked.limited].astype(np.float64)
    at = rows.add(-inf, room, place.size, (np.arange(place.size), flows[place], 1.0))
    rows.require_each("capacity", asked.limited.tolist(), at, WHOLE)
    count = flows.size + kept.size
    program = Program(
        cost=np.zeros(count),
        lower=np.zeros(count),
        upper=np.concatenate([np.full(flows.size, float(asked.most)), amount]),
        matrix=rows.matrix,
        row_lower=rows.lower,
        row_upper=rows.upper,
        integer=np.arange(count) >= flows.size,
    )
    return program, rows.requirements(prices)


def eased(instance: Instance, relaxations: Iterable[Relaxation]) -> dict[str, Any]:
    """Return the fields of the instance that the relaxations change."""
    supply, capacity = instance.supply.copy(), instance.capacity.copy()
    for relaxation in relaxations:
        amount = round(relaxation.amount)
        match relaxation.name:
            case ("supplied", int(node)):
                supply[node] -= amount
            case ("served", int(node)):
                supply[node] += amount
            case ("capacity", int(arc)):
                capacity[arc] += amount
    return {"supply": supply, "capacity": capacity}
