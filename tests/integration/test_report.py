"""The report of a whole run: the figures of its files, made again from the folder alone, by the command line too."""

import json
import re
import shutil
from dataclasses import replace

import pandas as pd
import pytest

from logistics.cli import main
from logistics.i18n import number
from logistics.planning import plan
from logistics.reports.document import gather, write_report
from logistics.run_folder import replace_folder
from logistics.run_notes import add_whys, read_ledger, read_whys
from logistics.scenario_parts import Phases


@pytest.fixture(scope="module")
def run(tiny_scenario, tmp_path_factory):
    found = plan(tiny_scenario)
    return found.save(tmp_path_factory.mktemp("report") / "run", findings=found.audit())


def figures(path):
    text = path.read_text(encoding="utf-8")
    return dict(re.findall(r'data-figure="([\w.]+)">([^<]*)<', text))


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_totals_in_report_tables_and_plan_json_agree_to_the_last_digit_shown(run, tmp_path, lang):
    shown = figures(write_report(gather(run), tmp_path / "report.html", lang=lang))
    facts = json.loads((run / "plan.json").read_text(encoding="utf-8"))
    flows, hubs = (pd.read_csv(run / f"{name}.csv", encoding="utf-8-sig") for name in ("flows", "hubs"))
    cost = flows["vnd_per_year"].sum() + hubs["fixed_vnd_per_year"].sum()
    for name in ("objective", "direct", "saving", "bound"):
        assert shown[f"{name}_vnd_per_year"] == number(facts[f"{name}_vnd_per_year"] / 1e9, lang, 1)
    assert shown["objective_vnd_per_year"] == number(cost / 1e9, lang, 1)
    assert shown["totals.t_per_year"] == number(flows["t_per_year"].sum(), lang)
    assert shown["totals.t_per_year"] == number(facts["totals"]["t_per_year"], lang)
    assert shown["totals.co2_t_per_year"] == number(flows["co2_t_per_year"].sum(), lang)
    assert shown["hubs.throughput"] == number(hubs["throughput_t_per_year"].sum(), lang)
    assert shown["costs.fixed"] == number(hubs["fixed_vnd_per_year"].sum() / 1e9, lang, 1)


def test_the_command_makes_the_report_again_from_the_folder_alone_byte_for_byte(run, capsys):
    made = ("report.html", "workbook.xlsx", "plan.gpkg")
    first = (run / "report.html").read_bytes()
    for name in made:
        (run / name).unlink()
    assert main(["report", str(run)]) == 0
    assert (run / "report.html").read_bytes() == first
    assert capsys.readouterr().out.split("\n")[:-1] == [str(run / name) for name in made]
    assert all((run / name).stat().st_size > 10_000 for name in made)


def test_the_command_draws_maps_where_asked(run, capsys):
    formats = ["--map-format", "svg", "--map-format", "png", "--map-format", "pdf"]
    assert main(["report", str(run), "--no-audit", "--json", "--paper", "a3", "--lang", "vi", *formats]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [path.rpartition("/")[2] for path in answer["files"]] == [
        "report.html", "workbook.xlsx", "plan.gpkg", "map_a3.svg", "map_a3.png", "map_a3.pdf",
    ]  # fmt: skip
    assert answer["findings"] is None
    assert (run / "map_a3.png").read_bytes().startswith(b"\x89PNG")
    assert (run / "map_a3.pdf").read_bytes().startswith(b"%PDF")
    assert "Chưa kiểm toán" in (run / "report.html").read_text(encoding="utf-8")


def test_the_command_draws_a_map_of_each_phase_and_a_new_run_takes_them_away(phased_run, tmp_path, capsys):
    run = shutil.copytree(phased_run, tmp_path / "run")
    assert main(["report", str(run), "--no-audit", "--json", "--map-format", "svg"]) == 0
    files = [path.rpartition("/")[2] for path in json.loads(capsys.readouterr().out)["files"]]
    assert files[3:] == ["map_2030_a4.svg", "map_2040_a4.svg"]
    (run / "notes.txt").touch()
    replace_folder(run, lambda fresh: (fresh / "plan.json").touch())
    assert {path.name for path in run.iterdir()} == {"plan.json", "notes.txt"}


def test_a_run_that_was_tampered_with_is_refused_in_the_report_and_by_the_exit_code(run, tmp_path, capsys):
    copy = shutil.copytree(run, tmp_path / "copy")
    facts = json.loads((copy / "plan.json").read_text(encoding="utf-8"))
    facts["objective_vnd_per_year"] *= 0.9
    (copy / "plan.json").write_text(json.dumps(facts), encoding="utf-8")
    assert main(["report", str(copy)]) == 6
    assert "REFUSED" in (copy / "report.html").read_text(encoding="utf-8")
    capsys.readouterr()


def test_the_ledger_of_the_run_holds_what_the_plan_read(run, tiny_scenario):
    rows = read_ledger(run).set_index("id")
    assert rows.loc["contestable_small", "value"] == tiny_scenario.ledger["contestable_small"]
    assert rows.loc["contestable_small", "confidence"] == "scenario"
    assert len(rows) > 50


def test_what_why_found_stands_in_the_report(run, capsys):
    assert main(["why", str(run), "gf_tu_son"]) == 0
    (answer,) = read_whys(run)
    assert answer["hub_id"] == "gf_tu_son"
    assert len(answer["flips"]) == 3
    assert main(["report", str(run), "--no-audit"]) == 0
    text = (run / "report.html").read_text(encoding="utf-8")
    part = text[text.index('id="change"') : text.index('id="method"')]
    assert number(answer["costs_vnd_per_year"] / 1e9, "en", 1) in part
    assert "Asked so far: 1 of 7 sites" in part
    capsys.readouterr()


def test_a_later_answer_without_flips_keeps_those_found_before(tmp_path):
    one = {"hub_id": "h", "is_open": True, "is_possible": True, "stopped": "", "costs_vnd_per_year": 1.0,
           "least_vnd_per_year": 1.0, "most_vnd_per_year": 1.0, "flips": [{"what": "toll"}]}  # fmt: skip
    add_whys([one], tmp_path)
    add_whys([{**one, "costs_vnd_per_year": 2.0, "flips": []}, {**one, "hub_id": "k"}], tmp_path)
    assert [(found["hub_id"], found["costs_vnd_per_year"], found["flips"]) for found in read_whys(tmp_path)] == [
        ("h", 2.0, [{"what": "toll"}]),
        ("k", 1.0, [{"what": "toll"}]),
    ]


@pytest.mark.parametrize("content", ["", "[]", '{"sites": [{}]}', '{"sites": 3}', "\xff"])
def test_a_broken_file_of_answers_is_told_with_what_to_do(run, tmp_path, content, capsys):
    copy = shutil.copytree(run, tmp_path / "copy")
    (copy / "why.json").write_bytes(content.encode("latin-1"))
    assert main(["report", str(copy), "--no-audit"]) == 3
    assert "why.json: cannot be read" in capsys.readouterr().err


def test_two_runs_become_a_page_that_stands_alone(run, tiny_scenario, tmp_path, capsys):
    other = plan(replace(tiny_scenario, name="other", forbidden=("gf_nam_son",))).save(tmp_path / "other")
    page = tmp_path / "comparison.html"
    assert main(["compare", str(run), str(other), "--out", str(page), "--lang", "vi"]) == 0
    text = page.read_text(encoding="utf-8")
    assert "Hai phương án cạnh nhau" in text
    assert text.count("<svg") == 2
    assert "gf_nam_son" in text
    assert main(["compare", str(run), str(other), "--out", str(tmp_path / "page.txt")]) == 2
    capsys.readouterr()


def test_a_run_in_phases_tells_the_hubs_of_each(tiny_scenario, tmp_path):
    found = plan(replace(tiny_scenario, phases=Phases(years=(2030, 2040))))
    text = (found.save(tmp_path / "run", lang="vi") / "report.html").read_text(encoding="utf-8")
    part = text[text.index('id="phases"') : text.index('id="costs"')]
    assert ">2030<" in part
    assert ">2040<" in part
    assert number(found.summary()["phases"][1]["vnd_per_year"] / 1e9, "vi", 1) in part
