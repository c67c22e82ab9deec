"""The doubly constrained gravity model, balanced by iterative proportional fitting.

    T_ij = a_i O_i b_j D_j exp(-beta h_ij),   sum_j T_ij = O_i,   sum_i T_ij = D_j

with O_i the tonnes of origin row i, D_j those of column j, h_ij the truck hours between them and
beta the fall per hour. The balancing factors a, b are found by fitting rows and columns in turn.

Source: A. G. Wilson, "A statistical theory of spatial distribution models", Transportation
Research 1 (1967) 253-269; W. E. Deming and F. F. Stephan, Annals of Mathematical Statistics 11
(1940) 427-444 for the fitting.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from logistics.errors import InputError

Floats = NDArray[np.float64]

TOLERANCE: Final = 1e-9
ACCEPTED: Final = 1e-6
"""Largest relative miss of a total that is taken for balanced."""
ITERATION_LIMIT: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A balanced matrix and how well it balances.

    `t_per_year` has shape [row, column]; `residual` is the largest relative miss of a row or
    column total after `iterations` rounds.
    """

    t_per_year: Floats
    iterations: int
    residual: float


def balance(rows_t: Floats, columns_t: Floats, travel_h: Floats, per_h: float) -> Balance:
    """Spread the rows' tonnes over the columns.

    Parameters
    ----------
    rows_t, columns_t
        Tonnes per year of each row and column; the columns are scaled to the rows' total.
    travel_h
        Hours between them, [row, column]; `inf` where there is no way.
    per_h
        beta, per hour.

    Raises
    ------
    InputError
        If a row with tonnes reaches no column with tonnes, or the totals cannot be met together.
    """
    total_t = float(rows_t.sum())
    if total_t == 0:
        return Balance(t_per_year=np.zeros_like(travel_h), iterations=0, residual=0.0)
    if float(columns_t.sum()) <= 0:
        raise InputError("gravity model: no destination of this channel takes freight")
    target_t = columns_t * (total_t / columns_t.sum())
    start = _deterrence(travel_h, per_h) * (rows_t > 0)[:, None] * (target_t > 0)[None, :]
    _require_reach(start.sum(axis=1), rows_t, "row")
    _require_reach(start.sum(axis=0), target_t, "column")
    return _fit(start, rows_t, target_t)


def _deterrence(travel_h: Floats, per_h: float) -> Floats:
    """Return exp(-beta h), each row measured from its nearest column so that nothing underflows."""
    nearest_h = np.min(travel_h, axis=1, keepdims=True, initial=np.inf)
    offset_h = np.where(np.isfinite(nearest_h), nearest_h, 0.0)
    return np.exp(-per_h * (travel_h - offset_h))


def _require_reach(mass: Floats, wanted_t: Floats, what: str) -> None:
    lost = np.flatnonzero((wanted_t > 0) & (mass == 0))
    if lost.size:
        raise InputError(f"gravity model: {what}s {lost.tolist()} have freight but reach no other end")


def _fit(matrix: Floats, rows_t: Floats, target_t: Floats) -> Balance:
    residual, iteration = np.inf, 0
    while residual > TOLERANCE and iteration < ITERATION_LIMIT:
        matrix = matrix * _ratio(target_t, matrix.sum(axis=0))[None, :]
        reached_t = matrix.sum(axis=1)
        residual = float(np.max(np.abs(reached_t - rows_t)) / rows_t.max())
        matrix = matrix * _ratio(rows_t, reached_t)[:, None]
        iteration += 1
    if residual > ACCEPTED:
        raise InputError(
            f"gravity model: does not balance (a total is missed by {residual:.1%} after {iteration} rounds): "
            "some origins reach too few destinations"
        )
    return Balance(t_per_year=matrix, iterations=iteration, residual=residual)


def _ratio(wanted: Floats, found: Floats) -> Floats:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)
