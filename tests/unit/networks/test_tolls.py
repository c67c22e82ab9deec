import pytest

from networks import TOLL_COLUMNS, TRUCK_5T, TRUCK_40FT, VAN, northern_vietnam, travel, with_toll_km


def test_toll_km_are_the_km_of_tolled_links_by_class(make_network):
    links = (("ab", "a", "b", 10.0, 0.25), ("bc", "b", "c", 20.0, 0.5), ("cd", "c", "d", 5.0, 0.5))
    network = make_network(links, highway=["motorway", "trunk_link", "primary"], toll=[True, True, False])
    found = travel(with_toll_km(network, TRUCK_40FT), ["a"], ["d"], accumulate=TOLL_COLUMNS)
    assert {name: total.item() for name, total in found.sums.items()} == {
        "toll_km": 30.0,
        "toll_motorway_km": 10.0,
        "toll_trunk_km": 20.0,
        "toll_primary_km": 0.0,
        "toll_other_km": 0.0,
    }


def test_a_network_that_knows_no_toll_has_none(chain):
    found = travel(with_toll_km(chain, VAN), ["a"], ["c"], accumulate=TOLL_COLUMNS[:1])
    assert found.sums["toll_km"].item() == 0.0


def test_the_group_in_which_the_vehicle_pays_is_written_on_the_network(chain):
    assert with_toll_km(chain, TRUCK_5T).provenance == {"source": "drawn by hand", "toll_group": "3"}


def test_the_bundled_region_knows_the_tolled_km_of_its_expressways():
    # Chi Lăng - Hữu Lũng - Dĩnh Trì: 38.5 + 25.9 km of CT.01, both tolled
    network = northern_vietnam(modes=["road"])
    found = travel(network, ["ic_chi_lang"], ["ic_dinh_tri"], by="km", accumulate=("toll_motorway_km_per_km",))
    assert found.sums["toll_motorway_km"].item() == pytest.approx(64.4)
    assert network.provenance["toll_group"] == "5"
