"""The paths that trips use and the traffic moved between them, compiled: gradient projection.

Each pair keeps the paths it uses. A sweep takes the pairs one after the other; from each dearer path it moves the
traffic that makes it cost as much as the cheapest, to first order: the difference of their costs over the sum of
the slopes of the links that only one of them has. Costs follow at once, so that the next pair sees them. Source:
Jayakrishnan, Tsai, Prashker, Rajadhyaksha (1994), A Faster Path-Based Algorithm for Traffic Assignment,
Transportation Research Record 1443.
"""

import numpy as np

from networks.compiled import compiled
from networks.equilibrium.arrays import Delays, Floats, Graph, Ints, Marks, PathSet, Rows, Trips
from networks.equilibrium.bpr import price

_SAME = 1e-13
"""Costs that differ by less than this share are the same: rounding."""


@compiled
def _length(path: int, paths: PathSet, cost: Floats) -> float:
    total = 0.0
    for at in range(paths[2][path], paths[2][path + 1]):
        total += cost[paths[5][at]]
    return total


@compiled
def extend(
    begin: int, graph: Graph, cost: Floats, demand: Trips, shortest: tuple[Marks, Floats], paths: PathSet
) -> int:
    """Add to each pair the path shortest now if it has none as short; a first path takes all of the volume.

    Parameters
    ----------
    begin
        Origin to begin with.
    shortest
        Link before each node in the tree of each origin, shape [origins, nodes]; cost of the path of each pair.

    Returns
    -------
    int
        Number of origins if all went in, else the one at which room ran out: ask again from there.
    """
    tails = graph[2]
    trees, lengths = shortest
    origins, begins, destinations, volumes = demand
    first, following, starts, flows, used, links = paths
    nodes = len(graph[0]) - 1
    for origin in range(begin, len(origins)):
        via = trees[origin]
        for pair in range(begins[origin], begins[origin + 1]):
            best = np.inf
            path = first[pair]
            while path >= 0:
                best = min(best, _length(path, paths, cost))
                path = following[path]
            if best <= lengths[pair] * (1.0 + _SAME):
                continue
            if used[0] == len(flows) or used[1] + nodes > len(links):
                return origin
            new = used[0]
            node = destinations[pair]
            while via[node] >= 0:
                links[used[1]] = via[node]
                used[1] += 1
                node = tails[via[node]]
            used[0] += 1
            starts[new + 1] = used[1]
            flows[new] = volumes[pair] if first[pair] < 0 else 0.0
            following[new] = first[pair]
            first[pair] = new
    return len(origins)


@compiled
def sweep(paths: PathSet, flow: Floats, delay: Delays, cost: Floats, slope: Floats) -> float:
    """Move traffic to the cheapest path of each pair; return what the dearer ones cost more, flow times cost."""
    first, following = paths[0], paths[1]
    flows = paths[3]
    mark = np.zeros(len(flow), dtype=np.int64)
    apart = np.empty(2 * len(flow), dtype=np.int64)
    stamp = 0
    excess = 0.0
    for pair in range(len(first)):
        if first[pair] < 0 or following[first[pair]] < 0:
            continue
        best, least = first[pair], np.inf
        path = first[pair]
        while path >= 0:
            length = _length(path, paths, cost)
            if length < least:
                best, least = path, length
            path = following[path]
        before = -1
        path = first[pair]
        while path >= 0:
            after = following[path]
            if path != best:
                stamp += 2
                excess += _move((path, best), paths, (mark, apart), stamp, (flow, cost, slope), delay)
            if path != best and flows[path] <= 0.0:
                if before < 0:
                    first[pair] = after
                else:
                    following[before] = after
            else:
                before = path
            path = after
    return excess


@compiled
def _move(
    pair: tuple[int, int],
    paths: PathSet,
    scratch: tuple[Ints, Ints],
    stamp: int,
    state: tuple[Floats, Floats, Floats],
    delay: Delays,
) -> float:
    """Move traffic from `path` to `best`; `mark` is `stamp` on links of the latter, one more where both have it."""
    path, best = pair
    mark, apart = scratch
    flow, cost, slope = state
    starts, flows, links = paths[2], paths[3], paths[5]
    for at in range(starts[best], starts[best + 1]):
        mark[links[at]] = stamp
    dearer, rise, count = 0.0, 0.0, 0
    for at in range(starts[path], starts[path + 1]):
        link = links[at]
        if mark[link] == stamp:
            mark[link] = stamp + 1
        else:
            dearer += cost[link]
            rise += slope[link]
            apart[count] = link
            count += 1
    own = count
    for at in range(starts[best], starts[best + 1]):
        link = links[at]
        if mark[link] == stamp:
            dearer -= cost[link]
            rise += slope[link]
            apart[count] = link
            count += 1
    if dearer <= 0.0:
        return 0.0
    moved = flows[path]
    lost = float(dearer * moved)
    if rise > 0.0 and dearer < moved * rise:
        moved = dearer / rise
    flows[path] -= moved
    flows[best] += moved
    for number in range(count):
        link = apart[number]
        flow[link] = max(0.0, flow[link] - moved) if number < own else flow[link] + moved
        cost[link], slope[link] = price(flow[link], delay, link)
    return lost


@compiled
def packed(paths: PathSet, path_room: int, link_room: int) -> PathSet:
    """Return the paths in use in new arrays with room for so many more paths and links."""
    first, following, starts, flows, _, links = paths
    kept, held = 0, 0
    for pair in range(len(first)):
        path = first[pair]
        while path >= 0:
            kept += 1
            held += starts[path + 1] - starts[path]
            path = following[path]
    new_first = np.full(len(first), -1, dtype=np.int64)
    new_following = np.full(kept + path_room, -1, dtype=np.int64)
    new_starts = np.zeros(kept + path_room + 1, dtype=np.int64)
    new_flows = np.zeros(kept + path_room)
    new_links = np.empty(held + link_room, dtype=np.uint32)
    used = np.zeros(2, dtype=np.int64)
    for pair in range(len(first)):
        path, before = first[pair], -1
        while path >= 0:
            new = used[0]
            for at in range(starts[path], starts[path + 1]):
                new_links[used[1]] = links[at]
                used[1] += 1
            used[0] += 1
            new_starts[new + 1] = used[1]
            new_flows[new] = flows[path]
            if before < 0:
                new_first[pair] = new
            else:
                new_following[before] = new
            before, path = new, following[path]
    return new_first, new_following, new_starts, new_flows, used, new_links


def no_paths(pairs: int) -> PathSet:
    """Return the empty set of paths."""
    first = np.full(pairs, -1, dtype=np.int64)
    none: Ints = np.zeros(0, dtype=np.int64)
    links: Rows = np.zeros(0, dtype=np.uint32)
    return first, none, np.zeros(1, dtype=np.int64), np.zeros(0), np.zeros(2, dtype=np.int64), links
