"""Improve a plan of whole clients on its sites, a dozen neighbouring ones at a time, by all packings near their best.

The wages and prices that prove what plans on a choice of sites cost say which packings good plans hold: all but a few
lie within a tenth of the gap above their site's least. Exchanges over the list of these (`heuristics.listed_groups`)
take whole groups of sites, where those of single clients, or of a few sites, find nothing more.
"""

import numpy as np

from models.arrays import Indices
from models.capacitated.packing_program import running
from models.capacitated.packing_start import Lister
from models.capacitated.packing_tree import Start
from models.capacitated.plans import Plans
from models.capacitated.strengthening import Relaxed
from models.clock import Clock
from models.heuristics.listed_groups import Shelf, exchange_some
from models.relaxation.listed_packings import value_of
from models.relaxation.site_knapsacks import OPEN, Data

ROOM, NARROWER, TRIES = 0.12, 0.7, 8  # of the gap, and of the room where there are too many
MOST, STEPS = 20_000, 5_000_000  # packings, and steps of a site's search
NEAREST = 6_000  # packings that are looked at first
WORTH = 0.3  # of the gap of the choice: a plan that costs so much more than the best is left as it is
SIZES = 6, 8, 10, 12, 14  # sites of a group
MOST_STEPS = 5_000  # of one group
SLICE = 10  # groups between two looks at the clock
SHARE = 0.015  # of the time, at most


class PackingExchange:
    """Exchanges on the decided sites of `relaxed`; `plans` keeps what is best."""

    def __init__(self, plans: Plans, relaxed: Relaxed, clock: Clock, seed: int) -> None:
        self._plans, self._clock = plans, clock
        self._draw = np.random.default_rng(seed)
        self._sites = np.flatnonzero(relaxed.state == OPEN)
        self._bound, self._reach = -np.inf, np.inf
        self._shelf = self._filled(relaxed)

    def improved(self, at: Indices) -> Indices | None:
        """Return a plan [client] that no exchange was seen to better; None: a site stays overfull, as in `at`.

        The nearest packings lead most of the way in a tenth of the time; all are looked at if that comes near the best.
        """
        place, shelf, value = np.searchsorted(self._sites, at), self._shelf, self._plans.value
        if shelf is not None:
            clock = self._clock.part(SHARE)
            self._exchange(shelf, place, self._reach, clock)
            worth = value + WORTH * (value - self._bound)
            if self._reach < np.inf and self._plans.cost(self._sites, self._sites[place]) < worth:
                self._exchange(shelf, place, np.inf, clock)
        data = self._plans.problem.data
        if (np.bincount(place, data.demand, self._sites.size) > data.room[self._sites]).any():
            return None
        better: Indices = self._sites[place]
        self._plans.keep_whole(self._sites, better)
        return better

    def _exchange(self, shelf: Shelf, place: Indices, reach: float, clock: Clock) -> None:
        for size in sorted({min(size, self._sites.size) for size in SIZES}):
            idle = 0
            while idle < self._sites.size and not clock.is_over:
                seed = int(self._draw.integers(2**31))
                saved = exchange_some(shelf, place, size, SLICE, reach, MOST_STEPS, seed)
                idle = 0 if saved > 0.0 else idle + SLICE

    def _filled(self, relaxed: Relaxed) -> Shelf | None:
        """Return the packings nearest to their site's least, as many as are soon searched; None: there are too many."""
        clock = self._clock.part(SHARE)
        if clock.left_s <= 0.0:
            return None
        lister = Lister(self._plans.problem, relaxed.state)
        point = lister.at(relaxed.dual.wage, relaxed.triples)
        self._bound = point.bound
        room = ROOM * (self._plans.value - point.bound)
        if not np.isfinite(room) or room <= 0.0:
            return None
        for _ in range(TRIES):
            start = lister.start(point, point.bound + room, (MOST, STEPS), clock)
            if start is not None:
                shelf = _shelf_of(self._plans.problem.data, self._sites, start, relaxed.triples.clients, room)
                if shelf.extra.size > NEAREST:
                    self._reach = float(np.partition(shelf.extra, NEAREST)[NEAREST])
                return shelf
            if clock.is_over:
                return None
            room *= NARROWER
        return None


def _shelf_of(data: Data, sites: Indices, start: Start, triples: Indices, room: float) -> Shelf:
    """Return the packings of a start, which has these rows, by place and by what each costs beyond the least."""
    packings = start.packings
    value, least = np.empty(packings.cost.size), np.full(sites.size, np.inf)
    value_of(packings, np.arange(value.size), start.wage, start.rows, start.price, value, least)
    extra = value - least[packings.place]
    order = np.lexsort((extra, packings.place))
    size = np.diff(packings.first)[order]
    first = np.concatenate([[0], np.cumsum(size)])
    client = packings.client[running(size) + np.repeat(packings.first[:-1][order], size)]
    place = packings.place[order]
    held = np.zeros((sites.size, data.demand.size))
    np.add.at(held, (np.repeat(place, size), client), 1.0)
    begins = np.searchsorted(place, np.arange(sites.size + 1))
    held /= np.maximum(np.diff(begins), 1)[:, None]
    return Shelf(
        start=begins, first=first, client=client, cost=packings.cost[order], extra=extra[order], least=least,
        wage=start.wage, price=start.price, triples=triples, by_place=np.ascontiguousarray(data.by_site[sites]),
        fixed=data.fixed[sites], near=np.einsum("pi,qi->pq", held, held),
        demand=data.demand, room=data.room[sites], penalty=room,
    )  # fmt: skip
