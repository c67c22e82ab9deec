"""A study: every scenario of a design decided, each outcome kept as it comes, and the tables of all of them."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from logistics.errors import InputError
from logistics.goals import relative_gap
from logistics.planning import installed_versions
from logistics.scenario import Scenario
from logistics.studies.designs import Design
from logistics.studies.luggage import pack
from logistics.studies.outcome import Outcome, named
from logistics.studies.running import Job, Keep, Task, local_workers, run_here, run_on, workers_of
from logistics.studies.store import Store, StoreError, outcome_key
from models import SolveOptions
from networks.lock import sole_writer

STORE_FILE: Final = "study.sqlite"
STUDY_OPTIONS: Final = SolveOptions(time_limit_s=60.0, relative_gap=1e-5)

Progress = Callable[[int, int], None]
"""Called with the scenarios decided and all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Who decides: worker processes of this machine, a Dask scheduler, or, with 0 workers, this process."""

    workers: int = 0
    scheduler: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Study:
    """The answers to every scenario of a design.

    Parameters
    ----------
    scenario
        The base that was varied.
    design
        What was asked.
    outcomes, seconds
        [scenario] what was found, and how long each took.
    folder
        Where the store lies.
    options
        How each was solved.
    """

    scenario: Scenario
    design: Design
    outcomes: tuple[Outcome, ...]
    seconds: tuple[float, ...]
    folder: Path
    options: SolveOptions

    @property
    def results(self) -> pd.DataFrame:
        """Return one row a scenario: `scenario`, the factors, how it ended, its figures, its new hubs."""
        found = pd.DataFrame([_row(outcome) for outcome in self.outcomes])
        named = pd.DataFrame({"scenario": list(self.design.labels)})
        return pd.concat([named, self.design.points.reset_index(drop=True), found], axis=1)

    @property
    def hub_uses(self) -> pd.DataFrame:
        """Return one row a scenario and hub: `scenario`, `hub_id`, `tier`, `is_new`, `throughput_t_per_year`."""
        rows = [
            (label, hub_id, use.tier, use.is_new, use.throughput_t_per_year)
            for label, outcome in zip(self.design.labels, self.outcomes, strict=True)
            for hub_id, use in sorted(outcome.hubs.items())
        ]
        return pd.DataFrame(rows, columns=["scenario", "hub_id", "tier", "is_new", "throughput_t_per_year"])

    @property
    def favourites(self) -> pd.DataFrame:
        """Return one row a scenario and near end: `scenario`, `place_id`, `hub_id` ("" for none), `share`."""
        rows = [
            (label, place_id, hub_id, share)
            for label, outcome in zip(self.design.labels, self.outcomes, strict=True)
            for place_id, (hub_id, share) in sorted(outcome.favourites.items())
        ]
        return pd.DataFrame(rows, columns=["scenario", "place_id", "hub_id", "share"])

    def __repr__(self) -> str:
        solved = sum(outcome.is_solved for outcome in self.outcomes)
        sets = {outcome.new_hubs for outcome in self.outcomes if outcome.is_solved}
        return (
            f"Study of {self.scenario.name!r}: {len(self.outcomes):,} scenarios ({self.design.kind}), "
            f"{solved:,} solved, {len(sets):,} different sets of new hubs"
        )


def study(  # noqa: PLR0913  (the public name of the whole; all but two have a usual value)
    scenario: Scenario,
    design: Design,
    *,
    options: SolveOptions = STUDY_OPTIONS,
    workers: int | None = None,
    scheduler: str | None = None,
    folder: str | Path | None = None,
    resume: bool = False,
    progress: Progress = lambda _done, _all: None,
) -> Study:
    """Decide every scenario of a design.

    Parameters
    ----------
    scenario
        The base that is varied.
    design
        The scenarios, see `logistics.studies.designs`.
    options
        Time limit, gap and seed of each.
    workers
        Worker processes on this machine; one a processor where None, this process itself where 0.
    scheduler
        Address of a Dask scheduler that runs already, in place of workers of this machine.
    folder
        Where each outcome is kept as it comes; a temporary one where None.
    resume
        Go on with what the folder holds already.

    Raises
    ------
    InputError
        If the folder holds a study already and `resume` is not set, or the scheduler does not answer.
    InUseError
        If somebody else is at the folder.
    StoreError, SchedulerLostError
        If the disk is full, or the scheduler went away: what was decided is kept.
    """
    target = Path(folder) if folder is not None else Path(tempfile.mkdtemp(prefix="logistics-study-"))
    target.mkdir(parents=True, exist_ok=True)
    if (target / STORE_FILE).exists() and not resume:
        raise InputError(f"{target}: holds a study already; --resume goes on with it, or choose another --out")
    job = job_of(scenario, options)
    tasks = tasks_of(job, design)
    where = Where(workers=_processors() if workers is None else workers, scheduler=scheduler)
    with sole_writer(target), Store(target / STORE_FILE) as store:
        decide_all(job, tasks, store, where, progress)
        found = list(store.outcomes(task.key for task in tasks))
    return Study(
        scenario=scenario, design=design, outcomes=tuple(outcome for outcome, _ in found),
        seconds=tuple(seconds for _, seconds in found), folder=target, options=options,
    )  # fmt: skip


def job_of(scenario: Scenario, options: SolveOptions) -> Job:
    """Return what all scenarios around a base share; its files are packed once, to be hashed and to be sent."""
    return Job(base=scenario, luggage=pack(replace(scenario, source=None)), options=options)


def tasks_of(job: Job, design: Design) -> list[Task]:
    """Return a task for each scenario of a design, its key the hash of all that its answer depends on."""
    key = study_key(job)
    every = [design.values(at) for at in range(len(design))]
    return [Task(key=outcome_key(key, values), values=values) for values in every]


def study_key(job: Job) -> str:
    """Return the hash of the base scenario with its files, the options and the versions that decide."""
    options = job.options
    how = [options.time_limit_s, options.relative_gap, options.seed, options.engine]
    content = json.dumps([job.luggage.key, how, installed_versions()], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def decide_all(
    job: Job,
    tasks: Sequence[Task],
    store: Store,
    where: Where,
    progress: Progress = lambda _done, _all: None,
) -> None:
    """Decide what the store does not hold yet; each outcome is kept as it comes."""
    kept = store.keys()
    missing = list({task.key: task for task in tasks if task.key not in kept}.values())
    total = len({task.key for task in tasks})
    done = total - len(missing)
    progress(done, total)

    def keep(key: str, outcome: Outcome, seconds: float) -> None:
        nonlocal done
        try:
            store.add(key, outcome, seconds)
        except StoreError as error:
            room_mb = 2 * (total - done) * store.bytes_an_outcome() / 1e6  # in the file, and on the way there
            left = f"the {total - done:,} scenarios left need about {room_mb:.1f} MB"
            raise StoreError(f"{error}: {left}") from error
        done += 1
        progress(done, total)

    if missing:
        _decide(job, missing, keep, where)


def _decide(job: Job, tasks: Sequence[Task], keep: Keep, where: Where) -> None:
    if where.scheduler is None and where.workers == 0:
        run_here(job.base, job.options, tasks, keep)
        return
    opened = (
        workers_of(where.scheduler) if where.scheduler is not None else local_workers(min(where.workers, len(tasks)))
    )
    with opened as client:
        run_on(client, job, tasks, keep)


def _processors() -> int:
    return os.cpu_count() or 1


def _row(outcome: Outcome) -> dict[str, object]:
    value = outcome.objective_vnd_per_year
    return {
        "state": outcome.state,
        "reason": outcome.reason,
        "objective_vnd_per_year": value,
        "bound_vnd_per_year": outcome.bound_vnd_per_year,
        "gap": relative_gap(value, outcome.bound_vnd_per_year) if outcome.is_solved else np.nan,
        "direct_vnd_per_year": outcome.direct_vnd_per_year,
        "saving_vnd_per_year": outcome.direct_vnd_per_year - value,
        "co2_t_per_year": outcome.co2_t_per_year,
        "outside_service_t_per_year": outcome.outside_service_t_per_year,
        "new_hubs": len(outcome.plan),
        "hubs": named(outcome.plan),
    }
