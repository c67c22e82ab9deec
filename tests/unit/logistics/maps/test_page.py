import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import folium
import pandas as pd
import pytest

from logistics.errors import InputError
from logistics.maps import MapOptions, draw_map, write_map
from logistics.maps.escaping import script_hash
from logistics.maps.leaflet import leaflet_script
from logistics.maps.page import program

MEGABYTE = 1e6
LEAFLET_BYTES = 165_000


class Reader(HTMLParser):
    """Collects tags, scripts and texts as a browser would see them."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.scripts, self.styles, self.title, self._inside = [], [], [], "", None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside = (tag, dict(attrs))

    def handle_endtag(self, _):
        self._inside = None

    def handle_data(self, data):
        tag, attributes = self._inside or ("", {})
        if tag == "script":
            self.scripts.append((attributes.get("type", ""), data))
        elif tag == "style":
            self.styles.append(data)
        elif tag == "title":
            self.title += data

    @property
    def policy(self):
        return next(a["content"] for _, a in self.tags if a.get("http-equiv") == "Content-Security-Policy")

    @property
    def running(self):
        return [text for kind, text in self.scripts if not kind]

    @property
    def view(self):
        return json.loads(next(text for kind, text in self.scripts if kind == "application/json"))


def html_of(tables, lang="en"):
    return draw_map(tables, lang=lang).get_root().render()


def named(tables, name):
    """Put a name wherever a table or the summary holds one."""
    frames = {
        "hubs": tables.hubs.assign(name_vi=name, name_en=name, province=name, tier=name, type=name),
        "places": tables.places.assign(name_vi=name, name_en=name, province=name, type=name, status=name),
        "flows": tables.flows.assign(commodity=name),
        "link_flows": tables.link_flows.assign(ref=name),
    }
    summary = {**tables.summary, "title": name, "warnings": [name], "attribution": name}
    return replace(tables, summary=summary, **frames)


def test_the_map_is_a_folium_map(tables):
    assert isinstance(draw_map(tables), folium.Map)


def test_the_page_names_no_outside_file(tables):
    page = Reader(html_of(tables))
    assert [attributes for _, attributes in page.tags if {"src", "href", "srcset", "action"} & attributes.keys()] == []
    assert not any("@import" in style for style in page.styles)
    assert set(re.findall(r"url\((.{4})", "".join(page.styles))) == {"data", "#def"}


@pytest.mark.fault("F22")
def test_the_policy_forbids_every_outside_request(tables):
    rules = dict(rule.split(" ", 1) for rule in Reader(html_of(tables)).policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    assert "connect-src" not in rules
    assert "unsafe" not in rules["script-src"]


def test_the_policy_allows_the_scripts_of_the_page_and_no_other(tables):
    page = Reader(html_of(tables))
    allowed = re.search(r"script-src ([^;]*)", page.policy).group(1).split()
    assert allowed == [script_hash(script) for script in page.running]
    assert page.running[:2] == [leaflet_script(), program()]


def test_the_policy_stands_before_the_first_script(tables):
    tags = Reader(html_of(tables)).tags
    policy_at = next(at for at, (_, a) in enumerate(tags) if a.get("http-equiv") == "Content-Security-Policy")
    assert policy_at < min(at for at, (tag, _) in enumerate(tags) if tag in {"script", "style", "title"})


def test_the_page_says_its_language_and_its_charset_once(tables):
    tags = Reader(html_of(tables, "vi")).tags
    assert tags[0] == ("html", {"lang": "vi"})
    assert [a["charset"] for _, a in tags if "charset" in a] == ["utf-8"]


def test_a_hostile_name_is_the_same_text_in_every_field(tables, hostile):
    page = Reader(html_of(named(tables, hostile)))
    view = page.view
    layers = ("hubs", "sites", "generators", "gateways", "provinces")
    (run,) = view["runs"]
    assert {row["en"] for layer in layers for row in run["phases"][0][layer]} == {hostile}
    assert view["lines"]["refs"] == [hostile]
    assert run["answer"]["title"] == page.title == hostile


def test_a_hostile_name_adds_no_tag_and_no_script(tables, hostile):
    calm, wild = Reader(html_of(named(tables, "calm"))), Reader(html_of(named(tables, hostile)))
    assert [tag for tag, _ in wild.tags] == [tag for tag, _ in calm.tags]
    assert wild.running[:2] == calm.running[:2]
    assert hostile not in wild.running[2]


def test_no_table_reaches_a_running_script(tables):
    page = Reader(html_of(named(tables, "find me")))
    assert not any("find me" in script for script in page.running)


def test_ten_thousand_letters_right_to_left_text_and_emoji_pass_through(tables):
    name = "ب🚚" * 5000
    assert Reader(html_of(named(tables, name))).view["runs"][0]["phases"][0]["hubs"][0]["vi"] == name


def test_the_same_run_gives_the_same_file(tables):
    assert html_of(tables) == html_of(tables)


def test_the_page_opens_in_the_language_asked_for_and_holds_both(tables):
    for lang in ("en", "vi"):
        view = Reader(html_of(tables, lang)).view
        assert view["lang"] == lang
        assert [view["words"][each]["new_hubs"] for each in ("en", "vi")] == ["New hubs", "Hub mới"]


def test_a_language_that_the_map_does_not_speak_is_refused(tables):
    with pytest.raises(InputError, match="expected one of en, vi"):
        draw_map(tables, lang="de")


def test_a_small_run_makes_a_small_page(tables):
    assert len(html_of(tables).encode()) < LEAFLET_BYTES + 0.1 * MEGABYTE


def test_the_licence_of_leaflet_stands_in_the_page(tables):
    html = html_of(tables)
    assert "BSD 2-Clause License" in html
    assert "Copyright (c) 2010-2011, CloudMade" in html


def test_a_run_that_opens_nothing_and_ships_nothing_is_still_drawn(tables):
    bare = replace(
        tables,
        hubs=tables.hubs.iloc[:0],
        flows=tables.flows.iloc[:0],
        link_flows=tables.link_flows.iloc[:0],
        places=tables.places.iloc[:0],
    )
    assert Reader(html_of(bare)).view["bounds"] == [[20.0, 103.0], [23.0, 108.0]]


def test_in_a_notebook_the_map_is_the_same_page_in_a_frame(tables):
    drawn = draw_map(tables)
    frame = drawn._repr_html_()
    inner = unescape(re.search(r'srcdoc="(.*?)" style', frame, re.DOTALL).group(1))
    assert inner == drawn.get_root().render()


def test_drawing_a_map_twice_does_not_double_it(tables):
    drawn = draw_map(tables)
    assert drawn.get_root().render() == drawn.get_root().render()


def test_a_layer_added_by_hand_is_drawn_and_allowed(tables):
    drawn = draw_map(tables)
    folium.Marker([21.0, 106.0]).add_to(drawn)
    page = Reader(drawn.get_root().render())
    assert f".addTo({drawn.get_name()})" in page.running[2]
    assert script_hash(page.running[2]) in page.policy


def test_the_map_fits_into_a_figure_of_the_callers_size(tables):
    figure = folium.Figure(height="300px")
    figure.add_child(draw_map(tables))
    assert "planMap(" in figure.render()


def test_the_map_knows_its_bounds(tables):
    assert draw_map(tables).get_bounds() == [[20.8, 105.8], [21.3, 106.9]]


def test_the_written_file_is_the_page_in_utf8(tables, tmp_path):
    path = tmp_path / "map.html"
    write_map(tables, path, lang="vi")
    assert path.read_text(encoding="utf-8") == html_of(tables, "vi")


def test_a_map_that_cannot_be_drawn_leaves_the_old_file(tables, tmp_path):
    path = tmp_path / "map.html"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(KeyError):
        write_map(replace(tables, summary={}), path)
    assert path.read_text(encoding="utf-8") == "old"


@pytest.mark.fault("F11")
def test_a_full_disk_leaves_the_old_file_and_no_rest(tables, tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    path = tmp_path / "map.html"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_map(tables, path)
    assert [file.name for file in tmp_path.iterdir()] == ["map.html"]
    assert path.read_text(encoding="utf-8") == "old"


def test_a_page_with_online_pictures_may_fetch_those_and_nothing_else(tables):
    page = Reader(draw_map(tables, options=MapOptions(tiles=True)).get_root().render())
    rules = dict(rule.split(" ", 1) for rule in page.policy.split("; "))
    assert rules["img-src"] == "data: https://tile.openstreetmap.org"
    assert rules["default-src"] == "'none'"
    assert page.view["tiles"]["source"] == "https://tile.openstreetmap.org"


def test_without_the_option_the_page_knows_no_address_of_pictures(tables):
    page = Reader(html_of(tables))
    assert page.view["tiles"] is None
    assert "https://" not in page.policy


def test_phases_are_in_the_page_in_the_order_of_time(tables):
    frames = {name: getattr(tables, name) for name in ("hubs", "places", "flows", "link_flows")}
    both = {
        name: pd.concat([frame.assign(period=year) for year in ("2040", "2030")], ignore_index=True)
        for name, frame in frames.items()
    }
    view = Reader(html_of(replace(tables, **both))).view
    (run,) = view["runs"]
    assert [phase["period"] for phase in run["phases"]] == ["2030", "2040"]
    assert len(view["lines"]["line"]) == 3


def test_several_runs_stand_in_one_page_and_share_their_lines(tables):
    other = replace(tables, summary={**tables.summary, "title": "Another"})
    view = Reader(draw_map(tables, other).get_root().render()).view
    assert [run["answer"]["title"] for run in view["runs"]] == ["Two hubs", "Another"]
    assert len(view["lines"]["line"]) == 3
    assert all(run["phases"][0]["roads"]["at"] is None for run in view["runs"])
