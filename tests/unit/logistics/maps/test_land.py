import json
from dataclasses import replace

import pandas as pd
import pytest

from logistics.errors import InputError
from logistics.maps.land import bands_view, catchments_view, read_ground, service_hours

SQUARE = [[105.0, 20.0], [106.0, 20.0], [106.0, 21.0], [105.0, 21.0], [105.0, 20.0]]


def written(tmp_path, geometry):
    path = tmp_path / "ground.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


def test_parks_of_a_hub_are_its_catchment_and_parks_of_none_have_no_land(tables):
    places = tables.places.assign(hub_id=["h_new", *[""] * 6])
    assert list(catchments_view(replace(tables, places=places))) == ["h_new"]


def test_service_time_is_the_mean_by_tonnes_at_either_end():
    flows = pd.DataFrame([
        {"origin_id": "a", "destination_id": "b", "t_per_year": 1.0, "door_to_door_h": 2.0},
        {"origin_id": "c", "destination_id": "a", "t_per_year": 3.0, "door_to_door_h": 6.0},
    ])  # fmt: skip
    assert service_hours(flows).to_dict() == {"a": 5.0, "b": 2.0, "c": 6.0}


def test_a_park_stands_in_the_band_its_time_falls_into(tables):
    flows = pd.DataFrame([
        {"origin_id": "p_1", "destination_id": "sea_1", "t_per_year": 1.0, "door_to_door_h": 4.0},
        {"origin_id": "c_1", "destination_id": "sea_1", "t_per_year": 1.0, "door_to_door_h": 40.0},
    ])  # fmt: skip
    view = bands_view(replace(tables, flows=flows))
    assert list(view["areas"]) == ["1", "4"]
    assert view["hours"] == {"p_1": 4.0, "c_1": 40.0}


def test_an_old_run_without_hours_has_no_bands(tables):
    assert bands_view(tables)["areas"] == {}


def test_a_polygon_of_a_file_is_ground(tmp_path):
    (rings,) = read_ground(written(tmp_path, {"type": "Polygon", "coordinates": [SQUARE]})).rings
    assert rings == [[1_050_000, 200_000, 10_000, 0, 0, 10_000, -10_000, 0, 0, -10_000]]


def test_provinces_of_vietnam_can_be_ground(shared_data):
    assert len(read_ground(shared_data / "data" / "admin" / "vietnam-provinces-34.geojson").rings) >= 34


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"type": "Polygon", "coordinates": [[[1]]]}', "[" * 100_000])
def test_what_is_no_geojson_is_refused(tmp_path, text):
    path = tmp_path / "ground.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="GeoJSON"):
        read_ground(path)


def test_metres_are_refused(tmp_path):
    metres = [[x * 1e4, y * 1e4] for x, y in SQUARE]
    with pytest.raises(InputError, match="degrees"):
        read_ground(written(tmp_path, {"type": "Polygon", "coordinates": [metres]}))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_ground(tmp_path / "none.geojson")
