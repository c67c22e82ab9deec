"""Assign the clients of a few sites anew, exactly, compiled: the best of all packings of a group of sites.

At wages w on "client i is served once" a packing S of site j costs more than the bound allows for it by

    extra_j(S) = fixed_j + sum over S of (cost_ij - w_i) - floor_j >= 0,   extra_j(closed) = -floor_j,

with floor_j = min(0, value_j) of `relaxation.site_knapsacks`. A plan costs a constant plus the sum of its extras. So
of a group of sites only the packings of the group's own clients matter whose extra is below the sum that the group has
now: at good wages some hundreds a site. Depth-first search puts disjoint ones together that serve every client of the
group, the site with the fewest first. Sites may open and close on the way.

Source: the columns of Diaz, Fernandez, Journal of the Operational Research Society 53, 2002 (branch and price for
single-source location), as a neighbourhood in the manner of Ahuja et al., Management Science 50, 2004.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.relaxation.site_knapsacks import Data

Bits = NDArray[np.uint64]

MOST_CLIENTS = 63  # of a group: one bit each
MOST_SITES = 8
MOST_PACKINGS = 20_000  # of a site; where there are more, those of half the extra
HALVINGS = 8
STEPS_OF_PACKINGS = 1_000_000
STEPS_OF_COVER = 300_000
EQUAL = 1e-10  # relative: rounding


class Desk(NamedTuple):
    """What an exchange reads, and room for its lists.

    `wage` [client], `floor` and `must` (be open) [site]; `mask`, `extra` [packing] and `listed` [depth, place] scratch.
    """

    data: Data
    wage: Floats
    floor: Floats
    must: Flags
    mask: Bits
    extra: Floats
    listed: NDArray[np.int32]


class _Items(NamedTuple):
    gain: Floats
    size: Floats
    bit: Bits


def new_desk(data: Data, wage: Floats, floor: Floats, must: Flags) -> Desk:
    """Return a desk for exchanges at these wages."""
    most = MOST_SITES * (MOST_PACKINGS + 1)
    listed = np.zeros((MOST_SITES, most), dtype=np.int32)
    return Desk(data, wage, floor, must, np.zeros(most, dtype=np.uint64), np.zeros(most), listed)


@compiled
def exchange(desk: Desk, at: Indices, group: Indices, more: float, is_new: bool) -> float:  # noqa: FBT001  (compiled)
    """Assign the clients of the `group` of sites anew in `at` [client]; return what that saves (0: nothing was found).

    What is found costs less than now plus `more`. `is_new`: the first site of the group must not keep its clients.
    """
    sites, total = group.size, 0.0
    clients = _clients_of(desk.data, at, group)
    if clients.size > MOST_CLIENTS or sites > MOST_SITES:
        return 0.0
    now = _extras(desk, at, group, clients)
    for t in range(sites):
        total += now[t]
    limit = total + more - EQUAL * (total + np.abs(desk.data.fixed[group]).sum())
    start = np.zeros(sites + 1, dtype=np.int64)
    if limit <= 0.0 or not _pack_all(desk, at, group, clients, limit, start, is_new):
        return 0.0
    count = _opened_elsewhere(desk, at, group)
    chosen = np.full(sites, -1, dtype=np.int64)
    if not _cover(desk, start, clients.size, limit, count, group, chosen):
        return 0.0
    for t in range(sites):
        total -= desk.extra[chosen[t]]
        for q in range(clients.size):
            if (desk.mask[chosen[t]] >> np.uint64(q)) & np.uint64(1):
                at[clients[q]] = group[t]
    return total


@compiled
def _clients_of(data: Data, at: Indices, group: Indices) -> Indices:
    inside = np.zeros(data.room.size, dtype=np.bool_)
    inside[group] = True
    return np.flatnonzero(inside[at])


@compiled
def _extras(desk: Desk, at: Indices, group: Indices, clients: Indices) -> Floats:
    """Return the extra [place in the group] of each site now."""
    extras = np.empty(group.size)
    for t in range(group.size):
        j, is_used = group[t], False
        extras[t] = -desk.floor[j]
        for i in clients:
            if at[i] == j:
                extras[t] += desk.data.by_site[j, i] - desk.wage[i]
                is_used = True
        if is_used or desk.must[j]:
            extras[t] += desk.data.fixed[j]
    return extras


@compiled
def _opened_elsewhere(desk: Desk, at: Indices, group: Indices) -> int:
    opened = desk.must.copy()
    for j in at:
        opened[j] = True
    opened[group] = False
    return int(opened.sum())


@compiled
def _pack_all(  # noqa: PLR0913, PLR0917  (compiled: no object holds them)
    desk: Desk,
    at: Indices,
    group: Indices,
    clients: Indices,
    limit: float,
    start: Indices,
    is_new: bool,  # noqa: FBT001  (compiled)
) -> bool:
    """List the packings of every site of the group that may be part of less than `limit`; whether all have some."""
    spent, end = 0.0, 0
    for t in range(group.size):
        j, begin = group[t], end
        slack = limit - spent
        for _ in range(HALVINGS):
            end = _packings(desk, j, clients, slack, begin)
            if end >= 0:
                break
            slack *= 0.5
        if end < 0:
            return False
        if not desk.must[j] and -desk.floor[j] < limit - spent:
            desk.mask[end], desk.extra[end] = np.uint64(0), -desk.floor[j]
            end += 1
        if is_new and t == 0:
            end = _without_present(desk, at, clients, j, begin, end)
        if end == begin:
            return False
        order = np.argsort(desk.extra[begin:end])
        desk.mask[begin:end] = desk.mask[begin:end][order]
        desk.extra[begin:end] = desk.extra[begin:end][order]
        spent += desk.extra[begin]
        start[t + 1] = end
        if spent >= limit:
            return False
    return True


@compiled
def _without_present(desk: Desk, at: Indices, clients: Indices, site: int, begin: int, end: int) -> int:
    """Take the packing that the site has now off the list; return the list's new end."""
    present = np.uint64(0)
    for q in range(clients.size):
        if at[clients[q]] == site:
            present |= np.uint64(1) << np.uint64(q)
    kept = begin
    for k in range(begin, end):
        if desk.mask[k] != present:
            desk.mask[kept], desk.extra[kept] = desk.mask[k], desk.extra[k]
            kept += 1
    return kept


@compiled
def _items(desk: Desk, site: int, clients: Indices, slack: float) -> _Items:
    """Return the clients that a packing of the site with an extra below `slack` may hold, best per size first."""
    data = desk.data
    places = np.empty(clients.size, dtype=np.int64)
    ratio = np.empty(clients.size)
    count = 0
    for q in range(clients.size):
        i = clients[q]
        gain = desk.wage[i] - data.by_site[site, i]
        if gain > -slack and data.demand[i] <= data.room[site]:
            places[count] = q
            ratio[count] = -gain / data.demand[i] if data.demand[i] > 0.0 else (-np.inf if gain > 0.0 else np.inf)
            count += 1
    items = _Items(np.empty(count), np.empty(count), np.empty(count, dtype=np.uint64))
    order = np.argsort(ratio[:count])
    for k in range(count):
        q = places[order[k]]
        i = clients[q]
        items.gain[k] = desk.wage[i] - data.by_site[site, i]
        items.size[k] = data.demand[i]
        items.bit[k] = np.uint64(1) << np.uint64(q)
    return items


@compiled
def _packings(desk: Desk, site: int, clients: Indices, slack: float, begin: int) -> int:  # noqa: C901  (a compiled loop)
    """List every packing with an extra below `slack` from `begin` on; return the end, or -1: there are too many."""
    items = _items(desk, site, clients, slack)
    count = items.gain.size
    base = desk.data.fixed[site] - desk.floor[site]
    inside = np.zeros(count + 1, dtype=np.bool_)
    k, value, left, end, mask = 0, 0.0, desk.data.room[site], begin, np.uint64(0)
    for _ in range(STEPS_OF_PACKINGS):
        bound, gap, ahead = value, left, k
        while ahead < count and items.gain[ahead] > 0.0 and items.size[ahead] <= gap:
            gap -= items.size[ahead]
            bound += items.gain[ahead]
            ahead += 1
        if ahead < count and items.gain[ahead] > 0.0:
            bound += gap * items.gain[ahead] / items.size[ahead]
        if base - bound < slack:
            if k < count:
                if items.size[k] <= left:
                    inside[k] = True
                    left -= items.size[k]
                    value += items.gain[k]
                    mask |= items.bit[k]
                k += 1
                continue
            if end - begin >= MOST_PACKINGS:
                return -1
            if mask != np.uint64(0) or desk.must[site]:  # to open for nobody is no better than to stay closed
                desk.mask[end], desk.extra[end] = mask, base - value
                end += 1
        k -= 1
        while k >= 0 and not inside[k]:
            k -= 1
        if k < 0:
            return end
        inside[k] = False
        left += items.size[k]
        value -= items.gain[k]
        mask ^= items.bit[k]
        k += 1
    return -1


@compiled
def _fewest(start: Indices, end: Indices, is_decided: Flags) -> int:
    best = -1
    for t in range(is_decided.size):
        if not is_decided[t] and (best < 0 or end[t] - start[t] < end[best] - start[best]):
            best = t
    return best


@compiled
def _cover(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  (a compiled loop)
    desk: Desk, start: Indices, clients: int, limit: float, elsewhere: int, group: Indices, chosen: Indices
) -> bool:
    """Choose one packing a site, disjoint, that serve all `clients` for the least extra below `limit`."""
    sites = start.size - 1
    mask, extra, listed = desk.mask, desk.extra, desk.listed
    every = (np.uint64(1) << np.uint64(clients)) - np.uint64(1)
    first, last = np.zeros((sites, sites), dtype=np.int64), np.zeros((sites, sites), dtype=np.int64)
    is_decided = np.zeros((sites, sites), dtype=np.bool_)
    branch, at = np.zeros(sites, dtype=np.int64), np.zeros(sites, dtype=np.int64)
    served, spent, rest = np.zeros(sites, dtype=np.uint64), np.zeros(sites), np.zeros(sites)
    trial, is_found = np.zeros(sites, dtype=np.int64), False
    for k in range(start[sites]):
        listed[0, k] = k
    first[0], last[0] = start[:sites], start[1:]
    branch[0] = _fewest(first[0], last[0], is_decided[0])
    for t in range(sites):
        rest[0] += extra[start[t]] if t != branch[0] else 0.0
    at[0] = first[0, branch[0]]
    depth, steps = 0, 0
    while depth >= 0 and steps < STEPS_OF_COVER:
        site = branch[depth]
        if at[depth] >= last[depth, site]:
            depth -= 1
            continue
        packing = listed[depth, at[depth]]
        at[depth] += 1
        steps += 1
        cost = spent[depth] + extra[packing]
        if cost + rest[depth] >= limit:
            depth -= 1
            continue
        now = served[depth] | mask[packing]
        trial[site] = packing
        if depth == sites - 1:
            if now == every and _keeps_count(desk, group, trial, elsewhere):
                limit = cost - EQUAL * limit
                chosen[:] = trial
                is_found = True
            continue
        within, together, least, width = depth + 1, now, 0.0, 0
        is_decided[within] = is_decided[depth]
        is_decided[within, site] = True
        for t in range(sites):
            if is_decided[within, t]:
                continue
            first[within, t] = width
            most = limit - cost - rest[depth] + extra[listed[depth, first[depth, t]]]
            for k in range(first[depth, t], last[depth, t]):
                other = listed[depth, k]
                steps += 1
                if extra[other] >= most:
                    break
                if mask[other] & now == np.uint64(0) and (within < sites - 1 or mask[other] | now == every):
                    listed[within, width] = other
                    width += 1
                    together |= mask[other]
            last[within, t] = width
            if width == first[within, t]:
                least = np.inf
                break
            least += extra[listed[within, first[within, t]]]
        if together != every or cost + least >= limit:
            continue
        depth = within
        branch[depth] = _fewest(first[depth], last[depth], is_decided[depth])
        at[depth] = first[depth, branch[depth]]
        served[depth], spent[depth] = now, cost
        rest[depth] = least - extra[listed[depth, at[depth]]]
    return is_found


@compiled
def _keeps_count(desk: Desk, group: Indices, chosen: Indices, elsewhere: int) -> bool:
    count = elsewhere
    for t in range(group.size):
        count += desk.must[group[t]] or desk.mask[chosen[t]] != np.uint64(0)
    return desk.data.least <= count <= desk.data.most


@compiled
def draw_group(useful: Flags, sites: Indices, at: Indices, size: int) -> Indices:
    """Draw `size` of the `sites` or fewer that could serve each other's clients; the first serves some now.

    `useful` [site, client]: who could serve whom in a good plan. Numba's random state is the caller's to set.
    """
    number = np.bincount(at, minlength=useful.shape[0])
    group, score = np.empty(size, dtype=np.int64), np.zeros(useful.shape[0])
    is_in = np.zeros(useful.shape[0], dtype=np.bool_)
    latest = at[np.random.randint(at.size)]  # noqa: NPY002  (compiled)
    clients = number[latest]
    group[0], is_in[latest] = latest, True
    for count in range(1, size):
        for i in range(at.size):
            if at[i] == latest:
                for j in sites:
                    score[j] += useful[j, i]
            elif useful[latest, i]:
                score[at[i]] += 1.0
        best, latest = 0.0, -1
        for j in sites:
            if not is_in[j] and clients + number[j] <= MOST_CLIENTS:
                luck = score[j] * (0.3 + np.random.random())  # noqa: NPY002  (compiled)
                if luck > best:
                    best, latest = luck, j
        if latest < 0:
            return group[:count].copy()
        group[count], is_in[latest] = latest, True
        clients += number[latest]
    return group


@compiled
def exchanges(  # noqa: PLR0913, PLR0917  (compiled: no object holds them)
    desk: Desk, useful: Flags, sites: Indices, at: Indices, sizes: tuple[int, int], heat: Floats, seed: int
) -> tuple[float, Indices]:
    """Exchange one drawn group after the other, of `sizes` least to most; return the most saved, and `at` there.

    `heat` [exchange]: the mean of what an exchange may cost more; 0: only what saves.
    """
    np.random.seed(seed)  # noqa: NPY002  (compiled)
    saved, most, best = 0.0, 0.0, at.copy()
    for warmth in heat:
        size = sizes[0] + np.random.randint(sizes[1] - sizes[0] + 1)  # noqa: NPY002  (compiled)
        group = draw_group(useful, sites, at, size)
        more = warmth * np.random.exponential() if warmth > 0.0 else 0.0  # noqa: NPY002  (compiled)
        saved += exchange(desk, at, group, more, warmth > 0.0)
        if saved > most:
            most = saved
            best[:] = at
    return most, best
