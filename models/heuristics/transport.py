"""The transport problem of a set of open sites, compiled: successive shortest paths in the graph of the sites.

Every client goes to its cheapest open site; what exceeds a site's room moves on along the cheapest chain of moves
(client i from a to b, b's client k on to c, ...) to a site with room left. Chains are shortest paths between sites,
Dijkstra with prices of room as potentials (Edmonds, Karp, Journal of the ACM 19, 1972; Tomizawa, Networks 1, 1971).
The prices are the dual of the room and prove the shipment. Closing or opening one site starts from the shipment at
hand: what the closed site served overflows; an opened site pulls from the others until its price is 0.

A shipment is flat arrays: per site a linked list of entries (client, amount). Costs are per unit: `unit[client, site]`.
Clients of demand 0 take no room and are not in it.
"""

from typing import Any

import numpy as np
from numba import njit

from models.arrays import Flags, Floats, Indices

DUST = 1e-12  # relative: less is rounding

Shipment = tuple[Any, ...]
"""(head [site], next [entry], client [entry], amount [entry], load [site], price [site], free [1])."""


@njit(cache=True, nogil=True)
def empty_shipment(sites: int, entries: int) -> Shipment:
    """Return a shipment that carries nothing, with room for `entries`."""
    follows = np.arange(1, entries + 1)
    follows[entries - 1] = -1
    return (
        np.full(sites, -1),
        follows,
        np.zeros(entries, dtype=np.int64),
        np.zeros(entries),
        np.zeros(sites),
        np.zeros(sites),
        np.zeros(1, dtype=np.int64),
    )


@njit(cache=True, nogil=True)
def copy_into(source: Shipment, target: Shipment) -> None:
    """Overwrite `target` with `source` (same sizes)."""
    for k in range(7):
        pass
    target[0][:] = source[0]
    target[1][:] = source[1]
    target[2][:] = source[2]
    target[3][:] = source[3]
    target[4][:] = source[4]
    target[5][:] = source[5]
    target[6][:] = source[6]


@njit(cache=True, nogil=True)
def _put(ship: Shipment, client: int, site: int, amount: float) -> bool:
    """Add to the entry (client, site); False: no entry is free."""
    head, follows, who, carried, load, _, free = ship
    entry = head[site]
    while entry >= 0 and who[entry] != client:
        entry = follows[entry]
    if entry < 0:
        entry = free[0]
        if entry < 0:
            return False
        free[0] = follows[entry]
        who[entry], carried[entry], follows[entry] = client, 0.0, head[site]
        head[site] = entry
    carried[entry] += amount
    load[site] += amount
    return True


@njit(cache=True, nogil=True)
def _take(ship: Shipment, client: int, site: int, amount: float, dust: float) -> None:
    """Take from the entry (client, site); an entry of nothing is freed."""
    head, follows, who, carried, load, _, free = ship
    before, entry = -1, head[site]
    while who[entry] != client:
        before, entry = entry, follows[entry]
    carried[entry] -= amount
    load[site] -= amount
    if carried[entry] <= dust:
        if before < 0:
            head[site] = follows[entry]
        else:
            follows[before] = follows[entry]
        follows[entry] = free[0]
        free[0] = entry
    if head[site] < 0:
        load[site] = 0.0


@njit(cache=True, nogil=True)
def _amount(ship: Shipment, client: int, site: int) -> float:
    head, follows, who, carried = ship[0], ship[1], ship[2], ship[3]
    entry = head[site]
    while entry >= 0:
        if who[entry] == client:
            return carried[entry]
        entry = follows[entry]
    return 0.0


@njit(cache=True, nogil=True)
def _chain_out(unit: Floats, room: Floats, sites: Indices, count: int, start: int, ship: Shipment, work: Any) -> int:
    """Find the cheapest chain from the overfull `start` to a site with room, and move the prices; -1: none."""
    head, follows, who, _, load, price, _ = ship
    dist, done, parent, mover = work
    for k in range(count):
        dist[sites[k]] = np.inf
        done[sites[k]] = False
    dist[start] = 0.0
    parent[start] = -1
    target = -1
    reach = np.inf
    while True:
        here, near = -1, np.inf
        for k in range(count):
            site = sites[k]
            if not done[site] and dist[site] < near:
                here, near = site, dist[site]
        if here < 0:
            break
        if here != start and load[here] < room[here] * (1.0 - DUST):
            target, reach = here, near
            break
        done[here] = True
        entry = head[here]
        while entry >= 0:
            client = who[entry]
            base = near - unit[client, here] - price[here]
            for k in range(count):
                site = sites[k]
                if not done[site]:
                    to = base + unit[client, site] + price[site]
                    if to < dist[site]:
                        dist[site] = max(to, near)
                        parent[site] = here
                        mover[site] = client
            entry = follows[entry]
    if target < 0:
        return -1
    for k in range(count):
        site = sites[k]
        if dist[site] < reach:
            price[site] += reach - dist[site]
    return target


@njit(cache=True, nogil=True)
def _chain_in(unit: Floats, sites: Indices, count: int, goal: int, ship: Shipment, work: Any) -> int:
    """Find the chain of moves into `goal` that saves most, and move the prices; -1: none saves."""
    head, follows, who, _, _, price, _ = ship
    dist, done, parent, mover = work
    for k in range(count):
        dist[sites[k]] = np.inf
        done[sites[k]] = False
    dist[goal] = 0.0
    start, reach = -1, price[goal]
    while True:
        here, near = -1, np.inf
        for k in range(count):
            site = sites[k]
            if not done[site] and dist[site] < near:
                here, near = site, dist[site]
        if here < 0 or near >= reach:
            break
        done[here] = True
        if here != goal and near + price[here] < reach:
            start, reach = here, near + price[here]
        for k in range(count):
            site = sites[k]
            if done[site]:
                continue
            base = near + price[here] - price[site]
            entry = head[site]
            while entry >= 0:
                client = who[entry]
                to = base + unit[client, here] - unit[client, site]
                if to < dist[site]:
                    dist[site] = max(to, near)
                    parent[site] = here
                    mover[site] = client
                entry = follows[entry]
    for k in range(count):
        site = sites[k]
        if dist[site] < reach:
            price[site] = max(price[site] - (reach - dist[site]), 0.0)
    return start


@njit(cache=True, nogil=True)
def _relieve(
    unit: Floats, demand: Floats, room: Floats, sites: Indices, count: int, site: int, ship: Shipment, work: Any
) -> bool:
    """Move what exceeds the room of `site` to where there is room; False: impossible or out of entries."""
    load = ship[4]
    _, _, parent, mover = work
    tries = 0
    while load[site] > room[site] * (1.0 + DUST):
        tries += 1
        if tries > 100_000:
            return False
        target = _chain_out(unit, room, sites, count, site, ship, work)
        if target < 0:
            return False
        step = min(load[site] - room[site], room[target] - load[target])
        here = target
        while here != site:
            step = min(step, _amount(ship, mover[here], parent[here]))
            here = parent[here]
        here = target
        while here != site:
            client = mover[here]
            if not _put(ship, client, here, step):
                return False
            _take(ship, client, parent[here], step, DUST * demand[client])
            here = parent[here]
    return True


@njit(cache=True, nogil=True)
def ship_cold(
    unit: Floats, demand: Floats, room: Floats, sites: Indices, count: int, ship: Shipment, work: Any
) -> bool:
    """Fill an empty `ship` with the best shipment through `sites[:count]`; False: impossible or out of entries."""
    for client in range(demand.size):
        if demand[client] <= 0:
            continue
        best = -1
        for k in range(count):
            if best < 0 or unit[client, sites[k]] < unit[client, best]:
                best = sites[k]
        if best < 0 or not _put(ship, client, best, demand[client]):
            return False
    for k in range(count):
        if not _relieve(unit, demand, room, sites, count, sites[k], ship, work):
            return False
    return True


@njit(cache=True, nogil=True)
def close_site(
    unit: Floats, demand: Floats, room: Floats, sites: Indices, count: int, closed: int, ship: Shipment, work: Any
) -> bool:
    """Carry on without `closed` (no longer among `sites[:count]`); False: impossible or out of entries."""
    head, follows, who, carried, load, price, free = ship
    while head[closed] >= 0:
        entry = head[closed]
        client, amount = who[entry], carried[entry]
        head[closed] = follows[entry]
        follows[entry] = free[0]
        free[0] = entry
        best = -1
        for k in range(count):
            site = sites[k]
            if best < 0 or unit[client, site] + price[site] < unit[client, best] + price[best]:
                best = site
        if best < 0 or not _put(ship, client, best, amount):
            return False
        if not _relieve(unit, demand, room, sites, count, best, ship, work):
            return False
    load[closed] = 0.0
    price[closed] = 0.0
    return True


@njit(cache=True, nogil=True)
def open_site(
    unit: Floats, demand: Floats, room: Floats, sites: Indices, count: int, opened: int, ship: Shipment, work: Any
) -> bool:
    """Carry on with `opened` (now among `sites[:count]`, empty) as well; False: out of entries."""
    head, follows, who, _, load, price, _ = ship
    _, _, parent, mover = work
    price[opened] = 0.0
    for k in range(count):
        site = sites[k]
        entry = head[site]
        while entry >= 0:
            client = who[entry]
            wish = unit[client, site] + price[site] - unit[client, opened]
            price[opened] = max(price[opened], wish)
            entry = follows[entry]
    for _ in range(100_000):
        if load[opened] >= room[opened] * (1.0 - DUST):
            return True
        start = _chain_in(unit, sites, count, opened, ship, work)
        if start < 0:
            price[opened] = 0.0
            return True
        step = room[opened] - load[opened]
        here = start
        while here != opened:
            step = min(step, _amount(ship, mover[here], here))
            here = parent[here]
        here = start
        while here != opened:
            client = mover[here]
            if not _put(ship, client, parent[here], step):
                return False
            _take(ship, client, here, step, DUST * demand[client])
            here = parent[here]
    return False


@njit(cache=True, nogil=True)
def price_of(unit: Floats, sites: Indices, count: int, ship: Shipment) -> float:
    """Return what the shipment costs."""
    head, follows, who, carried = ship[0], ship[1], ship[2], ship[3]
    total = 0.0
    for k in range(count):
        site = sites[k]
        entry = head[site]
        while entry >= 0:
            total += carried[entry] * unit[who[entry], site]
            entry = follows[entry]
    return total


@njit(cache=True, nogil=True)
def workspace(sites: int) -> Any:  # noqa: ANN401  (a tuple of arrays, for the kernels only)
    """Return scratch arrays [site]: distance, done, parent, mover."""
    return (
        np.zeros(sites),
        np.zeros(sites, dtype=np.bool_),
        np.zeros(sites, dtype=np.int64),
        np.zeros(sites, dtype=np.int64),
    )
