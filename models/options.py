"""How long and how exactly to solve."""

from dataclasses import dataclass
from math import ulp
from typing import Literal, get_args

from models import arrays
from models.errors import InstanceError

Engine = Literal["auto", "mip", "benders", "lagrangian", "radius"]
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveOptions:
    """How long and how exactly to solve.

    Parameters
    ----------
    time_limit_s
        Seconds of wall time, kept within 10 % + 1 s on a machine that is free. The compiled loops are made on the
        first solve after an installation (10 to 30 s, kept on disk) and loaded on the first of a process (some tenths
        of a second): that comes before the clock starts, and is not in a solution's `seconds` either.
    relative_gap
        Stop when (objective - bound) / |objective| is at most this.
    seed
        Seed of whatever the solver draws.
    engine
        `"mip"` is the textbook formulation handed to HiGHS, `"benders"` the decomposition of the model
        that has one, `"lagrangian"` and `"radius"` bounds, fixing, tree and reduced program where a model has
        them, `"auto"` the fastest by size. All give the same answer; a model takes its own where it lacks the
        one named.

    Raises
    ------
    InstanceError
        If a value has no meaning.
    """

    time_limit_s: float = 60.0
    relative_gap: float = 1e-4
    seed: int = 0
    engine: Engine = "auto"

    def __post_init__(self) -> None:
        if not arrays.is_number(self.time_limit_s, low=ulp(0.0)):
            raise InstanceError(f"time_limit_s is {self.time_limit_s!r}; expected seconds above 0")
        if not arrays.is_number(self.relative_gap):
            raise InstanceError(f"relative_gap is {self.relative_gap!r}; expected 0 or more, for example 1e-4")
        object.__setattr__(self, "seed", arrays.whole("seed", self.seed, high=LARGEST_SEED))
        if not arrays.is_one_of(self.engine, get_args(Engine)):
            raise InstanceError(f"engine is {self.engine!r}; expected one of {', '.join(get_args(Engine))}")
