"""The output folder is looked at before the work begins."""

import os
from pathlib import Path

import pytest

from logistics.cli.output import output_folder
from logistics.errors import InputError


@pytest.fixture
def inside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(folder):
    with pytest.raises(InputError) as caught:
        output_folder(folder, "any")
    return str(caught.value)


def test_a_run_goes_below_runs_under_the_slug_of_its_scenario(inside):
    assert output_folder(None, "Kịch bản/1") == Path("runs") / "kich-ban-1"
    assert not (inside / "runs").exists()


def test_a_new_an_empty_and_an_earlier_run_folder_may_be_written(inside):
    (inside / "empty").mkdir()
    (inside / "run").mkdir()
    (inside / "run" / "plan.json").touch()
    for folder in ("new/deep", "empty", "run"):
        assert output_folder(Path(folder), "any") == Path(folder)


def test_a_folder_with_other_files_is_refused(inside):
    (inside / "mine").mkdir()
    (inside / "mine" / "thesis.txt").touch()
    assert "no run" in refusal(Path("mine"))


def test_a_file_in_the_way_is_refused(inside):
    (inside / "file").touch()
    assert "is a file" in refusal(Path("file"))
    assert "is a file" in refusal(Path("file/below"))


def test_the_current_folder_and_those_above_are_refused(inside):
    assert "the folder you are in" in refusal(Path())
    assert "the folder you are in" in refusal(inside.parent)


def test_a_mount_point_is_refused_because_nothing_can_take_its_place(monkeypatch, inside):
    (inside / "disk").mkdir()
    monkeypatch.setattr(Path, "is_mount", lambda path: path.name == "disk")
    assert "is mounted" in refusal(Path("disk"))


def test_a_folder_that_may_not_be_written_is_refused(monkeypatch, inside):
    (inside / "locked").mkdir()
    # the superuser may write anywhere, so the answer of the system is given here
    monkeypatch.setattr(os, "access", lambda path, _: Path(path).name != "locked")
    assert "may not be written" in refusal(Path("locked"))
