"""The map that `logistics map` draws from a run folder is the one that the plan drew."""

from logistics.cli import main
from logistics.maps import read_noted_run


def test_the_map_drawn_again_from_the_folder_alone_is_the_same_file(small_plan, tmp_path):
    folder = small_plan.save(tmp_path / "run")
    drawn = (folder / "map.html").read_bytes()
    assert main(["map", str(folder)]) == 0
    assert (folder / "map.html").read_bytes() == drawn


def test_a_run_holds_the_guesses_that_its_map_lists(small_plan, tmp_path):
    guesses = read_noted_run(small_plan.save(tmp_path / "run")).guesses
    assert set(guesses["confidence"]) <= {"low", "scenario"}
    assert len(guesses) > 0
