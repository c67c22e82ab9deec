"""The best choice of sites for one group of clients at prices of the sites, exactly.

What is covered grows ever less by one more site, so no choice adds more than its sites would, each alone, to what is
open. Sites are tried in the order of that, depth first; those before are then left out (Nemhauser, Wolsey, Fisher,
Mathematical Programming 14, 1978, for the bound).
"""

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.covering.client_groups import Groups
from models.covering.lists import Ints, States


@compiled
def choose(groups: Groups, price: Floats, chosen: States, most: int) -> tuple[float, int]:
    """Fill the best choices [pair] and return their worth together; -1 where that takes more than `most` nodes."""
    total = 0.0
    nodes = 0
    chosen[:] = 0
    is_covered = np.zeros(groups.weight.size, dtype=np.int64)
    for g in range(groups.start.size - 1):
        first, last = groups.start[g], groups.start[g + 1]
        worth, seen = _best(
            groups.pair_start, groups.pair, groups.client_start, groups.client, groups.weight, price, chosen,
            is_covered, first, last, most - nodes,
        )  # fmt: skip
        nodes += seen
        if nodes > most:
            return -1.0, nodes
        total += worth
    return total, nodes


@compiled
def _best(  # noqa: PLR0913, PLR0917  (a call with the tuples would count references to all their arrays)
    pair_start: Ints,
    pair: Ints,
    client_start: Ints,
    client: Ints,
    weight: Floats,
    price: Floats,
    chosen: States,
    times: Ints,
    first: int,
    last: int,
    most: int,
) -> tuple[float, int]:
    """Return the worth of the best choice among the pairs `first` to `last`, and the nodes seen."""
    size = last - first
    adds = np.zeros((size + 1, size))
    order = np.zeros((size + 1, size), dtype=np.int64)
    rest = np.zeros((size + 1, size + 1))  # what the sites from here on add, each alone
    count = np.zeros(size + 1, dtype=np.int64)
    at = np.zeros(size + 1, dtype=np.int64)
    earned = np.zeros(size + 1)
    opened = np.zeros(size + 1, dtype=np.int64)
    for q in range(size):
        adds[0, q] = weight[client[client_start[first + q] : client_start[first + q + 1]]].sum() - price[first + q]
    _rank(adds[0], order[0], rest[0], count, 0, np.arange(size))
    best = 0.0
    nodes = 0
    depth = 0
    while depth >= 0:
        place = at[depth]
        if place >= count[depth] or earned[depth] + rest[depth, place] <= best:
            depth -= 1
            if depth >= 0:
                times[client[client_start[first + opened[depth]] : client_start[first + opened[depth] + 1]]] -= 1
            continue
        at[depth] += 1
        nodes += 1
        if nodes > most:
            return -1.0, nodes
        q = order[depth, place]
        opened[depth] = q
        earned[depth + 1] = earned[depth] + adds[depth, q]
        if earned[depth + 1] > best:
            best = earned[depth + 1]
            chosen[first:last] = 0
            chosen[first + opened[: depth + 1]] = 1
        left = order[depth, place + 1 : count[depth]]
        depth += 1
        adds[depth, left] = adds[depth - 1, left]
        _open(
            pair_start,
            pair,
            client[client_start[first + q] : client_start[first + q + 1]],
            weight,
            adds[depth],
            times,
            first,
        )
        _rank(adds[depth], order[depth], rest[depth], count, depth, left)
        at[depth] = 0
    return best, nodes


@compiled
def _open(  # noqa: PLR0913, PLR0917  (as above)
    pair_start: Ints, pair: Ints, clients: Ints, weight: Floats, adds: Floats, times: Ints, first: int
) -> None:
    """Cover the clients of a site; what is covered already others add no more."""
    for i in clients:
        times[i] += 1
        if times[i] == 1:
            for entry in range(pair_start[i], pair_start[i + 1]):
                adds[pair[entry] - first] -= weight[i]


@compiled
def _rank(adds: Floats, order: Ints, rest: Floats, count: Ints, depth: int, left: Ints) -> None:
    """Order those that add something, the most first."""
    found = 0
    for q in left:
        if adds[q] > 0.0:
            place = found
            while place > 0 and adds[order[place - 1]] < adds[q]:
                order[place] = order[place - 1]
                place -= 1
            order[place] = q
            found += 1
    count[depth] = found
    rest[found] = 0.0
    for place in range(found - 1, -1, -1):
        rest[place] = rest[place + 1] + adds[order[place]]
