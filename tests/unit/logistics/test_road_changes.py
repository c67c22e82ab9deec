"""Speeds, tolls and closed links that a scenario changes."""

import pandas as pd
import pytest

import networks
from logistics.errors import InputError
from logistics.road_changes import with_road_changes
from logistics.scenario import Scenario
from logistics.tolls import toll_group5_vnd


def road():
    nodes = pd.DataFrame({"node_id": ["a", "b", "c"], "lon": [106.0, 106.1, 106.2], "lat": [21.0, 21.0, 21.0]})
    links = pd.DataFrame(
        {
            "link_id": ["north", "north~", "south"],
            "origin_node_id": ["a", "b", "b"],
            "destination_node_id": ["b", "a", "c"],
            "length_km": [10.0, 10.0, 20.0],
            "travel_h": [0.2, 0.2, 0.5],
            "toll_vnd_per_km": [1000.0, 1000.0, 0.0],
        }
    )
    return networks.from_tables(nodes, links)


def test_a_scenario_that_changes_no_road_leaves_the_network_itself():
    network = road()
    assert with_road_changes(network, Scenario(name="x")) is network


def test_at_half_the_speed_every_link_takes_twice_as_long():
    slow = with_road_changes(road(), Scenario(name="x", speed_pct=50))
    assert slow.links["travel_h"].tolist() == [0.4, 0.4, 1.0]


def test_half_the_toll_is_half_of_what_each_link_takes():
    cheap = with_road_changes(road(), Scenario(name="x", toll_pct=50))
    assert toll_group5_vnd(cheap.links).tolist() == [5000.0, 5000.0, 0.0]


@pytest.mark.parametrize("named", ["north", "north~"])
def test_a_closed_link_closes_in_both_directions(named):
    closed = with_road_changes(road(), Scenario(name="x", closed_links=(named,)))
    assert closed.links["link_id"].tolist() == ["south"]


def test_a_link_that_is_not_there_is_an_error_with_the_nearest_name():
    with pytest.raises(InputError, match=r"no link 'nort'; the nearest is .*north"):
        with_road_changes(road(), Scenario(name="x", closed_links=("nort",)))
