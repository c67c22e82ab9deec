"""Network design as a mixed-integer program, with the strong inequalities that are wanted.

    x_ka: share of commodity k on link a;  sum_k d_k x_ka / u_a <= y_a;  x_ka <= y_a (strong);  sum_a f_a y_a <= budget
    sum_{a not in S} y_a - sum_{a in S} y_a >= 1 - |S|      each set S of links that is known and not asked for again

The strong inequalities make the relaxation tight (Chouman, Crainic, Gendron, Transportation Science 51, 2017) and the
program large: for large instances only those count whose flow the Lagrangian bound's average uses.
"""

from dataclasses import dataclass
from functools import partial
from math import inf

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.clock import Clock
from models.commodities.pairs import Pairs
from models.program import HALF, Matrix, Program
from models.solver import Outcome, Solver
from models.status import Status

SMALL = 1000  # flows up to which the solver's restarts take longer than its tree
DUST = 1e-7  # of a commodity: less flow is the solver's rounding
FLOAT_DUST = 1e-9  # the bound gives way by this much (relative), for the solver's tolerance
SLIGHT = 1e-6  # of a link's room: a commodity that takes less has its strong inequality always
ROUNDING = 1e-12  # of a link's room: of the sum of what it is to hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Textbook:
    """The program over the links `at`; its variables are y [at] and x (`commodity`, `place` among `at`)."""

    pairs: Pairs
    fixed_cost: Floats
    must: Flags
    budget: float
    at: Indices
    commodity: Indices
    place: Indices
    strong: Flags
    known: tuple[Flags, ...] = ()

    @classmethod
    def of(
        cls,
        pairs: Pairs,
        fixed: tuple[Floats, Flags, float],
        links: Flags,
        strong: Flags | None,
        known: tuple[Flags, ...] = (),
    ) -> "Textbook":
        """Return the program over some `links`; `fixed`: fixed costs, links to be built, budget.

        `strong` [commodity, link]: which strong inequalities to have; None: all. `known` [set] of links [link] that are
        not asked for again.
        """
        fixed_cost, must, budget = fixed
        usable = np.isfinite(np.broadcast_to(pairs.unit_cost, (pairs.amount.size, links.size)))
        at = np.flatnonzero(links | must)
        commodity, place = np.nonzero(usable[:, at])
        slight = pairs.amount[commodity] <= SLIGHT * pairs.capacity[at[place]]
        wanted = np.ones(place.size, dtype=np.bool_) if strong is None else strong[commodity, at[place]] | slight
        return cls(
            pairs=pairs,
            fixed_cost=fixed_cost,
            must=must,
            budget=budget,
            at=at,
            commodity=commodity,
            place=place,
            strong=wanted,
            known=known,
        )

    @property
    def unit(self) -> float:
        """Return the unit of cost the solver is given: the largest cost of building a link or moving a commodity."""
        moving = self._costs * self.pairs.amount[self.commodity]
        return max(float(moving.max(initial=0.0)), float(self.fixed_cost[self.at].max(initial=0.0))) or 1.0

    def solve(self, solver: Solver, relative_gap: float, seed: int, limit_s: float) -> Outcome:
        """Return the solver's answer, in its unit of cost; `limit_s` counts from now, the building included.

        Where sets are known, "infeasible" says that these are all, and is asked twice.
        """
        clock = Clock(limit_s)
        program = self.program()
        ask = partial(solver.mip, program, relative_gap=relative_gap, seed=seed, is_small=self.place.size < SMALL)
        outcome = ask(limit_s=clock.left_s)
        if self.known and outcome.status is Status.INFEASIBLE:
            return ask(limit_s=clock.left_s, presolve=False)
        return outcome

    def bound(self, outcome: Outcome) -> float:
        """Return the cost below which no plan on these links is."""
        return (outcome.bound - FLOAT_DUST * max(abs(outcome.bound), 1.0)) * self.unit

    def program(self) -> Program:
        """Return the mixed-integer program."""
        pairs, nodes, links = self.pairs, self.pairs.nodes, self.at.size
        amount, room = pairs.amount[self.commodity], pairs.capacity[self.at]
        x = links + np.arange(self.place.size)
        tail, head = pairs.tail[self.at][self.place], pairs.head[self.at][self.place]
        moves = tail != head
        balance = self.commodity * nodes
        rows = pairs.amount.size * nodes
        each = np.arange(links)
        strong = np.flatnonzero(self.strong)
        beside = rows + links + np.arange(strong.size)
        last = np.full(links, rows + links + strong.size)
        most = np.minimum(np.divide(room[self.place], amount, out=np.ones(x.size), where=amount > 0), 1.0)
        costs = self.fixed_cost[self.at]
        scale = float(costs.max(initial=0.0)) or 1.0
        part = amount / np.where(room > 0, room, 1.0)[self.place]
        fills = self._fills(part)
        scarce = np.flatnonzero(np.bincount(self.place[fills], minlength=links) > 0)
        blocks = (
            ((balance + tail)[moves], x[moves], 1.0),
            ((balance + head)[moves], x[moves], -1.0),
            (rows + self.place[fills], x[fills], part[fills]),
            (rows + scarce, scarce, -1.0),
            (beside, x[strong], 1.0),
            (beside, self.place[strong], -most[strong]),
            (last, each, costs / scale),
        )
        share = np.zeros((pairs.amount.size, nodes))
        np.add.at(share, (np.arange(len(share)), pairs.origin), 1.0)
        np.subtract.at(share, (np.arange(len(share)), pairs.destination), 1.0)
        none = np.full(links + strong.size, -inf)
        other, least = self._other_than_known(int(rows + links + strong.size + 1))
        unit = self.unit
        return Program(
            cost=np.concatenate([costs, self._costs * amount]) / unit,
            lower=np.concatenate([self.must[self.at].astype(np.float64), np.zeros(x.size)]),
            upper=np.ones(links + x.size),
            matrix=Matrix.stack(*blocks, *other),
            row_lower=np.concatenate([share.ravel(), none, [-inf], least]),
            row_upper=np.concatenate(
                [share.ravel(), np.zeros(none.size), [self.budget / scale], np.full(len(other), inf)]
            ),
            integer=np.concatenate([np.ones(links, dtype=np.bool_), np.zeros(x.size, dtype=np.bool_)]),
        )

    def _other_than_known(self, first: int) -> tuple[list[tuple[Indices, Indices, Floats]], Floats]:
        """Return the rows from `first` on that each forbid a known set, and what they are at least.

        A set with a link that the program does not have needs none.
        """
        has = np.zeros(self.pairs.tail.size, dtype=np.bool_)
        has[self.at] = True
        sets = [each[self.at] for each in self.known if not (each & ~has).any()]
        each = np.arange(self.at.size)
        blocks = [
            (np.full(self.at.size, first + row), each, np.where(inside, -1.0, 1.0)) for row, inside in enumerate(sets)
        ]
        return blocks, np.array([1.0 - inside.sum() for inside in sets])

    def _fills(self, part: Floats) -> Indices:
        """Return the entries that the rows of room count; `part` [entry] of the link's room is what each takes at most.

        Where all commodities of a link fit at once, its strong inequalities say all that its row of room does, and it
        is left out: HiGHS's presolve makes wrong proofs of coefficients billions apart.
        """
        links = self.at.size
        total = np.bincount(self.place, weights=part, minlength=links)
        is_weak = np.bincount(self.place, weights=~self.strong, minlength=links) > 0
        fits = (total <= 1.0 + ROUNDING) & ~is_weak
        return np.flatnonzero(~fits[self.place])

    def routes(self, outcome: Outcome) -> tuple[Indices, Indices, Floats]:
        """Return the flow that was found: commodity, link, amount."""
        share = outcome.values[self.at.size :]
        used = share > DUST
        return self.commodity[used], self.at[self.place[used]], share[used] * self.pairs.amount[self.commodity[used]]

    def built(self, outcome: Outcome) -> Flags:
        """Return the links that were built [link]."""
        built = self.must.copy()
        built[self.at[outcome.values[: self.at.size] > HALF]] = True
        return built

    @property
    def _costs(self) -> Floats:
        rows = self.pairs.unit_cost
        row = self.commodity if len(rows) > 1 else np.zeros_like(self.commodity)
        return np.asarray(rows[row, self.at[self.place]])
