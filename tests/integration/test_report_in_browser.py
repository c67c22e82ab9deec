"""Report and comparison as a browser shows them, opened from a file with the network cut off."""

import base64
from dataclasses import replace

import pytest
from hostile import CLOSING, DRAWING, PICTURE, SCRIPT
from hostile import NAMES as HOSTILE

from logistics.planning import plan
from logistics.reports.document import Material, write_comparison, write_report

TEXTS = ("name_vi", "name_en", "province")


@pytest.fixture(scope="module")
def material(tiny_scenario):
    """A whole run whose every name is hostile."""
    found = plan(tiny_scenario)
    tables = found.tables
    hubs, places = (
        frame.assign(**{name: (HOSTILE * len(frame))[: len(frame)] for name in TEXTS})
        for frame in (tables.hubs, tables.places)
    )  # fmt: skip
    tables = replace(tables, hubs=hubs, places=places, summary={**tables.summary, "title": CLOSING})
    rows = found.ledger_rows().assign(source=PICTURE, note=DRAWING)
    return Material(tables=tables, scenario=replace(found.scenario, title=SCRIPT), ledger=rows, findings=HOSTILE)


@pytest.fixture(params=["report-en", "report-vi", "comparison-vi"])
def page(browser, material, tmp_path, request):
    kind, lang = request.param.split("-")
    path = tmp_path / f"{kind}.html"
    if kind == "report":
        write_report(material, path, lang=lang)
    else:
        write_comparison((material.tables, material.tables), [("key", SCRIPT, PICTURE)], path, lang=lang)
    browser.open(path, drawn="document.readyState === 'complete'")
    return browser


def test_it_opens_without_an_error_asks_for_nothing_and_runs_nothing(page):
    assert page.requests() == [page.run("location.href")]
    assert page.failures() == []
    assert page.trouble() == []
    assert page.run("document.scripts.length") == 0
    assert page.run("document.images.length") == 0


def test_hostile_names_are_text(page):
    text = page.run("document.body.textContent")
    for name in (SCRIPT, CLOSING, PICTURE):
        assert name in text
    handlers = (
        "[...document.querySelectorAll('*')].filter((one) => [...one.attributes].some((a) => /^on/i.test(a.name)))"
    )
    assert page.run(f"{handlers}.length") == 0


def test_the_map_is_drawn_inside_the_page(page):
    box = page.run("document.querySelector('figure svg').getBoundingClientRect().toJSON()")
    assert box["width"] > 400
    assert box["height"] > 300


def test_no_table_is_wider_than_the_sheet(page):
    assert page.run("[...document.querySelectorAll('.scroll')].every((one) => one.scrollWidth <= one.clientWidth + 1)")


def test_it_prints_on_a4(page):
    printed = page.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
    pdf = base64.b64decode(printed["data"])
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") >= 2 or pdf.count(b"/Type /Page") >= 2
