"""Neighbour lists: for each client its sites by cost, for each site its clients.

Every loop of the engines walks a client's sites from the cheapest on and stops early, so the lists may end early, too:
multipliers are held at or below `reach`, the least cost beyond the list, which proves that more cannot matter.
"""

from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import Floats

Ints = NDArray[np.int64]
Smalls = NDArray[np.int32]


class Lists(NamedTuple):
    """Flat lists: entries start[i] to start[i + 1] are client i's, site_start[j] to site_start[j + 1] site j's.

    `reach` [client]: no site outside the list costs less; inf where the list has all sites that can serve the client.
    `far` [client]: cost that a search gives to a client without an open site in its list.
    `near` [site]: a client close to the site.
    """

    start: Ints
    site: Smalls
    cost: Floats
    reach: Floats
    far: Floats
    site_start: Ints
    client: Smalls
    site_cost: Floats
    near: Smalls


def full_lists(cost: Floats) -> Lists:
    """Return the lists of a dense matrix [client, site] with all finite costs."""
    clients, sites = cost.shape
    order = np.argsort(cost, axis=1).astype(np.int32)
    ranked = np.take_along_axis(cost, order, axis=1)
    by_site = cost.T.copy()  # a view would be read-only now and then: another type, compiled again
    start = np.arange(clients + 1, dtype=np.int64) * sites
    site_start = np.arange(sites + 1, dtype=np.int64) * clients
    client = np.tile(np.arange(clients, dtype=np.int32), sites)
    site, value, site_cost = order.ravel(), ranked.ravel(), by_site.ravel()
    near = np.argmin(by_site, axis=1).astype(np.int32) if clients else np.zeros(sites, dtype=np.int32)
    finite = np.isfinite(cost)
    largest = np.where(finite, cost, 0.0).max(axis=1, initial=0.0)
    far = 2.0 * largest + 1.0
    if not finite.all():
        start = np.concatenate([[0], np.cumsum(finite.sum(axis=1))])
        site_start = np.concatenate([[0], np.cumsum(finite.sum(axis=0))])
        kept, kept_by_site = np.isfinite(value), np.isfinite(site_cost)
        site, value = site[kept], value[kept]
        client, site_cost = client[kept_by_site], site_cost[kept_by_site]
        far = np.full(clients, 2.0 * largest.sum() + 1.0)  # no detour for others may hide that a client is not served
    return Lists(start, site, value, np.full(clients, inf), far, site_start, client, site_cost, near)
