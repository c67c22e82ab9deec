from dataclasses import replace

import pandas as pd

from logistics.maps.trade import MOST_LINES, trade_view


def flow(origin, destination, tonnes, *, hubs=("", ""), commodity="bulk", trade="export"):
    return {
        "origin_id": origin, "destination_id": destination, "t_per_year": tonnes, "way": "hub" if hubs[0] else "direct",
        "hub_id": hubs[0], "second_hub_id": hubs[1], "commodity": commodity, "trade": trade,
    }  # fmt: skip


def lines_of(tables, flows, commodity=""):
    """Return every line by the names of its ends: tonnes and whether through a hub."""
    view = trade_view(replace(tables, flows=pd.DataFrame(flows)))
    names = [point[2] for point in view["points"]]
    return {tuple(sorted((names[a], names[b]))): (t, hub) for a, b, t, hub in view["lines"].get(commodity, [])}


def test_a_direct_flow_is_one_line_both_directions_together(tables):
    flows = [flow("pl_1", "sea_1", 5.0), flow("sea_1", "pl_1", 7.0, trade="import")]
    assert lines_of(tables, flows) == {("pl_1", "sea_1"): (12, 0)}


def test_a_flow_through_a_hub_is_two_lines(tables):
    flows = [flow("pl_1", "sea_1", 5.0, hubs=("h_new", ""))]
    assert lines_of(tables, flows) == {("New hub", "pl_1"): (5, 1), ("New hub", "sea_1"): (5, 1)}


def test_an_import_passes_the_hub_at_its_destination_last(tables):
    flows = [flow("sea_1", "pl_1", 5.0, hubs=("h_new", "h_old"), trade="import")]
    assert set(lines_of(tables, flows)) == {("Old hub", "sea_1"), ("New hub", "Old hub"), ("New hub", "pl_1")}


def test_parks_count_with_their_province(tables):
    places = tables.places.assign(name_vi=["a", "b", "Bắc Ninh", *"cdef"])
    flows = [flow("p_1", "sea_1", 5.0), flow("c_1", "sea_1", 1.0)]
    assert lines_of(replace(tables, places=places), flows) == {("pl_1", "sea_1"): (6, 0)}


def test_each_commodity_has_its_lines(tables):
    flows = [flow("pl_1", "sea_1", 5.0), flow("pl_1", "sea_1", 2.0, commodity="parcels")]
    assert lines_of(tables, flows, "parcels") == {("pl_1", "sea_1"): (2, 0)}


def test_only_the_heaviest_lines_are_drawn_and_their_share_is_told(tables):
    row = tables.places.iloc[[3]]
    many = pd.concat([row.assign(place_id=f"g{at:03d}") for at in range(MOST_LINES + 1)], ignore_index=True)
    places = pd.concat([tables.places, many], ignore_index=True)
    flows = pd.DataFrame([flow("pl_1", f"g{at:03d}", 1.0 + at) for at in range(MOST_LINES + 1)])
    view = trade_view(replace(tables, places=places, flows=flows))
    assert len(view["lines"][""]) == MOST_LINES
    assert view["lines"][""][0][2] == MOST_LINES + 1
    assert view["share"][""] == 1 - 1 / sum(range(1, MOST_LINES + 2))


def test_an_old_run_whose_flows_name_no_ends_has_no_lines(tables):
    assert trade_view(tables)["lines"] == {"": []}
