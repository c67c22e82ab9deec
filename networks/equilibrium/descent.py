"""From an instance to its equilibrium: iterations, limits, and why it stopped."""

import os
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

import numpy as np

from networks.equilibrium.arrays import Floats, Ints
from networks.equilibrium.frank_wolfe import Points, aim, moved
from networks.equilibrium.instance import Instance
from networks.errors import DisconnectedError, NetworkError

if TYPE_CHECKING:
    from networks.equilibrium.loader import Loader

Algorithm = Literal["bfw", "cfw", "fw"]

_DEPTH = {"fw": 0, "cfw": 1, "bfw": 2}


class Stop(StrEnum):
    """Why it stopped."""

    GAP = "gap reached"
    ITERATIONS = "iteration limit"
    STALLED = "no step improves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to solve and how far.

    Parameters
    ----------
    algorithm
        "bfw": bi-conjugate Frank-Wolfe, "cfw": conjugate, "fw": plain.
    gap
        Relative gap at which to stop.
    max_iterations
        Iterations after which to stop whatever the gap.
    threads
        How many; by default as many as there are processors. The answer is the same with any number.
    """

    algorithm: Algorithm = "bfw"
    gap: float = 1e-4
    max_iterations: int = 1000
    threads: int | None = None

    def __post_init__(self) -> None:
        if self.algorithm not in _DEPTH:
            raise NetworkError(f"found the algorithm {self.algorithm!r}, expected one of {', '.join(_DEPTH)}")
        if not self.gap >= 0.0:
            raise NetworkError(f"found the gap {self.gap}, expected a number of at least 0 such as 1e-4")
        if self.max_iterations < 1 or (self.threads is not None and self.threads < 1):
            raise NetworkError("max_iterations and threads are at least 1")

    @property
    def workers(self) -> int:
        """Return the number of threads."""
        return self.threads or os.cpu_count() or 1


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
    stop
        Why it stopped: the gap was reached only if it says so.
    gaps
        Relative gap after each iteration.
    """

    flow: Floats
    cost: Floats
    relative_gap: float
    iterations: int
    stop: Stop
    gaps: tuple[float, ...]


def solve(instance: Instance, options: Options | None = None) -> Equilibrium:
    """Find the user equilibrium.

    Raises
    ------
    DisconnectedError
        Trips have no path; `NoPathError.pairs` names them.
    NetworkError
        So much traffic for so little capacity that the costs are no numbers any more.
    """
    from networks.equilibrium.loader import Loader  # noqa: PLC0415  (numba: 0.5 s at import of the package)

    options = options or Options()
    with Loader(instance, options.workers) as loader:
        return _descend(loader, options)


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


def _descend(loader: "Loader", options: Options) -> Equilibrium:
    flow = _first(loader)
    cost, slope = loader.costs(flow)
    points, gaps = Points(depth=_DEPTH[options.algorithm]), list[float]()
    while True:
        target = loader.load(cost)[0]
        total, least = float(cost @ flow), float(cost @ target)
        gaps.append(max(0.0, 1.0 - least / total) if total > 0.0 else 0.0)
        stop = _stop(gaps, options)
        if stop is None:
            point = aim(points, flow, target, slope)
            step = loader.step(flow, point - flow)
            if step == 0.0:
                points, point = Points(depth=points.depth), target
                step = loader.step(flow, target - flow)
            stop = Stop.STALLED if step == 0.0 else None
        if stop is not None:
            return Equilibrium(
                flow=loader.unsorted(flow),
                cost=loader.unsorted(cost),
                relative_gap=gaps[-1],
                iterations=len(gaps),
                stop=stop,
                gaps=tuple(gaps),
            )
        flow = np.maximum(flow + step * (point - flow), 0.0)
        points = moved(points, point, step)
        cost, slope = loader.costs(flow)


def _first(loader: "Loader") -> Floats:
    """Return the flow of all trips on the paths shortest without them."""
    flow, lengths = loader.load(loader.costs(np.zeros(loader.links))[0])
    unreached = np.flatnonzero(np.isinf(lengths))
    if len(unreached):
        raise NoPathError(loader.instance, np.sort(loader.pairs[unreached]))
    return flow


def _stop(gaps: list[float], options: Options) -> Stop | None:
    if gaps[-1] <= options.gap:
        return Stop.GAP
    return Stop.ITERATIONS if len(gaps) >= options.max_iterations else None
