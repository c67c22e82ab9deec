"""Climb on the packings met so far, then solve the knapsacks once: what they find joins, and only that is a bound.

Both steps move the wages of clients and the prices of rows on triples. The climb is the volume algorithm on the model

    sum_i w_i - sum_t p_t + min over the sites of sum_j y_j min over known packings of (cost - wages + prices),

which no bound is above, in some tens of microseconds a step; solving all knapsacks with prices takes a hundred times as
long. Each climb begins where the best bound was found, so that a model that says too much is soon put right there.

Sources: Barahona, Anbil, Mathematical Programming 87, 2000 (the volume algorithm); Lemarechal, Nemirovskii, Nesterov,
Mathematical Programming 69, 1995 (a centre, and a model that is made better when it promised too much).
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats, Indices
from models.compiled import compiled
from models.relaxation.packings import NOBODY, Packings, best_packing, remember
from models.relaxation.site_knapsacks import CLOSED, FREE, OPEN, Data, choose
from models.relaxation.triples import Triples, pack_apart
from models.relaxation.volume import (
    BOUND,
    FLAT,
    GROW,
    LEAST_ALPHA,
    LEAST_REACH,
    MOST_ALPHA,
    PATIENCE,
    SHRINK,
    WIDEST,
    Dual,
    less_rounding,
    take,
)

LEAST_STEP = 1e-5
STEP, IDLE, BEGUN = 0, 1, 2  # places in Pull.mark
NOT_IN_PART = 1e-9


class Pull(NamedTuple):
    """Averaged subgradients: `drift` [client] and `sway` [row].

    `mark`: the step scale, the number of evaluations without gain, and 1 after the first evaluation.
    """

    drift: Floats
    sway: Floats
    mark: Floats


def new_pull(clients: int, rows: int, scale: float) -> Pull:
    """Return averages of nothing."""
    return Pull(np.zeros(clients), np.zeros(rows), np.array([scale, 0.0, 0.0]))


@compiled
def _chosen(data: Data, state: Indices, values: Floats, part: Floats) -> float:
    """Return the least cost of a choice of sites, in parts, with room enough (inf: none); writes `part` [site]."""
    total, have, count, free = 0.0, 0.0, 0, np.empty(values.size, dtype=np.int64)
    left = 0
    for j in range(values.size):
        part[j] = 0.0
        if state[j] == OPEN or (state[j] == FREE and values[j] < 0.0):
            part[j] = 1.0
            total += values[j]
            have += data.room[j]
            count += 1
        elif state[j] == FREE and data.room[j] > 0.0:
            free[left] = j
            left += 1
    if have < data.need:
        rate = values[free[:left]] / data.room[free[:left]]
        for k in np.argsort(rate):
            j = free[k]
            part[j] = min((data.need - have) / data.room[j], 1.0)
            total += part[j] * values[j]
            have += part[j] * data.room[j]
            count += 1
            if part[j] < 1.0 or have >= data.need:
                break
        if have < data.need * (1.0 - NOT_IN_PART):
            return np.inf
    if data.least <= count <= data.most:
        return total
    return float(choose(data, state, values, np.empty(values.size, dtype=np.bool_), part)[0])


@compiled
def _pull(known: Packings, part: Floats, place: Indices, slope: Floats, excess: Floats) -> None:
    """Write how far each client is from being served once, and by how much each row is broken."""
    slope[:] = 1.0
    excess[:] = -1.0
    for j in range(part.size):
        q = place[j]
        if part[j] > 0.0 and q != NOBODY:
            for at in range(known.size[j, q]):
                slope[known.clients[j, q, at]] -= part[j]
            for at in range(known.paid[j, q]):
                excess[known.rows[j, q, at]] += part[j]


@compiled
def _average(pull: Pull, price: Floats, slope: Floats, excess: Floats, is_better: bool) -> float:  # noqa: FBT001  (numba: positional)
    """Take the new subgradient into the averages, and adapt the step; return the weight of what is new.

    Rows that ask nothing and are not broken do not count.
    """
    drift, sway, mark = pull
    if mark[BEGUN] == 0.0:
        mark[BEGUN] = 1.0
        drift[:], sway[:] = slope, excess
        return 1.0
    spread, falls, agrees = 0.0, 0.0, 0.0
    for i in range(slope.size):
        change = slope[i] - drift[i]
        spread += change * change
        falls -= drift[i] * change
        agrees += slope[i] * drift[i]
    for t in range(excess.size):
        if price[t] > 0.0 or sway[t] > 0.0 or excess[t] > 0.0:
            change = excess[t] - sway[t]
            spread += change * change
            falls -= sway[t] * change
            agrees += excess[t] * sway[t]
    alpha = min(max(falls / spread if spread > 0.0 else 1.0, LEAST_ALPHA), MOST_ALPHA)
    drift += alpha * (slope - drift)
    sway += alpha * (excess - sway)
    if is_better and agrees >= 0.0:
        mark[STEP] = min(mark[STEP] * GROW, WIDEST)
    elif not is_better:
        mark[IDLE] += 1.0
        if mark[IDLE] >= PATIENCE:
            mark[STEP] = max(mark[STEP] * SHRINK, LEAST_STEP)
            mark[IDLE] = 0.0
    return float(alpha)


@compiled
def climb_known(  # noqa: C901, PLR0912, PLR0913, PLR0917  (a compiled loop)
    known: Packings,
    data: Data,
    state: Indices,
    wage: Floats,
    price: Floats,
    pull: Pull,
    upper: float,
    rounds: int,
) -> float:
    """Improve the model for `rounds` evaluations; `wage` and `price` move to the best. Returns its value (inf: none).

    `upper` is the value of a plan. No bound at other packings: see `solve_knapsacks`.
    """
    sites = state.size
    values, part, place = np.zeros(sites), np.zeros(sites), np.full(sites, NOBODY)
    trial, asked = wage.copy(), price.copy()
    slope, excess = np.empty(wage.size), np.empty(price.size)
    best = -np.inf
    if pull.mark[BEGUN] == 0.0:
        known.weight[:] = 0.0
    for turn in range(rounds):
        if turn > 0:
            length = (pull.drift * pull.drift).sum()
            for t in range(price.size):
                if price[t] > 0.0 or pull.sway[t] > 0.0:
                    length += pull.sway[t] * pull.sway[t]
            if length < FLAT:
                break
            step = pull.mark[STEP] * max(upper - best, LEAST_REACH * abs(best)) / length
            trial[:] = wage + step * pull.drift
            asked[:] = np.maximum(price + step * pull.sway, 0.0)
        for j in range(sites):
            if state[j] != CLOSED:
                values[j], place[j] = best_packing(known, data, j, trial, asked, place[j])
        value = trial.sum() - asked.sum() + _chosen(data, state, values, part)
        if value == np.inf:
            return np.inf
        _pull(known, part, place, slope, excess)
        is_better = value > best
        alpha = _average(pull, price, slope, excess, is_better)
        for j in range(sites):
            if state[j] != CLOSED:
                known.weight[j, : known.number[j]] *= 1.0 - alpha
            if part[j] > 0.0 and place[j] != NOBODY:
                known.weight[j, place[j]] += alpha * part[j]
        if is_better:
            best = value
            pull.mark[IDLE] = 0.0
            wage[:] = trial
            price[:] = asked
    return float(best)


@compiled
def solve_knapsacks(  # noqa: PLR0913, PLR0917  (compiled: no object holds them)
    known: Packings, data: Data, state: Indices, least: Floats, wage: Floats, triples: Triples, dual: Dual
) -> float:
    """Return the bound at these wages and the prices of `triples`, less its rounding; what packings it finds join.

    `least` [site]: the load of every packing. Where the bound is the best so far, `dual` takes it: the wages, the
    sites' values, the choice and the toll.
    """
    sites = state.size
    number, packing = np.zeros(triples.price.size, dtype=np.int64), np.empty(wage.size, dtype=np.int64)
    values, part, chosen = np.zeros(sites), np.zeros(sites), np.zeros(sites, dtype=np.bool_)
    for j in range(sites):
        if state[j] == CLOSED:
            continue
        best, place = best_packing(known, data, j, wage, triples.price, NOBODY)
        gain = data.fixed[j] - best if place != NOBODY or least[j] <= 0.0 else -np.inf
        worth, count = pack_apart(
            data.by_site[j], wage, data.demand, data.room[j], least[j], triples, triples.price, gain, packing
        )
        if worth == -np.inf:
            dual.mark[BOUND] = np.inf
            return np.inf
        values[j] = data.fixed[j] - worth
        if count > 0:
            found = np.sort(packing[:count])
            remember(known, data, least, triples, number, j, found, wage, triples.price)
    total, toll = choose(data, state, values, chosen, part)
    if total == np.inf:
        dual.mark[BOUND] = np.inf
        return np.inf
    bound = less_rounding(data, wage, triples.price.sum(), values, chosen, (total, toll))
    take(dual, bound, toll, wage, values, chosen)
    return bound
