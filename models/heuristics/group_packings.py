"""List the packings of a small group of sites that a better plan of its clients could hold, compiled.

At wages w on "client i is served once" and a toll m on "there is room for all the demand", a packing S of site j costs
more than a bound of the group's own problem allows for it by

    extra_j(S) = fixed_j - m room_j + sum over S of (cost_ij - w_i) - least_j >= 0,   extra_j(closed) = -least_j,

where least_j, from the best packing of the group's clients (or 0, closed), makes it so. The group costs the bound plus
the sum of its extras, plus m for each unit of room that it opens and does not need. So only packings matter whose extra
is below what the group costs now beyond the bound: at wages that a short climb has fitted to the group, some hundreds a
site. (Without the toll a site that is open only because room is scarce seems far too dear, and the packings that
seem to do better without it are listed by the thousand.)

Sources: Held, Wolfe, Crowder, Mathematical Programming 6, 1974 (the climb's step); Camerini, Fratta, Maffioli,
Mathematical Programming Study 3, 1975 (and its direction).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.relaxation.site_knapsacks import Data, gather, pack

Bits = NDArray[np.uint64]

MOST_SITES = 8
MOST_PACKINGS = 1_000  # of a site; where there are more, those of half the extra
HALVINGS = 8
STEPS_OF_PACKINGS = 1_000_000
CLIMB = 40  # evaluations
STEP, AGAIN = 0.5, 0.5  # of the way to what would be enough; of the last direction


class Desk(NamedTuple):
    """What an exchange reads, and room for its lists.

    `wage` [client], `toll`: where the group's own climb begins; `must` (be open) [site]; `mask`, `extra` [packing] and
    `listed` [depth, place]: scratch.
    """

    data: Data
    wage: Floats
    toll: float
    must: Flags
    mask: Bits
    extra: Floats
    listed: NDArray[np.int32]


class Group(NamedTuple):
    """A group of sites and their clients, relaxed: `cost` [place of site, place of client], `fixed`, less the toll.

    `wage` [place of client] and `least` [place of site]: the extra of what would be its best packing.
    """

    sites: Indices
    clients: Indices
    cost: Floats
    demand: Floats
    fixed: Floats
    wage: Floats
    least: Floats


class _Items(NamedTuple):
    gain: Floats
    size: Floats
    bit: Bits


def new_desk(data: Data, wage: Floats, toll: float, must: Flags) -> Desk:
    """Return a desk for exchanges that begin at these wages and toll."""
    most = MOST_SITES * (MOST_PACKINGS + 1)
    listed = np.zeros((MOST_SITES, most), dtype=np.int32)
    return Desk(data, wage, toll, must, np.zeros(most, dtype=np.uint64), np.zeros(most), listed)


@compiled
def relaxed_group(desk: Desk, group: Indices, clients: Indices) -> Group:
    """Return a group of sites and their clients at the desk's wages, which nobody has climbed from yet."""
    cost = np.empty((group.size, clients.size))
    for t in range(group.size):
        for q in range(clients.size):
            cost[t, q] = desk.data.by_site[group[t], clients[q]]
    fixed = desk.data.fixed[group] - desk.toll * desk.data.room[group]
    return Group(group, clients, cost, desk.data.demand[clients], fixed, desk.wage[clients], np.zeros(group.size))


@compiled
def climb(desk: Desk, relaxed: Group, need: float, enough: float) -> float:
    """Raise the bound of the group's own problem by its wages; `wage` and `least` move to the best bound."""
    sites, clients = relaxed.cost.shape
    items = np.empty(clients, dtype=np.int64)
    gain, size, taken = np.empty(clients), np.empty(clients), np.empty(clients, dtype=np.bool_)
    wage, least = relaxed.wage.copy(), np.empty(sites)
    slope, drift = np.empty(clients), np.zeros(clients)
    best = -np.inf
    for turn in range(CLIMB):
        slope[:] = 1.0
        total = wage.sum() + desk.toll * need
        for t in range(sites):
            j = relaxed.sites[t]
            count = gather(relaxed.cost[t], wage, relaxed.demand, items, gain, size)
            least[t] = relaxed.fixed[t] - pack(count, desk.data.room[j], items, gain, size, taken)
            if desk.must[j] or least[t] < 0.0:
                for k in range(count):
                    slope[items[k]] -= taken[k]
            else:
                least[t] = 0.0
            total += least[t]
        if total > best:
            best = total
            relaxed.wage[:], relaxed.least[:] = wage, least
        if best >= enough or turn == CLIMB - 1:
            break
        drift[:] = slope + AGAIN * drift
        length = (slope * slope).sum()
        if length == 0.0:
            break
        length = max(
            length, (drift * drift).sum()
        )  # the direction may be next to nothing, the step must not be endless
        wage[:] = wage + STEP * (enough - total) / length * drift
    return best


@compiled
def pack_all(
    desk: Desk,
    at: Indices,
    relaxed: Group,
    limit: float,
    start: Indices,
    is_new: bool,  # noqa: FBT001  (compiled)
) -> bool:
    """List the packings of every site of the group that may be part of less than `limit`; whether all have some."""
    end = 0
    for t in range(start.size - 1):
        j, begin, slack = relaxed.sites[t], end, limit
        for _ in range(HALVINGS):
            end = _packings(desk, relaxed, t, slack, begin)
            if end >= 0:
                break
            slack *= 0.5
        if end < 0:
            return False
        if not desk.must[j] and -relaxed.least[t] < limit:
            desk.mask[end], desk.extra[end] = np.uint64(0), -relaxed.least[t]
            end += 1
        if is_new and t == 0:
            end = _without_present(desk, at, relaxed.clients, j, begin, end)
        if end == begin:
            return False
        order = np.argsort(desk.extra[begin:end])
        desk.mask[begin:end] = desk.mask[begin:end][order]
        desk.extra[begin:end] = desk.extra[begin:end][order]
        limit -= max(desk.extra[begin], 0.0)
        start[t + 1] = end
        if limit <= 0.0:
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
def _items(relaxed: Group, t: int, room: float, slack: float) -> _Items:
    """Return the clients that a packing of a site with an extra below `slack` may hold, best per size first."""
    clients = relaxed.wage.size
    places, ratio = np.empty(clients, dtype=np.int64), np.empty(clients)
    count = 0
    for q in range(clients):
        gain, size = relaxed.wage[q] - relaxed.cost[t, q], relaxed.demand[q]
        if gain > -slack and size <= room:
            places[count] = q
            ratio[count] = -gain / size if size > 0.0 else (-np.inf if gain > 0.0 else np.inf)
            count += 1
    items = _Items(np.empty(count), np.empty(count), np.empty(count, dtype=np.uint64))
    order = np.argsort(ratio[:count])
    for k in range(count):
        q = places[order[k]]
        items.gain[k] = relaxed.wage[q] - relaxed.cost[t, q]
        items.size[k] = relaxed.demand[q]
        items.bit[k] = np.uint64(1) << np.uint64(q)
    return items


@compiled
def _packings(desk: Desk, relaxed: Group, t: int, slack: float, begin: int) -> int:  # noqa: C901  (a compiled loop)
    """List every packing with an extra below `slack` from `begin` on; return the end, or -1: there are too many."""
    site = relaxed.sites[t]
    items = _items(relaxed, t, desk.data.room[site], slack)
    count = items.gain.size
    base = relaxed.fixed[t] - relaxed.least[t]
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
