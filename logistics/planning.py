"""The plan: a scenario decided, priced, drawn and saved."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

import networks
from logistics.auditing import audit_tables
from logistics.case import Case, Progress, build_case
from logistics.guesses import guesses
from logistics.inputs import input_hashes
from logistics.plan_tables import plan_tables
from logistics.region import OWN_TABLES, bundled_file
from logistics.routes import enumerate_routes
from logistics.run_folder import RunTables, replace_folder, write_tables
from logistics.scenario import Scenario, write_scenario
from logistics.siting import chosen_ways, decide
from logistics.units import VND_PER_BILLION
from models import SolveOptions

if TYPE_CHECKING:
    import folium

PLAN_OPTIONS: Final = SolveOptions(relative_gap=1e-6)
"""Near break-even the curve over the number of hubs is flatter than a careless gap; a millionth is 0.04 billion VND."""
STATED_VERSIONS: Final = ("logistics", "ortools", "numpy", "pandas", "scipy", "shapely", "folium")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which hubs open, who ships what through whom, and what it costs.

    `case` is the scenario worked out, `tables` all figures; both are left as they are.
    """

    case: Case
    tables: RunTables

    @property
    def scenario(self) -> Scenario:
        """Return the scenario that was planned."""
        return self.case.scenario

    @property
    def hubs(self) -> pd.DataFrame:
        """Return the hubs standing or opened, the columns of `hubs.csv`."""
        return self.tables.hubs

    @property
    def flows(self) -> pd.DataFrame:
        """Return who ships what through whom, the columns of `flows.csv`."""
        return self.tables.flows

    @property
    def link_flows(self) -> pd.DataFrame:
        """Return tonnes per year on every link, the columns of `link_flows.csv`."""
        return self.tables.link_flows

    def summary(self) -> Mapping[str, Any]:
        """Return the content of `plan.json`."""
        return self.tables.summary

    def guesses(self) -> pd.DataFrame:
        """Return the guesses the plan rests on: rows of the ledger that were read and that no source vouches for.

        Each with value, low, high, unit, year, source; the widest range first (`guesses.guesses`).
        """
        return guesses(self.case.region.ledger)

    def audit(self) -> list[str]:
        """Re-price and re-check the plan without a solver; an empty list accepts it."""
        return audit_tables(self.case, self.tables)

    def map(self, *, lang: str = "en") -> "folium.Map":
        """Draw the plan."""
        from logistics.maps import draw_map  # noqa: PLC0415 (folium takes half a second)

        return draw_map(self.tables, lang=lang)

    def save(self, folder: str | Path, *, lang: str = "en") -> Path:
        """Write the run folder, whole or not at all; an earlier run in its place goes only then.

        Returns
        -------
        Path
            The folder.
        """
        target = Path(folder)
        replace_folder(target, lambda fresh: self._write(fresh, lang))
        return target

    def _write(self, folder: Path, lang: str) -> None:
        from logistics.maps import write_map  # noqa: PLC0415 (folium takes half a second)

        write_tables(self.tables, folder)
        write_scenario(_self_contained(self.case, folder), folder / "scenario.toml")
        write_map(self.tables, folder / "map.html", lang=lang)

    def __repr__(self) -> str:
        facts = self.tables.summary
        opened = [str(hub["hub_id"]) for hub in facts["hubs"] if hub["is_new"]]
        cost, saving = (facts[f"{name}_vnd_per_year"] / VND_PER_BILLION for name in ("objective", "saving"))
        return (
            f"Plan {facts['name']!r}: {facts['status']}, new hubs: {', '.join(opened) or 'none'}; "
            f"{cost:,.1f} billion VND a year, {saving:,.1f} less than direct, gap {facts['gap']:.4%}, "
            f"{facts['seconds']:.1f} s"
        )


def plan(scenario: Scenario, options: SolveOptions = PLAN_OPTIONS, *, progress: Progress = lambda _: None) -> Plan:
    """Decide a scenario.

    Parameters
    ----------
    scenario
        As `northern_vietnam()` or `read_scenario(path)` returns it.
    options
        Time limit for the whole curve, relative gap, seed.
    progress
        Called with a line of text at each step.

    Raises
    ------
    InputError
        If a table or the scenario cannot be right.
    InfeasibleError, NoPlanError
        If there is no plan, or none was found in time.
    """
    start = time.monotonic()
    case = build_case(scenario, progress)
    progress("pricing every route")
    routes = enumerate_routes(case)
    case = with_idle_rows_named(case)
    progress(
        f"deciding: {len(case.flows):,} flows, {len(case.sites)} sites, {len(routes.flow):,} routes that could pay"
    )
    decision = decide(case, routes, options)
    progress("putting tonnes back on the roads")
    ways = chosen_ways(case, routes, decision)
    facts = {
        "seconds": time.monotonic() - start,
        "solve_seconds": decision.seconds,
        "seed": options.seed,
        "versions": installed_versions(),
        "inputs": input_hashes(case),
    }
    return Plan(case=case, tables=plan_tables(case, decision, ways, facts))


def with_idle_rows_named(case: Case) -> Case:
    """Return the case with a warning for each value of the user's that freight and prices never read."""
    idle = sorted(set(case.scenario.ledger) - case.region.ledger.asked)
    named = tuple(f"ledger: {row} was set, but no figure of this plan depends on it" for row in idle)
    return replace(case, warnings=(*case.warnings, *named))


def installed_versions() -> dict[str, str]:
    """Return the versions a plan depends on."""
    return {name: _version(name) for name in STATED_VERSIONS}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _self_contained(case: Case, folder: Path) -> Scenario:
    """Copy what is not bundled into the run, and return the scenario that points to the copies."""
    scenario = case.scenario
    own = {name: path for name, path in case.region.files.items() if name in OWN_TABLES and path != bundled_file(name)}
    copies = {}
    for name, path in own.items():
        copies[name] = folder / "inputs" / f"{name}.csv"
        copies[name].parent.mkdir(exist_ok=True)
        shutil.copyfile(path, copies[name])
    if scenario.network is None:
        return replace(scenario, tables=copies)
    networks.save(case.network, folder / "network")
    return replace(scenario, tables=copies, network=folder / "network")
