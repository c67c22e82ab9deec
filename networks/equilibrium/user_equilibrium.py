"""From an instance to its equilibrium."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from networks.equilibrium.arrays import Floats, Ints
from networks.equilibrium.instance import Instance
from networks.equilibrium.options import DEPTH, Algorithm, Options, Stop
from networks.errors import DisconnectedError

if TYPE_CHECKING:
    from networks.equilibrium.loader import Loader

_ROOM = 1e8
"""Pairs times links of a path up to which paths are kept: at about three paths a pair, 1.2 GB."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Equilibrium:
    """A flow and how near it is to the equilibrium.

    Parameters
    ----------
    flow
        On each link, without the background, shape [links], read-only.
    cost
        Of each link at that flow, shape [links], read-only.
    relative_gap
        (cost of all trips - cost of all on the paths cheapest now) / cost of all trips, at `flow`.
    iterations
        Times that all trips were put on shortest paths.
    algorithm
        That found it.
    stop
        Why it stopped: the gap was reached only if it says so.
    gaps
        Relative gap after each iteration.
    """

    flow: Floats
    cost: Floats
    relative_gap: float
    iterations: int
    algorithm: Algorithm
    stop: Stop
    gaps: tuple[float, ...]


def solve(instance: Instance, options: Options | None = None) -> Equilibrium:
    """Find the user equilibrium.

    Raises
    ------
    DisconnectedError
        Trips have no path; `NoPathError.pairs` names them.
    OverloadError
        So much traffic for so little capacity that the costs are no numbers any more.
    """
    from networks.equilibrium.frank_wolfe import descend  # noqa: PLC0415  (numba: 0.5 s at import of the package)
    from networks.equilibrium.loader import Loader  # noqa: PLC0415
    from networks.equilibrium.projection import project  # noqa: PLC0415

    options = options or Options()
    with Loader(instance, options.workers) as loader:
        flow, lengths = _first(loader)
        algorithm = options.algorithm or _chosen(loader)
        if algorithm == "gp":
            flow, cost, gaps, stop = project(loader, flow, lengths, options)
        else:
            flow, cost, gaps, stop = descend(loader, flow, options, DEPTH[algorithm])
        return Equilibrium(
            flow=loader.unsorted(flow),
            cost=loader.unsorted(cost),
            relative_gap=gaps[-1],
            iterations=len(gaps),
            algorithm=algorithm,
            stop=stop,
            gaps=tuple(gaps),
        )


class NoPathError(DisconnectedError):
    """Trips have no path.

    Parameters
    ----------
    pairs
        Positions of these trips in the instance.
    """

    def __init__(self, instance: Instance, pairs: Ints) -> None:
        self.pairs = pairs
        first = [f"{instance.origin[pair]} -> {instance.destination[pair]}" for pair in pairs[:20]]
        super().__init__(f"{len(pairs)} trips have no path, first of nodes {'; '.join(first)}")


def _chosen(loader: "Loader") -> Algorithm:
    """Choose paths where they have room; a path is taken to be as long as the network is wide."""
    room = len(loader.pairs) * len(loader.graph[0]) ** 0.5
    return "gp" if len(loader.trees) and room <= _ROOM else "bfw"


def _first(loader: "Loader") -> tuple[Floats, Floats]:
    """Return the flow of all trips on the paths shortest without them, and the costs of these."""
    flow, lengths = loader.load(loader.costs(np.zeros(loader.links))[0])
    unreached = np.flatnonzero(np.isinf(lengths))
    if len(unreached):
        raise NoPathError(loader.instance, np.sort(loader.pairs[unreached]))
    return flow, lengths
