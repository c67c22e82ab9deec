"""What an audit looks at and in which order, on a run whose parts are made by hand."""

from types import SimpleNamespace

import pandas as pd
import pytest
from hand_made_run import case, flows, hubs, phase, timeline, ways

from logistics import audit_ledger, auditing
from logistics.audit_ledger import ledger_findings
from logistics.auditing import audit, audit_run, audit_tables
from logistics.errors import InputError
from logistics.run_folder import RunTables
from logistics.scenario_parts import Phases

KEYS = {"period": ["2030"] * 3}
LINKS = pd.DataFrame({"period": ["2030"], "link_id": ["a"], "t_per_year": [7.0]})
PLACES = pd.DataFrame({"period": ["2030"], "place_id": ["park_a"], "out_t_per_year": [60.0]})


def tables(**changes):
    summary = {"inputs": {"parks.csv": "1a"}, "goals": [], "ledger_read": ["crf"]}
    usual = {"summary": summary, "hubs": hubs(**KEYS), "flows": flows(), "link_flows": LINKS, "places": PLACES}
    return RunTables(**usual | changes)


@pytest.fixture
def parts(monkeypatch):
    """Replace what works a phase out, and what looks at goals and summary, by what is told of each."""
    asked = []

    def worked_out(one, option_open, used):
        asked.append((one.year, option_open.tolist(), used["site"].tolist()))
        return phase(one.year, case=one, ways=ways(), flows=flows(period=[str(one.year)] * 3),
                     hubs=hubs(period=[str(one.year)] * 3).iloc[[2, 0, 1]].reset_index(drop=True))  # fmt: skip

    monkeypatch.setattr(auditing, "phase_tables", worked_out)
    monkeypatch.setattr(auditing, "place_table", lambda one: PLACES.assign(period=str(one.case.year)))
    monkeypatch.setattr(auditing, "link_table", lambda one: LINKS.assign(period=str(one.case.year)))
    monkeypatch.setattr(auditing, "goal_findings", lambda *told: iter([f"goals {len(told[1])} {told[2]}"]))
    monkeypatch.setattr(auditing, "summary_findings", lambda *told: iter([f"summary {len(told[2])}"]))
    return asked


TOLD = ["goals 1 []", "summary 1"]


def test_tables_that_are_right_leave_goals_and_summary_to_say(parts):
    assert audit_tables(timeline(), tables()) == TOLD
    # the hubs that are open and the ways that are used are read from the run
    assert parts == [(2030, [True, True, False, False, True, False, True], [1, -1, -1])]


def test_names_that_are_not_the_scenario_s_are_told_alone(parts):
    assert audit_tables(timeline(), tables(flows=flows(mode=["balloon", "truck", "truck"]))) == [
        "flows.csv:2:mode: found 'balloon', which this scenario does not have"
    ]
    assert parts == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"flows": flows(vnd_per_year=[4001.0, 9000.0, 3000.0])},
         "flows.csv:2:vnd_per_year: found 4001.0, recomputed 4000.0"),
        ({"hubs": hubs(**KEYS, capital_vnd=[0.0, 999.0, 0.0])},
         "hubs.csv:3:capital_vnd: found 999.0, recomputed 1000.0"),
        ({"places": PLACES.assign(out_t_per_year=61.0)}, "places.csv:2:out_t_per_year: found 61.0, recomputed 60.0"),
        ({"link_flows": LINKS.assign(t_per_year=8.0)}, "link_flows.csv:2:t_per_year: found 8.0, recomputed 7.0"),
    ],
)  # fmt: skip
def test_each_table_is_compared_with_what_was_worked_out(parts, changes, sentence):
    assert audit_tables(timeline(), tables(**changes)) == [sentence, *TOLD]
    assert len(parts) == 1


def test_hubs_may_stand_in_any_order(parts):
    shuffled = hubs(**KEYS).iloc[[1, 2, 0]].reset_index(drop=True)
    assert audit_tables(timeline(), tables(hubs=shuffled)) == TOLD
    assert len(parts) == 1


def test_tonnes_and_rules_are_looked_at(parts, monkeypatch):
    over = case(contestable_t=[39.0, 0.0])
    told = audit_tables(timeline(phase(case=over), max_land_ha=4.0), tables())
    assert told == [
        "flows.csv: f000000 sends 40 t through hubs, at most 39 t may",
        "hubs.csv: 5 ha are built on, the scenario allows 4 ha",
        *TOLD,
    ]
    monkeypatch.setattr(auditing, "tonnes_findings", lambda one, rows: [f"tonnes of {one.case.year}: {len(rows)}"])
    assert audit_tables(timeline(), tables()) == ["tonnes of 2030: 3", *TOLD]
    assert len(parts) == 2


def test_each_phase_is_worked_out_from_its_own_rows(parts):
    both = {name: pd.concat([frame, frame.assign(period="2040")], ignore_index=True)
            for name, frame in (("hubs", hubs(**KEYS)), ("flows", flows()), ("link_flows", LINKS),
                                ("places", PLACES))}  # fmt: skip
    asked = timeline(phase(2030), phase(2040), weight=(0.5, 0.5), phases=Phases(years=(2030, 2040)))
    assert audit_tables(asked, tables(**both)) == ["goals 2 []", "summary 2"]
    assert [one[0] for one in parts] == [2030, 2040]


@pytest.mark.parametrize("error", [AttributeError, IndexError, KeyError, TypeError, ValueError])
def test_a_summary_of_another_shape_is_told(parts, monkeypatch, error):
    def broken(*_):
        raise error("curve")
        yield

    monkeypatch.setattr(auditing, "summary_findings", broken)
    what = "'curve'" if error is KeyError else "curve"
    words = f"plan.json: not as `logistics plan` writes it ({error.__name__}: {what}); run `logistics plan` again"
    assert audit_tables(timeline(), tables()) == [words]
    assert len(parts) == 1


def test_a_summary_without_goals_is_told(parts):
    (sentence,) = audit_tables(timeline(), tables(summary={}))
    assert sentence.startswith("plan.json: not as `logistics plan` writes it (KeyError: 'goals')")
    assert len(parts) == 1


@pytest.fixture
def looked_at(monkeypatch):
    """Leave of an audit its frame."""
    monkeypatch.setattr(auditing, "input_hashes", lambda one: {"parks.csv": "1a"} if one.year == 2040 else {})
    monkeypatch.setattr(auditing, "audit_tables", lambda *_: ["tables"])
    monkeypatch.setattr(auditing, "broken_seals", lambda _: {"plan.json": "seal"})
    monkeypatch.setattr(auditing, "ledger_findings", lambda _, ledger, __: iter([f"ledger of {len(ledger.entries)}"]))
    monkeypatch.setattr(auditing, "link_use", lambda *_: SimpleNamespace(links=LINKS))
    monkeypatch.setattr(auditing, "read_run_table", lambda _, name: LINKS.assign(t_per_year=8.0, name=name))


LATER = timeline(phase(2030), phase(2040), weight=(0.5, 0.5), phases=Phases(years=(2030, 2040)))


@pytest.mark.usefixtures("looked_at")
def test_an_audit_looks_at_inputs_tables_what_was_added_and_seals(tmp_path):
    assert audit_run(tmp_path, LATER, tables()) == ["tables", "ledger of 2", "seal"]
    without = tables(summary={"inputs": {"parks.csv": "1a"}, "ledger_read": "all"})
    assert audit_run(tmp_path, LATER, without) == ["tables", "seal"]


@pytest.mark.usefixtures("looked_at")
def test_inputs_are_those_the_run_was_made_from(tmp_path):
    sentence = "plan.json:inputs: parks.csv is not the file the run was made from"
    for recorded in ({"parks.csv": "2b"}, {}):
        told = audit_run(tmp_path, LATER, tables(summary={"inputs": recorded}))
        assert told == [sentence, "tables", "seal"]
    for summary in ({}, {"inputs": ["1a"]}):
        with pytest.raises(InputError, match=r"plan\.json:inputs: missing; run `logistics plan` again"):
            audit_run(tmp_path, LATER, tables(summary=summary))


@pytest.mark.usefixtures("looked_at")
def test_the_use_of_roads_is_compared_where_it_was_asked_for(tmp_path):
    (tmp_path / "link_use.csv").write_text("x")
    summary = {"inputs": {"parks.csv": "1a"}}
    sentence = "link_use.csv:2:t_per_year: found 8.0, recomputed 7.0"
    assert audit_run(tmp_path, timeline(), tables(summary=summary)) == ["tables", sentence, "seal"]
    nowhere = tables(summary=summary, flows=flows(mode=["balloon"] * 3))
    assert audit_run(tmp_path, timeline(), nowhere) == ["tables", "seal"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(auditing, "read_run", lambda _: "tables")
    monkeypatch.setattr(auditing, "read_scenario", lambda path: path.name)
    monkeypatch.setattr(auditing, "build_timeline", lambda scenario: f"timeline of {scenario}")
    monkeypatch.setattr(auditing, "audit_run", lambda *told: [f"{told[0].name}, {told[1]}, {told[2]}"])
    monkeypatch.setattr(auditing, "broken_seals", lambda _: {})
    monkeypatch.setattr(auditing, "clash_findings", lambda path: [f"clash of {path.name}"])
    return tmp_path / "run"


def test_a_plan_is_audited_from_its_scenario_and_what_clashes_by_itself(folder, monkeypatch):
    folder.mkdir()
    wanted = ["run, timeline of scenario.toml, tables"]
    assert audit(str(folder)) == wanted  # what is missing read_run tells
    (folder / "infeasible.json").write_text("{}")
    assert audit(folder) == ["clash of run"]
    monkeypatch.setattr(auditing, "broken_seals", lambda _: {"infeasible.json": "seal"})
    assert audit(folder) == ["seal", "clash of run"]
    (folder / "plan.json").write_text("{}")
    assert audit(folder) == wanted


def test_of_a_scenario_that_was_changed_nothing_but_that_is_told(folder, monkeypatch):
    monkeypatch.setattr(auditing, "broken_seals", lambda _: {"plan.json": "one", "scenario.toml": "two"})
    assert audit(folder) == ["one", "two"]
    monkeypatch.setattr(auditing, "broken_seals", lambda _: {"plan.json": "one"})
    assert audit(folder) == ["run, timeline of scenario.toml, tables"]


LEDGER = pd.DataFrame({"id": ["crf", "payload_teu", "other"], "value": [0.1, 14.0, 1.0], "note": ["", None, "x"]})


def ledger_said(found, read, monkeypatch, tmp_path):
    monkeypatch.setattr(audit_ledger, "COLUMNS", ("id", "value", "note"))
    monkeypatch.setattr(audit_ledger, "read_ledger", lambda _: found)
    ledger = SimpleNamespace(to_frame=lambda: LEDGER.assign(more=1))
    return list(ledger_findings(tmp_path, ledger, {"ledger_read": read}))


@pytest.mark.parametrize(
    ("rows", "read", "change", "sentences"),
    [
        ((0, 1), ["crf", "payload_teu"], {}, []),
        ((0, 1), ["crf"], {}, []),
        ((0,), ["payload_teu", "crf", "far"], {},
         [f"ledger.csv: {row!r} is missing, plan.json says that it was read" for row in ("far", "payload_teu")]),
        ((0, 1), [], {"value": [0.1, 15.0]}, ["ledger.csv:3:value: found 15.0, recomputed 14.0"]),
        ((0, 2), [], {"note": ["", "y"]}, ["ledger.csv:3:note: found 'y', recomputed 'x'"]),
        ((0, 1), [], {"id": ["crf", "gold"]}, ["ledger.csv: found 2 rows, expected 1"]),
    ],
)  # fmt: skip
def test_the_rows_of_the_ledger_are_those_it_has(rows, read, change, sentences, monkeypatch, tmp_path):
    found = LEDGER.iloc[list(rows)].fillna({"note": ""}).assign(**change).reset_index(drop=True)
    assert ledger_said(found, read, monkeypatch, tmp_path) == sentences


def test_a_run_without_a_ledger_has_nothing_wrong_with_it(monkeypatch, tmp_path):
    assert ledger_said(None, ["crf"], monkeypatch, tmp_path) == []
