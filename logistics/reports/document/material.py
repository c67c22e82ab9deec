"""What a report is made of: the tables of a run, and what else its folder holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from logistics.run_folder import RunTables, read_run
from logistics.run_notes import read_ledger, read_whys
from logistics.scenario import Scenario, read_scenario
from logistics.scenario_differences import differences

Settings = Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """A run as the report tells it.

    Parameters
    ----------
    scenario
        As it was run.
    ledger
        The rows of the ledger that were read (`guesses.COLUMNS`); None where the run does not hold them.
    whys
        Answers of `logistics why` that the run holds, one a site.
    findings
        Of the audit; empty where it accepts the run, None where nobody audited it.
    """

    tables: RunTables
    scenario: Scenario
    ledger: pd.DataFrame | None = None
    whys: Sequence[Mapping[str, Any]] = ()
    findings: Sequence[str] | None = None

    @property
    def settings(self) -> Settings:
        """Return (setting, default, as run) of everything that the scenario sets otherwise."""
        return differences(Scenario(name="default"), self.scenario)


def gather(folder: str | Path, *, findings: Sequence[str] | None = None) -> Material:
    """Read what a report needs from a run folder.

    Raises
    ------
    InputError
        If the folder is no run, or a file of it cannot be read.
    """
    folder = Path(folder)
    return Material(
        tables=read_run(folder), scenario=read_scenario(folder / "scenario.toml"), ledger=read_ledger(folder),
        whys=read_whys(folder), findings=findings,
    )  # fmt: skip
