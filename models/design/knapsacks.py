"""A bound for network design, compiled: price the balance of nodes, and every link is a knapsack of its own.

    L(pi) = sum_k d_k (pi_k,origin - pi_k,destination) + sum_a min(0, g_a)
    g_a = f_a + min { sum_k (c_ka - pi_k,tail + pi_k,head) x_k : sum_k x_k <= u_a, 0 <= x_k <= d_k }

The best such bound is that of the linear relaxation with strong inequalities x_ka <= d_k y_a. Multipliers move by the
volume algorithm. Where L + |g_a| reaches a known value, link a is decided.

Source: Crainic, Frangioni, Gendron, Discrete Applied Mathematics 112, 2001 (knapsack relaxation); Barahona, Anbil,
Mathematical Programming 87, 2000 (volume).
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats, Integers
from models.compiled import compiled

FAILURES = 15  # rounds without a better bound that shorten the step
MUCH = 1e-4  # a bound better by this part lengthens the step
ROUNDING = 1e-12  # of the bound's terms: what adding them up in floats may lose


class Network(NamedTuple):
    """The instance as flat arrays; `rule` [link]: 1 must be built, -1 must not, 0 free."""

    tail: Integers
    head: Integers
    room: Floats
    fixed: Floats
    cost: Floats
    origin: Integers
    destination: Integers
    amount: Floats
    rule: Integers


class Ascent(NamedTuple):
    """Where the volume algorithm stands.

    `price` and `best` [commodity, node]: multipliers tried and best; `mean` and `flow` [commodity, link]: primal
    average and last answer; `gain` and `best_gain` [link]; `state`: best bound, step factor, failures, rounds.
    """

    price: Floats
    best: Floats
    mean: Floats
    flow: Floats
    gain: Floats
    best_gain: Floats
    built: Floats
    mean_built: Floats
    state: Floats


@compiled
def _fill(network: Network, price: Floats, a: int, flow: Floats, wish: tuple[Floats, Integers]) -> float:
    """Fill link `a` with the commodities that gain by it, the largest gain first; return what they gain."""
    tail, head, room, _, cost, _, _, amount, _ = network
    reduced, which = wish
    count, wished = 0, 0.0
    for k in range(amount.size):
        flow[k, a] = 0.0
        value = cost[k if cost.shape[0] > 1 else 0, a] - price[k, tail[a]] + price[k, head[a]]
        if value < 0:
            reduced[count], which[count] = value, k
            count += 1
            wished += amount[k]
    left, gain = room[a], 0.0
    order = np.argsort(reduced[:count]) if wished > left else np.arange(count)
    for i in order:
        step = min(left, amount[which[i]])
        gain += reduced[i] * step
        flow[which[i], a] = step
        left -= step
        if left <= 0:
            break
    return gain


@compiled
def bound_at(network: Network, price: Floats, flow: Floats, gain: Floats, built: Floats) -> float:
    """Return L(price), the links' flows [commodity, link], their gains and whether they are built [link]."""
    _, _, room, fixed, _, origin, destination, amount, rule = network
    total, terms = 0.0, 0.0
    for k in range(amount.size):
        worth = amount[k] * (price[k, origin[k]] - price[k, destination[k]])
        total += worth
        terms += abs(worth)
    wish = (np.empty(amount.size), np.empty(amount.size, dtype=np.int64))
    for a in range(room.size):
        flow[:, a] = 0.0
        gain[a], built[a] = fixed[a], 0.0
        if rule[a] < 0 or room[a] <= 0:
            continue
        gain[a] += _fill(network, price, a, flow, wish)
        if gain[a] < 0 or rule[a] > 0:
            total += gain[a]
            terms += fixed[a] + abs(gain[a] - fixed[a])
            built[a] = 1.0
        else:
            flow[:, a] = 0.0
    return total - ROUNDING * terms


@compiled
def _average(ascent: Ascent) -> None:
    """Move the averages towards the last answer; the first one is taken whole."""
    _, _, mean, flow, _, _, built, mean_built, state = ascent
    share = 1.0 if state[3] == 0 else state[4]
    for k in range(mean.shape[0]):
        for a in range(mean.shape[1]):
            mean[k, a] += share * (flow[k, a] - mean[k, a])
    for a in range(mean_built.size):
        mean_built[a] += share * (built[a] - mean_built[a])


@compiled
def _judge(ascent: Ascent, bound: float) -> None:
    """Keep a better bound and lengthen the step, or shorten it after some failures."""
    price, best, _, _, gain, best_gain, _, _, state = ascent
    first = state[3] == 0
    state[3] += 1
    if first or bound > state[0]:
        if not first and bound > state[0] + MUCH * abs(state[0]):
            state[1] = min(state[1] * 1.1, 2.0)
        state[0], state[2] = bound, 0
        best[:] = price
        best_gain[:] = gain
        return
    state[2] += 1
    if state[2] >= FAILURES:
        state[1], state[2] = state[1] * 0.7, 0
        state[4] = max(state[4] * 0.8, 0.01)


@compiled
def _imbalance(network: Network, mean: Floats, slope: Floats) -> float:
    """Write what the average flow lacks at each node [commodity, node]; return the sum of squares."""
    tail, head, _, _, _, origin, destination, amount, _ = network
    slope[:] = 0.0
    for k in range(amount.size):
        slope[k, origin[k]] += amount[k]
        slope[k, destination[k]] -= amount[k]
        for a in range(tail.size):
            if mean[k, a] > 0:
                slope[k, tail[a]] -= mean[k, a]
                slope[k, head[a]] += mean[k, a]
    return float(np.sum(slope * slope))


@compiled
def climb(network: Network, ascent: Ascent, target: float, rounds: int) -> None:
    """Carry on for some rounds of the volume algorithm, aiming at the value `target`."""
    price, best, mean, flow, gain, _, built, _, state = ascent
    slope = np.empty_like(price)
    for _ in range(rounds):
        bound = bound_at(network, price, flow, gain, built)
        _average(ascent)
        _judge(ascent, bound)
        square = _imbalance(network, mean, slope)
        if square <= 0:
            return
        step = state[1] * max(target - state[0], 1e-4 * abs(target)) / square
        price[:] = best + step * slope
