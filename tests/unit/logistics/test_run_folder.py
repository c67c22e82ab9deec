"""The run folder is whole or untouched, and text stays text."""

import pandas as pd
import pytest

from logistics.errors import InputError
from logistics.run_folder import RunTables, read_run, replace_folder, write_infeasible, write_tables


def tables(name="Quế Võ"):
    hubs = pd.DataFrame({"hub_id": ["007"], "name_vi": [name], "is_new": [True], "fixed_vnd_per_year": [0.1 + 0.2]})
    empty = pd.DataFrame({"place_id": ["a"], "opened": [False]})
    return RunTables(summary={"name": name}, hubs=hubs, flows=empty, link_flows=empty, places=empty)


def saved(folder, name="Quế Võ"):
    replace_folder(folder, lambda fresh: write_tables(tables(name), fresh))
    return folder


def test_numbers_flags_ids_and_names_come_back_as_they_were(tmp_path):
    back = read_run(saved(tmp_path / "run"))
    row = back.hubs.iloc[0]
    assert (row["hub_id"], row["name_vi"], bool(row["is_new"])) == ("007", "Quế Võ", True)
    assert row["fixed_vnd_per_year"] == 0.1 + 0.2


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1+1", "-cmd", "@sum", "plain", "=1,2"])
def test_a_name_that_looks_like_a_formula_is_written_as_text(tmp_path, name):
    folder = saved(tmp_path / "run", name)
    cell = (folder / "hubs.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(",", 1)[1]
    assert not cell.lstrip('"').startswith(("=", "+", "-", "@"))
    assert read_run(folder).hubs["name_vi"].item() == name


def test_a_spreadsheet_sees_utf_8(tmp_path):
    assert (saved(tmp_path / "run") / "hubs.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_an_earlier_run_is_replaced_whole_and_notes_beside_it_stay(tmp_path):
    folder = saved(tmp_path / "run")
    (folder / "notes.txt").write_text("for the meeting", encoding="utf-8")
    (folder / "map.html").write_text("the old map", encoding="utf-8")
    saved(folder, "second")
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "for the meeting"
    assert not (folder / "map.html").exists()
    assert read_run(folder).summary["name"] == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_failed_write_leaves_the_earlier_run(tmp_path):
    folder = saved(tmp_path / "run")

    def fail(fresh):
        write_tables(tables("half"), fresh)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        replace_folder(folder, fail)
    assert read_run(folder).summary["name"] == "Quế Võ"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_folder_with_other_files_is_never_replaced(tmp_path):
    (tmp_path / "thesis.doc").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="holds files that are no run"):
        saved(tmp_path)
    assert (tmp_path / "thesis.doc").exists()


def test_the_report_of_clashing_wishes_makes_room_for_the_plan_that_followed(tmp_path):
    folder = tmp_path / "run"
    write_infeasible({"status": "infeasible"}, folder)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    saved(folder)
    assert read_run(folder).summary["name"] == "Quế Võ"
    assert not (folder / "infeasible.json").exists()
    assert (folder / "notes.txt").exists()


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    target = tmp_path / "run"
    target.write_text("a file", encoding="utf-8")
    with pytest.raises(InputError, match="is a file, expected a folder"):
        saved(target)


def test_a_word_in_a_number_column_is_named(tmp_path):
    folder = saved(tmp_path / "run")
    text = (folder / "hubs.csv").read_text(encoding="utf-8-sig")
    (folder / "hubs.csv").write_text(text.replace("0.30000000000000004", "much"), encoding="utf-8-sig")
    with pytest.raises(InputError, match=r"hubs\.csv:2:fixed_vnd_per_year: found 'much', expected a number"):
        read_run(folder)


def test_a_missing_table_is_named(tmp_path):
    folder = saved(tmp_path / "run")
    (folder / "flows.csv").unlink()
    with pytest.raises(InputError, match=r"flows\.csv: missing from the run folder"):
        read_run(folder)
