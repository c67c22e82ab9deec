"""The doctor: what it finds in a sound installation, and that it notices folders that hide ours."""

from pathlib import Path

from logistics import doctor


def test_a_sound_installation_solves_a_tiny_case():
    state = doctor.solver_state()
    assert state == {"works": True, "message": "a tiny case gave optimal, 1, expected optimal, 1"}


def test_a_broken_solver_is_told_and_ends_nothing(monkeypatch):
    def broken():
        raise ImportError("undefined symbol")

    monkeypatch.setattr(doctor, "_tiny_solve", broken)
    report = doctor.examine()
    assert report["solver"] == {"works": False, "message": "ImportError: undefined symbol"}
    assert not report["sound"]


def test_a_dependency_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr(doctor, "direct_dependencies", lambda: ["no-such-distribution-here"])
    report = doctor.examine()
    assert "no-such-distribution-here is needed and not installed" in report["warnings"]
    assert not report["sound"]


def test_every_bundled_table_is_listed_with_rows_and_checksum(root):
    tables = {table["file"]: table for table in doctor.bundled_tables()}
    assert tables["logistics/data/places.csv"]["rows"] == 25
    assert len(tables["networks/regions/tables/roads.csv"]["sha256"]) == 64
    stored = [*(root / "logistics/data").glob("*.csv"), *(root / "networks/regions").rglob("*.csv")]
    assert len(tables) == len(stored)


def test_our_packages_come_from_one_place():
    folders = doctor.package_folders()
    assert {folder.parent for folder in folders.values()} == {Path(doctor.__file__).resolve().parents[1]}


def test_a_package_of_the_same_name_in_the_working_folder_is_noticed(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "__init__.py").touch()
    (tmp_path / "networks").mkdir()  # a folder that is no package hides nothing
    monkeypatch.chdir(tmp_path)
    (sentence,) = doctor.shadows()
    assert str(tmp_path / "models") in sentence


def test_a_package_loaded_from_elsewhere_is_noticed(tmp_path, monkeypatch):
    here = doctor.package_folders()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(doctor, "package_folders", lambda: here | {"models": tmp_path / "models"})
    (sentence,) = doctor.shadows()
    assert sentence.startswith(f"models is loaded from {tmp_path / 'models'}")


def test_the_working_folder_of_the_source_itself_is_no_shadow(monkeypatch):
    monkeypatch.chdir(doctor.package_folders()["logistics"].parent)
    assert doctor.shadows() == []


def test_licences_of_program_and_data_are_stated():
    licences = doctor.examine()["licences"]
    assert licences["program"] == "MIT"
    assert "© OpenStreetMap contributors" in licences["roads and places"]
