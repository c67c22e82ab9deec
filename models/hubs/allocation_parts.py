"""The two parts of the single allocation bound, compiled: the traffic of each pair, and the nodes that a hub takes in.

See `allocation_bound` for the formulation. Hubs are counted 0 .. K-1, `home[k]` is hub k's node; node i may use
`labels[i, :number[i]]`, the same as `ok[i]`.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.hubs.hub_choice import HUGE, LOOSE
from models.hubs.knapsack import continuous, whole


class Data(NamedTuple):
    """Costs: `flow` [i, j], `transfer` [k, l], `local` [i, k], `fixed` [k]; `home` [k]; `weight` [i] fills `room`."""

    flow: Floats
    transfer: Floats
    local: Floats
    fixed: Floats
    home: Indices
    weight: Floats
    room: Floats


class Allowed(NamedTuple):
    """Which hubs [hub] each node may use: as a list, as flags [node, hub]."""

    labels: Indices
    number: Indices
    ok: Flags


class Prices(NamedTuple):
    """Multipliers: `pair` [i, j, k] for i at k as pair (i, j) sees it, `node` [i] for i to have one hub."""

    pair: Floats
    node: Floats


class Taken(NamedTuple):
    """What the hubs take: reduced costs and shares [i, k], worth [k], and worth with i at k for certain [i, k]."""

    reduced: Floats
    z: Floats
    worth: Floats
    forced_in: Floats


@compiled
def blank(nodes: int, hubs: int) -> Taken:
    """Return room for an answer."""
    return Taken(np.zeros((nodes, hubs)), np.zeros((nodes, hubs)), np.zeros(hubs), np.zeros((nodes, hubs)))


@compiled
def pairs_value(data: Data, prices: Prices, allowed: Allowed, guess: Indices) -> tuple[float, float]:
    """Return the sum over pairs of their cheapest two hubs, and the sum of magnitudes; `guess` [i, j] gets i's hub."""
    n = data.flow.shape[0]
    total, size = 0.0, 0.0
    for i in range(n):
        for j in range(i + 1, n):
            if data.flow[i, j] > 0 or data.flow[j, i] > 0:
                value = _pair(data, prices.pair, allowed, i, j, guess)
                total += value
                size += abs(value)
    return total, size


@compiled
def _pair(data: Data, price: Floats, allowed: Allowed, i: int, j: int, guess: Indices) -> float:
    transfer, labels, there, back = data.transfer, allowed.labels, data.flow[i, j], data.flow[j, i]
    least = HUGE
    for t in range(allowed.number[j]):
        least = min(least, -price[j, i, labels[j, t]])
    best, at_i, at_j = HUGE, -1, -1
    for s in range(-1, allowed.number[i]):  # the last answer first: it cuts most others off
        k = guess[i, j] if s < 0 else labels[i, s]
        base = -price[i, j, k]
        if base + least >= best:
            continue
        for t in range(allowed.number[j]):
            m = labels[j, t]
            value = base + there * transfer[k, m] + back * transfer[m, k] - price[j, i, m]
            if value < best:
                best, at_i, at_j = value, k, m
    guess[i, j], guess[j, i] = at_i, at_j
    return best


@compiled
def pairs_extra(data: Data, prices: Prices, allowed: Allowed, extra: Floats, nodes: tuple[int, int]) -> None:
    """Fill `extra` [i, j, k], zeros before: what pair (i, j) costs more if i must use hub k; `nodes`: from, to."""
    n = data.flow.shape[0]
    for i in range(nodes[0], min(nodes[1], n)):
        for j in range(i + 1, n):
            if data.flow[i, j] > 0 or data.flow[j, i] > 0:
                _pair_extra(data, prices.pair, allowed, i, j, extra)


@compiled
def _pair_extra(data: Data, price: Floats, allowed: Allowed, i: int, j: int, extra: Floats) -> None:
    transfer, labels, there, back = data.transfer, allowed.labels, data.flow[i, j], data.flow[j, i]
    least = HUGE
    extra[i, j, :] = HUGE
    extra[j, i, :] = HUGE
    for s in range(allowed.number[i]):
        k = labels[i, s]
        for t in range(allowed.number[j]):
            m = labels[j, t]
            value = there * transfer[k, m] + back * transfer[m, k] - price[i, j, k] - price[j, i, m]
            extra[i, j, k] = min(extra[i, j, k], value)
            extra[j, i, m] = min(extra[j, i, m], value)
            least = min(least, value)
    for s in range(allowed.number[i]):
        extra[i, j, labels[i, s]] -= least
    for t in range(allowed.number[j]):
        extra[j, i, labels[j, t]] -= least


@compiled
def nodes_value(data: Data, prices: Prices, allowed: Allowed, taken: Taken) -> tuple[float, float]:
    """Fill `taken`; return the sum of the nodes' multipliers and of magnitudes."""
    n, hubs = data.local.shape
    total, size = 0.0, 0.0
    for i in range(n):
        total += prices.node[i]
        size += abs(prices.node[i])
        taken.reduced[i, :] = 0.0
        for t in range(allowed.number[i]):
            k = allowed.labels[i, t]
            taken.reduced[i, k] = data.local[i, k] - prices.node[i]
            size += abs(data.local[i, k])
        for j in range(n):
            for t in range(allowed.number[i]):
                taken.reduced[i, allowed.labels[i, t]] += prices.pair[i, j, allowed.labels[i, t]]
    for k in range(hubs):
        _fill(data, allowed, k, taken)
    return total, size + np.abs(taken.reduced).sum()


@compiled
def _fill(  # noqa: C901  (one knapsack, and with each node forced in)
    data: Data, allowed: Allowed, k: int, taken: Taken
) -> None:
    """Fill hub k: its own node and those with no other hub first, then a knapsack of those that gain."""
    reduced, z, ok = taken.reduced, taken.z, allowed.ok
    n = z.shape[0]
    item, ratio = np.empty(n, np.int64), np.empty(n)
    z[:, k] = 0.0
    base, left = data.fixed[k], data.room[k] * LOOSE
    for i in range(n):
        if i == data.home[k] or (ok[i, k] and allowed.number[i] == 1):
            z[i, k] = 1.0
            base += reduced[i, k]
            left -= data.weight[i]
    if left < 0:
        taken.worth[k] = HUGE
        return
    items = 0
    for i in range(n):
        if z[i, k] == 0 and ok[i, k] and reduced[i, k] < 0 and data.weight[i] <= left:
            item[items] = i
            ratio[items] = reduced[i, k] / data.weight[i] if data.weight[i] > 0 else -HUGE
            items += 1
    chosen = item[:items][np.argsort(ratio[:items])]
    profit, heavy, part = np.empty(items), np.empty(items), np.empty(items)
    for s in range(items):
        profit[s], heavy[s] = -reduced[chosen[s], k], data.weight[chosen[s]]
    taken.worth[k] = base - whole(profit, heavy, left, part)
    for s in range(items):
        z[chosen[s], k] = part[s]
    smooth = base - continuous(profit, heavy, left, 0)
    for i in range(n):
        value = taken.worth[k]
        if ok[i, k] and z[i, k] == 0:
            if data.weight[i] > left:
                value = HUGE
            else:
                value = base + reduced[i, k] - continuous(profit, heavy, left - data.weight[i], 0)
        elif z[i, k] < 1:
            value = smooth
        taken.forced_in[i, k] = max(taken.worth[k], value)
