"""How to solve and how far, and what ended it."""

import os
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from networks.equilibrium.arrays import Floats
from networks.errors import NetworkError

Algorithm: TypeAlias = Literal["bfw", "cfw", "fw", "gp"]

DEPTH = {"fw": 0, "cfw": 1, "bfw": 2}
"""Points that each Frank-Wolfe method looks back to."""


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
        "bfw": bi-conjugate Frank-Wolfe, "cfw": conjugate, "fw": plain; "gp": gradient projection, which keeps the
        paths of all trips in memory and goes to gaps that the others never reach. None: "gp" where the paths have
        room, else "bfw".
    gap
        Relative gap at which to stop.
    max_iterations
        Iterations after which to stop whatever the gap.
    threads
        How many; by default as many as there are processors. The answer is the same with any number.
    """

    algorithm: Algorithm | None = None
    gap: float = 1e-4
    max_iterations: int = 1000
    threads: int | None = None

    def __post_init__(self) -> None:
        known = [*DEPTH, "gp"]
        if self.algorithm not in {*known, None}:
            raise NetworkError(f"found the algorithm {self.algorithm!r}, expected one of {', '.join(known)}")
        if not self.gap >= 0.0:
            raise NetworkError(f"found the gap {self.gap}, expected a number of at least 0 such as 1e-4")
        if self.max_iterations < 1 or (self.threads is not None and self.threads < 1):
            raise NetworkError("max_iterations and threads are at least 1")

    @property
    def workers(self) -> int:
        """Return the number of threads."""
        return self.threads or os.cpu_count() or 1

    def stop(self, gaps: list[float]) -> Stop | None:
        """Return why to stop after these gaps, None to go on."""
        if gaps[-1] <= self.gap:
            return Stop.GAP
        return Stop.ITERATIONS if len(gaps) >= self.max_iterations else None


Found: TypeAlias = tuple[Floats, Floats, list[float], Stop]
"""Flow and cost of the links, the gap after each iteration, and why it stopped."""


def relative_gap(total: float, least: float) -> float:
    """Return how much more all trips cost than on their cheapest paths, by what they cost."""
    return max(0.0, 1.0 - least / total) if total > 0.0 else 0.0
