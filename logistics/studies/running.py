"""Many scenarios decided by workers: processes of this machine, or those of a Dask scheduler anywhere.

Each thread of a worker unpacks the base scenario once and keeps what it has worked out (`stages`); a task carries a
scenario's values alone. The client keeps a few tasks a thread under way, so that 100,000 scenarios weigh no more than
ten. A worker that dies is replaced and its scenario decided again elsewhere; one that kills its workers again and again
is an outcome of its own, `crashed`.
"""

import itertools
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from logistics.errors import InputError, LogisticsError
from logistics.planning import installed_versions
from logistics.studies.luggage import Luggage
from logistics.studies.outcome import HeldPlan, Outcome
from logistics.studies.workshop import Workshop
from models import SolveOptions, memory

if TYPE_CHECKING:
    from distributed import Client

    from logistics.scenario import Scenario

UNDER_WAY: Final = 3
"""Tasks there are at once for each thread of a worker, so that none waits for the client."""
CONNECT_S: Final = 10.0
WORKERS_S: Final = 60.0
"""How long workers may take to begin, on a machine that is busy."""
END_S: Final = 10.0
KEPT_BYTES: Final = str(2**29)
MEMORY: Final = {"MALLOC_TRIM_THRESHOLD_": KEPT_BYTES, "MALLOC_MMAP_THRESHOLD_": KEPT_BYTES}
"""A worker keeps memory that is free again: Dask has every large array given back to the system and fetched anew, page
by page, which takes as long as the work itself."""
NOBODY: Final = "127.0.0.1:0"
"""Where Dask may show its pages: on this machine alone, at whatever port is free."""
DEATHS: Final = 2
"""A scenario that has killed more workers than this is given up."""

Keep = Callable[[str, Outcome, float], None]


class SchedulerLostError(LogisticsError, ConnectionError):
    """The scheduler or all of its workers went away; what was decided is kept."""

    exit_code = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One scenario to be decided; `held` are plans whose cost in it is asked for."""

    key: str
    values: Mapping[str, float]
    held: Mapping[str, HeldPlan] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What all tasks of a study share: the base, how each is solved, and the base as it travels."""

    base: "Scenario"
    luggage: Luggage
    options: SolveOptions


class _AtWork(threading.local):
    """What a thread of a worker is at: a workshop is for one thread; its files go with the next, or with the worker."""

    study: tuple[str, SolveOptions] | None = None
    workshop: Workshop
    folder: Path

    def begin(self, study: tuple[str, SolveOptions]) -> None:
        """Unpack a study's scenario below the worker's own folder, which Dask removes even after the worker died."""
        from distributed import get_worker  # noqa: PLC0415

        if self.study is not None:  # that one has ended
            self.study = None
            del self.workshop
            shutil.rmtree(self.folder, ignore_errors=True)
        worker = get_worker()
        luggage: Luggage = worker.plugins[_plugin_name(study[0])].luggage
        self.folder = Path(tempfile.mkdtemp(prefix="logistics-study-", dir=worker.local_directory))
        try:
            self.workshop = Workshop(luggage.unpack(self.folder), study[1])
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        self.study = study


_at_work = _AtWork()


def decide_task(luggage_key: str, options: SolveOptions, task: Task) -> tuple[Outcome, float]:
    """Decide one scenario in a worker; the workshop of its study is kept for the next one.

    Returns
    -------
    tuple
        The outcome, and the seconds it took.
    """
    begun = time.perf_counter()
    if _at_work.study != (luggage_key, options):
        _at_work.begin((luggage_key, options))
    outcome = _at_work.workshop.outcome(task.values, task.held)
    return outcome, time.perf_counter() - begun


def _plugin_name(luggage_key: str) -> str:
    return f"logistics-study-{luggage_key}"


def run_here(base: "Scenario", options: SolveOptions, tasks: Sequence[Task], keep: Keep) -> None:
    """Decide every task in this process, one after the other."""
    workshop = Workshop(base, options)
    for task in tasks:
        begun = time.perf_counter()
        outcome = workshop.outcome(task.values, task.held)
        keep(task.key, outcome, time.perf_counter() - begun)


def run_on(client: "Client", job: Job, tasks: Sequence[Task], keep: Keep) -> None:
    """Decide every task by the workers of a client; `keep` is called with each outcome as it comes.

    Raises
    ------
    SchedulerLostError
        If the scheduler went away.
    """
    from distributed import as_completed  # noqa: PLC0415

    key = job.luggage.key
    _send(client, job.luggage)
    waiting = iter(tasks)
    of_future: dict[Any, Task] = {}

    def submit(task: Task) -> Any:  # noqa: ANN401  (a Dask future, without types)
        future = client.submit(decide_task, key, job.options, task, pure=False, retries=0)
        of_future[future] = task
        return future

    threads = max(sum(client.nthreads().values()), 1)
    first = [submit(task) for task in itertools.islice(waiting, UNDER_WAY * threads)]
    running = as_completed(first)
    for future in running:
        task = of_future.pop(future)
        outcome, seconds = _result(future)
        future.release()  # its worker may go without being missed
        keep(task.key, outcome, seconds)
        following = next(waiting, None)
        if following is not None:
            running.add(submit(following))


def _result(future: Any) -> tuple[Outcome, float]:  # noqa: ANN401
    """Return a future's outcome; a scenario that kills its workers is one, too."""
    from distributed import KilledWorker  # noqa: PLC0415
    from distributed.client import FutureCancelledError  # noqa: PLC0415

    try:
        found: tuple[Outcome, float] = future.result()
    except KilledWorker as error:
        return Outcome(state="crashed", reason=f"its worker died {error.allowed_failures + 1} times"), 0.0
    except (FutureCancelledError, OSError) as error:
        raise SchedulerLostError(
            f"the scheduler or its workers went away ({error}); what was decided so far is kept. Go on with --resume"
        ) from error
    return found


def _send(client: "Client", luggage: Luggage) -> None:
    """Send the scenario to every worker there is and will be."""
    from distributed import WorkerPlugin  # noqa: PLC0415

    class Carrier(WorkerPlugin):  # type: ignore[misc]  # Dask has no types for it
        def __init__(self, luggage: Luggage) -> None:
            self.luggage = luggage

    client.register_plugin(Carrier(luggage), name=_plugin_name(luggage.key))


@contextmanager
def local_workers(count: int) -> Iterator["Client"]:
    """Give a client of so many worker processes on this machine, one thread each.

    They are started as `dask worker` is by hand: nothing of the caller's script is imported in them.
    """
    import dask  # noqa: PLC0415
    from distributed import Client, LocalCluster  # noqa: PLC0415

    settings = {"distributed.scheduler.allowed-failures": DEATHS, "distributed.comm.timeouts.connect": CONNECT_S}
    with (
        dask.config.set(settings),
        LocalCluster(n_workers=0, dashboard_address=NOBODY, processes=True, silence_logs=logging.CRITICAL) as cluster,
        Client(cluster) as client,
        ExitStack() as started,
    ):
        # ours to remove: on Windows a worker that is ended removes nothing
        folder = started.enter_context(
            tempfile.TemporaryDirectory(prefix="logistics-study-", ignore_cleanup_errors=True)
        )
        for _ in range(count):
            started.enter_context(_worker_process(cluster.scheduler_address, folder))
        client.wait_for_workers(count, timeout=WORKERS_S)
        yield client


@contextmanager
def _worker_process(address: str, folder: str) -> Iterator[None]:
    # -P: a folder `models` where the command is run must not stand before ours
    command = [sys.executable, "-P", "-m", "distributed.cli.dask_worker", address, "--nthreads", "1"]
    process = subprocess.Popen(  # noqa: S603  (our own interpreter)
        [*command, "--memory-limit", "0", "--no-dashboard", "--local-directory", folder],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **MEMORY, **memory.for_others()},
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def workers_of(address: str) -> Iterator["Client"]:
    """Give a client of a scheduler that runs already.

    Raises
    ------
    InputError
        If nothing answers there, or its workers have other versions of what decides.
    """
    from distributed import Client  # noqa: PLC0415

    try:
        client = Client(address, timeout=CONNECT_S)
    except (OSError, ValueError) as error:
        raise InputError(f"--scheduler {address}: no Dask scheduler answers there ({error})") from error
    with client:
        _require_same_versions(client, address)
        yield client


def _versions_there() -> dict[str, str]:
    """Return the versions of what decides, in a process that may lack it."""
    from logistics.planning import installed_versions as installed  # noqa: PLC0415

    return installed()


def _require_same_versions(client: "Client", address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
    except TimeoutError:
        none = f"--scheduler {address}: it has no workers; start some with `dask worker {address}`"
        raise InputError(none) from None
    here = installed_versions()
    scheduler = {"the scheduler": _asked(lambda: client.run_on_scheduler(_versions_there), address)}
    answers = _asked(lambda: client.run(_versions_there, on_error="return"), address)
    workers = answers if isinstance(answers, dict) else {"": answers}
    for who, found in [*scheduler.items(), *((f"worker {name}", one) for name, one in sorted(workers.items()))]:
        versions: Mapping[str, str] = found if isinstance(found, dict) else {}
        other = {name: versions.get(name, "none") for name, one in here.items() if versions.get(name) != one}
        if other:
            told = ", ".join(f"{name} {version} (here {here[name]})" for name, version in other.items())
            raise InputError(f"--scheduler {address}: {who} has {told}; install the same on all of them")


def _asked(ask: Callable[[], Any], address: str) -> Any:  # noqa: ANN401  (of Dask, which has no types)
    try:
        return ask()
    except OSError as error:
        raise InputError(
            f"--scheduler {address}: it went away while it was asked for its versions ({error})"
        ) from error
    except Exception as error:  # noqa: BLE001  (whatever a process raises that lacks what the question is made of)
        return error
