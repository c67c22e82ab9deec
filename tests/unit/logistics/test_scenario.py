"""The scenario: its defaults, what it refuses, and that it survives writing, pickling and replacing."""

import copy
import pickle
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest

from logistics.errors import InputError
from logistics.ledger import Ledger, LedgerEntry
from logistics.scenario import (
    Scenario,
    northern_vietnam,
    read_scenario,
    write_scenario,
)
from logistics.scenario_checks import check_ledger, check_sites


def entry(name, value, unit="%"):
    return LedgerEntry(
        id=name, group="g", name=name, value=value, unit=unit, low=value, high=value, source="s", confidence="low",
        note="",
    )  # fmt: skip


def written(tmp_path, text, name="my_case.toml"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def message_of(tmp_path, text):
    with pytest.raises(InputError) as caught:
        read_scenario(written(tmp_path, text))
    return str(caught.value)


def test_the_default_is_the_bundled_region_in_2030_with_the_number_of_hubs_chosen_by_cost():
    scenario = northern_vietnam()
    assert (scenario.year, scenario.new_hubs, scenario.max_new_hubs, scenario.curve_to) == (2030, None, 5, 6)
    assert (dict(scenario.tables), scenario.network, dict(scenario.ledger)) == ({}, None, {})
    assert scenario.regional_trade


def test_an_empty_file_is_the_default_region_named_after_the_file(tmp_path):
    scenario = read_scenario(written(tmp_path, ""))
    assert scenario == Scenario(name="my_case")
    assert scenario.title == "my_case"


def test_every_section_of_a_file_reaches_its_field(tmp_path):
    (tmp_path / "roads.osm.pbf").touch()
    (tmp_path / "parks.csv").touch()
    text = """
        name = "one"
        title = "Phương án một"
        year = 2035
        [tables]
        parks = "parks.csv"
        [network]
        path = "roads.osm.pbf"
        max_connector_km = 7
        [freight]
        regional_trade = false
        [hubs]
        exactly = 2
        max_new = 4
        curve_to = 3
        forced_open = ["gf_tu_son"]
        forbidden = ["gf_nam_son"]
        [ledger]
        crf = 0.1
    """
    assert read_scenario(written(tmp_path, text)) == Scenario(
        name="one", title="Phương án một", year=2035, tables={"parks": tmp_path / "parks.csv"},
        network=tmp_path / "roads.osm.pbf", max_connector_km=7.0, regional_trade=False, new_hubs=2, max_new_hubs=4,
        curve_to=3, forced_open=("gf_tu_son",), forbidden=("gf_nam_son",), ledger={"crf": 0.1},
    )  # fmt: skip


def test_paths_begin_at_the_folder_of_the_scenario_file(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "hubs.csv").touch()
    (tmp_path / "cases").mkdir()
    path = written(tmp_path / "cases", '[tables]\nhubs = "../tables/hubs.csv"\n')
    assert read_scenario(path).tables["hubs"] == (tmp_path / "tables" / "hubs.csv").resolve()


@pytest.mark.parametrize(
    "scenario",
    [
        northern_vietnam(),
        Scenario(name="a/b\n😀 \x7f", title='say "no" \\ [x]', ledger={"odd key.é": 1e-7, "b": 1e16, "c": -0.0}),
        Scenario(name="x", new_hubs=6, forced_open=("ở_đây", "b"), forbidden=("c",), regional_trade=False),
        Scenario(name="x", forbidden=("*",), year=2060, max_connector_km=2.5),
    ],
)
def test_writing_and_reading_gives_the_same_scenario(tmp_path, scenario):
    write_scenario(scenario, tmp_path / "out.toml")
    assert read_scenario(tmp_path / "out.toml") == scenario


def test_written_paths_are_relative_so_that_a_moved_folder_still_reads(tmp_path):
    here = tmp_path / "here"
    (here / "run").mkdir(parents=True)
    (here / "bundled").touch()
    (here / "parks.csv").touch()
    scenario = Scenario(name="x", network=here / "bundled", tables={"parks": here / "parks.csv"})
    write_scenario(scenario, here / "run" / "scenario.toml")
    write_scenario(scenario, here / "scenario.toml")
    assert str(tmp_path) not in (here / "run" / "scenario.toml").read_text(encoding="utf-8")
    assert read_scenario(here / "run" / "scenario.toml") == scenario
    there = here.rename(tmp_path / "there")
    assert read_scenario(there / "scenario.toml").network == (there / "bundled").resolve()


def test_every_key_stands_in_a_written_file(tmp_path):
    write_scenario(northern_vietnam(), tmp_path / "out.toml")
    text = (tmp_path / "out.toml").read_text(encoding="utf-8")
    keys = (
        "name title year parks clusters hubs gateways places path max_connector_km regional_trade exactly max_new "
        "curve_to forced_open forbidden"
    )
    missing = [key for key in keys.split() if f"{key} = " not in text]
    assert missing == []


def test_a_scenario_survives_pickling_and_copying():
    scenario = Scenario(name="x", tables={"parks": Path("p.csv")}, ledger={"crf": 0.1})
    assert pickle.loads(pickle.dumps(scenario)) == scenario  # noqa: S301  (made here)
    assert copy.deepcopy(scenario) == scenario


def test_a_scenario_cannot_be_changed_in_place():
    scenario = Scenario(name="x", ledger={"crf": 0.1})
    with pytest.raises(FrozenInstanceError):
        scenario.year = 2031
    with pytest.raises(TypeError):
        scenario.ledger["crf"] = 0.2


def test_replace_checks_again():
    with pytest.raises(InputError, match=r"year: found 1999, expected at least 2020"):
        replace(northern_vietnam(), year=1999)


def test_more_new_hubs_than_the_default_limit_lift_the_limit():
    assert replace(northern_vietnam(), new_hubs=6).max_new_hubs == 6


def test_whole_numbers_of_numpy_are_whole_numbers():
    assert replace(northern_vietnam(), new_hubs=np.int64(3)).new_hubs == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"year": True}, "year: found true, expected a whole number"),
        ({"year": 2030.0}, "year: found 2030.0, expected a whole number"),
        ({"year": 2061}, "at most 2060"),
        ({"new_hubs": -1}, "hubs.exactly: found -1, expected at least 0"),
        ({"max_connector_km": float("nan")}, "network.max_connector_km: found nan, expected a finite number"),
        ({"max_connector_km": 0}, "found 0, expected more than 0"),
        ({"ledger": {"crf": float("inf")}}, "ledger.crf: found inf, expected a finite number"),
        ({"ledger": {"crf": True}}, "ledger.crf: found true, expected a number"),
        ({"tables": {"park": "p.csv"}}, "tables.park: there is no such key; nearest: parks"),
        ({"tables": {"parks": "p\0.csv"}}, "no control characters"),
        ({"regional_trade": 1}, "freight.regional_trade: found 1, expected true or false"),
        ({"forced_open": "abc"}, "hubs.forced_open: found 'abc', expected a list"),
        ({"forced_open": ("a", "a")}, "expected each name once; twice or more: a"),
        ({"name": "  "}, "name: found '  ', expected some text"),
        ({"name": "\ud800"}, "UTF-8"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused(change, words):
    with pytest.raises(InputError) as caught:
        replace(northern_vietnam(), **change)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ({"new_hubs": 5, "max_new_hubs": 3}, ("hubs.exactly", "hubs.max_new")),
        ({"forced_open": ("a", "b"), "forbidden": ("b",)}, ("hubs.forced_open", "'b'", "hubs.forbidden")),
        ({"forced_open": ("a", "b"), "max_new_hubs": 1}, ("hubs.forced_open", "hubs.max_new")),
        ({"forced_open": ("a", "b"), "new_hubs": 1}, ("hubs.forced_open", "hubs.exactly")),
        ({"forbidden": ("*",), "new_hubs": 1}, ("hubs.exactly", "hubs.forbidden")),
        ({"forbidden": ("*",), "forced_open": ("a",)}, ("hubs.forced_open", "hubs.forbidden")),
        ({"forced_open": ("*",)}, ("hubs.forced_open", "hubs.forbidden")),
    ],
)
def test_contradictory_options_are_named_with_both_keys(change, keys):
    with pytest.raises(InputError) as caught:
        replace(northern_vietnam(), **change)
    assert all(key in str(caught.value) for key in keys)


def test_all_faults_of_a_file_are_told_at_once_with_their_lines(tmp_path):
    text = 'year = 2019\nmodes = 1\n[hub]\n[hubs]\nmax_nw = 2\nforced_open = [\n  "a",\n  3,\n]\n[ledger]\ncrf = nan\n'
    known = "version, name, title, year, phases, tables, network, freight, hubs, service, objective, candidates, ledger"
    lines = message_of(tmp_path, text).splitlines()
    assert lines == [
        "my_case.toml:1: year: found 2019, expected at least 2020",
        "my_case.toml:2: modes: there is no such key; known here: " + known,
        "my_case.toml:3: hub: there is no such key; nearest: hubs",
        "my_case.toml:5: hubs.max_nw: there is no such key; nearest: max_new",
        "my_case.toml:8: hubs.forced_open[1]: found 3, expected a text in quotes",
        "my_case.toml:11: ledger.crf: found nan, expected a finite number",
    ]


def test_a_contradiction_in_a_file_carries_its_line(tmp_path):
    message = message_of(tmp_path, "[hubs]\nmax_new = 3\nexactly = 5\n")
    assert (
        message == "my_case.toml:3: hubs.exactly: asks for 5 new hubs, but hubs.max_new allows 3; change one of the two"
    )


def test_a_key_in_the_wrong_section_is_sent_to_the_right_one(tmp_path):
    assert "1: exactly: there is no such key here; nearest: hubs.exactly" in message_of(tmp_path, "exactly = 3")


def test_a_table_that_is_not_there_is_told_with_the_line_of_its_key(tmp_path):
    message = message_of(tmp_path, '[tables]\nhubs = "bundled"\nparks = "no.csv"\n')
    assert message.startswith("my_case.toml:3: tables.parks: there is no such file: ")


def test_an_unknown_site_is_told_with_the_nearest_id():
    scenario = replace(northern_vietnam(), forced_open=("gf_tu_sonn",), forbidden=("zzz",))
    with pytest.raises(InputError) as caught:
        check_sites(scenario, ["gf_tu_son", "icd_my_dinh"], ["gf_tu_son"])
    first, second = str(caught.value).splitlines()
    assert first == "scenario: hubs.forced_open[0]: there is no site 'gf_tu_sonn'; nearest: gf_tu_son"
    assert second.startswith("scenario: hubs.forbidden[0]: there is no site 'zzz'")


def test_more_new_hubs_than_candidate_sites_are_refused():
    scenario = replace(northern_vietnam(), new_hubs=3)
    with pytest.raises(InputError, match="asks for 3 new hubs, but the region has only 2 candidate sites"):
        check_sites(scenario, ["a", "b", "c"], ["a", "b"])


def test_forbidden_sites_do_not_count_as_candidates():
    scenario = replace(northern_vietnam(), new_hubs=2, forbidden=("a",))
    with pytest.raises(InputError, match="only 1 candidate sites that are not forbidden"):
        check_sites(scenario, ["a", "b", "c"], ["a", "b"])


def test_known_sites_and_every_site_pass():
    check_sites(replace(northern_vietnam(), forbidden=("*",)), ["a"], [])
    check_sites(replace(northern_vietnam(), forced_open=("a",), forbidden=("c",)), ["a", "c"], ["a"])


def test_own_ledger_values_need_a_row_and_may_not_turn_negative():
    ledger = Ledger(entries={name: entry(name, value) for name, value in (("crf", 0.1), ("trend", -2.0))})
    check_ledger(Scenario(name="x", ledger={"crf": 0.2, "trend": -3.0}), ledger)
    with pytest.raises(InputError) as caught:
        check_ledger(Scenario(name="x", ledger={"crff": 0.2, "crf": -0.2}), ledger)
    assert str(caught.value).splitlines() == [
        "scenario: ledger.crff: there is no such row; nearest: crf",
        "scenario: ledger.crf: found -0.2, expected at least 0 %",
    ]
