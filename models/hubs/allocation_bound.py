"""Lagrangian bound of single allocation, compiled: the choice of nodes and hubs apart from the traffic of each pair.

    min  sum_k f_k y_k + sum_ik L_ik z_ik + sum_{i<j} sum_km (w_ij t_km + w_ji t_mk) x_ijkm
    (a)  sum_m x_ijkm = z_ik,   sum_k x_ijkm = z_jm      the pair sees what its nodes chose      multipliers M_ijk, M_jim
    (b)  sum_k z_ik = 1                                                                          multipliers lam_i
    (c)  z_ik <= y_k = z_kk,    sum_i O_i z_ik <= room_k y_k,    sum_k room_k y_k >= sum_i O_i,   sum_k y_k = p

The path formulation of Skorin-Kapov, Skorin-Kapov, O'Kelly (EJOR 94, 1996), (a) relaxed as in Contreras, Diaz, Fernandez
(OR Spectrum 31, 2009) and (b), too: every pair takes its cheapest two hubs, every hub fills a knapsack with the nodes that
gain by it, one more knapsack (or the p cheapest) chooses the hubs. Subgradient steps are deflected, and
scaled by the traffic that the multiplier prices: without the scaling the 50 nodes with tight capacities end 1.7 % lower.

Hubs are counted 0 .. K-1 (`home[k]` is hub k's node); node i may use `labels[i, :count[i]]`. `fate[k]`: 1 open,
0 closed, -1 free. All arrays belong to the caller, so that a slice of steps can follow another.
"""

import numpy as np
from numba import njit

from models.arrays import Flags, Floats, Indices
from models.hubs.knapsack import continuous, whole

HUGE = 1e300
ROUNDING = 1e-13
LOOSE = 1 + 1e-9  # room for the rounding of sums
SMOOTH = 0.7
PATIENCE = 20
SHRINK = 0.7
GAIN = 1e-5
BEST, SCALE, SINCE = 0, 1, 2  # places in `state`


@njit(cache=True, nogil=True)
def pairs_value(
    flow: Floats, transfer: Floats, prices: Floats, labels: Indices, count: Indices, guess: Indices
) -> tuple[float, float]:
    """Return the sum over pairs of their cheapest two hubs, and the sum of magnitudes; `guess` [i, j] gets i's hub."""
    n = flow.shape[0]
    total, size = 0.0, 0.0
    for i in range(n):
        for j in range(i + 1, n):
            there, back = flow[i, j], flow[j, i]
            if there == 0 and back == 0:
                continue
            least = HUGE
            for t in range(count[j]):
                least = min(least, -prices[j, i, labels[j, t]])
            best, at_i, at_j = HUGE, -1, -1
            for s in range(-1, count[i]):  # the last answer first: it cuts most others off
                k = guess[i, j] if s < 0 else labels[i, s]
                base = -prices[i, j, k]
                if base + least >= best:
                    continue
                for t in range(count[j]):
                    m = labels[j, t]
                    value = base + there * transfer[k, m] + back * transfer[m, k] - prices[j, i, m]
                    if value < best:
                        best, at_i, at_j = value, k, m
            guess[i, j], guess[j, i] = at_i, at_j
            total += best
            size += abs(best)
    return total, size


@njit(cache=True, nogil=True)
def extras_of_pairs(
    flow: Floats, transfer: Floats, prices: Floats, labels: Indices, count: Indices, extra: Floats
) -> None:
    """Fill `extra` [i, j, k]: what pair (i, j) costs more if i must use hub k."""
    n = flow.shape[0]
    extra[:] = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            there, back = flow[i, j], flow[j, i]
            if there == 0 and back == 0:
                continue
            least = HUGE
            extra[i, j, :] = HUGE
            extra[j, i, :] = HUGE
            for s in range(count[i]):
                k = labels[i, s]
                for t in range(count[j]):
                    m = labels[j, t]
                    value = there * transfer[k, m] + back * transfer[m, k] - prices[i, j, k] - prices[j, i, m]
                    extra[i, j, k] = min(extra[i, j, k], value)
                    extra[j, i, m] = min(extra[j, i, m], value)
                    least = min(least, value)
            for s in range(count[i]):
                extra[i, j, labels[i, s]] -= least
            for t in range(count[j]):
                extra[j, i, labels[j, t]] -= least


@njit(cache=True, nogil=True)
def node_costs(
    local: Floats, prices: Floats, lam: Floats, labels: Indices, count: Indices, reduced: Floats
) -> tuple[float, float]:
    """Fill `reduced` [i, k] with L + sum_j M - lam; return sum lam and the sum of magnitudes."""
    n = local.shape[0]
    total, size = 0.0, 0.0
    for i in range(n):
        total += lam[i]
        size += abs(lam[i])
        reduced[i, :] = 0.0
        for t in range(count[i]):
            reduced[i, labels[i, t]] = local[i, labels[i, t]] - lam[i]
        for j in range(n):
            for t in range(count[i]):
                reduced[i, labels[i, t]] += prices[i, j, labels[i, t]]
    return total, size


@njit(cache=True, nogil=True)
def fill_hubs(
    reduced: Floats,
    fixed: Floats,
    home: Indices,
    weight: Floats,
    room: Floats,
    ok: Flags,
    count: Indices,
    z: Floats,
    worth: Floats,
    forced_in: Floats,
) -> None:
    """Fill `z` [i, k], `worth` [k] (value of an open hub k) and `forced_in` [i, k] (worth with i at k, at least)."""
    n, hubs = reduced.shape
    profit, heavy, taken = np.empty(n), np.empty(n), np.empty(n)
    item = np.empty(n, np.int64)
    ratio = np.empty(n)
    for k in range(hubs):
        z[:, k] = 0.0
        base, left, items = fixed[k], room[k] * LOOSE, 0
        for i in range(n):
            if i == home[k] or (ok[i, k] and count[i] == 1):
                z[i, k] = 1.0
                base += reduced[i, k]
                left -= weight[i]
            elif ok[i, k] and reduced[i, k] < 0:
                item[items] = i
                items += 1
        if left < 0:
            worth[k] = HUGE
            continue
        kept = 0
        for s in range(items):
            i = item[s]
            if weight[i] <= left:
                item[kept] = i
                ratio[kept] = reduced[i, k] / weight[i] if weight[i] > 0 else -HUGE
                kept += 1
        order = np.argsort(ratio[:kept])
        for s in range(kept):
            i = item[order[s]]
            profit[s], heavy[s] = -reduced[i, k], weight[i]
        worth[k] = base - whole(profit[:kept], heavy[:kept], left, taken[:kept])
        for s in range(kept):
            z[item[order[s]], k] = taken[s]
        for i in range(n):
            forced_in[i, k] = worth[k]
            if ok[i, k] and z[i, k] < 1:
                others = left - weight[i]
                forced_in[i, k] = HUGE
                if others >= 0:
                    value = base + reduced[i, k] - continuous(profit[:kept], heavy[:kept], others, 0)
                    if z[i, k] > 0:
                        value = base - continuous(profit[:kept], heavy[:kept], left, 0)
                    forced_in[i, k] = max(worth[k], value)


@njit(cache=True, nogil=True)
def choose_hubs(
    worth: Floats, fate: Indices, wanted: int, room: Floats, need: float, y: Indices, if_open: Floats, if_closed: Floats
) -> float:
    """Choose hubs at the least total worth; fill `y` and the rise of the value if hub k must be open, or closed.

    `wanted` hubs exactly, or (below 0) any number of at least one whose rooms add up to `need`. HUGE: impossible.
    """
    hubs = worth.size
    if_open[:] = 0.0
    if_closed[:] = 0.0
    value, opened, free = 0.0, 0, 0
    place = np.empty(hubs, np.int64)
    for k in range(hubs):
        y[k] = 1 if fate[k] == 1 else 0
        if fate[k] == 1:
            if worth[k] >= HUGE:
                return HUGE
            value += worth[k]
            opened += 1
            need -= room[k] * LOOSE
            if_closed[k] = HUGE
        elif fate[k] == 0 or worth[k] >= HUGE:
            if_open[k] = HUGE
        else:
            place[free] = k
            free += 1
    order = place[:free][np.argsort(worth[place[:free]])]
    if wanted < 0 and need > 0 and np.isfinite(room).all():
        return value + _cover(worth, order, room, need, y, if_open, if_closed)
    if wanted >= 0:
        take = wanted - opened
        if take < 0 or take > free:
            return HUGE
    else:
        take = 1 if opened == 0 else 0
        if take > free:
            return HUGE
        while take < free and worth[order[take]] < 0:
            take += 1
    least = wanted - opened if wanted >= 0 else (1 if opened == 0 else 0)
    for s in range(free):
        k = order[s]
        if s < take:
            y[k] = 1
            value += worth[k]
            after = worth[order[take]] if take < free else HUGE
            if wanted < 0 and take > least:
                after = min(after, 0.0)
            if_closed[k] = after - worth[k] if after < HUGE else HUGE
        else:
            before = worth[order[take - 1]] if take > 0 else 0.0
            if wanted < 0:
                before = max(before, 0.0) if take == least else 0.0
            if_open[k] = HUGE if wanted >= 0 and take == 0 else worth[k] - before
    return value


@njit(cache=True, nogil=True)
def _cover(
    worth: Floats, order: Indices, room: Floats, need: float, y: Indices, if_open: Floats, if_closed: Floats
) -> float:
    """Open all free hubs, then leave out those a knapsack of spare room finds dearest."""
    base, spare, items = 0.0, -need, 0
    item = np.empty(order.size, np.int64)
    for k in order:
        y[k] = 1
        base += worth[k]
        spare += room[k] * LOOSE
        if worth[k] > 0:
            item[items] = k
            items += 1
    if spare < 0:
        return HUGE
    ratio = np.empty(items)
    for s in range(items):
        ratio[s] = -worth[item[s]] / room[item[s]] if room[item[s]] > 0 else -HUGE
    item = item[:items][np.argsort(ratio)]
    profit, heavy, taken = worth[item], room[item] * LOOSE, np.empty(items)
    saved = whole(profit, heavy, spare, taken)
    for s in range(items):
        if taken[s] >= 1:
            y[item[s]] = 0
    for k in order:  # by the continuous knapsack with k settled
        at = -1
        for s in range(items):
            if item[s] == k:
                at = s
        if at < 0:
            if room[k] * LOOSE > spare:
                if_closed[k] = HUGE
            else:
                if_closed[k] = max(0.0, saved - worth[k] - continuous(profit, heavy, spare - room[k] * LOOSE, 0))
            continue
        gain, size = profit[at], heavy[at]
        profit[at] = heavy[at] = 0.0
        without = continuous(profit, heavy, spare, 0)
        if_open[k] = max(0.0, saved - without)
        if_closed[k] = HUGE
        if size <= spare:
            if_closed[k] = max(0.0, saved - gain - continuous(profit, heavy, spare - size, 0))
        profit[at], heavy[at] = gain, size
    return base - saved


@njit(cache=True, nogil=True)
def steps(
    data: tuple[Floats, Floats, Floats, Floats, Indices, Floats, Floats],
    node: tuple[Indices, Indices, Flags, Indices, int],
    prices: Floats,
    lam: Floats,
    memory: tuple[Floats, Floats, Floats, Floats, Floats],
    guess: Indices,
    state: Floats,
    target: float,
    cutoff: float,
    iterations: int,
) -> tuple[int, Indices, Floats]:
    """Take some subgradient steps; return how many, the last hubs chosen, and the last reduced costs.

    `data`: flow, transfer, local, fixed, home, weight, room. `node`: labels, count, ok, fate, wanted.
    `memory`: best prices, best lam, directions of prices and lam, average z. `target`: what the steps aim at.
    """
    flow, transfer, local, fixed, home, weight, room = data
    labels, count, ok, fate, wanted = node
    best_prices, best_lam, way, way_lam, mean = memory
    n, hubs = local.shape
    z, reduced, worth = np.zeros((n, hubs)), np.zeros((n, hubs)), np.zeros(hubs)
    forced_in = np.zeros((n, hubs))
    if_open, if_closed, y = np.zeros(hubs), np.zeros(hubs), np.zeros(hubs, np.int64)
    need = weight.sum()
    pair_scale, lam_scale = _scales(flow)
    for step in range(iterations):
        value, size = pairs_value(flow, transfer, prices, labels, count, guess)
        constant, magnitude = node_costs(local, prices, lam, labels, count, reduced)
        fill_hubs(reduced, fixed, home, weight, room, ok, count, z, worth, forced_in)
        chosen = choose_hubs(worth, fate, wanted, room, need, y, if_open, if_closed)
        if chosen >= HUGE:
            state[BEST] = HUGE
            return step, y, reduced
        value += constant + chosen - ROUNDING * (size + magnitude + np.abs(reduced).sum())
        if value > state[BEST]:
            if value > state[BEST] + GAIN * abs(target - state[BEST]):
                state[SINCE] = 0
            state[BEST] = value
            best_prices[:], best_lam[:] = prices, lam
        else:
            state[SINCE] += 1
        if value >= cutoff:
            return step + 1, y, reduced
        if state[SINCE] >= PATIENCE:
            state[SINCE] = 0
            state[SCALE] *= SHRINK
            prices[:], lam[:], way[:], way_lam[:] = best_prices, best_lam, 0.0, 0.0
            continue
        norm = 0.0
        for i in range(n):
            miss = 1.0
            for t in range(count[i]):
                k = labels[i, t]
                used = z[i, k] * y[k]
                miss -= used
                mean[i, k] = 0.95 * mean[i, k] + 0.05 * used
            way_lam[i] = SMOOTH * way_lam[i] + (1 - SMOOTH) * miss
            norm += lam_scale[i] * way_lam[i] ** 2
            for j in range(n):
                if pair_scale[i, j] == 0:
                    continue
                for t in range(count[i]):
                    k = labels[i, t]
                    slope = z[i, k] * y[k] - (1.0 if guess[i, j] == k else 0.0)
                    way[i, j, k] = SMOOTH * way[i, j, k] + (1 - SMOOTH) * slope
                    norm += pair_scale[i, j] * way[i, j, k] ** 2
        if norm <= 0:
            state[SCALE] = 0.0
            return step + 1, y, reduced
        length = state[SCALE] * (target - value) / norm
        for i in range(n):
            lam[i] += length * lam_scale[i] * way_lam[i]
            for j in range(n):
                if pair_scale[i, j] > 0:
                    for t in range(count[i]):
                        prices[i, j, labels[i, t]] += length * pair_scale[i, j] * way[i, j, labels[i, t]]
    return iterations, y, reduced


@njit(cache=True, nogil=True)
def _scales(flow: Floats) -> tuple[Floats, Floats]:
    """Return the scale of the multipliers: a pair's own traffic, a node's traffic relative to the mean node."""
    n = flow.shape[0]
    pair = flow + flow.T
    for i in range(n):
        pair[i, i] = 0.0
    node = np.zeros(n)
    for i in range(n):
        for j in range(n):
            node[i] += pair[i, j]
    pair *= n * max(n - 1, 1) / max(pair.sum(), 1e-300)
    node *= 10.0 * n / max(node.sum(), 1e-300)
    return pair, np.maximum(node, 1e-3)


@njit(cache=True, nogil=True)
def fix(
    data: tuple[Floats, Floats, Floats, Floats, Indices, Floats, Floats],
    node: tuple[Indices, Indices, Flags, Indices, int],
    prices: Floats,
    lam: Floats,
    cutoff: float,
    extra: Floats,
) -> float:
    """Strike from `ok` and `fate` (in place) what costs at least `cutoff`; return the bound of the node.

    The pairs' part and the nodes' part are minimised apart, so what each costs more with i at k adds up.
    """
    flow, transfer, local, fixed, home, weight, room = data
    labels, count, ok, fate, wanted = node
    n, hubs = local.shape
    z, reduced, worth = np.zeros((n, hubs)), np.zeros((n, hubs)), np.zeros(hubs)
    forced_in = np.zeros((n, hubs))
    if_open, if_closed, y = np.zeros(hubs), np.zeros(hubs), np.zeros(hubs, np.int64)
    guess = np.empty((n, n), np.int64)
    for i in range(n):
        guess[i, :] = labels[i, 0]
    value, size = pairs_value(flow, transfer, prices, labels, count, guess)
    extras_of_pairs(flow, transfer, prices, labels, count, extra)
    constant, magnitude = node_costs(local, prices, lam, labels, count, reduced)
    fill_hubs(reduced, fixed, home, weight, room, ok, count, z, worth, forced_in)
    chosen = choose_hubs(worth, fate, wanted, room, weight.sum(), y, if_open, if_closed)
    if chosen >= HUGE:
        return HUGE
    value += constant + chosen - ROUNDING * (size + magnitude + np.abs(reduced).sum())
    own = np.zeros(hubs)
    for k in range(hubs):
        if fate[k] != 0:
            for j in range(n):
                own[k] += extra[home[k], j, k]
            if fate[k] == -1 and value + if_closed[k] >= cutoff:
                fate[k] = 1
            elif fate[k] == -1 and value + if_open[k] + own[k] >= cutoff:
                fate[k] = 0
    for i in range(n):
        for t in range(count[i]):
            k = labels[i, t]
            rise = if_open[k] + own[k] + (forced_in[i, k] - worth[k])
            if i != home[k]:
                for j in range(n):
                    if j != home[k]:
                        rise += extra[i, j, k]
            if fate[k] == 0 or value + rise >= cutoff:
                ok[i, k] = False
    return value
