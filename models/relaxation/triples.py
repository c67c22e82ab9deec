"""Raise the bound of whole clients by triples of clients, compiled: at most one site serves two of any three.

The multipliers of `site_knapsacks` leave sites that share clients in halves. For three clients t a plan has

    sum_j [site j serves two or more of t] <= 1,

since three clients have two sites with two of them only if a client has two sites. With a price p_t >= 0 on each of
some rows the bound is

    sum_i w_i - sum_t p_t + min over the sites of sum_j value_j y_j,
    value_j = fixed_j - max { sum_i (w_i - cost_ij) x_i - sum_t p_t [x holds two or more of t] },

a knapsack whose items pay a price for standing together: depth-first search, bounded by the knapsack without prices.
One that takes too many steps counts with that, which is lower for the bound and therefore as valid.

Source: Jepsen, Petersen, Spoorendonk, Pisinger, Operations Research 56, 2008 (the rows, for vehicle routes); the volume
algorithm as in `volume`.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.relaxation.site_knapsacks import CLOSED, Data, choose, gather, pack
from models.relaxation.volume import (
    BOUND,
    FLAT,
    IDLE,
    REACH,
    SAFETY,
    SCALE,
    TINY,
    TOLL,
    Dual,
    average,
)

STEPS_OF_A_KNAPSACK = 20_000
EQUAL = 1e-12  # relative: rounding
PAIR = 2  # of a triple's clients: so many at one site pay


class Triples(NamedTuple):
    """Rows on three clients each: `clients` [row, 3], `price` [row], and the rows of each client.

    Those of client i are `row[start[i] : start[i + 1]]`; `drift` [row] is the averaged subgradient of the prices.
    """

    clients: Indices
    price: Floats
    drift: Floats
    start: Indices
    row: Indices


class Log(NamedTuple):
    """What a climb packed: `held` [round, site, client], `part` [round, site], and the `weight` [round] it has."""

    held: Flags
    part: Floats
    weight: Floats


def triples_of(clients: Indices, price: Floats, count: int) -> Triples:
    """Return the rows on `clients` [row, 3], none twice in a row, of `count` clients in all."""
    flat = clients.ravel()
    order = np.argsort(flat, kind="stable")
    start = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.bincount(flat, minlength=count))])
    return Triples(clients, price.copy(), np.zeros(price.size), start.astype(np.int64), (order // 3).astype(np.int64))


def new_log(rounds: int, sites: int, clients: int) -> Log:
    """Return an empty log."""
    return Log(np.zeros((rounds, sites, clients), dtype=np.bool_), np.zeros((rounds, sites)), np.zeros(rounds))


NO_LOG = new_log(0, 1, 1)
NEVER = -1  # the first round in no log


@compiled
def _paid(client: int, sign: int, triples: Triples, price: Floats, number: Indices) -> float:
    """Put a client into the packing whose clients `number` [row] counts (sign 1), or out (-1); return what that costs.

    The cost of taking it out is what putting it in was.
    """
    cost = 0.0
    for at in range(triples.start[client], triples.start[client + 1]):
        t = triples.row[at]
        if sign < 0:
            number[t] -= 1
        if number[t] == PAIR - 1:
            cost += price[t]
        if sign > 0:
            number[t] += 1
    return cost


@compiled
def pack_apart(  # noqa: C901, PLR0912  (a compiled loop)
    count: int,
    room: float,
    buffers: tuple[Indices, Floats, Floats, Flags],
    triples: Triples,
    price: Floats,
    number: Indices,
) -> float:
    """Return an upper bound of the knapsack less what its triples pay (its value, unless it takes too long).

    `buffers` hold items, gain, size, and the place for what is taken; `number` [row] is scratch, zero before and after.
    """
    items, gain, size, taken = buffers
    most = pack(count, room, items, gain, size, taken)
    kept, paid = 0, 0.0
    for k in range(count):
        kept += size[k] <= room
    for k in range(kept):
        if taken[k]:
            paid += _paid(items[k], 1, triples, price, number)
    for k in range(kept):
        if taken[k]:
            _paid(items[k], -1, triples, price, number)
    if paid <= 0.0:
        return most
    # pack has sorted the items, unless all fit together: then their order does not matter
    inside = np.zeros(kept, dtype=np.bool_)
    best, value, left, k = most - paid - EQUAL * most, 0.0, room, 0
    result = most
    for _ in range(STEPS_OF_A_KNAPSACK):
        bound, gap, at = value, left, k
        while at < kept and size[at] <= gap:
            gap -= size[at]
            bound += gain[at]
            at += 1
        if at < kept:
            bound += gap * gain[at] / size[at]
        if bound > best + EQUAL * most:
            if k < kept:
                if size[k] <= left:
                    inside[k] = True
                    left -= size[k]
                    value += gain[k] - _paid(items[k], 1, triples, price, number)
                k += 1
                continue
            best = value
            taken[:kept] = inside
        k -= 1
        while k >= 0 and not inside[k]:
            k -= 1
        if k < 0:
            result = min(most, best + 2.0 * EQUAL * most)
            break
        inside[k] = False
        left += size[k]
        value += _paid(items[k], -1, triples, price, number) - gain[k]
        k += 1
    number[:] = 0
    return result


@compiled
def packings(data: Data, state: Indices, wage: Floats, triples: Triples, price: Floats, held: Flags) -> Floats:
    """Return value [site] of every site that is not closed (0 where it is); `held` [site, client] is its packing."""
    sites, clients = data.by_site.shape
    items = np.empty(clients, dtype=np.int64)
    gain, size, taken = np.empty(clients), np.empty(clients), np.empty(clients, dtype=np.bool_)
    number = np.zeros(price.size, dtype=np.int64)
    values = np.zeros(sites)
    held[:] = False
    for j in range(sites):
        if state[j] == CLOSED:
            continue
        count = gather(data.by_site[j], wage, data.demand, items, gain, size)
        worth = pack_apart(count, data.room[j], (items, gain, size, taken), triples, price, number)
        values[j] = data.fixed[j] - worth
        for k in range(count):
            if taken[k]:
                held[j, items[k]] = True
    return values


@compiled
def evaluate_apart(  # noqa: PLR0913, PLR0917  (compiled: no object holds them)
    data: Data,
    state: Indices,
    wage: Floats,
    triples: Triples,
    price: Floats,
    values: Floats,
    chosen: Flags,
    part: Floats,
    held: Flags,
) -> tuple[float, float]:
    """Return (bound less its rounding, toll); writes the sites' values and packings, the choice and its mixture."""
    values[:] = packings(data, state, wage, triples, price, held)
    least, toll = choose(data, state, values, chosen, part)
    if least == np.inf:
        return np.inf, 0.0
    terms = np.abs(wage).sum() + price.sum() + toll * data.need
    for j in range(values.size):
        if chosen[j]:
            terms += abs(values[j]) + toll * data.room[j]
    return wage.sum() - price.sum() + least - SAFETY * terms, toll


@compiled
def _slopes(data: Data, triples: Triples, part: Floats, held: Flags, slope: Floats, excess: Floats) -> None:
    """Write how far each client is from being served once, and by how much each row is broken (below 0: it is not)."""
    slope[:] = 1.0
    excess[:] = -1.0
    for j in range(part.size):
        if part[j] > 0.0:
            for i in range(data.demand.size):
                if held[j, i]:
                    slope[i] -= part[j]
            for t in range(excess.size):
                a, b, c = triples.clients[t]
                if int(held[j, a]) + int(held[j, b]) + int(held[j, c]) >= PAIR:
                    excess[t] += part[j]


@compiled
def climb_apart(  # noqa: C901, PLR0913, PLR0917  (a compiled loop)
    data: Data,
    state: Indices,
    dual: Dual,
    triples: Triples,
    log: Log,
    first: int,
    upper: float,
    enough: float,
    rounds: int,
) -> float:
    """Improve the bound for `rounds` evaluations, or until it is `enough`; returns it (inf: no plan exists).

    As `volume.climb`. With a `first` round of the `log` from 0 on, rounds are written there and the prices move too.
    """
    sites, clients = data.by_site.shape
    trial, values, chosen, part = dual.wage.copy(), dual.values.copy(), dual.chosen.copy(), dual.share.copy()
    best_price, price = triples.price, triples.price.copy()
    slope, excess, sway = np.empty(clients), np.empty(price.size), triples.drift
    held = np.zeros((sites, clients), dtype=np.bool_)
    moves, mark = first >= 0, dual.mark
    for turn in range(first, first + rounds):
        if mark[BOUND] > -np.inf:
            length = (dual.drift * dual.drift).sum()
            if moves:
                for t in range(price.size):
                    if best_price[t] > 0.0 or sway[t] > 0.0:
                        length += sway[t] * sway[t]
            if length < FLAT:
                break
            span = max(abs(mark[BOUND]), TINY * np.abs(dual.wage).sum())
            step = mark[SCALE] * max(min(upper - mark[BOUND], REACH * span), 0.0) / length
            trial[:] = dual.wage + step * dual.drift
            if moves:
                price[:] = np.maximum(best_price + step * sway, 0.0)
        bound, toll = evaluate_apart(data, state, trial, triples, price, values, chosen, part, held)
        if bound == np.inf:
            mark[BOUND] = np.inf
            return np.inf
        _slopes(data, triples, part, held, slope, excess)
        is_better = bound > mark[BOUND]
        alpha = average(dual, slope, part, is_better)
        if moves:
            sway += alpha * (excess - sway)
            log.weight[:turn] *= 1.0 - alpha
            log.weight[turn] = alpha
            log.part[turn] = part
            log.held[turn] = held
        if is_better:
            mark[BOUND], mark[TOLL], mark[IDLE] = bound, toll, 0.0
            dual.wage[:] = trial
            dual.values[:] = values
            dual.chosen[:] = chosen
            best_price[:] = price
            if bound >= enough:
                break
    return float(mark[BOUND])


@compiled
def averaged(log: Log) -> Floats:
    """Return [site, client] how often the averaged packings of a climb serve the client."""
    rounds, sites, clients = log.held.shape
    share = np.zeros((sites, clients))
    for turn in range(rounds):
        for j in range(sites):
            weight = log.weight[turn] * log.part[turn, j]
            if weight > 0.0:
                for i in range(clients):
                    if log.held[turn, j, i]:
                        share[j, i] += weight
    return share
