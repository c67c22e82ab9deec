"""Rows on three, four or five clients of decided sites, compiled: those that the packings of a relaxation break.

Clients i of a row have multipliers m_i. Every plan packs each of them once, so that over its packings

    sum_q floor(sum of m_i over the clients of the row in q / divisor) <= floor(sum_i m_i / divisor),

since the parts rounded down add up to no more than the sum rounded down. Rows of the kinds below cut off most.

Source: Pecin, Pessoa, Poggi, Uchoa, Santos, Operations Research Letters 45, 2017 (the multipliers).
"""

from itertools import permutations
from typing import NamedTuple

import numpy as np

from models.arrays import Floats, Indices
from models.compiled import compiled

KINDS = (
    ((1, 1, 1), 2),
    ((2, 1, 1, 1), 3),
    ((1, 1, 1, 1, 1), 2),
    ((1, 1, 1, 1, 1), 3),
    ((2, 2, 1, 1, 1), 3),
    ((2, 2, 1, 1, 1), 4),
    ((3, 1, 1, 1, 1), 4),
    ((3, 2, 2, 1, 1), 5),
    ((3, 3, 2, 2, 1), 4),
)
LARGEST = 5  # clients of a row
NEAR = {3: 14, 4: 12, 5: 9}  # clients most often packed with one, of which a row of so many takes the others
TOGETHER = 0.02  # less often than that: not near
CLEAR = 0.03  # a row broken by less is left out


class SubsetRows(NamedTuple):
    """Rows on `clients` [row, 5] (-1: none) with `multiplier` [row, 5] and `divisor`, and count `most` [row] at most.

    The entries of client i are `start[i]` to `start[i + 1]`: its multiplier in `row` is `times`.
    """

    clients: Indices
    multiplier: Indices
    divisor: Indices
    most: Floats
    start: Indices
    row: Indices
    times: Indices


def subset_rows(clients: Indices, multiplier: Indices, divisor: Indices, count: int) -> SubsetRows:
    """Return the rows, of `count` clients in all."""
    place = np.flatnonzero(clients.ravel() >= 0)
    flat = clients.ravel()[place]
    order = np.argsort(flat, kind="stable")
    start = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.bincount(flat, minlength=count))])
    return SubsetRows(
        clients=clients, multiplier=multiplier, divisor=divisor,
        most=(multiplier.sum(axis=1) // np.maximum(divisor, 1)).astype(np.float64),
        start=start.astype(np.int64), row=place[order] // LARGEST, times=multiplier.ravel()[place[order]],
    )  # fmt: skip


def no_rows(count: int) -> SubsetRows:
    """Return no rows on `count` clients."""
    none = np.empty((0, LARGEST), dtype=np.int64)
    return subset_rows(none, none, np.empty(0, dtype=np.int64), count)


def rows_on_triples(clients: Indices, count: int) -> SubsetRows:
    """Return the rows on the triples `clients` [row, 3], of `count` clients in all."""
    wide = np.full((clients.shape[0], LARGEST), -1, dtype=np.int64)
    wide[:, :3] = clients
    return subset_rows(wide, (wide >= 0).astype(np.int64), np.full(clients.shape[0], 2, dtype=np.int64), count)


def joined(rows: SubsetRows, kept: Indices, others: SubsetRows, count: int) -> SubsetRows:
    """Return the `kept` rows, then the `others`."""
    return subset_rows(
        np.concatenate([rows.clients[kept], others.clients]),
        np.concatenate([rows.multiplier[kept], others.multiplier]),
        np.concatenate([rows.divisor[kept], others.divisor]),
        count,
    )


@compiled
def _holders(first: Indices, client: Indices, count: int) -> tuple[Indices, Indices]:
    """Return the packings of each client: where they begin, and the packings."""
    start = np.zeros(count + 1, dtype=np.int64)
    for i in client:
        start[i + 1] += 1
    start = np.cumsum(start)
    place, holder = start.copy(), np.empty(client.size, dtype=np.int64)
    for q in range(first.size - 1):
        for at in range(first[q], first[q + 1]):
            holder[place[client[at]]] = q
            place[client[at]] += 1
    return start, holder


@compiled
def _patterns(
    members: Indices, first: Indices, client: Indices, weight: Floats, holders: tuple[Indices, Indices], seen: Indices
) -> tuple[Indices, Floats, int]:
    """Return which sets of `members` (a bit each, two at least) are packed, how often, and how many sets.

    `seen` [packing] is scratch, none of it `members[0]` before.
    """
    start, holder = holders
    bit = np.zeros(start.size - 1, dtype=np.int64)
    for k in range(members.size):
        bit[members[k]] = 1 << k
    size = 0
    for i in members:
        size += start[i + 1] - start[i]
    pattern, often, count = np.empty(size, dtype=np.int64), np.empty(size), 0
    for i in members:
        for entry in range(start[i], start[i + 1]):
            q = holder[entry]
            if seen[q] == members[0]:
                continue
            seen[q] = members[0]
            held = 0
            for at in range(first[q], first[q + 1]):
                held |= bit[client[at]]
            if held & (held - 1) == 0:
                continue
            place = 0
            while place < count and pattern[place] != held:
                place += 1
            if place == count:
                pattern[count], often[count] = held, 0.0
                count += 1
            often[place] += weight[q]
    return pattern, often, count


@compiled
def _broken_most(  # noqa: C901, PLR0912, PLR0913, PLR0917  (a compiled loop)
    near: Indices,
    orders: Indices,
    divisor: int,
    first: Indices,
    client: Indices,
    weight: Floats,
    least: float,
) -> tuple[Indices, Indices, Floats]:
    """Return of each client's rows with its near ones the one that is broken most: clients, multipliers, by how much.

    `near` [client, :]: -1 for none; `orders` [order, :]: of the multipliers.
    """
    count, size, most = near.shape[0], orders.shape[1], orders[0].sum() // divisor
    counts = np.zeros(size + 1)  # what a packing of so many of a row's clients counts at most
    counts[1:] = np.cumsum(np.sort(orders[0])[::-1]) // divisor
    rows = np.full((count, LARGEST), -1, dtype=np.int64)
    multiplier, by = np.zeros((count, LARGEST), dtype=np.int64), np.zeros(count)
    holders = _holders(first, client, count)
    seen = np.full(weight.size, -1, dtype=np.int64)
    mass, present = np.zeros(1 << size), np.zeros(1 << size, dtype=np.int64)
    for c in range(count):
        others = near[c][near[c] >= 0]
        if others.size < size - 1:
            continue
        members = np.concatenate((np.full(1, c, dtype=np.int64), others))
        pattern, often, patterns = _patterns(members, first, client, weight, holders, seen)
        chosen = np.arange(size)  # places in members, the first always c
        best = least
        while True:
            kinds, hope = 0, -float(most)
            for k in range(patterns):
                held, bits = 0, 0
                for t in range(size):
                    bit = (pattern[k] >> chosen[t]) & 1
                    held |= bit << t
                    bits += bit
                if bits > 1:
                    if mass[held] == 0.0:
                        present[kinds] = held
                        kinds += 1
                    mass[held] += often[k]
                    hope += often[k] * counts[bits]
            for p in range(orders.shape[0] if hope > best else 0):
                excess = -float(most)
                for k in range(kinds):
                    total = 0
                    for t in range(size):
                        total += orders[p, t] * ((present[k] >> t) & 1)
                    excess += mass[present[k]] * (total // divisor)
                if excess > best:
                    best = by[c] = excess
                    for t in range(size):
                        rows[c, t], multiplier[c, t] = members[chosen[t]], orders[p, t]
            mass[present[:kinds]] = 0.0
            t = size - 1
            while t > 0 and chosen[t] == members.size - size + t:
                t -= 1
            if t == 0:
                break
            chosen[t] += 1
            for after in range(t + 1, size):
                chosen[after] = chosen[after - 1] + 1
    return rows, multiplier, by


def _near(first: Indices, client: Indices, weight: Floats, count: int) -> Indices:
    """Return [client, :] those most often packed with it, most first (-1: none)."""
    together = np.zeros((count, count))
    for q in range(weight.size):
        packed = client[first[q] : first[q + 1]]
        together[np.ix_(packed, packed)] += weight[q]
    np.fill_diagonal(together, 0.0)
    near = np.argsort(-together, axis=1, kind="stable")[:, : max(NEAR.values())]
    return np.asarray(np.where(np.take_along_axis(together, near, axis=1) > TOGETHER, near, -1), dtype=np.int64)


def broken_rows(first: Indices, client: Indices, weight: Floats, most: int, known: SubsetRows) -> SubsetRows:
    """Return up to `most` rows that packings with `weight` break, those broken most, none of them `known`.

    Packing q serves `client[first[q] : first[q + 1]]`.
    """
    count = known.start.size - 1
    near = _near(first, client, weight, count)
    found: dict[tuple[tuple[int, ...], tuple[int, ...], int], float] = {}
    for multipliers, divisor in KINDS:
        orders = np.array(sorted(set(permutations(multipliers))), dtype=np.int64)
        some = np.ascontiguousarray(near[:, : NEAR[len(multipliers)]])
        for clients, times, by in zip(*_broken_most(some, orders, divisor, first, client, weight, CLEAR), strict=True):
            if by > 0.0:
                order = np.lexsort((clients, clients < 0))
                found[tuple(clients[order].tolist()), tuple(times[order].tolist()), divisor] = float(by)
    for clients, times, divisor in zip(known.clients, known.multiplier, known.divisor, strict=True):
        found.pop((tuple(clients.tolist()), tuple(times.tolist()), int(divisor)), None)
    best = sorted(found, key=lambda row: -found[row])[:most]
    return subset_rows(
        np.array([row[0] for row in best], dtype=np.int64).reshape(-1, LARGEST),
        np.array([row[1] for row in best], dtype=np.int64).reshape(-1, LARGEST),
        np.array([row[2] for row in best], dtype=np.int64),
        count,
    )
