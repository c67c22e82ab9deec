"""The requirements on openings alone that a single choice per site does not show: levels over periods, and rules.

    sum_{k of (s, t), level_k >= l} y_k >= sum_{k of (s, t-1), level_k >= l} y_k      each site, period t >= 1, level l
    rule_low_r <= sum_k weight_rk y_k <= rule_high_r                                  each rule

Rules are scaled so that their largest weight is 1, and give way by 1e-9 of it (`GIVES_WAY`): a budget that is spent to
the last coin should not fail for a rounding.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats, Indices
from models.placement.instance import Instance
from models.program import Matrix

Requirement = tuple[str | int, ...]

GIVES_WAY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRows:
    """Rows `low <= matrix y <= high` over options; [row] which requirement it is, and the caller's unit for 1 here."""

    matrix: Matrix
    low: Floats
    high: Floats
    names: tuple[Requirement, ...]
    unit: Floats


def opening_rows(instance: Instance, options: Indices, gives_way: float = GIVES_WAY) -> OpeningRows:
    """Return the rows of levels and rules over `options`; the others are closed."""
    levels = _level_entries(instance, options)
    columns, weights, names = [entry[0] for entry in levels], [entry[1] for entry in levels], [e[2] for e in levels]
    low, high, unit = [0.0] * len(levels), [np.inf] * len(levels), [1.0] * len(levels)
    for rule in range(instance.terms.rule_low.size):
        column, weight, (least, most, scale) = _rule(instance, options, rule, gives_way)
        columns.append(column)
        weights.append(weight)
        low.append(least)
        high.append(most)
        unit.append(scale)
        names.append(("rule", rule))
    rows = np.repeat(np.arange(len(columns)), [column.size for column in columns])
    none = np.empty(0, dtype=np.intp)
    return OpeningRows(
        matrix=Matrix.stack((rows, np.concatenate([none, *columns]), np.concatenate([np.empty(0), *weights]))),
        low=np.array(low),
        high=np.array(high),
        names=tuple(names),
        unit=np.array(unit),
    )


def _level_entries(instance: Instance, options: Indices) -> list[tuple[Indices, Floats, Requirement]]:
    """Return (options, weights, name) of each row "no lower than the period before"; equal rows stand once."""
    terms = instance.terms
    site, period, level = instance.option_site[options], terms.option_period[options], terms.option_level[options]
    entries: list[tuple[Indices, Floats, Requirement]] = []
    for at in range(1, terms.periods):
        for place in np.unique(site[period == at - 1]).tolist():
            before = np.flatnonzero((site == place) & (period == at - 1))
            now = np.flatnonzero((site == place) & (period == at))
            for least in np.unique(level[before]).tolist():
                was, stays = before[level[before] >= least], now[level[now] >= least]
                weight = np.concatenate([np.ones(stays.size), -np.ones(was.size)])
                entries.append((np.concatenate([stays, was]), weight, ("level", place, at, least)))
    return entries


def _rule(
    instance: Instance, options: Indices, rule: int, gives_way: float
) -> tuple[Indices, Floats, tuple[float, float, float]]:
    """Return the columns, the scaled weights, the scaled bounds and the scale of a rule."""
    terms = instance.terms
    entries = np.flatnonzero(terms.rule_row == rule)
    weight: Floats = np.zeros(instance.option_site.size)
    np.add.at(weight, terms.rule_option[entries], terms.rule_weight[entries])
    scale = float(np.abs(weight).max(initial=0.0)) or 1.0
    weight = weight[options] / scale
    low, high = float(terms.rule_low[rule]) / scale, float(terms.rule_high[rule]) / scale
    column = np.flatnonzero(weight)
    slack = [gives_way * max(1.0, abs(bound)) if np.isfinite(bound) else 0.0 for bound in (low, high)]
    return column, weight[column], (low - slack[0], high + slack[1], scale)
