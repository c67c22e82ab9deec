"""A plan of three flows and three hubs made by hand: what the audit's rules look at, and nothing that is planned."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd

from logistics.phase_tables import PhaseTables
from logistics.scenario import Scenario

SITES = ("old", "new", "shut", "free")
"""One that stands, one that is built, one that stood and is closed, one where nothing is built."""
PROVINCES = pd.DataFrame(
    {"name_vi": ["Bắc Giang", "Bắc Ninh", "Hưng Yên"], "province_2025": ["Bắc Ninh", "Bắc Ninh", "Hưng Yên"]}
)


def hubs(**changes):
    """Return the hub table; a change replaces a column."""
    columns = {
        "hub_id": ["old", "new", "shut"], "tier": ["as it stands", "cross-dock 5 ha", "closed"],
        "is_new": [False, True, False], "province": ["Bắc Ninh", "Bắc Giang", "Hưng Yên"],
        "new_land_ha": [0.0, 5.0, 0.0], "capital_vnd": [0.0, 1000.0, 0.0],
        "throughput_t_per_year": [0.0, 40.0, 0.0], "fixed_vnd_per_year": [10.0, 70.0, 20.0],
        "yard_capacity_t_per_year": [100.0, 0.0, 0.0], "yard_throughput_t_per_year": [0.0, 0.0, 0.0],
        "cross_dock_capacity_t_per_year": [50.0, 40.0, 0.0], "cross_dock_throughput_t_per_year": [0.0, 40.0, 0.0],
    }  # fmt: skip
    return pd.DataFrame(columns | changes)


def flows(**changes):
    """Return the flow table: 40 t of flow 0 through the new hub and 20 t of it direct, 60 t of flow 1 direct."""
    columns = {
        "period": ["2030"] * 3, "flow_id": ["f000000", "f000001", "f000000"],
        "commodity": ["general", "food_cold", "general"], "way": ["hub", "direct", "direct"],
        "hub_id": ["new", "", ""], "second_hub_id": ["", "", ""], "mode": ["truck", "truck", "truck"],
        "t_per_year": [40.0, 60.0, 20.0], "co2_t_per_year": [1.0, 2.0, 0.5],
        "tkm_per_year": [400.0, 1200.0, 600.0], "vnd_per_year": [4000.0, 9000.0, 3000.0],
        "length_km": [10.0, 20.0, 30.0], "door_to_door_h": [2.0, 5.0, 8.0],
    }  # fmt: skip
    return pd.DataFrame(columns | changes)


def ways(**changes):
    """Return the ways that the flow table tells of."""
    columns = {"flow": [0, 1, 0], "site": [1, -1, -1], "t_per_year": [40.0, 60.0, 20.0]}
    return pd.DataFrame(columns | changes)


def case(year=2030, **changes):
    """Return a case: two parks that send 60 t each, of the first one's at most 45 t through hubs."""
    option = SimpleNamespace
    usual = {
        "year": year,
        "flows": pd.DataFrame({"near_id": ["park_a", "park_b"], "t_per_year": [60.0, 60.0]}),
        "contestable_t": np.array([45.0, 0.0]),
        "sites": pd.DataFrame({"hub_id": SITES, "standing": [True, False, True, False]}),
        "region": SimpleNamespace(
            provinces=PROVINCES, generators=pd.DataFrame({"place_id": ["park_a", "park_b"]}),
            ledger=SimpleNamespace(entries={"payload_teu": None, "crf": None}),
        ),
        "options": (
            option(hub_id="old", tier="as it stands", fixed_vnd_per_year=10.0),
            option(hub_id="new", tier="cross-dock 5 ha", fixed_vnd_per_year=70.0),
            option(hub_id="new", tier="yard 5 ha", fixed_vnd_per_year=90.0),
            option(hub_id="shut", tier="as it stands", fixed_vnd_per_year=0.0),
            option(hub_id="shut", tier="closed", fixed_vnd_per_year=20.0),
            option(hub_id="free", tier="yard 5 ha", fixed_vnd_per_year=90.0),
            option(hub_id="free", tier="not yet there", fixed_vnd_per_year=0.0),
        ),
        "freight": SimpleNamespace(convergence=pd.DataFrame({"rounds": [3, 5], "residual": [1e-7, 2e-7]})),
        "warnings": (),
    }  # fmt: skip
    return SimpleNamespace(**usual | changes)


def phase(year=2030, **changes):
    """Return a phase: 16,000 VND of ways and 100 VND of hubs a year."""
    usual = {"case": case(year), "ways": ways(), "prices": pd.DataFrame(), "flows": flows(), "hubs": hubs()}
    return PhaseTables(**usual | changes)


def timeline(*phases, weight=(1.0,), **wishes):
    """Return the timeline of phases, for a scenario with wishes."""
    cases = tuple(one.case for one in phases or (phase(),))
    return SimpleNamespace(
        scenario=Scenario(name="made", **wishes), cases=cases, first=cases[0], last=cases[-1],
        years=tuple(one.year for one in cases), weight=np.array(weight),
        stands=np.array([True, False, True, False]), warnings=tuple(text for one in cases for text in one.warnings),
        option_site=np.array([SITES.index(option.hub_id) for one in cases for option in one.options]),
    )  # fmt: skip


def without(one, hub_id):
    """Return a phase without one of its hubs."""
    return replace(one, hubs=one.hubs[one.hubs["hub_id"] != hub_id].reset_index(drop=True))
