"""Which site to branch on: the one that has raised the bound most, on both sides, where it was decided before.

Source: Benichou et al., Mathematical Programming 1, 1971 (pseudo-costs); the product of both sides as Achterberg, Koch,
Martin, Operations Research Letters 33, 2005.
"""

import numpy as np

from models.arrays import Indices
from models.capacitated.nodes import Node
from models.relaxation.site_knapsacks import FREE

LEAST_PART = 0.05  # of a site, for a rate
LEAST_GAIN = 0.01  # of the mean: a side without gain leaves the other some weight


class Gains:
    """What deciding each site has raised the bound by, a unit of its averaged opening: opened, and closed."""

    def __init__(self, sites: int) -> None:
        self._rate = np.zeros((2, sites))  # in all
        self._number = np.zeros((2, sites))

    def likeliest(self, node: Node, most: int) -> Indices:
        """Return free sites, what promises most first; one that was never decided counts as the mean of the others."""
        free = np.flatnonzero(node.state == FREE)
        share = node.dual.share[free]
        mean = self._rate.sum(axis=1) / np.maximum(self._number.sum(axis=1), 1.0)
        mean = np.where(mean > 0.0, mean, max(float(mean.max()), 1.0))[:, None]
        number = self._number[:, free]
        rate = np.where(number > 0.0, self._rate[:, free] / np.maximum(number, 1.0), mean)
        gain = rate * np.stack([1.0 - share, share]) + LEAST_GAIN * mean
        return free[np.argsort(-gain[0] * gain[1], kind="stable")[:most]]

    def learn(self, node: Node, site: int, bounds: list[float]) -> None:
        """Take in the `bounds` of the children of `node`: the site opened, and closed."""
        share = node.dual.share[site]
        for side, part in enumerate((1.0 - share, share)):
            if np.isfinite(bounds[side]) and np.isfinite(node.bound):
                self._rate[side, site] += max(bounds[side] - node.bound, 0.0) / max(part, LEAST_PART)
                self._number[side, site] += 1.0
