"""Which rows on triples of clients the averaged packings of a climb break, compiled; and which rows to keep."""

import numpy as np

from models.arrays import Floats, Indices
from models.compiled import compiled
from models.relaxation.triples import Log, Triples, triples_of

CLEAR = 0.03  # a row that is broken by less is left out
LEAST_WEIGHT = 1e-4
NEW_ROWS = 80  # at a time
NO_PRICE = 1e-9  # of the largest


@compiled
def _columns(log: Log) -> tuple[Indices, Floats]:
    """Return where each packing of the climb is first held, as (round * sites + site), and the weight it has in all."""
    rounds, sites, _ = log.held.shape
    where, weights = np.empty(rounds * sites, dtype=np.int64), np.zeros(rounds * sites)
    found = 0
    for j in range(sites):
        begin = found
        for turn in range(rounds - 1, -1, -1):
            weight = log.weight[turn] * log.part[turn, j]
            if weight < LEAST_WEIGHT:
                continue
            same = -1
            for q in range(found - 1, begin - 1, -1):
                if (log.held[where[q] // sites, j] == log.held[turn, j]).all():
                    same = q
                    break
            if same < 0:
                same = found
                where[found] = turn * sites + j
                found += 1
            weights[same] += weight
    return where[:found], weights[:found]


@compiled
def broken_triples(log: Log) -> tuple[Indices, Floats]:  # noqa: C901, PLR0912  (a compiled loop)
    """Return the rows [row, 3] that the averaged packings of a climb break, and by how much [row]."""
    _, sites, clients = log.held.shape
    where, weights = _columns(log)
    together, number = np.zeros((clients, clients)), np.zeros(clients, dtype=np.int64)
    holders = np.empty((clients, where.size), dtype=np.int64)
    inside = np.empty(clients, dtype=np.int64)
    for q in range(where.size):
        count, held = 0, log.held[where[q] // sites, where[q] % sites]
        for i in range(clients):
            if held[i]:
                inside[count] = i
                count += 1
                holders[i, number[i]] = q
                number[i] += 1
        for a in range(count):
            for b in range(count):
                together[inside[a], inside[b]] += weights[q]
    rows, excess = [], []
    for a in range(clients):
        near = 0
        for b in range(a + 1, clients):
            if together[a, b] > CLEAR:  # without that two clients of a row are at most all of the third
                inside[near] = b
                near += 1
        for first in range(near):
            b = inside[first]
            for second in range(first + 1, near):
                c = inside[second]
                most = together[a, b] + together[a, c] + together[b, c] - 1.0
                for k in range(number[a] if most > CLEAR else 0):
                    q = holders[a, k]
                    held = log.held[where[q] // sites, where[q] % sites]
                    if held[b] and held[c]:
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
    pays = triples.price > NO_PRICE * triples.price.max(initial=0.0)
    return triples_of(triples.clients[pays], triples.price[pays], clients)


def with_broken(triples: Triples, rows: Indices, excess: Floats, clients: int) -> Triples:
    """Return the rows that have a price, and those of `rows` [row, 3] that are broken most."""
    known = {tuple(row) for row in triples.clients.tolist()}
    order = np.argsort(-excess, kind="stable").tolist()
    new = np.array([k for k in order if tuple(rows[k].tolist()) not in known][:NEW_ROWS], dtype=np.int64)
    kept = with_price(triples, clients)
    price = np.concatenate([kept.price, np.zeros(new.size)])
    return triples_of(np.concatenate([kept.clients, rows[new]]), price, clients)
