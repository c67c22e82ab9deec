"""What is made small of the costs of the scenarios: their mean, the mean of the worst, or the largest regret.

    expected    sum_s p_s c_s
    cvar        min_eta  eta + sum_s p_s max(c_s - eta, 0) / (1 - level)     (Rockafellar, Uryasev, Journal of Risk 2,
                                                                             2000); level 0: the mean
    regret      max_s (c_s - against_s)                                      (Savage, JASA 46, 1951)

All three never fall when a cost rises, so bounds on the costs bound them. As rows of a program:

    cvar        z_s + eta - c_s >= 0,  z >= 0                regret      t - c_s >= -against_s
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.arrays import Floats, Indices, dot
from models.placement.offers import Offers
from models.program import Matrix

LARGEST = 1e6  # of costs in a program's unit: beyond that rows that compare costs are more than a solver can take

Kind = Literal["expected", "cvar", "regret"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """How the costs of the scenarios count; `probability` is [scenario]."""

    kind: Kind
    probability: Floats
    level: float

    @property
    def is_mean(self) -> bool:
        """Return whether it is the mean."""
        return self.kind == "expected" or (self.kind == "cvar" and self.level == 0)

    @property
    def counts_all(self) -> bool:
        """Return whether every scenario's cost counts, not that of the worst or the likely alone."""
        return self.is_mean and bool((self.probability > 0).all())

    def value(self, cost: Floats, against: Floats) -> float:
        """Return the risk of the costs [scenario]; `against` [scenario] is what regret is measured from."""
        if self.kind == "regret":
            return float((cost - against).max()) if np.isfinite(cost).all() else np.inf
        if self.is_mean or not np.isfinite(cost[self.probability > 0]).all():
            return dot(*self._likely(cost))
        return self._mean_of_worst(*self._likely(cost))

    def _likely(self, cost: Floats) -> tuple[Floats, Floats]:
        likely = self.probability > 0  # 0 times inf is no number
        return cost[likely], self.probability[likely]

    def _mean_of_worst(self, cost: Floats, probability: Floats) -> float:
        """Return the mean of the worst 1 - level; an `eta` that is best is one of the costs."""
        order = np.argsort(cost)
        cost, probability = cost[order], probability[order]
        reached = np.searchsorted(np.cumsum(probability), self.level, side="left")
        eta = float(cost[min(int(reached), cost.size - 1)])
        return eta + dot(probability, np.maximum(cost - eta, 0.0)) / (1.0 - self.level)


def unit_and_base(scenarios: Sequence[Offers]) -> tuple[float, float]:
    """Return the caller's money for 1 in a program of all scenarios, and what to take off every cost before.

    The unit is the scenarios' own, near which their savings are 1, where that does not make their costs too large. A
    common size of all costs would hide their differences from a solver's tolerances.
    """
    fixed = [offers.constant + offers.fixed_cost(offers.standing) for offers in scenarios]
    costs = [each * offers.unit for each, offers in zip(fixed, scenarios, strict=True)]
    unit = max(float(np.mean([offers.unit for offers in scenarios])), max(costs) / LARGEST)
    return unit, float(np.mean(costs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What a program needs to make a risk small: `cost` of its columns and, after them, of `extra` new ones.

    `matrix` has a row for each entry of `low`, over all columns; the new columns are `lower` or more.
    """

    cost: Floats
    lower: Floats
    matrix: Matrix
    low: Floats
    offset: float


def objective_of(risk: Risk, costs: Matrix, columns: int, offset: Floats, against: Floats) -> Objective:
    """Return the objective where scenario s costs `offset[s]` + row s of `costs` over the program's columns."""
    scenarios, none = offset.size, np.empty(0, dtype=np.intp)
    if risk.is_mean:
        cost = np.zeros(columns)
        np.add.at(cost, costs.column, risk.probability[costs.row] * costs.value)
        empty = Matrix(row=none, column=none, value=np.empty(0))
        total = dot(risk.probability, offset)
        return Objective(cost=cost, lower=np.empty(0), matrix=empty, low=np.empty(0), offset=total)
    rows, first = np.arange(scenarios), np.full(scenarios, columns)
    blocks: list[tuple[Indices, Indices, Floats | float]] = [
        (costs.row, costs.column, -costs.value),
        (rows, first, 1.0),
    ]
    own, lower, low = np.ones(1), np.zeros(1), offset - against  # no regret is below 0
    if risk.kind == "cvar":
        blocks.append((rows, columns + 1 + rows, 1.0))
        own = np.append(own, risk.probability / (1.0 - risk.level))
        lower, low = np.append(-np.inf, np.zeros(scenarios)), offset
    return Objective(
        cost=np.append(np.zeros(columns), own), lower=lower, matrix=Matrix.stack(*blocks), low=low, offset=0.0
    )
