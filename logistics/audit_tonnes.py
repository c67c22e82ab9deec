"""Whether the tonnes of a phase balance, pass open hubs only and fit into them, from its tables alone."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from logistics.audit_cells import SHOWN, TOLERANCE
from logistics.case import Case
from logistics.costs import MODES
from logistics.phase_tables import PhaseTables
from logistics.sites import CLOSED, RESOURCES


def tonnes_findings(phase: PhaseTables, flows: pd.DataFrame) -> Iterator[str]:
    """Check one phase: tonnes balance, freight passes open hubs only, capacities hold."""
    yield from _balance_findings(phase.case, phase.ways)
    yield from _use_findings(phase, flows)
    yield from _capacity_findings(phase.hubs)


def _balance_findings(case: Case, ways: pd.DataFrame) -> Iterator[str]:
    """Check that each flow's ways carry its tonnes, and that no more than its contestable part uses hubs."""
    tonnes = case.flows["t_per_year"].to_numpy(float)
    carried = np.bincount(ways["flow"], weights=ways["t_per_year"], minlength=tonnes.size)
    hub = ways[ways["site"] >= 0]
    through = np.bincount(hub["flow"], weights=hub["t_per_year"], minlength=tonnes.size)
    allowed = case.contestable_t
    slack = TOLERANCE * np.maximum(tonnes, 1.0)
    for flow in np.flatnonzero(np.abs(carried - tonnes) > slack)[:SHOWN]:
        yield f"flows.csv: f{flow:06d} carries {carried[flow]:.6g} t, its freight is {tonnes[flow]:.6g} t"
    for flow in np.flatnonzero(through > allowed + slack)[:SHOWN]:
        yield f"flows.csv: f{flow:06d} sends {through[flow]:.6g} t through hubs, at most {allowed[flow]:.6g} t may"


def _use_findings(phase: PhaseTables, flows: pd.DataFrame) -> Iterator[str]:
    """Check that freight passes open hubs only and that direct freight goes by truck."""
    opened = set(phase.hubs.loc[phase.hubs["tier"] != CLOSED, "hub_id"])
    passed = set(flows.loc[flows["way"] == "hub", "hub_id"]) | set(flows["second_hub_id"]) - {""}
    for hub_id in sorted(passed - opened):
        yield f"flows.csv: freight passes {hub_id!r}, which is not open in hubs.csv"
    for row in np.flatnonzero(((flows["way"] == "direct") & (flows["mode"] != MODES[0])).to_numpy())[:SHOWN]:
        yield f"flows.csv:{row + 2}:mode: direct freight goes by {MODES[0]}, found {flows['mode'].iloc[row]!r}"


def _capacity_findings(hubs: pd.DataFrame) -> Iterator[str]:
    for name in RESOURCES:
        capacity, load = hubs[f"{name}_capacity_t_per_year"], hubs[f"{name}_throughput_t_per_year"]
        for row in np.flatnonzero((load > capacity * (1 + TOLERANCE) + TOLERANCE).to_numpy()):
            yield (
                f"hubs.csv:{row + 2}: {hubs['hub_id'].iloc[row]} handles {load.iloc[row]:.6g} t in its {name}, "
                f"its capacity is {capacity.iloc[row]:.6g} t"
            )
