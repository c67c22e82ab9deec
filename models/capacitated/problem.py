"""Capacitated location as its engines see it: sites in rows, every cost finite, counts made tight."""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, Indices

CLOSED, OPEN, FREE = 0, 1, 2  # as in models.relaxation.site_knapsacks
LARGEST_WHOLE = 1e8  # sums of larger costs may lose whole units
ROOM_DUST = 1e-9  # relative to all demand: less is rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An instance for the engines; make it with `Problem.of`.

    Parameters
    ----------
    by_site
        [site, client] cost of serving all of a client; a way that does not exist costs more than any plan.
    unit
        [client, site] the same for one unit of demand (all of the client where the demand is 0).
    demand, room, fixed
        [client] demand, [site] capacity, [site] fixed cost.
    state
        [site] CLOSED, OPEN or FREE.
    least, most
        Bounds on the number of open sites, at least as many as the demand needs.
    is_single
        Every client is served whole by one site.
    """

    by_site: Floats
    unit: Floats
    demand: Floats
    room: Floats
    fixed: Floats
    state: Indices
    least: int
    most: int
    is_single: bool
    has_gaps: bool

    @classmethod
    def of(  # noqa: PLR0913  (the arrays of the instance)
        cls,
        cost: Floats,
        fixed: Floats,
        demand: Floats,
        room: Floats,
        *,
        state: Indices,
        count: tuple[int, int],
        is_single: bool,
    ) -> "Problem":
        """Return the problem of `cost` [client, site]; `count` bounds the number of open sites."""
        missing = ~np.isfinite(cost)
        if missing.any():
            dear = np.where(missing, 0.0, cost).max(axis=1, initial=0.0)
            cost = np.where(missing, 2.0 * (dear.sum() + fixed.sum()) + 1.0, cost)
        return cls(
            by_site=np.ascontiguousarray(cost.T),
            unit=np.ascontiguousarray(cost / np.where(demand > 0, demand, 1.0)[:, None]),
            demand=np.ascontiguousarray(demand, dtype=np.float64),
            room=np.ascontiguousarray(np.minimum(room, demand.sum()), dtype=np.float64),
            fixed=np.ascontiguousarray(fixed, dtype=np.float64),
            state=state.astype(np.int64),
            least=max(count[0], _needed(room, demand, state)),
            most=min(count[1], int((state != CLOSED).sum())),
            is_single=is_single,
            has_gaps=bool(missing.any()),
        )

    @property
    def has_whole_values(self) -> bool:
        """Return whether every plan costs a whole number, so that bounds round up."""
        if not self.is_single or self.by_site.max(initial=0.0) > LARGEST_WHOLE:
            return False
        return bool((self.by_site == np.round(self.by_site)).all() and (self.fixed == np.round(self.fixed)).all())

    @property
    def need(self) -> float:
        """Return the room that all demand takes, less rounding."""
        return float(self.demand.sum()) * (1.0 - ROOM_DUST)

    @property
    def first_wages(self) -> Floats:
        """Return [client] what a client pays where fixed costs are spread over full sites: the weak relaxation."""
        usable = (self.state != CLOSED) & (self.room > 0)
        if not usable.any():
            return self.by_site.min(axis=0)
        toll = np.where(self.state == OPEN, 0.0, self.fixed)[usable] / self.room[usable]
        return np.asarray((self.by_site[usable] + toll[:, None] * self.demand).min(axis=0), dtype=np.float64)

    def allows(self, sites: Indices) -> bool:
        """Return whether `sites` keep the count, the forced sites and the room of all demand."""
        is_open: Flags = np.isin(np.arange(self.room.size), sites)
        keeps = not (is_open & (self.state == CLOSED)).any() and not (~is_open & (self.state == OPEN)).any()
        return keeps and self.least <= sites.size <= self.most and float(self.room[sites].sum()) >= self.need


def _needed(room: Floats, demand: Floats, state: Indices) -> int:
    """Return the smallest number of open sites that has room for all demand, forced ones among them."""
    must, free = room[state == OPEN], np.sort(room[state == FREE])[::-1]
    lacking = float(demand.sum()) * (1.0 - ROOM_DUST) - float(must.sum())
    if lacking <= 0:
        return max(int(must.size), 1 if demand.size else 0)
    covered = np.cumsum(free)
    return int(must.size + np.searchsorted(covered, lacking) + 1)
