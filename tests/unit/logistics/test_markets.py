"""Gateways and markets weighed by hand."""

import pytest

from logistics.errors import InputError
from logistics.markets import far_ends, gateway_weights_t


def weights(region, year):
    gates = region.gateways
    return dict(zip(gates["place_id"], gateway_weights_t(gates, year, region.ledger), strict=True))


def test_the_terminals_of_hai_phong_sum_to_the_port(region):
    ports = region.gateways.query("type == 'seaport' and province_2024 == 'Hải Phòng' and throughput_teu_per_year > 0")
    found = weights(region, 2026)
    assert sum(found[port] for port in ports["place_id"]) == pytest.approx(6.5e6 * 10.5)


def test_the_coal_port_takes_no_park_freight(region):
    assert weights(region, 2026)["sea_cam_pha"] == 0


def test_an_airport_being_built_counts_from_2030_with_its_announced_volume(region):
    assert weights(region, 2026)["air_gia_binh"] == 0
    assert weights(region, 2030)["air_gia_binh"] == 250_000


def test_planned_ports_and_the_aggregate_are_no_ends(region):
    ends = set(far_ends(region.gateways, region.provinces, 2030, region.ledger)["place_id"])
    assert not ends & {"sea_hai_phong_total", "sea_nam_do_son", "sea_cam_pha", "riv_que_vo"}
    assert {"sea_lach_huyen", "bg_huu_nghi", "air_noi_bai", "rail_yen_vien", "pl_ha_noi", "dom_south"} <= ends


def test_domestic_weights_sum_to_one_with_the_share_of_the_south(region):
    ends = far_ends(region.gateways, region.provinces, 2030, region.ledger)
    out = ends[(ends["channel"] == "domestic") & (ends["direction"] == "out")].set_index("place_id")["weight"]
    assert out.sum() == pytest.approx(1)
    assert out["dom_south"] == pytest.approx(0.15)


def test_provinces_without_people_or_trade_cannot_share_anything_out(region):
    nobody = region.provinces.assign(population=0.0)
    with pytest.raises(InputError, match="the column population sums to 0, expected above 0"):
        far_ends(region.gateways, nobody, 2030, region.ledger)


def test_gates_that_nothing_is_listed_of_weigh_nothing_and_are_raised_to_no_total(region):
    idle = region.gateways.assign(**{
        name: 0.0 for name in region.gateways.columns if name.startswith("throughput_")
    })  # fmt: skip
    found = gateway_weights_t(idle, 2026, region.ledger)
    assert found[(idle["type"] == "seaport") & (idle["province_2024"] == "Hải Phòng")].sum() == 0.0
