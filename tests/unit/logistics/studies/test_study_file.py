"""Study files: what they ask for, point by point, and each fault with its key and what is expected."""

import pytest

from logistics.cli import main
from logistics.errors import InputError
from logistics.scenario import write_scenario
from logistics.studies.study_file import read_study

TWO = """
[[factor]]
name = "crf"
low = 0.1
high = 0.2

[[factor]]
name = "hubs.max_new"
values = [1, 3]
"""


@pytest.fixture
def read(tmp_path):
    """Return what reads a study from its text, with a table beside it where one is given."""

    def study(text, table=None):
        if table is not None:
            (tmp_path / "scenarios.csv").write_text(table, encoding="utf-8")
        (tmp_path / "asked.toml").write_text(text, encoding="utf-8")
        return read_study(tmp_path / "asked.toml")

    return study


def points_of(study):
    return study.design.points.to_numpy().tolist()


def test_a_study_without_a_word_more_moves_each_factor_alone_and_is_named_after_its_file(read):
    study = read(TWO)
    assert (study.name, study.design.kind, study.scenario.name) == ("asked", "one_at_a_time", "northern_vietnam")
    assert points_of(study) == [[0.125, 5.0], [0.1, 5.0], [0.2, 5.0], [0.125, 1.0], [0.125, 3.0]]
    assert study.design.labels[:3] == ("base", "crf low", "crf high")


@pytest.mark.parametrize("kind", ["grid", "factorial"])
def test_every_combination_is_asked_for(read, kind):
    study = read(f'[design]\nkind = "{kind}"\nlevels = 3\n{TWO}[solve]\ngap = 0.5\nseed = 7\ntime_limit_s = 3\n')
    assert study.design.points["crf"].tolist() == pytest.approx([0.1, 0.1, 0.15, 0.15, 0.2, 0.2])
    assert study.design.points["hubs.max_new"].tolist() == [1.0, 3.0] * 3
    assert (study.options.relative_gap, study.options.seed, study.options.time_limit_s) == (0.5, 7, 3.0)


@pytest.mark.parametrize(
    ("kind", "count"),
    [("latin_hypercube", 8), ("sobol", 8), ("sobol_indices", 8 * (2 + 2)), ("morris", 4 * (2 + 1))],
)
def test_draws_are_as_many_as_asked_for_and_within_the_range(read, kind, count):
    study = read(f'[design]\nkind = "{kind}"\nscenarios = 8\ntrajectories = 4\n{TWO}')
    assert len(study.design) == count
    assert study.design.points["crf"].between(0.1, 0.2).all()
    assert set(study.design.points["hubs.max_new"]) == {1.0, 3.0}


def test_factors_may_move_together(read):
    three = TWO + '[[factor]]\nname = "growth"\nlow = 2.0\nhigh = 9.0\n'
    pair = '[[correlation]]\nbetween = ["crf", "growth"]\nrho = -0.9\n'
    points = read(f'[design]\nkind = "latin_hypercube"\nscenarios = 50\n{three}{pair}').design.points
    assert points["crf"].rank().corr(points["growth"].rank()) < -0.7


def test_a_table_of_scenarios_keeps_its_labels_and_a_blank_label_column_is_none(read):
    table = '[design]\nkind = "table"\nfile = "scenarios.csv"\n'
    study = read(table, "label,crf\nlow,0.1\nhigh,0.2\n")
    assert (list(study.design.labels), points_of(study)) == (["low", "high"], [[0.1], [0.2]])
    assert len(set(read(table, "label,crf\n,0.1\n,0.2\n").design.labels)) == 2


def test_all_that_is_uncertain_may_vary_and_what_is_named_by_itself_keeps_its_own_range(read, tiny_scenario, tmp_path):
    write_scenario(tiny_scenario, tmp_path / "tiny.toml")
    study = read('scenario = "tiny.toml"\n[[factor]]\nname = "*"\n' + TWO)
    names = {one.name: one for one in study.design.factors}
    assert len(names) > 20
    assert (names["crf"].low, names["crf"].high) == (0.1, 0.2)
    assert names["diesel_price"].low < names["diesel_price"].high


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "factor"),
        ("[design]\nkind = 'magic'\n" + TWO, "one_at_a_time, grid"),
        ("[design]\nkind = 'grid'\n[[factor]]\nname = 'crf'\n", "found 1, expected 2 for a grid; use factorial"),
        ("[design]\nkind = 'table'\n", "a table of scenarios needs the name of its file"),
        ("[design]\nscenarios = 100000000\n" + TWO, "expected at most"),
        ("[[factor]]\nname = 'no_such_row'\n[[factor]]\nname = 'hubs.no_such'\n", "no_such_row"),
        ("[[factor]]\nname = 'crf'\nlow = 3.0\nhigh = 1.0\n", "expected low <= value <= high"),
        (TWO + "[[correlation]]\nbetween = ['crf', 'hubs.max_new']\nrho = 0.5\n", "only latin_hypercube and sobol"),
        (
            "[design]\nkind = 'sobol'\nscenarios = 8\n" + TWO
            + "[[correlation]]\nbetween = ['crf', 'growth']\nrho = 0.5\n",
            "expected two factors of this study; found crf, growth",
        ),
        (
            "[design]\nkind = 'sobol'\nscenarios = 8\n" + TWO
            + "[[correlation]]\nbetween = ['crf', 'crf']\nrho = 0.5\n",
            "expected two factors of this study; found crf, crf",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_with_the_file_and_what_is_expected(read, text, words):
    with pytest.raises(InputError) as told:
        read(text)
    assert "asked.toml" in str(told.value)
    assert words in str(told.value)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("label,crf,no_such_row\na,0.1,1\n", "scenarios.csv:1:no_such_row: "),
        ("label,crf\na,0.1,7\n", "scenarios.csv:2"),
        ("label,crf\na,\n", "column crf: there is no number in it"),
    ],
)
def test_a_table_of_scenarios_that_leads_nowhere_is_refused(read, table, words):
    with pytest.raises(InputError) as told:
        read('[design]\nkind = "table"\nfile = "scenarios.csv"\n', table)
    assert words in str(told.value)


def test_a_folder_that_holds_a_study_is_not_begun_anew(read, tmp_path, capsys):
    read(TWO)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "study.sqlite").write_bytes(b"")
    code = main(["study", str(tmp_path / "asked.toml"), "--out", str(tmp_path / "out"), "--workers", "0"])
    assert (code, "--resume goes on with it" in capsys.readouterr().err) == (3, True)
