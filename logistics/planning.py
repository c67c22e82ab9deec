"""The plan: a scenario decided, priced, drawn and saved."""

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

import networks
from logistics.auditing import audit_tables
from logistics.case import Case, Progress
from logistics.errors import InfeasibleError
from logistics.explain import Why, explain, explainer_of
from logistics.guesses import guesses, guesses_among, rows_read
from logistics.idle import idle_rows, nowhere_to_build
from logistics.inputs import input_hashes
from logistics.instance import Question, pose
from logistics.plan_tables import plan_tables
from logistics.region import OWN_TABLES, bundled_file
from logistics.routes import enumerate_routes
from logistics.run_folder import LEDGER_READ, SCENARIO_FILE, RunTables, replace_folder, write_tables
from logistics.run_notes import write_ledger
from logistics.run_seal import write_seal
from logistics.scenario import Scenario, write_scenario
from logistics.site_flips import capacity_flip, fixed_cost_flip
from logistics.siting import Decision, chosen_ways, decide
from logistics.timeline import Timeline, build_timeline
from logistics.toll_flips import toll_flip
from logistics.units import VND_PER_BILLION
from logistics.wish_report import facts_of, sentences
from logistics.wishes import examine
from models import SolveOptions

if TYPE_CHECKING:
    import folium

PLAN_OPTIONS: Final = SolveOptions(relative_gap=1e-6)
"""Near break-even the curve over the number of hubs is flatter than a careless gap; a millionth is 0.04 billion VND."""
STATED_VERSIONS: Final = ("logistics", "ortools", "numpy", "pandas", "scipy", "shapely", "folium")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which hubs open, who ships what through whom, and what it costs.

    `timeline` is the scenario worked out, `tables` all figures; both are left as they are.
    """

    timeline: Timeline
    tables: RunTables

    @property
    def scenario(self) -> Scenario:
        """Return the scenario that was planned."""
        return self.timeline.scenario

    @property
    def case(self) -> Case:
        """Return the last phase worked out; of a plan for one year, the year."""
        return self.timeline.last

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
        return audit_tables(self.timeline, self.tables)

    def why(self, hub_id: str, options: SolveOptions = PLAN_OPTIONS, *, progress: Progress = lambda _: None) -> Why:
        """Tell what forcing a site open or closed costs, whose freight would move, and what flips the decision.

        Parameters
        ----------
        hub_id
            The site.
        options
            For each plan that is solved anew.

        Raises
        ------
        InputError
            If the plan has no such site, or was not made by cost alone.
        """
        explainer = explainer_of(self.timeline, options)
        plan = explainer.ask(explainer.instance)
        return explain(explainer, plan, hub_id, searches=(fixed_cost_flip, capacity_flip, toll_flip), progress=progress)

    def map(self, *, lang: str = "en") -> "folium.Map":
        """Draw the plan."""
        from logistics.maps import NotedRun, draw_map  # noqa: PLC0415 (folium takes half a second)

        return draw_map(NotedRun(tables=self.tables, guesses=guesses_among(self.ledger_rows())), lang=lang)

    def save(
        self,
        folder: str | Path,
        *,
        lang: str = "en",
        findings: Sequence[str] | None = None,
        tell: Progress = lambda _: None,
    ) -> Path:
        """Write the run folder, whole or not at all; an earlier run in its place goes only then.

        Parameters
        ----------
        folder
            New, empty or an earlier run.
        lang
            Language of map, report, workbook and GIS styles.
        findings
            What `audit` returned, for the report; None where it was not asked.
        tell
            Called with each sentence that is to be said of the files: texts that were cut.

        Returns
        -------
        Path
            The folder; a name beside it where a program keeps a file of the earlier run open (Windows).
        """
        target = Path(folder)
        told: list[str] = []
        stands = replace_folder(target, lambda fresh: told.extend(self._write(fresh, lang, findings)))
        if stands != target:
            told.append(f"{target}: a program has a file of the earlier run open, so the run was written to {stands}")
        for sentence in told:
            tell(sentence)
        return stands

    def ledger_rows(self) -> pd.DataFrame:
        """Return every row of the ledger that the plan read in any phase, the columns of `guesses.COLUMNS`."""
        asked = set().union(*(case.region.ledger.asked for case in self.timeline.cases))
        return rows_read(replace(self.case.region.ledger, asked=asked))

    def _write(self, folder: Path, lang: str, findings: Sequence[str] | None) -> tuple[str, ...]:
        """Write every file, and return what is to be said of them."""
        from logistics.maps import NotedRun, write_map  # noqa: PLC0415 (folium takes half a second)
        from logistics.reports.document import Material  # noqa: PLC0415 (not every plan is saved)
        from logistics.reports.handover import hand_over  # noqa: PLC0415 (the same)

        write_tables(self.tables, folder)
        rows = self.ledger_rows()
        write_ledger(rows, folder)
        write_scenario(_self_contained(self.case, folder), folder / SCENARIO_FILE)
        write_seal(folder)
        write_map(NotedRun(tables=self.tables, guesses=guesses_among(rows)), folder / "map.html", lang=lang)
        material = Material(tables=self.tables, scenario=self.scenario, ledger=rows, findings=findings)
        return hand_over(material, folder, lang=lang).told

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
    timeline = build_timeline(scenario, progress)
    progress("pricing every route")
    routes = tuple(enumerate_routes(case) for case in timeline.cases)
    timeline = with_idle_rows_named(timeline)
    flows, ways = (
        sum(sizes) for sizes in zip(*((one.direct.hours.size, one.flow.size) for one in routes), strict=True)
    )
    progress(f"deciding: {flows:,} flows, {len(timeline.last.sites)} sites, {ways:,} routes that could pay")
    question = pose(timeline, routes)
    decision = _decided(question, options, progress)
    progress("putting tonnes back on the roads")
    ways = chosen_ways(question, decision)
    facts = {
        LEDGER_READ: sorted(set().union(*(case.region.ledger.used for case in timeline.cases))),
        "seconds": time.monotonic() - start,
        "solve_seconds": decision.seconds,
        "made": datetime.now(UTC).date().isoformat(),
        "seed": options.seed,
        "versions": installed_versions(),
        "inputs": input_hashes(timeline.last),
    }
    return Plan(timeline=timeline, tables=plan_tables(timeline, decision, ways, facts))


def _decided(question: Question, options: SolveOptions, progress: Progress) -> Decision:
    """Decide; where the wishes clash, say which and what would do."""
    try:
        return decide(question, options)
    except InfeasibleError as error:
        wishes = examine(question, options, progress)

        def in_words(lang: str) -> tuple[str, ...]:
            return tuple(sentences(wishes, lang))

        raise InfeasibleError(str(error), facts_of(wishes), in_words) from error


def with_idle_rows_named(timeline: Timeline) -> Timeline:
    """Return the timeline with a warning for each value of the user's that freight and prices never read."""
    asked = set().union(*(case.region.ledger.asked for case in timeline.cases))
    named = (*idle_rows(timeline, asked).values(), *nowhere_to_build(timeline))
    first = replace(timeline.first, warnings=(*timeline.first.warnings, *named))
    return replace(timeline, cases=(first, *timeline.cases[1:]))


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
    scenario = with_own_files(case.scenario, folder / "inputs")
    own = {name: path for name, path in case.region.files.items() if name in OWN_TABLES and path != bundled_file(name)}
    copies = {}
    for name, path in own.items():
        copies[name] = _copy(path, folder / "inputs" / f"{name}{path.suffix.lower()}")
    scenario = replace(scenario, tables=copies)
    if scenario.network is None:
        return scenario
    networks.save(case.network, folder / "network")
    return replace(scenario, network=folder / "network")


def with_own_files(scenario: Scenario, folder: Path) -> Scenario:
    """Copy the matrix and the polygons that a scenario names into a folder, and return it with the copies' names."""
    if scenario.od_matrix is not None:
        scenario = replace(scenario, od_matrix=_copy(scenario.od_matrix, folder / "od_matrix.csv"))
    candidates = scenario.candidates
    if candidates is not None and candidates.exclude is not None:
        copy = _copy(candidates.exclude, folder / "exclude.geojson")
        scenario = replace(scenario, candidates=replace(candidates, exclude=copy))
    return scenario


def _copy(path: Path, target: Path) -> Path:
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(path, target)
    return target
