"""A run made by hand: hubs side by side, one park and one gateway each, and names that would like to be more."""

import pandas as pd
import pytest
from hostile import NAMES

from logistics.reports.document import Material
from logistics.run_folder import RunTables
from logistics.scenario import Scenario

HOSTILE = NAMES[:12]
"""A dozen: the figures of the tests count them."""


def hub_rows(names):
    return pd.DataFrame([
        {
            "hub_id": f"h{at}", "name_vi": name, "name_en": name, "type": name, "province": name, "period": "2030",
            "lon": 106 + at % 4 / 5, "lat": 21.0 + at // 4 / 6, "is_new": at % 3 == 1,
            "tier": "cross-dock 10 ha" if at % 3 == 1 else "as it stands", "land_ha": 10.0, "new_land_ha": 0.0,
            "capital_vnd": 0.0, "yard_capacity_t_per_year": 0.0, "cross_dock_capacity_t_per_year": 8e5,
            "capacity_t_per_year": 8e5, "yard_throughput_t_per_year": 0.0,
            "cross_dock_throughput_t_per_year": 4e5 - at * 1e4, "throughput_t_per_year": 4e5 - at * 1e4,
            "barge_t_per_year": 0.0, "fixed_vnd_per_year": 5e9,
        }
        for at, name in enumerate(names)
    ])  # fmt: skip


def place_rows(names):
    return pd.DataFrame([
        {
            "place_id": f"{role}{at}", "role": role, "type": name, "status": name, "name_vi": name, "name_en": name,
            "province": name, "lon": 106.05 + at % 4 / 5, "lat": 21.05 + at // 4 / 6 + row / 40, "area_ha": 1.0,
            "out_t_per_year": 1e6, "in_t_per_year": 1e6, "via_hub_t_per_year": 1e5, "hub_id": f"h{at}",
            "connector_km": 1.0, "opened": False, "period": "2030",
        }
        for at, name in enumerate(names)
        for row, role in enumerate(("park", "gateway", "province", "site"))
    ])  # fmt: skip


def link_rows(names):
    return pd.DataFrame([
        {
            "period": "2030", "link_id": f"r{at}{way}", "mode": mode, "highway": highway, "ref": name,
            "t_per_year": 1e6 * (at + 1), "direct_t_per_year": 2e6,
            "geometry": ";".join([f"106.0 {21 + at / 20}", f"106.6 {21.02 + at / 20}"][:: 1 if way == "there" else -1]),
        }
        for at, (name, mode, highway) in enumerate(
            zip(names, ("road", "waterway", "road", "rail"), ("trunk", "", "motorway_link", ""), strict=False)
        )
        for way in ("there", "back")
    ])  # fmt: skip


def summary(hostile):
    totals = {"t_per_year": 5e6, "hub_t_per_year": 4e6, "tkm_per_year": 1.25e9, "co2_t_per_year": 1234.5,
              "direct_co2_t_per_year": 2000.0, "electronics_t_per_year": 5e6}  # fmt: skip
    curve = {"objective_vnd_per_year": 99e9, "bound_vnd_per_year": 98e9, "gap": 0.01, "saving_vnd_per_year": 1e9,
             "status": "feasible"}  # fmt: skip
    return {
        "name": "by-hand", "title": hostile, "year": 2030, "status": "feasible", "stopped": hostile, "gap": 0.0101,
        "objective_vnd_per_year": 1_234_567_890_123.0, "bound_vnd_per_year": 1_200e9,
        "direct_vnd_per_year": 1_300e9, "saving_vnd_per_year": 65_432_109_877.0, "new_hubs_asked": None,
        "goals": [], "phases": [], "curve": [{**curve, "new_hubs": at, "hub_ids": [hostile]} for at in range(3)],
        "cheapest_new_hubs": 1, "one_more": None, "totals": totals, "seed": 7, "seconds": 1.5,
        "costs": {"distance": 1.2e12, "toll": 34_567_890_123.0, "fixed": 0.0}, "attribution": hostile,
        "known_volumes": [{"id": "x", "description": hostile, "known": 6.5, "modelled": 7.0, "unit": hostile,
                           "ratio": 1.08}],
        "warnings": [hostile], "versions": {hostile: "1.0"}, "inputs": {hostile: "ab" * 32},
    }  # fmt: skip


def ledger_rows(names):
    return pd.DataFrame([
        {"id": f"row{at}", "group": "g", "name": name, "value": 1234.5, "unit": name, "low": 1000.0,
         "high": 1000.0 + 100 * at, "year": 2026.0, "source": name, "note": name,
         "confidence": ("high", "low", "medium", "scenario")[at % 4]}
        for at, name in enumerate(names)
    ])  # fmt: skip


@pytest.fixture
def hostile():
    return HOSTILE


@pytest.fixture
def tables():
    """A run in which every text is hostile."""
    links = link_rows(HOSTILE)
    flows = pd.DataFrame(columns=["period", "way", "hub_id"])
    return RunTables(
        summary=summary(HOSTILE[0]), hubs=hub_rows(HOSTILE), flows=flows, link_flows=links, places=place_rows(HOSTILE)
    )


@pytest.fixture
def material(tables):
    why = {
        "hub_id": "h0", "is_open": True, "is_possible": True, "stopped": "", "costs_vnd_per_year": 12_345_678_901.0,
        "least_vnd_per_year": 12e9, "most_vnd_per_year": 13e9,
        "flips": [{"what": "fixed_cost", "change_pct": -12.34, "searched": "s", "change_vnd_per_year": 1.0}],
    }  # fmt: skip
    return Material(
        tables=tables, scenario=Scenario(name="by-hand", title=HOSTILE[0]), ledger=ledger_rows(HOSTILE), whys=(why,),
        findings=(HOSTILE[0],),
    )  # fmt: skip
