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
from numpy.typing import NDArray

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled

Words = NDArray[np.uint64]

WORD = 64  # clients in a word of a mask
STEPS_OF_A_KNAPSACK = 20_000
EQUAL = 1e-11  # relative: more than the rounding of all sums that a search carries along
PAIR = 2  # of a triple's clients: so many at one site pay
NONE = -1  # no such item
HALVINGS = 8  # of the span where the toll is sought: there are tens of items
SHORT = 64  # so many items are sorted sooner by insertion


class Triples(NamedTuple):
    """Rows on three clients each: `clients` [row, 3], `price` [row], and the rows of each client.

    Those of client i are `row[start[i] : start[i + 1]]`.
    """

    clients: Indices
    price: Floats
    start: Indices
    row: Indices


class Items(NamedTuple):
    """The items of a site that may matter, best gain per size first, and a search among them.

    `client`, `size`; `plain` gain, and `gain` less what rows ask now; `hope` [item]: no less than its part of what any
    choice of the items that are left gains; `inside` [item].
    """

    client: Indices
    size: Floats
    plain: Floats
    gain: Floats
    hope: Floats
    inside: Flags


class Dues(NamedTuple):
    """What item k asks of items after it by rows, the entries `start[k] : start[k + 1]`.

    `price`, of which the items `second` and `third` (NONE: there is none, or item k stands second itself, behind the
    item `first`) are asked.
    """

    start: Indices
    first: Indices
    second: Indices
    third: Indices
    price: Floats


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
def _near_toll(gain: Floats, size: Floats, room: float) -> float:
    """Return a price of room at which little more than it is asked for, none where there is enough."""
    total, low, high = 0.0, 0.0, 0.0
    for k in range(gain.size):
        if gain[k] > 0.0:
            total += size[k]
            if size[k] > 0.0:
                high = max(high, gain[k] / size[k])
    if total <= room:
        return 0.0
    for _ in range(HALVINGS):
        middle, load = 0.5 * (low + high), 0.0
        for k in range(gain.size):
            if gain[k] > middle * size[k]:
                load += size[k]
        if load > room:
            low = middle
        else:
            high = middle
    return high


@compiled
def _sorted(rate: Floats) -> Indices:
    """Return the order in which the rates rise."""
    if rate.size > SHORT:
        return np.argsort(rate)
    order = np.arange(rate.size)
    for k in range(1, rate.size):
        q = k - 1
        while q >= 0 and rate[order[q]] > rate[k]:
            order[q + 1] = order[q]
            q -= 1
        order[q + 1] = k
    return order


@compiled
def useful_items(
    row: Floats, wage: Floats, demand: Floats, room: float, least: float, known: float
) -> tuple[Items, float, float]:
    """Return the items that a packing may hold that gains more than `known`; the toll of room, and what any may gain.

    At any price of room, what all items gain beyond their room, and the room, are together a bound; an item that gains
    less than its room would lower it by as much. Items that gain nothing are left out unless the load must be `least`.
    The toll and the bound are those of the continuous knapsack of what is left.
    """
    client, gain, size = np.empty(row.size, dtype=np.int64), np.empty(row.size), np.empty(row.size)
    count = 0
    for i in range(row.size):
        better = wage[i] - row[i]
        if demand[i] <= room and (better > 0.0 or (least > 0.0 and better > -np.inf)):
            client[count], gain[count], size[count] = i, better, demand[i]
            count += 1
    client, gain, size = client[:count], gain[:count], size[:count]
    toll = _near_toll(gain, size, room)
    bound = toll * room
    for k in range(count):
        bound += max(gain[k] - toll * size[k], 0.0)
    enough, held, rate = known - EQUAL * max(bound, abs(known)), 0, np.empty(count)
    for k in range(count):
        if bound + min(gain[k] - toll * size[k], 0.0) > enough:
            client[held], gain[held], size[held] = client[k], gain[k], size[k]
            rate[held] = -gain[k] / size[k] if size[k] > 0.0 else (-np.inf if gain[k] > 0.0 else np.inf)
            held += 1
    order = _sorted(rate[:held])
    plain = gain[order]
    items = Items(client[order], size[order], plain, plain.copy(), plain.copy(), np.zeros(held, dtype=np.bool_))
    return items, *_filled(items, room)


@compiled
def _filled(items: Items, room: float) -> tuple[float, float]:
    """Return the toll of the continuous knapsack's room, and what it gains."""
    gains = 0.0
    for k in range(items.size.size):
        gain, size = items.plain[k], items.size[k]
        if gain <= 0.0:
            break
        if size > room:
            return gain / size, gains + room * gain / size
        room -= size
        gains += gain
    return 0.0, gains


@compiled
def dues_of(client: Indices, triples: Triples, price: Floats) -> Dues:
    """Return what items of these clients ask of one another, where rows have two or three of them."""
    members, total = np.full((price.size, 3), NONE), 0
    for k in range(client.size):
        for at in range(triples.start[client[k]], triples.start[client[k] + 1]):
            t, c = triples.row[at], 0
            while members[t, c] != NONE:
                c += 1
            members[t, c] = k
            total += c > 0
    start, n = np.zeros(client.size + 1, dtype=np.int64), 0
    first, second, third = np.full(total, NONE), np.empty(total, dtype=np.int64), np.full(total, NONE)
    asked = np.empty(total)
    for k in range(client.size):
        for at in range(triples.start[client[k]], triples.start[client[k] + 1]):
            t = triples.row[at]
            a, b, c = members[t, 0], members[t, 1], members[t, 2]
            if k == a and b != NONE:
                second[n], third[n], asked[n] = b, c, price[t]
                n += 1
            elif k == b and c != NONE:
                first[n], second[n], asked[n] = a, c, price[t]
                n += 1
        start[k + 1] = n
    return Dues(start, first[:n], second[:n], third[:n], asked[:n])


@compiled
def worth_of(k: int, items: Items, toll: float) -> float:
    """Return what item k may gain beyond its room at the toll, none if it does not."""
    return float(max(items.hope[k] - toll * items.size[k], 0.0))


@compiled
def move(k: int, sign: int, items: Items, dues: Dues, toll: float) -> float:
    """Put item k inside (sign 1) or take it out (-1); return how much less the items after it are worth at the toll.

    Only those after it change: the others are decided while it is inside. Where two of a row are left, the first of
    them to come pays for both, so that half is what either pays at least; the third stands free.
    """
    less = 0.0
    for at in range(dues.start[k], dues.start[k + 1]):
        q, other, gain = dues.second[at], dues.third[at], sign * dues.price[at]
        hope = gain
        if other != NONE:
            hope = 0.5 * gain
            before = worth_of(other, items, toll)
            items.gain[other] -= gain
            items.hope[other] -= hope
            less += before - worth_of(other, items, toll)
        elif dues.first[at] != NONE and items.inside[dues.first[at]]:
            gain, hope = -gain, -0.5 * gain
        before = worth_of(q, items, toll)
        items.gain[q] -= gain
        items.hope[q] -= hope
        less += before - worth_of(q, items, toll)
    items.inside[k] = sign > 0
    return less


@compiled
def search_items(  # noqa: C901, PLR0912, PLR0913, PLR0917  (a compiled loop)
    items: Items,
    dues: Dues,
    toll: float,
    room: tuple[float, float],
    known: float,
    small: float,
    most_steps: int,
    masks: Words,
    is_list: bool,  # noqa: FBT001  (numba: positional)
) -> tuple[float, float, int]:
    """Return the most that items gain together, less what rows ask; what the steps left out may gain; and a count.

    `room`: of all items inside, and the least that they load. `masks`: what choices hold, a bit for each client; either
    the best of those that gain more than `known` by more than a `small` amount, or, for a list, each of them, and the
    count says how many. -1: there is none, or the list needs more rows than there are or more than `most_steps`.
    """
    size, plain = items.size, items.plain
    count = size.size
    behind, ahead = np.zeros(count + 1), 0.0  # the sizes from item k on; what these are worth at the toll
    for k in range(count - 1, -1, -1):
        behind[k] = behind[k + 1] + size[k]
        ahead += worth_of(k, items, toll)
    best, beyond, found = known, -np.inf, 0
    value_before, left_before = np.empty(count), np.empty(count)  # of items inside: nothing is rounded twice
    value, left, spare, k, steps = 0.0, room[0], room[0] - room[1] if room[1] > 0.0 else np.inf, 0, 0
    while True:
        steps += 1
        bound = value + toll * left + ahead
        if left - behind[k] > spare:
            bound = -np.inf
        if bound > best + small:  # the continuous knapsack without prices
            reach, gap, at = value, left, k
            while at < count and size[at] <= gap and plain[at] > 0.0:
                gap -= size[at]
                reach += plain[at]
                at += 1
            if at < count and plain[at] > 0.0:
                reach += gap * plain[at] / size[at]
            bound = min(bound, reach)
        if bound > best + small and steps > most_steps:
            if is_list:
                return best, beyond, NONE
            beyond = max(beyond, bound)
        elif bound > best + small:
            if k < count:
                ahead -= worth_of(k, items, toll)
                if size[k] <= left:
                    value_before[k], left_before[k] = value, left
                    left -= size[k]
                    value += items.gain[k]
                    ahead -= move(k, 1, items, dues, toll)
                k += 1
                continue
            place = found if is_list else 0
            if place == masks.shape[0]:
                return best, beyond, NONE
            _write(items, masks[place])
            found += 1
            if not is_list:
                best = value
        k -= 1
        while k >= 0 and not items.inside[k]:
            ahead += worth_of(k, items, toll)
            k -= 1
        if k < 0:
            return best, beyond, found
        ahead -= move(k, -1, items, dues, toll)
        value, left = value_before[k], left_before[k]
        k += 1


@compiled
def _write(items: Items, mask: Words) -> None:
    """Write the clients inside, a bit each."""
    mask[:] = np.uint64(0)
    for k in range(items.client.size):
        if items.inside[k]:
            mask[items.client[k] // WORD] |= np.uint64(1) << np.uint64(items.client[k] % WORD)


@compiled
def pack_apart(  # noqa: PLR0913, PLR0917  (a compiled loop)
    row: Floats,
    wage: Floats,
    demand: Floats,
    room: float,
    least: float,
    triples: Triples,
    price: Floats,
    known: float,
    packing: Indices,
) -> tuple[float, int]:
    """Return an upper bound of the knapsack less what its rows pay (its value, unless it takes too long), and a count.

    So many clients the best `packing` has, which is written; -1: none that loads `least` gains more than `known`, which
    one does gain, or -inf. `row` [client]: the costs of the site.
    """
    items, toll, most = useful_items(row, wage, demand, room, least, known)
    small = EQUAL * most
    if most <= known + small:
        return known + small, NONE
    dues, mask = dues_of(items.client, triples, price), np.empty((1, 1 + row.size // WORD), dtype=np.uint64)
    best, beyond, found = search_items(
        items,
        dues,
        toll,
        (room, least),
        known,
        small,
        STEPS_OF_A_KNAPSACK,
        mask,
        False,  # noqa: FBT003
    )
    count = 0 if found > 0 else NONE
    for k in range(items.client.size if found > 0 else 0):
        i = items.client[k]
        if mask[0, i // WORD] >> np.uint64(i % WORD) & np.uint64(1):
            packing[count] = i
            count += 1
    return max(best + small, beyond) + small, count
