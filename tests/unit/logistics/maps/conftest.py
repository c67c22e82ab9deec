"""A run small enough to be checked by eye."""

import pandas as pd
import pytest

from logistics.run_folder import RunTables

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "`+alert(1)+`",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "<!--<script>",
    "\u2028\u2029 alert(1)",
    "\\u003cscript\\u003e",
    "&lt;b&gt; &amp;",
)


def hub(hub_id, name, at, *, is_new, throughput=0.0, fixed=0.0):
    lon, lat = at
    return {
        "hub_id": hub_id,
        "name_vi": f"{name} (vi)",
        "name_en": name,
        "type": "dry_port",
        "province": "Bắc Ninh",
        "lon": lon,
        "lat": lat,
        "is_new": is_new,
        "tier": "cross-dock 10 ha" if is_new else "as it stands",
        "period": "2030",
        "land_ha": 10.0,
        "yard_capacity_t_per_year": 600.0,
        "cross_dock_capacity_t_per_year": 400.0,
        "capacity_t_per_year": 1000.0,
        "yard_throughput_t_per_year": throughput,
        "cross_dock_throughput_t_per_year": 0.0,
        "throughput_t_per_year": throughput,
        "barge_t_per_year": 0.0,
        "fixed_vnd_per_year": fixed,
    }


def place(place_id, role, at, *, out=0.0, kind="", opened=False):
    lon, lat = at
    return {
        "place_id": place_id,
        "role": role,
        "type": kind,
        "status": "existing",
        "name_vi": f"{place_id} (vi)",
        "name_en": place_id,
        "province": "Bắc Ninh",
        "lon": lon,
        "lat": lat,
        "area_ha": 100.0 if role == "park" else float("nan"),
        "out_t_per_year": out,
        "in_t_per_year": 0.0,
        "via_hub_t_per_year": 0.0,
        "hub_id": "",
        "connector_km": 1.5,
        "opened": opened,
    }


def flow(flow_id, commodity, hub_id, t_per_year):
    return {
        "flow_id": flow_id,
        "commodity": commodity,
        "way": "hub" if hub_id else "direct",
        "hub_id": hub_id,
        "t_per_year": t_per_year,
    }


def link(link_id, geometry, tonnes, *, highway="trunk", mode="road", ref="QL.18"):
    t_per_year, direct = tonnes
    return {
        "link_id": link_id,
        "origin_node_id": "a",
        "destination_node_id": "b",
        "mode": mode,
        "highway": highway,
        "ref": ref,
        "length_km": 1.0,
        "t_per_year": t_per_year,
        "direct_t_per_year": direct,
        "geometry": geometry,
    }


@pytest.fixture
def tables():
    """One park, one cluster, a seaport, a standing hub, a new one, a site left alone, four links."""
    summary = {
        "name": "small",
        "title": "Two hubs",
        "year": 2030,
        "status": "optimal",
        "objective_vnd_per_year": 900e9,
        "bound_vnd_per_year": 899e9,
        "gap": 0.00111,
        "direct_vnd_per_year": 1000e9,
        "saving_vnd_per_year": 100e9,
        "curve": [
            {"new_hubs": 0, "objective_vnd_per_year": 950e9, "gap": 0.0, "saving_vnd_per_year": 50e9},
            {"new_hubs": 1, "objective_vnd_per_year": 900e9, "gap": 0.00111, "saving_vnd_per_year": 100e9},
        ],
        "cheapest_new_hubs": 1,
        "one_more": {"new_hubs": 2, "loses_vnd_per_year": 3e9},
        "totals": {"t_per_year": 1500.0, "co2_t_per_year": 9.0, "direct_co2_t_per_year": 10.0, "hub_t_per_year": 700.0},
        "attribution": "© OpenStreetMap contributors, ODbL 1.0",
        "warnings": ["one park is far from the road"],
    }
    hubs = [
        hub("h_old", "Old hub", (106.0, 21.0), is_new=False, throughput=200.0),
        hub("h_new", "New hub", (106.2, 21.1), is_new=True, throughput=500.0, fixed=5e9),
    ]
    places = [
        place("p_1", "park", (106.1, 21.0), out=1000.0),
        place("c_1", "cluster", (106.3, 21.2), out=500.0),
        place("pl_1", "province", (105.8, 21.0)),
        place("sea_1", "gateway", (106.9, 20.8), kind="seaport"),
        place("h_old", "site", (106.0, 21.0), kind="dry_port", opened=True),
        place("h_new", "site", (106.2, 21.1), kind="greenfield_candidate", opened=True),
        place("s_closed", "site", (106.4, 21.3), kind="greenfield_candidate"),
    ]
    flows = [
        flow("f1", "electronics", "h_new", 300.0),
        flow("f2", "bulk", "h_new", 150.0),
        flow("f3", "electronics", "h_new", 50.0),
        flow("f4", "bulk", "h_old", 200.0),
        flow("f5", "bulk", "", 800.0),
    ]
    links = [
        link("r1", "106 21;106.1 21.05;106.2 21.1", (300.0, 100.0)),
        link("r1~", "106.2 21.1;106.1 21.05;106 21", (200.0, 100.0)),
        link("r2", "106.2 21.1;106.9 20.8", (0.0, 0.0), highway="motorway_link", ref="CT.04"),
        link("w1", "106 21;106.9 20.8", (40.0, 0.0), highway="", mode="waterway", ref="Sông Đuống"),
        link("connector:p_1", "106.1 21;106.1 21.05", (1000.0, 1000.0), highway="connector"),
    ]
    return RunTables(
        summary=summary,
        hubs=pd.DataFrame(hubs),
        flows=pd.DataFrame(flows),
        link_flows=pd.DataFrame(links),
        places=pd.DataFrame(places),
    )


@pytest.fixture(params=HOSTILE)
def hostile(request):
    """Return a name that tries to be more than text."""
    return request.param
