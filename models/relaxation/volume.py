"""The best multipliers of the capacitated bound: the volume algorithm.

A subgradient method that moves from its best point along an average of the subgradients seen so far. The average
tends to what the linear relaxation does: its openings say which site is worth a branch.

Source: Barahona, Anbil, Mathematical Programming 87, 2000.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.relaxation.site_knapsacks import FREE, Data, cheapest, choose, served_by, site_values

SAFETY = 1e-11  # relative to the terms added up: more than their rounding
REACH = 0.05  # the target lies at most this far above the best bound (relative)
LEAST_REACH = 1e-6
TINY = 1e-3  # of all wages: a bound smaller than this is no measure of a step
LEAST_ALPHA, MOST_ALPHA = 0.01, 0.1
SHRINK, GROW, PATIENCE, WIDEST = 0.66, 1.1, 10, 2.0
FLAT = 1e-14
BOUND, TOLL, SCALE, IDLE = 0, 1, 2, 3  # places in Dual.mark


class Dual(NamedTuple):
    """Where a climb stands.

    `wage` [client], `values` and `chosen` [site] belong to the best bound; `share` [site] is the averaged choice and
    `drift` [client] the averaged subgradient; `mark` holds the bound, the toll on room, the step scale, and the number
    of evaluations without gain.
    """

    wage: Floats
    values: Floats
    chosen: Flags
    share: Floats
    drift: Floats
    mark: Floats


def new_dual(sites: int, wage: Floats, scale: float) -> Dual:
    """Return a climb that begins at `wage`."""
    return Dual(
        wage=wage.copy(),
        values=np.zeros(sites),
        chosen=np.zeros(sites, dtype=np.bool_),
        share=np.zeros(sites),
        drift=np.zeros(wage.size),
        mark=np.array([-np.inf, 0.0, scale, 0.0]),
    )


@compiled
def evaluate(
    data: Data, state: Indices, wage: Floats, values: Floats, chosen: Flags, part: Floats
) -> tuple[float, float]:
    """Return (bound less its rounding, toll); writes the sites' values, the choice and its mixture (see `choose`)."""
    values[:] = site_values(data, state, wage)
    least, toll = choose(data, state, values, chosen, part)
    return (np.inf, 0.0) if least == np.inf else (less_rounding(data, wage, 0.0, values, chosen, (least, toll)), toll)


@compiled
def less_rounding(
    data: Data, wage: Floats, asked: float, values: Floats, chosen: Flags, choice: tuple[float, float]
) -> float:
    """Return the bound of a `choice` (its least cost and its toll), less the rounding of its terms.

    `asked`: the sum of the prices of rows, which are paid back to all sites together.
    """
    least, toll = choice
    terms = np.abs(wage).sum() + asked + toll * data.need
    for j in range(values.size):
        if chosen[j]:
            terms += abs(values[j]) + toll * data.room[j]
    return float(wage.sum() - asked + least - SAFETY * terms)


@compiled
def take(dual: Dual, bound: float, toll: float, wage: Floats, values: Floats, chosen: Flags) -> bool:
    """Have `dual` stand at a bound if it is the best so far; return whether it is."""
    if bound <= dual.mark[BOUND]:
        return False
    dual.mark[BOUND], dual.mark[TOLL] = bound, toll
    dual.wage[:] = wage
    dual.values[:] = values
    dual.chosen[:] = chosen
    return True


@compiled
def climb(data: Data, state: Indices, dual: Dual, upper: float, enough: float, rounds: int) -> float:
    """Improve the bound for `rounds` evaluations, or until it is `enough`; returns it (inf: no plan exists).

    `upper` is the value of a plan, inf if there is none.
    """
    trial, values, chosen, part = dual.wage.copy(), dual.values.copy(), dual.chosen.copy(), dual.share.copy()
    mark = dual.mark
    for _ in range(rounds):
        if mark[BOUND] > -np.inf:
            length = (dual.drift * dual.drift).sum()
            if length < FLAT:
                break
            span = max(abs(mark[BOUND]), TINY * np.abs(dual.wage).sum())
            rise = max(min(upper - mark[BOUND], REACH * span), LEAST_REACH * span)
            trial[:] = dual.wage + mark[SCALE] * rise / length * dual.drift
        bound, toll = evaluate(data, state, trial, values, chosen, part)
        if bound == np.inf:
            mark[BOUND] = np.inf
            return np.inf
        slope = 1.0 - served_by(data, part, trial)
        average(dual, slope, part, bound > mark[BOUND])
        if take(dual, bound, toll, trial, values, chosen):
            mark[IDLE] = 0.0
            if bound >= enough:
                break
    return float(mark[BOUND])


@compiled
def average(dual: Dual, slope: Floats, part: Floats, is_better: bool) -> float:  # noqa: FBT001  (numba: positional)
    """Take the new subgradient into the averages, and adapt the step; return the weight of what is new.

    Before the first bound there is nothing to average with.
    """
    drift, mark = dual.drift, dual.mark
    if mark[BOUND] == -np.inf:
        drift[:] = slope
        dual.share[:] = part
        return 1.0
    spread = ((slope - drift) ** 2).sum()
    alpha = (drift * (drift - slope)).sum() / spread if spread > 0.0 else 1.0
    alpha = min(max(alpha, LEAST_ALPHA), MOST_ALPHA)
    agrees = (slope * drift).sum() >= 0.0
    drift += alpha * (slope - drift)
    dual.share[:] += alpha * (part - dual.share)
    if is_better and agrees:
        mark[SCALE] = min(mark[SCALE] * GROW, WIDEST)
    elif not is_better:
        mark[IDLE] += 1.0
        if mark[IDLE] >= PATIENCE:
            mark[SCALE] *= SHRINK
            mark[IDLE] = 0.0
    return float(alpha)


@compiled
def flips(data: Data, state: Indices, dual: Dual) -> tuple[Floats, Flags]:
    """Return the bound [site] of each free site doing the opposite of the choice, and that choice."""
    bound, toll, values = dual.mark[BOUND], dual.mark[TOLL], dual.values
    chosen = np.zeros(values.size, dtype=np.bool_)
    cheapest(data, state, values, toll, chosen)
    count = chosen.sum()
    worst, following = -np.inf, np.inf
    for j in range(values.size):
        if state[j] == FREE:
            net = values[j] - toll * data.room[j]
            if chosen[j]:
                worst = max(worst, net)
            else:
                following = min(following, net)
    result = np.full(values.size, bound)
    for j in range(values.size):
        if state[j] != FREE:
            continue
        net = values[j] - toll * data.room[j]
        if chosen[j]:
            result[j] = bound - net + (following if count == data.least or following < 0.0 else 0.0)
        elif worst > -np.inf:
            result[j] = bound + net - (worst if count == data.most or worst > 0.0 else 0.0)
        else:
            result[j] = bound + net if count < data.most else np.inf
    return result, chosen
