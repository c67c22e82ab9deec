"""Which rows on triples of clients the averaged packings break, compiled; and which rows to keep."""

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.relaxation.packings import NO_WEIGHT, Packings
from models.relaxation.triples import Triples, triples_of

CLEAR = 0.03  # a row that is broken by less is left out
NO_PRICE = 1e-9  # of the largest


@compiled
def _weighty(known: Packings, clients: int) -> tuple[Flags, Floats]:
    """Return [packing, client] what the averaged choice packs, of so many `clients`, and [packing] its weights."""
    heavy = 0
    for j in range(known.number.size):
        for q in range(known.number[j]):
            heavy += known.weight[j, q] >= NO_WEIGHT
    held, weights = np.zeros((heavy, clients), dtype=np.bool_), np.empty(heavy)
    count = 0
    for j in range(known.number.size):
        for q in range(known.number[j]):
            if known.weight[j, q] >= NO_WEIGHT:
                weights[count] = known.weight[j, q]
                for at in range(known.size[j, q]):
                    held[count, known.clients[j, q, at]] = True
                count += 1
    return held, weights


@compiled
def broken_triples(known: Packings, clients: int) -> tuple[Indices, Floats]:  # noqa: C901  (a compiled loop)
    """Return the rows [row, 3] that the averaged choice breaks, of so many `clients`, and by how much [row]."""
    held, weights = _weighty(known, clients)
    together, number = np.zeros((clients, clients)), np.zeros(clients, dtype=np.int64)
    holders = np.empty((clients, weights.size), dtype=np.int64)
    for q in range(weights.size):
        inside = np.flatnonzero(held[q])
        for i in inside:
            holders[i, number[i]] = q
            number[i] += 1
            for other in inside:
                together[i, other] += weights[q]
    rows, excess = [], []
    for a in range(clients):
        # without that two clients of a row are at most all of the third
        near = a + 1 + np.flatnonzero(together[a, a + 1 :] > CLEAR)
        for b in near:
            for c in near[near > b]:
                most = together[a, b] + together[a, c] + together[b, c] - 1.0
                for k in range(number[a] if most > CLEAR else 0):
                    q = holders[a, k]
                    if held[q, b] and held[q, c]:
                        most -= 2.0 * weights[q]
                if most > CLEAR:
                    rows.append((a, b, c))
                    excess.append(most)
    result, by = np.empty((len(rows), 3), dtype=np.int64), np.empty(len(rows))
    for t in range(len(rows)):
        result[t, 0], result[t, 1], result[t, 2] = rows[t]
        by[t] = excess[t]
    return result, by


def with_price(triples: Triples, clients: int) -> Triples:
    """Return the rows that have a price, of so many `clients` in all."""
    pays = _pays(triples)
    return triples_of(triples.clients[pays], triples.price[pays], clients)


def with_broken(
    triples: Triples, sway: Floats, broken: tuple[Indices, Floats], most: int, clients: int
) -> tuple[Triples, Floats]:
    """Return the rows that have a price, then the `most` of the `broken` that are so most; and their sway.

    `sway` [row] is by how much the rows of `triples` are broken on average.
    """
    rows, excess = broken
    pays = _pays(triples)
    known = {tuple(row) for row in triples.clients[pays].tolist()}
    order = np.argsort(-excess, kind="stable").tolist()
    new = np.array([k for k in order if tuple(rows[k].tolist()) not in known][:most], dtype=np.int64)
    price = np.concatenate([triples.price[pays], np.zeros(new.size)])
    joined = triples_of(np.concatenate([triples.clients[pays], rows[new]]), price, clients)
    return joined, np.concatenate([sway[pays], excess[new]])


def _pays(triples: Triples) -> Flags:
    return np.asarray(triples.price > NO_PRICE * triples.price.max(initial=0.0))
