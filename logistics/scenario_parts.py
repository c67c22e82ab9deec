"""What a scenario is made of where one number does not say it: phases, bands, limits, goals, candidates.

Plain frozen values. They are checked as parts of a `Scenario`, which is where they contradict each other or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

EVERY_SITE: Final = "*"
"""In `forbidden`: every site, the standing ones too; in `may_close` and `may_extend`: every standing one."""
GOALS: Final = ("cost", "co2", "distance", "outside_service")
"""What can be made small; `outside_service` is the tonnes outside the service bands."""
CANDIDATE_KINDS: Final = ("interchanges", "rail", "water", "park_edges")
"""Where on the network a site can be looked for."""
EVERY_COMMODITY: Final = "*"
"""In a service band: all commodities together."""
DEFAULT_LAST_YEARS: Final = 10
DEFAULT_TOLERANCE_PCT: Final = 1.0
DEFAULT_CANDIDATES: Final = 20
DEFAULT_SPACING_KM: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """The periods of a plan.

    Parameters
    ----------
    years
        First year of each phase, increasing.
    last_years
        How many years the last phase lasts; each other one lasts until the next begins.
    discount_pct
        Yearly discount rate in percent; the ledger's rate of capital recovery where None.
    """

    years: tuple[int, ...]
    last_years: int = DEFAULT_LAST_YEARS
    discount_pct: float | None = None

    @property
    def lengths_years(self) -> tuple[int, ...]:
        """Return how many years each phase lasts."""
        ends = (*self.years[1:], self.years[-1] + self.last_years)
        return tuple(end - begin for begin, end in zip(self.years, ends, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A promise of service: a share of a commodity within hours or kilometres.

    Parameters
    ----------
    commodity
        Its id; "*" for all.
    share_pct
        The share of its tonnes, in percent.
    within_h, within_km
        Exactly one of them is set.
    place_ids
        The parks and clusters it is promised to; all where empty.
    name
        For people.
    """

    commodity: str
    share_pct: float
    within_h: float | None = None
    within_km: float | None = None
    place_ids: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceLimit:
    """How many new hubs a province gets; its name is the old (before 1 July 2025) or the new one."""

    province: str
    min: int = 0
    max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """How many of the named sites get a new hub."""

    name: str
    hubs: tuple[str, ...]
    min: int = 0
    max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What the plan makes small.

    Parameters
    ----------
    minimise
        One of `GOALS`.
    then
        Further goals in turn, each made small while those before it stay within `tolerance_pct` of their best.
    tolerance_pct
        Percent of each earlier goal's best value.
    weights
        A weighted sum instead of `minimise` and `then`: VND for each VND, t CO2, tkm, t outside service.
    co2_price_vnd_per_t
        Added to the cost for each tonne of CO2.
    co2_cap_t_per_year
        At most so much CO2; no cap where None.
    """

    minimise: str = "cost"
    then: tuple[str, ...] = ()
    tolerance_pct: float = DEFAULT_TOLERANCE_PCT
    weights: Mapping[str, float] = field(default_factory=dict)
    co2_price_vnd_per_t: float = 0.0
    co2_cap_t_per_year: float | None = None

    def __post_init__(self) -> None:
        if isinstance(self.weights, Mapping):
            object.__setattr__(self, "weights", MappingProxyType(dict(self.weights)))

    def __reduce__(self) -> tuple[Any, ...]:
        # a read-only mapping cannot be pickled
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return partial(Objective, **plain | {"weights": dict(self.weights)}), ()

    @property
    def goals(self) -> tuple[str, ...]:
        """Return every goal that is looked at."""
        return tuple(self.weights) if self.weights else (self.minimise, *self.then)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Greenfield sites made from the network.

    Parameters
    ----------
    count
        How many.
    kinds
        Where they are looked for, some of `CANDIDATE_KINDS`; the key in the file is `from`.
    exclude
        A GeoJSON file of polygons in which nothing may be built.
    min_spacing_km
        Between any two of them, and from every site there is.
    """

    count: int = DEFAULT_CANDIDATES
    kinds: tuple[str, ...] = CANDIDATE_KINDS
    exclude: Path | None = None
    min_spacing_km: float = DEFAULT_SPACING_KM
