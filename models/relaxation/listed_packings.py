"""List all packings of decided sites that a plan below a cut-off can hold, compiled.

At wages w and prices p of rows, a plan that packs q at site j costs at least the bound plus how far q's value lies
above the least of its site. So a plan within `room` above the bound holds only packings that lie within `room` of their
sites' least, and of those only such as leave each other site a packing that shares no client with them, all of these
together within `room`. What is left out costs bound + room or more, whatever else is left out: every plan below that
keeps all of its packings in every round.

Source: Baldacci, Christofides, Mingozzi, Mathematical Programming 115, 2008 (listing the columns within the gap).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.relaxation.site_knapsacks import Data
from models.relaxation.subset_rows import SubsetRows
from models.relaxation.triples import EQUAL, WORD, Triples, Words, dues_of, search_items, useful_items

Shorts = NDArray[np.int32]


class Listed(NamedTuple):
    """Packings of decided sites, by site.

    Packing q serves `client[first[q] : first[q + 1]]`, the same as a bit each in `mask[q]`, and costs `cost[q]` with
    its site; `place` [packing]: of its site.
    """

    place: Indices
    first: Indices
    client: Shorts
    mask: Words
    cost: Floats


@compiled
def list_site(  # noqa: PLR0913, PLR0917  (a compiled loop)
    row: Floats,
    wage: Floats,
    demand: Floats,
    room: float,
    least: float,
    triples: Triples,
    known: float,
    masks: Words,
    most_steps: int,
) -> int:
    """Write all packings that load `least` or more and gain more than `known`; return how many.

    -1: more than `masks` holds, or found in more than `most_steps`. The search of `triples.pack_apart`, but that its
    bound stays at `known`; rounding lists some that gain a trifle less.
    """
    items, toll, most = useful_items(row, wage, demand, room, 1.0, known)
    enough = known - EQUAL * max(most, abs(known))
    dues = dues_of(items.client, triples, triples.price)
    return search_items(items, dues, toll, (room, least), enough, 0.0, most_steps, masks, True)[2]  # noqa: FBT003


@compiled
def _spelled(masks: Words, clients: int) -> tuple[Indices, Shorts]:
    """Return where each packing's clients begin, and the clients."""
    first = np.zeros(masks.shape[0] + 1, dtype=np.int64)
    for turn in range(2):
        if turn == 1:
            client = np.empty(first[-1], dtype=np.int32)
        at = 0
        for q in range(masks.shape[0]):
            for i in range(clients):
                if (masks[q, i // WORD] >> np.uint64(i % WORD)) & np.uint64(1):
                    if turn == 1:
                        client[at] = i
                    at += 1
            first[q + 1] = at
    return first, client


@compiled
def _costs(first: Indices, client: Shorts, place: Indices, by_site: Floats, fixed: Floats) -> Floats:
    cost = np.empty(place.size)
    for q in range(place.size):
        cost[q] = fixed[place[q]]
        for at in range(first[q], first[q + 1]):
            cost[q] += by_site[place[q], client[at]]
    return cost


def listed(masks: list[Words], data: Data, sites: Indices) -> Listed:
    """Return the packings `masks` [place] of `sites` [place]."""
    mask = np.concatenate(masks)
    place = np.repeat(np.arange(sites.size), [found.shape[0] for found in masks])
    first, client = _spelled(mask, data.demand.size)
    cost = _costs(first, client, place, np.ascontiguousarray(data.by_site[sites]), data.fixed[sites])
    return Listed(place, first, client, mask, cost)


@compiled
def value_of(  # noqa: PLR0913, PLR0917  (compiled: no object holds them)
    packings: Listed, ids: Indices, wage: Floats, rows: SubsetRows, price: Floats, value: Floats, least: Floats
) -> None:
    """Write the `value` [of `ids`] less wages and with prices, and the `least` of each place (inf: none)."""
    number = np.zeros(price.size, dtype=np.int64)
    touched = np.empty(price.size, dtype=np.int64)
    least[:] = np.inf
    for k in range(ids.size):
        q = ids[k]
        worth, count = packings.cost[q], 0
        for at in range(packings.first[q], packings.first[q + 1]):
            i = packings.client[at]
            worth -= wage[i]
            for entry in range(rows.start[i], rows.start[i + 1]):
                t = rows.row[entry]
                if number[t] == 0:
                    touched[count] = t
                    count += 1
                number[t] += rows.times[entry]
        for at in range(count):
            t = touched[at]
            worth += price[t] * (number[t] // rows.divisor[t])
            number[t] = 0
        value[k] = worth
        least[packings.place[q]] = min(least[packings.place[q]], worth)


@compiled
def _is_apart(mask: Words, a: int, b: int) -> bool:
    shared = np.uint64(0)
    for w in range(mask.shape[1]):
        shared |= mask[a, w] & mask[b, w]
    return bool(shared == 0)


@compiled
def _fits(mask: Words, ids: Indices, above: Floats, start: Indices, room: float, fits: Flags) -> None:
    """Write whether packings, sorted by site and `above`, leave all other sites packings apart, within the room."""
    for j in range(start.size - 1):
        for x in range(start[j], start[j + 1]):
            total = above[x]
            for k in range(start.size - 1):
                if k == j:
                    continue
                nearest = room
                for y in range(start[k], start[k + 1]):
                    if total + above[y] >= room:
                        break
                    if _is_apart(mask, ids[x], ids[y]):
                        nearest = above[y]
                        break
                total += nearest
                if total >= room:
                    break
            fits[x] = total < room


def within(packings: Listed, ids: Indices, value: Floats, least: Floats, room: float) -> Flags:
    """Return which of `ids` a plan less than `room` above the bound can hold; `value` and `least` as in `value_of`."""
    above = value - least[packings.place[ids]]
    near = np.flatnonzero(above < room)
    order = near[np.lexsort((above[near], packings.place[ids[near]]))]
    start = np.searchsorted(packings.place[ids[order]], np.arange(least.size + 1))
    fits = np.zeros(order.size, dtype=np.bool_)
    _fits(packings.mask, ids[order], above[order], start, room, fits)
    kept = np.zeros(ids.size, dtype=np.bool_)
    kept[order] = fits
    return kept


def holding(packings: Listed, ids: Indices, client: int) -> Flags:
    """Return which of `ids` serve the client."""
    held = packings.mask[ids, client // WORD] >> np.uint64(client % WORD) & np.uint64(1)
    return np.asarray(held, dtype=np.bool_)
