"""The map as a browser shows it: skipped where no Chromium is installed or it may not read our files."""

import re
import time
from dataclasses import replace

import pandas as pd
import pytest
from chromium import CHROMIUM, DRAWN, PATIENCE_S

from logistics.maps import MapOptions, NotedRun, draw_map, write_map
from logistics.maps.labels import labels
from logistics.run_folder import TABLE_NAMES, RunTables

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "`${alert(1)}`",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://x")',
    "+1+1",
    "x" * 10_000,
    "\u202eمركز لوجستي",
    "🚚📦🇻🇳",
)
GOODS = {f"{name}_t_per_year" for name in ("electronics", "general", "bulk", "food_cold", "parcels")}
MAP = 'window[Object.keys(window).find((key) => key.startsWith("map_"))]'


@pytest.fixture
def tables():
    """One hub for each hostile name, a park, a site, a gateway, a province and a road of that name."""
    hubs = pd.DataFrame([
        {
            "hub_id": f"h{at}", "name_vi": name, "name_en": name, "type": "dry_port", "province": name,
            "lon": 106 + at / 5, "lat": 21.0, "is_new": at > 0, "tier": name, "period": "2030", "land_ha": 10.0,
            "yard_capacity_t_per_year": 5e5, "cross_dock_capacity_t_per_year": 5e5, "capacity_t_per_year": 1e6,
            "yard_throughput_t_per_year": 4e5, "cross_dock_throughput_t_per_year": 0.0, "throughput_t_per_year": 4e5,
            "barge_t_per_year": 0.0, "fixed_vnd_per_year": 5e9,
        }
        for at, name in enumerate(HOSTILE)
    ])  # fmt: skip
    places = pd.DataFrame([
        {
            "place_id": f"{role}{at}", "role": role, "type": name, "status": name, "name_vi": name, "name_en": name,
            "province": name, "lon": 106 + at / 5, "lat": 21.1 + row / 10, "area_ha": 1.0, "out_t_per_year": 1e6,
            "in_t_per_year": 1e6, "via_hub_t_per_year": 0.0, "hub_id": "h0", "connector_km": 1.0, "opened": False,
        }
        for at, name in enumerate(HOSTILE)
        for row, role in enumerate(("park", "cluster", "gateway", "province", "site"))
    ])  # fmt: skip
    flows = pd.DataFrame([
        {
            "commodity": name, "way": "hub", "hub_id": f"h{at}", "second_hub_id": "", "t_per_year": 4e5,
            "origin_id": f"park{at}", "destination_id": f"gateway{at}", "trade": "export", "door_to_door_h": 5.0,
        }
        for at, name in enumerate(HOSTILE)
    ])  # fmt: skip
    links = pd.DataFrame([
        {
            "link_id": f"r{at}", "mode": "road", "highway": "trunk", "ref": name, "t_per_year": 1e6,
            "direct_t_per_year": 2e6, "geometry": f"105.9 {20.9 - at / 20};106.9 {20.9 - at / 20}",
        }
        for at, name in enumerate(HOSTILE)
    ])  # fmt: skip
    summary = {
        "title": " ".join(HOSTILE), "year": 2030, "status": "feasible", "gap": 0.01, "objective_vnd_per_year": 99e9,
        "bound_vnd_per_year": 98e9, "direct_vnd_per_year": 100e9, "saving_vnd_per_year": 1e9, "warnings": list(HOSTILE),
        "attribution": HOSTILE[0], "name": HOSTILE[0], "made": "2026-11-26",
    }  # fmt: skip
    return RunTables(summary=summary, hubs=hubs, flows=flows, link_flows=links, places=places)


@pytest.fixture
def page(browser, tables, tmp_path):
    """The map, open in the browser, which has no network."""
    path = tmp_path / "map.html"
    guesses = pd.DataFrame([{"id": "x", "name": HOSTILE[4], "unit": HOSTILE[0], "value": 1.0, "low": 0.5, "high": 2.0}])
    write_map(NotedRun(tables=tables, guesses=guesses), path)
    browser.open(path)
    return browser


@pytest.fixture(scope="module")
def region(browser, small_plan, tmp_path_factory):
    """A real plan's map, open in the browser."""
    path = tmp_path_factory.mktemp("region") / "map.html"
    write_map(small_plan.tables, path)
    browser.size(1400, 900)
    browser.open(path)
    return browser


def without_popup(page):
    """Wait until the last popup has faded."""
    until = time.monotonic() + PATIENCE_S
    while page.run("document.querySelector('.leaflet-popup') !== null"):
        assert time.monotonic() < until, "the popup stays open"
        time.sleep(0.02)


def texts_of(page):
    """Return every text that the page shows and is its own: no name out of a table, nothing marked as a language's."""
    without_popup(page)
    return page.run("""(() => {
      const texts = [];
      const walk = document.createTreeWalker(document.querySelector(".plan-map"), NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const parent = walk.currentNode.parentElement;
        if (!parent.closest('[dir="auto"], [lang]:not(html), script, style')) texts.push(walk.currentNode.textContent);
      }
      for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
        if (element.closest("[lang]:not(html), .mark")) continue;
        texts.push(...["aria-label", "title", "placeholder"].map((key) => element.getAttribute(key) || ""));
      }
      return texts.filter((text) => text.trim());
    })()""")


def left_over(texts, lang, other):
    """Return labels of the other language that stand in a text."""
    own = set(labels(lang).values())
    words = {word for word in labels(other).values() if len(word) > 3 and word not in own and "{" not in word}
    return {word for word in words if any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for text in texts)}


def popups_of(page):
    """Open every popup of the map one after the other and return its text, names left out."""
    return page.run(f"""(() => {{
      const texts = [];
      {MAP}.eachLayer((layer) => {{
        if (!layer.getPopup || !layer.getPopup()) return;
        layer.openPopup();
        const shown = layer.getPopup().getElement();
        const copy = shown.cloneNode(true);
        for (const named of copy.querySelectorAll('[dir="auto"], .about')) named.remove();
        for (const cell of copy.querySelectorAll("th, td, h4, p")) texts.push(cell.textContent);
        layer.closePopup();
      }});
      return [...new Set(texts)];
    }})()""")


@pytest.mark.fault("F22", "F23")
def test_the_map_opens_without_an_error_and_asks_for_nothing(page):
    assert page.requests() == [page.run("location.href")]
    assert page.trouble() == page.failures() == []


def test_hostile_names_are_shown_as_text_in_every_popup_and_run_nowhere(page, tables):
    shown = page.run("""(() => {
      const map = window[Object.keys(window).find((key) => key.startsWith("map_"))];
      const texts = [];
      const open = (layer) => {
        if (layer.getPopup && layer.getPopup()) {
          layer.openPopup();
          texts.push(layer.getPopup().getElement().querySelector("h3").textContent);
        }
      };
      map.eachLayer(open);
      return texts;
    })()""")
    assert sorted(set(shown)) == sorted(HOSTILE)
    assert len(shown) == len(tables.hubs) + len(tables.places)
    page.run("for (const box of document.querySelectorAll('.legend input:not(:checked)')) box.click()")
    page.run("for (const folded of document.querySelectorAll('details')) folded.open = true")
    page.run("document.querySelector('.language').click()")
    assert page.run("document.querySelectorAll('img').length") == 0
    assert page.trouble() == []


def test_a_click_on_a_hub_opens_its_popup(page):
    page.click("document.querySelectorAll('.leaflet-newhubs-pane .mark')[0]")
    text = page.run("document.querySelector('.leaflet-popup-content').textContent")
    assert HOSTILE[1] in text
    assert "400 thousand t/year" in text
    assert "5.0 billion VND/year" in text


def test_the_enter_key_opens_the_popup_of_a_hub_in_focus(page):
    page.run("document.querySelector('.leaflet-hubs-pane .mark').focus()")
    page.press("Enter")
    assert page.run("document.querySelector('.leaflet-popup-content h3').textContent") == HOSTILE[0]


def test_a_click_on_a_road_tells_its_load_and_its_change(page):
    text = page.run("""(() => {
      const map = window[Object.keys(window).find((key) => key.startsWith("map_"))];
      const latlng = L.latLng(20.9, 106.05);
      map.fire("click", { latlng, layerPoint: map.latLngToLayerPoint(latlng) });
      return document.querySelector(".leaflet-popup-content").textContent;
    })()""")
    assert HOSTILE[0] in text
    assert "−1.00 million t/year" in text


def test_every_layer_is_there_and_can_be_switched_off_and_on(page):
    counts = page.run("""[...document.querySelectorAll(".legend section")].map((section) => {
      const box = section.querySelector("input");
      const before = box.checked;
      box.click();
      box.click();
      return [section.dataset.layer, before, box.checked === before];
    })""")
    assert [name for name, _, back in counts if not back] == []
    assert [name for name, on, _ in counts if not on] == ["change", "trade", "catchments", "bands"]
    assert [name for name, on, _ in counts if on] == [
        "hubs", "loads", "generators", "sites", "gateways", "provinces", "base",
    ]  # fmt: skip
    assert page.trouble() == []


@pytest.mark.parametrize("query", ["que vo", "Quế Võ", "QUE  VO", "quế vo"])
def test_search_finds_a_park_with_and_without_diacritics(region, query):
    region.run("document.querySelector('.search-field').value = ''; document.querySelector('.search-field').focus()")
    region.write(query)
    found = region.run("[...document.querySelectorAll('.found-name')].map((each) => each.textContent)")
    assert any("Que Vo" in name for name in found)


def test_search_with_the_keyboard_alone_opens_the_popup_and_gives_the_focus_back(region):
    region.run("document.querySelector('.search-field').value = ''; document.querySelector('.search-field').focus()")
    region.write("tien son")
    region.press("ArrowDown")
    region.press("Enter")
    assert "Tien Son" in region.run("document.querySelector('.leaflet-popup-content h3').textContent")
    assert region.run("document.activeElement.className") == "leaflet-popup-content"
    region.press("Escape")
    without_popup(region)
    assert region.run("document.activeElement.className") == "search-field"


def test_the_tab_key_reaches_search_language_layers_and_hubs_in_this_order(region):
    region.ask("Page.reload")
    region.wait(DRAWN)
    reached = []
    for _ in range(60):
        region.press("Tab")
        part = "document.activeElement.closest('.search, .language, .answer, .legend, .mark')"
        reached.append(region.run(f"({part} || {{}}).className || ''"))
    firsts = [next((at for at, name in enumerate(reached) if part in name), None) for part in (
        "search", "language", "panel answer", "panel legend", "mark")]  # fmt: skip
    assert None not in firsts
    assert firsts == sorted(firsts)


def test_the_language_switch_changes_every_label(region):
    for lang, other in (("vi", "en"), ("en", "vi")):
        region.run("document.querySelector('.language').click()")
        assert region.run("document.documentElement.lang") == lang
        region.run("for (const box of document.querySelectorAll('.legend input:not(:checked)')) box.click()")
        texts = texts_of(region)
        assert labels(lang)["layer_catchments"] in texts
        assert left_over([*texts, *popups_of(region)], lang, other) == set()
        without_popup(region)
    assert region.trouble() == []


def test_the_language_switch_keeps_what_is_shown_and_the_focus(region):
    region.run("document.querySelector('[data-layer=sites] input:checked').click()")
    before = region.run(f"[{MAP}.getZoom(), {MAP}.getCenter().lat, {MAP}.getCenter().lng]")
    region.run("document.querySelector('.language').focus()")
    region.press("Enter")
    assert region.run("document.querySelector('[data-layer=sites] input').checked") is False
    assert region.run("document.activeElement.className") == "language"
    assert region.run(f"[{MAP}.getZoom(), {MAP}.getCenter().lat, {MAP}.getCenter().lng]") == before
    region.run("document.querySelector('.language').click()")


def test_the_widths_of_roads_tell_one_commodity_when_it_is_chosen(region, small_plan):
    links = small_plan.tables.link_flows
    drawn = """(() => {
      const canvas = document.querySelector(".leaflet-loads-pane canvas");
      return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].filter(Boolean).length;
    })()"""
    said = "document.querySelector('[data-layer=loads] .symbols').textContent"
    choose = """((goods) => {
      const select = document.querySelector("[data-layer=loads] select");
      select.value = goods;
      select.dispatchEvent(new Event("change"));
    })"""
    keys = region.run("[...document.querySelectorAll('[data-layer=loads] option')].map((each) => each.value)")
    assert keys == ["", *sorted(name.removesuffix("_t_per_year") for name in links if name in GOODS)]
    before = region.run(f"[{drawn}, {said}]")
    region.run(f"{choose}('parcels')")
    assert region.run(drawn) != before[0]
    assert region.run(said) != before[1]
    region.run("document.querySelector('.language').click()")
    assert region.run("document.querySelector('[data-layer=loads] select').value") == "parcels"
    region.run("document.querySelector('.language').click()")
    region.run(f"{choose}('')")
    assert region.run(f"[{drawn}, {said}]") == before


def test_a_road_below_its_load_is_left_out_and_comes_back_when_the_loads_are_switched_off(region):
    drawn = """(() => {
      const canvas = document.querySelector(".leaflet-network-pane canvas");
      return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].filter(Boolean).length;
    })()"""
    switch = "document.querySelector('[data-layer=loads] input').click()"
    below = region.run(drawn)
    region.run(switch)
    assert region.run(drawn) > 1.2 * below
    region.run(switch)
    assert region.run(drawn) == below


def colour_at(page, lat, lon):
    """Return red, green, blue, alpha of the ground at a point, 0 to 255."""
    return page.run(f"""(() => {{
      const canvas = document.querySelector(".leaflet-ground-pane canvas");
      const [box, map] = [canvas.getBoundingClientRect(), {MAP}];
      const at = map.latLngToContainerPoint([{lat}, {lon}]).subtract([box.x, box.y]);
      const dots = canvas.width / box.width;
      return [...canvas.getContext("2d").getImageData(at.x * dots, at.y * dots, 1, 1).data];
    }})()""")


def test_the_sea_is_tinted_and_the_land_is_not_and_the_legend_calls_the_coast_schematic(region):
    region.run(f"void {MAP}.setView([20.7, 106.6], 9, {{ animate: false }})")
    near, far = colour_at(region, 20.3, 106.65), colour_at(region, 20.1, 106.8)
    assert near[2] > near[0]
    assert near[3] > far[3] > 0
    assert colour_at(region, 20.6, 106.3)[3] == 0
    assert colour_at(region, 20.79, 107.0)[3] == 0
    said = "document.querySelector('[data-layer=base]').textContent"
    assert "Coast: schematic, own compilation, true to about 5 km" in region.run(said)
    region.run("document.querySelector('.language').click()")
    assert "Bờ biển: sơ lược, tự biên soạn, sai số khoảng 5 km" in region.run(said)
    region.run("document.querySelector('.language').click()")


@pytest.mark.parametrize(("zoom", "shown", "hidden"), [(7.5, "Cao Bang", "Bac Kan"), (9, "Bac Kan", "-")])
def test_from_afar_the_provinces_of_today_are_named_and_from_near_those_before_the_merger(region, zoom, shown, hidden):
    region.run(f"void {MAP}.setView([22.3, 105.9], {zoom}, {{ animate: false }})")
    visible = """[...document.querySelectorAll('.province-name span')]
      .filter((each) => each.style.visibility !== "hidden").map((each) => each.textContent)"""
    region.wait(f"{visible}.includes('{shown}') && !{visible}.includes('{hidden}')")
    boxes = region.run("""[...document.querySelectorAll('.province-name span')]
      .filter((each) => each.style.visibility !== "hidden").map((each) => each.getBoundingClientRect().toJSON())""")
    assert not any(
        a["left"] < b["right"] and b["left"] < a["right"] and a["top"] < b["bottom"] and b["top"] < a["bottom"]
        for at, a in enumerate(boxes) for b in boxes[at + 1 :]
    )  # fmt: skip


def test_phases_are_a_switch_of_time(browser, tables, tmp_path):
    later = {name: getattr(tables, name).assign(period="2040") for name in TABLE_NAMES}
    now = {name: getattr(tables, name).assign(period="2030") for name in TABLE_NAMES}
    now["hubs"] = now["hubs"].assign(is_new=False)
    both = {name: pd.concat([now[name], later[name]], ignore_index=True) for name in TABLE_NAMES}
    write_map(replace(tables, **both), tmp_path / "map.html")
    browser.open(tmp_path / "map.html")
    new_hubs = "document.querySelectorAll('.leaflet-newhubs-pane .mark').length"
    assert browser.run(new_hubs) == len(HOSTILE) - 1
    browser.run("document.querySelector('.phases input[value=\"2030\"]').click()")
    assert browser.run(new_hubs) == 0
    assert browser.run("document.activeElement.value") == "2030"
    assert browser.run("document.querySelector('.verdict').textContent") == "None in 2030"
    assert browser.trouble() == []


@pytest.mark.parametrize(
    ("cheapest", "gap", "said"),
    [
        (0, 0.0, "No new hub pays"), (0, 0.02, "None in the best plan found; the gap leaves it open whether one pays"),
        (1, 0.0, "None is opened"), (None, 0.0, "None is opened"),
    ],
)  # fmt: skip
def test_that_no_hub_pays_is_said_only_where_it_is_proved_for_more_hubs(browser, tables, tmp_path, cheapest, gap, said):
    curve = [{"new_hubs": count, "objective_vnd_per_year": 100e9, "gap": gap} for count in range(2)]
    summary = {**tables.summary, "curve": [] if cheapest is None else curve, "cheapest_new_hubs": cheapest}
    write_map(replace(tables, summary=summary, hubs=tables.hubs.assign(is_new=False)), tmp_path / "map.html")
    browser.open(tmp_path / "map.html")
    assert browser.run("document.querySelector('.verdict').textContent") == said


def test_the_title_of_the_bundled_scenario_changes_with_the_language(browser, small_plan, tmp_path):
    tables = small_plan.tables
    write_map(replace(tables, summary={**tables.summary, "title": "Northern Vietnam 2030"}), tmp_path / "map.html")
    browser.open(tmp_path / "map.html")
    said = "[document.title, document.querySelector('.plan-title').textContent]"
    assert browser.run(said) == ["Northern Vietnam 2030"] * 2
    browser.run("document.querySelector('.language').click()")
    assert browser.run(said) == ["Miền Bắc Việt Nam 2030"] * 2


def test_several_runs_are_compared_and_each_can_be_shown(browser, tables, tmp_path):
    other = replace(
        tables,
        summary={**tables.summary, "title": "Another", "objective_vnd_per_year": 77e9},
        hubs=tables.hubs.assign(is_new=False),
    )
    write_map(tables, tmp_path / "map.html", others=[other])
    browser.open(tmp_path / "map.html")
    assert "77.0" in browser.run("document.querySelector('.runs').textContent")
    assert browser.run("document.querySelectorAll('[data-layer=also1]').length") == 1
    browser.run("document.querySelectorAll('.runs input')[1].click()")
    assert browser.run("document.querySelector('.plan-title').textContent") == "Another"
    assert browser.run("document.querySelectorAll('.leaflet-newhubs-pane .mark').length") == 0
    assert browser.run("document.querySelectorAll('[data-layer=also0]').length") == 1
    assert browser.trouble() == []


@pytest.mark.fault("F22")
def test_online_pictures_are_asked_for_only_when_someone_switches_them_on(browser, tables, tmp_path):
    write_map(tables, tmp_path / "map.html", options=MapOptions(tiles=True))
    browser.open(tmp_path / "map.html")
    assert browser.requests() == [browser.run("location.href")]
    assert "tile.openstreetmap.org" in browser.run("document.querySelector('[data-layer=tiles]').textContent")
    browser.run("document.querySelector('[data-layer=tiles] input').click()")
    browser.wait("document.querySelector('.leaflet-tile-pane img') !== null")
    asked = [url for url in browser.requests()[1:] if not url.startswith("data:")]
    assert all(url.startswith("https://tile.openstreetmap.org/") for url in asked)


def test_no_hub_name_lies_on_another_or_on_a_province(browser, tables, tmp_path):
    places = tables.places.assign(name_en="Province")
    hubs = tables.hubs.assign(name_en=[f"Hub number {at}" for at in range(len(HOSTILE))])
    write_map(replace(tables, places=places, hubs=hubs), tmp_path / "map.html")
    browser.open(tmp_path / "map.html")
    overlaps = browser.run("""(() => {
      const shown = [...document.querySelectorAll(".hub-name, .province-name span")];
      const seen = shown.filter((each) => each.style.visibility !== "hidden");
      const boxes = seen.map((each) => each.getBoundingClientRect());
      const apart = (a, b) => a.right <= b.left || a.left >= b.right || a.bottom <= b.top || a.top >= b.bottom;
      return boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) => !apart(a, b))).length;
    })()""")
    assert overlaps == 0


def test_on_a_phone_the_answer_and_the_layers_fold_and_nothing_is_wider_than_the_screen(browser, small_plan, tmp_path):
    write_map(small_plan.tables, tmp_path / "map.html")
    browser.size(390, 844, mobile=True)
    try:
        browser.open(tmp_path / "map.html")
        assert browser.run("document.documentElement.scrollWidth") == 390
        assert browser.run("[...document.querySelectorAll('.panel')].map((panel) => panel.open)") == [False, False]
        small = browser.run("""[...document.querySelectorAll('.tools button, .zoom-buttons button, .panel > summary')]
            .map((each) => each.getBoundingClientRect().height).filter((height) => height > 0 && height < 40)""")
        assert small == []
        browser.run("document.querySelector('.leaflet-hubs-pane .mark').click()")
        browser.wait("""[...document.querySelectorAll('.panel')].every((panel) => panel.getBoundingClientRect().bottom
            < document.querySelector('.leaflet-popup h3').getBoundingClientRect().top)""")
    finally:
        browser.size(1400, 900)


def test_on_paper_nothing_is_folded(region):
    region.run("window.dispatchEvent(new Event('beforeprint'))")
    assert region.run("document.querySelectorAll('.print-only details:not([open])').length") == 0
    assert region.run("document.querySelectorAll('.print-only .panel').length") == 2
    region.run("window.dispatchEvent(new Event('afterprint'))")
    assert region.run("document.querySelector('.print-only')") is None


def test_in_a_notebook_frame_the_map_is_drawn(browser, tables, tmp_path):
    path = tmp_path / "notebook.html"
    frame = draw_map(tables)._repr_html_()
    path.write_text(f"<!DOCTYPE html><meta charset='utf-8'><body data-drawn>{frame}", encoding="utf-8")
    browser.open(path)
    until = time.monotonic() + PATIENCE_S
    drawn = "document.querySelector('iframe').contentDocument.querySelector('.folium-map[data-drawn]') !== null"
    while not browser.run(drawn):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert browser.trouble() == []
