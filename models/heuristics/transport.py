"""The transport problem of a set of open sites, compiled: successive shortest paths in the graph of the sites.

Every client goes to its cheapest open site; what exceeds a site's room moves on along the cheapest chain of moves
(client i from a to b, b's client k on to c, ...) to a site with room left. Chains are shortest paths between sites,
Dijkstra with prices of room as potentials (Edmonds, Karp, Journal of the ACM 19, 1972; Tomizawa, Networks 1, 1971).
The prices are the dual of the room and prove the shipment. Closing or opening one site starts from the shipment at
hand: what the closed site served overflows; an opened site pulls from the others until its price is 0.

A shipment is flat arrays: per site a linked list of entries (client, amount). Costs are per unit: `unit[client, site]`.
Clients of demand 0 take no room and are not in it.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.relaxation.site_knapsacks import Data

DUST = 1e-12  # relative: less is rounding
NONE = -1
PATIENCE = 100_000  # chains that one site may take; more is rounding going in circles
DONE, MORE, IMPOSSIBLE = 0, 1, 2


class Shipment(NamedTuple):
    """What goes where: `head` [site] begins a list of entries (`follows`, `who`, `carried` [entry]).

    `load` and `price` [site] are what it carries and what a unit of its room is worth; `free` [1] begins the list of
    unused entries.
    """

    head: Indices
    follows: Indices
    who: Indices
    carried: Floats
    load: Floats
    price: Floats
    free: Indices


class Work(NamedTuple):
    """Scratch arrays [site] of the shortest paths: the site before on the path, and the client that moves."""

    dist: Floats
    done: Flags
    parent: Indices
    mover: Indices


def empty_shipment(sites: int, entries: int) -> Shipment:
    """Return a shipment that carries nothing, with room for `entries`."""
    follows = np.arange(1, entries + 1)
    follows[entries - 1] = -1
    return Shipment(
        np.full(sites, NONE),
        follows,
        np.zeros(entries, dtype=np.int64),
        np.zeros(entries),
        np.zeros(sites),
        np.zeros(sites),
        np.zeros(1, dtype=np.int64),
    )


@compiled
def copy_into(source: Shipment, target: Shipment) -> None:
    """Overwrite `target` with `source` (same sizes)."""
    target.head[:] = source.head
    target.follows[:] = source.follows
    target.who[:] = source.who
    target.carried[:] = source.carried
    target.load[:] = source.load
    target.price[:] = source.price
    target.free[:] = source.free


def copy_of(ship: Shipment) -> Shipment:
    """Return a shipment of the same entries that shares nothing with `ship`."""
    copy = empty_shipment(ship.load.size, ship.who.size)
    copy_into(ship, copy)
    return copy


@compiled
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


@compiled
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


@compiled
def _amount(ship: Shipment, client: int, site: int) -> float:
    head, follows, who, carried = ship[0], ship[1], ship[2], ship[3]
    entry = head[site]
    while entry >= 0:
        if who[entry] == client:
            return float(carried[entry])
        entry = follows[entry]
    return 0.0


@compiled
def _chain_out(data: Data, sites: Indices, start: int, ship: Shipment, work: Work) -> int:  # noqa: C901  (a compiled loop)
    """Find the cheapest chain from the overfull `start` to a site with room, and move the prices; -1: none."""
    unit, room = data.unit, data.room
    head, follows, who, _, load, price, _ = ship
    dist, done, parent, mover = work
    dist[sites] = np.inf
    done[sites] = False
    dist[start] = 0.0
    parent[start] = -1
    target = -1
    reach = np.inf
    while True:
        here, near = -1, np.inf
        for site in sites:
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
            for site in sites:
                if not done[site]:
                    to = base + unit[client, site] + price[site]
                    if to < dist[site]:
                        dist[site] = max(to, near)
                        parent[site] = here
                        mover[site] = client
            entry = follows[entry]
    if target < 0:
        return -1
    for site in sites:
        if dist[site] < reach:
            price[site] += reach - dist[site]
    return target


@compiled
def _chain_in(data: Data, sites: Indices, goal: int, ship: Shipment, work: Work) -> int:  # noqa: C901  (a compiled loop)
    """Find the chain of moves into `goal` that saves most, and move the prices; -1: none saves."""
    unit = data.unit
    head, follows, who, _, _, price, _ = ship
    dist, done, parent, mover = work
    dist[sites] = np.inf
    done[sites] = False
    dist[goal] = 0.0
    start, reach = -1, price[goal]
    while True:
        here, near = -1, np.inf
        for site in sites:
            if not done[site] and dist[site] < near:
                here, near = site, dist[site]
        if here < 0 or near >= reach:
            break
        done[here] = True
        if here != goal and near + price[here] < reach:
            start, reach = here, near + price[here]
        for site in sites:
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
    for site in sites:
        if dist[site] < reach:
            price[site] = max(price[site] - (reach - dist[site]), 0.0)
    return start


@compiled
def _move_on(data: Data, sites: Indices, site: int, ship: Shipment, work: Work) -> bool:
    """Move some of what exceeds the room of `site` along the cheapest chain; False: impossible or out of entries."""
    room, demand = data.room, data.demand
    load = ship[4]
    _, _, parent, mover = work
    target = _chain_out(data, sites, site, ship, work)
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


@compiled
def _relieve(data: Data, sites: Indices, site: int, ship: Shipment, work: Work) -> bool:
    """Move what exceeds the room of `site` to where there is room; False: impossible or out of entries."""
    room, load = data.room, ship[4]
    for _ in range(PATIENCE):
        if load[site] <= room[site] * (1.0 + DUST):
            return True
        if not _move_on(data, sites, site, ship, work):
            return False
    return False


@compiled
def serve_cheapest(data: Data, sites: Indices, ship: Shipment) -> bool:
    """Serve every client at its cheapest site, whatever room there is; False: no site, or out of entries."""
    unit, demand = data.unit, data.demand
    for client in range(demand.size):
        if demand[client] <= 0:
            continue
        best = -1
        for site in sites:
            if best < 0 or unit[client, site] < unit[client, best]:
                best = site
        if best < 0 or not _put(ship, client, best, demand[client]):
            return False
    return True


@compiled
def relieve_some(data: Data, sites: Indices, ship: Shipment, done: Indices, chains: int) -> int:
    """Move on what exceeds the rooms, along up to `chains` chains; return DONE, MORE or IMPOSSIBLE.

    `done`: the place of the site at hand in `sites`, and its chains until now; both 0 at first, and kept up here.
    IMPOSSIBLE may be want of entries, too.
    """
    room, load = data.room, ship[4]
    work = workspace(room.size)
    while done[0] < sites.size:
        site = sites[done[0]]
        while load[site] > room[site] * (1.0 + DUST):
            if chains == 0:
                return MORE
            if done[1] == PATIENCE or not _move_on(data, sites, site, ship, work):
                return IMPOSSIBLE
            done[1] += 1
            chains -= 1
        done[0] += 1
        done[1] = 0
    return DONE


@compiled
def close_site(data: Data, sites: Indices, closed: int, ship: Shipment, work: Work) -> bool:
    """Carry on without `closed` (no longer among `sites`); False: impossible or out of entries."""
    unit = data.unit
    head, follows, who, carried, load, price, free = ship
    while head[closed] >= 0:
        entry = head[closed]
        client, amount = who[entry], carried[entry]
        head[closed] = follows[entry]
        follows[entry] = free[0]
        free[0] = entry
        best = -1
        for site in sites:
            if best < 0 or unit[client, site] + price[site] < unit[client, best] + price[best]:
                best = site
        if best < 0 or not _put(ship, client, best, amount):
            return False
        if not _relieve(data, sites, best, ship, work):
            return False
    load[closed] = 0.0
    price[closed] = 0.0
    return True


@compiled
def open_site(data: Data, sites: Indices, opened: int, ship: Shipment, work: Work) -> bool:
    """Carry on with `opened` (now among `sites`, empty) as well; False: out of entries."""
    unit, room, demand = data.unit, data.room, data.demand
    head, follows, who, _, load, price, _ = ship
    _, _, parent, mover = work
    price[opened] = 0.0
    for site in sites:
        entry = head[site]
        while entry >= 0:
            client = who[entry]
            wish = unit[client, site] + price[site] - unit[client, opened]
            price[opened] = max(price[opened], wish)
            entry = follows[entry]
    for _ in range(PATIENCE):
        if load[opened] >= room[opened] * (1.0 - DUST):
            return True
        start = _chain_in(data, sites, opened, ship, work)
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


@compiled
def price_of(data: Data, sites: Indices, ship: Shipment) -> float:
    """Return what the shipment costs."""
    unit = data.unit
    head, follows, who, carried = ship[0], ship[1], ship[2], ship[3]
    total = 0.0
    for site in sites:
        entry = head[site]
        while entry >= 0:
            total += carried[entry] * unit[who[entry], site]
            entry = follows[entry]
    return total


@compiled
def workspace(sites: int) -> Work:
    """Return scratch arrays [site]: distance, done, parent, mover."""
    return Work(
        np.zeros(sites),
        np.zeros(sites, dtype=np.bool_),
        np.zeros(sites, dtype=np.int64),
        np.zeros(sites, dtype=np.int64),
    )
