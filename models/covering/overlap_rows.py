"""The relaxation of maximal covering in which overlaps of sites count, as flat lists.

    max   sum_c w_c z_c                                               x, y, z in [0, 1], p sites

    (1)   z_c <= sum_{j in N(c)} x_j - sum_{ab in T} y_ab             T: any forest on the sites N(c) of cell c
    (2)   k sum_{j in S} x_j - sum_{ab in S} y_ab <= k (k + 1) / 2    S: any sites, k = 1, 2, ...

Every plan keeps to these rows with x_j its openings, y_ab = x_a x_b and z_c whether a cell of clients alike is covered.
(1) An edge of the forest joins two open sites of N(c), of which there are q, at most q - 1 times if q > 0, and never
otherwise: the right side is at least 1, or 0. (2) With t sites of S open, k t - t (t - 1) / 2 <= k (k + 1) / 2 is
(t - k) (t - k - 1) >= 0, true of whole numbers. Where no client is covered by both a and b, y_ab needs no variable: (2)
holds all the more with 1 for it. Pairs in no row (2) have none either, and no edge.

Where discs overlap the relaxation without y opens halves of sites beside each other; (2) tells it that these overlap,
and (1) what that loses. Source: Hunter, Journal of Applied Probability 13, 1976 for (1); Padberg, Mathematical
Programming 45, 1989 for (2), there the clique inequalities of the boolean quadric polytope.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.covering.credit import Credit
from models.covering.lists import Ints, Smalls


class Trees(NamedTuple):
    """The forests of (1): `first` [cell + 1] where a cell's begin, `start` [forest + 1], `pair` [edge]."""

    first: Ints
    start: Ints
    pair: Ints


class Cliques(NamedTuple):
    """The rows (2): `times` k, `most` the right side; `scale` what they are multiplied by, weight that pairs share.

    `site_start` [clique + 1], `site` its sites; `pair_start` [clique + 1], `pair` those of its pairs with a variable.
    """

    times: Floats
    most: Floats
    scale: Floats
    site_start: Ints
    site: Ints
    pair_start: Ints
    pair: Ints


class Rows(NamedTuple):
    """All rows; cells are clients alike: `start` [cell + 1], `site` [entry], `weight` [cell].

    Variables stand as sites, pairs, cells; multipliers as forests, cliques. Rows (1) are multiplied by w_c.
    """

    start: Ints
    site: Smalls
    weight: Floats
    sites: int
    pairs: int
    trees: Trees
    cliques: Cliques


@dataclass(frozen=True, slots=True)
class Clique:
    """One row (2): `times` k, its sites, those of its pairs with a variable, and how many pairs share no client."""

    times: int
    site: Ints
    pair: Ints
    apart: int
    scale: float


def no_trees(cells: int) -> Trees:
    """Return one forest without edges for each cell."""
    return Trees(np.arange(cells + 1), np.zeros(cells + 1, dtype=np.int64), np.zeros(0, dtype=np.int64))


def listed(cliques: list[Clique]) -> Cliques:
    """Return rows (2) as flat lists."""
    times = np.array([one.times for one in cliques], dtype=np.float64)
    most = times * (times + 1) / 2 + np.array([one.apart for one in cliques], dtype=np.float64)
    none = [np.zeros(0, dtype=np.int64)]
    return Cliques(
        times,
        most,
        np.array([one.scale for one in cliques], dtype=np.float64),
        _starts([one.site.size for one in cliques]),
        np.concatenate([one.site for one in cliques] or none),
        _starts([one.pair.size for one in cliques]),
        np.concatenate([one.pair for one in cliques] or none),
    )


def rows_of(lists: Credit, pairs: int, trees: Trees, cliques: list[Clique]) -> Rows:
    """Return the rows of an instance with so many pairs."""
    sites = lists.site_start.size - 1
    return Rows(lists.start, lists.site, lists.weight, sites, pairs, trees, listed(cliques))


@compiled
def shared(lists: Credit) -> Floats:
    """Return the weight that both of two sites cover [site, site]."""
    sites = lists.site_start.size - 1
    both = np.zeros((sites, sites))
    for i in range(lists.weight.size):
        for k in range(lists.start[i], lists.start[i + 1]):
            for other in range(lists.start[i], lists.start[i + 1]):
                both[lists.site[k], lists.site[other]] += lists.weight[i]
    return both


def _starts(sizes: list[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
