from dataclasses import replace

import pandas as pd

from logistics.maps.layers import bounds_of, core_of, goods_by_hub, hub_colours, layers_view, new_provinces
from logistics.maps.notes import NotedRun


def view_of(tables, **notes):
    return layers_view(NotedRun(tables=tables, **notes), tables)


def test_goods_through_a_hub_are_added_by_commodity_the_largest_first(tables):
    goods = goods_by_hub(tables.flows)
    assert goods == {
        "h_new": [("electronics", 350.0), ("bulk", 150.0)],
        "h_old": [("bulk", 200.0)],
    }


def test_only_sites_that_stay_closed_are_in_their_layer(tables):
    assert [row["en"] for row in view_of(tables)["sites"]] == ["s_closed"]


def test_each_role_has_its_layer(tables):
    view = view_of(tables)
    names = {layer: [row["en"] for row in rows] for layer, rows in view.items()}
    assert names["generators"] == ["p_1", "c_1"]
    assert names["gateways"] == ["sea_1"]
    assert names["provinces"] == ["pl_1"]
    assert names["hubs"] == ["Old hub", "New hub"]


def test_a_hub_carries_its_figures_unrounded(tables):
    hubs = tables.hubs.assign(throughput_t_per_year=[1 / 3, 2 / 3])
    rows = view_of(replace(tables, hubs=hubs))["hubs"]
    assert [row["throughput_t"] for row in rows] == [1 / 3, 2 / 3]


def test_what_is_not_known_is_none_not_a_number(tables):
    cluster = view_of(tables)["generators"][1]
    assert cluster["area_ha"] is None


def test_a_plan_without_hubs_has_an_empty_layer(tables):
    bare = replace(tables, hubs=tables.hubs.iloc[:0], flows=tables.flows.iloc[:0])
    assert view_of(bare)["hubs"] == []


def test_the_bounds_hold_every_place(tables):
    assert bounds_of([tables]) == [[20.8, 105.8], [21.3, 106.9]]


def test_the_map_opens_on_the_parks_and_the_new_hubs(tables):
    assert core_of(tables) == [[21.0, 106.1], [21.2, 106.3]]


def test_a_small_park_far_away_does_not_widen_the_opening_view(tables):
    far = tables.places.iloc[[0]].assign(lon=103.0, lat=22.5, out_t_per_year=1.0)
    places = pd.concat([tables.places, far], ignore_index=True)
    assert core_of(replace(tables, places=places)) == core_of(tables)


def test_without_tonnes_the_map_opens_on_everything(tables):
    places = tables.places.assign(out_t_per_year=0.0, in_t_per_year=0.0)
    assert core_of(replace(tables, places=places)) == bounds_of([tables])


def test_a_run_without_places_has_no_bounds(tables):
    bare = replace(tables, hubs=tables.hubs.iloc[:0], places=tables.places.iloc[:0])
    assert bounds_of([bare]) is None
    assert core_of(bare) is None


def test_a_closed_hub_is_not_drawn_as_a_hub(tables):
    hubs = tables.hubs.assign(tier=["closed", "cross-dock 10 ha"])
    assert [row["hub_id"] for row in view_of(replace(tables, hubs=hubs))["hubs"]] == ["h_new"]


def test_neighbouring_hubs_have_different_colours_the_busiest_the_first(tables):
    assert hub_colours([tables, tables]) == {"h_new": 0, "h_old": 1}


def test_a_site_left_alone_says_what_the_answer_to_why_was(tables):
    whys = {"s_closed": {"is_open": False, "is_possible": True, "costs_vnd_per_year": 3e9}}
    assert view_of(tables, whys=whys)["sites"][0]["why"] == {"forced_vnd": 3e9}


def test_merged_provinces_stand_once_in_the_middle_of_their_seats_the_largest_first():
    places = pd.DataFrame([
        {"role": "province", "name_vi": name, "name_en": english, "province_2025": merged, "lon": lon, "lat": 21.0,
         "out_t_per_year": t, "in_t_per_year": 0.0}
        for name, english, merged, lon, t in (
            ("Bắc Ninh", "Bac Ninh", "Bắc Ninh", 106.0, 5.0),
            ("Bắc Giang", "Bac Giang", "Bắc Ninh", 107.0, 9.0),
            ("Sơn La", "Son La", "Sơn La", 104.0, 7.0),
            ("Elsewhere", "Elsewhere", "", 103.0, 8.0),
        )
    ])  # fmt: skip
    assert new_provinces(places) == [
        {"vi": "Bắc Ninh", "en": "Bac Ninh", "lat": 21.0, "lon": 106.5},
        {"vi": "Sơn La", "en": "Son La", "lat": 21.0, "lon": 104.0},
    ]


def test_provinces_without_a_word_on_mergers_are_not_merged(tables):
    assert new_provinces(tables.places) == []
