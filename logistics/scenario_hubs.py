"""The section of the hubs: how many, which, on how much land, for how much money; and what cannot go together."""

from collections.abc import Iterator
from typing import Annotated, Final, Self

from pydantic import BeforeValidator, Field, model_validator

from logistics.scenario_fields import (
    Areas,
    Budget,
    Clash,
    Count,
    Id,
    Ids,
    NotNegative,
    Positive,
    Section,
    Year,
    as_tuple,
    in_range,
    refuse,
    repeated,
)
from logistics.scenario_parts import EVERY_SITE
from logistics.units import LARGEST_T_PER_YEAR

DEFAULT_MAX_NEW: Final = 5
DEFAULT_CURVE_TO: Final = 6


class ProvinceSection(Section):
    """New hubs in a province."""

    province: Id
    min: Count = 0
    max: Count | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        refuse(in_range(self.min, self.max))
        return self


class CorridorSection(Section):
    """New hubs among some sites."""

    name: Id
    hubs: Annotated[Ids, Field(min_length=1)]
    min: Count = 0
    max: Count | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        refuse([*in_range(self.min, self.max), *_corridor_numbers(self)])
        return self


class HubsSection(Section):
    """How many new hubs, which sites must or must not open, and what binds them."""

    exactly: Count | None = None
    max_new: Count | None = None
    curve_to: Count = DEFAULT_CURVE_TO
    forced_open: Ids = ()
    forbidden: Ids = ()
    earliest_year: dict[Id, Year] = Field(default_factory=dict)
    may_close: Ids = ()
    may_extend: Ids = ()
    areas_ha: Areas = ()
    max_site_ha: Positive | None = None
    site_land_ha: dict[Id, Positive] = Field(default_factory=dict)
    max_land_ha: NotNegative | None = None
    budget_vnd: Budget | None = None
    max_changes: Count | None = None
    min_throughput_t_per_year: Annotated[NotNegative, Field(le=LARGEST_T_PER_YEAR)] = 0.0
    single_sourcing: bool = False
    two_hub_routes: bool = False
    rail: bool = False
    in_province: Annotated[tuple[ProvinceSection, ...], BeforeValidator(as_tuple)] = ()
    corridors: Annotated[tuple[CorridorSection, ...], BeforeValidator(as_tuple)] = ()

    @property
    def most_new(self) -> int:
        """Return the largest number of new hubs: `max_new`, or enough for `exactly` where it is not given."""
        return self.max_new if self.max_new is not None else max(DEFAULT_MAX_NEW, self.exactly or 0)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        refuse(_clashes(self))
        return self


def _corridor_numbers(corridor: CorridorSection) -> list[Clash]:
    if corridor.min <= len(corridor.hubs):
        return []
    return [
        (("min",), f"asks for {corridor.min} hubs, but only {len(corridor.hubs)} sites are named in hubs; name more")
    ]


def _clashes(hubs: HubsSection) -> list[Clash]:
    return [
        *_number_clashes(hubs), *_forced_clashes(hubs), *_standing_clashes(hubs), *_land_clashes(hubs),
        *_province_clashes(hubs), *_corridor_clashes(hubs),
    ]  # fmt: skip


def _limit(hubs: HubsSection) -> tuple[str, int]:
    """Return the key that says how many new hubs there may be, and the number."""
    return ("max_new", hubs.most_new) if hubs.exactly is None else ("exactly", hubs.exactly)


def _number_clashes(hubs: HubsSection) -> Iterator[Clash]:
    if hubs.exactly is not None and hubs.exactly > hubs.most_new:
        sentence = f"asks for {hubs.exactly} new hubs, but hubs.max_new allows {hubs.max_new}; change one of the two"
        yield ("exactly",), sentence
    key, limit = _limit(hubs)
    forced = len(hubs.forced_open)
    if forced > limit:
        yield ("forced_open",), f"names {forced} sites, but hubs.{key} allows {limit} new hubs; raise it or name fewer"
    least = max(forced, hubs.exactly or 0)
    if hubs.max_changes is not None and least > hubs.max_changes:
        other = "forced_open" if forced == least else "exactly"
        sentence = (
            f"allows {hubs.max_changes} changes, but hubs.{other} asks for {least} new hubs; raise it or ask less"
        )
        yield ("max_changes",), sentence


def _forced_clashes(hubs: HubsSection) -> Iterator[Clash]:
    for site in hubs.forced_open:
        if site in hubs.forbidden:
            yield ("forced_open",), f"{site!r} also stands in hubs.forbidden; keep it in one of the two"
        if site in hubs.may_close:
            yield ("forced_open",), f"{site!r} also stands in hubs.may_close; keep it in one of the two"
    if EVERY_SITE in hubs.forced_open:
        yield ("forced_open",), f"found {EVERY_SITE!r}, expected ids; it may stand in hubs.forbidden only"
    if EVERY_SITE not in hubs.forbidden:
        return
    if hubs.exactly:
        yield ("exactly",), f"asks for {hubs.exactly} new hubs, but hubs.forbidden bars every site; keep one"
    if hubs.forced_open:
        yield ("forced_open",), "names sites, but hubs.forbidden bars every site; keep one of the two"


def _standing_clashes(hubs: HubsSection) -> Iterator[Clash]:
    for key in ("may_close", "may_extend"):
        sites = getattr(hubs, key)
        if EVERY_SITE in sites and len(sites) > 1:
            yield (
                (key,),
                f"names {EVERY_SITE!r}, every standing hub, and others too; keep one or the other",
            )
        for site in sites:
            if site in hubs.forbidden and site != EVERY_SITE:
                yield (key,), f"{site!r} also stands in hubs.forbidden, which bars it; keep it in one of the two"
        if sites and EVERY_SITE in hubs.forbidden:
            yield (key,), "names hubs, but hubs.forbidden bars every site; keep one of the two"
    for site in hubs.site_land_ha:
        if site in hubs.forbidden:
            yield ("site_land_ha", site), "the site also stands in hubs.forbidden, so its land is of no use; keep one"
    for site in hubs.earliest_year:
        if site in hubs.forbidden:
            yield ("earliest_year", site), "the site also stands in hubs.forbidden, so it never opens; keep one"


def _land_clashes(hubs: HubsSection) -> Iterator[Clash]:
    smallest = min(hubs.areas_ha, default=0.0)
    for site, land_ha in hubs.site_land_ha.items():
        if land_ha < smallest:
            yield (
                ("site_land_ha", site),
                f"found {land_ha:g} ha, but the smallest of hubs.areas_ha is {smallest:g} ha; change one",
            )
    if hubs.max_site_ha is not None and hubs.max_site_ha < smallest:
        sentence = f"allows {hubs.max_site_ha:g} ha, but the smallest of hubs.areas_ha is {smallest:g} ha; change one"
        yield ("max_site_ha",), sentence
    if hubs.max_land_ha is None:
        return
    least = max(hubs.exactly or 0, len(hubs.forced_open))
    if least and (hubs.max_land_ha == 0 or least * smallest > hubs.max_land_ha):
        need = f"take {least * smallest:g} ha or more" if smallest else "take some"
        sentence = f"allows {hubs.max_land_ha:g} ha, but the {least} new hubs asked for {need}; raise it or ask less"
        yield ("max_land_ha",), sentence


def _province_clashes(hubs: HubsSection) -> Iterator[Clash]:
    for at, name in repeated([limit.province for limit in hubs.in_province]):
        yield ("in_province", at, "province"), f"{name!r} is limited above already; keep one entry"
    key, limit = _limit(hubs)
    for at, entry in enumerate(hubs.in_province):  # one by one: a site counts for its old and its new province
        if entry.min > limit:
            sentence = f"asks for {entry.min} hubs, but hubs.{key} allows {limit} new hubs; change one of the two"
            yield ("in_province", at, "min"), sentence


def _corridor_clashes(hubs: HubsSection) -> Iterator[Clash]:
    for at, name in repeated([corridor.name for corridor in hubs.corridors]):
        yield ("corridors", at, "name"), f"{name!r} is the name of a corridor above; give each its own"
    key, limit = _limit(hubs)
    for at, corridor in enumerate(hubs.corridors):
        usable = [site for site in corridor.hubs if site not in hubs.forbidden and EVERY_SITE not in hubs.forbidden]
        forced = [site for site in corridor.hubs if site in hubs.forced_open]
        if len(usable) < corridor.min <= len(corridor.hubs):
            sentence = (
                f"asks for {corridor.min} hubs, but only {len(usable)} of its sites are not in hubs.forbidden; lower it"
            )
            yield ("corridors", at, "min"), sentence
        if corridor.max is not None and len(forced) > corridor.max:
            sentence = f"allows {corridor.max} hubs, but hubs.forced_open names {len(forced)} of its sites; change one"
            yield ("corridors", at, "max"), sentence
        if corridor.min > limit:
            sentence = f"asks for {corridor.min} hubs, but hubs.{key} allows {limit} new hubs; change one of the two"
            yield ("corridors", at, "min"), sentence
