"""Who covers whom, as two flat lists: for each client its sites, for each site its clients."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import Floats, Indices
from models.compiled import compiled

Ints = NDArray[np.int64]
Smalls = NDArray[np.int32]
States = NDArray[np.int8]

FREE, OPEN, CLOSED = 0, 1, -1


class Cover(NamedTuple):
    """Entries start[i] to start[i + 1] of `site` cover client i; `client` holds what site j covers, likewise.

    Both lists are sorted within a client and within a site.
    """

    start: Ints
    site: Smalls
    site_start: Ints
    client: Smalls


def states_of(sites: int, opened: tuple[int, ...], closed: tuple[int, ...]) -> States:
    """Return OPEN and CLOSED for the sites named, FREE for the others [site]."""
    state = np.full(sites, FREE, dtype=np.int8)
    state[list(opened)] = OPEN
    state[list(closed)] = CLOSED
    return state


def entries(cover: Cover) -> tuple[Indices, Indices]:
    """Return the client and the site of each entry."""
    return np.repeat(np.arange(cover.start.size - 1), np.diff(cover.start)), cover.site.astype(np.intp)


def by_entries(client: Indices, site: Indices, shape: tuple[int, int]) -> Cover:
    """Return the lists of the entries (client, site), sorted by client, then by site."""
    start = np.zeros(shape[0] + 1, dtype=np.int64)
    np.cumsum(np.bincount(client, minlength=shape[0]), out=start[1:])
    return both_ways(start, site.astype(np.int32), shape[1])


def both_ways(start: Ints, site: Smalls, sites: int) -> Cover:
    """Return the lists that follow from those of the clients."""
    return Cover(start, site, *_by_sites(start, site, sites))


@compiled
def _by_sites(start: Ints, site: Smalls, sites: int) -> tuple[Ints, Smalls]:
    site_start = np.zeros(sites + 1, dtype=np.int64)
    for k in range(site.size):
        site_start[site[k] + 1] += 1
    for j in range(sites):
        site_start[j + 1] += site_start[j]
    client = np.empty(site.size, dtype=np.int32)
    at = site_start[:sites].copy()
    for i in range(start.size - 1):
        for k in range(start[i], start[i + 1]):
            client[at[site[k]]] = i
            at[site[k]] += 1
    return site_start, client


def within(cost: Floats, rows: Ints, radius: float) -> Cover:
    """Return who is within `radius` of whom, for the clients `rows` of the matrix [client, site]."""
    return both_ways(*_within(cost, rows, radius), cost.shape[1])


@compiled
def _within(cost: Floats, rows: Ints, radius: float) -> tuple[Ints, Smalls]:
    sites = cost.shape[1]
    start = np.zeros(rows.size + 1, dtype=np.int64)
    for at in range(rows.size):
        count = 0
        for j in range(sites):
            count += cost[rows[at], j] <= radius
        start[at + 1] = start[at] + count
    site = np.empty(start[rows.size], dtype=np.int32)
    k = 0
    for at in range(rows.size):
        for j in range(sites):
            if cost[rows[at], j] <= radius:
                site[k] = j
                k += 1
    return start, site


def part(cover: Cover, keep: States, state: States) -> tuple[Cover, Ints, Ints]:
    """Return the lists between the clients to `keep` and the FREE sites, and which clients and sites these are."""
    lists, row_of, site_of = _part(cover, keep, state)
    return Cover(*lists), row_of, site_of


@compiled
def part_in_loops(cover: Cover, keep: States, state: States) -> tuple[Cover, Ints, Ints]:
    """Return what `part` does."""
    lists, row_of, site_of = _part(cover, keep, state)
    return Cover(lists[0], lists[1], lists[2], lists[3]), row_of, site_of


@compiled
def _part(cover: Cover, keep: States, state: States) -> tuple[tuple[Ints, Smalls, Ints, Smalls], Ints, Ints]:
    row_of = np.flatnonzero(keep)
    site_of = np.flatnonzero(state == FREE)
    place = np.full(state.size, -1, dtype=np.int32)
    for at in range(site_of.size):
        place[site_of[at]] = at
    start = np.zeros(row_of.size + 1, dtype=np.int64)
    for at in range(row_of.size):
        start[at + 1] = start[at] + cover.start[row_of[at] + 1] - cover.start[row_of[at]]
    site = np.empty(start[row_of.size], dtype=np.int32)
    k = 0
    for at in range(row_of.size):
        start[at] = k
        for entry in range(cover.start[row_of[at]], cover.start[row_of[at] + 1]):
            j = place[cover.site[entry]]
            if j >= 0:
                site[k] = j
                k += 1
    start[row_of.size] = k
    site = site[:k].copy()
    site_start, client = _by_sites(start, site, site_of.size)
    return (start, site, site_start, client), row_of, site_of


@compiled
def pieces(cover: Cover) -> tuple[Ints, Ints, int]:
    """Return to which piece each client and each site belongs, and how many pieces that share nothing there are.

    Sites that cover nobody belong to none (-1).
    """
    rows, sites = cover.start.size - 1, cover.site_start.size - 1
    row_piece = np.full(rows, -1, dtype=np.int64)
    site_piece = np.full(sites, -1, dtype=np.int64)
    queue = np.empty(rows, dtype=np.int64)
    count = 0
    for first in range(rows):
        if row_piece[first] >= 0:
            continue
        queue[0] = first
        row_piece[first] = count
        ends = 1
        at = 0
        while at < ends:
            i = queue[at]
            at += 1
            for k in range(cover.start[i], cover.start[i + 1]):
                j = cover.site[k]
                if site_piece[j] >= 0:
                    continue
                site_piece[j] = count
                for entry in range(cover.site_start[j], cover.site_start[j + 1]):
                    other = cover.client[entry]
                    if row_piece[other] < 0:
                        row_piece[other] = count
                        queue[ends] = other
                        ends += 1
        count += 1
    return row_piece, site_piece, count
