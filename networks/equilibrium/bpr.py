"""Link cost by the volume on it: the function of the US Bureau of Public Roads (1964), compiled.

    cost = free * (1 + alpha * ((flow + background) / capacity) ** beta) + fixed

`delay` below is the tuple (free, capacity, alpha, beta, fixed, background) of arrays, shape [links].
"""

import numpy as np
from numba import njit

from networks.equilibrium.arrays import Floats

_FOUR = 4.0
_STEPS = 60


@njit(cache=True, nogil=True, inline="always")
def _power(base: float, exponent: float) -> float:
    """Return base ** (exponent - 1); the exponent 4 of nearly all networks needs no logarithm."""
    if exponent == _FOUR:
        return base * base * base
    if exponent == 1.0:
        return 1.0
    if base == 0.0:
        return 0.0
    return base ** (exponent - 1.0)


@njit(cache=True, nogil=True)
def costs(flow: Floats, delay, cost: Floats, slope: Floats) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  (numba tuples of arrays)
    """Fill the cost of each link and its derivative by the flow."""
    free, capacity, alpha, beta, fixed, background = delay
    for link in range(len(flow)):
        if beta[link] == 0.0:
            cost[link] = free[link] * (1.0 + alpha[link]) + fixed[link]
            slope[link] = 0.0
            continue
        ratio = (flow[link] + background[link]) / capacity[link]
        power = _power(ratio, beta[link])
        grown = free[link] * alpha[link] * power
        cost[link] = free[link] + grown * ratio + fixed[link]
        slope[link] = grown * beta[link] / capacity[link]


@njit(cache=True, nogil=True)
def objective(flow: Floats, delay) -> float:  # type: ignore[no-untyped-def]  # noqa: ANN001  (numba tuples of arrays)
    """Return Beckmann's sum: the integral of each link's cost from no flow to `flow`."""
    free, capacity, alpha, beta, fixed, background = delay
    total = 0.0
    for link in range(len(flow)):
        power = beta[link] + 1.0
        full = ((flow[link] + background[link]) / capacity[link]) ** power
        empty = (background[link] / capacity[link]) ** power
        if beta[link] == 0.0:
            grown = flow[link]
        elif capacity[link] == np.inf:
            grown = 0.0
        else:
            grown = capacity[link] * (full - empty) / power
        total += free[link] * (flow[link] + alpha[link] * grown) + fixed[link] * flow[link]
    return total


@njit(cache=True, nogil=True)
def step(flow: Floats, direction: Floats, delay) -> float:  # type: ignore[no-untyped-def]  # noqa: ANN001  (numba tuples of arrays)
    """Return the share of `direction` in [0, 1] that minimises Beckmann's sum: Newton kept within a bracket."""
    low, high, share = 0.0, 1.0, 1.0
    first = 0.0
    for turn in range(_STEPS):
        value, rise = _along(flow, direction, delay, share)
        if turn == 0:
            if value <= 0.0:
                return 1.0
            first = value
        if value > 0.0:
            high = share
        else:
            low = share
        if abs(value) <= 1e-12 * first or high - low < 1e-15:
            break
        newton = share - value / rise if rise > 0.0 else -1.0
        share = newton if low < newton < high else 0.5 * (low + high)
    return share


@njit(cache=True, nogil=True)
def _along(flow: Floats, direction: Floats, delay, share: float) -> tuple[float, float]:  # type: ignore[no-untyped-def]  # noqa: ANN001  (numba tuples of arrays)
    """Return the derivative of Beckmann's sum by `share` and the derivative of that."""
    free, capacity, alpha, beta, fixed, background = delay
    value, rise = 0.0, 0.0
    for link in range(len(flow)):
        move = direction[link]
        if move == 0.0:
            continue
        if beta[link] == 0.0:
            value += move * (free[link] * (1.0 + alpha[link]) + fixed[link])
            continue
        # a direction may take away a hair more than there is: rounding
        volume = max(0.0, flow[link] + share * move) + background[link]
        ratio = volume / capacity[link]
        grown = free[link] * alpha[link] * _power(ratio, beta[link])
        value += move * (free[link] + grown * ratio + fixed[link])
        rise += move * move * grown * beta[link] / capacity[link]
    return value, rise
