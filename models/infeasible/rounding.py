"""Amounts that can be read out, and are never less than needed."""

from decimal import ROUND_CEILING, Context
from math import ceil, log10

FEWEST, MOST = 4, 9
FULL = 15  # digits that a float can always hold
NOTHING_LEFT = 1e-9  # a smaller part of what is to be served or carried is rounding
NOISE = 1e-12  # of the most that an amount can be: the rounding of sums


def digits_within(relative_gap: float) -> int:
    """Return how many digits make an amount that is rounded up dearer by no more than a gap; 4 to 9.

    Examples
    --------
    >>> digits_within(0.0001), digits_within(0.05), digits_within(0.0)
    (5, 4, 9)
    """
    needed = MOST if relative_gap <= 0 else 1 + ceil(-log10(relative_gap))
    return min(max(needed, FEWEST), MOST)


def rounded_up(amount: float, digits: int, noise: float = 0.0, *, is_next: bool = False) -> float:
    """Return the least number of some digits that is no less than an amount above 0; `is_next`: the one after it.

    `noise`: what the amount may be too large by from rounding, so that a round number stays what it is.

    Examples
    --------
    >>> rounded_up(0.10823211, 4), rounded_up(0.10823211, 4, is_next=True), rounded_up(2.0000000000001, 4, 1e-12)
    (0.1083, 0.1084, 2.0)
    """
    context = Context(prec=digits, rounding=ROUND_CEILING)
    told = context.create_decimal(repr(float(amount - noise if amount > noise else amount)))
    return float(context.next_plus(told) if is_next else told)
