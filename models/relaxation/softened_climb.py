"""Climb on the packings met so far along a softened model, compiled: on from where the volume algorithm stands still.

The minimum over a site's packings is softened,

    - m log sum_q exp(-value_q / m)  <=  min_q value_q,

so that the model has a gradient everywhere, and accelerated gradient steps of length `STRIDE` m lead to its top; m
falls on the way. Sites may be closed at no cost, and room for all demand is priced by one number. What is found is no
bound: wages and prices are taken from the best step of the model without softening, and
`packings_climb.solve_knapsacks` proves what they are worth. The softened shares tend to a solution of the linear
relaxation over the packings.

Sources: Nesterov, Mathematical Programming 103, 2005 (softening); O'Donoghue, Candes, Foundations of Computational
Mathematics 15, 2015 (steps without their momentum where that leads down).
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats, Indices
from models.compiled import compiled
from models.relaxation.packings import Packings
from models.relaxation.site_knapsacks import CLOSED, FREE, Data

STRIDE = 0.3
SOFT, HARD = 5e-4, 5e-5  # the first and last m, as parts of what the clients of a site pay together
FALLING = 0.7  # of the steps
NEGLIGIBLE = 20.0  # so many m above the least, a packing has no share
MEAN_LOAD = 3.0  # clients whose wages the price of a site's room counts as


class _Point(NamedTuple):
    """Wages, prices of rows, and the price of the mean room of a site."""

    wage: Floats
    price: Floats
    toll: Floats


@compiled
def _copy(source: _Point, target: _Point) -> None:
    target.wage[:], target.price[:], target.toll[:] = source.wage, source.price, source.toll


@compiled
def _new_point(clients: int, rows: int) -> _Point:
    return _Point(np.zeros(clients), np.zeros(rows), np.zeros(1))


@compiled
def _site(  # noqa: PLR0913, PLR0917  (compiled: no object holds them)
    known: Packings, j: int, base: float, closed: float, at: _Point, softness: float, slope: _Point, value: Floats
) -> tuple[float, float]:
    """Write the shares of a site's packings and take them off the slope; return the least value, and the site's share.

    `base` is added to each packing's value; staying closed is worth `closed`.
    """
    count, least = known.number[j], closed
    for q in range(count):
        worth = known.cost[j, q] + base
        for c in range(known.size[j, q]):
            worth -= at.wage[known.clients[j, q, c]]
        if worth < least + NEGLIGIBLE * softness:
            for r in range(known.paid[j, q]):
                worth += at.price[known.rows[j, q, r]]
        value[q] = worth
        least = min(least, worth)
    stays = (closed - least) / softness
    total = np.exp(-stays) if stays < NEGLIGIBLE else 0.0
    is_open = 0.0
    for q in range(count):
        above = (value[q] - least) / softness
        value[q] = np.exp(-above) if above < NEGLIGIBLE else 0.0
        is_open += value[q]
    total += is_open
    for q in range(count):
        share = value[q] / total
        known.weight[j, q] = share
        if share > 0.0:
            for c in range(known.size[j, q]):
                slope.wage[known.clients[j, q, c]] -= share
            for r in range(known.paid[j, q]):
                slope.price[known.rows[j, q, r]] += share
    return least, is_open / total


@compiled
def _gradient(  # noqa: PLR0913, PLR0917  (compiled: no object holds them)
    known: Packings, data: Data, state: Indices, at: _Point, softness: float, mean_room: float, slope: _Point
) -> float:
    """Write the gradient of the softened model; return the model's value without softening."""
    slope.wage[:], slope.price[:] = 1.0, -1.0
    slope.toll[0] = data.need / mean_room
    total = at.wage.sum() - at.price.sum() + at.toll[0] * slope.toll[0]
    value = np.empty(known.weight.shape[1])
    for j in range(state.size):
        if state[j] == CLOSED:
            continue
        base = -at.toll[0] * data.room[j] / mean_room
        closed = 0.0 if state[j] == FREE else data.fixed[j] + base
        least, is_open = _site(known, j, base, closed, at, softness, slope, value)
        total += least
        slope.toll[0] -= (is_open if state[j] == FREE else 1.0) * data.room[j] / mean_room
    slope.toll[0] /= MEAN_LOAD
    return float(total)


@compiled
def _step(at: Floats, ahead: Floats, slope: Floats, length: float, momentum: float, least: float) -> float:
    """Step from `ahead` to a new `at`, none below `least`, and move `ahead` beyond it; return how far that climbs."""
    climbs = 0.0
    for i in range(at.size):
        new = max(ahead[i] + length * slope[i], least)
        climbs += slope[i] * (new - at[i])
        ahead[i] = max(new + momentum * (new - at[i]), least)
        at[i] = new
    return climbs


@compiled
def climb_softly(  # noqa: PLR0913, PLR0917  (compiled: no object holds them)
    known: Packings, data: Data, state: Indices, wage: Floats, price: Floats, toll: float, steps: int
) -> float:
    """Improve the model for `steps`; `wage` and `price` move to the best. Returns its value there.

    `toll`: the price of a unit of room to begin with. Writes the shares of all packings. No bound: see
    `packings_climb.solve_knapsacks`.
    """
    mean_room = data.room[state != CLOSED].mean()
    span = max(np.abs(wage).sum() * mean_room / data.need, 1e-300)  # what the clients of a site pay together
    at, slope = _new_point(wage.size, price.size), _new_point(wage.size, price.size)
    ahead = _new_point(wage.size, price.size)
    at.wage[:], at.price[:], at.toll[0] = wage, price, toll * mean_room
    _copy(at, ahead)
    best, turn = -np.inf, 1.0
    for done in range(steps):
        softness = span * SOFT * (HARD / SOFT) ** min(1.0, done / (FALLING * steps))
        value = _gradient(known, data, state, ahead, softness, mean_room, slope)
        if value > best:
            best = value
            wage[:], price[:] = ahead.wage, ahead.price
        length = STRIDE * softness
        following = 0.5 * (1.0 + np.sqrt(1.0 + 4.0 * turn * turn))
        momentum = (turn - 1.0) / following
        climbs = _step(at.wage, ahead.wage, slope.wage, length, momentum, -np.inf)
        climbs += _step(at.price, ahead.price, slope.price, length, momentum, 0.0)
        climbs += _step(at.toll, ahead.toll, slope.toll, length, momentum, 0.0)
        turn = following
        if climbs < 0.0:
            turn = 1.0
            _copy(at, ahead)
    return best
