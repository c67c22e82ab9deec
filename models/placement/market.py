"""Offers in the slots that are open, and what each flow does at given prices for room.

With a price per unit of room in every open slot each flow simply takes the offer of the largest saving net of the
price, or goes directly: the flows separate. What they would then save net, plus the price of all room there is, is at
least the saving of any shipment that keeps the capacities (weak duality), whatever the prices are.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from models.arrays import Flags, Floats, Indices, dot
from models.placement.offers import Offers

DIRECT = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the flows do at some prices: per row the offer taken (or DIRECT) and the net saving per unit.

    `net` [offer] is the saving net of the price, `bound` what no shipment can beat.
    """

    taken: Indices
    best: Floats
    net: Floats
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """The offers in open slots. A *row* is a flow that has at least one of them.

    Parameters
    ----------
    room
        [slot]: capacity.
    flow, amount
        [row]: the flow and its amount (a sampled market weighs it anew).
    first, size
        [row]: where its offers begin, and how many there are.
    row, slot, saving, offer
        [offer of the market]: row, slot, saving, and the index among all offers.
    """

    room: Floats
    flow: Indices
    amount: Floats
    first: Indices
    size: Indices
    row: Indices
    slot: Indices
    saving: Floats
    offer: Indices

    @classmethod
    def of(cls, offers: Offers, opened: Flags) -> Self:
        """Return the market when the options `opened` [option] are open."""
        room = offers.room(opened)
        offer = np.flatnonzero((room > 0)[offers.slot])
        flow = offers.flow[offer]
        first = _run_starts(flow)
        size = np.diff(np.append(first, offer.size))
        return cls(
            room=room,
            flow=flow[first],
            amount=offers.amount[flow[first]],
            first=first,
            size=size,
            row=np.repeat(np.arange(first.size), size),
            slot=offers.slot[offer],
            saving=offers.saving[offer],
            offer=offer,
        )

    def choose(self, prices: Floats) -> Choice:
        """Return what the flows do at `prices` [slot]."""
        net = self.saving - prices[self.slot]
        if not net.size:
            none = np.empty(0)
            return Choice(taken=np.empty(0, dtype=np.intp), best=none, net=net, bound=dot(prices, self.room))
        best = np.maximum(np.maximum.reduceat(net, self.first), 0.0)
        hits = np.flatnonzero((net == np.repeat(best, self.size)) & (net > 0))
        hits = hits[_run_starts(self.row[hits])]
        taken = np.full(best.size, DIRECT)
        taken[self.row[hits]] = hits
        return Choice(taken=taken, best=best, net=net, bound=dot(self.amount, best) + dot(prices, self.room))

    def load(self, shipped: Floats, offers: Indices | slice = slice(None)) -> Floats:
        """Return the amount in each slot when `shipped` [offers] goes by these offers."""
        load = np.bincount(self.slot[offers], weights=shipped, minlength=self.room.size)
        return np.asarray(load, dtype=np.float64)

    def sample(self, count: int) -> "Market":
        """Return about `count` rows that stand for all: large flows as they are, small ones drawn by their amount.

        Systematic sampling with steps of total / count along the rows; every row drawn weighs what it stands for.
        """
        step = float(self.amount.sum()) / count
        if self.flow.size <= count or step <= 0:
            return self
        weight = np.diff(np.floor(np.cumsum(self.amount) / step + 0.5), prepend=0.0) * step
        return self._part(weight, np.flatnonzero(np.repeat(weight > 0, self.size)))

    def near(self, choice: Choice, distance: float) -> "Market":
        """Return the market of the offers whose net saving lies within `distance` of what their flow chose."""
        return self._part(self.amount, np.flatnonzero(choice.net >= np.repeat(choice.best - distance, self.size)))

    def _part(self, amount: Floats, offers: Indices) -> "Market":
        row = self.row[offers]
        first = _run_starts(row)
        size = np.diff(np.append(first, offers.size))
        return Market(
            room=self.room,
            flow=self.flow[row[first]],
            amount=amount[row[first]],
            first=first,
            size=size,
            row=np.repeat(np.arange(first.size), size),
            slot=self.slot[offers],
            saving=self.saving[offers],
            offer=self.offer[offers],
        )


def _run_starts(values: Indices) -> Indices:
    if not values.size:
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
