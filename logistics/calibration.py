"""Freight fitted to known volumes by iterative proportional fitting.

Cells c (gateway, direction, from parks or not) hold t_c tonnes; margin m knows T_m, the sum over its cells. The fit is

    t*_c = t_c x product of f_m over the margins m that hold c,   sum over the cells of m of t*_c = T_m

found by scaling one margin after the other until all hold. Of all tables that meet the margins it is the one closest to
the first in relative entropy: cells of zero stay zero, and the cross-product ratios that no margin speaks of stay. Rows
and columns of a matrix are the classic case (`biproportional`); margins may overlap in any way. Margins that contradict
each other are not an error: what they leave unmet is reported.

Source: W. E. Deming and F. F. Stephan, Annals of Mathematical Statistics 11 (1940) 427-444; I. Csiszár, "I-divergence
geometry of probability distributions and minimization problems", Annals of Probability 3 (1975) 146-158.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.errors import InputError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

TOLERANCE: Final = 1e-10
ROUND_LIMIT: Final = 5000
CELL: Final = ["far_id", "direction", "park"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A fitted table: tonnes per cell, the factor of each margin, its relative miss and the rounds it took."""

    t_per_year: Floats
    factors: Floats
    residuals: Floats
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """A known volume: the tonnes a year over some gateways, in one direction or both, from parks, the rest or all.

    `rests_on` names the rows it is known from.
    """

    name: str
    rests_on: str
    t_per_year: float
    gateway_ids: tuple[str, ...]
    direction: str | None = None
    park: bool | None = None

    def members(self, cells: pd.DataFrame) -> Flags:
        """Tell which rows with `far_id`, `direction`, `park` it holds."""
        inside = cells["far_id"].isin(self.gateway_ids)
        if self.direction is not None:
            inside &= cells["direction"] == self.direction
        if self.park is not None:
            inside &= cells["park"] == self.park
        return inside.to_numpy(dtype=np.bool_)


def rake(t_per_year: Floats, members: Flags, targets_t: Floats) -> Fit:
    """Scale cells until every margin holds.

    Parameters
    ----------
    t_per_year
        Shape (cells,), none negative.
    members
        Which margin holds which cell, shape (margins, cells).
    targets_t
        Shape (margins,), none negative.

    Raises
    ------
    InputError
        If tonnes or targets are negative or no numbers.
    """
    for name, values in (("a cell", t_per_year), ("a margin", targets_t)):
        if not (np.isfinite(values) & (values >= 0)).all():
            raise InputError(f"calibration: found {name} of {np.min(values):g} t a year, expected 0 or more")
    factors, scale = np.ones(len(targets_t)), np.ones_like(t_per_year)
    misses, rounds = _misses(t_per_year, members, targets_t), 0
    moving = True
    while moving and rounds < ROUND_LIMIT and np.max(np.abs(misses), initial=0.0) > TOLERANCE:
        for margin, inside in enumerate(members):
            reached = float((t_per_year[inside] * scale[inside]).sum())
            ratio = targets_t[margin] / reached if reached > 0 else 1.0
            scale[inside] *= ratio
            factors[margin] *= ratio
        last, misses = misses, _misses(t_per_year * scale, members, targets_t)
        # margins that contradict each other turn in a circle: what they miss stays as it is
        moving = not np.allclose(last, misses, rtol=0.0, atol=TOLERANCE)
        rounds += 1
    return Fit(t_per_year=t_per_year * scale, factors=factors, residuals=misses, rounds=rounds)


def _misses(t_per_year: Floats, members: Flags, targets_t: Floats) -> Floats:
    """Return reached less wanted over wanted; a margin of zero that is not met misses by infinity."""
    gap = members.astype(float) @ t_per_year - targets_t
    miss: Floats = np.divide(gap, targets_t, out=np.where(gap > 0, np.inf, 0.0), where=targets_t > 0)
    return miss


def biproportional(seed: Floats, rows_t: Floats, columns_t: Floats) -> Fit:
    """Fit a matrix to the totals of its rows and columns; NaN leaves a total free.

    Returns
    -------
    Fit
        `t_per_year` of the seed's shape; `factors` and `residuals` of the known totals, rows first.
    """
    at_row, at_column = (at.ravel() for at in np.indices(seed.shape))
    totals = np.concatenate([rows_t, columns_t])
    members = np.concatenate(
        [np.arange(len(rows_t))[:, None] == at_row, np.arange(len(columns_t))[:, None] == at_column]
    )
    known = ~np.isnan(totals)
    fit = rake(seed.ravel().astype(float), members[known], totals[known])
    return Fit(
        t_per_year=fit.t_per_year.reshape(seed.shape), factors=fit.factors, residuals=fit.residuals, rounds=fit.rounds
    )


def fit_margins(flows: pd.DataFrame, park_ids: Sequence[str], margins: Sequence[Margin]) -> pd.DataFrame:
    """Fit flows to known volumes.

    Parameters
    ----------
    flows
        `near_id`, `far_id`, `direction`, `t_per_year` of the year of the known volumes.
    park_ids
        The near ends that are parks or clusters.

    Returns
    -------
    DataFrame
        One row per margin, in order: `margin`, `rests_on`, `known_t_per_year`, `before_t_per_year`,
        `after_t_per_year`, `ratio_before` and `ratio_after` (over known), `factor`, `residual`, `rounds`.
    """
    cells = _as_cells(flows, park_ids).groupby(CELL, sort=True)["t_per_year"].sum().reset_index()
    amounts = cells["t_per_year"].to_numpy(float)
    members = np.array([margin.members(cells) for margin in margins], dtype=np.bool_).reshape(len(margins), len(cells))
    known = np.array([margin.t_per_year for margin in margins], dtype=float)
    fit = rake(amounts, members, known)
    before, after = members @ amounts, members @ fit.t_per_year
    return pd.DataFrame(
        {
            "margin": [margin.name for margin in margins], "rests_on": [margin.rests_on for margin in margins],
            "known_t_per_year": known, "before_t_per_year": before, "after_t_per_year": after,
            "ratio_before": _over(before, known), "ratio_after": _over(after, known),
            "factor": fit.factors, "residual": fit.residuals, "rounds": fit.rounds,
        }
    )  # fmt: skip


def _over(reached: Floats, known: Floats) -> Floats:
    ratio: Floats = np.divide(reached, known, out=np.full_like(known, np.nan), where=known > 0)
    return ratio


def scaled(
    flows: pd.DataFrame, park_ids: Sequence[str], margins: Sequence[Margin], factors: Sequence[float]
) -> pd.DataFrame:
    """Return flows, of whatever year, with the factors of the margins that hold them."""
    cells = _as_cells(flows, park_ids)
    scale = np.ones(len(flows))
    for margin, factor in zip(margins, factors, strict=True):
        scale[margin.members(cells)] *= factor
    return flows.assign(t_per_year=flows["t_per_year"] * scale)


def _as_cells(flows: pd.DataFrame, park_ids: Sequence[str]) -> pd.DataFrame:
    return flows[["far_id", "direction", "t_per_year"]].assign(park=flows["near_id"].isin(list(park_ids)))
