"""Clients in groups that share sites: the pieces of the group bound (`group_bound`), as flat lists.

Groups are found by spherical k-means on the lists of sites (Dhillon, Modha, Machine Learning 42, 2001): a client joins
the group whose clients are, on average, most covered by the same sites. The first ones are far from each other.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.covering.credit import Credit
from models.covering.lists import Ints

PASSES = 5


class Groups(NamedTuple):
    """A pair is a group and a site that covers one of its clients; pairs and clients stand group by group.

    Pairs `start[g]` to `start[g + 1]` are group g's, `site` [pair] their sites; `pair` [entry] and `pair_start`
    [client] the pairs that cover a client, `client` [entry] and `client_start` [pair] the clients that a pair covers.
    `row` and `weight` [client]: whom these are, and what they earn.
    """

    start: Ints
    site: Ints
    pair_start: Ints
    pair: Ints
    client_start: Ints
    client: Ints
    row: Ints
    weight: Floats


@compiled
def _likeness(credit: Credit, profile: Floats, i: int, near: Floats) -> None:
    """Fill how much a client is like each group, up to a factor of the client's."""
    near[:] = 0.0
    for k in range(credit.start[i], credit.start[i + 1]):
        for g in range(near.size):
            near[g] += profile[credit.site[k], g]


@compiled
def _first(credit: Credit, profile: Floats) -> None:
    """Begin each group with the client least like those of the groups before it; the first with the heaviest."""
    rows = credit.weight.size
    most = np.zeros(rows)
    is_in = np.zeros(profile.shape[0])
    chosen = int(np.argmax(credit.weight))
    for g in range(profile.shape[1]):
        is_in[:] = 0.0
        own = credit.start[chosen + 1] - credit.start[chosen]
        for k in range(credit.start[chosen], credit.start[chosen + 1]):
            is_in[credit.site[k]] = 1.0
            profile[credit.site[k], g] = 1.0 / np.sqrt(own)
        least = np.inf
        for i in range(rows):
            shared = 0.0
            for k in range(credit.start[i], credit.start[i + 1]):
                shared += is_in[credit.site[k]]
            most[i] += shared / np.sqrt(own * (credit.start[i + 1] - credit.start[i]))
            if most[i] < least:
                least, chosen = most[i], i


@compiled
def grouped(credit: Credit, groups: int) -> Ints:
    """Return the group of each client."""
    rows, sites = credit.weight.size, credit.site_start.size - 1
    group = np.zeros(rows, dtype=np.int64)
    profile = np.zeros((sites, groups))
    near = np.zeros(groups)
    _first(credit, profile)
    for _ in range(PASSES):
        for i in range(rows):
            _likeness(credit, profile, i, near)
            group[i] = np.argmax(near)
        profile[:] = 0.0
        for i in range(rows):
            own = np.sqrt(credit.start[i + 1] - credit.start[i])
            for k in range(credit.start[i], credit.start[i + 1]):
                profile[credit.site[k], group[i]] += 1.0 / own
        for g in range(groups):
            length = 0.0
            for j in range(sites):
                length += profile[j, g] ** 2
            for j in range(sites):
                profile[j, g] /= max(np.sqrt(length), 1e-300)
    return group


def groups_of(credit: Credit, count: int) -> Groups:
    """Return the clients in so many groups at most."""
    return _listed(credit, grouped(credit, count))


def merged(credit: Credit, groups: Groups, price: Floats) -> tuple[Groups, Floats]:
    """Return the groups with those most alike put together, a quarter fewer, and the prices [pair] added up."""
    sites, count = credit.site_start.size - 1, groups.start.size - 1
    owner = np.repeat(np.arange(count), np.diff(groups.start))
    label = _partners(owner, groups.site, (count, sites))
    group = np.zeros(groups.row.size, dtype=np.int64)
    group[groups.row] = label[owner[groups.pair[groups.pair_start[:-1]]]]
    fewer = _listed(credit, group)
    names = np.repeat(np.arange(fewer.start.size - 1), np.diff(fewer.start)) * sites + fewer.site
    place = np.searchsorted(names, label[owner] * sites + groups.site)
    return fewer, np.bincount(place, price, names.size).astype(np.float64)


def _partners(owner: Ints, site: Ints, shape: tuple[int, int]) -> Ints:
    """Return the new group of each group; those that share most sites are paired first."""
    member = np.zeros(shape)
    member[owner, site] = 1.0
    size = np.sqrt(np.maximum(member.sum(axis=1), 1.0))
    alike = np.triu(member @ member.T / np.outer(size, size), 1)
    label, is_paired = np.arange(shape[0]), np.zeros(shape[0], dtype=np.bool_)
    left = shape[0] // 4 + 1
    for a, b in zip(*np.unravel_index(np.argsort(-alike, axis=None, kind="stable"), alike.shape), strict=True):
        if left == 0 or alike[a, b] <= 0.0:
            break
        if not (is_paired[a] or is_paired[b]):
            is_paired[[a, b]], label[b] = True, a
            left -= 1
    return np.unique(label, return_inverse=True)[1].astype(np.int64)


def _listed(credit: Credit, group: Ints) -> Groups:
    row = np.argsort(group, kind="stable").astype(np.int64)
    sizes = np.diff(credit.start)[row]
    pair_start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    places = np.repeat(credit.start[:-1][row] - pair_start[:-1], sizes) + np.arange(pair_start[-1])
    client = np.repeat(np.arange(row.size), sizes)
    sites = credit.site_start.size - 1
    name, pair = np.unique(group[row][client] * sites + credit.site[places], return_inverse=True)
    order = np.argsort(pair, kind="stable")
    client_start = np.concatenate([[0], np.cumsum(np.bincount(pair, minlength=name.size))])
    return Groups(
        np.searchsorted(name, np.arange(int(group.max(initial=-1)) + 2) * sites).astype(np.int64),
        (name % sites).astype(np.int64),
        pair_start,
        pair.astype(np.int64),
        client_start.astype(np.int64),
        client[order].astype(np.int64),
        row,
        credit.weight[row],
    )
