"""A decision written as tables: hubs, flows, places and the summary, for people and files."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from logistics.phase_tables import link_table, phase_tables, place_table
from logistics.plan_summary import plan_summary
from logistics.run_folder import RunTables
from logistics.siting import Decision
from logistics.timeline import Timeline


def plan_tables(
    timeline: Timeline, decision: Decision, ways: Sequence[pd.DataFrame], facts: Mapping[str, Any]
) -> RunTables:
    """Write a decision as tables.

    Parameters
    ----------
    ways
        As `siting.chosen_ways` returns them.
    facts
        What the summary takes as it is: `seed`, `versions`, `inputs`, `seconds`.
    """
    opened = timeline.of_period(decision.chosen.solution.option_open[: len(timeline.options)])
    phases = [
        phase_tables(case, open_then, used) for case, open_then, used in zip(timeline.cases, opened, ways, strict=True)
    ]
    return RunTables(
        summary=plan_summary(timeline, decision, phases, facts),
        hubs=pd.concat([phase.hubs for phase in phases], ignore_index=True),
        flows=pd.concat([phase.flows for phase in phases], ignore_index=True),
        link_flows=pd.concat([link_table(phase) for phase in phases], ignore_index=True),
        places=pd.concat([place_table(phase) for phase in phases], ignore_index=True),
    )
