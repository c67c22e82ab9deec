"""Routes and options that no best plan needs, each left out with a proof.

A *slot* is a site's resource: site * resources + resource. Routes:

1. A route whose slot gets no capacity from any option that may open carries nothing.
2. A route that costs at least its flow's direct way: move its share to the direct way, which has no capacity; the plan
   stays feasible and gets no dearer.
3. Of several routes of one flow through one slot, all but the cheapest: they need the same openings and the same
   room per unit, so their share may move to the cheapest.
4. A route of a flow of amount 0 that may go direct: its cost is 0 either way.

Options of a site that may be built: option k is left out if another of the same site costs no more and offers no less
of each resource, where capacity beyond what all remaining routes of a slot could bring counts for nothing. Replacing
k by the other keeps every route feasible and is no dearer; of two equals the first stays.
"""

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.placement.instance import Instance


def open_sites(instance: Instance) -> Flags:
    """Return which sites may be open."""
    may_open = np.ones(instance.standing.size, dtype=np.bool_)
    may_open[list(instance.forced_closed)] = False
    return may_open


def route_slots(instance: Instance) -> Indices:
    """Return the slot of every route."""
    resources = instance.option_capacity.shape[1]
    slots: Indices = instance.route_site * resources + instance.route_resource
    return slots


def all_routes(instance: Instance) -> Indices:
    """Return every route, flow after flow and slot after slot: no pruning."""
    return np.lexsort((route_slots(instance), instance.route_flow))


def useful_routes(instance: Instance) -> Indices:
    """Return the routes that a best plan may need, flow after flow and slot after slot; rules 1 to 4 above."""
    slot = route_slots(instance)
    direct_cost = instance.direct_cost[instance.route_flow]
    pays = (instance.route_cost < direct_cost) & _usable_slots(instance)[slot]
    pays &= np.isinf(direct_cost) | (instance.amount > 0)[instance.route_flow]
    return _cheapest_of_each(instance, np.flatnonzero(pays), slot)


def all_options(instance: Instance) -> Indices:
    """Return every option whose site may be open."""
    return np.flatnonzero(open_sites(instance)[instance.option_site])


def useful_options(instance: Instance, routes: Indices) -> Indices:
    """Return the options that a best plan with these routes may need."""
    options = all_options(instance)
    capacity = np.minimum(instance.option_capacity, _reach(instance, routes)[instance.option_site])
    cost = instance.option_cost
    kept: list[int] = []
    for option in options[np.lexsort((options, -capacity[options].sum(axis=1), cost[options]))]:
        rivals = [rival for rival in kept if instance.option_site[rival] == instance.option_site[option]]
        if not any((capacity[rival] >= capacity[option]).all() for rival in rivals):
            kept.append(int(option))  # rivals came first, so none of them costs more
    return np.array(sorted(kept), dtype=np.intp)


def _usable_slots(instance: Instance) -> Flags:
    capacity = np.zeros((instance.standing.size, instance.option_capacity.shape[1]))
    np.maximum.at(capacity, instance.option_site, instance.option_capacity)
    usable: Flags = ((capacity > 0) & open_sites(instance)[:, None]).ravel()
    return usable


def _cheapest_of_each(instance: Instance, routes: Indices, slot: Indices) -> Indices:
    slots = instance.standing.size * instance.option_capacity.shape[1]
    key = instance.route_flow[routes] * slots + slot[routes]
    if (np.diff(key) > 0).all():
        return routes  # in order already, and one a slot: the usual table
    order = np.lexsort((instance.route_cost[routes], key))
    routes, key = routes[order], key[order]
    cheapest: Indices = routes[np.concatenate([[True], np.diff(key) > 0])]
    return cheapest


def _reach(instance: Instance, routes: Indices) -> Floats:
    """Return what the routes of a slot could bring at most [site, resource]; 1 for flows of amount 0."""
    shape = (instance.standing.size, instance.option_capacity.shape[1])
    slot = route_slots(instance)[routes]
    brought = np.bincount(slot, weights=instance.amount[instance.route_flow[routes]], minlength=shape[0] * shape[1])
    used = np.bincount(slot, minlength=brought.size) > 0
    reach = np.where(used & (brought <= 0), 1.0, brought)
    return reach.reshape(shape)
