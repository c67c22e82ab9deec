"""A wish of a scenario, how it may give way, and what an infeasible question is answered with."""

from dataclasses import dataclass, replace
from math import ceil, floor, log10
from typing import Final

from logistics.scenario import Scenario
from logistics.siting import LEAST_S
from models import HubPlacementSolution, SolveOptions
from models.clock import Clock

ROOM_DIGITS: Final = 6
"""A changed wish is written so many digits rounded to the safe side."""
WEAKER_BELOW: Final = ("new_hubs_min", "in_province_min", "corridor_min", "forced_open", "service", "min_throughput")
"""Kinds of wishes that give way to a smaller number; all others give way to a larger one."""
SITE_LAND: Final = "site_land_max"
"""The kind of the wish that a site takes no more than its land."""
EVERY_SITE_LAND: Final = f"every_{SITE_LAND}"
"""The same of many sites at once, told by the ceiling of them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One rule of the scenario: its kind (a key of the scenario), what it speaks of, its limit and unit."""

    kind: str
    subject: str
    limit: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A wish that gives way, from its limit to another."""

    wish: Wish
    to: float


Named = tuple[tuple[Wish, ...], ...]
Changes = list[tuple[Change, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Promises and rules that clash, what would do, and plans that show how far the promises can be kept."""

    named: Named
    changes: Changes
    shown_by: tuple[HubPlacementSolution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way out: what changes, the scenario with the changes, and what the best plan then costs."""

    changes: tuple[Change, ...]
    scenario: Scenario
    objective_vnd_per_year: float
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What clashes, and the ways out, cheapest first."""

    clashes: tuple[tuple[Wish, ...], ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """The solver's options, its time for all questions together; a single one gets no more than the options say."""

    asked: SolveOptions
    clock: Clock

    @property
    def options(self) -> SolveOptions:
        """Return the options for the next question."""
        return replace(self.asked, time_limit_s=max(min(self.asked.time_limit_s, self.clock.left_s), LEAST_S))


def rounded(value: float, *, up: bool, unit: str) -> float:
    """Return a limit in few digits, rounded to the side on which the plan still fits."""
    if unit == "hub" or value == 0:
        return float(round(value))
    scale: float = 10.0 ** (ROOM_DIGITS - 1 - floor(log10(abs(value))))
    return float(ceil(value * scale) if up else floor(value * scale)) / scale
