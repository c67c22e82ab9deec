"""What is wrong with a plan, said in words: wrong shapes, the first wrong entries of a kind, value and bound."""

from collections.abc import Callable, Mapping
from math import isclose
from typing import Protocol

import numpy as np

from models.arrays import Flags

SHOWN = 5
Shape = tuple[int, ...]


class Claim(Protocol):
    """What a plan says of itself."""

    @property
    def objective(self) -> float:
        """The value it claims."""

    @property
    def bound(self) -> float:
        """The bound it claims."""


def shapes(plan: object, wanted: Mapping[str, Shape]) -> list[str]:
    """Return which arrays of the plan have another shape than they should."""
    have = {name: getattr(plan, name).shape for name in wanted}
    return [f"{name} has shape {have[name]}, expected {want}" for name, want in wanted.items() if have[name] != want]


def lines(wrong: Flags, say: Callable[[int], str]) -> list[str]:
    """Return what `say` says of the first wrong entries, and how many more there are."""
    at = np.flatnonzero(wrong).tolist()
    more = [f"... and {len(at) - SHOWN} more of the kind"] if len(at) > SHOWN else []
    return [say(index) for index in at[:SHOWN]] + more


def value(price: float, plan: Claim, tol: float, *, dust: float = 1e-12) -> list[str]:
    """Return what is wrong with the value and the bound that a plan claims; values that differ by `dust` are equal."""
    wrong, objective, bound = [], plan.objective, plan.bound
    if not isclose(price, objective, rel_tol=tol, abs_tol=dust):
        wrong.append(f"the plan costs {price:.12g}, and claims {objective:.12g}")
    if not bound <= objective + tol * abs(objective):
        wrong.append(f"the bound {bound:.12g} lies above the value {objective:.12g}")
    return wrong
