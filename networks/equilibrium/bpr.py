"""Link cost by the volume on it: the function of the US Bureau of Public Roads (1964), compiled.

    cost = free * (1 + alpha * ((flow + background) / capacity) ** beta) + fixed

`delay` below is the tuple (free, capacity, alpha, beta, fixed, background) of arrays, shape [links].
"""

from networks.compiled import compiled
from networks.equilibrium.arrays import Delays, Floats

_FOUR = 4.0
_STEPS = 60
_EXACT = 1e-12
_NARROW = 1e-15


@compiled
def _power(base: float, exponent: float) -> float:
    """Return base ** (exponent - 1); the exponent 4 of nearly all networks needs no logarithm."""
    if exponent == _FOUR:
        return base * base * base
    if exponent == 1.0:
        return 1.0
    if base == 0.0:
        return 0.0
    return float(base ** (exponent - 1.0))


@compiled
def price(flow: float, delay: Delays, link: int) -> tuple[float, float]:
    """Return the cost of a link and its derivative by the flow."""
    free, capacity, alpha, beta, fixed, background = delay
    if beta[link] == 0.0:
        return free[link] * (1.0 + alpha[link]) + fixed[link], 0.0
    ratio = (flow + background[link]) / capacity[link]
    grown = free[link] * alpha[link] * _power(ratio, beta[link])
    return free[link] + grown * ratio + fixed[link], grown * beta[link] / capacity[link]


@compiled
def costs(flow: Floats, delay: Delays, cost: Floats, slope: Floats) -> None:
    """Fill the cost of each link and its derivative by the flow."""
    for link in range(len(flow)):
        cost[link], slope[link] = price(flow[link], delay, link)


@compiled
def step(flow: Floats, direction: Floats, delay: Delays) -> float:
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
        if abs(value) <= _EXACT * first or high - low < _NARROW:
            break
        newton = share - value / rise if rise > 0.0 else -1.0
        share = newton if low < newton < high else 0.5 * (low + high)
    return share if share > 2.0 * _NARROW else 0.0


@compiled
def _along(flow: Floats, direction: Floats, delay: Delays, share: float) -> tuple[float, float]:
    """Return the derivative of Beckmann's sum by `share` and the derivative of that."""
    value, rise = 0.0, 0.0
    for link in range(len(flow)):
        move = direction[link]
        if move != 0.0:
            # a direction may take away a hair more than there is: rounding
            cost, slope = price(max(0.0, flow[link] + share * move), delay, link)
            value += move * cost
            rise += move * move * slope
    return value, rise
