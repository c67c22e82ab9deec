"""An instance in the form the engines compute with: what each flow would save in each slot, in numbers near 1.

An *offer* is a pruned route: flow f would save `saving` a unit by it against the direct way. A flow without a direct
way is given one at a price that no best plan pays when there is any other: moving one flow from slot to slot sets off
a chain that visits each slot at most once, and each link of it costs at most the widest spread of costs, so a unit
served anywhere is never worth more than the dearest route + (slots + 1) * spread. Such flows are `must`; a plan that
still uses their direct way is no plan (see `cuts.shortfall`).
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, Indices, dot
from models.placement.instance import Instance
from models.placement.prune import route_slots

TOTAL_AMOUNT = 1000.0  # of all flows with offers, after scaling: tolerances of solvers are absolute


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Scaled arrays; `value = constant + fixed costs - savings`, all times `unit` in the caller's money.

    Parameters
    ----------
    amount, must
        [flow]: amount; whether there is no direct way. Only flows with offers are here.
    flow, slot, saving, route
        [offer], flow after flow: its flow, slot, saving per unit, and the caller's route.
    site, cost, capacity, option, standing
        [option] (`capacity`: [option, resource]): site, fixed cost, room, the caller's option, always open.
    by_slot, slot_first
        Offers in the order of their slots; those of slot s are `by_slot[slot_first[s]:slot_first[s + 1]]`.
    constant, unit
        Value of sending all directly, and the caller's money for 1 here.
    """

    amount: Floats
    must: Flags
    flow: Indices
    slot: Indices
    saving: Floats
    route: Indices
    site: Indices
    cost: Floats
    capacity: Floats
    option: Indices
    standing: Flags
    by_slot: Indices
    slot_first: Indices
    constant: float
    unit: float

    @property
    def slots(self) -> int:
        """Return the number of slots."""
        return self.slot_first.size - 1

    @property
    def resources(self) -> int:
        """Return the number of resources of a site."""
        return int(self.capacity.shape[1])

    @property
    def new_sites(self) -> Indices:
        """Return the sites that may be opened."""
        return np.unique(self.site[~self.standing])

    def count(self, opened: Flags) -> int:
        """Return how many new sites `opened` [option] opens."""
        return int((opened & ~self.standing).sum())

    def room(self, opened: Flags) -> Floats:
        """Return the capacity [slot] of the options opened."""
        total = np.zeros((self.slots // self.resources, self.resources))
        total[self.site[opened]] = self.capacity[opened]  # one option a site
        return total.ravel()

    def fixed_cost(self, opened: Flags) -> float:
        """Return the fixed cost of the options opened."""
        return float(self.cost[opened].sum())


def make_offers(instance: Instance, routes: Indices, options: Indices) -> Offers:
    """Return the offers of these routes (sorted by flow) and options."""
    flows, flow = np.unique(instance.route_flow[routes], return_inverse=True)
    amount, cost = instance.amount[flows], instance.route_cost[routes]
    must = np.isinf(instance.direct_cost[flows])
    direct = np.where(must, _never_worth(instance, flow, cost, flows), instance.direct_cost[flows])
    saving = direct[flow] - cost
    amount_unit = float(amount.sum()) / TOTAL_AMOUNT or 1.0
    cost_unit = _typical_saving(amount, np.where(must[flow], cost, saving), flow)
    unit = amount_unit * cost_unit
    slot = route_slots(instance)[routes]
    slots = instance.standing.size * instance.option_capacity.shape[1]
    return Offers(
        amount=amount / amount_unit,
        must=must,
        flow=flow,
        slot=slot,
        saving=saving / cost_unit,
        route=routes,
        site=instance.option_site[options],
        cost=instance.option_cost[options] / unit,
        capacity=instance.option_capacity[options] / amount_unit,
        option=options,
        standing=instance.standing[instance.option_site[options]],
        by_slot=np.argsort(slot, kind="stable"),
        slot_first=np.searchsorted(np.sort(slot), np.arange(slots + 1)),
        constant=(direct_total(instance) + dot(amount[must], direct[must])) / unit,
        unit=unit,
    )


def direct_total(instance: Instance) -> float:
    """Return the cost of sending everything directly that can go directly."""
    direct = np.isfinite(instance.direct_cost)
    return dot(instance.amount[direct], instance.direct_cost[direct])


def _never_worth(instance: Instance, flow: Indices, cost: Floats, flows: Indices) -> float:
    if not cost.size:
        return 0.0
    low, high = np.full(flows.size, np.inf), np.zeros(flows.size)
    np.minimum.at(low, flow, cost)
    np.maximum.at(high, flow, cost)
    direct = instance.direct_cost[flows]
    spread = float((np.where(np.isinf(direct), high, direct) - low).max())
    slots = instance.standing.size * int(instance.option_capacity.shape[1])
    return (float(high.max()) or 1.0) * 1.01 + (slots + 1) * spread


def _typical_saving(amount: Floats, saving: Floats, flow: Indices) -> float:
    best = np.zeros(amount.size)
    np.maximum.at(best, flow, saving)
    total = float(amount.sum())
    mean = dot(amount, best) / total if total > 0 else 0.0
    return mean if mean > 0 else (float(best.max(initial=0.0)) or 1.0)
