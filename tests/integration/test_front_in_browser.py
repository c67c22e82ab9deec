"""A front that tells what is pointed at, in a browser that no network reaches."""

import pandas as pd

from logistics.studies.pictures import front_view

FRONT = pd.DataFrame(
    {
        "second": [300.0, 100.0], "cost_vnd_per_year": [2e12, 3e12], "bound_vnd_per_year": [2e12, 2.5e12],
        "gap": [0.0, 1 / 6], "new_hubs": ["", "gf_a; gf_b"],
    }
)  # fmt: skip
SEEN = "[...document.querySelectorAll('.words')].map(words => getComputedStyle(words).visibility).join()"
IS_SHOWN = "document.querySelectorAll('.plan').length === 2"


def test_pointing_at_a_plan_or_choosing_it_tells_its_hubs_and_asks_no_one(browser, tmp_path):
    page = tmp_path / "front.html"
    page.write_text(f"<meta charset=utf-8><body>{front_view(FRONT, 'co2')._repr_html_()}</body>", encoding="utf-8")
    browser.open(page, IS_SHOWN)
    assert browser.run(SEEN) == "hidden,hidden"
    browser.click("document.querySelectorAll('.plan circle')[1]")
    assert browser.run(SEEN) == "hidden,visible"
    box = browser.run("document.querySelector('.plan circle').getBoundingClientRect().toJSON()")
    browser.ask("Input.dispatchMouseEvent", type="mouseMoved", x=box["x"] + 3, y=box["y"] + 3)
    assert browser.run(SEEN) == "visible,hidden"  # what is pointed at comes before what was chosen
    browser.ask("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
    assert browser.run(SEEN) == "hidden,visible"
    assert browser.requests() == [page.as_uri()]
    assert browser.trouble() == []
