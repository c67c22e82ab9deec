"""List the packings of decided sites that plans below a cut-off can hold, where these are few enough.

How many there are grows tenfold with every few units between the bound and the cut-off: so the bound should be as high
as its rows on triples allow, and a part of that room is tried first, with little patience.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats, Indices
from models.capacitated.packing_tree import Start
from models.capacitated.problem import Problem
from models.capacitated.strengthening import Relaxed, least_loads
from models.clock import Clock
from models.relaxation.listed_packings import list_site, listed
from models.relaxation.site_knapsacks import OPEN
from models.relaxation.subset_rows import rows_on_triples
from models.relaxation.triples import WORD, Triples, pack_apart
from models.relaxation.volume import SAFETY

SHORT, FEW, QUICK = 1 / 4, 200_000, 10_000_000  # of the room, packings, and steps of a site's search
MANY, LONG = 2_500_000, 100_000_000
MOST_BYTES = 100_000_000  # of the clients of all packings, a bit each
STEPS_OF_A_SECOND = 1e7  # no fewer than that
BYTE = 8
PARTS = 1.0, 0.75, 0.5  # of the room, that are tried in turn


@dataclass(frozen=True, slots=True)
class _Point:
    """Wages and prices of rows on triples: the `bound` that they give, less its rounding, and `values` [place]."""

    wage: Floats
    triples: Triples
    bound: float
    values: Floats


class Lister:
    """Lists packings of the sites that `state` has open."""

    def __init__(self, problem: Problem, state: Indices) -> None:
        self._data, self._sites = problem.data, np.flatnonzero(state == OPEN)
        self._least = least_loads(problem.data, state)

    def at(self, wage: Floats, triples: Triples) -> _Point:
        """Return the point of these wages and rows."""
        data, packing = self._data, np.empty(wage.size, dtype=np.int64)
        worth = np.empty(self._sites.size)
        for k, j in enumerate(self._sites.tolist()):
            known = -np.inf if self._least[j] > 0.0 else 0.0
            worth[k], _ = pack_apart(
                data.by_site[j], wage, data.demand, data.room[j], self._least[j], triples, triples.price, known,
                packing,
            )  # fmt: skip
        values = data.fixed[self._sites] - worth
        if not np.isfinite(values).all():
            return _Point(wage, triples, np.inf, values)  # a site can pack nothing that loads enough
        asked = float(triples.price.sum())
        terms = np.abs(wage).sum() + asked + np.abs(values).sum()
        return _Point(wage, triples, float(wage.sum() - asked + values.sum() - SAFETY * terms), values)

    def start(self, point: _Point, cutoff: float, effort: tuple[int, int], clock: Clock) -> Start | None:
        """Return the start of a tree below the cut-off.

        None: it needs more packings or steps of a site than `effort` has, or more time than is left.

        A packing that is not worth less than the room above its site's value costs every plan the cut-off or more.
        """
        data, sites, wage, triples = self._data, self._sites, point.wage, point.triples
        words = 1 + wage.size // WORD
        most, steps = effort
        masks = np.empty((min(most, MOST_BYTES // (words * WORD // BYTE)), words), dtype=np.uint64)
        count, found = 0, []
        for k, j in enumerate(sites.tolist() if point.bound < cutoff else []):
            known = data.fixed[j] - point.values[k] - (cutoff - point.bound)
            new = list_site(
                data.by_site[j], wage, data.demand, data.room[j], self._least[j], triples, known,
                masks[count:], int(min(steps, clock.left_s * STEPS_OF_A_SECOND)),
            )  # fmt: skip
            if new < 0:
                return None
            found.append(masks[count : count + new])
            count += new
        return Start(
            packings=listed(found or [masks[:0]] * sites.size, data, sites),
            places=sites.size,
            demand=data.demand,
            wage=wage,
            price=triples.price,
            rows=rows_on_triples(triples.clients, wage.size),
            left_out=cutoff,
        )


def start_of(problem: Problem, relaxed: Relaxed, cutoff: float, clock: Clock) -> Start | None:
    """Return the start of a tree over the decided sites below the cut-off, or one nearer to the bound.

    None: there are too many packings, or no time was left.
    """
    lister = Lister(problem, relaxed.state)
    point = lister.at(relaxed.dual.wage, relaxed.triples)
    if point.bound >= cutoff:
        return lister.start(point, cutoff, (0, 0), clock)
    if lister.start(point, point.bound + SHORT * (cutoff - point.bound), (FEW, QUICK), clock) is None:
        return None
    for part in PARTS:
        start = lister.start(point, point.bound + part * (cutoff - point.bound), (MANY, LONG), clock)
        if start is not None or clock.is_over:
            return start
    return None
