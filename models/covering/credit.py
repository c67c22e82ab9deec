"""What open sites are worth to clients: the best one's part earns the weight, the second one's the backup weight."""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.covering.lists import CLOSED, Ints, Smalls, States

_Lists = tuple[Ints, Smalls, Floats]


class Credit(NamedTuple):
    """Entries start[i] to start[i + 1] are client i's, best part first; site_start[j] to site_start[j + 1] site j's.

    `weight` and `backup` [client]: what the best and the second open site earn, times their parts.
    """

    start: Ints
    site: Smalls
    part: Floats
    site_start: Ints
    client: Smalls
    site_part: Floats
    weight: Floats
    backup: Floats


@compiled
def by_sites(start: Ints, site: Smalls, part: Floats, sites: int) -> tuple[Ints, Smalls, Floats]:
    """Return the entries site by site: where each begins, clients, parts."""
    site_start = np.zeros(sites + 1, dtype=np.int64)
    for k in range(site.size):
        site_start[site[k] + 1] += 1
    for j in range(sites):
        site_start[j + 1] += site_start[j]
    at = site_start[:sites].copy()
    client = np.empty(site.size, dtype=np.int32)
    site_part = np.empty(site.size)
    for i in range(start.size - 1):
        for k in range(start[i], start[i + 1]):
            j = site[k]
            client[at[j]] = i
            site_part[at[j]] = part[k]
            at[j] += 1
    return site_start, client, site_part


def credit_of(entries: tuple[Ints, Smalls, Floats], weight: Floats, backup: Floats, sites: int) -> Credit:
    """Return the lists of `entries` (start, site, part); clients alike are one, who earns nothing is left out."""
    start, site, part = entries
    number: dict[bytes, int] = {}
    first: list[int] = []
    group = np.full(weight.size, -1)
    for i in np.flatnonzero((weight > 0) & (np.diff(start) > 0)).tolist():
        key = site[start[i] : start[i + 1]].tobytes() + part[start[i] : start[i + 1]].tobytes()
        at = number.setdefault(key, len(first))
        if at == len(first):
            first.append(i)
        group[i] = at
    kept = group >= 0
    rows = np.array(first, dtype=np.int64)
    sizes = np.diff(start)[rows]
    new_start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    places = np.repeat(start[:-1][rows] - new_start[:-1], sizes) + np.arange(new_start[-1])
    site, part = site[places], part[places]
    order = np.lexsort((site, -part, np.repeat(np.arange(rows.size), sizes)))
    site, part = site[order], part[order]
    heavy: Floats = np.bincount(group[kept], weight[kept], rows.size).astype(np.float64)
    spare: Floats = np.bincount(group[kept], backup[kept], rows.size).astype(np.float64)
    return Credit(new_start, site, part, *by_sites(new_start, site, part, sites), heavy, spare)


def without(credit: Credit, state: States) -> tuple[Credit, Ints, Ints]:
    """Return the lists of the sites not CLOSED and the clients these serve, and which clients and sites these are."""
    by_client, by_site, row_of, site_of = _without(credit, state)
    return Credit(*by_client, *by_site, credit.weight[row_of], credit.backup[row_of]), row_of, site_of


@compiled
def _without(credit: Credit, state: States) -> tuple[_Lists, _Lists, Ints, Ints]:
    site_of = np.flatnonzero(state != CLOSED)
    place = np.full(state.size, -1, dtype=np.int32)
    for at in range(site_of.size):
        place[site_of[at]] = at
    rows = credit.weight.size
    row_of = np.empty(rows, dtype=np.int64)
    start = np.zeros(rows + 1, dtype=np.int64)
    site = np.empty(credit.site.size, dtype=np.int32)
    part = np.empty(credit.site.size)
    k = 0
    count = 0
    for i in range(rows):
        for entry in range(credit.start[i], credit.start[i + 1]):
            j = place[credit.site[entry]]
            if j >= 0:
                site[k] = j
                part[k] = credit.part[entry]
                k += 1
        if k > start[count]:
            row_of[count] = i
            count += 1
            start[count] = k
    start, site, part, row_of = start[: count + 1].copy(), site[:k].copy(), part[:k].copy(), row_of[:count].copy()
    return (start, site, part), by_sites(start, site, part, site_of.size), row_of, site_of


def merged_without(credit: Credit, state: States) -> tuple[Credit, Ints]:
    """Return the lists of the sites not CLOSED, on which clients alike are one again, and which sites these are."""
    left, _, site_of = without(credit, state)
    return credit_of((left.start, left.site, left.part), left.weight, left.backup, site_of.size), site_of


@compiled
def worth(credit: Credit, flag: States) -> float:
    """Return what the open sites earn."""
    total = 0.0
    for i in range(credit.weight.size):
        found = 0
        for k in range(credit.start[i], credit.start[i + 1]):
            if flag[credit.site[k]] == 1:
                found += 1
                total += credit.part[k] * (credit.weight[i] if found == 1 else credit.backup[i])
                if found == 2 or credit.backup[i] == 0.0:  # noqa: PLR2004  (the best and the second)
                    break
    return total


@compiled
def changes(credit: Credit, flag: States) -> Floats:
    """Return what a closed site would add, opened, and an open one would take, closed [site]."""
    change = np.zeros(flag.size)
    for i in range(credit.weight.size):
        parts = np.zeros(3)  # of the three best open sites
        found = 0
        for k in range(credit.start[i], credit.start[i + 1]):
            if flag[credit.site[k]] == 1 and found < parts.size:
                parts[found] = credit.part[k]
                found += 1
        weight, backup = credit.weight[i], credit.backup[i]
        rank = 0
        for k in range(credit.start[i], credit.start[i + 1]):
            j = credit.site[k]
            if flag[j] == 1:
                if rank == 0:
                    change[j] += weight * (parts[0] - parts[1])
                if rank <= 1:
                    change[j] += backup * (parts[1] - parts[2])
                rank += 1
            else:
                best = max(credit.part[k], parts[0])
                second = max(min(credit.part[k], parts[0]), parts[1])
                change[j] += weight * (best - parts[0]) + backup * (second - parts[1])
    return change
