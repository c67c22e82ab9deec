"""Tiny capacitated locations, and their value by trying every set of sites."""

from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from models import FacilityLocation


@st.composite
def instances(draw, *, may_be_inf=True, may_clash=True):
    """Return tiny instances with whole numbers, so that ties, zeros and exact fits abound."""
    clients, sites = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    whole = st.integers(0, 9).map(float)
    cost = st.one_of(whole, whole, whole, st.just(np.inf)) if may_be_inf else whole
    count = draw(st.integers(0, sites)) if may_clash and draw(st.booleans()) else 0
    return FacilityLocation(
        cost=np.array(draw(st.lists(cost, min_size=clients * sites, max_size=clients * sites))).reshape(clients, sites),
        fixed_cost=draw(st.lists(st.integers(0, 12), min_size=sites, max_size=sites)),
        demand=draw(st.lists(st.integers(0, 6), min_size=clients, max_size=clients)),
        capacity=draw(st.lists(st.integers(0, 14), min_size=sites, max_size=sites)),
        single_source=draw(st.booleans()),
        min_open=count,
        max_open=draw(st.one_of(st.none(), st.integers(count, sites))) if may_clash else None,
        forced_open=draw(st.sets(st.integers(0, sites - 1), max_size=1)) if may_clash else (),
        forced_closed=draw(st.sets(st.integers(0, sites - 1), max_size=1)) if may_clash else (),
    )


def serving(instance, sites):
    """Return the least cost of serving all clients from `sites`, inf where that is not possible."""
    if not len(instance.cost):
        return 0.0
    cost, room = instance.cost[:, sites], instance.capacity[list(sites)]
    if instance.single_source:
        served = [
            cost[range(len(cost)), at].sum()
            for at in product(range(len(sites)), repeat=len(cost))
            if (np.bincount(at, instance.demand, minlength=len(sites)) <= room).all()
        ]
        return min(served, default=np.inf)
    client, site = np.nonzero(np.isfinite(cost))
    pairs = np.arange(client.size)
    once, load = np.zeros((len(cost), pairs.size)), np.zeros((len(sites), pairs.size))
    once[client, pairs] = 1
    load[site, pairs] = instance.demand[client]
    if not once.any(axis=1).all():
        return np.inf
    answer = linprog(cost[client, site], A_eq=once, b_eq=np.ones(len(cost)), A_ub=load, b_ub=room, bounds=(0, 1))
    return answer.fun if answer.status == 0 else np.inf


def value_of_choices(instance):
    """Return what each allowed set of open sites costs with its best plan, {sites: cost}, where it has one."""
    sites = instance.fixed_cost.size
    most = sites if instance.max_open is None else min(instance.max_open, sites)
    choices = (
        choice
        for count in range(max(instance.min_open, min(len(instance.cost), 1)), most + 1)
        for choice in combinations(range(sites), count)
    )
    values = {
        choice: instance.fixed_cost[list(choice)].sum() + serving(instance, choice)
        for choice in choices
        if set(instance.forced_open) <= set(choice) and not set(instance.forced_closed) & set(choice)
    }
    return {choice: value for choice, value in values.items() if np.isfinite(value)}


def best_of_all(instance):
    return min(value_of_choices(instance).values(), default=np.inf)
