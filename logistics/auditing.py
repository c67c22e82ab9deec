"""The audit: a run re-priced and re-checked from its files, without a solver.

The scenario of the run is worked out again (tables, network, freight, prices). Then, from nothing
but the tonnes each way carries (`flows.csv`) and the size of each hub (`hubs.csv`), every other
figure of the run is derived anew and compared; tonnes must balance flow by flow, capacities must
hold, and value, bound and gap must agree.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from logistics.audit_cells import compare
from logistics.audit_clash import clash_findings
from logistics.audit_goals import goal_findings
from logistics.audit_keys import key_findings, of_phase, read_options, read_ways
from logistics.audit_ledger import ledger_findings
from logistics.audit_rules import rule_findings
from logistics.audit_summary import summary_findings
from logistics.audit_tonnes import tonnes_findings
from logistics.case import Case
from logistics.errors import InputError
from logistics.inputs import input_hashes
from logistics.link_use import link_use
from logistics.phase_tables import PhaseTables, link_table, phase_tables, place_table
from logistics.run_folder import (
    INFEASIBLE_FILE,
    LEDGER_READ,
    LINK_USE,
    PLAN_FILE,
    SCENARIO_FILE,
    RunTables,
    read_run,
    read_run_table,
)
from logistics.run_seal import broken_seals
from logistics.scenario import read_scenario
from logistics.timeline import Timeline, build_timeline


def audit(folder: str | Path) -> list[str]:
    """Audit a run folder: of a plan, or of what clashes where there is none.

    Returns
    -------
    list of str
        One sentence a finding; empty when the run is accepted.

    Raises
    ------
    InputError
        If the folder is no run, or its inputs cannot be read.
    """
    folder = Path(folder)
    if not (folder / PLAN_FILE).exists() and (folder / INFEASIBLE_FILE).exists():
        return [*broken_seals(folder).values(), *clash_findings(folder)]
    tables, broken = read_run(folder), broken_seals(folder)
    if SCENARIO_FILE in broken:
        return list(broken.values())  # what another scenario makes of the tables is not worth telling
    return audit_run(folder, build_timeline(read_scenario(folder / SCENARIO_FILE)), tables)


def audit_run(folder: Path, timeline: Timeline, tables: RunTables) -> list[str]:
    """Audit what a folder holds of a plan against its timeline."""
    return [
        *_input_findings(timeline.last, tables.summary),
        *audit_tables(timeline, tables),
        *_added_findings(folder, timeline, tables),
        *broken_seals(folder).values(),
    ]


def _added_findings(folder: Path, timeline: Timeline, tables: RunTables) -> Iterator[str]:
    """Check the tables beside those of the plan: the ledger's rows, and the use of roads where it was asked for."""
    if isinstance(tables.summary.get(LEDGER_READ), list):
        yield from ledger_findings(folder, timeline.last.region.ledger, tables.summary)
    if (folder / f"{LINK_USE}.csv").exists() and not [*key_findings(timeline, tables)]:
        yield from compare(f"{LINK_USE}.csv", read_run_table(folder, LINK_USE), link_use(timeline, tables).links)


def audit_tables(timeline: Timeline, tables: RunTables) -> list[str]:
    """Audit the tables of a run against its timeline."""
    found = list(key_findings(timeline, tables))
    if found:
        return found
    phases = [
        phase_tables(
            case, read_options(case, of_phase(tables.hubs, case)), read_ways(case, of_phase(tables.flows, case))
        )
        for case in timeline.cases
    ]
    phases = [replace(phase, hubs=_in_order_of(phase.hubs, of_phase(tables.hubs, phase.case))) for phase in phases]
    flows, hubs = (
        pd.concat([getattr(phase, name) for phase in phases], ignore_index=True) for name in ("flows", "hubs")
    )
    return [
        *compare("flows.csv", tables.flows, flows),
        *compare("hubs.csv", tables.hubs, hubs),
        *compare("places.csv", tables.places, pd.concat([place_table(phase) for phase in phases], ignore_index=True)),
        *compare("link_flows.csv", tables.link_flows, pd.concat([link_table(phase) for phase in phases])),
        *(finding for phase in phases for finding in tonnes_findings(phase, of_phase(tables.flows, phase.case))),
        *rule_findings(timeline, phases),
        *_told_findings(timeline, tables.summary, phases),
    ]


def _told_findings(timeline: Timeline, summary: Mapping[str, Any], phases: Sequence[PhaseTables]) -> list[str]:
    """Check what plan.json says; one of another shape than a plan's is a finding, too."""
    try:
        return [
            *goal_findings(timeline, phases, summary["goals"]),
            *summary_findings(timeline, summary, phases),
        ]
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        return [f"plan.json: not as `logistics plan` writes it ({what}); run `logistics plan` again"]


def _in_order_of(hubs: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    return hubs.set_index("hub_id").loc[list(listed["hub_id"])].reset_index()[list(hubs.columns)]


def _input_findings(case: Case, summary: Mapping[str, Any]) -> Iterator[str]:
    recorded = summary.get("inputs")
    if not isinstance(recorded, Mapping):
        raise InputError("plan.json:inputs: missing; run `logistics plan` again")
    for name, digest in input_hashes(case).items():
        if recorded.get(name) != digest:
            yield f"plan.json:inputs: {name} is not the file the run was made from"
