"""What a covering problem can do without: rows that others imply, sites that others outdo, sites without a rival.

A client whose sites all cover it and another one needs no looking after: the other implies it. A site that covers no
more than another that costs no more can stay closed. A client's only site is open. Each may make another possible.
Source: Toregas, ReVelle, Geographical Analysis 5, 1973; Caprara, Toth, Fischetti, Annals of Operations Research 98,
2000.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import Floats
from models.compiled import compiled
from models.covering.lists import CLOSED, FREE, OPEN, Cover, Ints, States

Bits = NDArray[np.uint64]


class Left(NamedTuple):
    """What is left of a covering problem: clients to `keep`, and the `state` of the sites.

    The same as bits: `rows` [client, words of sites], `sites` [site, words of clients], and how many there are in each;
    `budget[0]` pairs may still be compared.
    """

    keep: States
    state: States
    rows: Bits
    sites: Bits
    row_size: Ints
    site_size: Ints
    budget: Ints


@compiled
def reduce(cover: Cover, cost: Floats, keep: States, state: States, budget: int) -> bool:
    """Drop clients from `keep` and decide FREE sites in `state`; False if a client has no site left.

    Only clients to keep and FREE sites are looked at, and about `budget` pairs are compared. The least cost stays what
    it was, and so does the least number of sites of that cost.
    """
    left = _left(cover, keep, state, budget)
    changed = True
    while changed and left.budget[0] > 0:
        changed = False
        for i in range(keep.size):
            if keep[i] and left.row_size[i] == 0:
                return False
            if keep[i] and left.row_size[i] == 1:
                _open_only(cover, left, i)
                changed = True
        changed |= _close_sites(cover, cost, left)
        changed |= _drop_rows(cover, left)
    return True


@compiled
def _left(cover: Cover, keep: States, state: States, budget: int) -> Left:
    rows, sites = keep.size, state.size
    left = Left(
        keep, state, np.zeros((rows, (sites + 63) // 64), dtype=np.uint64),
        np.zeros((sites, (rows + 63) // 64), dtype=np.uint64), np.zeros(rows, dtype=np.int64),
        np.zeros(sites, dtype=np.int64), np.array([budget]),
    )  # fmt: skip
    for i in range(rows):
        if not keep[i]:
            continue
        for k in range(cover.start[i], cover.start[i + 1]):
            j = cover.site[k]
            if state[j] == FREE:
                left.rows[i, j >> 6] |= np.uint64(1) << np.uint64(j & 63)
                left.sites[j, i >> 6] |= np.uint64(1) << np.uint64(i & 63)
                left.row_size[i] += 1
                left.site_size[j] += 1
    return left


@compiled
def _drop(cover: Cover, left: Left, i: int) -> None:
    left.keep[i] = 0
    for k in range(cover.start[i], cover.start[i + 1]):
        j = cover.site[k]
        if left.state[j] == FREE:
            left.sites[j, i >> 6] &= ~(np.uint64(1) << np.uint64(i & 63))
            left.site_size[j] -= 1


@compiled
def _close(cover: Cover, left: Left, j: int) -> None:
    left.state[j] = CLOSED
    for k in range(cover.site_start[j], cover.site_start[j + 1]):
        i = cover.client[k]
        if left.keep[i]:
            left.rows[i, j >> 6] &= ~(np.uint64(1) << np.uint64(j & 63))
            left.row_size[i] -= 1


@compiled
def _open_only(cover: Cover, left: Left, row: int) -> None:
    """Open the only site of a client and drop all that it covers."""
    for k in range(cover.start[row], cover.start[row + 1]):
        j = cover.site[k]
        if left.state[j] == FREE:
            left.state[j] = OPEN
            for entry in range(cover.site_start[j], cover.site_start[j + 1]):
                if left.keep[cover.client[entry]]:
                    _drop(cover, left, cover.client[entry])
            return


@compiled
def _is_part(small: Bits, large: Bits) -> bool:
    for word in range(small.size):  # noqa: SIM110  (a generator is not compiled)
        if small[word] & ~large[word]:
            return False
    return True


@compiled
def _close_sites(cover: Cover, cost: Floats, left: Left) -> bool:
    """Close each site that another one outdoes; the rivals are among the sites of its least covered client."""
    changed = False
    for j in range(left.state.size):
        if left.state[j] != FREE or left.budget[0] <= 0:
            continue
        row = -1
        for k in range(cover.site_start[j], cover.site_start[j + 1]):
            i = cover.client[k]
            if left.keep[i] and (row < 0 or left.row_size[i] < left.row_size[row]):
                row = i
        if row < 0:
            _close(cover, left, j)
        elif _is_outdone(cover, cost, left, j, row):
            _close(cover, left, j)
            changed = True
    return changed


@compiled
def _is_outdone(cover: Cover, cost: Floats, left: Left, j: int, row: int) -> bool:
    left.budget[0] -= cover.start[row + 1] - cover.start[row]
    for k in range(cover.start[row], cover.start[row + 1]):
        rival = cover.site[k]
        is_rival = rival != j and left.state[rival] == FREE and left.site_size[rival] >= left.site_size[j]
        if is_rival and cost[rival] <= cost[j] and _is_part(left.sites[j], left.sites[rival]):
            return True
    return False


@compiled
def _drop_rows(cover: Cover, left: Left) -> bool:
    """Drop each client that another one implies; it is among the clients of the other's least covering site."""
    changed = False
    for i in range(left.keep.size):
        if not left.keep[i] or left.budget[0] <= 0:
            continue
        site = -1
        for k in range(cover.start[i], cover.start[i + 1]):
            j = cover.site[k]
            if left.state[j] == FREE and (site < 0 or left.site_size[j] < left.site_size[site]):
                site = j
        if site >= 0:
            changed |= _drop_implied(cover, left, i, site)
    return changed


@compiled
def _drop_implied(cover: Cover, left: Left, i: int, site: int) -> bool:
    left.budget[0] -= cover.site_start[site + 1] - cover.site_start[site]
    changed = False
    for k in range(cover.site_start[site], cover.site_start[site + 1]):
        other = cover.client[k]
        is_wider = other != i and left.keep[other] and left.row_size[other] >= left.row_size[i]
        if is_wider and _is_part(left.rows[i], left.rows[other]):
            _drop(cover, left, other)
            changed = True
    return changed
