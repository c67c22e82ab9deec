"""Named requirements: which rows of a program are theirs, and at what price they give way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Literal

import numpy as np

from models import arrays
from models.arrays import Flags, Floats, Indices
from models.errors import InstanceError
from models.infeasible.rounding import NOISE
from models.program import Program

Name = tuple[str | int, ...]
Side = Literal["lower", "upper", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elastic:
    """How a requirement may give way.

    Parameters
    ----------
    price
        Per unit; 0: free.
    limit
        Most units.
    step
        It gives way by whole multiples of this only; 0: by any amount.

    Raises
    ------
    InstanceError
        If a value has no meaning.
    """

    price: float
    limit: float = inf
    step: float = 0.0

    def __post_init__(self) -> None:
        if not arrays.is_number(self.price):
            raise InstanceError(f"price is {self.price!r}; expected 0 or more, or None: the requirement must be kept")
        if not arrays.is_number(self.limit, high=inf):
            raise InstanceError(f"limit is {self.limit!r}; expected 0 or more units, inf: no limit")
        if not arrays.is_number(self.step):
            raise InstanceError(f"step is {self.step!r}; expected 0 (any amount) or more")


UNIT = Elastic(price=1.0)
WHOLE = Elastic(price=1.0, step=1.0)

Prices = Mapping[str | Name, float | Elastic | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Rows of a program that are kept or dropped together, and give way together.

    Parameters
    ----------
    name
        Whatever the caller can translate, for example `("capacity", 7)`.
    rows
        Its rows.
    side
        Which of their bounds are meant; "both" also where a row has only one.
    weight
        By how much one unit moves the bounds of the rows: one number, or one for each of the rows.
    elastic
        How it may give way; None: it must be kept.
    moves_both
        Whether the other bounds of its rows move along where it gives way, as where a part of a client is given up:
        the rest is served, and no more than the rest.

    Raises
    ------
    InstanceError
        If a value has no meaning.
    """

    name: Name
    rows: Indices
    side: Side = "both"
    weight: Floats = field(default_factory=lambda: np.ones(1))
    elastic: Elastic | None = None
    moves_both: bool = False

    def __post_init__(self) -> None:
        if not self.name:
            raise InstanceError("name is empty; expected a tuple such as ('capacity', 7)")
        rows = np.atleast_1d(arrays.array_of("rows", self.rows))
        if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
            raise InstanceError(f"rows of {self.name} is {self.rows!r}; expected the numbers of rows")
        given = arrays.array_of("weight", self.weight)
        fits = given.dtype.kind in "iuf" and given.shape in ((), (1,), rows.shape)
        weight = np.broadcast_to(given.astype(np.float64), rows.shape) if fits else np.full(rows.shape, np.nan)
        if not (fits and (np.isfinite(weight) & (weight > 0)).all()):
            raise InstanceError(f"weight of {self.name} is {self.weight!r}; expected numbers above 0")
        object.__setattr__(self, "rows", arrays.frozen(rows.astype(np.intp)))
        object.__setattr__(self, "weight", arrays.frozen(weight.copy()))

    def lower_rows(self, program: Program) -> Flags:
        """Return which of its rows have a lower bound that is meant."""
        return np.isfinite(program.row_lower[self.rows]) & (self.side != "upper")

    def upper_rows(self, program: Program) -> Flags:
        """Return which of its rows have an upper bound that is meant."""
        return np.isfinite(program.row_upper[self.rows]) & (self.side != "lower")


RequiredProgram = tuple[Program, tuple[Requirement, ...]]
"""A program, and the requirements that its rows belong to."""


def check_requirements(program: Program, requirements: Sequence[Requirement]) -> None:
    """Refuse requirements that do not fit the program.

    Raises
    ------
    InstanceError
        If a row does not exist, a bound belongs to two requirements, or two have the same name.
    """
    names = [requirement.name for requirement in requirements]
    for name in names if len(set(names)) < len(names) else []:
        if names.count(name) > 1:
            raise InstanceError(f"{name} is the name of two requirements; expected different names")
    count = program.row_upper.size
    owner: list[dict[int, Name]] = [{}, {}]
    for requirement in requirements:
        if requirement.rows.size and not (requirement.rows.min() >= 0 and requirement.rows.max() < count):
            raise InstanceError(f"rows of {requirement.name} go beyond the program; expected 0 to {count - 1}")
        for owned, meant in zip(owner, (requirement.lower_rows(program), requirement.upper_rows(program)), strict=True):
            for row in requirement.rows[meant].tolist():
                if row in owned:
                    raise InstanceError(f"row {row} belongs to {owned[row]} and {requirement.name}; expected one")
                owned[row] = requirement.name


def without(program: Program, dropped: Sequence[Requirement]) -> Program:
    """Return the program in which these requirements need not be kept."""
    return moved(program, [(replace(requirement, moves_both=False), inf) for requirement in dropped])


def moved(program: Program, amounts: Sequence[tuple[Requirement, float]]) -> Program:
    """Return the program in which each of these requirements gives way by its amount."""
    low, high = program.row_lower.copy(), program.row_upper.copy()
    for requirement, amount in amounts:
        rows, by = requirement.rows, requirement.weight * amount
        below, above = requirement.lower_rows(program), requirement.upper_rows(program)
        low[rows[below]] = _sum(low[rows[below]], -by[below])
        high[rows[above]] = _sum(high[rows[above]], by[above])
        if requirement.moves_both:
            high[rows[below]] = _sum(high[rows[below]], -by[below])
            low[rows[above]] = _sum(low[rows[above]], by[above])
    return replace(program, row_lower=low, row_upper=high)


def _sum(bound: Floats, by: Floats) -> Floats:
    """Return the sum, 0 where it is rounding: a client given up as a whole has no row that anything could keep."""
    total = bound + by
    return np.where(np.abs(total) <= NOISE * np.minimum(np.abs(bound), np.abs(by)), 0.0, total)


def moving_both(requirements: Sequence[Requirement], kind: str) -> tuple[Requirement, ...]:
    """Return the requirements, of which those of one kind move both bounds of their rows."""
    return tuple(replace(one, moves_both=True) if one.name[0] == kind else one for one in requirements)


def priced(requirements: Sequence[Requirement], prices: Prices | None, kinds: Sequence[str]) -> tuple[Requirement, ...]:
    """Return requirements, each `elastic` in its natural way, with the caller's prices; `kinds` that there may be.

    `prices` names whole requirements, or kinds (the first word of the name); what it does not name must be kept.
    None: everything gives way at its natural price.

    Raises
    ------
    InstanceError
        If a price has no meaning, or names no requirement.
    """
    _check_prices(prices, [requirement.name for requirement in requirements], kinds)
    return tuple(replace(one, elastic=_elastic_of(one.name, prices, one.elastic)) for one in requirements)


def _elastic_of(name: Name, prices: Prices | None, natural: Elastic | None) -> Elastic | None:
    """Return how a requirement gives way by the caller's prices, within its `natural` limit and steps."""
    if prices is None or natural is None:
        return natural
    given = prices.get(name, prices.get(str(name[0])))
    if given is None:
        return None
    if not isinstance(given, Elastic):
        return replace(natural, price=float(given))
    if natural.step == 1 and given.step % 1:
        raise InstanceError(f"step of {name} is {given.step:g}; expected whole units")
    return Elastic(price=given.price, limit=min(given.limit, natural.limit), step=given.step or natural.step)


def _check_prices(prices: Prices | None, names: Sequence[Name], kinds: Sequence[str]) -> None:
    """Refuse prices of what is no requirement; a kind of which the instance happens to have none is no fault.

    A name shorter or longer than all of its kind is one: where there are several periods it ends with the period.

    Raises
    ------
    InstanceError
        If `prices` are no mapping, a price has no meaning, or a key names nothing.
    """
    if prices is not None and not isinstance(prices, Mapping):
        raise InstanceError(f"prices is {prices!r}; expected a dictionary of prices by name or kind")
    known: set[str | Name] = set(names) | set(kinds)
    for price in (prices or {}).values():
        if price is not None and not isinstance(price, Elastic):
            Elastic(price=price)  # refuses what is none
    for key in prices or ():
        if key in known:
            continue
        if not (isinstance(key, tuple) and key[:1] and key[0] in kinds):
            raise InstanceError(f"prices has a price of {key!r}; expected {', '.join(kinds)}, or (kind, index)")
        alike = [name for name in names if name[0] == key[0]]
        if alike and all(len(name) != len(key) for name in alike):
            closest = next((name for name in alike if name[: len(key)] == key), alike[0])
            raise InstanceError(
                f"prices has a price of {key!r}, which names no requirement; expected {len(closest)} parts, "
                f"as in {closest!r}"
            )
