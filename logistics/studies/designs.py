"""The scenarios of a study: which values the factors take together.

Shares of probability are drawn first, uniform between 0 and 1, moved together where factors are correlated
(`correlation`), and become values by each factor's distribution. Sobol and Saltelli sequences are SciPy's and SALib's,
seeded.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.errors import InputError
from logistics.studies.correlation import correlated
from logistics.studies.factors import Factor

Floats = NDArray[np.float64]
Kind = Literal[
    "one_at_a_time", "grid", "factorial", "latin_hypercube", "sobol", "sobol_indices", "morris", "table", "alone"
]
MOST_SCENARIOS: Final = 1_000_000
BASE: Final = "base"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """The scenarios of a study.

    Parameters
    ----------
    kind
        How they were made.
    factors
        What varies; the columns of `points`, in their order.
    points
        A row a scenario: the value of each factor.
    labels
        [scenario] what each is, for people; unique.
    seed
        Of what was drawn.
    shares
        [scenario, factor] the shares of probability that were drawn, where points were drawn.
    levels
        Of Morris' trajectories.
    """

    kind: Kind
    factors: tuple[Factor, ...]
    points: pd.DataFrame
    labels: tuple[str, ...]
    seed: int = 0
    shares: Floats | None = None
    levels: int = 0

    def __len__(self) -> int:
        return len(self.points)

    def values(self, scenario: int) -> dict[str, float]:
        """Return the factors' values of a scenario by their names; where a cell is blank the base's value stands."""
        row = self.points.iloc[scenario]
        return {str(name): float(value) for name, value in row.items() if not np.isnan(value)}


def one_at_a_time(factors: Sequence[Factor]) -> Design:
    """Return the base, and each factor at its low and its high while the others stay at their values."""
    usual = [factor.value for factor in factors]
    rows, labels = [usual], [BASE]
    for at, factor in enumerate(factors):
        for name, value in (("low", factor.low), ("high", factor.high)):
            rows.append([*usual[:at], value, *usual[at + 1 :]])
            labels.append(f"{factor.name} {name}")
    return _design("one_at_a_time", factors, np.array(rows, dtype=np.float64), labels)


def factorial(factors: Sequence[Factor], levels: int | Sequence[int] = 2) -> Design:
    """Return every combination of evenly spread levels of each factor.

    Parameters
    ----------
    levels
        How many of each; a factor of certain values takes all of them.
    """
    counts = [levels] * len(factors) if isinstance(levels, int) else list(levels)
    if len(counts) != len(factors):
        raise InputError(f"design levels: found {len(counts)} numbers, expected one for each of {len(factors)} factors")
    sizes = [_level_count(factor, count) for factor, count in zip(factors, counts, strict=True)]
    _require_count(math.prod(sizes))
    steps = [_levels(factor, count) for factor, count in zip(factors, counts, strict=True)]
    return _design("factorial", factors, np.array(list(itertools.product(*steps)), dtype=np.float64))


def grid(first: Factor, second: Factor, levels: int | Sequence[int] = 5) -> Design:
    """Return the two-way grid of two factors."""
    made = factorial((first, second), levels)
    return _design("grid", made.factors, made.points.to_numpy(float))


def latin_hypercube(
    factors: Sequence[Factor], scenarios: int, *, seed: int = 0, correlation: Floats | None = None
) -> Design:
    """Return a Latin hypercube: every factor's range is cut into as many even shares as there are scenarios.

    Parameters
    ----------
    correlation
        [factor, factor] of the normal scores; None where the factors do not move together.
    """
    from scipy.stats import qmc  # noqa: PLC0415  (takes a second)

    _require_count(scenarios)
    shares = qmc.LatinHypercube(d=len(factors), rng=np.random.default_rng(seed)).random(scenarios)
    return _drawn("latin_hypercube", factors, shares, seed, correlation)


def sobol(factors: Sequence[Factor], scenarios: int, *, seed: int = 0, correlation: Floats | None = None) -> Design:
    """Return points of a scrambled Sobol sequence; a power of two covers the space best.

    Parameters
    ----------
    correlation
        As for `latin_hypercube`.
    """
    from scipy.stats import qmc  # noqa: PLC0415

    _require_count(scenarios)
    engine = qmc.Sobol(d=len(factors), scramble=True, rng=np.random.default_rng(seed))
    exponent = int(np.ceil(np.log2(max(scenarios, 1))))
    return _drawn("sobol", factors, engine.random_base2(exponent)[:scenarios], seed, correlation)


def sobol_indices(factors: Sequence[Factor], base_scenarios: int, *, seed: int = 0) -> Design:
    """Return the points from which first-order and total Sobol indices are computed: n (k + 2) of them.

    Parameters
    ----------
    base_scenarios
        n, a power of two.

    References
    ----------
    Saltelli et al., Computer Physics Communications 181, 2010, as SALib draws them.
    """
    from SALib.sample import sobol as draw  # noqa: PLC0415  (an extra)

    _require_count(base_scenarios * (len(factors) + 2))
    if base_scenarios < 1 or base_scenarios & (base_scenarios - 1):
        raise InputError(f"design scenarios: found {base_scenarios}; Sobol indices take a power of two, as 64 or 128")
    shares = draw.sample(problem(factors), base_scenarios, calc_second_order=False, seed=seed)
    return _drawn("sobol_indices", factors, shares, seed, None)


def morris(factors: Sequence[Factor], trajectories: int, *, levels: int = 4, seed: int = 0) -> Design:
    """Return trajectories in which one factor changes at a time (Morris, Technometrics 33, 1991): r (k + 1) points."""
    from SALib.sample import morris as draw  # noqa: PLC0415

    _require_count(trajectories * (len(factors) + 1))
    shares = draw.sample(problem(factors), trajectories, num_levels=levels, seed=seed)
    return replace(_drawn("morris", factors, shares, seed, None), levels=levels)


def problem(factors: Sequence[Factor]) -> dict[str, object]:
    """Return the factors as SALib names them, in shares of probability."""
    return {
        "num_vars": len(factors), "names": [factor.name for factor in factors], "bounds": [[0.0, 1.0]] * len(factors),
    }  # fmt: skip


def table(frame: pd.DataFrame) -> Design:
    """Return scenarios of the user's own.

    Parameters
    ----------
    frame
        A row a scenario; `label`, if there is one, tells people what it is, every other column is a factor. A blank
        cell keeps the base's value.

    Raises
    ------
    InputError
        If a cell is no number or two labels are the same.
    """
    values = frame.drop(columns="label", errors="ignore")
    numbers = values.apply(pd.to_numeric, errors="coerce")
    wrong = ~np.isfinite(numbers) & values.notna() & (values.map(lambda cell: str(cell).strip()) != "")
    if wrong.to_numpy().any():
        row, column = (int(at[0]) for at in np.nonzero(wrong.to_numpy()))
        found = values.iloc[row, column]
        raise InputError(
            f"scenarios, row {row + 2}, column {values.columns[column]}: found {found!r}, expected a finite number"
        )
    labels = [str(label) for label in frame["label"]] if "label" in frame else None
    factors = [_observed(str(name), numbers[name]) for name in numbers]
    return _design("table", factors, numbers.to_numpy(float), labels)


def _observed(name: str, column: "pd.Series[float]") -> Factor:
    values = tuple(sorted(set(column.dropna().tolist())))
    if not values:
        raise InputError(f"scenarios, column {name}: there is no number in it")
    return Factor(name=name, low=values[0], value=values[0], high=values[-1], distribution="values", values=values)


def _level_count(factor: Factor, count: int) -> int:
    if factor.distribution == "values":
        return len(factor.values)
    return int(factor.high - factor.low) + 1 if factor.distribution == "whole" else count


def _levels(factor: Factor, count: int) -> Floats:
    if factor.distribution == "values":
        return np.array(factor.values)
    if factor.distribution == "whole":
        return np.arange(factor.low, factor.high + 1.0)
    if count < 1:
        raise InputError(f"design levels: found {count}, expected at least 1")
    return np.linspace(factor.low, factor.high, count) if count > 1 else np.array([factor.value])


def _drawn(
    kind: Kind,
    factors: Sequence[Factor],
    shares: Floats,
    seed: int,
    correlation: Floats | None,
) -> Design:
    together = shares if correlation is None else correlated(shares, correlation)
    values = np.column_stack([factor.quantile(together[:, at]) for at, factor in enumerate(factors)])
    return replace(_design(kind, factors, values), seed=seed, shares=together)


def _require_count(scenarios: int) -> None:
    if not 1 <= scenarios <= MOST_SCENARIOS:
        raise InputError(f"design: this makes {scenarios:,} scenarios; expected 1 to {MOST_SCENARIOS:,}")


def _design(kind: Kind, factors: Sequence[Factor], values: Floats, labels: Sequence[str] | None = None) -> Design:
    names = [factor.name for factor in factors]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"factors: {', '.join(twice)} named twice")
    if not names:
        raise InputError("factors: there is none; name at least one")
    told = tuple(labels) if labels is not None else tuple(f"s{at:06d}" for at in range(len(values)))
    if len(set(told)) < len(told):
        again = next(label for label in told if told.count(label) > 1)
        raise InputError(f"scenarios: two are called {again!r}; expected a label of its own for each")
    return Design(kind=kind, factors=tuple(factors), points=pd.DataFrame(values, columns=names), labels=told)
