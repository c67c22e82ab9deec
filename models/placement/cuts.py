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
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats, dot
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


def make_cut(offers: Offers, flow_worth: Floats) -> Cut:
    """Return the cut of `flow_worth` [flow], each 0 or more."""
    worth = np.zeros(offers.option.size)
    edge = np.zeros(offers.capacity.shape)
    gain = offers.saving - flow_worth[offers.flow]
    for slot in range(offers.slots):
        site, resource = divmod(slot, offers.resources)
        options = np.flatnonzero((offers.site == site) & (offers.capacity[:, resource] > 0))
        inside = offers.by_slot[offers.slot_first[slot] : offers.slot_first[slot + 1]]
        inside = inside[gain[inside] > 0]
        if options.size and inside.size:
            filled, edge[options, resource] = _knapsacks(
                gain[inside], offers.amount[offers.flow[inside]], offers.capacity[options, resource]
            )
            worth[options] += filled
    return Cut(constant=dot(offers.amount, flow_worth), worth=worth, edge=edge)


def _knapsacks(gain: Floats, amount: Floats, capacities: Floats) -> tuple[Floats, Floats]:
    """Return (value, gain of the last unit) of filling each of the `capacities` with the best items."""
    order = np.argsort(-gain)
    gain = np.append(gain[order], 0.0)
    filled = np.concatenate([[0.0], np.cumsum(amount[order])])
    value = np.concatenate([[0.0], np.cumsum(amount[order] * gain[:-1])])
    last = np.searchsorted(filled, capacities, side="right") - 1  # items that fit whole
    part: Floats = value[last] + (capacities - filled[last]) * gain[last]
    return part, gain[last]


def only_must(offers: Offers) -> Offers:
    """Return the question "how much of the flows without a direct way can be served?": one saved per unit served."""
    must = np.flatnonzero(offers.must[offers.flow])
    slot = offers.slot[must]
    return Offers(
        amount=np.where(offers.must, offers.amount, 0.0),
        must=offers.must,
        flow=offers.flow[must],
        slot=slot,
        second=offers.second[must],
        saving=np.ones(must.size),
        route=offers.route[must],
        use=offers.use[must],
        use_limit=offers.use_limit,
        use_name=offers.use_name,
        client=offers.client,
        site=offers.site,
        cost=np.zeros(offers.cost.size),
        capacity=offers.capacity,
        option=offers.option,
        standing=offers.standing,
        is_new=offers.is_new,
        min_throughput=offers.min_throughput,
        rows=offers.rows,
        by_slot=np.argsort(slot, kind="stable"),
        slot_first=np.searchsorted(np.sort(slot), np.arange(offers.slots + 1)),
        constant=0.0,
        unit=1.0,
    )
