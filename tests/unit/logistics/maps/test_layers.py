from dataclasses import replace

import pandas as pd

from logistics.maps.layers import bounds_of, core_of, goods_by_hub, layers_view


def test_goods_through_a_hub_are_added_by_commodity_the_largest_first(tables):
    goods = goods_by_hub(tables.flows, {"electronics": "Electronics", "bulk": "Bulk materials"})
    assert goods == {
        "h_new": [("Electronics", 350.0), ("Bulk materials", 150.0)],
        "h_old": [("Bulk materials", 200.0)],
    }


def test_a_commodity_without_a_name_keeps_its_id(tables):
    assert goods_by_hub(tables.flows, {})["h_old"] == [("bulk", 200.0)]


def test_only_sites_that_stay_closed_are_in_their_layer(tables):
    assert [row["en"] for row in layers_view(tables, "en")["sites"]] == ["s_closed"]


def test_each_role_has_its_layer(tables):
    view = layers_view(tables, "en")
    names = {layer: [row["en"] for row in rows] for layer, rows in view.items()}
    assert names["generators"] == ["p_1", "c_1"]
    assert names["gateways"] == ["sea_1"]
    assert names["provinces"] == ["pl_1"]
    assert names["hubs"] == ["Old hub", "New hub"]


def test_a_hub_carries_its_figures_unrounded(tables):
    hubs = tables.hubs.assign(throughput_t_per_year=[1 / 3, 2 / 3])
    rows = layers_view(replace(tables, hubs=hubs), "en")["hubs"]
    assert [row["throughput_t"] for row in rows] == [1 / 3, 2 / 3]


def test_what_is_not_known_is_none_not_a_number(tables):
    cluster = layers_view(tables, "en")["generators"][1]
    assert cluster["area_ha"] is None


def test_a_plan_without_hubs_has_an_empty_layer(tables):
    bare = replace(tables, hubs=tables.hubs.iloc[:0], flows=tables.flows.iloc[:0])
    assert layers_view(bare, "vi")["hubs"] == []


def test_the_bounds_hold_every_place(tables):
    assert bounds_of(tables) == [[20.8, 105.8], [21.3, 106.9]]


def test_the_map_opens_on_the_parks_and_the_new_hubs(tables):
    assert core_of(tables) == [[21.0, 106.1], [21.2, 106.3]]


def test_a_small_park_far_away_does_not_widen_the_opening_view(tables):
    far = tables.places.iloc[[0]].assign(lon=103.0, lat=22.5, out_t_per_year=1.0)
    places = pd.concat([tables.places, far], ignore_index=True)
    assert core_of(replace(tables, places=places)) == core_of(tables)


def test_without_tonnes_the_map_opens_on_everything(tables):
    places = tables.places.assign(out_t_per_year=0.0, in_t_per_year=0.0)
    assert core_of(replace(tables, places=places)) == bounds_of(tables)


def test_a_run_without_places_has_no_bounds(tables):
    bare = replace(tables, hubs=tables.hubs.iloc[:0], places=tables.places.iloc[:0])
    assert bounds_of(bare) is None
    assert core_of(bare) is None
