"""The sites: what stands, what may be built, how much each holds and what it costs a year.

A hub has two capacities, a container yard and a cross-dock. Of a standing dry port the part
`xd_share_existing_icd` is cross-dock, of a logistics centre `xd_share_existing_logistics`; the rest
of a dry port is yard, the rest of a centre is storage unless it handles containers.

A new hub is one of the sizes 10, 30 and 60 ha of cross-dock, yard or both, as far as the site's land
goes. Its yearly cost to transport is

    capex per ha x ha x (ha / 15)^(hub_scale_exp - 1) x crf x share that serves transport x (1 + hub_start_share)

with the annual factor `crf` (capital recovery and O&M together: `om_pct_*` is part of it). Standing
hubs are sunk: they cost what handling costs.

A standing hub that may grow is offered the same sizes as modules beside what stands; the whole of yard
or dock pays the step from one size to the next, so growing in steps costs what building at once would.
One that may be closed pays `hub_closing_ha` for its land when it goes, spread by `crf`, and saves its
O&M (`om_pct_*` of the capital a new one of its size would take), which it costs while it stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np
import pandas as pd

from logistics.ledger import Ledger

RESOURCES: Final = ("yard", "cross_dock")
TIER_AREAS_HA: Final = {"yard": (0.0, 10.0, 30.0), "cross_dock": (0.0, 10.0, 30.0, 60.0)}
"""The 10, 30 and 60 ha of the rows `hub_fixed_small|medium|large`; a 30 ha yard already holds 2.6 Mt."""
CAPEX_AREA_HA: Final = 15.0
"""Size to which `capex_ha_xdock` refers."""
DRY_PORT_TYPES: Final = ("dry_port", "rail_logistics")
BUILDING_STANDS_FROM: Final = 2027
"""Hubs under construction in 2026 stand from this year on: their cost is committed."""


AS_IT_STANDS: Final = "as it stands"
CLOSED: Final = "closed"
NOT_YET: Final = "not yet there"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubOption:
    """One way of building a site.

    `capital_vnd` is what building it takes, all land and works (the yearly cost bears the part that serves
    transport); `new_land_ha` and `new_yard_ha`, `new_dock_ha` what it adds to what stands.
    """

    hub_id: str
    tier: str
    land_ha: float
    yard_t_per_year: float
    cross_dock_t_per_year: float
    fixed_vnd_per_year: float
    capital_vnd: float = 0.0
    new_yard_ha: float = 0.0
    new_dock_ha: float = 0.0

    @property
    def new_land_ha(self) -> float:
        """Return the land taken beside what stands, ha."""
        return self.new_yard_ha + self.new_dock_ha

    @property
    def is_open(self) -> bool:
        """Tell whether a hub works there."""
        return self.tier not in (CLOSED, NOT_YET)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRules:
    """What a scenario says of the sizes of one site.

    Parameters
    ----------
    areas_ha
        Sizes offered for yard and cross-dock each; None: those of `TIER_AREAS_HA`.
    max_ha
        Land of the site that may be built on beside what stands; None: all of it.
    own_ha
        The same for this site alone, whatever its table and `max_ha` say.
    may_close, may_extend
        Of a standing hub.
    """

    areas_ha: tuple[float, ...] | None = None
    max_ha: float | None = None
    own_ha: float | None = None
    may_close: bool = False
    may_extend: bool = False


def site_options(
    site: pd.Series, ledger: Ledger, *, stands: bool, stands_ever: bool, rules: SiteRules = SiteRules()
) -> list[HubOption]:
    """Return the ways of building a site in one year, smallest first.

    Parameters
    ----------
    stands, stands_ever
        Whether the hub stands in this year, and in any year of the plan.
    """
    if stands:
        return list(_standing_options(site, ledger, rules))
    if stands_ever:
        return [not_yet(str(site["hub_id"]))]
    return new_options(site, ledger, rules)


def _standing_options(site: pd.Series, ledger: Ledger, rules: SiteRules) -> Iterator[HubOption]:
    stands = standing_option(site, ledger)
    upkeep = _upkeep_vnd(site, ledger) if rules.may_close else 0.0
    stands = replace(stands, fixed_vnd_per_year=upkeep)
    yield stands
    if rules.may_extend:
        for module in new_options(site, ledger, rules):
            yield replace(
                module,
                tier=f"{AS_IT_STANDS} + {module.tier}",
                land_ha=stands.land_ha + module.land_ha,
                yard_t_per_year=stands.yard_t_per_year + module.yard_t_per_year,
                cross_dock_t_per_year=stands.cross_dock_t_per_year + module.cross_dock_t_per_year,
                fixed_vnd_per_year=upkeep + module.fixed_vnd_per_year,
            )
    if rules.may_close:
        yield _closed(site, ledger)


def not_yet(hub_id: str) -> HubOption:
    """Return a hub that will stand without a decision, in a year before it does."""
    return HubOption(
        hub_id=hub_id, tier=NOT_YET, land_ha=0.0, yard_t_per_year=0.0, cross_dock_t_per_year=0.0, fixed_vnd_per_year=0.0
    )


def _closed(site: pd.Series, ledger: Ledger) -> HubOption:
    closing_vnd = ledger.vnd_per_ha("hub_closing_ha") * float(site["area_ha"])
    return replace(not_yet(str(site["hub_id"])), tier=CLOSED, fixed_vnd_per_year=closing_vnd * ledger["crf"])


def _upkeep_vnd(site: pd.Series, ledger: Ledger) -> float:
    """Return the yearly O&M of a standing hub that transport bears: of a yard for dry ports, else of a cross-dock."""
    icd = site["type"] in DRY_PORT_TYPES
    kind, share = ("yard", "hub_transport_share_icd") if icd else ("xdock", "hub_transport_share")
    capital = _capital_vnd(float(site["area_ha"]), ledger.vnd_per_ha(f"capex_ha_{kind}"), ledger)
    return capital * ledger.share(f"om_pct_{kind}") * ledger[share]


def is_standing(status: str, year: int) -> bool:
    """Tell whether a hub of this status stands in a year without a decision."""
    return status == "existing" or (status == "under_construction" and year >= BUILDING_STANDS_FROM)


def standing_option(site: pd.Series, ledger: Ledger) -> HubOption:
    """Return a standing hub as it is: sunk cost, today's capacity.

    Parameters
    ----------
    site
        `hub_id`, `type`, `area_ha`, `capacity_t_per_year`, `capacity_teu_per_year`.
    """
    total_t = float(site["capacity_t_per_year"])
    icd = site["type"] in DRY_PORT_TYPES
    cross_dock_t = total_t * ledger.share("xd_share_existing_icd" if icd else "xd_share_existing_logistics")
    teu = float(np.nan_to_num(site["capacity_teu_per_year"]))
    yard_t = total_t - cross_dock_t if icd else min(total_t - cross_dock_t, teu * ledger["payload_teu"])
    return HubOption(
        hub_id=str(site["hub_id"]), tier=AS_IT_STANDS, land_ha=float(site["area_ha"]),
        yard_t_per_year=yard_t, cross_dock_t_per_year=cross_dock_t, fixed_vnd_per_year=0.0,
    )  # fmt: skip


def new_options(site: pd.Series, ledger: Ledger, rules: SiteRules = SiteRules()) -> list[HubOption]:
    """Return every size that fits the land of a site, smallest first."""
    room_ha = room_of(site, rules)
    sizes = product(_areas_ha("yard", rules.areas_ha), _areas_ha("cross_dock", rules.areas_ha))
    fitting = [(yard, dock) for yard, dock in sizes if 0 < yard + dock <= room_ha]
    return [_new_option(str(site["hub_id"]), yard, dock, ledger) for yard, dock in sorted(fitting, key=sum)]


def room_of(site: pd.Series, rules: SiteRules) -> float:
    """Return the land of a site that may be built on beside what stands, ha."""
    if rules.own_ha is not None:
        return rules.own_ha
    land_ha = float(site["area_ha"])
    return land_ha if rules.max_ha is None else min(rules.max_ha, land_ha)


def _areas_ha(resource: str, own: Sequence[float] | None) -> tuple[float, ...]:
    return TIER_AREAS_HA[resource] if own is None else (0.0, *own)


def _new_option(hub_id: str, yard_ha: float, dock_ha: float, ledger: Ledger) -> HubOption:
    named = ((dock_ha, "cross-dock"), (yard_ha, "yard"))
    yard_vnd = _capital_vnd(yard_ha, ledger.vnd_per_ha("capex_ha_yard"), ledger)
    dock_vnd = _capital_vnd(dock_ha, ledger.vnd_per_ha("capex_ha_xdock"), ledger)
    return HubOption(
        hub_id=hub_id,
        tier=" + ".join(f"{what} {ha:g} ha" for ha, what in named if ha),
        land_ha=yard_ha + dock_ha,
        yard_t_per_year=yard_ha * ledger["cap_ha_icd"],
        cross_dock_t_per_year=dock_ha * ledger["cap_ha_crossdock"],
        fixed_vnd_per_year=yard_fixed_vnd(yard_ha, ledger) + cross_dock_fixed_vnd(dock_ha, ledger),
        capital_vnd=yard_vnd + dock_vnd,
        new_yard_ha=yard_ha,
        new_dock_ha=dock_ha,
    )


def cross_dock_fixed_vnd(area_ha: float, ledger: Ledger) -> float:
    """Return the yearly cost of a new cross-dock that transport has to bear."""
    return _fixed_vnd(area_ha, ledger.vnd_per_ha("capex_ha_xdock"), ledger["hub_transport_share"], ledger)


def yard_fixed_vnd(area_ha: float, ledger: Ledger) -> float:
    """Return the yearly cost of a new container yard that transport has to bear."""
    return _fixed_vnd(area_ha, ledger.vnd_per_ha("capex_ha_yard"), ledger["hub_transport_share_icd"], ledger)


def _fixed_vnd(area_ha: float, capex_vnd_per_ha: float, transport_share: float, ledger: Ledger) -> float:
    once = 1 + ledger.share("hub_start_share")  # hiring, trials and the first empty months, paid once like the works
    return _capital_vnd(area_ha, capex_vnd_per_ha, ledger) * ledger["crf"] * transport_share * once


def _capital_vnd(area_ha: float, capex_vnd_per_ha: float, ledger: Ledger) -> float:
    """Return what building so large a part takes; larger ones cost less a hectare."""
    if area_ha == 0:
        return 0.0
    scale: float = (area_ha / CAPEX_AREA_HA) ** (ledger["hub_scale_exp"] - 1)
    return capex_vnd_per_ha * area_ha * scale
