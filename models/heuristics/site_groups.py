"""Assign the clients of a few sites anew, exactly, compiled: the best of all packings of a group of sites.

A short climb bounds what the group could cost, its packings that could do better than now are listed
(`group_packings`), and disjoint ones put together that serve every client of the group (`group_cover`). Sites may open
and close on the way.

Source: the columns of Diaz, Fernandez, Journal of the Operational Research Society 53, 2002 (branch and price for
single-source location), as a neighbourhood in the manner of Ahuja et al., Management Science 50, 2004.
"""

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.heuristics.group_cover import EQUAL, cover, opened_by
from models.heuristics.group_packings import MOST_SITES, Desk, climb, pack_all, relaxed_group
from models.relaxation.site_knapsacks import Data

MOST_CLIENTS = 63  # of a group: one bit each


@compiled
def exchange(desk: Desk, at: Indices, group: Indices, more: float, is_new: bool) -> float:  # noqa: FBT001  (compiled)
    """Assign the clients of the `group` of sites anew in `at` [client]; return what that saves (0: nothing was found).

    What is found costs less than now plus `more`. `is_new`: the first site of the group must not keep its clients.
    """
    sites = group.size
    clients = _clients_of(desk.data, at, group)
    if clients.size > MOST_CLIENTS or sites > MOST_SITES:
        return 0.0
    now = _cost_now(desk, at, group, clients)
    relaxed = relaxed_group(desk, group, clients)
    need = relaxed.demand.sum()
    bound = climb(desk, relaxed, need, now + more)
    small = EQUAL * (abs(now) + np.abs(relaxed.wage).sum() + np.abs(desk.data.fixed[group]).sum())
    limit = now + more - bound - small
    start = np.zeros(sites + 1, dtype=np.int64)
    if limit <= 0.0 or not pack_all(desk, at, relaxed, limit, start, is_new):
        return 0.0
    count = _opened_elsewhere(desk, at, group)
    chosen = np.full(sites, -1, dtype=np.int64)
    if not cover(desk, start, clients.size, need, limit, count, group, chosen):
        return 0.0
    after = bound + desk.toll * max(opened_by(desk, group, chosen)[1] - need, 0.0)
    for t in range(sites):
        after += desk.extra[chosen[t]]
        for q in range(clients.size):
            if (desk.mask[chosen[t]] >> np.uint64(q)) & np.uint64(1):
                at[clients[q]] = group[t]
    return float(now - after)


@compiled
def _clients_of(data: Data, at: Indices, group: Indices) -> Indices:
    inside = np.zeros(data.room.size, dtype=np.bool_)
    inside[group] = True
    return np.flatnonzero(inside[at])


@compiled
def _cost_now(desk: Desk, at: Indices, group: Indices, clients: Indices) -> float:
    opened, cost = desk.must.copy(), 0.0
    for i in clients:
        opened[at[i]] = True
        cost += desk.data.by_site[at[i], i]
    for j in group:
        cost += desk.data.fixed[j] if opened[j] else 0.0
    return cost


@compiled
def _opened_elsewhere(desk: Desk, at: Indices, group: Indices) -> int:
    opened = desk.must.copy()
    for j in at:
        opened[j] = True
    opened[group] = False
    return int(opened.sum())


@compiled
def draw_group(useful: Flags, sites: Indices, at: Indices, size: int) -> Indices:
    """Draw `size` of the `sites` or fewer that could serve each other's clients; the first serves some now.

    `useful` [site, client]: who could serve whom in a good plan. Numba's random state is the caller's to set.
    """
    number = np.bincount(at, minlength=useful.shape[0])
    group, score = np.empty(size, dtype=np.int64), np.zeros(useful.shape[0])
    is_in = np.zeros(useful.shape[0], dtype=np.bool_)
    latest = at[np.random.randint(at.size)]  # noqa: NPY002  (compiled)
    clients = number[latest]
    group[0], is_in[latest] = latest, True
    for count in range(1, size):
        for i in range(at.size):
            if at[i] == latest:
                for j in sites:
                    score[j] += useful[j, i]
            elif useful[latest, i]:
                score[at[i]] += 1.0
        best, latest = 0.0, -1
        for j in sites:
            if not is_in[j] and clients + number[j] <= MOST_CLIENTS:
                luck = score[j] * (0.3 + np.random.random())  # noqa: NPY002  (compiled)
                if luck > best:
                    best, latest = luck, j
        if latest < 0:
            return group[:count].copy()
        group[count], is_in[latest] = latest, True
        clients += number[latest]
    return group


@compiled
def exchanges(  # noqa: PLR0913, PLR0917  (compiled: no object holds them)
    desk: Desk, useful: Flags, sites: Indices, at: Indices, sizes: tuple[int, int], heat: Floats, seed: int
) -> tuple[float, Indices]:
    """Exchange one drawn group after the other, of `sizes` least to most; return the most saved, and `at` there.

    `heat` [exchange]: the mean of what an exchange may cost more; 0: only what saves.
    """
    np.random.seed(seed)  # noqa: NPY002  (compiled)
    saved, most, best = 0.0, 0.0, at.copy()
    for warmth in heat:
        size = sizes[0] + np.random.randint(sizes[1] - sizes[0] + 1)  # noqa: NPY002  (compiled)
        group = draw_group(useful, sites, at, size)
        more = warmth * np.random.exponential() if warmth > 0.0 else 0.0  # noqa: NPY002  (compiled)
        saved += exchange(desk, at, group, more, warmth > 0.0)
        if saved > most:
            most = saved
            best[:] = at
    return most, best
