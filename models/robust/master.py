"""The program over the openings alone: every scenario's cuts and rows, and the risk of what the scenarios cost.

    min  risk(c_1, ..., c_S)            over y in {0, 1} for the options of cells with a choice
    c_s = constant_s + sum_k cost_sk y_k - sum_p v_sp       what scenario s costs, v_sp what its part p saves
    v_sp <= constant + worth y                              each cut on it, all in one unit of money
    one option a cell, levels, rules, least <= new <= most  as in `placement.master`, once for all
    covering and feasibility rows                           of every scenario; equal ones stand once

A cut for each scenario, not one for their sum: Birge, Louveaux, European Journal of Operational Research 34, 1988.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.clock import Clock
from models.placement.cuts import Cut
from models.placement.master import Row
from models.placement.offers import Offers
from models.program import HALF, Matrix, Program
from models.robust.risk import Objective, Risk, objective_of, unit_and_base
from models.robust.scenario import Scenario
from models.solver import Outcome, Solver
from models.status import Status

FLOAT_DUST = 1e-9  # bounds give way by this much (relative), for the solver's and our own rounding
ROW_DUST = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Openings that may be best (in whole numbers or in parts), and the risk that no choice is below."""

    opened: Flags | None = None
    part: Floats | None = None
    bound: float = -np.inf
    is_infeasible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustMaster:
    """Proposes openings for all scenarios together.

    Parameters
    ----------
    against
        [scenario] what regret is measured from.
    new
        Least and largest number of new sites.
    unit, base
        The caller's money for 1 in the program, and what is taken off every cost before: a common size would hide
        the differences from a solver's tolerances.
    """

    scenarios: Sequence[Scenario]
    risk: Risk
    against: Floats
    new: tuple[int, int]
    unit: float
    base: float
    seed: int

    @classmethod
    def of(cls, scenarios: Sequence[Scenario], risk: Risk, against: Floats, new: tuple[int, int], seed: int) -> Self:
        """Return the master in a unit that suits the scenarios."""
        unit, base = unit_and_base([scenario.offers for scenario in scenarios])
        return cls(scenarios=scenarios, risk=risk, against=against, new=new, unit=unit, base=base, seed=seed)

    def propose(self, slack: float, around: float, clock: Clock, solver: Solver) -> Proposal:
        """Return openings that all cuts together like best, within `slack` of the risk, which is about `around`."""
        program = self._program()
        relative = min(slack / max(abs(around - self._base_of_risk), slack, self.unit), 1.0)
        outcome = solver.mip(program, relative_gap=relative, seed=self.seed, limit_s=clock.left_s, is_small=True)
        if outcome.status is Status.INFEASIBLE:  # so grave a word is asked for twice
            again = solver.mip(program, relative_gap=relative, seed=self.seed, limit_s=clock.left_s, presolve=False)
            outcome = outcome if again.status is Status.NO_SOLUTION else again
        if outcome.status is Status.INFEASIBLE:
            return Proposal(is_infeasible=True, bound=np.inf)
        bound = self._bound(outcome)
        if not outcome.values.size:
            return Proposal(bound=bound)
        opened = self._offers.standing.copy()
        opened[self._free] = outcome.values[: self._free.size] > HALF
        return Proposal(opened=opened, bound=bound)

    def relaxed(self, clock: Clock, solver: Solver) -> Proposal:
        """Return the openings, in parts, that all cuts like best, and the bound."""
        outcome = solver.mip(replace(self._program(), integer=None), seed=self.seed, limit_s=clock.left_s)
        if outcome.status is not Status.OPTIMAL:
            return Proposal()
        part = self._offers.standing.astype(np.float64)
        free = np.clip(outcome.values[: self._free.size], 0.0, 1.0)
        part[self._free] = np.where(free > ROW_DUST, free, 0.0)
        return Proposal(part=part, bound=self._bound(outcome))

    @property
    def _offers(self) -> Offers:
        return self.scenarios[0].offers

    @property
    def _free(self) -> Indices:
        return np.flatnonzero(~self._offers.standing)

    @property
    def _base_of_risk(self) -> float:
        """Return what the base adds to the risk: a regret is a difference, from which it falls out."""
        return 0.0 if self.risk.kind == "regret" else self.base

    def _bound(self, outcome: Outcome) -> float:
        if not np.isfinite(outcome.bound):
            return -np.inf
        bound = outcome.bound - FLOAT_DUST * max(1.0, abs(outcome.bound))
        return bound * self.unit + self._base_of_risk

    def _program(self) -> Program:
        cuts = self._numbered_cuts()
        rows = self._opening_rows()
        columns = self._free.size + self._savings
        objective = self._objective(columns)
        extra = objective.lower.size
        opening, cutting = self._dense(rows), self._cut_matrix(cuts)
        given = np.array([float(row.weight[self._offers.standing].sum()) for row in rows])
        ceiling = np.array([cut.constant + float(cut.worth[self._offers.standing].sum()) for _, cut in cuts])
        return Program(
            cost=objective.cost,
            lower=np.concatenate([np.zeros(self._free.size), np.full(self._savings, -np.inf), objective.lower]),
            upper=np.concatenate([np.ones(self._free.size), np.full(self._savings + extra, np.inf)]),
            matrix=_stacked([(opening, len(rows)), (cutting, len(cuts)), (objective.matrix, objective.low.size)]),
            row_lower=np.concatenate(
                [np.array([row.low for row in rows]) - given, np.full(len(cuts), -np.inf), objective.low]
            ),
            row_upper=np.concatenate(
                [np.array([row.high for row in rows]) - given, ceiling, np.full(objective.low.size, np.inf)]
            ),
            integer=np.arange(columns + extra) < self._free.size,
            offset=objective.offset,
        )

    @property
    def _savings(self) -> int:
        return sum(len(scenario.parts) for scenario in self.scenarios)

    def _numbered_cuts(self) -> list[tuple[int, Cut]]:
        """Return each cut, in the program's unit, with the number of the saving that it bounds."""
        first, numbered = 0, []
        for scenario in self.scenarios:
            by = scenario.offers.unit / self.unit
            for cuts in scenario.learnt.cuts:
                numbered += [(first + part, cut.times(by)) for part, cut in enumerate(cuts)]
            first += len(scenario.parts)
        return numbered

    def _opening_rows(self) -> list[Row]:
        low, high = self.new
        rows = [Row(weight=self._offers.is_new.astype(np.float64), low=low, high=high), *self.scenarios[0].rows_of_all]
        for scenario in self.scenarios:
            rows += scenario.learnt.rows
        return list({(row.weight.tobytes(), row.low, row.high): row for row in rows}.values())

    def _dense(self, rows: list[Row]) -> Matrix:
        weights = np.array([row.weight[self._free] for row in rows])
        row, column = np.nonzero(weights)
        return Matrix(row=row, column=column, value=weights[row, column])

    def _cut_matrix(self, cuts: list[tuple[int, Cut]]) -> Matrix:
        worth = np.array([cut.worth[self._free] for _, cut in cuts]).reshape(len(cuts), -1)
        row, column = np.nonzero(worth)
        saving = np.array([at for at, _ in cuts], dtype=np.intp)
        return Matrix.stack((row, column, -worth[row, column]), (np.arange(len(cuts)), self._free.size + saving, 1.0))

    def _objective(self, columns: int) -> Objective:
        """Return the risk of the scenarios' costs less the base, in the program's unit."""
        free, first = self._free, self._free.size
        row, column, value, offset = [], [], [], []
        for at, scenario in enumerate(self.scenarios):
            offers, parts = scenario.offers, len(scenario.parts)
            by = offers.unit / self.unit
            row.append(np.full(free.size + parts, at))
            column.append(np.concatenate([np.arange(free.size), first + np.arange(parts)]))
            value.append(np.concatenate([offers.cost[free] * by, np.full(parts, -1.0)]))
            constant = offers.constant + offers.fixed_cost(offers.standing)
            offset.append((constant * offers.unit - self.base) / self.unit)
            first += parts
        costs = Matrix.stack((np.concatenate(row), np.concatenate(column), np.concatenate(value)))
        against = (self.against - self.base) / self.unit
        return objective_of(self.risk, costs, columns, np.array(offset), against)


def _stacked(blocks: list[tuple[Matrix, int]]) -> Matrix:
    """Return the blocks (matrix, rows) one below the other."""
    first = np.cumsum([0, *(rows for _, rows in blocks)])
    return Matrix.stack(
        *((each.row + start, each.column, each.value) for (each, _), start in zip(blocks, first, strict=False))
    )
