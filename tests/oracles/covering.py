"""Tiny centers and covers, and what of them is reached by trying every set of sites."""

from itertools import combinations

import numpy as np
from hypothesis import strategies as st

from models import MaxCover, PCenter, SetCover


def choices(sites, least, most, forced_open, forced_closed):
    """Yield every allowed set of open sites."""
    for size in range(max(least, 0), min(most, sites) + 1):
        for chosen in combinations(range(sites), size):
            if set(forced_open) <= set(chosen) and not set(forced_closed) & set(chosen):
                yield list(chosen)


@st.composite
def centers(draw):
    """Return centers with ties, zeros, impossible pairs, several scales and weights."""
    clients, sites = draw(st.integers(0, 7)), draw(st.integers(1, 6))
    high = draw(st.sampled_from([1, 3, 10, 1000]))
    entry = st.one_of(st.integers(0, high), st.just(np.inf)) if draw(st.booleans()) else st.integers(0, high)
    entries = draw(st.lists(entry, min_size=clients * sites, max_size=clients * sites))
    some = st.lists(st.integers(0, sites - 1), max_size=2)
    weight = st.lists(st.sampled_from([0.0, 1.0, 2.5, 3.0]), min_size=clients, max_size=clients)
    return PCenter(
        cost=np.array(entries, dtype=float).reshape(clients, sites) * draw(st.sampled_from([1.0, 0.37, 1e6, 1e-6])),
        weight=draw(st.none() | weight),
        p=draw(st.integers(0, sites + 1)),
        forced_open=tuple(draw(some)),
        forced_closed=tuple(draw(some)),
    )


@st.composite
def covers(draw):
    """Return covers with forced sites, costs of several scales, clients that nobody covers."""
    clients, sites = draw(st.integers(0, 7)), draw(st.integers(0, 6))
    entries = draw(st.lists(st.booleans(), min_size=clients * sites, max_size=clients * sites))
    some = st.lists(st.integers(0, sites - 1), max_size=2) if sites else st.just([])
    price = st.one_of(st.integers(0, 5).map(float), st.sampled_from([0.37, 2.5]))
    prices = st.lists(price, min_size=sites, max_size=sites).map(np.array)
    return SetCover(
        covers=np.array(entries, dtype=bool).reshape(clients, sites),
        cost=draw(st.none() | prices),
        forced_open=tuple(draw(some)),
        forced_closed=tuple(draw(some)),
    )


@st.composite
def maximal(draw):
    """Return maximal covers, whole or in part, with and without backup and forced sites."""
    clients, sites = draw(st.integers(0, 7)), draw(st.integers(1, 6))
    part = st.sampled_from(draw(st.sampled_from([[0.0, 1.0], [0.0, 0.25, 0.5, 1.0]])))
    entries = draw(st.lists(part, min_size=clients * sites, max_size=clients * sites))
    weight = np.array(draw(st.lists(st.sampled_from([0.0, 1.0, 2.5, 7.0]), min_size=clients, max_size=clients)))
    share = draw(st.none() | st.lists(st.sampled_from([0.0, 0.4, 1.0]), min_size=clients, max_size=clients))
    some = st.lists(st.integers(0, sites - 1), max_size=2)
    return MaxCover(
        covers=np.array(entries).reshape(clients, sites),
        weight=weight,
        p=draw(st.integers(0, sites + 1)),
        backup_weight=None if share is None else weight * share,
        forced_open=tuple(draw(some)),
        forced_closed=tuple(draw(some)),
    )


def dense(coverage):
    part = np.zeros(coverage.shape)
    part[coverage.client, coverage.site] = coverage.parts
    return part


def earned(instance, part, chosen):
    ranked = -np.sort(-np.append(part[:, chosen], np.zeros((part.shape[0], 2)), axis=1), axis=1)
    return (instance.weight * ranked[:, 0] + instance.backup_weight * ranked[:, 1]).sum()
