"""What is said of an infeasible program."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.infeasible.requirements import Name
from models.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Requirements that cannot be kept together; none: the rows that belong to no requirement clash already.

    Parameters
    ----------
    requirements
        Their names.
    is_irreducible
        Whether it is proved that any of them dropped, the others can be kept together; False: a limit came first.
    """

    requirements: tuple[Name, ...]
    is_irreducible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clashes:
    """Clashes that share no requirement; iterate over it.

    Parameters
    ----------
    status
        INFEASIBLE: it is proved that not all can be kept; FEASIBLE: they can; NO_SOLUTION: a limit came first.
    found
        The clashes.
    is_complete
        Whether all clashes that there are share a requirement with one of `found`.
    seconds, stopped
        Wall time, and why it stopped, in words.
    """

    status: Status
    found: tuple[Clash, ...]
    is_complete: bool
    seconds: float
    stopped: str

    def __iter__(self) -> Iterator[Clash]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """A requirement that gives way: by how many units, and what all of them cost."""

    name: Name
    amount: float
    price: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """Relaxations that together make the program feasible.

    Parameters
    ----------
    relaxations
        What gives way; without one of them the others cost more or do not do. No fewer do at the price, unless to prove
        that took more than a tenth of the time, or in a `MinCostFlow`. Amounts are rounded up to as few digits as the
        gap asked for allows, four to nine, so that they are never less than needed.
    price
        Of all relaxations together.
    price_bound
        No way out but those named before costs less.
    objective, bound
        Value of the best plan after the relaxations, and what no plan is cheaper than; the price is not in it.
    status
        How the search for that plan ended: OPTIMAL, FEASIBLE if a limit came first, NO_SOLUTION if it came before any
        plan was found (inf is its value then; the relaxations do in the program of the requirements), UNBOUNDED where
        plans cost as little as one likes.
    """

    relaxations: tuple[Relaxation, ...]
    price: float
    price_bound: float
    objective: float
    bound: float
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysOut:
    """Ways out of infeasibility, the cheapest first; iterate over it.

    Parameters
    ----------
    status
        INFEASIBLE: the program is, and these are the ways out; FEASIBLE: it needs none; NO_SOLUTION: a limit came
        before anything was known.
    ways
        The ways; different sets of requirements, none containing a cheaper one.
    is_complete
        Whether there are as many as asked for, or proved to be no more.
    seconds, stopped
        Wall time, and why it stopped, in words.
    left_out
        Sets of requirements that are no ways: in the program they make it feasible by a rounding, but no plan is found
        after them, however much further they are rounded up. Sets that contain one of them are not looked for.
    """

    status: Status
    ways: tuple[WayOut, ...]
    is_complete: bool
    seconds: float
    stopped: str
    left_out: tuple[tuple[Name, ...], ...] = ()

    def __iter__(self) -> Iterator[WayOut]:
        return iter(self.ways)

    def __len__(self) -> int:
        return len(self.ways)
