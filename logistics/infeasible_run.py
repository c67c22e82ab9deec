"""The folder of a question that has no plan: what clashes, the ways out and the scenario that was asked, sealed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from logistics.run_folder import write_infeasible
from logistics.run_seal import write_seal
from logistics.scenario import Scenario, scenario_as_file

ASKED: Final = "scenario"
"""Key of `infeasible.json`: the scenario as its file would hold it, paths relative to the folder."""


def write_infeasible_run(facts: Mapping[str, Any], scenario: Scenario, folder: Path) -> Path:
    """Write what clashes and the ways out (`wish_report.facts_of`), beside an earlier run if there is one.

    Returns
    -------
    Path
        `infeasible.json`.
    """
    path = write_infeasible({**facts, ASKED: scenario_as_file(scenario, folder)}, folder)
    write_seal(path.parent)
    return path
