"""Offers in the slots that are open, and what each flow does at given prices for room.

With a price per unit of room in every open slot each flow simply takes the offer of the largest saving net of the
price, or goes directly: the flows separate. What they would then save net, plus the price of all room there is, is at
least the saving of any shipment that keeps the capacities (weak duality), whatever the prices are.

Bounded measures and least throughputs are priced alike: prices stand for the slots, then for the uses, then for the
cells (where an option asks for throughput: a subsidy for what passes). Those have a highest price, the penalty for a
unit by which they are broken, so that there is a shipment for any choice of options; the bound holds all the same.

Source: Geoffrion, Mathematical Programming Study 2, 1974 (Lagrangian relaxation).
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from models.arrays import Flags, Floats, Indices, dot
from models.placement.offers import Offers
from models.placement.terms import NONE

DIRECT = -1
PENALTY = 50.0  # beside a mean saving of 1 per unit; raised where it is too low
DUST = 2e-7  # relative: what a solver leaves of a broken requirement


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
class Scarcity:
    """What there is of everything that has a price: slots, then uses, then cells (none, if none asks).

    Parameters
    ----------
    room, is_open, highest, size
        [price]: capacity, limit, or minus the throughput asked for; whether it is priced at all; the highest price;
        the size of the numbers, beside which a breach is dust.
    slots, uses, resources
        How many there are; cells are what is left of the prices.
    """

    room: Floats
    is_open: Flags
    highest: Floats
    size: Floats
    slots: int
    uses: int
    resources: int

    @classmethod
    def of(cls, offers: Offers, opened: Flags | Floats, penalty: float) -> Self:
        """Return what there is when `opened` [option] are open, whole or in part."""
        room, uses = offers.room(opened), offers.use_limit.size
        asked = offers.throughput(opened) if offers.min_throughput.any() else np.empty(0)
        penalties = np.full(uses + asked.size, penalty)
        return cls(
            room=np.concatenate([room, offers.use_limit - opened @ offers.use_option, -asked]),
            is_open=np.concatenate([room > 0, np.ones(uses, dtype=np.bool_), asked > 0]),
            highest=np.concatenate([np.full(room.size, np.inf), penalties]),
            size=np.concatenate([room, offers.use_size + opened @ np.abs(offers.use_option), asked]),
            slots=room.size,
            uses=uses,
            resources=offers.resources,
        )

    @property
    def is_plain(self) -> bool:
        """Return whether only slots have a price."""
        return self.room.size == self.slots

    def by_slot(self, prices: Floats, sign: float) -> Floats:
        """Return the price of room plus `sign` times that of the cell [slot], and a 0 at the end for no slot."""
        each = prices[: self.slots]
        cells = prices[self.slots + self.uses :]
        if cells.size:
            each = each + sign * np.repeat(cells, self.resources)
        return np.append(each, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """The offers in open slots. A *row* is a flow that has at least one of them.

    Parameters
    ----------
    scarce
        What has a price, and how much of it there is.
    flow, amount
        [row]: the flow and its amount (a sampled market weighs it anew).
    first, size
        [row]: where its offers begin, and how many there are.
    row, slot, second, use, saving, offer
        [offer of the market]: row, slot, second slot or NONE, uses, saving, and the index among all offers; `second`
        is empty if there is none.
    """

    scarce: Scarcity
    flow: Indices
    amount: Floats
    first: Indices
    size: Indices
    row: Indices
    slot: Indices
    second: Indices
    use: Floats
    saving: Floats
    offer: Indices

    @classmethod
    def of(cls, offers: Offers, opened: Flags | Floats, penalty: float = PENALTY) -> Self:
        """Return the market when the options `opened` [option] are open, whole or in part."""
        scarce = Scarcity.of(offers, opened, penalty)
        is_open = np.append(scarce.is_open[: scarce.slots], True)  # the last for no second slot
        fits, twice = is_open[offers.slot], offers.twice
        fits[twice] &= is_open[offers.second[twice]]
        offer = np.flatnonzero(fits)
        flow = offers.flow[offer]
        first = _run_starts(flow)
        size = np.diff(np.append(first, offer.size))
        return cls(
            scarce=scarce,
            flow=flow[first],
            amount=offers.amount[flow[first]],
            first=first,
            size=size,
            row=np.repeat(np.arange(first.size), size),
            slot=offers.slot[offer],
            second=offers.second[offer] if twice.size else np.empty(0, dtype=np.intp),
            use=offers.use[offer],
            saving=offers.saving[offer],
            offer=offer,
        )

    @property
    def room(self) -> Floats:
        """Return what there is of everything that has a price [price]."""
        return self.scarce.room

    @property
    def dearest(self) -> float:
        """Return a price for room that no offer is worth, whatever the prices of the rest."""
        penalties = self.scarce.highest[self.scarce.slots :]
        others = float(penalties.max(initial=0.0)) * (self.scarce.uses + 2 * min(1, penalties.size - self.scarce.uses))
        return float(self.saving.max(initial=0.0)) + others

    def toll(self, prices: Floats) -> Floats:
        """Return what a unit of each offer pays at `prices` [price]."""
        return self._summed(self.scarce.by_slot(prices, -1.0), prices, self.use)

    def reach(self, reach: Floats) -> Floats:
        """Return how far the toll of each offer may move when each price moves by at most `reach` [price]."""
        return self._summed(self.scarce.by_slot(reach, 1.0), reach, np.abs(self.use))

    def _summed(self, each: Floats, prices: Floats, use: Floats) -> Floats:
        total: Floats = each[self.slot]
        if self.second.size:
            total += each[self.second]
        if self.scarce.uses:
            first = self.scarce.slots
            total += np.einsum("ij,j->i", use, prices[first : first + self.scarce.uses])
        return total

    def choose(self, prices: Floats) -> Choice:
        """Return what the flows do at `prices` [price]."""
        net = self.saving - self.toll(prices)
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
        """Return what is taken of everything that has a price when `shipped` [offers] goes by these offers."""
        load = np.bincount(self.slot[offers], weights=shipped, minlength=self.scarce.slots)
        if self.second.size:
            second = self.second[offers]
            passes = second != NONE
            load = load + np.bincount(second[passes], weights=shipped[passes], minlength=self.scarce.slots)
        if self.scarce.is_plain:
            return np.asarray(load, dtype=np.float64)
        cells = self.room.size - self.scarce.slots - self.scarce.uses
        used = np.einsum("i,ij->j", shipped, self.use[offers])
        passing = -load.reshape(-1, self.scarce.resources).sum(axis=1) if cells else np.empty(0)
        return np.concatenate([load, used, passing])

    def breach(self, shipped: Floats) -> Floats:
        """Return by how much more than dust each requirement other than room is broken [price]; 0 for slots."""
        if self.scarce.is_plain:
            return np.zeros(self.room.size)
        over: Floats = np.maximum(self.load(shipped) - self.room, 0.0)
        over[: self.scarce.slots] = 0.0
        size = self.scarce.size.copy()
        uses = slice(self.scarce.slots, self.scarce.slots + self.scarce.uses)
        size[uses] += np.einsum("i,ij->j", shipped, np.abs(self.use))
        over[over <= DUST * size] = 0.0
        return over

    def sample(self, count: int) -> "Market":
        """Return about `count` rows that stand for all: large flows as they are, small ones drawn by their amount.

        Systematic sampling with steps of total / count along the rows; every row drawn weighs what it stands for.
        """
        step = float(self.amount.sum()) / count
        if self.flow.size <= count or step <= 0:
            return self
        weight = np.diff(np.floor(np.cumsum(self.amount) / step + 0.5), prepend=0.0) * step
        return self._part(weight, np.flatnonzero(np.repeat(weight > 0, self.size)))

    def corrected(self, whole: "Market", choice: Choice, prices: Floats) -> "Market":
        """Return a sample of `whole` that at `prices` lacks of everything what the whole lacks at its `choice`."""
        more = self.taken_load(self.choose(prices)) - whole.taken_load(choice)
        return replace(self, scarce=replace(self.scarce, room=self.room + more))

    def taken_load(self, choice: Choice) -> Floats:
        """Return what is taken of everything that has a price where all flows do what they choose."""
        via_hub = choice.taken != DIRECT
        return self.load(self.amount[via_hub], choice.taken[via_hub])

    def near(self, choice: Choice, distance: float) -> "Market":
        """Return the market of the offers whose net saving lies within `distance` of what their flow chose."""
        return self._part(self.amount, np.flatnonzero(choice.net >= np.repeat(choice.best - distance, self.size)))

    def only(self, offers: Indices) -> "Market":
        """Return the market of these offers alone."""
        return self._part(self.amount, offers)

    def _part(self, amount: Floats, offers: Indices) -> "Market":
        row = self.row[offers]
        first = _run_starts(row)
        size = np.diff(np.append(first, offers.size))
        return replace(
            self,
            flow=self.flow[row[first]],
            amount=amount[row[first]],
            first=first,
            size=size,
            row=np.repeat(np.arange(first.size), size),
            slot=self.slot[offers],
            second=self.second[offers] if self.second.size else self.second,
            use=self.use[offers],
            saving=self.saving[offers],
            offer=self.offer[offers],
        )


def _run_starts(values: Indices) -> Indices:
    if not values.size:
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
