"""Ways between places, of which those between parks are not measured."""

import numpy as np
import pytest

from logistics.distances import Distances
from logistics.errors import InputError
from logistics.tariffs import Leg


def leg(hours):
    hours = np.array(hours, dtype=float)
    return Leg(length_km=60 * hours, travel_h=hours, toll_group5_vnd=1000 * hours)


@pytest.fixture
def apart():
    """Two parks and a hub, an hour and two from it, three and four back; no way between the parks is measured."""
    return Distances(
        place_ids=("one", "other", "hub"), apart=2, by_vehicle={"truck": leg([[1], [2], [0]])},
        away={"truck": leg([[3, 4, 0]])}, water_km=np.full((1, 1), np.inf),
    )  # fmt: skip


def test_ways_to_and_from_parks_are_those_measured(apart):
    parks, hub = apart.positions(["one", "other"]), apart.positions(["hub"])
    assert apart.leg("truck", parks, hub).travel_h.tolist() == [1.0, 2.0]
    assert apart.leg("truck", hub, parks).length_km.tolist() == [180.0, 240.0]
    assert apart.leg("truck", hub, parks).toll_group5_vnd.tolist() == [3000.0, 4000.0]
    inf = np.inf
    assert apart.hours("truck").tolist() == [[inf, inf, 1.0], [inf, inf, 2.0], [3.0, 4.0, 0.0]]


def test_a_way_that_nobody_measured_is_refused_not_guessed(apart):
    one, other = apart.positions(["one"]), apart.positions(["other"])
    with pytest.raises(ValueError, match="a way between two of the first 2 places, none of which was measured"):
        apart.leg("truck", one, other)


def test_places_that_are_not_on_the_network_are_named(apart):
    with pytest.raises(InputError, match=r"places not on the network: elsewhere, nowhere$"):
        apart.positions(["one", "nowhere", "elsewhere"])
