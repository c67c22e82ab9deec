"""The schematic coast: a whole line, near the real one, and a sea only on its outer side."""

import json

import numpy as np
import pytest
import shapely

from logistics import tables
from logistics.maps import MapOptions, draw_map
from logistics.maps.coast import FADE_KM, coast, coast_view, sea
from logistics.region import bundled_file
from networks.tables import read_table

NORTH = [[20.0, 103.0], [23.0, 108.0]]
MEKONG = [[9.0, 105.0], [11.0, 107.0]]
KM_PER_DEGREE = 111.2
NEAR_KM = 5.0


def in_km(shape):
    """Return a shape in kilometres, true in the middle of the coast."""
    return shapely.transform(shape, lambda points: points * [KM_PER_DEGREE * np.cos(np.radians(20)), KM_PER_DEGREE])


def test_the_mainland_runs_from_the_chinese_border_to_deo_ngang_and_does_not_cross_itself():
    mainland = coast().mainland
    assert mainland[0].tolist() == [108.035, 21.535]
    assert mainland[-1].tolist() == [106.5, 17.96]
    assert shapely.linestrings(mainland).is_simple


def test_islands_are_closed_and_lie_apart_from_each_other_and_from_the_mainland():
    found = coast()
    islands = [shapely.polygons(ring) for ring in found.islands]
    assert len(islands) == 5
    assert all(island.is_valid for island in islands)
    shores = [shapely.linestrings(found.mainland), *islands]
    assert not any(a.intersects(b) for at, a in enumerate(shores) for b in shores[at + 1 :])


def test_every_point_says_that_it_is_our_own_and_how_far_it_is_trusted():
    table = read_table(bundled_file("coast"), tables.COAST)
    assert table["name_vi"].ne("").all()
    assert table["name_en"].ne("").all()
    own = table["source"].str.startswith("own compilation")
    assert (table.loc[own, "confidence"] == "low").all()
    assert table.loc[~own, "source"].str.startswith("gateways.csv").all()
    assert table.loc[own, "source"].str.contains("schematic").all()


def test_nine_in_ten_points_of_the_mainland_lie_within_five_kilometres_of_the_provinces_of_a_published_file(
    shared_data,
):
    path = shared_data / "data" / "admin" / "vietnam-provinces-34.geojson"
    if not path.is_file():
        pytest.skip(f"{path.name} is not among the shared data")
    shapes = [feature["geometry"] for feature in json.loads(path.read_text(encoding="utf-8"))["features"]]
    country = shapely.union_all(shapely.buffer(shapely.from_geojson([json.dumps(shape) for shape in shapes]), 1e-5))
    outline = in_km(shapely.boundary(country))
    away_km = shapely.distance(in_km(shapely.points(coast().mainland)), outline)
    assert np.mean(away_km <= NEAR_KM) >= 0.9
    assert np.median(away_km) <= 2.0
    assert away_km.max() <= 2 * NEAR_KM


@pytest.mark.parametrize(
    ("what", "lon", "lat", "steps"),
    [
        ("Hà Nội", 105.85, 21.03, 0),
        ("the middle of Cát Bà", 107.0, 20.79, 0),
        ("south of Đèo Ngang", 106.7, 17.9, 0),
        ("the Gulf, 150 km out", 108.0, 20.0, 0),
        ("2 km off Sầm Sơn", 105.93, 19.735, 6),
        ("32 km off Nghi Sơn", 106.13, 19.3, 1),
    ],
)
def test_the_sea_is_off_the_shore_only_and_fades_out(what, lon, lat, steps):
    assert len(sea()) == len(FADE_KM) == 6
    assert sum(bool(shapely.contains_xy(band, lon, lat)) for band in sea()) == steps, what


def test_a_map_far_from_the_coast_has_none():
    assert coast_view(NORTH)["accuracy_km"] == 5
    assert coast_view(MEKONG) is None


def test_a_ground_of_the_readers_own_takes_the_place_of_the_coast(tables, tmp_path):
    path = tmp_path / "ground.geojson"
    path.write_text('{"type": "LineString", "coordinates": [[106, 20], [107, 21]]}', encoding="utf-8")
    assert draw_map(tables).view["coast"]["fade_km"] == FADE_KM
    view = draw_map(tables, options=MapOptions(ground=path)).view
    assert view["coast"] is None
    assert len(view["ground"]) == 1
