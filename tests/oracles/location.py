"""Tiny locations without capacities, and their value by trying every set of sites."""

from itertools import chain, combinations

import numpy as np
from hypothesis import strategies as st

from models import FacilityLocation, PMedian


@st.composite
def costs(draw):
    """Return costs [client, site] with ties, zeros, pairs that are impossible, and several scales."""
    clients, sites = draw(st.integers(0, 6)), draw(st.integers(1, 6))
    high = draw(st.sampled_from([1, 3, 10, 1000]))
    entry = st.one_of(st.integers(0, high), st.just(np.inf)) if draw(st.booleans()) else st.integers(0, high)
    entries = draw(st.lists(entry, min_size=clients * sites, max_size=clients * sites))
    return np.array(entries, dtype=float).reshape(clients, sites) * draw(st.sampled_from([1.0, 0.37, 1e6, 1e-6]))


@st.composite
def facilities(draw):
    cost = draw(costs())
    sites = cost.shape[1]
    some = st.lists(st.integers(0, sites - 1), max_size=2)
    return FacilityLocation(
        cost=cost,
        fixed_cost=np.array(draw(st.lists(st.integers(0, 9), min_size=sites, max_size=sites)), dtype=float),
        min_open=draw(st.integers(0, 2)),
        max_open=draw(st.one_of(st.none(), st.integers(0, sites + 1))),
        forced_open=tuple(draw(some)),
        forced_closed=tuple(draw(some)),
    )


@st.composite
def medians(draw):
    cost = draw(costs())
    clients, sites = cost.shape
    weight = st.one_of(st.integers(0, 3).map(float), st.sampled_from([1e12, 1e-6]))
    some = st.lists(st.integers(0, sites - 1), max_size=1)
    return PMedian(
        cost=cost,
        weight=np.array(draw(st.lists(weight, min_size=clients, max_size=clients))),
        p=draw(st.integers(0, sites + 1)),
        forced_open=tuple(draw(some)),
        forced_closed=tuple(draw(some)),
    )


def cheapest(cost, fixed, least, most, forced_open, forced_closed):
    """Try every set of open sites."""
    sites = range(fixed.size)
    best = np.inf
    for chosen in chain.from_iterable(combinations(sites, size) for size in range(fixed.size + 1)):
        allowed = least <= len(chosen) <= most and set(forced_open) <= set(chosen)
        if allowed and not set(forced_closed) & set(chosen):
            serving = cost[:, list(chosen)].min(axis=1, initial=np.inf).sum() if cost.shape[0] else 0.0
            best = min(best, serving + fixed[list(chosen)].sum())
    return best
