"""The store keeps each outcome as it comes, and nothing twice."""

import sqlite3
from contextlib import closing

import pytest

from logistics.errors import InputError
from logistics.studies.outcome import HubUse, Outcome
from logistics.studies.store import Store, StoreError, outcome_key

FOUND = Outcome(
    state="optimal",
    reason="proved",
    objective_vnd_per_year=1.5e12,
    bound_vnd_per_year=1.4e12,
    hubs={"gf_yen_my": HubUse(tier="cross-dock 10 ha", is_new=True, throughput_t_per_year=0.1)},
    favourites={"bn_que_vo_1": ("gf_yen_my", 0.25)},
    held={"none": float("inf")},
)


def test_an_outcome_survives_its_text_to_the_last_bit():
    assert Outcome.from_text(FOUND.to_text()).to_text() == FOUND.to_text()


def test_what_was_added_is_there_after_opening_again(tmp_path):
    with Store(tmp_path / "s.sqlite") as store:
        store.add("a", FOUND, 2.5)
    with Store(tmp_path / "s.sqlite") as store:
        assert store.keys() == {"a"}
        ((outcome, seconds),) = store.outcomes(["a"])
    assert outcome.hubs == FOUND.hubs
    assert seconds == 2.5


def test_an_outcome_that_comes_twice_counts_once_and_the_first_stays(tmp_path):
    with Store(tmp_path / "s.sqlite") as store:
        store.add("a", FOUND, 1.0)
        store.add("a", Outcome(state="crashed", reason=""), 2.0)
        assert [outcome.state for outcome, _ in store.outcomes(["a"])] == ["optimal"]


def test_a_file_that_is_no_store_is_refused(tmp_path):
    (tmp_path / "s.sqlite").write_text("not a database, and long enough to be looked at" * 40)
    with pytest.raises(InputError, match="no store of a study"):
        Store(tmp_path / "s.sqlite")


@pytest.mark.fault("F18")
def test_a_store_of_another_format_is_refused(tmp_path):
    with Store(tmp_path / "s.sqlite") as store:
        store.note("format", "99")
    with pytest.raises(InputError, match="format 99, expected 2"):
        Store(tmp_path / "s.sqlite")


def fill(store):
    for number in range(1000):
        store.add(f"b{number}", FOUND, 1.0)


@pytest.mark.fault("F13")
def test_a_full_disk_stops_with_a_message_and_loses_nothing_written(tmp_path):
    with Store(tmp_path / "s.sqlite") as store:
        store.add("a", FOUND, 1.0)
        pages = store._file.execute("PRAGMA page_count").fetchone()[0]
        store._file.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match=r"disk is full.*--resume"):
            fill(store)
        kept = store.keys()
    assert "a" in kept
    with closing(sqlite3.connect(tmp_path / "s.sqlite")) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_key_tells_values_apart_to_the_last_bit():
    assert outcome_key("k", {"crf": 0.1}) != outcome_key("k", {"crf": 0.1 + 2**-56})
    assert outcome_key("k", {"a": 1.0, "b": 2.0}) == outcome_key("k", {"b": 2.0, "a": 1.0})
