"""Assign whole clients to open sites, compiled: shifts and swaps with a price on overload that swings.

The generalised assignment problem of an open set. Overload is allowed at a price per unit; descent by shifts (a client
to another site) and swaps (two clients change places), then the price falls after a feasible plan and rises after an
infeasible one (strategic oscillation; Diaz, Fernandez, European Journal of Operational Research 132, 2001; the
neighbourhoods are those of Holmberg, Ronnqvist, Yuan, same journal 113, 1999).
"""

import numpy as np

from models.arrays import Floats, Indices
from models.compiled import compiled
from models.heuristics.transport import Shipment
from models.relaxation.site_knapsacks import Data

FEASIBLE = 1e-9  # overload below this part of a site's room is rounding
CHEAPER, DEARER = 0.6, 2.0
SWEEPS = 50
PATIENCE = 6  # feasible plans without gain


@compiled
def _over(load: float, room: float) -> float:
    return max(load - room * (1.0 + FEASIBLE), 0.0)


@compiled
def _descend(data: Data, sites: Indices, at: Indices, load: Floats, price: float) -> None:  # noqa: C901, PLR0912  (a compiled loop)
    """Shift and swap until nothing saves at the price of overload."""
    by_site, demand, room = data.by_site, data.demand, data.room
    clients = demand.size
    moved = True
    sweeps = 0
    while moved and sweeps < SWEEPS:
        moved = False
        sweeps += 1
        for i in range(clients):
            a, d = at[i], demand[i]
            relief = price * (_over(load[a], room[a]) - _over(load[a] - d, room[a]))
            best, into = -1e-9 * max(abs(by_site[a, i]), 1e-300), -1
            for j in sites:
                if j != a:
                    extra = by_site[j, i] - by_site[a, i] - relief
                    if extra < best:
                        extra += price * (_over(load[j] + d, room[j]) - _over(load[j], room[j]))
                        if extra < best:
                            best, into = extra, j
            if into >= 0:
                load[a] -= d
                load[into] += d
                at[i] = into
                moved = True
        for i in range(clients):
            a, d = at[i], demand[i]
            best, other = -1e-9 * max(abs(by_site[a, i]), 1e-300), -1
            for k in range(i + 1, clients):
                b = at[k]
                if b == a:
                    continue
                extra = by_site[b, i] - by_site[a, i] + by_site[a, k] - by_site[b, k]
                e = demand[k]
                now = price * (_over(load[a], room[a]) + _over(load[b], room[b]))
                if extra - now < best:
                    extra += price * (_over(load[a] - d + e, room[a]) + _over(load[b] - e + d, room[b])) - now
                    if extra < best:
                        best, other = extra, k
            if other >= 0:
                b, e = at[other], demand[other]
                load[a] += e - d
                load[b] += d - e
                at[i], at[other] = b, a
                moved = True


@compiled
def _chains(data: Data, sites: Indices, at: Indices, load: Floats, price: float) -> bool:  # noqa: C901  (compiled)
    """Move a client to another site and one of that site's clients on to a third, where that saves."""
    by_site, demand, room = data.by_site, data.demand, data.room
    clients = demand.size
    first = np.full(room.size, -1)  # clients of each site, as linked lists
    follows = np.full(clients, -1)
    for i in range(clients):
        follows[i] = first[at[i]]
        first[at[i]] = i
    moved = False
    for i in range(clients):
        a, d = at[i], demand[i]
        relief = price * (_over(load[a], room[a]) - _over(load[a] - d, room[a]))
        best, on, to = -1e-9 * max(abs(by_site[a, i]), 1e-300), -1, -1
        for b in sites:
            if b == a:
                continue
            shift = by_site[b, i] - by_site[a, i] - relief
            k = first[b]
            while k >= 0:
                e = demand[k]
                change = price * (_over(load[b] + d - e, room[b]) - _over(load[b], room[b]))
                if at[k] == b and shift + change - by_site[b, k] < best:
                    for c in sites:
                        if c not in (a, b):
                            extra = shift + change + by_site[c, k] - by_site[b, k]
                            if extra < best:
                                extra += price * (_over(load[c] + e, room[c]) - _over(load[c], room[c]))
                                if extra < best:
                                    best, on, to = extra, k, c
                k = follows[k]
        if on >= 0:
            b = at[on]
            load[a] -= d
            load[b] += d - demand[on]
            load[to] += demand[on]
            at[i], at[on] = b, to
            moved = True
    return moved


@compiled
def assign(data: Data, sites: Indices, start: Indices, price: float, rounds: int) -> tuple[float, Indices]:
    """Return the least cost of serving found (inf: no feasible plan found) and the site of each client."""
    by_site, demand, room = data.by_site, data.demand, data.room
    at = start.copy()
    load = np.zeros(room.size)
    for i in range(demand.size):
        load[at[i]] += demand[i]
    best, best_at = np.inf, at.copy()
    same = 0
    for _ in range(rounds):
        _descend(data, sites, at, load, price)
        for _ in range(SWEEPS):
            if not _chains(data, sites, at, load, price):
                break
            _descend(data, sites, at, load, price)
        load[:] = 0.0
        cost = 0.0
        for i in range(demand.size):
            load[at[i]] += demand[i]
            cost += by_site[at[i], i]
        over = 0.0
        for j in sites:
            over += _over(load[j], room[j])
        if over <= 0.0:
            if cost < best:
                best = cost
                best_at[:] = at
                same = 0
            else:
                same += 1
            price *= CHEAPER
        else:
            price *= DEARER
        if same > PATIENCE:
            break
    return best, best_at


@compiled
def largest_parts(data: Data, sites: Indices, ship: Shipment) -> Indices:
    """Return [client] the site that serves most of it in a shipment, the cheapest where the demand is 0."""
    at = np.full(data.demand.size, sites[0])
    for i in range(at.size):
        for j in sites:
            if data.by_site[j, i] < data.by_site[at[i], i]:
                at[i] = j
    most = np.zeros(at.size)
    for j in sites:
        entry = ship.head[j]
        while entry >= 0:
            i = ship.who[entry]
            if ship.carried[entry] > most[i]:
                most[i] = ship.carried[entry]
                at[i] = j
            entry = ship.follows[entry]
    return at
