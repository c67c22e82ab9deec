"""The packings of each site that were met so far, compiled: climbs on them cost a hundredth of climbs on all packings.

Source: the columns of Diaz, Fernandez, Journal of the Operational Research Society 53, 2002 (branch and price for
single-source location).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.relaxation.site_knapsacks import Data
from models.relaxation.triples import PAIR, Triples

Short = NDArray[np.int32]

MOST_PACKINGS = 64  # of a site
MOST_CLIENTS = 64  # of a packing: a larger one is not kept
MOST_ROWS = 64  # that a packing pays: one that pays more is not used
NO_WEIGHT = 1e-4
NOBODY = -1  # the place of the packing that serves nobody


class Packings(NamedTuple):
    """What each site could serve together.

    Packing q of site j serves `clients[j, q, : size[j, q]]` in rising order, costs `cost[j, q]` with the site itself
    (inf: it is forbidden, loads too little, or pays too many rows), pays the rows `rows[j, q, : paid[j, q]]`, and has
    `weight[j, q]` in the averaged choice; `number` [site]: of its packings.
    """

    clients: Short
    size: Indices
    cost: Floats
    rows: Short
    paid: Indices
    weight: Floats
    number: Indices


def no_packings(sites: int, clients: int) -> Packings:
    """Return room for packings, none of which is known yet."""
    most = min(MOST_CLIENTS, clients)
    places = sites, MOST_PACKINGS
    return Packings(
        clients=np.zeros((*places, most), dtype=np.int32),
        size=np.zeros(places, dtype=np.int64),
        cost=np.zeros(places),
        rows=np.zeros((*places, MOST_ROWS), dtype=np.int32),
        paid=np.zeros(places, dtype=np.int64),
        weight=np.zeros(places),
        number=np.zeros(sites, dtype=np.int64),
    )


@compiled
def _price(  # noqa: PLR0913, PLR0917  (compiled: no object holds them)
    known: Packings, data: Data, least: Floats, triples: Triples, number: Indices, j: int, q: int
) -> None:
    """Write what packing q of site j costs, and which rows it pays; `number` [row]: scratch, zero before and after."""
    clients = known.clients[j, q, : known.size[j, q]]
    cost, load, paid = data.fixed[j], 0.0, 0
    for i in clients:
        cost += data.by_site[j, i]
        load += data.demand[i]
        for at in range(triples.start[i], triples.start[i + 1]):
            t = triples.row[at]
            number[t] += 1
            if number[t] == PAIR:
                if paid == known.rows.shape[2]:
                    cost = np.inf  # it would seem cheaper than it is
                    continue
                known.rows[j, q, paid] = t
                paid += 1
    for i in clients:
        for at in range(triples.start[i], triples.start[i + 1]):
            number[triples.row[at]] = 0
    known.cost[j, q] = cost if load >= least[j] else np.inf
    known.paid[j, q] = paid


@compiled
def price_all(known: Packings, data: Data, least: Floats, triples: Triples, changed: Flags) -> None:
    """Write what all packings cost and which rows they pay where costs, `least` loads or rows have `changed` [site]."""
    number = np.zeros(triples.price.size, dtype=np.int64)
    for j in range(known.number.size):
        for q in range(known.number[j] if changed[j] else 0):
            _price(known, data, least, triples, number, j, q)


@compiled
def _value(known: Packings, j: int, q: int, wage: Floats, price: Floats) -> float:
    value = known.cost[j, q]
    for at in range(known.size[j, q]):
        value -= wage[known.clients[j, q, at]]
    for at in range(known.paid[j, q]):
        value += price[known.rows[j, q, at]]
    return float(value)


@compiled
def best_packing(known: Packings, data: Data, j: int, wage: Floats, price: Floats, likely: int) -> tuple[float, int]:
    """Return the least value of site j, and the packing that has it; a `likely` one saves work."""
    best, place = data.fixed[j], NOBODY
    if likely != NOBODY:
        value = _value(known, j, likely, wage, price)
        if value < best:
            best, place = value, likely
    for q in range(known.number[j]):  # the loop of `_value` again: a call for each packing takes twice as long
        value = known.cost[j, q]
        for at in range(known.size[j, q]):
            value -= wage[known.clients[j, q, at]]
        if value < best:  # most are not, whatever they pay
            for at in range(known.paid[j, q]):
                value += price[known.rows[j, q, at]]
            if value < best:
                best, place = value, q
    return best, place


@compiled
def _replaceable(known: Packings, j: int, wage: Floats, price: Floats) -> int:
    """Return the worst packing of site j of those that the averaged choice does without."""
    worst, place = -np.inf, int(np.argmin(known.weight[j]))
    for q in range(known.number[j]):
        if known.weight[j, q] < NO_WEIGHT:
            value = _value(known, j, q, wage, price)
            if value > worst:
                worst, place = value, q
    return place


@compiled
def remember(  # noqa: PLR0913, PLR0917  (compiled: no object holds them)
    known: Packings,
    data: Data,
    least: Floats,
    triples: Triples,
    number: Indices,
    j: int,
    packing: Indices,
    wage: Floats,
    price: Floats,
) -> None:
    """Keep a packing of site j that is not known yet; `number` [row] is scratch, zero before and after."""
    if packing.size > known.clients.shape[2]:
        return
    if known.number[j] < known.weight.shape[1]:
        q = known.number[j]
        known.number[j] += 1
    else:
        q = _replaceable(known, j, wage, price)
    known.clients[j, q, : packing.size] = packing
    known.size[j, q], known.weight[j, q] = packing.size, 0.0
    _price(known, data, least, triples, number, j, q)


@compiled
def averaged(known: Packings, clients: int) -> Floats:
    """Return [site, client] how often the averaged choice serves each of so many `clients`."""
    share = np.zeros((known.number.size, clients))
    for j in range(known.number.size):
        for q in range(known.number[j]):
            for at in range(known.size[j, q]):
                share[j, known.clients[j, q, at]] += known.weight[j, q]
    return share
