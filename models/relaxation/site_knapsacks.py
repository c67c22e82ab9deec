"""The Lagrangian bound of capacitated location, compiled: every site a knapsack, the sites together another.

With a multiplier (a wage) w_i on "client i is served once", site j on its own solves

    value_j = fixed_j - max { sum_i (w_i - cost_ij) x_i : sum_i demand_i x_i <= room_j, 0 <= x <= 1 (or x whole) }

and the sites together choose y, within the forced ones, the count least..most and enough room for all demand:

    bound(w) = sum_i w_i + min { sum_j value_j y_j : sum_j room_j y_j >= total demand, least <= sum_j y_j <= most }.

The room row is priced by one number (a second Lagrangian, solved by bisection), so that every count of sites is kept
exactly. Splittable: continuous knapsacks, by weighted selection. Single source: whole knapsacks, by depth-first search
with Dantzig's bound (Horowitz, Sahni, Journal of the ACM 21, 1974); one that takes too many steps counts with its
continuous bound, which is lower and therefore as valid.

Sources: Geoffrion, McBride, AIIE Transactions 10, 1978; Cornuejols, Sridharan, Thizy, European Journal of Operational
Research 50, 1991 (which relaxation is how strong); Holmberg, Ronnqvist, Yuan, same journal 113, 1999 (single source).
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled

CLOSED, OPEN, FREE = 0, 1, 2
STEPS_OF_A_KNAPSACK = 20_000
BISECTIONS = 30
WIDENINGS = 60
WIDER = 4.0
EQUAL = 1e-12  # relative: rounding


class Data(NamedTuple):
    """The instance as the kernels read it.

    `by_site` [site, client] cost of serving all of a client; `unit` [client, site] of one unit of its demand (all of it
    where the demand is 0); `demand` [client]; `room`, `fixed` [site]; `least`, `most`: the number of open sites;
    `need`: what the open sites must have room for; `is_whole`: a client is served by one site.
    """

    by_site: Floats
    unit: Floats
    demand: Floats
    room: Floats
    fixed: Floats
    least: int
    most: int
    need: float
    is_whole: bool


@compiled
def gather(row: Floats, wage: Floats, weight: Floats, items: Indices, gain: Floats, size: Floats) -> int:
    """Write the items that gain (wage above cost) into the buffers; return how many."""
    count = 0
    for i in range(row.size):
        better = wage[i] - row[i]
        if better > 0.0:
            items[count] = i
            gain[count] = better
            size[count] = weight[i]
            count += 1
    return count


@compiled
def _swap(a: int, b: int, items: Indices, gain: Floats, size: Floats) -> None:
    items[a], items[b] = items[b], items[a]
    gain[a], gain[b] = gain[b], gain[a]
    size[a], size[b] = size[b], size[a]


@compiled
def fill(count: int, room: float, items: Indices, gain: Floats, size: Floats) -> tuple[float, int, float]:
    """Solve the continuous knapsack; the items move: first the whole ones, then the one taken in part.

    Returns the gain, how many are taken whole, and the part of the next.
    """
    total, weight = 0.0, 0.0
    for k in range(count):
        total += gain[k]
        weight += size[k]
    if weight <= room:
        return total, count, 0.0
    low, high = 0, count
    total = 0.0
    while high - low > 1:
        pivot = low + (high - low) // 2
        g, s = gain[pivot], size[pivot]
        _swap(low, pivot, items, gain, size)
        left, right = low + 1, high - 1
        weight, worth = 0.0, 0.0  # of those better than the pivot
        while left <= right:
            if gain[left] * s > g * size[left]:
                weight += size[left]
                worth += gain[left]
                left += 1
            else:
                _swap(left, right, items, gain, size)
                right -= 1
        _swap(low, left - 1, items, gain, size)
        # now: low .. left-2 better, left-1 the pivot, left .. high-1 not better
        if weight > room:
            high = left - 1
        elif weight + s > room:
            total += worth
            room -= weight
            low, high = left - 1, left
        else:
            total += worth + g
            room -= weight + s
            low = left
    if low < high and size[low] > 0.0:
        if size[low] <= room:  # rounding
            return total + gain[low], low + 1, 0.0
        part = max(room, 0.0) / size[low]
        return total + part * gain[low], low, part
    return total, low, 0.0


@compiled
def _order(count: int, items: Indices, gain: Floats, size: Floats) -> None:
    """Sort by gain per size, best first (insertion: few items)."""
    for k in range(1, count):
        i, g, s = items[k], gain[k], size[k]
        at = k
        while at > 0 and gain[at - 1] * s < g * size[at - 1]:
            items[at], gain[at], size[at] = items[at - 1], gain[at - 1], size[at - 1]
            at -= 1
        items[at], gain[at], size[at] = i, g, s


@compiled
def pack(count: int, room: float, items: Indices, gain: Floats, size: Floats, taken: Flags) -> float:  # noqa: C901, PLR0912  (a compiled loop)
    """Return an upper bound of the whole knapsack (its value, unless it takes too long); `taken` by sorted item.

    Items that do not fit alone are left out first.
    """
    kept = 0
    for k in range(count):
        taken[k] = False
        if size[k] <= room:
            _swap(kept, k, items, gain, size)
            kept += 1
    weight = 0.0
    total = 0.0
    for k in range(kept):
        weight += size[k]
        total += gain[k]
    if weight <= room:
        taken[:kept] = True
        return total
    _order(kept, items, gain, size)
    inside = np.zeros(kept, dtype=np.bool_)
    best, value, left, root = -1.0, 0.0, room, -1.0
    k = 0
    for _ in range(STEPS_OF_A_KNAPSACK):
        bound, gap, at = value, left, k
        while at < kept and size[at] <= gap:
            gap -= size[at]
            bound += gain[at]
            at += 1
        if at < kept:
            bound += gap * gain[at] / size[at]
        root = max(root, bound) if root < 0.0 else root
        if bound > best * (1.0 + EQUAL):
            for at in range(k, kept):
                if size[at] <= left:
                    inside[at] = True
                    left -= size[at]
                    value += gain[at]
            if value > best:
                best = value
                taken[:kept] = inside
            k = kept
        k -= 1
        while k >= 0 and not inside[k]:
            k -= 1
        if k < 0:
            return best * (1.0 + EQUAL)
        inside[k] = False
        left += size[k]
        value -= gain[k]
        k += 1
    return root


@compiled
def site_values(data: Data, state: Indices, wage: Floats) -> Floats:
    """Return value [site] of every site that is not closed (0 where it is)."""
    sites, clients = data.by_site.shape
    items = np.empty(clients, dtype=np.int64)
    gain, size, taken = np.empty(clients), np.empty(clients), np.empty(clients, dtype=np.bool_)
    values = np.zeros(sites)
    for j in range(sites):
        if state[j] != CLOSED:
            count = gather(data.by_site[j], wage, data.demand, items, gain, size)
            if data.is_whole:
                values[j] = data.fixed[j] - pack(count, data.room[j], items, gain, size, taken)
            else:
                values[j] = data.fixed[j] - fill(count, data.room[j], items, gain, size)[0]
    return values


@compiled
def served_by(data: Data, part: Floats, wage: Floats) -> Floats:
    """Return [client] how often the sites serve it at the wages, `part` [site] of each site being open."""
    clients = data.by_site.shape[1]
    served = np.zeros(clients)
    items = np.empty(clients, dtype=np.int64)
    gain, size, taken = np.empty(clients), np.empty(clients), np.empty(clients, dtype=np.bool_)
    for j in range(part.size):
        if part[j] <= 0.0:
            continue
        count = gather(data.by_site[j], wage, data.demand, items, gain, size)
        if data.is_whole:
            pack(count, data.room[j], items, gain, size, taken)
            for k in range(count):
                if taken[k]:
                    served[items[k]] += part[j]
        else:
            _, whole, last = fill(count, data.room[j], items, gain, size)
            for k in range(whole):
                served[items[k]] += part[j]
            if last > 0.0:
                served[items[whole]] += part[j] * last
    return served


@compiled
def cheapest(data: Data, state: Indices, values: Floats, toll: float, chosen: Flags) -> tuple[float, float]:
    """Choose sites when room is worth `toll` a unit; returns the bound and the room chosen."""
    sites = values.size
    net = np.empty(sites)
    count, total, have, free = 0, toll * data.need, 0.0, 0
    for j in range(sites):
        chosen[j] = state[j] == OPEN
        net[j] = np.inf
        if state[j] == OPEN:
            count += 1
            total += values[j] - toll * data.room[j]
            have += data.room[j]
        elif state[j] == FREE:
            net[j] = values[j] - toll * data.room[j]
            free += 1
    order = np.argsort(net)
    for k in range(free):
        j = order[k]
        if count < data.most and (net[j] < 0.0 or count < data.least):
            chosen[j] = True
            count += 1
            total += net[j]
            have += data.room[j]
    return total, have


@compiled
def choose(data: Data, state: Indices, values: Floats, chosen: Flags, part: Floats) -> tuple[float, float]:  # noqa: C901  (a compiled loop)
    """Return (least cost of a choice of sites, toll on room); inf: no choice is possible.

    Writes a choice that has room enough, and the mixture of it and one that has not, `part` [site], which has just
    enough: at the best toll both cost the same, and only the mixture says which way the wages should go.
    """
    opened, free = 0, 0
    for j in range(values.size):
        opened += state[j] == OPEN
        free += state[j] == FREE
    if opened > data.most or opened + free < data.least:
        return np.inf, 0.0
    best, have = cheapest(data, state, values, 0.0, chosen)
    _mix(chosen, chosen, 1.0, part)
    if have >= data.need:
        return best, 0.0
    low, high, toll = 0.0, (np.abs(values).sum() + np.abs(data.fixed).max() + 1e-300) / data.need, 0.0
    lacking, trial = chosen.copy(), chosen.copy()
    too_little, enough = have, -1.0
    for _ in range(WIDENINGS):  # until the toll makes the room enough
        total, have = cheapest(data, state, values, high, trial)
        if total > best:
            best, toll = total, high
        if have >= data.need:
            enough = have
            break
        high *= WIDER
    if enough < 0.0:
        return np.inf, 0.0
    chosen[:] = trial
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        total, have = cheapest(data, state, values, middle, trial)
        if total > best:
            best, toll = total, middle
        if have >= data.need:
            high, enough = middle, have
            chosen[:] = trial
        else:
            low, too_little = middle, have
            lacking[:] = trial
    _mix(chosen, lacking, (data.need - too_little) / (enough - too_little), part)
    return best, toll


@compiled
def _mix(one: Flags, other: Flags, weight: float, mixture: Floats) -> None:
    for j in range(one.size):
        mixture[j] = (weight if one[j] else 0.0) + (1.0 - weight if other[j] else 0.0)
