"""The command line: options, exit codes, what goes to stdout and what to stderr."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import typer

import networks
from logistics.cli import main
from logistics.cli.options import a_number
from logistics.cli.streams import answer_json
from logistics.errors import InfeasibleError, InputError, NoPlanError
from logistics.scenario import Scenario
from models.errors import SolverError

SUMMARY = {"title": "Test", "year": 2030, "warnings": ["far_park is 12.0 km from the network"], "name": "Từ Sơn"}


@dataclass
class FakePlan:
    """A plan without a solver; it remembers where it was saved."""

    findings: list = field(default_factory=list)
    saved: list = field(default_factory=list)
    tables: object = None

    def summary(self):
        return SUMMARY

    def audit(self):
        return self.findings

    def save(self, folder, *, lang, findings, tell):
        self.saved.append((folder, lang))
        assert findings == (), "the audit that let the plan pass is told in its report"
        assert callable(tell)
        return folder


@pytest.fixture
def planned(monkeypatch, tmp_path):
    """Replace the planning by one that answers at once; `asked` are the scenario and options it was given."""
    monkeypatch.chdir(tmp_path)
    found = SimpleNamespace(asked=[], plan=FakePlan())

    def fake(scenario, options, *, progress):
        progress("deciding")
        found.asked.append((scenario, options))
        return found.plan

    monkeypatch.setattr("logistics.planning.plan", fake)
    monkeypatch.setattr("logistics.cli.answer.show", lambda *_: "the table for people")
    return found


def failing(monkeypatch, error):
    def fake(*_, **__):
        raise error

    monkeypatch.setattr("logistics.planning.plan", fake)


def started(root, *arguments, **how):
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(root), *sys.path])}
    return subprocess.Popen(
        [sys.executable, "-m", "logistics", *arguments],
        env=environment | how.pop("env", {}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how,
    )  # fmt: skip


def test_without_options_the_bundled_region_is_planned_with_the_stated_defaults(planned, capsys):
    assert main(["plan"]) == 0
    ((scenario, options),) = planned.asked
    assert (scenario.name, scenario.year, scenario.new_hubs) == ("northern_vietnam", 2030, None)
    assert (options.time_limit_s, options.relative_gap, options.seed) == (60.0, 1e-6, 0)
    assert planned.plan.saved == [(Path("runs/northern_vietnam"), "en")]
    assert capsys.readouterr().out == "the table for people\n"


def test_each_option_reaches_the_plan(planned, tmp_path):
    (tmp_path / "roads.osm.pbf").touch()
    arguments = [
        "--out=here",
        "--network=roads.osm.pbf",
        "--hubs=7",
        "--time-limit=5",
        "--gap=0.01",
        "--lang=vi",
        "--seed=3",
    ]
    assert main(["plan", *arguments]) == 0
    ((scenario, options),) = planned.asked
    assert scenario.network == tmp_path / "roads.osm.pbf"
    assert (scenario.new_hubs, scenario.max_new_hubs) == (7, 7)
    assert (options.time_limit_s, options.relative_gap, options.seed) == (5.0, 0.01, 3)
    assert planned.plan.saved == [(Path("here"), "vi")]


def test_hubs_on_the_command_line_overrule_the_scenario(planned, tmp_path):
    (tmp_path / "a.toml").write_text("[hubs]\nexactly = 1\nmax_new = 2\n", encoding="utf-8")
    assert main(["plan", "a.toml", "--hubs", "4"]) == 0
    assert planned.asked[0][0].new_hubs == 4
    assert planned.plan.saved[0][0] == Path("runs/a")


def test_json_is_one_object_on_stdout_and_nothing_else(planned, capsys):
    assert main(["plan", "--json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out) == SUMMARY
    assert planned.plan.saved


@pytest.mark.fault("F26")
def test_progress_and_warnings_go_to_stderr_in_plain_lines(planned, capsys):
    main(["plan"])
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "reading the scenario"
    assert "deciding" in lines
    assert lines[-1] == "warning: far_park is 12.0 km from the network"
    assert not [line for line in lines if "\x1b" in line or "\r" in line]
    assert planned.asked


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (InputError("parks.csv:2: wrong"), 3, "error: parks.csv:2: wrong"),
        (networks.TooFarError("p1 is 300 km away"), 3, "error: p1 is 300 km away"),
        (FileNotFoundError(2, "No such file", "x.csv"), 3, "error: x.csv: No such file"),
        (OSError(28, "No space left on device"), 3, "error: No space left on device"),
        (InfeasibleError("short of 400 t"), 4, "error: short of 400 t"),
        (NoPlanError("nothing in 1 s"), 5, "error: nothing in 1 s"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (KeyError("odd"), 1, "error: this is a bug: KeyError: 'odd'"),
        (MemoryError(), 1, "not enough memory"),
        (SolverError("killed by signal 9"), 1, "error: the solver failed: killed by signal 9"),
    ],
)
def test_each_failure_has_its_exit_code_and_one_clear_message(planned, monkeypatch, capsys, error, code, words):
    failing(monkeypatch, error)
    assert main(["plan"]) == code
    shown = capsys.readouterr()
    assert words in shown.err
    assert "Traceback" not in shown.err
    assert shown.out == ""
    assert planned.plan.saved == []


def test_a_name_that_is_missing_is_told_with_what_hides_the_package(planned, monkeypatch, capsys):
    def fail(*_, **__):
        raise ImportError("cannot import name 'plan'")

    monkeypatch.setattr("logistics.planning.plan", fail)
    monkeypatch.setattr("logistics.doctor.shadows", lambda: ["./models hides models"])
    assert main(["plan"]) == 1
    said = capsys.readouterr().err
    assert "error: this is a bug: ImportError: cannot import name 'plan'\n./models hides models\nRun the" in said
    assert planned.asked == []


def test_a_command_that_gives_up_ends_as_one_that_is_interrupted(planned, monkeypatch, capsys):
    def give_up(*_, **__):
        raise typer.Abort

    monkeypatch.setattr("logistics.planning.plan", give_up)
    assert main(["plan"]) == 130
    assert capsys.readouterr().err.endswith("interrupted; an earlier run folder is as it was\n")
    assert planned.plan.saved == []


@pytest.mark.parametrize("arguments", [["--debug", "plan"], ["plan", "--debug"]])
def test_debug_shows_the_traceback_wherever_it_stands(planned, monkeypatch, capsys, arguments):
    failing(monkeypatch, KeyError("odd"))
    assert main(arguments) == 1
    assert "Traceback" in capsys.readouterr().err
    assert planned.plan.saved == []


@pytest.mark.fault("F28")
def test_a_plan_that_fails_its_audit_is_not_written(planned, capsys):
    planned.plan.findings.append("flows.csv: f000001 is 3 t short")
    assert main(["plan"]) == 6
    shown = capsys.readouterr()
    assert "f000001 is 3 t short" in shown.err
    assert shown.out == ""
    assert planned.plan.saved == []


@pytest.mark.fault("F15")
def test_the_output_folder_is_refused_before_anything_is_planned(planned, tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["plan", "--out", "file"]) == 3
    assert planned.asked == []
    assert "is a file" in capsys.readouterr().err


def test_control_characters_never_reach_the_terminal(planned, monkeypatch, capsys):
    failing(monkeypatch, InputError("park \x1b[2J\x07\x9b31m \r\nname"))
    main(["plan"])
    assert capsys.readouterr().err.endswith("error: park [2J31m \nname\n")
    assert planned.asked == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["plna"],
        ["plan", "--hub", "3"],
        ["plan", "--hubs", "-1"],
        ["plan", "--hubs", "many"],
        ["plan", "--gap", "nan"],
        ["plan", "--gap", "1.5"],
        ["plan", "--time-limit", "0"],
        ["plan", "--time-limit", "inf"],
        ["plan", "--lang", "fr"],
        ["plan", "--seed", "-1"],
        ["plan", "a.toml", "b.toml"],
        ["audit"],
        ["compare", "one", "other", "--out", "page.txt"],
        ["study", "asked.toml", "--workers", "1", "--scheduler", "tcp://127.0.0.1:1"],
        ["why", "run"],
        ["why", "run", "gf_tu_son", "--all"],
        ["why", "run", "gf_tu_son", "--time-limit", "nan"],
        ["network", "build", "x.osm"],
        ["network", "build", "x.osm", "--out", "o", "--vehicle", "tank"],
        ["network", "build", "Bac Ninh", "--out", "o", "--boundary", "area.geojson"],
    ],
)
def test_wrong_usage_ends_with_2_and_says_how_it_goes(arguments, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert "Usage: logistics" in shown.err
    assert shown.out == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["compare", "one", "other", "--out", "page.txt"], "expected a file that ends in .html"),
        (["study", "a.toml", "--workers", "1", "--scheduler", "tcp://h:1"], "give --workers or --scheduler, not both"),
        (["why", "run"], "name one SITE, or give --all"),
    ],
)
def test_options_that_exclude_each_other_are_told(arguments, words, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert main(arguments) == 2
    assert words in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_nan_is_no_number_even_where_no_limit_of_a_range_keeps_it_out():
    assert a_number(0.5) == 0.5
    with pytest.raises(typer.BadParameter, match="nan is not a number"):
        a_number(float("nan"))


def test_the_version_is_one_line(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("logistics ")


def test_an_accepted_run_is_said_to_be(monkeypatch, capsys):
    monkeypatch.setattr("logistics.auditing.audit", lambda _: [])
    assert main(["audit", "run"]) == 0
    assert "run: accepted" in capsys.readouterr().out


def test_a_refused_run_ends_with_6_and_its_findings(monkeypatch, capsys):
    monkeypatch.setattr("logistics.auditing.audit", lambda _: ["flows.csv:2: wrong"])
    assert main(["audit", "run"]) == 6
    assert "flows.csv:2: wrong" in capsys.readouterr().out
    assert main(["audit", "run", "--json"]) == 6
    assert json.loads(capsys.readouterr().out) == {"accepted": False, "findings": ["flows.csv:2: wrong"]}


@pytest.mark.parametrize("command", ["audit", "map"])
def test_a_folder_that_is_no_run_is_bad_input(command, tmp_path, capsys):
    assert main([command, str(tmp_path)]) == 3
    assert "plan.json" in capsys.readouterr().err
    assert main([command, str(tmp_path / "none")]) == 3


@pytest.fixture
def drawn(monkeypatch):
    """Draw no map, and remember what was asked for."""
    asked = []

    def fake(run, path, **options):
        asked.append((run, options))
        path.write_text("new", encoding="utf-8")

    monkeypatch.setattr("logistics.maps.read_noted_run", lambda folder: {"folder": folder})
    monkeypatch.setattr("logistics.maps.write_map", fake)
    return asked


def test_the_map_is_drawn_again_into_its_run(drawn, tmp_path, capsys):
    (tmp_path / "map.html").write_text("old", encoding="utf-8")
    assert main(["map", str(tmp_path), "--lang", "vi"]) == 0
    ((run, options),) = drawn
    assert run == {"folder": tmp_path}
    assert (options["lang"], options["others"], options["options"].tiles) == ("vi", [], False)
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["new"]
    assert capsys.readouterr().out == f"{tmp_path / 'map.html'}\n"


def test_several_runs_are_drawn_into_one_page_where_one_says(drawn, tmp_path):
    page = tmp_path / "page.html"
    assert main(["map", "first", "second", "--tiles", "--out", str(page)]) == 0
    ((run, options),) = drawn
    assert run == {"folder": Path("first")}
    assert options["others"] == [{"folder": Path("second")}]
    assert options["options"].tiles
    assert page.read_text(encoding="utf-8") == "new"


def test_a_page_cannot_be_written_into_a_folder_that_is_not_there(drawn, tmp_path, capsys):
    assert main(["map", "first", "--out", str(tmp_path / "none" / "page.html")]) == 2
    assert "there is no folder" in capsys.readouterr().err
    assert drawn == []


def test_the_doctor_says_what_is_installed(capsys):
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["sound"]
    assert main(["doctor"]) == 0
    assert "© OpenStreetMap contributors" in capsys.readouterr().out


def test_a_broken_installation_ends_with_1(monkeypatch, capsys):
    monkeypatch.setattr("logistics.doctor.solver_state", lambda: {"works": False, "message": "no solver"})
    assert main(["doctor"]) == 1
    assert "DOES NOT WORK: no solver" in capsys.readouterr().out


def test_a_network_is_built_from_a_file_and_can_be_loaded(shared_data, tmp_path, capsys):
    source = shared_data / "data" / "osm" / "monaco.osm.pbf"
    assert main(["network", "build", str(source), "--out", str(tmp_path / "net"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(networks.load(tmp_path / "net").links) == found["links"] > 0


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """Return the folder of a network with one road that cannot be left and a place file beside it."""
    monkeypatch.chdir(tmp_path)
    nodes = pd.DataFrame({"node_id": ["a", "b", "c"], "lon": [105.0, 105.1, 105.2], "lat": 21.0})
    links = pd.DataFrame(
        [("ab", "a", "b", 10.4, 0.2), ("ab~", "b", "a", 10.4, 0.2), ("bc", "b", "c", 10.4, 0.01)],
        columns=["link_id", "origin_node_id", "destination_node_id", "length_km", "travel_h"],
    )
    provenance = {"licence": "© OpenStreetMap contributors"}
    networks.save(networks.Network(nodes=nodes, links=links, provenance=provenance), "net")
    Path("places.csv").write_text("id,name,lon,lat\nkho,Kho,105.0,21.1\n", encoding="utf-8")
    return "net"


def test_a_network_is_looked_over_and_doubts_are_no_failure(stored, capsys):
    assert main(["network", "check", stored, "--places", "places.csv"]) == 0
    shown = capsys.readouterr()
    assert shown.err.splitlines() == ["reading net", "looking for doubts"]
    assert "Not fit: 66.7 % of the road nodes reach each other; at least 90.0 % should." in shown.out
    assert "1 road nodes can be entered but not left (33.3 % of 3)" in shown.out
    assert "c      105.20000   21.00000" in shown.out
    assert "links are slower than 3 or faster than 130 km/h (33.3 % of 3)" in shown.out
    assert "kho     105.00000   21.10000        11.120" in shown.out
    assert "dead ends" in shown.out.partition("Worth knowing")[2]
    assert shown.out.endswith("© OpenStreetMap contributors\n")


def test_a_column_of_a_network_never_drives_the_terminal(stored, capsys):
    network = networks.load(stored)
    flags = network.links.assign(**{"\x1b[31mtoll_imputed": True})
    networks.save(networks.Network(nodes=network.nodes, links=flags), stored)
    assert main(["network", "check", stored]) == 0
    shown = capsys.readouterr().out
    assert "[31mtoll imputed" in shown
    assert "\x1b" not in shown


def test_control_characters_of_eight_bits_are_escaped_in_json(capsys):
    answer_json({"name": "Phố \x9b31m"})
    shown = capsys.readouterr().out
    assert "\x9b" not in shown
    assert json.loads(shown) == {"name": "Phố \x9b31m"}


def test_a_check_as_json_is_one_object_on_stdout(stored, capsys):
    assert main(["network", "check", stored, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["path"], found["fit"], found["places"]) == ("net", False, 0)
    assert found["findings"]["sinks"]["rows"] == [{"node_id": "c", "lon": 105.2, "lat": 21.0}]
    assert found["provenance"]["licence"] == "© OpenStreetMap contributors"


def test_an_osm_file_is_looked_over_as_it_is(shared_data, capsys):
    assert main(["network", "check", str(shared_data / "data" / "osm" / "west_oakland.osm.bz2"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["links"] > 0


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_of_the_report_is_wider_than_the_terminal(stored, capsys, monkeypatch, width):
    monkeypatch.setattr("logistics.cli.sheet.WIDTH_WITHOUT_TERMINAL", width)
    assert main(["network", "check", stored, "--places", "places.csv"]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= width


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none"], "none"),
        (["."], "manifest.json"),
        (["places.csv"], "places.csv"),
        (["net", "--places", "none.csv"], "none.csv: there is no such file"),
        (["net", "--places", "swapped.csv"], "swapped.csv:2:lat: found 105"),
        (["net", "--places", "other.csv"], "other.csv:1:point_id: the column is missing"),
    ],
)
def test_a_network_or_places_that_cannot_be_read_end_with_3(stored, arguments, said, capsys):
    Path("swapped.csv").write_text("point_id,lon,lat\nkho,21.0,105.0\n", encoding="utf-8")
    Path("other.csv").write_text("name,lon,lat\nkho,105.0,21.0\n", encoding="utf-8")
    assert stored == "net"
    assert main(["network", "check", *arguments]) == 3
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


@pytest.mark.parametrize("source", ["none.osm.pbf", "some/where", "none.PBF"])
def test_what_looks_like_a_file_is_never_looked_up_as_a_place(source, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["network", "build", source, "--out", "net"]) == 3
    assert source.rpartition("/")[2] in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_place_name_is_looked_up_on_openstreetmap(monkeypatch, tmp_path):
    asked = []

    def fake(place, *, vehicle):
        asked.append((place, vehicle.name))
        raise networks.SourceError("no connection")

    monkeypatch.setattr("networks.download.download_osm", fake)
    monkeypatch.chdir(tmp_path)
    assert main(["network", "build", "Bắc Ninh, Việt Nam", "--out", "net", "--vehicle", "van"]) == 3
    assert asked == [("Bắc Ninh, Việt Nam", "van")]


@pytest.mark.parametrize("content", [{"file.txt": b""}, None])
def test_a_network_never_takes_the_place_of_other_files(content, shared_data, tmp_path, capsys):
    target = tmp_path / "net"
    if content is None:
        target.write_bytes(b"a file")
    else:
        target.mkdir()
        (target / "file.txt").write_bytes(b"")
    source = shared_data / "data" / "osm" / "monaco.osm.pbf"
    assert main(["network", "build", str(source), "--out", str(target)]) == 3
    assert "choose another --out" in capsys.readouterr().err


@pytest.fixture(scope="module")
def rail(tmp_path_factory):
    """Return the folder of a small network."""
    folder = tmp_path_factory.mktemp("networks") / "rail"
    networks.save(networks.northern_vietnam(modes=["rail"]), folder)
    return folder


@pytest.mark.parametrize(
    ("out", "options", "form"),
    [("net.graphml", [], "graphml"), ("net.parquet", [], "geoparquet"), ("net", [], "gmns"), ("n.txt", ["csv"], "csv")],
)
def test_a_network_is_exported_in_the_format_of_its_ending_or_the_one_named(rail, out, options, form, tmp_path, capsys):
    named = ["--format", *options] if options else []
    assert main(["network", "export", str(rail), "--out", str(tmp_path / out), *named, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["format"] == form
    assert found["links"] == len(networks.load(rail).links)
    assert "© OpenStreetMap contributors" in found["licence"]
    assert [file.name for file in tmp_path.iterdir()] == [out]


def test_an_export_tells_people_its_format_and_licence(rail, tmp_path, capsys):
    assert main(["network", "export", str(rail), "--out", str(tmp_path / "net.csv")]) == 0
    out = capsys.readouterr().out
    assert "net.csv: csv, " in out
    assert "licence: © OpenStreetMap contributors" in out


@pytest.mark.parametrize(
    ("out", "options", "sentence"),
    [
        ("net.shp", [], "found the ending '.shp'"),
        ("net", ["--format", "shapefile"], "found the format 'shapefile'"),
    ],
)
def test_a_format_that_is_not_known_is_wrong_usage(rail, out, options, sentence, tmp_path, capsys):
    assert main(["network", "export", str(rail), "--out", str(tmp_path / out), *options]) == 2
    assert sentence in " ".join(capsys.readouterr().err.split())


def test_an_export_never_takes_the_place_of_the_folder_one_is_in(rail, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["network", "export", str(rail), "--out", "."]) == 3
    assert "is the folder you are in" in capsys.readouterr().err


def test_a_folder_without_a_network_cannot_be_exported(tmp_path, capsys):
    assert main(["network", "export", str(tmp_path), "--out", str(tmp_path / "net.csv")]) == 3
    assert "holds no network" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_help_loads_nothing_but_the_command_line_and_what_draws_it():
    """That is what it is quick by: pandas, pydantic, Rich, the models and the networks take seconds together."""
    code = (
        "import sys; before = set(sys.modules); from logistics.cli import main; assert main(['--help']) == 0; "
        "fresh = {name.partition('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names); "
        "deep = {name for name in sys.modules if name.startswith('logistics.')}; "
        "print(*fresh, *(deep - {'logistics.errors'}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "plan" in done.stdout
    others = {name for name in done.stderr.split() if not name.startswith("logistics.cli")}
    assert others <= {"logistics", "typer", "click", "shellingham", "annotated_doc", "typing_extensions", "colorama"}


@pytest.mark.fault("F25")
def test_a_closed_pipe_is_no_failure(root):
    with started(root, "doctor", "--json") as process:
        process.stdout.close()
        assert process.stderr.read().decode() == "examining the installation\n"
        assert process.wait() == 0


@pytest.mark.fault("F24")
def test_a_terminal_without_vietnamese_letters_gets_question_marks(root, tmp_path):
    (tmp_path / "Quế.toml").write_text('[hubs]\nế = 1\n"\\u1ebf" = 2\n', encoding="utf-8")
    (tmp_path / "a.toml").write_text('[hubs]\n"\\u1ebf" = 2\n', encoding="utf-8")
    with started(root, "plan", "a.toml", cwd=tmp_path, env={"PYTHONIOENCODING": "ascii:strict"}) as process:
        _, messages = process.communicate()
    assert process.returncode == 3
    assert b"error: a.toml:2: hubs.?: there is no such key" in messages


@pytest.mark.fault("F24")
def test_json_for_a_terminal_without_vietnamese_letters_escapes_them(planned, monkeypatch):
    written = SimpleNamespace(text="", encoding="ascii", isatty=lambda: False, flush=lambda: None)
    written.write = lambda text: setattr(written, "text", written.text + text)
    monkeypatch.setattr(sys, "stdout", written)
    assert main(["plan", "--json"]) == 0
    assert written.text.isascii()
    assert json.loads(written.text)["name"] == "Từ Sơn"
    assert planned.asked


@pytest.mark.fault("F7")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGINT for one process")
def test_ctrl_c_ends_with_130_and_leaves_no_trace(root, tmp_path):
    with started(root, "plan", cwd=tmp_path) as process:
        line = b""
        while not line.startswith(b"reading the tables"):
            line = process.stderr.readline()
            assert line, "ended before it began"
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=20)
    # where Ctrl-C meets a class being made from text, as libraries do when they are imported, Python ends by the signal
    # itself although the exception was caught; a shell calls both 130
    assert process.returncode in {130, -signal.SIGINT}, messages
    assert b"interrupted" in messages
    assert b"Traceback" not in messages
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def interrupted(planned, monkeypatch):
    """Make the planning survive a Ctrl-C, as the solver does: it hands over the best plan so far."""

    def fake(*_, **__):
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return planned.plan

    monkeypatch.setattr("logistics.planning.plan", fake)
    return planned.plan


@pytest.mark.fault("F7")
def test_the_best_plan_so_far_survives_ctrl_c_and_is_said_to_be_that(interrupted, capsys):
    assert main(["plan", "--out", "here"]) == 130
    shown = capsys.readouterr()
    assert shown.out == "the table for people\n"
    assert "interrupted: this is the best plan found so far; it was written to here" in shown.err
    assert interrupted.saved == [(Path("here"), "en")]


def test_an_interrupted_plan_never_takes_the_place_of_a_finished_one(interrupted, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "plan.json").touch()
    assert main(["plan", "--out", "here"]) == 130
    assert interrupted.saved == [(Path("here-interrupted"), "en")]


def test_after_a_command_ctrl_c_does_what_it_did_before(planned):
    before = signal.getsignal(signal.SIGINT)
    assert main(["plan"]) == 0
    assert signal.getsignal(signal.SIGINT) is before
    assert planned.asked


def test_a_command_in_another_thread_needs_no_signals(planned):
    codes = []
    thread = threading.Thread(target=lambda: codes.append(main(["plan"])))
    thread.start()
    thread.join()
    assert codes == [0]
    assert planned.asked


def test_an_earlier_scenario_object_is_not_changed_by_the_command_line(planned):
    before = Scenario(name="northern_vietnam", title="Northern Vietnam 2030")
    main(["plan", "--hubs", "2"])
    assert planned.asked[0][0] != before
    assert before.new_hubs is None
