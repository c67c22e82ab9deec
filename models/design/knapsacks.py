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
def bound_at(network: Network, price: Floats, flow: Floats, gain: Floats, built: Floats) -> float:
    """Return L(price), the links' flows [commodity, link], their gains and whether they are built [link]."""
    tail, head, room, fixed, cost, origin, destination, amount, rule = network
    commodities, links = amount.size, tail.size
    total, terms = 0.0, 0.0
    for k in range(commodities):
        worth = amount[k] * (price[k, origin[k]] - price[k, destination[k]])
        total += worth
        terms += abs(worth)
    reduced = np.empty(commodities)
    which = np.empty(commodities, dtype=np.int64)
    for a in range(links):
        flow[:, a] = 0.0
        gain[a] = fixed[a]
        built[a] = 0.0
        if rule[a] < 0 or room[a] <= 0:
            continue
        count, wish = 0, 0.0
        for k in range(commodities):
            row = k if cost.shape[0] > 1 else 0
            value = cost[row, a] - price[k, tail[a]] + price[k, head[a]]
            if value < 0:
                reduced[count] = value
                which[count] = k
                count += 1
                wish += amount[k]
        left = room[a]
        if wish <= left:
            for i in range(count):
                gain[a] += reduced[i] * amount[which[i]]
                flow[which[i], a] = amount[which[i]]
        else:
            order = np.argsort(reduced[:count])
            for i in order:
                step = min(left, amount[which[i]])
                gain[a] += reduced[i] * step
                flow[which[i], a] = step
                left -= step
                if left <= 0:
                    break
        if gain[a] < 0 or rule[a] > 0:
            total += gain[a]
            terms += fixed[a] + abs(gain[a] - fixed[a])
            built[a] = 1.0
        else:
            for i in range(count):
                flow[which[i], a] = 0.0
    return total - ROUNDING * terms


@compiled
def climb(network: Network, ascent: Ascent, target: float, rounds: int) -> None:
    """Carry on for some rounds of the volume algorithm, aiming at the value `target`."""
    tail, head, _, _, _, origin, destination, amount, _ = network
    price, best, mean, flow, gain, best_gain, built, mean_built, state = ascent
    commodities, links, nodes = amount.size, tail.size, price.shape[1]
    slope = np.empty((commodities, nodes))
    for _ in range(rounds):
        bound = bound_at(network, price, flow, gain, built)
        first = state[3] == 0
        share = 1.0 if first else state[4]
        for k in range(commodities):
            for a in range(links):
                mean[k, a] += share * (flow[k, a] - mean[k, a])
        for a in range(links):
            mean_built[a] += share * (built[a] - mean_built[a])
        if first or bound > state[0]:
            if not first and bound > state[0] + 1e-4 * abs(state[0]):
                state[1] = min(state[1] * 1.1, 2.0)
            state[0] = bound
            state[2] = 0
            best[:] = price
            best_gain[:] = gain
        else:
            state[2] += 1
            if state[2] >= 15:
                state[1] *= 0.7
                state[2] = 0
                state[4] = max(state[4] * 0.8, 0.01)
        square = 0.0
        for k in range(commodities):
            slope[k, :] = 0.0
            slope[k, origin[k]] += amount[k]
            slope[k, destination[k]] -= amount[k]
            for a in range(links):
                if mean[k, a] > 0:
                    slope[k, tail[a]] -= mean[k, a]
                    slope[k, head[a]] += mean[k, a]
            for v in range(nodes):
                square += slope[k, v] * slope[k, v]
        state[3] += 1
        if square <= 0:
            return
        step = state[1] * max(target - state[0], 1e-4 * abs(target)) / square
        for k in range(commodities):
            for v in range(nodes):
                price[k, v] = best[k, v] + step * slope[k, v]
