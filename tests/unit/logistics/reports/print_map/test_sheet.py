"""The sheet: what it holds, and that no name lies on another or on a hub."""

from dataclasses import replace
from itertools import combinations
from math import hypot
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from logistics.errors import InputError
from logistics.i18n.word_file import words
from logistics.maps.style import SHORE
from logistics.reports.print_map import FORMATS, PAPERS, map_files, report_map, write_print_map
from logistics.reports.print_map.extent import core_extent, whole_extent
from logistics.reports.print_map.lettering import ASCENT_EM, DESCENT_EM
from logistics.reports.print_map.marks import Stroke, Text
from logistics.reports.print_map.placing import Box
from logistics.reports.print_map.points import hub_symbols
from logistics.reports.print_map.roads import largest_load_t, ways_of
from logistics.reports.print_map.sheet import draw_sheet
from logistics.reports.print_map.style import round_below, round_breaks
from logistics.reports.print_map.svg import to_svg
from logistics.run_folder import PHASE_MAP


@pytest.fixture
def crowd(tables):
    """Forty hubs, most of them in a small place, some far away."""
    rng = np.random.default_rng(3)
    hubs = pd.concat([tables.hubs] * 4, ignore_index=True).head(40)
    names = [f"Cảng cạn số {at} Đông Bắc" for at in range(40)]
    lon = np.where(np.arange(40) < 34, 106 + rng.normal(0, 0.12, 40), 103 + rng.random(40) * 5)
    lat = np.where(np.arange(40) < 34, 21 + rng.normal(0, 0.1, 40), 19.8 + rng.random(40) * 3)
    hubs = hubs.assign(
        hub_id=[f"c{at}" for at in range(40)], name_vi=names, name_en=names, lon=lon, lat=lat,
        throughput_t_per_year=np.linspace(2e6, 1e4, 40),
    )  # fmt: skip
    return replace(tables, hubs=hubs)


def boxes_of_names(drawing):
    """Names on the map have a halo; each line of one is a box."""
    boxes = []
    for mark in drawing.marks:
        if isinstance(mark, Text) and mark.halo:
            left = mark.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor] * mark.width_mm
            top, bottom = mark.y - ASCENT_EM * mark.size_mm, mark.y + DESCENT_EM * mark.size_mm
            boxes.append(Box(left=left, top=top, right=left + mark.width_mm, bottom=bottom))
    return boxes


@pytest.mark.parametrize("paper", PAPERS)
def test_no_two_names_overlap_and_none_lies_over_a_hub(crowd, paper):
    drawing = draw_sheet(crowd, PAPERS[paper], "vi")
    boxes = boxes_of_names(drawing)
    assert len(boxes) > 20
    assert not any(one.grown(-1e-6).overlaps(other) for one, other in combinations(boxes, 2))
    frame = PAPERS[paper].map
    hubs = hub_symbols(crowd, core_extent(crowd, frame), "vi", PAPERS[paper].scale)
    rooms = [hub.room for hub in hubs if frame.has(hub.x, hub.y)]
    assert not any(box.overlaps(room) for box in boxes if frame.holds(box) for room in rooms)


def test_every_hub_is_named_on_the_map_or_listed_below_it(crowd):
    shown = " ".join(mark.text for mark in draw_sheet(crowd, PAPERS["a3"], "vi").marks if isinstance(mark, Text))
    missing = [name for name in crowd.hubs["name_vi"] if name not in shown]
    # a name in two lines stands as two texts
    assert [name for name in missing if not all(word in shown for word in name.split())] == []


def test_neighbours_differ_in_colour(crowd):
    hubs = hub_symbols(crowd, whole_extent(crowd, PAPERS["a4"].map), "vi", 1.0)
    for hub in hubs:
        others = [one for one in hubs if one is not hub]
        nearest = min(others, key=lambda one: hypot(one.x - hub.x, one.y - hub.y))
        assert nearest.colour != hub.colour


def test_the_sheet_has_legend_scale_bar_north_arrow_and_sources(tables):
    texts = [mark.text for mark in draw_sheet(tables, PAPERS["a4"], "vi").marks if isinstance(mark, Text)]
    said = words("logistics.reports.print_map", "vi")
    assert {said["hubs"], said["north"], "0"} <= set(texts)
    assert any(text.endswith(" km") for text in texts)
    assert any(text.startswith("Nguồn:") for text in texts)


def test_the_legend_explains_only_the_hubs_that_are_there(tables):
    said = words("logistics.reports.print_map", "en")
    standing = replace(tables, hubs=tables.hubs.assign(is_new=False, throughput_t_per_year=1e5))
    marks = draw_sheet(standing, PAPERS["a4"], "en").marks
    texts = {mark.text for mark in marks if isinstance(mark, Text)}
    assert said["hub_standing"] in texts
    assert {said["hub_new"], said["hub_idle"]}.isdisjoint(texts)


@pytest.mark.parametrize(("lower_degrees", "is_drawn"), [(0.5, True), (0.0, False)])
def test_the_coast_is_drawn_and_called_schematic_where_it_is_in_sight(tables, lower_degrees, is_drawn):
    hubs, places = (frame.assign(lat=frame["lat"] - lower_degrees) for frame in (tables.hubs, tables.places))
    marks = draw_sheet(replace(tables, hubs=hubs, places=places), PAPERS["a4"], "en").marks
    assert any(isinstance(mark, Stroke) and mark.colour == SHORE for mark in marks) is is_drawn
    texts = [mark.text for mark in marks if isinstance(mark, Text)]
    assert any(text.startswith("Coast: schematic") for text in texts) is is_drawn


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("kind", FORMATS)
def test_hostile_names_are_drawn_in_every_format_and_twice_the_same_bytes(tables, tmp_path, kind, lang):
    first, second = (
        write_print_map(tables, tmp_path / f"{name}.{kind}", lang=lang).read_bytes() for name in ("one", "two")
    )
    assert first == second
    assert b"CreationDate" not in first


def test_the_svg_is_well_formed_and_holds_texts_only(tables, hostile):
    root = ET.fromstring(to_svg(draw_sheet(tables, PAPERS["a4"], "en")))  # noqa: S314  (our own text)
    kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert kinds == {"svg", "title", "path", "circle", "text"}
    said = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert "".join(hostile[0].split()) in "".join("".join(said).split())


def test_the_map_of_the_report_is_an_element_without_a_header(tables):
    assert report_map(tables, "en").startswith("<svg ")


def test_both_directions_of_a_road_are_one_line(tables):
    ways = ways_of(tables.link_flows, whole_extent(tables, PAPERS["a4"].map))
    assert ways.table["t_per_year"].tolist() == [2e6, 4e6, 6e6, 8e6]
    assert ways.table["mode"].tolist() == ["road", "waterway", "road", "rail"]


@pytest.fixture
def phased(tables):
    """Two phases: in the second one three hubs are worth half, and every road carries three times as much."""
    later = {
        name: getattr(tables, name).assign(period="2040") for name in ("hubs", "places", "link_flows")
    }  # fmt: skip
    half = later["hubs"]["throughput_t_per_year"].where(later["hubs"].index > 2, lambda tonnes: tonnes / 2)
    later["hubs"] = later["hubs"].assign(throughput_t_per_year=half)
    later["link_flows"] = later["link_flows"].assign(t_per_year=3 * later["link_flows"]["t_per_year"])
    phases = [
        {"year": year, "vnd_per_year": cost, "direct_vnd_per_year": cost + 1e9}
        for year, cost in ((2030, 5e9), (2040, 7e9))
    ]
    return replace(
        tables,
        summary={**tables.summary, "phases": phases},
        **{name: pd.concat([getattr(tables, name), frame], ignore_index=True) for name, frame in later.items()},
    )


def test_a_plan_in_phases_has_a_file_for_each_and_one_of_one_year_keeps_its_name(tables, phased):
    assert map_files(tables, "png", "a4") == {"": "map_a4.png"}
    assert map_files(phased, "svg", "a3") == {"2030": "map_2030_a3.svg", "2040": "map_2040_a3.svg"}
    assert all(PHASE_MAP.fullmatch(name) for name in map_files(phased, "png", "a4").values())


def test_the_map_of_a_phase_tells_its_year_and_its_own_money(phased, tmp_path):
    texts = {
        period: [mark.text for mark in draw_sheet(phased, PAPERS["a4"], "en", period).marks if isinstance(mark, Text)]
        for period in ("2030", "2040")
    }
    assert "Cost: 5.0 billion VND a year" in texts["2030"]
    assert "Cost: 7.0 billion VND a year" in texts["2040"]
    assert draw_sheet(phased, PAPERS["a4"], "en").title == draw_sheet(phased, PAPERS["a4"], "en", "2040").title
    with pytest.raises(InputError, match="expected one of 2030, 2040"):
        write_print_map(phased, tmp_path / "map.svg", period="2035")


def test_hubs_keep_colour_and_scale_and_roads_their_classes_in_all_phases(phased):
    extent = whole_extent(phased.last(), PAPERS["a4"].map)
    first, last = (
        {one.key: one for one in hub_symbols(phased.of_period(period), extent, "en", 1.0, phased.hubs)}
        for period in phased.periods
    )
    assert [one.colour for one in first.values()] == [last[key].colour for key in first]
    assert last["h0"].radius_mm == pytest.approx(first["h0"].radius_mm / 2**0.5)
    largest = largest_load_t(phased)
    assert largest == 18e6  # three million tonnes each way, three times as much
    breaks = {ways_of(phased.of_period(at).link_flows, extent, largest).breaks for at in phased.periods}
    assert len(breaks) == 1


def test_an_unknown_format_or_paper_is_refused_by_name(tables, tmp_path):
    with pytest.raises(InputError, match=r"map\.gif: a map is written as png, svg, pdf"):
        write_print_map(tables, tmp_path / "map.gif")
    with pytest.raises(InputError, match="found 'a0', expected one of a4, a3"):
        write_print_map(tables, tmp_path / "map.png", paper="a0")


def test_a_run_without_any_hub_park_or_road_is_still_a_map(tables, tmp_path):
    empty = replace(
        tables, hubs=tables.hubs.head(0), places=tables.places.head(0), link_flows=tables.link_flows.head(0)
    )
    assert write_print_map(empty, tmp_path / "map.svg").stat().st_size > 1000


def test_round_numbers_lie_below_what_they_divide():
    assert round_breaks(34e6, 4) == [2e6, 5e6, 10e6, 20e6]
    assert [round_below(value) for value in (1.64e6, 7.0, 0.3)] == [1e6, 5.0, 0.2]


def test_every_word_of_the_map_stands_in_both_languages():
    english, vietnamese = (words("logistics.reports.print_map", lang) for lang in ("en", "vi"))
    assert english.keys() == vietnamese.keys()
    assert all(english.values())
    assert all(vietnamese.values())
