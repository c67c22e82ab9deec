"""The program over the options alone: cuts, one option a cell, levels, rules, numbers of sites, what must be served.

    max  sum_p s_p - sum_k cost_k y_k      over y in {0, 1} for the options of cells with a choice
    s_p <= constant + worth y                                  each cut on the saving of part p (`parts`)
    sum of y_k over a cell <= 1 (= 1 if it must be open)       each such cell
    low <= levels and rules of y <= high                       (`openings`)
    least <= sum of y that count as new <= most
    sum of y_k over the options that serve flow f >= 1         each flow without a direct way (distinct rows only)
    constant + worth y >= amount of such flows                 each feasibility cut
    y differs from a choice that cannot be                     each such choice

Options that are always open are constants (1). A few hundred binaries: HiGHS needs about 0.02 s.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.placement.cuts import Cut
from models.placement.goal import Goal
from models.placement.offers import Offers
from models.program import HALF, Matrix, Program
from models.solver import Solver
from models.status import Status

FLOAT_DUST = 1e-9  # bounds give way by this much (relative), for the solver's and our own rounding
ROW_DUST = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row `low <= weight y + level @ s <= high` over all options and the savings s [part]."""

    weight: Floats
    level: Floats | float = 0.0
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
    """Collects cuts, one for each part at a time, and proposes options."""

    offers: Offers
    forced: Indices
    parts: int = 1
    cuts: list[tuple[Cut, ...]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    _own_rows: int = 0  # rows that every choice keeps, whatever the freight does

    def __post_init__(self) -> None:
        self.rows.extend([*self._site_rows(), *self._opening_rows()])
        self._own_rows = len(self.rows)
        self.rows.extend(covering_rows(self.offers))

    def add(self, cuts: tuple[Cut, ...]) -> None:
        """Add a cut on the saving of each part."""
        self.cuts.append(cuts)

    def part_bound(self, part: int, opened: Flags | Floats) -> float:
        """Return what `opened` [option] saves at most in a part, as far as is known."""
        at = opened.astype(np.float64)
        return min(cuts[part].at(at) for cuts in self.cuts)

    def require(self, cut: Cut, amount: float) -> None:
        """Ask that the bound of `cut` be at least `amount`."""
        self.rows.append(Row(weight=cut.worth, low=amount - cut.constant, high=np.inf))

    def reach(self, flow: int, opened: Flags) -> None:
        """Ask for an option that opens a slot on the way of `flow`, which none open with `opened` [option] serves."""
        offers = self.offers
        inside = offers.flow == flow
        slots = np.union1d(offers.slot[inside], offers.second[inside])
        closed = np.zeros(offers.slots, dtype=np.bool_)
        closed[slots[slots >= 0]] = True
        closed &= offers.room(opened) <= 0
        position = offers.site[:, None] * offers.resources + np.arange(offers.resources)
        opens = (closed[position] & (offers.capacity > 0)).any(axis=1)
        self.rows.append(Row(weight=opens.astype(np.float64), low=1.0, high=np.inf))

    def forbid(self, opened: Flags) -> None:
        """Never propose `opened` [option] again."""
        self.rows.append(Row(weight=2.0 * opened.astype(np.float64) - 1.0, low=-np.inf, high=float(opened.sum()) - 1.0))

    def allows(self, opened: Flags) -> bool:
        """Return whether `opened` [option] keeps what is asked of openings alone, but for their number."""
        of_openings = self.rows[: self._own_rows]
        totals = np.array([float(row.weight[opened].sum()) for row in of_openings])
        low, high = (np.array([getattr(row, side) for row in of_openings]) for side in ("low", "high"))
        return bool((totals >= low - ROW_DUST).all() and (totals <= high + ROW_DUST).all())

    def propose(self, least: int, most: int, slack: float, goal: Goal, solver: Solver) -> Proposal:
        """Return options that all cuts together like best, within `slack`, with `least` to `most` new sites."""
        program = self._program(least, most)
        likely = self.simple_bound(least, most)
        relative = slack / max(abs(likely), slack, 1.0)
        outcome = solver.mip(program, relative_gap=relative, seed=goal.seed, limit_s=goal.clock.left_s, is_small=True)
        if outcome.status is Status.INFEASIBLE:  # so grave a word is asked for twice
            left_s = goal.clock.left_s
            again = solver.mip(program, relative_gap=relative, seed=goal.seed, limit_s=left_s, presolve=False)
            outcome = outcome if again.status is Status.NO_SOLUTION else again
        if outcome.status is Status.INFEASIBLE:
            return Proposal(opened=None, bound=-np.inf, is_infeasible=True)
        bound = min(-outcome.bound + FLOAT_DUST * max(1.0, abs(outcome.bound)), likely)
        if not outcome.values.size:
            return Proposal(opened=None, bound=bound)
        opened = self.offers.standing.copy()
        opened[self._free] = outcome.values[: -self.parts] > HALF
        return Proposal(opened=opened, bound=bound)

    def relaxed(self, least: int, most: int, goal: Goal, solver: Solver) -> tuple[Floats, float] | None:
        """Return the options (fractions) that all cuts like best, and the bound; None if there was no answer."""
        program = replace(self._program(least, most), integer=None)
        outcome = solver.mip(
            program, seed=goal.seed, limit_s=goal.clock.left_s
        )  # rows so alike make GLOP go in circles
        if outcome.status is not Status.OPTIMAL:
            return None
        opened = self.offers.standing.astype(np.float64)
        free = np.clip(outcome.values[: -self.parts], 0.0, 1.0)
        opened[self._free] = np.where(free > ROW_DUST, free, 0.0)
        return opened, -outcome.objective + FLOAT_DUST * max(1.0, abs(outcome.objective))

    def simple_bound(self, least: int, most: int) -> float:
        """Return a bound without any solver: of each round of cuts the best options, cell by cell."""
        return min((self._bound_of(_sum(cuts), least, most) for cuts in self.cuts), default=np.inf)

    def simple_choice(self, cuts: tuple[Cut, ...], least: int, most: int) -> Flags:
        """Return the options that `cuts` like best, cell by cell."""
        worth, option = self._best_of_sites(_sum(cuts))
        opened = self.offers.standing.copy()
        opened[option[self._picked(worth, least, most)]] = True
        return opened

    @property
    def is_simple(self) -> bool:
        """Return whether cells may be chosen one by one, and their number counts."""
        return bool((self.offers.is_new == ~self.offers.standing).all() and not self.offers.rows.low.size)

    @property
    def _free(self) -> Indices:
        return np.flatnonzero(~self.offers.standing)

    def _bound_of(self, cut: Cut, least: int, most: int) -> float:
        worth, option = self._best_of_sites(cut)
        standing = self.offers.standing
        fixed = float((cut.worth - self.offers.cost)[standing].sum())
        if self.is_simple:
            return cut.constant + fixed + float(worth[self._picked(worth, least, most)].sum())
        needed = np.isin(self.offers.site[option], self.forced)
        return cut.constant + fixed + float(np.where(needed, worth, np.maximum(worth, 0.0)).sum())

    def _best_of_sites(self, cut: Cut) -> tuple[Floats, Indices]:
        """Return per cell with a choice the value and the index of its best option under one cut."""
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
                low=1.0 if site in self.forced else 0.0,
                high=1.0,
            )
            for site in self.offers.new_sites
        ]

    def _opening_rows(self) -> list[Row]:
        matrix, weights = self.offers.rows.matrix, np.zeros((self.offers.rows.low.size, self.offers.option.size))
        weights[matrix.row, matrix.column] = matrix.value
        bounds = zip(self.offers.rows.low.tolist(), self.offers.rows.high.tolist(), strict=True)
        return [Row(weight=weight, low=low, high=high) for weight, (low, high) in zip(weights, bounds, strict=True)]

    def _program(self, least: int, most: int) -> Program:
        free, standing, own = self._free, self.offers.standing, np.eye(self.parts)
        count_row = Row(weight=self.offers.is_new.astype(np.float64), low=least, high=most)
        cut_rows = [
            Row(weight=-cut.worth, level=own[part], low=-np.inf, high=cut.constant)
            for cuts in self.cuts
            for part, cut in enumerate(cuts)
        ]
        rows = [*self.rows, count_row, *cut_rows]
        levels = np.array([np.broadcast_to(row.level, self.parts) for row in rows])
        dense = np.hstack([np.array([row.weight[free] for row in rows]), levels])
        given = np.array([float(row.weight[standing].sum()) for row in rows])
        at_row, at_column = np.nonzero(dense)
        endless = np.full(self.parts, np.inf)
        return Program(
            cost=np.concatenate([self.offers.cost[free], np.full(self.parts, -1.0)]),
            lower=np.concatenate([np.zeros(free.size), -endless]),
            upper=np.concatenate([np.ones(free.size), endless]),
            matrix=Matrix(row=at_row, column=at_column, value=dense[at_row, at_column]),
            row_lower=np.array([row.low for row in rows]) - given,
            row_upper=np.array([row.high for row in rows]) - given,
            integer=np.arange(free.size + self.parts) < free.size,  # savings are continuous
            offset=self.offers.fixed_cost(standing),
        )


def covering_rows(offers: Offers) -> list[Row]:
    """Return that every flow without a direct way needs an open option that serves it; equal rows stand once."""
    must = offers.must[offers.flow]
    flows, flow = np.unique(offers.flow[must], return_inverse=True)
    served = np.zeros((flows.size, offers.slots), dtype=np.bool_)
    served[flow, offers.slot[must]] = True
    slots = np.unique(served, axis=0)
    position = offers.site[:, None] * offers.resources + np.arange(offers.resources)
    serves = [(pattern[position] & (offers.capacity > 0)).any(axis=1) for pattern in slots]
    rows = [Row(weight=options.astype(np.float64), low=1.0, high=np.inf) for options in serves]
    needed = float(offers.amount[offers.must].sum()) * (1 - FLOAT_DUST)
    room = np.minimum(offers.capacity.sum(axis=1), needed)
    return [*rows, Row(weight=room, low=needed, high=np.inf)] if rows else []


def _sum(cuts: tuple[Cut, ...]) -> Cut:
    """Return the cut on the whole saving that those on its parts make."""
    if len(cuts) == 1:
        return cuts[0]
    return Cut(
        constant=sum(cut.constant for cut in cuts),
        worth=np.sum([cut.worth for cut in cuts], axis=0),
        edge=np.sum([cut.edge for cut in cuts], axis=0),
    )
