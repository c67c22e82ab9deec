import re

from logistics.maps.leaflet import VERSION, default_icon_script, leaflet_script, leaflet_style


def test_leaflet_keeps_its_licence_comment():
    assert leaflet_script().startswith(f"/* @preserve\n * Leaflet {VERSION}")


def test_the_browser_is_not_sent_for_a_source_map():
    assert "sourceMappingURL" not in leaflet_script()


def test_no_script_ends_early():
    assert "</script" not in leaflet_script().lower()
    assert "<!--" not in leaflet_script()


def test_every_image_of_the_style_sheet_stands_inside_it():
    urls = set(re.findall(r"url\((.{4})", leaflet_style()))
    assert urls == {"data", "#def"}  # "#default#VML" is a switch of Internet Explorer, no address


def test_a_marker_added_by_hand_finds_its_icon_inside():
    assert default_icon_script().count("data:image/png;base64,") == 3
