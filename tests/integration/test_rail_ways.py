"""Freight that goes on by train: priced, counted and put back on the railways."""

import numpy as np
import pytest

from logistics.beside_known import mode_shares
from logistics.case import allowed_sites, assemble, build_freight, read_network, used_places
from logistics.connect import connect
from logistics.costs import RAIL
from logistics.loads import link_loads
from logistics.markets import far_ends
from logistics.region import read_region
from logistics.ways import price_ways, way_rows


@pytest.fixture(scope="module")
def case(small_scenario):
    """The small region with sidings."""
    region = read_region(small_scenario.tables)
    sites = allowed_sites(region.sites, small_scenario, 2030)
    ends = far_ends(region.gateways, region.provinces, small_scenario.year, region.ledger)
    places, afloat = used_places(region, sites, ends, rail=True)
    network = read_network(small_scenario, 2030, lambda _: None)
    connected = connect(network, places, afloat, region.ledger, small_scenario.max_connector_km, small_scenario.year)
    freight = build_freight(region, small_scenario, 2030, ends, connected)
    return assemble(small_scenario, 2030, region, (network, connected), (freight, sites))


@pytest.fixture(scope="module")
def ways(case):
    """Return all freight to and from Đồng Đăng's gates by train through Yên Viên, the rest direct."""
    hub = int(np.flatnonzero(case.sites["hub_id"] == "icd_yen_vien").item())
    every = np.arange(len(case.flows))
    railed = case.flows["far_id"].isin(["bg_huu_nghi", "bg_coc_nam"]).to_numpy()
    site, mode = np.where(railed, hub, -1), np.where(railed, RAIL, 0)
    return way_rows(every, (site, np.full(every.size, -1)), mode, case.flows["t_per_year"].to_numpy(float))


def test_a_train_is_as_long_as_the_line_and_both_sidings(case, ways):
    prices = price_ways(case, ways)
    railed = (ways["mode"] == RAIL).to_numpy()
    assert railed.any()
    assert np.isfinite(prices["vnd_per_t"]).all()
    assert prices["rail_km"][railed].between(150, 165).all()  # Yên Viên to Đồng Đăng: x065, 151 to 157 km, and sidings
    assert (prices["rail_km"][~railed] == 0).all()


def test_tonnes_by_train_lie_on_the_railways_and_off_the_roads(case, ways):
    loads = link_loads(case, ways)
    rails = loads[loads["mode"] == "rail"]
    tonnes = float(ways["t_per_year"][ways["mode"] == RAIL].sum())
    between = float((rails["t_per_year"] * rails["length_km"]).sum()) / tonnes
    assert 145 <= between <= 160
    shares = mode_shares(case, ways).set_index("mode")
    assert shares.loc["rail", "t_per_year"] == pytest.approx(tonnes)
    assert shares.loc["rail", "tkm_per_year"] > between * tonnes
    gate = case.connected.nodes["bg_huu_nghi"]
    at_gate = loads[(loads["origin_node_id"] == gate) | (loads["destination_node_id"] == gate)]
    assert at_gate["t_per_year"].sum() == 0
    assert at_gate["direct_t_per_year"].sum() > 0
    goods = [f"{name}_t_per_year" for name in case.region.commodity_names.index]
    assert rails[goods].sum(axis=1).sum() == pytest.approx(rails["t_per_year"].sum())


def test_without_trains_no_railway_is_looked_at(small_plan):
    assert small_plan.case.connected.rails is None
    assert set(small_plan.link_flows["mode"]) == {"road", "waterway"}
