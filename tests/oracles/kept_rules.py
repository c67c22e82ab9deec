"""What each set of open sites breaks of tiny centers and covers: which requirements can be kept follows."""

from itertools import chain, combinations

import numpy as np
from oracles.covering import dense

from models import MaxCover, PCenter


def reach(instance):
    """Return the kind of client requirement, "" if there is none, and who is in reach [client, site]."""
    if isinstance(instance, MaxCover):
        return "", np.zeros((0, instance.covers.shape[1]), dtype=bool)
    if isinstance(instance, PCenter):
        return "served", np.isfinite(instance.cost)
    return "covered", dense(instance.covers) > 0


def broken_by(instance, opened):
    """Return by how much the open sites break each requirement that they break."""
    kind, near = reach(instance)
    broken = {(kind, client): 1 for client in np.flatnonzero(~near[:, list(opened)].any(axis=1)).tolist()}
    if hasattr(instance, "p"):
        broken[("p", "fewer")] = max(instance.p - len(opened), 0)
        broken[("p", "more")] = max(len(opened) - instance.p, 0)
    broken |= {("forced_open", site): int(site not in opened) for site in instance.forced_open}
    broken |= {("forced_closed", site): int(site in opened) for site in instance.forced_closed}
    return {name: amount for name, amount in broken.items() if amount}


def names_of(instance):
    kind, near = reach(instance)
    counts = [("p", "fewer"), ("p", "more")] if hasattr(instance, "p") else []
    forced = [(kind, site) for kind in ("forced_open", "forced_closed") for site in getattr(instance, kind)]
    return {*((kind, client) for client in range(len(near))), *counts, *forced}


def broken_by_each(instance):
    """Return what is broken by each set of open sites."""
    sites = range(reach(instance)[1].shape[1])
    every = chain.from_iterable(combinations(sites, size) for size in range(len(sites) + 1))
    return [broken_by(instance, opened) for opened in every]


def can_keep(every, names):
    """Return whether some set of sites keeps all of the requirements."""
    return any(not names & broken.keys() for broken in every)


def cheapest_ways(every, price_of):
    """Return the least price of each set of requirements of which no part does as cheaply; `price_of`: None: kept."""
    prices = {}
    for broken in every:
        if any(price_of(name) is None for name in broken):
            continue
        price = sum(price_of(name) * amount for name, amount in broken.items())
        prices[frozenset(broken)] = min(prices.get(frozenset(broken), np.inf), price)
    return {
        names: price
        for names, price in prices.items()
        if not any(other < names and prices[other] <= price for other in prices)
    }
