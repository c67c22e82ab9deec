"""The map as a browser shows it: skipped where no Chromium is installed or it may not read our files."""

import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import time

import pandas as pd
import pytest

from logistics.maps import draw_map, write_map
from logistics.run_folder import RunTables

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--remote-debugging-pipe", "--window-size=1400,900",
)  # fmt: skip
PIPES = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
PATIENCE_S = 30.0
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "`${alert(1)}`",
    '"><img src=x onerror=alert(1)>',
)
TROUBLE = {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Page.javascriptDialogOpening"}


class Browser:
    """Chromium driven through its debugging pipe: JSON messages that end in a NUL."""

    def __init__(self, folder):
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        command = [sys.executable, "-c", PIPES, str(to_browser), str(from_browser), CHROMIUM, *FLAGS]
        self._process = subprocess.Popen(
            [*command, f"--user-data-dir={folder}", "about:blank"],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._numbers, self._rest, self._session, self.events = itertools.count(1), b"", None, []
        try:
            self._attach()
        except BaseException:
            self.close()
            raise

    def _attach(self):
        pages = [target for target in self.ask("Target.getTargets")["targetInfos"] if target["type"] == "page"]
        attached = self.ask("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **parameters):
        number = self._send(method, parameters)
        while (message := self._message()).get("id") != number:
            self.events.append(message)
            if message.get("method") == "Page.javascriptDialogOpening":
                self._send("Page.handleJavaScriptDialog", {"accept": True})
        assert "error" not in message, message
        return message["result"]

    def run(self, script):
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def open(self, path):
        self.events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        until = time.monotonic() + PATIENCE_S
        while not self.run("document.readyState === 'complete' && document.querySelector('[data-drawn]') !== null"):
            assert time.monotonic() < until, "the map was not drawn"
            time.sleep(0.02)

    def press(self, key):
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=13, text="\r")

    def click(self, script):
        """Click with the mouse in the middle of an element."""
        box = self.run(f"{script}.getBoundingClientRect().toJSON()")
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def trouble(self):
        return [event for event in self.events if event.get("method") in TROUBLE]

    def requests(self):
        sent = [event for event in self.events if event.get("method") == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]

    def can_read(self, path):
        """Tell whether the browser sees our files: one that runs confined does not."""
        self.ask("Page.navigate", url=path.as_uri())
        until = time.monotonic() + PATIENCE_S / 3
        while time.monotonic() < until:
            if self.run("document.title") == "seen":
                return True
            time.sleep(0.02)
        return False

    def close(self):
        os.close(self._write)
        os.close(self._read)
        self._process.terminate()
        self._process.wait(PATIENCE_S)

    def _send(self, method, parameters):
        message = {"id": next(self._numbers), "method": method, "params": parameters}
        session = {"sessionId": self._session} if self._session else {}
        os.write(self._write, json.dumps(message | session).encode() + b"\0")
        return message["id"]

    def _message(self):
        while b"\0" not in self._rest:
            assert select.select([self._read], [], [], PATIENCE_S)[0], "the browser is silent"
            part = os.read(self._read, 1 << 20)
            assert part, "the browser has gone"
            self._rest += part
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    probe = folder / "probe.html"
    probe.write_text("<!DOCTYPE html><title>seen</title>", encoding="utf-8")
    try:
        browser = Browser(folder / "profile")
    except (AssertionError, OSError) as error:
        pytest.skip(f"{CHROMIUM} cannot be driven here: {error}")
    if not browser.can_read(probe):
        browser.close()
        pytest.skip(f"{CHROMIUM} may not read files of {folder}")
    yield browser
    browser.close()


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
        {"commodity": name, "way": "hub", "hub_id": f"h{at}", "t_per_year": 4e5} for at, name in enumerate(HOSTILE)
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
        "attribution": HOSTILE[0],
    }  # fmt: skip
    return RunTables(summary=summary, hubs=hubs, flows=flows, link_flows=links, places=places)


@pytest.fixture
def page(browser, tables, tmp_path):
    """The map, open in the browser."""
    path = tmp_path / "map.html"
    write_map(tables, path)
    browser.open(path)
    return browser


def test_the_map_opens_without_an_error_and_asks_for_nothing(page):
    assert page.requests() == [page.run("location.href")]
    assert page.trouble() == []


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


def test_every_layer_can_be_switched_off_and_on(page):
    counts = page.run("""[...document.querySelectorAll(".legend section")].map((section) => {
      const box = section.querySelector("input");
      const before = box.checked;
      box.click();
      box.click();
      return [section.dataset.layer, before, box.checked === before];
    })""")
    assert [name for name, _, back in counts if not back] == []
    assert [name for name, on, _ in counts if not on] == ["change"]
    assert len(counts) == 8
    assert page.trouble() == []


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
