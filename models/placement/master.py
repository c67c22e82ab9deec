"""The program over the options alone: cuts, one option a site, the number of new sites, and what must be served.

    max  s - sum_k cost_k y_k      over y in {0, 1} for the options of sites that may be built
    s <= constant + worth y                                    each cut
    sum of y_k over a site <= 1 (= 1 if forced open)           each such site
    least <= sum y <= most
    sum of y_k over the options that serve flow f >= 1         each flow without a direct way (distinct rows only)
    constant + worth y >= amount of such flows                 each feasibility cut

Standing options are constants (1). A few hundred binaries: HiGHS needs about 0.02 s.
"""

from dataclasses import dataclass, field

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.placement.cuts import Cut
from models.placement.goal import Goal
from models.placement.offers import Offers
from models.program import Matrix, Program
from models.solver import Solver
from models.status import Status

FLOAT_DUST = 1e-9  # bounds give way by this much (relative), for the solver's and our own rounding
HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row `low <= weight y + level s <= high` over all options and the saving s."""

    weight: Floats
    level: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Options that may be best, and the bound: no choice saves more (net of fixed costs) than this."""

    opened: Flags | None
    bound: float
    is_infeasible: bool = False


@dataclass(slots=True)
class Master:
    """Collects cuts and proposes options."""

    offers: Offers
    forced: Indices
    cuts: list[Cut] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows.extend(self._site_rows())
        self.rows.extend(covering_rows(self.offers))

    def add(self, cut: Cut) -> None:
        """Add a cut on the saving."""
        self.cuts.append(cut)

    def require(self, cut: Cut, amount: float) -> None:
        """Ask that the bound of `cut` be at least `amount`."""
        self.rows.append(Row(weight=cut.worth, level=0.0, low=amount * (1 - FLOAT_DUST) - cut.constant, high=np.inf))

    def propose(self, least: int, most: int, slack: float, goal: Goal, solver: Solver) -> Proposal:
        """Return options that all cuts together like best, within `slack`, with `least` to `most` new sites."""
        program = self._program(least, most)
        likely = self.simple_bound(least, most)
        relative = slack / max(abs(likely), slack, 1.0)
        outcome = solver.mip(program, relative_gap=relative, seed=goal.seed, limit_s=goal.clock.left_s, is_small=True)
        if outcome.status is Status.INFEASIBLE:
            return Proposal(opened=None, bound=-np.inf, is_infeasible=True)
        bound = min(-outcome.bound + FLOAT_DUST * max(1.0, abs(outcome.bound)), likely)
        if not outcome.values.size:
            return Proposal(opened=None, bound=bound)
        opened = self.offers.standing.copy()
        opened[self._free] = outcome.values[:-1] > HALF
        return Proposal(opened=opened, bound=bound)

    def simple_bound(self, least: int, most: int) -> float:
        """Return a bound without any solver: of each cut the best options, site by site."""
        return min((self._bound_of(cut, least, most) for cut in self.cuts), default=np.inf)

    def simple_choice(self, cut: Cut, least: int, most: int) -> Flags:
        """Return the options that `cut` likes best, site by site."""
        worth, option = self._best_of_sites(cut)
        opened = self.offers.standing.copy()
        opened[option[self._picked(worth, least, most)]] = True
        return opened

    @property
    def _free(self) -> Indices:
        return np.flatnonzero(~self.offers.standing)

    def _bound_of(self, cut: Cut, least: int, most: int) -> float:
        worth, _ = self._best_of_sites(cut)
        standing = self.offers.standing
        fixed = float((cut.worth - self.offers.cost)[standing].sum())
        return cut.constant + fixed + float(worth[self._picked(worth, least, most)].sum())

    def _best_of_sites(self, cut: Cut) -> tuple[Floats, Indices]:
        """Return per new site the value and the index of its best option under one cut."""
        net = cut.worth - self.offers.cost
        order = self._free[np.lexsort((-net[self._free], self.offers.site[self._free]))]
        _, first = np.unique(self.offers.site[order], return_index=True)
        return net[order[first]], order[first]

    def _picked(self, worth: Floats, least: int, most: int) -> Indices:
        forced = np.isin(self.offers.new_sites, self.forced)
        order = np.lexsort((-worth, ~forced))
        rank = np.arange(order.size)
        wanted = forced[order] | (rank < least) | ((worth[order] > 0) & (rank < most))
        return order[wanted]

    def _site_rows(self) -> list[Row]:
        return [
            Row(
                weight=((self.offers.site == site) & ~self.offers.standing).astype(np.float64),
                level=0.0,
                low=1.0 if site in self.forced else 0.0,
                high=1.0,
            )
            for site in self.offers.new_sites
        ]

    def _program(self, least: int, most: int) -> Program:
        free, standing = self._free, self.offers.standing
        count_row = Row(weight=(~standing).astype(np.float64), level=0.0, low=least, high=most)
        cut_rows = [Row(weight=-cut.worth, level=1.0, low=-np.inf, high=cut.constant) for cut in self.cuts]
        rows = [*self.rows, count_row, *cut_rows]
        dense = np.array([np.append(row.weight[free], row.level) for row in rows])
        given = np.array([float(row.weight[standing].sum()) for row in rows])
        at_row, at_column = np.nonzero(dense)
        return Program(
            cost=np.append(self.offers.cost[free], -1.0),
            lower=np.append(np.zeros(free.size), -np.inf),
            upper=np.append(np.ones(free.size), np.inf),
            matrix=Matrix(row=at_row, column=at_column, value=dense[at_row, at_column]),
            row_lower=np.array([row.low for row in rows]) - given,
            row_upper=np.array([row.high for row in rows]) - given,
            integer=np.append(np.ones(free.size, dtype=np.bool_), False),  # the saving is continuous
            offset=self.offers.fixed_cost(standing),
        )


def covering_rows(offers: Offers) -> list[Row]:
    """Return that every flow without a direct way needs an open option that serves it; equal rows stand once."""
    served = np.zeros((offers.amount.size, offers.slots), dtype=np.bool_)
    must = offers.must[offers.flow]
    served[offers.flow[must], offers.slot[must]] = True
    slots = np.unique(served[offers.must], axis=0)
    position = offers.site[:, None] * offers.resources + np.arange(offers.resources)
    serves = [(pattern[position] & (offers.capacity > 0)).any(axis=1) for pattern in slots]
    rows = [Row(weight=options.astype(np.float64), level=0.0, low=1.0, high=np.inf) for options in serves]
    needed = float(offers.amount[offers.must].sum()) * (1 - FLOAT_DUST)
    room = np.minimum(offers.capacity.sum(axis=1), needed)
    return [*rows, Row(weight=room, level=0.0, low=needed, high=np.inf)] if rows else []
