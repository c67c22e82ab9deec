"""The sites: what stands, what may be built, how much each holds and what it costs a year.

A hub has two capacities, a container yard and a cross-dock. Of a standing dry port the part
`xd_share_existing_icd` is cross-dock, of a logistics centre `xd_share_existing_logistics`; the rest
of a dry port is yard, the rest of a centre is storage unless it handles containers.

A new hub is one of the sizes 10, 30 and 60 ha of cross-dock, yard or both, as far as the site's land
goes. Its yearly cost to transport is

    capex per ha x ha x (ha / 15)^(hub_scale_exp - 1) x crf x share that serves transport

with the annual factor `crf` (capital recovery and O&M together: `om_pct_*` is part of it). Standing
hubs are sunk: they cost what handling costs.
"""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class HubOption:
    """One way of building a site."""

    hub_id: str
    tier: str
    land_ha: float
    yard_t_per_year: float
    cross_dock_t_per_year: float
    fixed_vnd_per_year: float


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
        hub_id=str(site["hub_id"]), tier="as it stands", land_ha=float(site["area_ha"]),
        yard_t_per_year=yard_t, cross_dock_t_per_year=cross_dock_t, fixed_vnd_per_year=0.0,
    )  # fmt: skip


def new_options(site: pd.Series, ledger: Ledger) -> list[HubOption]:
    """Return every size that fits the land of a site, smallest first."""
    sizes = product(TIER_AREAS_HA["yard"], TIER_AREAS_HA["cross_dock"])
    fitting = [(yard, dock) for yard, dock in sizes if 0 < yard + dock <= float(site["area_ha"])]
    return [_new_option(str(site["hub_id"]), yard, dock, ledger) for yard, dock in sorted(fitting, key=sum)]


def _new_option(hub_id: str, yard_ha: float, dock_ha: float, ledger: Ledger) -> HubOption:
    named = ((dock_ha, "cross-dock"), (yard_ha, "yard"))
    return HubOption(
        hub_id=hub_id,
        tier=" + ".join(f"{what} {ha:g} ha" for ha, what in named if ha),
        land_ha=yard_ha + dock_ha,
        yard_t_per_year=yard_ha * ledger["cap_ha_icd"],
        cross_dock_t_per_year=dock_ha * ledger["cap_ha_crossdock"],
        fixed_vnd_per_year=yard_fixed_vnd(yard_ha, ledger) + cross_dock_fixed_vnd(dock_ha, ledger),
    )


def cross_dock_fixed_vnd(area_ha: float, ledger: Ledger) -> float:
    """Return the yearly cost of a new cross-dock that transport has to bear."""
    return _fixed_vnd(area_ha, ledger.vnd_per_ha("capex_ha_xdock"), ledger["hub_transport_share"], ledger)


def yard_fixed_vnd(area_ha: float, ledger: Ledger) -> float:
    """Return the yearly cost of a new container yard that transport has to bear."""
    return _fixed_vnd(area_ha, ledger.vnd_per_ha("capex_ha_yard"), ledger["hub_transport_share_icd"], ledger)


def _fixed_vnd(area_ha: float, capex_vnd_per_ha: float, transport_share: float, ledger: Ledger) -> float:
    if area_ha == 0:
        return 0.0
    scale: float = (area_ha / CAPEX_AREA_HA) ** (ledger["hub_scale_exp"] - 1)
    return capex_vnd_per_ha * area_ha * scale * ledger["crf"] * transport_share
