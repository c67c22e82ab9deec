"""Capacitated location as its engines see it: sites in rows, every cost finite, counts made tight."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.arrays import Flags, Floats, Indices, thawed
from models.relaxation.site_knapsacks import CLOSED, FREE, OPEN, Data

LARGEST_WHOLE = 1e8  # sums of larger costs may lose whole units
ROOM_DUST = 1e-9  # relative to all demand: less is rounding


@dataclass(frozen=True, kw_only=True)
class Problem:
    """An instance for the engines; make it with `Problem.of`.

    Parameters
    ----------
    data
        What the kernels read. A way that does not exist costs more than any plan.
    state
        [site] CLOSED, OPEN or FREE.
    """

    data: Data
    state: Indices

    @classmethod
    def of(
        cls,
        costs: tuple[Floats, Floats],
        demand: Floats,
        room: Floats,
        state: Indices,
        count: tuple[int, int],
        *,
        is_whole: bool,
    ) -> "Problem":
        """Return the problem of the `costs` of serving [client, site] and opening [site].

        `count` bounds the number of open sites; `is_whole`: a client is served by one site.
        """
        cost, fixed = _without_gaps(*costs), costs[1].astype(np.float64)
        total = float(demand.sum())
        data = Data(
            by_site=thawed(cost.T),
            unit=np.ascontiguousarray(cost / np.where(demand > 0, demand, 1.0)[:, None]),
            demand=demand.astype(np.float64),
            # whole clients that fill a site exactly may add up to a last digit more
            room=np.minimum(room, total) * (1.0 + ROOM_DUST if is_whole else 1.0),
            fixed=fixed,
            least=max(count[0], _needed(room, demand, state)),
            most=min(count[1], int((state != CLOSED).sum())),
            need=total * (1.0 - ROOM_DUST),
            is_whole=is_whole,
        )
        return cls(data=data, state=state.astype(np.int64))

    @property
    def n_sites(self) -> int:
        """Return the number of sites."""
        return int(self.state.size)

    @property
    def n_clients(self) -> int:
        """Return the number of clients."""
        return int(self.data.demand.size)

    @cached_property
    def has_whole_values(self) -> bool:
        """Return whether every plan costs a whole number, so that bounds round up."""
        cost, fixed = self.data.by_site, self.data.fixed
        if not self.data.is_whole or cost.max(initial=0.0) > LARGEST_WHOLE:
            return False
        return bool((cost == np.round(cost)).all() and (fixed == np.round(fixed)).all())

    @cached_property
    def first_wages(self) -> Floats:
        """Return [client] what a client pays where fixed costs are spread over full sites: the weak relaxation."""
        data = self.data
        usable = (self.state != CLOSED) & (data.room > 0)
        if not usable.any():
            return np.asarray(data.by_site[self.state != CLOSED].min(axis=0), dtype=np.float64)
        toll = np.where(self.state == OPEN, 0.0, data.fixed)[usable] / data.room[usable]
        return np.asarray((data.by_site[usable] + toll[:, None] * data.demand).min(axis=0), dtype=np.float64)

    def allows(self, sites: Indices) -> bool:
        """Return whether `sites` keep the count, the forced sites and the room of all demand."""
        is_open: Flags = np.zeros(self.n_sites, dtype=np.bool_)
        is_open[sites] = True
        keeps = not (is_open & (self.state == CLOSED)).any() and not (~is_open & (self.state == OPEN)).any()
        data = self.data
        return keeps and data.least <= sites.size <= data.most and float(data.room[sites].sum()) >= data.need


def _without_gaps(cost: Floats, fixed: Floats) -> Floats:
    missing = ~np.isfinite(cost)
    if not missing.any():
        return cost
    dear = np.where(missing, 0.0, cost).max(axis=1, initial=0.0)
    filled: Floats = np.where(missing, 2.0 * (dear.sum() + fixed.sum()) + 1.0, cost)
    return filled


def _needed(room: Floats, demand: Floats, state: Indices) -> int:
    """Return the smallest number of open sites that has room for all demand, forced ones among them."""
    must, free = room[state == OPEN], np.sort(room[state == FREE])[::-1]
    lacking = float(demand.sum()) * (1.0 - ROOM_DUST) - float(must.sum())
    if lacking <= 0:
        return max(int(must.size), 1)
    return int(must.size + np.searchsorted(np.cumsum(free), lacking) + 1)
