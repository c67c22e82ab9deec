"""What a study varies: a number of the scenario or the ledger, its range, and how likely each value of it is."""

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from logistics.errors import InputError
from logistics.ledger import Ledger

Floats = NDArray[np.float64]
Distribution = Literal["triangular", "uniform", "lognormal", "whole", "values"]
DISTRIBUTIONS: Final = get_args(Distribution)
MOST_WHOLE: Final = 1_000_000
"""So far apart may the ends of a range of whole numbers lie."""
TAIL: Final = 0.05
"""Of a lognormal factor, so much lies below `low` and as much above `high`."""
LOG_SPREAD: Final = 1.6448536269514722
"""The standard normal's quantile at 1 - TAIL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A number that varies.

    Parameters
    ----------
    name
        A row of the ledger, or a key path of the scenario file such as "hubs.max_new" (see `knobs`).
    low, value, high
        The least, the usual and the largest; in the row's unit.
    distribution
        "triangular" rises from low to value and falls to high; "uniform" knows no likelier value; "lognormal" has
        5 % below low and 5 % above high; "whole" is one of the whole numbers from low to high, each as likely as the
        other; "values" one of `values`.
    values
        The values that "values" draws from.

    Raises
    ------
    InputError
        If the range cannot be right.
    """

    name: str
    low: float
    value: float
    high: float
    distribution: Distribution = "triangular"
    values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        fault = _fault(self)
        if fault:
            raise InputError(f"factor {self.name}: {fault}")

    def quantile(self, share: Floats) -> Floats:
        """Return the values below which each share of the probability lies; `share` from 0 to 1, any shape.

        A factor without a range is its value.
        """
        share = np.clip(np.asarray(share, dtype=np.float64), 0.0, 1.0)
        if self.distribution == "values":
            return self._of_list(np.array(self.values), share)
        if self.low == self.high:
            return np.full(share.shape, self.value)
        if self.distribution == "whole":
            return self._of_list(np.arange(self.low, self.high + 1.0), share)
        if self.distribution == "uniform":
            return self.low + share * (self.high - self.low)
        return self._triangular(share) if self.distribution == "triangular" else self._lognormal(share)

    @property
    def is_stepped(self) -> bool:
        """Tell whether only certain values make sense."""
        return self.distribution in {"whole", "values"}

    @staticmethod
    def _of_list(values: Floats, share: Floats) -> Floats:
        chosen: Floats = values[np.minimum((share * values.size).astype(np.intp), values.size - 1)].astype(np.float64)
        return chosen

    def _triangular(self, share: Floats) -> Floats:
        width, left, right = self.high - self.low, self.value - self.low, self.high - self.value
        rising = self.low + np.sqrt(share * width * left)
        falling = self.high - np.sqrt((1.0 - share) * width * right)
        return np.where(share * width < left, rising, falling)

    def _lognormal(self, share: Floats) -> Floats:
        from scipy.special import ndtri  # noqa: PLC0415  (scipy is slow to load)

        middle = (math.log(self.low) + math.log(self.high)) / 2
        spread = (math.log(self.high) - math.log(self.low)) / (2 * LOG_SPREAD)
        inside = np.clip(share, 1e-9, 1 - 1e-9)  # the ends lie at nought and beyond all bounds
        drawn: Floats = np.exp(middle + spread * ndtri(inside))
        return drawn


def _fault(factor: Factor) -> str:
    """Return what is wrong with a factor, "" if nothing is."""
    low, value, high, kind = factor.low, factor.value, factor.high, factor.distribution
    is_range = kind != "values"
    faults = (
        (kind not in DISTRIBUTIONS, f"distribution is {kind!r}; expected one of {', '.join(DISTRIBUTIONS)}"),
        (not is_range and not (factor.values and all(map(math.isfinite, factor.values))), "values: expected numbers"),
        (
            is_range and not all(map(math.isfinite, (low, value, high))),
            "low, value and high must be numbers; give the range where the ledger has none",
        ),
        (
            is_range and not low <= value <= high,
            f"found low {low:g}, value {value:g}, high {high:g}; expected low <= value <= high",
        ),
        (kind == "lognormal" and low <= 0, f"low is {low:g}; a lognormal factor is above 0"),
        (
            kind == "whole" and not (float(low).is_integer() and float(high).is_integer()),
            f"low {low:g} and high {high:g}; expected whole numbers",
        ),
        (
            kind == "whole" and high - low > MOST_WHOLE,
            f"low {low:g} and high {high:g}; expected at most {MOST_WHOLE:,} between them",
        ),
    )
    return next((sentence for is_wrong, sentence in faults if is_wrong), "")


def ledger_factor(ledger: Ledger, row: str) -> Factor:
    """Return a row of the ledger as a triangular factor.

    Raises
    ------
    InputError
        If there is no such row, or it has no range.
    """
    entry = ledger.entry(row)
    if math.isnan(entry.low) or math.isnan(entry.high):
        raise InputError(f"factor {row}: the ledger has no range for this row; give low and high")
    # a scenario's own value may lie outside the row's range
    return Factor(name=row, low=min(entry.low, entry.value), value=entry.value, high=max(entry.high, entry.value))


def uncertain_factors(ledger: Ledger) -> tuple[Factor, ...]:
    """Return a factor for every row that was read and whose range is wider than a point, in the ledger's order."""
    wide = [row for row, entry in ledger.entries.items() if entry.low < entry.high]
    return tuple(ledger_factor(ledger, row) for row in wide if row in ledger.used)
