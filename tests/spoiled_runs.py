"""Run folders spoiled in a single figure or word, to see whether the audit notices.

A place is a cell of a table, a leaf of a JSON file or a value of `scenario.toml`; its figure is changed by a hundred
thousandth or more, its word by one letter. Nothing is spared. What is no change here, for it is how figures are
compared: less than one part in ten million, or less than a millionth of a millionth of a unit (`audit_cells`).
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from unittest.mock import patch

import numpy as np
from tiny_region import matrix_file, tiny

from logistics import auditing
from logistics.audit_cells import DUST
from logistics.auditing import audit, audit_run
from logistics.errors import InfeasibleError, LogisticsError
from logistics.infeasible_run import write_infeasible_run
from logistics.link_use import link_use
from logistics.phase_tables import link_table
from logistics.planning import plan
from logistics.run_folder import LEDGER, LINK_USE, TABLE_NAMES, add_table, read_run
from logistics.scenario import read_scenario
from logistics.scenario_parts import Band, Corridor, Objective, Phases, ProvinceLimit
from logistics.timeline import build_timeline
from models import SolveOptions

STEPS = (1e-5, -1e-5, 1e-3, -0.02, 0.5, -1.0, 9.0)
"""Relative changes of a figure; -1 makes it nothing."""
TOML_VALUE = re.compile(r"^(?P<key>\w+ = )(?P<value>.+)$")


@dataclass(frozen=True)
class Change:
    """One figure or word changed: where, what it was, what it becomes, and the whole file with it."""

    file: str
    place: str
    before: object
    after: object
    text: str

    def __str__(self):
        return f"{self.file}:{self.place}: {self.before!r} -> {self.after!r}"


def runs(folder: Path) -> dict[str, Path]:
    """Make the runs that are spoiled: one year, three phases with every kind of rule, goals in turn, and a clash."""
    base = tiny(_made(folder / "tables"), parks=("bn_tien_son", "bn_que_vo_1", "bn_yen_phong_1"))
    matrix = matrix_file(folder)
    ruled = replace(
        base, name="three", phases=Phases(years=(2030, 2035, 2040)), od_matrix=matrix,
        max_land_ha=80.0, budget_vnd=(4e11, 4e11, 4e11), max_changes=3, min_throughput_t_per_year=500.0,
        in_province=(ProvinceLimit(province="Bắc Ninh", min=0, max=2),), earliest_year={"gf_yen_my": 2035},
        corridors=(Corridor(name="QL.18", hubs=("gf_nam_son", "gf_tu_son", "icd_tien_son"), min=1, max=3),),
        service=(Band(commodity="*", share_pct=40.0, within_h=12.0, name="half a day"),
                 Band(commodity="general", share_pct=50.0, within_km=300.0)),
    )  # fmt: skip
    goals = replace(base, name="goals", od_matrix=matrix, objective=Objective(minimise="cost", then=("co2",)))
    clash = replace(
        base, name="clash", od_matrix=matrix, new_hubs=1, max_land_ha=5.0, forced_open=("gf_nam_son",),
        in_province=(ProvinceLimit(province="Hưng Yên", min=1),),
    )  # fmt: skip
    one = plan(base)
    found = {"one": one.save(folder / "one")}
    add_table(link_use(one.timeline, one.tables).links, LINK_USE, found["one"])
    found |= {scenario.name: plan(scenario).save(folder / scenario.name) for scenario in (ruled, goals)}
    try:
        plan(clash, SolveOptions(time_limit_s=5))
    except InfeasibleError as error:
        found["clash"] = write_infeasible_run(error.facts, clash, folder / "clash").parent
    return found


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def changes(run: Path, random: np.random.Generator) -> Iterator[Change]:
    """Yield single changes of a run without end: the file is drawn first, then the place, then the step.

    Files that are sealed or hashed are drawn less often: a change of them is noticed whatever it is.
    """
    figures = sorted([*run.glob("*.csv"), *run.glob("*.json")])
    inputs = sorted([*run.glob("*.toml"), *run.glob("inputs/*.csv")])
    weight = np.array([4.0 if path.name == "plan.json" else 2.0 for path in figures] + [0.5] * len(inputs))
    files = [*figures, *inputs]
    while True:
        path = files[random.choice(len(files), p=weight / weight.sum())]
        ways: dict[str, Callable] = {".csv": _cell, ".json": _leaf, ".toml": _value}
        change = ways[path.suffix](path, run, random)
        if change is not None:
            yield change


@contextmanager
def spoiled(run: Path, change: Change) -> Iterator[None]:
    """Put a change into a run for a while."""
    path = run / change.file
    whole = path.read_bytes()
    path.write_text(change.text, encoding="utf-8", newline="")
    try:
        yield
    finally:
        path.write_bytes(whole)


def _cell(path: Path, run: Path, random: np.random.Generator) -> Change | None:
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    row = int(random.integers(1, len(rows)))
    column = int(random.integers(len(rows[0])))
    before = rows[row][column]
    after = _text_changed(before, random)
    rows[row][column] = after
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    name = str(path.relative_to(run))
    return Change(name, f"{row + 1}:{rows[0][column]}", before, after, "\ufeff" + text.getvalue())


def _leaf(path: Path, run: Path, random: np.random.Generator) -> Change | None:
    facts = json.loads(path.read_text(encoding="utf-8"))
    leaves = list(_leaves(facts, ()))
    place = leaves[random.integers(len(leaves))]
    holder = facts
    for key in place[:-1]:
        holder = holder[key]
    before = holder[place[-1]]
    after = _changed(before, random)
    holder[place[-1]] = after
    name = str(path.relative_to(run))
    return Change(name, ".".join(map(str, place)), before, after, json.dumps(facts, ensure_ascii=False, indent=2))


def _leaves(value: object, at: tuple) -> Iterator[tuple]:
    if isinstance(value, dict | list) and value:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from _leaves(inner, (*at, key))
    elif not isinstance(value, dict | list):
        yield at


def _value(path: Path, run: Path, random: np.random.Generator) -> Change | None:
    lines = path.read_text(encoding="utf-8").split("\n")
    places = [at for at, line in enumerate(lines) if TOML_VALUE.match(line)]
    at = places[random.integers(len(places))]
    found = TOML_VALUE.match(lines[at])
    before = found["value"]
    number = re.search(r"-?\d+(\.\d+)?", before)
    if number:
        after = before[: number.start()] + _text_changed(number[0], random) + before[number.end() :]
    elif before in ("true", "false"):
        after = "false" if before == "true" else "true"
    elif '"' in before:
        after = before.replace('"', '"x', 1)
    else:
        return None
    lines[at] = found["key"] + after
    return Change(str(path.relative_to(run)), found["key"].strip(" ="), before, after, "\n".join(lines))


def _changed(value: object, random: np.random.Generator) -> object:
    if isinstance(value, bool):
        return not value
    if value is None:
        return 1
    if isinstance(value, str):
        return _text_changed(value, random)
    step = STEPS[random.integers(len(STEPS))]
    if isinstance(value, int):
        return value + (1 if step > 0 else -1)
    after = value * (1 + step)
    return after if abs(after - value) > 2 * DUST else value + 1.0


def _text_changed(text: str, random: np.random.Generator) -> str:
    try:
        number = float(text)
    except ValueError:
        number = np.nan
    if np.isfinite(number):
        whole = text.lstrip("-").isdigit()
        return str(_changed(int(text) if whole else number, random))
    if text in ("True", "False"):
        return "False" if text == "True" else "True"
    at = int(random.integers(len(text) + 1))
    letter = "abcdefgh"[random.integers(8)]
    if at < len(text) and text[at] != letter:
        return text[:at] + letter + text[at + 1 :]
    return text[:at] + letter + text[at:]


class Auditor:
    """Audits runs that are spoiled and mended again, each with one timeline as long as its inputs stand.

    Loads of roads, which take most of an audit, are worked out once for the same flows.
    """

    def __init__(self, runs):
        self.runs = runs
        self._timelines = {}
        self._loads = {}

    def findings(self, name: str, change: Change) -> list[str]:
        """Return what the audit says of a run with a change; an error of ours (exit 3) is a finding, too."""
        with spoiled(self.runs[name], change), self._remembering():
            try:
                return self._audit(name, self.runs[name], change)
            except LogisticsError as error:
                return [str(error)]

    def _audit(self, name, run, change):
        if change.file not in ("plan.json", *(f"{table}.csv" for table in (*TABLE_NAMES, LEDGER, LINK_USE))):
            return audit(run)
        if name not in self._timelines:
            self._timelines[name] = build_timeline(read_scenario(run / "scenario.toml"))
        return audit_run(run, self._timelines[name], read_run(run))

    @contextmanager
    def _remembering(self):
        def once(derive, flows_of, about, *more):
            key = derive, _known(about), flows_of(about, *more).to_csv()
            if key not in self._loads:
                self._loads[key] = about, derive(about, *more)  # kept, so that no other gets its id
            return self._loads[key][1]

        with (
            patch.object(auditing, "link_table", partial(once, link_table, lambda phase: phase.flows)),
            patch.object(auditing, "link_use", partial(once, link_use, lambda _, tables: tables.flows)),
        ):
            yield


def _known(about):
    """Return what a phase or a timeline is known by: phases are made anew by each audit, cases are not."""
    return id(getattr(about, "case", about))
