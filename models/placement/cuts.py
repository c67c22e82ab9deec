"""Benders cuts: what any choice of options can save at most, in terms of the options alone.

For any worth pi_f >= 0 of a unit of each flow, any shipment through the options y saves at most

    sum_f amount_f pi_f + sum_k y_k worth_k(pi),
    worth_k(pi) = sum_q max { sum_f (saving_fsq - pi_f) m_f : sum_f m_f <= capacity_kq, 0 <= m_f <= amount_f }

(Lagrangian relaxation of "shares sum to 1" in the formulation with a share for each flow, option and resource): one
continuous knapsack an option and resource. The cut holds for fractional y and for every number of sites, so all counts
of a curve share it. With pi from the prices of the best shipment for some y it is exact at that y, because there
worth_k <= prices times capacities. For options that are closed there, the knapsack chooses the best price by
itself; that makes these cuts far stronger than those from one price per slot. Of the 2030 instance of northern
Vietnam (55,000 flows, 1.5 million routes) 25 of them prove the whole curve from 0 to 6 new hubs.

Where measures are bounded and options ask for throughput, any prices mu >= 0 of uses and nu >= 0 of cells may be
taken as well: the constant grows by mu @ use_limit, an offer saves mu @ use less and nu of its cells more, and an
option is worth nu times the throughput it asks for, and mu times what it uses itself, less. An offer that passes two
slots splits its saving over both; any split gives a cut, because what passes both passes each.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, dot
from models.placement.offers import Offers


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """`saving <= constant + worth @ y`; `edge` [option, resource] is the price at which the room would fill."""

    constant: float
    worth: Floats
    edge: Floats

    def at(self, opened: Floats) -> float:
        """Return the bound on the saving of `opened` [option]."""
        return self.constant + dot(self.worth, opened)

    def times(self, factor: float) -> "Cut":
        """Return the cut on the saving in a unit of money of which `factor` make one of this."""
        return Cut(constant=self.constant * factor, worth=self.worth * factor, edge=self.edge)


def make_cut(offers: Offers, flow_worth: Floats, prices: Floats | None = None, is_open: Flags | None = None) -> Cut:
    """Return the cut of `flow_worth` [flow] and `prices` [price] (None: all 0), each 0 or more.

    The prices of uses and cells make another cut; those of slots, and which slots are open (`is_open` [slot], None:
    none), only say how two slots share a saving.
    """
    worth = np.zeros(offers.option.size)
    edge = np.zeros(offers.capacity.shape)
    gain, subsidy, constant = _gains(offers, flow_worth, prices, is_open)
    passing = np.concatenate([offers.flow, offers.flow[offers.twice]]) if offers.twice.size else offers.flow
    order = np.argsort(offers.site, kind="stable")
    first = np.searchsorted(offers.site[order], np.arange(offers.cells + 1))
    for slot in range(offers.slots):
        site, resource = divmod(slot, offers.resources)
        options = order[first[site] : first[site + 1]]
        options = options[offers.capacity[options, resource] > 0]
        inside = offers.by_slot[offers.slot_first[slot] : offers.slot_first[slot + 1]]
        inside = inside[gain[inside] > 0] if options.size else inside[:0]
        if options.size and inside.size:
            filled, edge[options, resource] = _knapsacks(
                gain[inside], offers.amount[passing[inside]], offers.capacity[options, resource]
            )
            worth[options] += filled
    if subsidy.size:
        worth -= subsidy[offers.site] * offers.min_throughput
    if prices is not None and offers.use_limit.size:
        worth -= offers.use_option @ prices[offers.slots : offers.slots + offers.use_limit.size]
    return Cut(constant=dot(offers.amount, flow_worth) + constant, worth=worth, edge=edge)


def _gains(
    offers: Offers, flow_worth: Floats, prices: Floats | None, is_open: Flags | None
) -> tuple[Floats, Floats, float]:
    """Return what each pass gains, the price of each cell (none: empty), and what the uses add to the constant."""
    gain = offers.saving - flow_worth[offers.flow]
    none = np.empty(0)
    if not offers.has_terms:
        return gain, none, 0.0
    slots, uses = offers.slots, offers.use_limit.size
    if prices is None:
        prices = np.zeros(slots + uses + (offers.cells if offers.min_throughput.any() else 0))
    of_uses, of_cells = prices[slots : slots + uses], prices[slots + uses :]
    if uses:
        gain = gain - np.einsum("ij,j->i", offers.use, of_uses)
    subsidy = np.append(np.repeat(of_cells, offers.resources), 0.0) if of_cells.size else np.zeros(slots + 1)
    gain = gain + subsidy[offers.slot] + subsidy[offers.second]
    open_slots = np.zeros(slots, dtype=np.bool_) if is_open is None else is_open
    return _split(offers, gain, prices, open_slots), of_cells, dot(of_uses, offers.use_limit)


def _split(offers: Offers, gain: Floats, prices: Floats, is_open: Flags) -> Floats:
    """Return the gain of each pass [pass]: a slot that is open takes its price, and what is left the closed ones.

    Where both are open nothing is left at the prices of a best shipment; what is lacking both lack.
    """
    twice = offers.twice
    if not twice.size:
        return gain
    first, second = offers.slot[twice], offers.second[twice]
    rest = gain[twice] - prices[first] - prices[second]
    part = np.where(is_open[first] == is_open[second], 0.5, np.where(is_open[first], 0.0, 1.0))
    own = prices[first] + part * rest
    passes = np.concatenate([gain, gain[twice] - own])
    passes[twice] = own
    return passes


def _knapsacks(gain: Floats, amount: Floats, capacities: Floats) -> tuple[Floats, Floats]:
    """Return (value, gain of the last unit) of filling each of the `capacities` with the best items."""
    if amount.sum() <= capacities.min():  # room for all
        return np.full(capacities.size, dot(amount, gain)), np.zeros(capacities.size)
    order = np.argsort(-gain)
    gain = np.append(gain[order], 0.0)
    filled = np.concatenate([[0.0], np.cumsum(amount[order])])
    value = np.concatenate([[0.0], np.cumsum(amount[order] * gain[:-1])])
    last = np.searchsorted(filled, capacities, side="right") - 1  # items that fit whole
    part: Floats = value[last] + (capacities - filled[last]) * gain[last]
    return part, gain[last]
