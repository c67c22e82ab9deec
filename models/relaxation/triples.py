"""Raise the bound of whole clients by triples of clients, compiled: at most one site serves two of any three.

The multipliers of `site_knapsacks` leave sites that share clients in halves. For three clients t a plan has

    sum_j [site j serves two or more of t] <= 1,

since three clients have two sites with two of them only if a client has two sites. With a price p_t >= 0 on each of
some rows the bound is

    sum_i w_i - sum_t p_t + min over the sites of sum_j value_j y_j,
    value_j = fixed_j - max { sum_i (w_i - cost_ij) x_i - sum_t p_t [x holds two or more of t] },

a knapsack whose items pay a price for standing together: depth-first search, bounded by the continuous knapsack without
prices, and by the items that are worth their room at one price of room, less what they would pay beside those inside.

Source: Jepsen, Petersen, Spoorendonk, Pisinger, Operations Research 56, 2008 (the rows, for vehicle routes).
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats, Indices
from models.compiled import compiled

STEPS_OF_A_KNAPSACK = 20_000
EQUAL = 1e-11  # relative: more than the rounding of all sums that a search carries along
PAIR = 2  # of a triple's clients: so many at one site pay


class Triples(NamedTuple):
    """Rows on three clients each: `clients` [row, 3], `price` [row], and the rows of each client.

    Those of client i are `row[start[i] : start[i + 1]]`.
    """

    clients: Indices
    price: Floats
    start: Indices
    row: Indices


class Items(NamedTuple):
    """The items of a site, best gain per size first: `client`, `size`, and `gain`, less what rows ask now.

    `hope` [item]: no less than its part of what any choice of the items that are left gains. `place` [client]: of its
    item (-1: none); `number` [row] of its clients inside.
    """

    client: Indices
    size: Floats
    gain: Floats
    hope: Floats
    place: Indices
    number: Indices


def triples_of(clients: Indices, price: Floats, count: int) -> Triples:
    """Return the rows on `clients` [row, 3], none twice in a row, of `count` clients in all."""
    flat = clients.ravel()
    order = np.argsort(flat, kind="stable")
    start = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.bincount(flat, minlength=count))])
    return Triples(clients, price.copy(), start.astype(np.int64), (order // 3).astype(np.int64))


def no_triples(count: int) -> Triples:
    """Return no rows on `count` clients."""
    return triples_of(np.empty((0, 3), dtype=np.int64), np.empty(0), count)


@compiled
def ordered(
    row: Floats, wage: Floats, demand: Floats, room: float, least: float
) -> tuple[Indices, Floats, Floats, int]:
    """Return the clients that fit, their gains and sizes, best gain per size first; and how many gain something.

    The others are left out unless the load must be `least`.
    """
    clients = row.size
    client, ratio = np.empty(clients, dtype=np.int64), np.empty(clients)
    gain, size = np.empty(clients), np.empty(clients)
    count, gaining = 0, 0
    for i in range(clients):
        better = wage[i] - row[i]
        if demand[i] <= room and (better > 0.0 or (least > 0.0 and better > -np.inf)):
            client[count], gain[count], size[count] = i, better, demand[i]
            ratio[count] = -better / demand[i] if demand[i] > 0.0 else (-np.inf if better > 0.0 else np.inf)
            count += 1
            gaining += better > 0.0
    order = np.argsort(ratio[:count])
    return client[:count][order], gain[:count][order], size[:count][order], gaining


@compiled
def filled(worth: Floats, weight: Floats, gain: Floats, size: Floats, room: float) -> tuple[float, int]:
    """Return what the continuous knapsack gains, and the item that it takes in part (their number: none).

    `worth`, `weight` [item]: sums of the gains and sizes of the items before.
    """
    k = int(np.searchsorted(weight, room, side="right")) - 1
    if k >= gain.size:
        return float(worth[k]), gain.size
    return float(worth[k] + (room - weight[k]) * gain[k] / size[k]), k


@compiled
def running_sums(values: Floats) -> Floats:
    """Return the sums of the first 0, 1, .. of the values."""
    sums = np.zeros(values.size + 1)
    for k in range(values.size):
        sums[k + 1] = sums[k] + values[k]
    return sums


@compiled
def worth_of(k: int, items: Items, toll: float) -> float:
    """Return what item k may gain beyond its room at the toll, none if it does not."""
    return float(max(items.hope[k] - toll * items.size[k], 0.0))


@compiled
def move(k: int, sign: int, items: Items, triples: Triples, price: Floats, toll: float) -> float:
    """Put item k inside (sign 1) or take it out (-1); return how much less the items after it are worth at the toll.

    Only those after it change: the others are decided while it is inside. Where two of a row are left, the first of
    them to come pays for both, so that half is what either pays at least.
    """
    less, client = 0.0, items.client[k]
    for at in range(triples.start[client], triples.start[client + 1]):
        t = triples.row[at]
        now = items.number[t] + (1 if sign > 0 else 0)
        items.number[t] += sign
        if now > PAIR:
            continue
        after = 0
        for c in range(3):
            after += items.place[triples.clients[t, c]] > k
        asked = price[t] * sign if now == 1 else -price[t] * sign  # the second pays, the third stands free
        sure = 0.5 * asked if PAIR in (now, after) else asked
        for c in range(3):
            q = items.place[triples.clients[t, c]]
            if q > k:
                before = worth_of(q, items, toll)
                items.gain[q] -= asked
                items.hope[q] -= sure
                less += before - worth_of(q, items, toll)
    return less


@compiled
def pack_apart(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  (a compiled loop)
    row: Floats,
    wage: Floats,
    demand: Floats,
    room: float,
    least: float,
    triples: Triples,
    price: Floats,
    number: Indices,
    known: float,
    packing: Indices,
) -> tuple[float, int]:
    """Return an upper bound of the knapsack less what its rows pay (its value, unless it takes too long), and a count.

    So many clients the best `packing` has, which is written; -1: none that loads `least` gains more than `known`, which
    one does gain, or -inf. `row` [client]: the costs of the site; `number` [row] is scratch, zero before and after.
    """
    client, gain, size, gaining = ordered(row, wage, demand, room, least)
    worth, weight = running_sums(gain[:gaining]), running_sums(size[:gaining])
    most, critical = filled(worth, weight, gain[:gaining], size[:gaining], room)
    small = EQUAL * most
    if most <= known + small:
        return known + small, -1
    toll = gain[critical] / size[critical] if critical < gaining else 0.0
    helps = np.empty(gain.size, dtype=np.bool_)  # whether a better packing may hold it
    for k in range(gain.size):
        rest, at = filled(worth, weight, gain[:gaining], size[:gaining], room - size[k])
        helps[k] = (most if at > k else gain[k] + rest) > known + small
    client, gain, size = client[helps], gain[helps], size[helps]
    count = gain.size
    plain, behind = gain.copy(), np.zeros(count + 1)
    items = Items(client, size, gain, plain.copy(), np.full(row.size, -1, dtype=np.int64), number)
    ahead = 0.0  # what the items from k on are worth at the toll
    for k in range(count - 1, -1, -1):
        items.place[client[k]] = k
        behind[k] = behind[k + 1] + size[k]
        ahead += worth_of(k, items, toll)
    inside, best, found, beyond = np.zeros(count, dtype=np.bool_), known, -1, -np.inf
    value_before, left_before = np.empty(count), np.empty(count)  # of items inside: nothing is rounded twice
    value, left, spare, k, steps = 0.0, room, room - least if least > 0.0 else np.inf, 0, 0
    while True:
        steps += 1
        bound = value + toll * left + ahead
        if left - behind[k] > spare:
            bound = -np.inf
        if bound > best + small:
            reach, gap, at = value, left, k
            while at < count and size[at] <= gap and plain[at] > 0.0:
                gap -= size[at]
                reach += plain[at]
                at += 1
            if at < count and plain[at] > 0.0:
                reach += gap * plain[at] / size[at]
            bound = min(bound, reach)
        if bound > best + small and steps > STEPS_OF_A_KNAPSACK:
            beyond = max(beyond, bound)
        elif bound > best + small:
            if k < count:
                ahead -= worth_of(k, items, toll)
                if size[k] <= left:
                    inside[k], value_before[k], left_before[k] = True, value, left
                    left -= size[k]
                    value += gain[k]
                    ahead -= move(k, 1, items, triples, price, toll)
                k += 1
                continue
            best, found = value, 0
            for q in range(count):
                if inside[q]:
                    packing[found] = client[q]
                    found += 1
        k -= 1
        while k >= 0 and not inside[k]:
            ahead += worth_of(k, items, toll)
            k -= 1
        if k < 0:
            return max(best + small, beyond) + small, found
        ahead -= move(k, -1, items, triples, price, toll)
        inside[k], value, left = False, value_before[k], left_before[k]
        k += 1
