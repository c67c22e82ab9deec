"""Tiny locations with tiers and least throughput, and their value by trying every choice of tiers."""

from itertools import product

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from models import FacilityLocation


@st.composite
def instances(draw):
    """Return tiny instances of every combination of options, in whole numbers: ties and exact fits abound."""
    clients, sites, tiers = draw(st.integers(0, 3)), draw(st.integers(1, 3)), draw(st.integers(0, 3))
    whole = st.integers(0, 9).map(float)
    cost = st.one_of(whole, whole, whole, st.just(np.inf))
    count = draw(st.integers(0, sites)) if draw(st.booleans()) else 0
    shape = (sites, tiers) if tiers else (sites,)
    size = sites * max(tiers, 1)
    has_room = tiers or draw(st.booleans())
    room = st.one_of(st.integers(0, 14).map(float), st.integers(0, 14).map(float), st.just(np.inf))
    return FacilityLocation(
        cost=np.array(draw(st.lists(cost, min_size=clients * sites, max_size=clients * sites))).reshape(clients, sites),
        fixed_cost=np.array(draw(st.lists(st.integers(0, 12), min_size=size, max_size=size))).reshape(shape),
        demand=draw(st.one_of(st.none(), st.lists(st.integers(0, 6), min_size=clients, max_size=clients))),
        capacity=np.array(draw(st.lists(room, min_size=size, max_size=size))).reshape(shape) if has_room else None,
        single_source=draw(st.booleans()),
        min_open=count,
        max_open=draw(st.one_of(st.none(), st.integers(count, sites))),
        forced_open=draw(st.sets(st.integers(0, sites - 1), max_size=1)),
        forced_closed=draw(st.sets(st.integers(0, sites - 1), max_size=1)),
        min_throughput=draw(
            st.one_of(st.none(), st.lists(st.sampled_from([0, 1, 2, 3, 5, 9]), min_size=sites, max_size=sites))
        ),
    )


def serving(instance, sites, room, least):
    """Return the least cost of serving all clients from `sites`, with `room` and `least` of each."""
    cost = instance.cost[:, sites]
    clients = len(cost)
    demand = np.ones(clients) if instance.demand is None else instance.demand
    if clients == 0 or not sites:
        return 0.0 if clients == 0 and not (least > 0).any() else np.inf
    if instance.single_source:
        served = [
            cost[range(clients), at].sum()
            for at in product(range(len(sites)), repeat=clients)
            if (np.bincount(at, demand, minlength=len(sites)) <= room).all()
            and (np.bincount(at, demand, minlength=len(sites)) >= least).all()
        ]
        return min(served, default=np.inf)
    client, site = np.nonzero(np.isfinite(cost))
    pairs = np.arange(client.size)
    once, load = np.zeros((clients, pairs.size)), np.zeros((len(sites), pairs.size))
    once[client, pairs] = 1
    load[site, pairs] = demand[client]
    if not once.any(axis=1).all():
        return np.inf
    answer = linprog(
        cost[client, site],
        A_eq=once,
        b_eq=np.ones(clients),
        A_ub=np.vstack([load, -load]),
        b_ub=np.concatenate([np.minimum(room, 1e3), -least]),
        bounds=(0, 1),
    )
    return answer.fun if answer.status == 0 else np.inf


def value_of_choices(instance):
    """Return the value of each allowed set of open sites that has a plan, by trying every choice of tiers."""
    sites = instance.cost.shape[1]
    fixed = instance.fixed_cost.reshape(sites, -1)
    room = np.full(fixed.shape, np.inf) if instance.capacity is None else instance.capacity.reshape(fixed.shape)
    least = np.zeros(sites) if instance.min_throughput is None else instance.min_throughput
    most = sites if instance.max_open is None else instance.max_open
    values = {}
    for choice in product(range(-1, fixed.shape[1]), repeat=sites):
        opened = tuple(site for site in range(sites) if choice[site] >= 0)
        if not instance.min_open <= len(opened) <= most or set(opened) & set(instance.forced_closed):
            continue
        if not set(instance.forced_open) <= set(opened):
            continue
        at, tiers = list(opened), [choice[site] for site in opened]
        value = fixed[at, tiers].sum() + serving(instance, at, room[at, tiers], least[at])
        values[opened] = min(values.get(opened, np.inf), value)
    return {opened: value for opened, value in values.items() if value < np.inf}


def best_of_all(instance):
    return min(value_of_choices(instance).values(), default=np.inf)
