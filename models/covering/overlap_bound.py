"""Bound of maximal covering from the rows on overlaps (`overlap_rows`), at any multipliers.

With multipliers l_r >= 0 of the forests' rows and m_q >= 0 of the cliques', every plan keeps to all rows, so that it
covers no more than it does with what the rows leave it to spare added l- and m-fold; sorted by variables that is

    sum_q m_q most_q + sum_c g_c z_c + sum_j g_j x_j + sum_ab g_ab y_ab,

which is at most U(l, m) = sum_q m_q most_q + the positive g_c and g_ab + the largest g_j of p sites. No multiplier
needs to be exact: however they were found, U is a bound, and the g_j say what opening or closing a site does to it.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.covering.lists import States
from models.covering.max_node import worth_most
from models.covering.overlap_rows import Cliques, Rows

SAFETY = 2.3e-16  # of the sum of all magnitudes, for each term: more than rounding can move such a sum


class OverlapBound(NamedTuple):
    """The bound, the worth g_j of the last free site taken and of the next, and that of each site."""

    value: float
    last: float
    next: float
    worth: Floats


def bound_at(rows: Rows, multipliers: Floats, state: States, p: int) -> OverlapBound:
    """Return the bound at the multipliers, for plans of p sites that keep to the `state`."""
    gain = np.zeros(rows.sites + rows.pairs + rows.weight.size)
    constant, size = gains(rows, np.maximum(multipliers, 0.0), gain)
    worth = gain[: rows.sites]
    taken, last, following = worth_most(worth, state, p)
    terms = gain.size + multipliers.size + rows.site.size + rows.trees.pair.size
    terms += rows.cliques.site.size + rows.cliques.pair.size
    rest = float(np.maximum(gain[rows.sites :], 0.0).sum())
    value = constant + rest + float(worth[taken].sum()) + SAFETY * 2.0 * terms * size
    return OverlapBound(value, last, following, worth)


@compiled
def gains(rows: Rows, multipliers: Floats, gain: Floats) -> tuple[float, float]:
    """Fill g [variable]; return the constant and, where no multiplier is below 0, the magnitude of all terms."""
    start, site, weight, trees = rows.start, rows.site, rows.weight, rows.trees
    first, tree_start, tree_pair = trees.first, trees.start, trees.pair
    pairs, cells = rows.sites, rows.sites + rows.pairs
    gain[:] = 0.0
    size = 0.0
    for i in range(weight.size):
        total = 0.0
        for t in range(first[i], first[i + 1]):
            price = multipliers[t] * weight[i]
            if price != 0.0:
                total += price
                for k in range(tree_start[t], tree_start[t + 1]):
                    gain[pairs + tree_pair[k]] -= price
        gain[cells + i] = weight[i] - total
        size += weight[i] + 2.0 * (start[i + 1] - start[i] + 1) * total  # a forest has fewer edges than sites
        for k in range(start[i], start[i + 1]):
            gain[site[k]] += total
    constant, more = _clique_gains(rows.cliques, multipliers[first[weight.size] :], gain, pairs)
    return constant, size + more


@compiled
def _clique_gains(cliques: Cliques, multipliers: Floats, gain: Floats, pairs: int) -> tuple[float, float]:
    """Add what the rows (2) do to g; return the constant, and the magnitude of their terms."""
    site_start, site, pair_start, pair = cliques.site_start, cliques.site, cliques.pair_start, cliques.pair
    constant = 0.0
    size = 0.0
    for q in range(multipliers.size):
        price = multipliers[q] * cliques.scale[q]
        if price != 0.0:
            constant += price * cliques.most[q]
            size += price * (cliques.most[q] + pair_start[q + 1] - pair_start[q])
            for k in range(pair_start[q], pair_start[q + 1]):
                gain[pairs + pair[k]] += price
            price *= cliques.times[q]
            size += price * (site_start[q + 1] - site_start[q])
            for k in range(site_start[q], site_start[q + 1]):
                gain[site[k]] -= price
    return constant, size
