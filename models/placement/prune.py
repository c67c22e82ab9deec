"""Routes and options that no best plan needs, each left out with a proof.

A *cell* is a site in one period (period * sites + site), a *slot* a cell's resource: cell * resources + resource.
A route uses one slot, or two where it passes two sites. Routes:

1. A route one of whose slots gets no capacity from any option that may open carries nothing.
2. A route that costs at least its flow's direct way: move its share to the direct way, which has no capacity; the plan
   stays feasible and gets no dearer.
3. Of several routes of one flow through the same slots, all but the cheapest: they need the same openings and the same
   room per unit, so their share may move to the cheapest.
4. A route of a flow of amount 0 that may go direct: its cost is 0 either way.

Where an option asks for a least throughput, 2 does not hold for routes through its cell; where a measure is bounded, 2
holds for a route that betters no bounded measure against the direct way, and 3 for routes whose measures are equal.

An option is left out if it asks for more throughput than it has room for, or than all routes of its slots could bring:
no plan opens it.

Options of a site that may be built: option k is left out if another of the same cell and level costs no more, asks
for no more throughput and offers no less of each resource, where capacity beyond what all remaining routes of a slot
could bring counts for nothing, and no rule speaks of either. Replacing k by the other keeps every route feasible and
is no dearer; of two equals the first stays.
"""

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.placement.instance import Instance
from models.placement.terms import NONE

SHORT = 1e-6  # relative, as in `violations`: less than the throughput asked for by no more than this is enough


def open_sites(instance: Instance) -> Flags:
    """Return which sites may be open."""
    may_open = np.ones(instance.standing.size, dtype=np.bool_)
    may_open[list(instance.forced_closed)] = False
    return may_open


def option_cells(instance: Instance) -> Indices:
    """Return the cell of every option."""
    cells: Indices = instance.terms.option_period * instance.standing.size + instance.option_site
    return cells


def n_slots(instance: Instance) -> int:
    """Return the number of slots."""
    return instance.terms.periods * instance.standing.size * int(instance.option_capacity.shape[1])


def route_slots(instance: Instance) -> Indices:
    """Return the first slot of every route."""
    resources = instance.option_capacity.shape[1]
    slots: Indices = _first_cells(instance) * resources + instance.route_resource
    return slots


def second_slots(instance: Instance) -> Indices:
    """Return the second slot of every route, or NONE."""
    terms, sites = instance.terms, instance.standing.size
    resources = instance.option_capacity.shape[1]
    cells = terms.flow_period[instance.route_flow] * sites + terms.second_site
    return np.where(terms.second_site == NONE, NONE, cells * resources + terms.second_resource)


def all_routes(instance: Instance) -> Indices:
    """Return every route, flow after flow and slot after slot: no pruning."""
    return np.lexsort((route_slots(instance), instance.route_flow))


def useful_routes(instance: Instance) -> Indices:
    """Return the routes that a best plan may need, flow after flow and slot after slot; rules 1 to 4 above."""
    slot = route_slots(instance)
    direct_cost = instance.direct_cost[instance.route_flow]
    pays = _may_better(instance, direct_cost) & usable_slots(instance)[slot]
    pays &= np.isinf(direct_cost) | (instance.amount > 0)[instance.route_flow]
    if not instance.terms.has_second_hubs:
        return _cheapest_of_each(instance, np.flatnonzero(pays), slot)
    second = second_slots(instance)
    pays &= np.append(usable_slots(instance), True)[second]  # NONE looks at the last
    both = slot * (n_slots(instance) + 1) + second + 1
    return _cheapest_of_each(instance, np.flatnonzero(pays), both)


def all_options(instance: Instance) -> Indices:
    """Return every option whose site may be open."""
    return np.flatnonzero(open_sites(instance)[instance.option_site])


def useful_options(instance: Instance, routes: Indices) -> Indices:
    """Return the options that a best plan with these routes may need."""
    options, cell = all_options(instance), option_cells(instance)
    capacity = np.minimum(instance.option_capacity, _reach(instance, routes)[cell])
    cost, least = instance.option_cost, instance.terms.min_throughput
    level = instance.terms.option_level if instance.terms.periods > 1 else np.zeros(cost.size, dtype=np.intp)
    named = np.union1d(instance.terms.rule_option, instance.terms.measured_options)
    is_ruled = np.isin(np.arange(cost.size), named)
    options = options[_may_pass_enough(instance, options, capacity)]
    kept: list[int] = []
    rivals_of: dict[tuple[int, int], list[int]] = {}
    for option in options[np.lexsort((options, -capacity[options].sum(axis=1), cost[options]))].tolist():
        rivals = rivals_of.setdefault((int(cell[option]), int(level[option])), [])
        if is_ruled[option]:
            kept.append(option)
        elif not any((capacity[rival] >= capacity[option]).all() and least[rival] <= least[option] for rival in rivals):
            kept.append(option)
            rivals.append(option)  # rivals came first, so none of them costs more
    return np.array(sorted(kept), dtype=np.intp)


def has_enough_room(instance: Instance, room: Floats | None = None) -> Flags:
    """Return which options have `room` [option, resource] for the throughput that they ask for; None: their own."""
    most = (instance.option_capacity if room is None else room).sum(axis=1)
    enough: Flags = most >= instance.terms.min_throughput * (1 - SHORT)
    return enough


def _may_pass_enough(instance: Instance, options: Indices, room: Floats) -> Flags:
    """Return which options have the throughput that they ask for where no more than `room` [option, resource] passes.

    Those of a site that must be open stay if it has no other in this period: the search finds out what clashes.
    """
    site, cell = instance.option_site[options], option_cells(instance)[options]
    enough = has_enough_room(instance, room)[options]
    must = instance.standing[site] | np.isin(site, instance.forced_open)
    may: Flags = enough | (must & ~np.isin(cell, cell[enough]))
    return may


def usable_slots(instance: Instance) -> Flags:
    """Return which slots may get capacity [slot]."""
    capacity = np.zeros((instance.terms.periods, *_shape(instance)))
    np.maximum.at(capacity, (instance.terms.option_period, instance.option_site), instance.option_capacity)
    usable: Flags = ((capacity > 0) & open_sites(instance)[:, None]).ravel()
    return usable


def _shape(instance: Instance) -> tuple[int, int]:
    return instance.standing.size, int(instance.option_capacity.shape[1])


def _first_cells(instance: Instance) -> Indices:
    if instance.terms.periods == 1:
        return instance.route_site
    cells: Indices = instance.terms.flow_period[instance.route_flow] * instance.standing.size + instance.route_site
    return cells


def _may_better(instance: Instance, direct_cost: Floats) -> Flags:
    """Return which routes are cheaper than the direct way, or help to keep a requirement that it does not."""
    terms = instance.terms
    better: Flags = instance.route_cost < direct_cost
    if terms.has_min_throughput:
        better |= _asked_for_throughput(instance)
    if terms.has_measures:
        more = terms.route_measure - terms.direct_measure[instance.route_flow]
        better |= ((more < 0) & np.isfinite(terms.measure_high)).any(axis=1)
        better |= ((more > 0) & np.isfinite(terms.measure_low)).any(axis=1)
    return better


def _asked_for_throughput(instance: Instance) -> Flags:
    """Return which routes pass a cell that an option asks throughput of [route]."""
    terms, resources = instance.terms, max(_shape(instance)[1], 1)
    asks = np.zeros(terms.periods * instance.standing.size + 1, dtype=np.bool_)  # the last for no second site
    asks[option_cells(instance)[terms.min_throughput > 0]] = True
    asked: Flags = asks[_first_cells(instance)]
    if terms.has_second_hubs:
        second = second_slots(instance)
        asked |= asks[np.where(second == NONE, NONE, second // resources)]
    return asked


def _cheapest_of_each(instance: Instance, routes: Indices, slot: Indices) -> Indices:
    key = instance.route_flow[routes] * (int(slot.max(initial=0)) + 1) + slot[routes]
    if (np.diff(key) > 0).all():
        return routes  # in order already, and one a slot: the usual table
    order = np.argsort(key, kind="stable")  # of the runs that the caller's classes make: far quicker than by cost, too
    if (np.diff(key[order]) > 0).all():
        return routes[order]
    order = np.lexsort((instance.route_cost[routes], key))
    routes, key = routes[order], key[order]
    is_new = np.concatenate([[True], np.diff(key) > 0])
    if instance.terms.has_measures:
        is_new[1:] |= (np.diff(instance.terms.route_measure[routes], axis=0) != 0).any(axis=1)
    cheapest: Indices = routes[is_new]
    return cheapest


def _reach(instance: Instance, routes: Indices) -> Floats:
    """Return what the routes of a slot could bring at most [cell, resource]; 1 for flows of amount 0."""
    amount, first, second = instance.amount[instance.route_flow[routes]], route_slots(instance)[routes], None
    slots = n_slots(instance)
    brought = np.bincount(first, weights=amount, minlength=slots)
    used = np.bincount(first, minlength=slots) > 0
    if instance.terms.has_second_hubs:
        second = second_slots(instance)[routes]
        passes = second != NONE
        brought += np.bincount(second[passes], weights=amount[passes], minlength=slots)
        used |= np.bincount(second[passes], minlength=slots) > 0
    reach = np.where(used & (brought <= 0), 1.0, brought)
    return reach.reshape(-1, instance.option_capacity.shape[1])
