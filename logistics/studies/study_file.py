"""A study as a TOML file says it: the base scenario, the factors, how they are drawn, how each is solved."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import numpy as np
import pandas as pd

from logistics.errors import InputError
from logistics.ledger import Ledger
from logistics.scenario import Scenario, northern_vietnam, read_scenario
from logistics.scenario_faults import Fault, checked_as
from logistics.scenario_source import Source
from logistics.scenario_toml import read_toml
from logistics.studies import designs
from logistics.studies.designs import Design
from logistics.studies.factors import Distribution, Factor, ledger_factor, uncertain_factors
from logistics.studies.knobs import is_row, usual_value
from logistics.studies.stages import Stages
from logistics.studies.study_schema import SECTIONS, FactorSection, StudyFile
from models import SolveOptions
from networks import Column, TableContract, TableError, read_table

EVERY_UNCERTAIN: Final = "*"
"""A factor of this name stands for every row of the ledger that the base reads and that has a range."""
NO_FACTOR: Final = f'none is named; give [[factor]] sections, name = "{EVERY_UNCERTAIN}" for every uncertain row'


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPlan:
    """What a study file asks for."""

    name: str
    scenario: Scenario
    design: Design
    options: SolveOptions


def read_study(path: str | Path) -> StudyPlan:
    """Read a study file; paths in it are relative to its folder.

    Raises
    ------
    InputError
        With every fault: file, line, key, what was found and what is expected.
    """
    origin = Path(path)
    source = read_toml(origin).source()
    found = checked_as(StudyFile, SECTIONS, {"name": origin.stem} | dict(source.values))
    if isinstance(found, list):
        raise source.error(found)
    folder = origin.resolve().parent
    base = northern_vietnam() if found.scenario is None else read_scenario(folder / found.scenario)
    solve = found.solve
    return StudyPlan(
        name=found.name,
        scenario=base,
        design=_design(found, base, folder, source),
        options=SolveOptions(time_limit_s=solve.time_limit_s, relative_gap=solve.gap, seed=solve.seed),
    )


def _design(file: StudyFile, base: Scenario, folder: Path, source: Source) -> Design:
    asked = file.design
    if asked.kind == "table":
        if asked.file is None:
            raise source.error([Fault(("design", "file"), "a table of scenarios needs the name of its file")])
        return _table(designs.table(_own_table(folder / asked.file)), base, folder / asked.file)
    factors = _factors(file, base, source)
    if not factors:
        raise source.error([Fault(("factor",), NO_FACTOR)])
    together = _correlation(file, factors, source)
    makers = {
        "one_at_a_time": lambda: designs.one_at_a_time(factors),
        "grid": lambda: _grid(factors, asked.levels, source),
        "factorial": lambda: designs.factorial(factors, asked.levels),
        "latin_hypercube": lambda: designs.latin_hypercube(
            factors, asked.scenarios, seed=asked.seed, correlation=together
        ),
        "sobol": lambda: designs.sobol(factors, asked.scenarios, seed=asked.seed, correlation=together),
        "sobol_indices": lambda: designs.sobol_indices(factors, asked.scenarios, seed=asked.seed),
        "morris": lambda: designs.morris(factors, asked.trajectories, seed=asked.seed),
    }
    return makers[asked.kind]()


def _table(design: Design, base: Scenario, path: Path) -> Design:
    """Refuse a table with a column that leads nowhere: every scenario of it would fail for the same reason."""
    faults = []
    ledger = Stages().ledger(base)
    for name in design.points.columns:
        try:
            ledger.entry(name) if is_row(name) else usual_value(base, name)
        except InputError as error:
            faults.append(f"{path.name}:1:{name}: {error}")
    if faults:
        raise InputError("\n".join(faults))
    return design


def _grid(factors: tuple[Factor, ...], levels: int, source: Source) -> Design:
    if len(factors) != 2:  # noqa: PLR2004  (a two-way grid)
        raise source.error([Fault(("factor",), f"found {len(factors)}, expected 2 for a grid; use factorial for more")])
    return designs.grid(factors[0], factors[1], levels)


def _own_table(path: Path) -> pd.DataFrame:
    """Read a table of scenarios as every table is read: nothing shifted, doubled or lost without a word."""
    contract = TableContract(
        "scenarios", (Column("label", "text", "", "what it is", required=False, blank=True),), (), extra="keep"
    )
    try:
        frame = read_table(path, contract)
    except TableError as error:
        raise InputError(str(error)) from error
    return frame if (frame["label"] != "").any() else frame.drop(columns="label")


def _factors(file: StudyFile, base: Scenario, source: Source) -> tuple[Factor, ...]:
    stages = Stages()
    found: list[Factor] = []
    faults: list[Fault] = []
    for at, section in enumerate(file.factor):
        try:
            if section.name == EVERY_UNCERTAIN:
                found.extend(_every_uncertain(stages, base))
            else:
                found.append(_factor(section, base, stages.ledger(base)))
        except InputError as error:
            faults.append(Fault(("factor", at), str(error)))
    if faults:
        raise source.error(faults)
    return tuple({factor.name: factor for factor in found}.values())  # what is named by itself comes last and stays


def _every_uncertain(stages: Stages, base: Scenario) -> tuple[Factor, ...]:
    question = stages.question(base)
    question.instance("cost")
    return uncertain_factors(question.timeline.first.region.ledger)


def _factor(section: FactorSection, base: Scenario, ledger: Ledger) -> Factor:
    own = {name: getattr(section, name) for name in ("low", "value", "high")}
    given = {name: value for name, value in own.items() if value is not None}
    kind = section.distribution or ("values" if section.choices else "triangular")
    reach = _usual_range(section.name, base, ledger, given) | given
    return Factor(
        name=section.name,
        **(reach | ({"low": min(section.choices), "high": max(section.choices)} if section.choices else {})),
        distribution=cast("Distribution", kind),
        values=section.choices,
    )


def _usual_range(name: str, base: Scenario, ledger: Ledger, given: Mapping[str, float]) -> dict[str, float]:
    """Return the range of a ledger's row, or the base's own number; `given` takes the place of what is not there."""
    if not is_row(name):
        value = given.get("value", usual_value(base, name))
        return {"low": value, "value": value, "high": value}
    if {"low", "high"} <= given.keys():
        value = ledger.entry(name).value
        return {"low": given["low"], "value": value, "high": given["high"]}
    row = ledger_factor(ledger, name)
    return {"low": row.low, "value": row.value, "high": row.high}


def _correlation(file: StudyFile, factors: tuple[Factor, ...], source: Source) -> np.ndarray | None:
    if not file.correlation:
        return None
    if file.design.kind not in {"latin_hypercube", "sobol"}:
        raise source.error(
            [Fault(("correlation", 0), "only latin_hypercube and sobol draw factors that move together")]
        )
    place = {factor.name: at for at, factor in enumerate(factors)}
    matrix = np.eye(len(factors))
    for at, pair in enumerate(file.correlation):
        unknown = [name for name in pair.between if name not in place]
        if unknown or pair.between[0] == pair.between[1]:
            raise source.error(
                [
                    Fault(
                        ("correlation", at, "between"),
                        f"expected two factors of this study; found {', '.join(pair.between)}",
                    )
                ]
            )
        first, second = (place[name] for name in pair.between)
        matrix[first, second] = matrix[second, first] = pair.rho
    return matrix
