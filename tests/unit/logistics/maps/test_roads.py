from dataclasses import replace

import numpy as np
import pytest

from logistics.maps.escaping import json_block
from logistics.maps.lines import Lines, steps, whole_lines
from logistics.maps.roads import road_breaks, roads_view

MEGABYTE = 1e6


def views_of(link_flows):
    """Return the loads of a phase and the lines of its page."""
    lines = Lines()
    return roads_view(link_flows, lines), lines.view()


def test_both_directions_of_a_road_are_one_line_with_their_tonnes_added(tables):
    view, _ = views_of(tables.link_flows)
    assert view["t"] == [500, 0, 40]
    assert view["direct_t"] == [200, 0, 0]


def test_a_line_is_its_first_point_and_the_steps_in_ten_thousandths_of_a_degree():
    lines = whole_lines(["106 21;106.1 21.05;106.05 21.3"])
    assert steps(lines[0]) == [1_060_000, 210_000, 1000, 500, -500, 2500]


def test_points_on_a_straight_line_are_left_out():
    assert steps(whole_lines(["106 21;106.1 21.1;106.2 21.2"])[0]) == [1_060_000, 210_000, 2000, 2000]


def test_lines_keep_their_own_points_when_several_are_read_at_once():
    lines = whole_lines(["1 2;3 4", "5 6;7 9;8 6"])
    assert [line.tolist() for line in lines] == [
        [[10_000, 20_000], [30_000, 40_000]],
        [[50_000, 60_000], [70_000, 90_000], [80_000, 60_000]],
    ]


def test_a_step_of_nothing_is_not_written():
    assert steps(np.array([[1, 1], [1, 1], [2, 1]])) == [1, 1, 1, 0]


def test_connectors_are_not_drawn(tables):
    view, lines = views_of(tables.link_flows)
    assert len(lines["line"]) == len(view["at"]) == 3
    assert view["undrawn"] == 0


def test_links_without_a_line_are_counted_not_drawn(tables):
    links = tables.link_flows.assign(geometry="")
    view, lines = views_of(links)
    assert lines["line"] == []
    assert view["undrawn"] == 4


def test_kinds_and_names_are_written_once(tables):
    _, view = views_of(tables.link_flows)
    assert [view["kinds"][kind] for kind in view["kind"]] == ["trunk", "motorway", "waterway"]
    assert [view["refs"][ref] for ref in view["ref"]] == ["QL.18", "CT.04", "Sông Đuống"]


def test_breaks_of_load_and_change_are_the_same_for_all_phases(tables):
    busy = tables.link_flows.assign(t_per_year=0.0)
    phases = [views_of(links)[0] for links in (tables.link_flows, busy)]
    assert road_breaks(phases) == {"load": [20.0, 50.0, 100.0, 200.0], "goods": {}, "change": [100.0, 200.0]}


def test_a_network_that_carries_nothing_has_no_breaks(tables):
    view, _ = views_of(tables.link_flows.assign(t_per_year=0.0, direct_t_per_year=0.0))
    assert road_breaks([view]) == {"load": [], "goods": {}, "change": []}


def test_no_link_at_all_is_no_road(tables):
    assert views_of(tables.link_flows.iloc[:0])[1]["line"] == []


def test_a_line_of_two_phases_is_written_once(tables):
    lines = Lines()
    first, second = (roads_view(links, lines) for links in (tables.link_flows, tables.link_flows.iloc[[2, 0]]))
    assert len(lines) == 3
    assert (first["at"], second["at"]) == ([0, 1, 2], [1, 0])


@pytest.fixture
def fifty_thousand_links(tables):
    """25,000 two-way roads of ten points some 300 m apart."""
    random = np.random.default_rng(0)
    starts = random.uniform((104, 20), (107, 23), (25_000, 1, 2))
    points = starts + random.normal(0, 0.003, (25_000, 10, 2)).cumsum(axis=1)
    texts = [";".join(f"{lon:.6f} {lat:.6f}" for lon, lat in line) for line in points]
    back = [";".join(reversed(text.split(";"))) for text in texts]
    row = tables.link_flows.iloc[[0]]
    links = row.loc[row.index.repeat(50_000)].reset_index(drop=True)
    links = links.assign(geometry=[*texts, *back], t_per_year=random.uniform(0, 1e7, 50_000))
    return replace(tables, link_flows=links)


def test_fifty_thousand_links_stay_below_eight_megabytes(fifty_thousand_links):
    view, lines = views_of(fifty_thousand_links.link_flows)
    assert len(lines["line"]) == 25_000
    assert len(json_block([view, lines]).encode()) < 8 * MEGABYTE


def test_tonnes_of_a_commodity_are_added_over_both_directions_and_have_breaks_of_their_own(tables):
    links = tables.link_flows.assign(bulk_t_per_year=[1e6, 2e5, 0.0, 30.0, 9e9])
    view, _ = views_of(links)
    assert view["goods"] == {"bulk": [1_200_000, 0, 30]}
    more = {**view, "goods": {"bulk": [0, 0, 30_000_000]}}
    assert road_breaks([view, more])["goods"]["bulk"][-1] == 20_000_000.0
    assert road_breaks([view, more])["load"] == road_breaks([view])["load"]


def test_a_run_that_kept_only_sums_has_no_commodity_to_choose(tables):
    view, _ = views_of(tables.link_flows)
    assert view["goods"] == {}
    assert road_breaks([view])["goods"] == {}
