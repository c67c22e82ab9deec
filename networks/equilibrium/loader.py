"""An instance laid out for the compiled loops, and the threads that run them."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Self

import numpy as np

from networks.equilibrium import bpr, loading
from networks.equilibrium.arrays import Bools, Delays, Floats, Graph, Ints, Marks, Rows, Trips
from networks.equilibrium.instance import Instance, OverloadError

_PARTS = 8
"""Runs of origins loaded apart; a fixed number, so that sums are the same on any number of threads."""

_CELLS = 100_000_000
"""Origins times nodes up to which each tree is kept: 800 MB."""


class Loader:
    """Links sorted by their tail, trips by their origin; flows and costs below are in that order.

    Parameters
    ----------
    instance
        What is to be solved.
    threads
        How many work on the origins.
    """

    def __init__(self, instance: Instance, threads: int) -> None:
        self.instance = instance
        tail, origin, nodes = instance.split()
        self._rows = np.argsort(tail, kind="stable")
        free, capacity, alpha, beta, fixed, background = (values[self._rows] for values in instance.delay.arrays())
        self.delay: Delays = (free, capacity, alpha, beta, fixed, background)
        starts = np.searchsorted(tail[self._rows], np.arange(nodes + 1))
        ends = (instance.head[self._rows].astype(np.uint32), tail[self._rows].astype(np.uint32))
        self.graph: Graph = (starts.astype(np.uint32), *ends)
        self.pairs, self.demand = _by_origin(instance, origin)
        origins = len(self.demand[0])
        cells = (origins if origins * nodes <= _CELLS else 0, nodes)
        self._memory: tuple[Rows, Marks, Bools] = (
            np.zeros(cells, np.uint32),
            np.zeros(cells, np.int32),
            np.zeros(origins, np.bool_),
        )
        self._parts = _cut(origins, _PARTS)
        self._flows = np.zeros((len(self._parts), self.links))
        self._pool = ThreadPoolExecutor(threads)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    @property
    def trees(self) -> Marks:
        """Return the link before each node in the last tree of each origin; none of them if they are too many."""
        return self._memory[1]

    @property
    def links(self) -> int:
        """Return the number of links."""
        return len(self._rows)

    def load(self, cost: Floats) -> tuple[Floats, Floats]:
        """Put all trips on their shortest paths.

        Returns
        -------
        tuple of numpy.ndarray
            Flow of each link; cost of the path of each trip in the order of `pairs`, inf where there is none.
        """
        lengths = np.empty(len(self.pairs))
        self._flows[:] = 0.0

        def one(number: int) -> None:
            out = (self._flows[number], lengths)
            loading.load(self._parts[number], self.graph, cost, self.demand, self._memory, out)

        list(self._pool.map(one, range(len(self._parts))))
        return self._flows.sum(axis=0), lengths

    def costs(self, flow: Floats) -> tuple[Floats, Floats]:
        """Return the cost of each link and its derivative by the flow.

        Raises
        ------
        OverloadError
            A cost is too large for a number.
        """
        cost, slope = np.empty(self.links), np.empty(self.links)
        bpr.costs(flow, self.delay, cost, slope)
        wrong = self._rows[~(np.isfinite(cost) & np.isfinite(slope))]
        if len(wrong):
            raise OverloadError(np.sort(wrong))
        return cost, slope

    def step(self, flow: Floats, direction: Floats) -> float:
        """Return the share of `direction` in [0, 1] that minimises Beckmann's sum."""
        return float(bpr.step(flow, direction, self.delay))

    def unsorted(self, values: Floats) -> Floats:
        """Return values of links in the order of the instance, read-only."""
        answer = np.empty_like(values)
        answer[self._rows] = values
        answer.setflags(write=False)
        return answer


def _by_origin(instance: Instance, origin: Ints) -> tuple[Ints, Trips]:
    """Return the rows of the trips that move, sorted, and origins, starts of their rows, destinations, volumes."""
    rows = np.flatnonzero((instance.volume > 0.0) & (instance.origin != instance.destination))
    rows = rows[np.lexsort((instance.destination[rows], origin[rows]))]
    origins = np.unique(origin[rows])
    starts = np.searchsorted(origin[rows], origins)
    return rows, (origins, np.append(starts, len(rows)), instance.destination[rows], instance.volume[rows])


def _cut(origins: int, parts: int) -> list[tuple[int, int]]:
    """Cut the origins into at most `parts` runs of about equal length."""
    edges = np.unique(np.linspace(0, origins, parts + 1).astype(np.int64)).tolist()
    return list(pairwise(edges))
