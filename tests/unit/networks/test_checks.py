import json

import pandas as pd
import pytest

from networks import check, northern_vietnam


def two_way(*links):
    return [*links, *((f"{name}~", end, start, *rest) for name, start, end, *rest in links)]


@pytest.fixture
def sound(make_network):
    """Return the two-way road a - b - c with lengths that fit the map."""
    return make_network(two_way(("ab", "a", "b", 10.5, 0.25), ("bc", "b", "c", 10.5, 0.25)))


def test_a_sound_network_gives_no_warning(sound):
    found = check(sound)
    assert found.warnings == ()
    assert found.fit
    assert (found.nodes, found.links, found.length_km, found.largest_share) == (5, 4, 42.0, 1.0)


def test_nodes_that_cannot_be_left_are_named(make_network):
    network = make_network([*two_way(("ab", "a", "b", 10.5, 0.25)), ("bc", "b", "c", 10.5, 0.25)])
    found = check(network)
    assert found.cut_off == ("c",)
    assert found.largest_share == pytest.approx(2 / 3)
    assert not found.fit
    assert found.warnings == ("1 road nodes lie outside the largest part: c",)


def test_odd_speeds_and_lengths_are_named(make_network):
    links = two_way(("ab", "a", "b", 10.5, 0.01), ("bc", "b", "c", 9.0, 0.25), ("ad", "a", "d", 20.0, 9.0))
    found = check(make_network(links))
    assert found.odd_speeds == ("ab", "ad", "ab~", "ad~")
    assert found.too_short == ("bc", "bc~")


def test_a_flag_of_imputed_values_is_weighed_by_length(make_network):
    links = [("ab", "a", "b", 30.0, 1.0), ("ba", "b", "a", 10.0, 1.0)]
    assert check(make_network(links, speed_imputed=[True, False])).imputed == {"speed_imputed": 0.75}


def test_far_places_and_detours_are_named(make_network):
    network = make_network(two_way(("ab", "a", "b", 10.5, 0.25), ("bd", "b", "d", 40.0, 1.0)))
    places = pd.DataFrame({"point_id": ["p", "q"], "lon": [105.1, 105.1], "lat": [20.9, 21.1]})
    found = check(network, places)
    assert found.places == 2
    assert found.far == {"p": pytest.approx(11.12, abs=0.01)}
    assert found.detours == {}
    near = pd.DataFrame({"point_id": ["p", "q"], "lon": [105.1, 105.1], "lat": [21.0, 21.1]})
    assert check(network, near).detours == {
        ("p", "q"): pytest.approx(40.0 / 11.12, abs=0.01),
        ("q", "p"): pytest.approx(40.0 / 11.12, abs=0.01),
    }


def test_what_was_found_can_be_written_as_json(sound):
    places = pd.DataFrame({"point_id": ["p"], "lon": [105.1], "lat": [20.9]})
    assert json.loads(json.dumps(check(sound, places).to_dict()))["far"] == {"p": pytest.approx(11.12, abs=0.01)}


def test_the_bundled_network_is_fit():
    found = check(northern_vietnam(year=2026))
    assert found.fit
    assert found.cut_off == ()
    assert found.odd_speeds == ()
