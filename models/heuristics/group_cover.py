"""Choose one packing for each site of a small group, disjoint, that serve all of its clients, compiled.

Depth-first search, the site with the fewest packings that are left first; a choice is given up where a client has no
packing left, or where the least extras of the others leave no gain.
"""

import numpy as np

from models.arrays import Flags, Indices
from models.compiled import compiled
from models.heuristics.group_packings import Desk

STEPS_OF_COVER = 300_000
EQUAL = 1e-10  # relative: rounding


@compiled
def cover(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  (a compiled loop)
    desk: Desk,
    start: Indices,
    clients: int,
    need: float,
    limit: float,
    elsewhere: int,
    group: Indices,
    chosen: Indices,
) -> bool:
    """Choose one packing a site, disjoint, that serve all `clients` for the least extra, with idle room, below `limit`.

    `need`: the demand of the clients; `elsewhere`: the number of open sites beside the group.
    """
    sites = start.size - 1
    mask, extra, listed = desk.mask, desk.extra, desk.listed
    every = (np.uint64(1) << np.uint64(clients)) - np.uint64(1)
    first, last = np.zeros((sites, sites), dtype=np.int64), np.zeros((sites, sites), dtype=np.int64)
    is_decided = np.zeros((sites, sites), dtype=np.bool_)
    branch, at = np.zeros(sites, dtype=np.int64), np.zeros(sites, dtype=np.int64)
    served, spent, rest = np.zeros(sites, dtype=np.uint64), np.zeros(sites), np.zeros(sites)
    trial, is_found = np.zeros(sites, dtype=np.int64), False
    for k in range(start[sites]):
        listed[0, k] = k
    first[0], last[0] = start[:sites], start[1:]
    branch[0] = _fewest(first[0], last[0], is_decided[0])
    for t in range(sites):
        rest[0] += extra[start[t]] if t != branch[0] else 0.0
    at[0] = first[0, branch[0]]
    depth, steps = 0, 0
    while depth >= 0 and steps < STEPS_OF_COVER:
        site = branch[depth]
        if at[depth] >= last[depth, site]:
            depth -= 1
            continue
        packing = listed[depth, at[depth]]
        at[depth] += 1
        steps += 1
        cost = spent[depth] + extra[packing]
        if cost + rest[depth] >= limit:
            depth -= 1
            continue
        now = served[depth] | mask[packing]
        trial[site] = packing
        if depth == sites - 1:
            if now == every:
                count, room = opened_by(desk, group, trial)
                total = cost + desk.toll * max(room - need, 0.0)
                if total < limit and desk.data.least <= elsewhere + count <= desk.data.most:
                    limit = total - EQUAL * limit
                    chosen[:] = trial
                    is_found = True
            continue
        within, together, least, width = depth + 1, now, 0.0, 0
        is_decided[within] = is_decided[depth]
        is_decided[within, site] = True
        for t in range(sites):
            if is_decided[within, t]:
                continue
            first[within, t] = width
            most = limit - cost - rest[depth] + extra[listed[depth, first[depth, t]]]
            for k in range(first[depth, t], last[depth, t]):
                other = listed[depth, k]
                steps += 1
                if extra[other] >= most:
                    break
                if mask[other] & now == np.uint64(0) and (within < sites - 1 or mask[other] | now == every):
                    listed[within, width] = other
                    width += 1
                    together |= mask[other]
            last[within, t] = width
            if width == first[within, t]:
                least = np.inf
                break
            least += extra[listed[within, first[within, t]]]
        if together != every or cost + least >= limit:
            continue
        depth = within
        branch[depth] = _fewest(first[depth], last[depth], is_decided[depth])
        at[depth] = first[depth, branch[depth]]
        served[depth], spent[depth] = now, cost
        rest[depth] = least - extra[listed[depth, at[depth]]]
    return is_found


@compiled
def opened_by(desk: Desk, group: Indices, chosen: Indices) -> tuple[int, float]:
    """Return how many sites of the group the chosen packings open, and how much room they have."""
    count, room = 0, 0.0
    for t in range(group.size):
        if desk.must[group[t]] or desk.mask[chosen[t]] != np.uint64(0):
            count += 1
            room += desk.data.room[group[t]]
    return count, room


@compiled
def _fewest(start: Indices, end: Indices, is_decided: Flags) -> int:
    best = -1
    for t in range(is_decided.size):
        if not is_decided[t] and (best < 0 or end[t] - start[t] < end[best] - start[best]):
            best = t
    return best
