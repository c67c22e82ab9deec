"""Multi-commodity flow as one linear program over commodities and links, in shares of each commodity's amount.

It serves small instances, commodities with several origins and destinations, and comparison.

Source: Ahuja, Magnanti, Orlin, Network Flows, 1993, chapter 17.
"""

from dataclasses import dataclass
from math import inf

import numpy as np

from models.arrays import Floats, Indices
from models.clock import Clock
from models.commodities.instance import Instance, cost_rows, supplies
from models.program import Matrix, Program
from models.solver import Outcome, Solver
from models.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Textbook:
    """The program's variables: x (`commodity`, `link`), then what stays at a node (`short_commodity`, `short_node`)."""

    instance: Instance
    commodity: Indices
    link: Indices
    short_commodity: Indices
    short_node: Indices
    unit_cost: Floats
    unserved_cost: Floats
    unit: float

    @classmethod
    def of(cls, instance: Instance, *, counts_unserved: bool = False) -> "Textbook":
        """Return the program's variables; `counts_unserved`: moving is free, what is not served costs 1."""
        rows = np.broadcast_to(cost_rows(instance), (instance.amount.size, instance.tail.size))
        moving = instance.amount > 0
        commodity, link = np.nonzero(np.isfinite(rows) & moving[:, None])
        unserved = np.ones(moving.size) if counts_unserved else instance.unserved_cost
        may = moving & np.isfinite(unserved)
        short_commodity, short_node = np.nonzero((supplies(instance) != 0) & may[:, None])
        cost = np.zeros(link.size) if counts_unserved else rows[commodity, link]
        largest = float((instance.amount[commodity] * cost).max(initial=0.0))
        penalty = float((instance.amount[may] * unserved[may]).max(initial=0.0))
        return cls(
            instance=instance,
            commodity=commodity,
            link=link,
            short_commodity=short_commodity,
            short_node=short_node,
            unit_cost=cost,
            unserved_cost=unserved,
            unit=largest or penalty or 1.0,
        )

    def solve(self, solver: Solver, limit_s: float = inf) -> Outcome:
        """Return the solver's answer."""
        clock = Clock(limit_s)
        program = self.program()
        return solver.lp(program, limit_s=clock.left_s)

    def program(self) -> Program:
        """Return the linear program."""
        instance, nodes = self.instance, self.instance.nodes
        amount, x = instance.amount, np.arange(self.link.size)
        short = x.size + np.arange(self.short_node.size)
        share = supplies(instance)
        limited = np.isfinite(instance.capacity) & (instance.capacity > 0)
        place = np.cumsum(limited) - 1
        crowded = limited[self.link]
        balance = self.commodity * nodes
        tail, head = instance.tail[self.link], instance.head[self.link]
        moves = tail != head
        blocks = (
            ((balance + tail)[moves], x[moves], 1.0),
            ((balance + head)[moves], x[moves], -1.0),
            (self.short_commodity * nodes + self.short_node, short, 1.0),
            (
                share.size + place[self.link[crowded]],
                x[crowded],
                amount[self.commodity[crowded]] / instance.capacity[self.link[crowded]],
            ),
        )
        left = share[self.short_commodity, self.short_node]
        paid = np.where(left > 0, self.unserved_cost[self.short_commodity] * amount[self.short_commodity], 0.0)
        ones = np.ones(int(limited.sum()))
        asked = np.where(amount[:, None] > 0, share, 0.0).ravel()
        return Program(
            cost=np.concatenate([amount[self.commodity] * self.unit_cost, paid]) / self.unit,
            lower=np.concatenate([np.zeros(x.size), np.minimum(left, 0.0)]),
            upper=np.concatenate([np.ones(x.size), np.maximum(left, 0.0)]),
            matrix=Matrix.stack(*blocks),
            row_lower=np.concatenate([asked, -inf * ones]),
            row_upper=np.concatenate([asked, ones]),
        )

    def prices(self, outcome: Outcome) -> tuple[Floats, Floats]:
        """Return the links' prices [link] and the nodes' [commodity, node], per unit."""
        instance = self.instance
        price, potential = np.zeros(instance.tail.size), np.zeros((instance.amount.size, instance.nodes))
        rows = potential.size
        limited = np.flatnonzero(np.isfinite(instance.capacity) & (instance.capacity > 0))
        if outcome.prices.size:
            price[limited] = np.maximum(outcome.prices[rows:], 0.0) * self.unit / instance.capacity[limited]
            each = -outcome.prices[:rows].reshape(potential.shape) * self.unit
            potential = each / np.where(instance.amount > 0, instance.amount, 1.0)[:, None]
        return price, potential


def least_unserved(instance: Instance, solver: Solver, limit_s: float) -> tuple[float, Floats]:
    """Return the least amount that must stay unserved, and the links' prices that show where; 0 if out of time."""
    textbook = Textbook.of(instance, counts_unserved=True)
    outcome = textbook.solve(solver, limit_s)
    if outcome.status is not Status.OPTIMAL:
        return 0.0, np.zeros(instance.tail.size)
    return outcome.objective * textbook.unit, textbook.prices(outcome)[0]
