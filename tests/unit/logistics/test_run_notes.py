"""What a run keeps beside its plan: the ledger it used, and the answers to why."""

import json
import math

import pytest

from logistics.errors import InputError
from logistics.run_notes import WHY_FILE, add_whys, read_ledger, read_whys

ROW = "diesel_price,Diesel,VND/l,21740,18000,30000,2024,a price list,high,"
HEAD = "id,name,unit,value,low,high,year,source,confidence,note"


def answer(hub_id, flips=(), cost=5.0):
    return {
        "hub_id": hub_id, "is_open": True, "is_possible": True, "stopped": "", "costs_vnd_per_year": cost,
        "least_vnd_per_year": cost, "most_vnd_per_year": cost, "flips": list(flips),
    }  # fmt: skip


def test_the_ledger_of_a_run_is_read_with_its_numbers(tmp_path):
    assert read_ledger(tmp_path) is None
    (tmp_path / "ledger.csv").write_text(f"{HEAD}\n{ROW}\n", encoding="utf-8")
    assert read_ledger(tmp_path)[["value", "low", "high"]].iloc[0].tolist() == [21740.0, 18000.0, 30000.0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{HEAD}\n{ROW.replace('18000', 'cheap')}\n", "ledger.csv:2:low: found 'cheap', not a number"),
        (f"{HEAD.replace(',note', '')}\n{ROW[:-1]}\n", "columns missing: note; run `logistics plan` again"),
    ],
)
def test_a_ledger_that_was_changed_by_hand_is_told_with_row_and_column(tmp_path, text, words):
    (tmp_path / "ledger.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as told:
        read_ledger(tmp_path)
    assert words in str(told.value)


def test_an_answer_takes_the_place_of_an_earlier_one_but_keeps_what_flips_it(tmp_path):
    add_whys([answer("a", flips=["dearer"]), answer("b")], tmp_path)
    add_whys([answer("a", cost=7.0)], tmp_path)
    first, second = read_whys(tmp_path)
    assert (first["hub_id"], first["costs_vnd_per_year"], first["flips"]) == ("a", 7.0, ["dearer"])
    assert (second["hub_id"], second["costs_vnd_per_year"]) == ("b", 5.0)


@pytest.mark.parametrize(
    ("sites", "words"),
    [
        ([answer("a", cost=math.nan)], "an answer lacks its cost"),
        ([{"hub_id": "a"}], "cannot be read"),
        (7, "cannot be"),
    ],
)
def test_answers_that_were_changed_by_hand_are_refused(tmp_path, sites, words):
    (tmp_path / WHY_FILE).write_text(json.dumps({"sites": sites}), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_whys(tmp_path)
