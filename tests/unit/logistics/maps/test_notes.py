import json

import pytest

from logistics.errors import InputError
from logistics.maps.notes import read_noted_run
from logistics.run_folder import write_tables

LEDGER = (
    "id,name,value,unit,low,high,year,source,confidence,note\n"
    "a,Narrow,10,t,9,11,2026,,low,\nb,Wide,10,t,1,30,2026,,low,\nc,Known,1,t,0,9,2026,a paper,high,\n"
)


@pytest.fixture
def folder(tables, tmp_path):
    write_tables(tables, tmp_path)
    return tmp_path


def test_a_run_without_notes_is_read(folder):
    run = read_noted_run(folder)
    assert run.guesses is None
    assert run.whys == {}


def test_guesses_are_the_rows_without_a_source_the_widest_first(folder):
    (folder / "ledger.csv").write_text(LEDGER, encoding="utf-8-sig")
    assert list(read_noted_run(folder).guesses["id"]) == ["b", "a"]


def test_answers_to_why_are_read_by_their_site(folder):
    costs = dict.fromkeys(("costs_vnd_per_year", "least_vnd_per_year", "most_vnd_per_year"), 2e9)
    site = {"hub_id": "s", "is_open": False, "is_possible": True, "stopped": "", "flips": [], **costs}
    (folder / "why.json").write_text(json.dumps({"sites": [site]}), encoding="utf-8")
    assert read_noted_run(folder).whys["s"]["costs_vnd_per_year"] == 2e9


@pytest.mark.parametrize("text", ["", "[]", '{"sites": [1]}', '{"sites": [{"hub_id": "s"}]}'])
def test_a_file_of_answers_that_cannot_be_read_is_named(folder, text):
    (folder / "why.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"why\.json: cannot be read"):
        read_noted_run(folder)


def test_a_ledger_that_lacks_a_column_is_named(folder):
    (folder / "ledger.csv").write_text("id,value\na,1\n", encoding="utf-8-sig")
    with pytest.raises(InputError, match=r"ledger\.csv: columns missing"):
        read_noted_run(folder)
