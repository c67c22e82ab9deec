"""Gradient projection: the iterations around the compiled sweeps of `networks.equilibrium.paths`."""

import numpy as np

from networks.equilibrium import paths as kernels
from networks.equilibrium.arrays import Floats, PathSet
from networks.equilibrium.loader import Loader
from networks.equilibrium.options import Found, Options, Stop, relative_gap
from networks.errors import NetworkError

_SWEEPS = 8
"""Sweeps over the same paths before new ones are looked for, at most."""

_ENOUGH = 0.1
"""Share of the gap that the paths known may still hold when new ones are looked for."""


def project(loader: Loader, flow: Floats, lengths: Floats, options: Options) -> Found:
    """Move traffic between paths until the gap is reached.

    Parameters
    ----------
    loader
        The instance; its trees are those of the empty network.
    flow, lengths
        Of all trips on the paths of these trees, and what those cost.
    options
        How far to go.

    Raises
    ------
    NetworkError
        There are too many origins and nodes to keep a tree for each.
    """
    if not len(loader.trees):
        raise NetworkError("too many origins and nodes for the algorithm 'gp', which keeps all trees; take 'bfw'")
    paths = _extended(loader, loader.costs(np.zeros(loader.links))[0], lengths, kernels.no_paths(len(lengths)))
    gaps = list[float]()
    excess = np.inf
    while True:
        cost, slope = loader.costs(flow)
        lengths = loader.load(cost)[1]
        total = float(cost @ flow)
        gaps.append(relative_gap(total, float(lengths @ loader.demand[3])))
        stop = options.stop(gaps)
        known = paths[4][0]
        if stop is None:
            paths = _extended(loader, cost, lengths, paths)
            stop = Stop.STALLED if excess == 0.0 and paths[4][0] == known else None
        if stop is not None:
            return flow, cost, gaps, stop
        excess = _level(loader, paths, (flow, cost, slope), _ENOUGH * gaps[-1] * total)


def _level(loader: Loader, paths: PathSet, state: tuple[Floats, Floats, Floats], enough: float) -> float:
    """Sweep until the paths known cost nearly the same; return what they cost more in all sweeps together."""
    flow, cost, slope = state
    excess = 0.0
    for _ in range(_SWEEPS):
        rest = kernels.sweep(paths, flow, loader.delay, cost, slope)
        excess += rest
        if rest <= enough:
            break
    return excess


def _extended(loader: Loader, cost: Floats, lengths: Floats, paths: PathSet) -> PathSet:
    """Return the paths with the shortest one of each pair among them."""
    origin, origins = 0, len(loader.demand[0])
    while origin < origins:
        origin = kernels.extend(origin, loader.graph, cost, loader.demand, (loader.trees, lengths), paths)
        if origin < origins:
            held, pairs, nodes = paths[4], len(lengths), len(loader.graph[0])
            paths = kernels.packed(paths, pairs + int(held[0]), 16 * pairs + nodes + int(held[1]))
    return paths
