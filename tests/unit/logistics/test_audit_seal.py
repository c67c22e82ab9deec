"""The seal of a run: what was changed after it was written is told, line ends are not."""

import hashlib

import pytest

from logistics.errors import InputError
from logistics.run_seal import broken_seals, write_seal


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "plan.json").write_text('{"a": 1}\n', newline="")
    (tmp_path / "scenario.toml").write_text('name = "x"\n', newline="")
    write_seal(tmp_path)
    return tmp_path


def test_the_seal_is_what_sha256sum_checks(folder):
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    plan, scenario = (
        hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("plan.json", "scenario.toml")
    )
    assert lines == [f"{plan}  plan.json", f"{scenario}  scenario.toml"]


def test_what_was_not_changed_is_whole(folder):
    assert broken_seals(folder) == {}


def test_line_ends_of_another_system_change_nothing(folder):
    (folder / "plan.json").write_bytes(b'{"a": 1}\r\n')
    assert broken_seals(folder) == {}


@pytest.mark.parametrize("name", ["plan.json", "scenario.toml"])
def test_a_changed_file_is_named(folder, name):
    path = folder / name
    path.write_text(path.read_text() + " ", newline="")
    sentence = f"{name}: was changed after the run was written: its SHA-256 is not that of SHA256SUMS"
    assert broken_seals(folder) == {name: sentence}


def test_a_file_that_was_added_or_lost_is_named(folder):
    (folder / "infeasible.json").write_text("{}")
    (folder / "plan.json").unlink()
    assert list(broken_seals(folder)) == ["infeasible.json", "plan.json"]
    assert broken_seals(folder)["plan.json"] == "SHA256SUMS: names 'plan.json', which the run does not hold"


def test_a_missing_seal_and_one_that_is_none_are_told(folder):
    (folder / "SHA256SUMS").write_text("nothing\n")
    with pytest.raises(InputError, match="no list of digests"):
        broken_seals(folder)
    (folder / "SHA256SUMS").unlink()
    with pytest.raises(InputError, match="SHA256SUMS: missing from the run folder"):
        broken_seals(folder)
