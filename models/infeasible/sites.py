"""How many sites are open, and which must be open or closed: requirements that models of location share."""

from collections.abc import Iterable, Sequence
from math import inf
from typing import Literal

import numpy as np

from models.arrays import Floats, Indices
from models.infeasible.answers import Relaxation
from models.infeasible.requirements import WHOLE, Name
from models.infeasible.rounding import NOTHING_LEFT
from models.infeasible.rows import RequiredRows

Kind = Literal["forced_open", "forced_closed"]
LARGEST = 2**53  # a count beyond is none that floats can hold; there are never so many sites
COUNTS_OF_P: tuple[Name, Name] = ("p", "fewer"), ("p", "more")  # where exactly p sites are opened


def require_forced(
    rows: RequiredRows, kind: Kind, sites: Iterable[int], openings: tuple[Indices, Indices], *, most: int = 1
) -> None:
    """Add that each of `sites` is open in one way at least, or in none: (kind, site), of which 1 unit is all.

    `openings`: site and column of each 0/1 opening; `most` of a site's can be 1 together.
    """
    low, high, weight = (1.0, inf, 1.0) if kind == "forced_open" else (-inf, 0.0, float(most))
    for site in sites:
        at = openings[1][openings[0] == site]
        row = rows.add(low, high, 1, (np.zeros(at.size, dtype=np.intp), at, 1.0))
        rows.require((kind, site), row, WHOLE, weight=weight)


def require_count(
    rows: RequiredRows, names: tuple[Name, Name], count: tuple[int, int | None], columns: Indices
) -> None:
    """Add the least number of openings, 0: none is asked for, and the largest, None: no bound; by their `names`."""
    openings = np.zeros(columns.size, dtype=np.intp), columns, 1.0
    if count[0] > 0:
        rows.require(names[0], rows.add(float(min(count[0], LARGEST)), inf, 1, openings), WHOLE)
    if count[1] is not None:
        rows.require(names[1], rows.add(-inf, float(min(count[1], LARGEST)), 1, openings), WHOLE)


def kept_forced(kind: Kind, sites: tuple[int, ...], relaxations: Iterable[Relaxation]) -> tuple[int, ...]:
    """Return the sites that are still forced after the relaxations."""
    freed = {relaxation.name for relaxation in relaxations}
    return tuple(site for site in sites if (kind, site) not in freed)


def count_after(count: int, names: tuple[Name, Name], relaxations: Sequence[Relaxation]) -> int:
    """Return the number of sites after the relaxations: fewer, or more, by whole sites; see `require_count`."""
    fewer, more = (sum(int(one.amount + NOTHING_LEFT) for one in relaxations if one.name == name) for name in names)
    return max(count - fewer, 0) + more


def less(asked: Floats, amount: Floats) -> Floats:
    """Return what is still asked for after an amount is given up; nothing where that is rounding."""
    left = asked - amount
    return np.where(left <= NOTHING_LEFT * asked, 0.0, left)
