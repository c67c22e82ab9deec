"""What the command line says with `--lang vi`: errors of real bad inputs, errors of usage, help."""

import json
import unicodedata

import pytest
from typer.main import get_command
from vietnamese import english_words

from logistics.cli import app as command_line
from logistics.cli import main
from logistics.cli.help_texts import language_of

SCENARIOS = {
    "a typo": "[hubs\nexactly = 2\n",
    "a missing quote": 'name = "x\n',
    "twice the same key": "year = 2030\nyear = 2031\n",
    "an unknown key": "[hubs]\nmax_hubs = 2\n",
    "a key of another section": "exactly = 2\n",
    "wrong kinds and ranges": 'year = 1999\n[hubs]\nareas_ha = "ten"\n[network]\nmax_connector_km = inf\n',
    "a word no choice": '[objective]\nminimise = "money"\n',
    "a list with doubles": '[hubs]\nforced_open = ["a", "a"]\n',
    "options that clash": '[hubs]\nexactly = 5\nmax_new = 3\nforbidden = ["*"]\n',
    "too little land": "[hubs]\nexactly = 3\nareas_ha = [10, 20]\nmax_land_ha = 15\n",
    "phases that clash": "year = 2031\n[phases]\nyears = [2030, 2025]\n[hubs.earliest_year]\ngf_tu_son = 2090\n",
    "a promise of nothing": "[[service]]\nshare_pct = 90\n",
    "a range upside down": '[[hubs.in_province]]\nprovince = "Bắc Ninh"\nmin = 3\nmax = 1\n',
    "unknown names": '[hubs]\nforced_open = ["gf_tu_sonn"]\n[ledger]\ncrff = 0.1\n[freight]\neco_parks = ["bn_xx"]\n',
    "more hubs than there are": "[hubs]\nexactly = 900\nmax_new = 900\n",
    "a missing table": '[tables]\nparks = "none.csv"\n',
    "no text at all": "\x00",
}
USAGE = (
    ["plan", "--bogus"], ["plan", "--gap", "7"], ["plan", "--hubs", "many"], ["plan", "--hubs", "-1"], ["report"],
    ["no-such-command"], ["why", "run"], ["plan", "a", "b"], ["compare", "a", "b", "--out", "x.pdf"],
    ["network", "build", "here", "--out", "there", "--vehicle", "bicycle"],
)  # fmt: skip


@pytest.mark.parametrize("text", SCENARIOS.values(), ids=SCENARIOS)
def test_a_bad_scenario_is_told_wholly_in_vietnamese(text, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "case.toml").write_text(text, encoding="utf-8")
    assert main(["plan", "case.toml", "--lang", "vi"]) == 3
    said = capsys.readouterr().err
    assert "lỗi: " in said
    assert english_words(said) == []
    assert unicodedata.is_normalized("NFC", said)


@pytest.mark.parametrize("table", ["id\n", "id,lon\n1,2\n", "id,name_vi\na,b,c\n", ""])
def test_a_bad_table_is_told_wholly_in_vietnamese(table, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.csv").write_text(table, encoding="utf-8")
    (tmp_path / "case.toml").write_text('[tables]\nparks = "own.csv"\n', encoding="utf-8")
    assert main(["--lang=vi", "plan", "case.toml"]) == 3
    assert english_words(capsys.readouterr().err) == []


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_an_error_of_usage_is_told_wholly_in_vietnamese(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main([*arguments, "--lang", "vi"]) == 2
    said = capsys.readouterr().err
    assert "Lỗi: " in said
    assert english_words(said) == []


def test_a_missing_file_is_told_in_vietnamese_whatever_its_name(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["network", "check", "reading the tables.osm", "--lang", "vi"]) == 3
    assert "reading the tables.osm: không có tệp này" in capsys.readouterr().err


def test_english_is_spoken_again_after_a_command_in_vietnamese(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    main(["audit", "nowhere", "--lang", "vi"])
    assert main(["audit", "nowhere"]) == 3
    assert capsys.readouterr().err.endswith("expected a folder as `logistics plan --out` writes it\n")


def test_json_is_the_same_in_both_languages(capsys):
    main(["doctor", "--json", "--lang", "vi"])
    in_vietnamese = capsys.readouterr().out
    main(["doctor", "--json"])
    assert json.loads(in_vietnamese) == json.loads(capsys.readouterr().out)


def commands(command, *names):
    yield names
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, *names, name)


@pytest.mark.parametrize("names", list(commands(get_command(command_line.app))), ids=" ".join)
def test_every_help_is_wholly_in_vietnamese(names, capsys):
    assert main([*names, "--help", "--lang", "vi"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Cách dùng: logistics")
    assert english_words(said) == []


@pytest.mark.parametrize(
    ("words", "lang"),
    [
        ([], "en"),
        (["plan", "--lang", "vi"], "vi"),
        (["--lang=vi", "plan"], "vi"),
        (["plan", "--lang", "vi", "--lang=en"], "en"),
        (["plan", "--lang", "fr"], "en"),
        (["plan", "--lang"], "en"),
        (["plan", "vi"], "en"),
    ],
)
def test_the_language_is_known_before_the_options_are_read(words, lang):
    assert language_of(words).value == lang
