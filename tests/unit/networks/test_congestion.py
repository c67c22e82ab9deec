import numpy as np
import pandas as pd
import pytest

from networks import Congestion, DisconnectedError, EquilibriumOptions, GapWarning, NetworkError, assign
from networks.capacity import link_capacity

UNIT = Congestion(payload_t=1.0, pcu_per_vehicle=1.0, hours_per_year=1.0, alpha=1.0, beta=1.0)
"""A tonne a year is a passenger car an hour, and time doubles at capacity."""


def trips(*rows):
    return pd.DataFrame(rows, columns=["origin", "destination", "t_per_year"])


@pytest.fixture
def two_roads(make_network):
    """Two roads from a to b, 10 + x and 15 + x hours with x pcu/h on them."""
    links = [("quick", "a", "b", 10.0, 10.0), ("slow", "a", "b", 15.0, 15.0)]
    return make_network(links, capacity_pcu_per_h=[10.0, 15.0])


def test_parallel_roads_share_the_freight_at_the_same_time(two_roads):
    answer = assign(two_roads, trips(("a", "b", 15.0)), method="equilibrium", congestion=UNIT)
    assert answer["link_id"].tolist() == ["quick", "slow"]
    assert answer["t_per_year"].to_numpy() == pytest.approx([10.0, 5.0], rel=1e-3)
    assert answer["travel_h"].to_numpy() == pytest.approx([20.0, 20.0], rel=1e-3)
    assert answer["volume_per_capacity"].to_numpy() == pytest.approx([1.0, 1 / 3], rel=1e-3)
    assert answer.attrs["stop"] == "gap reached"
    assert answer.attrs["relative_gap"] <= 1e-4


def test_tonnes_a_year_become_cars_an_hour_by_hand(two_roads):
    # 84,000,000 t / 14 t a vehicle * 4 pcu / 6,000 h = 4,000 pcu/h
    table = trips(("a", "b", 84e6))
    assert Congestion().pcu_per_h_per_t_per_year * 84e6 == pytest.approx(4000.0)
    answer = assign(two_roads, table, method="equilibrium")
    assert answer["pcu_per_h"].sum() == pytest.approx(4000.0)
    assert answer["t_per_year"].sum() == pytest.approx(84e6)


def test_other_traffic_takes_its_share_of_the_road(two_roads):
    links = two_roads.links.assign(background_pcu_per_h=[5.0, np.nan])
    network = type(two_roads)(nodes=two_roads.nodes, links=links)
    answer = assign(network, trips(("a", "b", 15.0)), method="equilibrium", congestion=UNIT)
    assert answer["pcu_per_h"].to_numpy() == pytest.approx([7.5, 7.5], rel=1e-3)
    assert answer["background_pcu_per_h"].tolist() == [5.0, 0.0]
    assert answer["volume_per_capacity"].to_numpy() == pytest.approx([1.25, 0.5], rel=1e-3)
    assert answer["travel_h"].to_numpy() == pytest.approx([22.5, 22.5], rel=1e-3)


def test_a_link_may_have_its_own_curve(two_roads):
    # alpha 0 on the first: 10 h whatever is on it
    links = two_roads.links.assign(bpr_alpha=[0.0, np.nan], bpr_beta=[4.0, np.nan])
    network = type(two_roads)(nodes=two_roads.nodes, links=links)
    answer = assign(network, trips(("a", "b", 15.0)), method="equilibrium", congestion=UNIT)
    assert answer["t_per_year"].tolist() == [15.0, 0.0]
    assert answer["travel_h"].tolist() == [10.0, 15.0]


def test_an_answer_short_of_its_gap_is_never_silent(two_roads):
    options = EquilibriumOptions(max_iterations=1, gap=1e-9)
    with pytest.warns(GapWarning, match="stopped at its iteration limit after 1 iterations with a relative gap of 0.4"):
        answer = assign(two_roads, trips(("a", "b", 15.0)), method="equilibrium", congestion=UNIT, options=options)
    # all 15 on the first: 25 h, where the second takes 15
    assert answer.attrs["relative_gap"] == pytest.approx(10 / 25)
    assert answer.attrs["stop"] == "iteration limit"


def test_trips_without_a_path_are_named_as_in_all_or_nothing(make_network):
    network = make_network([("ab", "a", "b", 10.0, 1.0)], capacity_pcu_per_h=100.0)
    with pytest.raises(DisconnectedError, match="2 trips have no path: b -> c; b -> a"):
        assign(network, trips(("a", "b", 1.0), ("b", "c", 1.0), ("b", "a", 1.0)), method="equilibrium")


def test_roads_without_capacity_and_closed_ones_are_named(make_network):
    links = [("ab", "a", "b", 10.0, 1.0), ("bc", "b", "c", 10.0, 1.0)]
    table = trips(("a", "b", 1.0))
    with pytest.raises(
        NetworkError, match=r"2 links have neither capacity_pcu_per_h nor a highway class .* first ab, bc"
    ):
        assign(make_network(links), table, method="equilibrium")
    with pytest.raises(NetworkError, match=r"1 links have a capacity_pcu_per_h of 0 or less; .* first bc"):
        assign(make_network(links, capacity_pcu_per_h=[1.0, 0.0]), table, method="equilibrium")
    with pytest.raises(NetworkError, match="holds no numbers"):
        assign(make_network(links, capacity_pcu_per_h=["1", "many"]), table, method="equilibrium")


@pytest.mark.parametrize(
    ("column", "value", "match"),
    [
        ("background_pcu_per_h", -1.0, "1 links have a background_pcu_per_h that is no amount; first quick"),
        ("bpr_alpha", -1.0, "alpha below 0"),
        ("bpr_beta", 0.5, "beta that is not 0 or at least 1"),
    ],
)
def test_a_column_out_of_bounds_is_told_with_its_links(two_roads, column, value, match):
    network = type(two_roads)(nodes=two_roads.nodes, links=two_roads.links.assign(**{column: [value, np.nan]}))
    with pytest.raises(NetworkError, match=match):
        assign(network, trips(("a", "b", 1.0)), method="equilibrium")


def test_more_freight_than_numbers_hold_is_one_error_with_the_links(two_roads):
    with pytest.raises(NetworkError, match=r"1 links carry so much for their capacity .*; first quick"):
        assign(two_roads, trips(("a", "b", 1e300)), method="equilibrium")


@pytest.mark.parametrize("field", ["payload_t", "pcu_per_vehicle", "hours_per_year"])
@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_a_conversion_that_is_none_is_refused(field, value):
    with pytest.raises(NetworkError, match=f"found {field} .*, expected a number above 0"):
        Congestion(**{field: value})


def test_arguments_of_the_other_method_are_refused(two_roads):
    with pytest.raises(NetworkError, match="are for method='equilibrium'"):
        assign(two_roads, trips(("a", "b", 1.0)), congestion=UNIT)
    with pytest.raises(NetworkError, match="found by='km', expected 'h'"):
        assign(two_roads, trips(("a", "b", 1.0)), method="equilibrium", by="km")


def test_capacity_is_lanes_of_the_direction_times_the_class(make_network):
    links = [
        ("wide", "a", "b", 1.0, 1.0),  # one-way, 3 lanes: 3 * 1,800
        ("both", "b", "c", 1.0, 1.0),  # 4 lanes both ways: 2 * 1,500
        ("both~", "c", "b", 1.0, 1.0),
        ("lane", "a", "c", 1.0, 1.0),  # lanes unknown: 1 * 1,000
        ("new", "a", "d", 1.0, 1.0),  # lanes unknown: 2 * 1,800
        ("told", "a", "d", 1.0, 1.0),  # its own capacity
        ("last", "a", "d", 1.0, 1.0),  # connector
        ("rail", "a", "d", 1.0, 1.0),
        ("turn", "a", "d", 0.0, 1e-9),
    ]
    network = make_network(
        links,
        highway=["motorway", "trunk", "trunk", "primary", "motorway", "primary", "connector", "", "turn"],
        mode=[*["road"] * 7, "rail", "road"],
        lanes=[3, 4, 4, np.nan, np.nan, 2, *[np.nan] * 3],
        capacity_pcu_per_h=[*[np.nan] * 5, 77.0, *[np.nan] * 3],
    )
    assert link_capacity(network).tolist() == [5400.0, 3000.0, 3000.0, 1000.0, 3600.0, 77.0, *[np.inf] * 3]
