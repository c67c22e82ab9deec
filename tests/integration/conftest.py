"""A small region for whole runs: the parks of Bắc Ninh only, without the provinces' own trade."""

from dataclasses import replace

import pytest
from chromium import CHROMIUM, Browser
from tiny_region import CHEAP_HUBS, tiny, write_part

from logistics.planning import plan
from logistics.scenario import Phases, Scenario


@pytest.fixture(scope="session")
def small_scenario(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    parks = write_part("parks", folder, lambda row: row["province_2024"] == "Bắc Ninh")
    clusters = write_part("clusters", folder, lambda row: row["id"].startswith("ccn_k"))
    tables = {"parks": parks, "clusters": clusters}
    return Scenario(name="small", year=2030, tables=tables, regional_trade=False, curve_to=2, max_new_hubs=2)


@pytest.fixture(scope="session")
def small_plan(small_scenario):
    return plan(small_scenario)


@pytest.fixture(scope="session")
def tiny_scenario(tmp_path_factory):
    """Five parks of Bắc Ninh, four hubs that stand by 2030 and three sites to choose from."""
    return tiny(tmp_path_factory.mktemp("tiny"))


RIVER_HUBS = ("icd_tan_cang_que_vo", "icd_phuc_loc", "icd_yen_vien", "gf_nam_son")
CHEAP_BARGES = {"barge_tkm": 50.0, "barge_asc": 0.0, "barge_handling": 5_000.0, "barge_wait": 4.0}
"""Cheap enough for freight of Bắc Ninh to sail to Ninh Bình."""


@pytest.fixture(scope="session")
def river_scenario(tiny_scenario, tmp_path_factory):
    """The same parks, two river ports among the hubs, and routes through two of them."""
    hubs = write_part("hubs", tmp_path_factory.mktemp("river"), lambda row: row["id"] in RIVER_HUBS)
    tables, ledger = {**tiny_scenario.tables, "hubs": hubs}, {**CHEAP_HUBS, **CHEAP_BARGES}
    return replace(tiny_scenario, name="river", tables=tables, two_hub_routes=True, ledger=ledger)


@pytest.fixture(scope="session")
def phased_plan(tiny_scenario):
    """Return a plan in two phases that opens a hub."""
    return plan(replace(tiny_scenario, phases=Phases(years=(2030, 2040))))


@pytest.fixture(scope="session")
def phased_run(phased_plan, tmp_path_factory):
    """Return the folder of that plan; it is not changed by any test."""
    return phased_plan.save(tmp_path_factory.mktemp("phased") / "run")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A browser cut off from the network; skips where there is none or it may not read our files."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
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
    browser.cut_off()
    yield browser
    browser.close()
