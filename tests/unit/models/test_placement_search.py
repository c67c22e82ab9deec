"""The search on instances like a region's freight: exactness, limits, interruptions."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from oracles.clocks import LOOK_S, CountedClock

from models import KeptSolver, SolveOptions, Status
from models.placement import answers
from models.placement.answers import solve

EXACT = SolveOptions(relative_gap=1e-8, time_limit_s=60.0)


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("room", [0.2, 0.6])
@pytest.mark.parametrize("seed", range(2))
def test_both_engines_find_the_same_curve(region, room, seed):
    instance = region(120, standing=3, new=5, room=room, seed=seed)
    textbook = instance.curve(range(4), replace(EXACT, engine="mip"))
    benders = instance.curve(range(4), replace(EXACT, engine="benders"))
    for count, (one, other) in enumerate(zip(textbook, benders, strict=True)):
        assert one.objective == pytest.approx(other.objective, rel=1e-7)
        assert other.status is Status.OPTIMAL
        assert instance.with_new(count).check(other) == []


@pytest.mark.usefixtures("fast")
def test_the_best_of_a_range_is_the_best_point_of_the_curve(region):
    instance = replace(region(2000, standing=4, new=5, fixed=2.0), max_new=3)
    curve = instance.curve(range(4), EXACT)
    assert instance.solve(EXACT).objective == pytest.approx(min(point.objective for point in curve), rel=1e-7)


@pytest.mark.usefixtures("fast")
def test_a_loose_gap_is_reported_as_it_is(region):
    instance = region(3000, seed=3)
    loose = instance.with_new(3).solve(SolveOptions(relative_gap=0.01, engine="benders"))
    tight = instance.with_new(3).solve(replace(EXACT, engine="benders"))
    assert loose.status is Status.OPTIMAL
    assert loose.gap <= 0.01
    assert loose.bound <= tight.objective * (1 + 1e-9)
    assert tight.objective <= loose.objective * (1 + 1e-9)


@pytest.mark.usefixtures("fast")
def test_a_search_that_is_cut_short_gives_every_point_a_plan_and_a_bound(region, monkeypatch):
    monkeypatch.setattr(answers, "Clock", CountedClock)
    instance = region(20_000, standing=15, new=20, room=0.2)
    points = instance.curve(range(7), SolveOptions(time_limit_s=7 * 7 * LOOK_S, relative_gap=0.0))
    best = instance.with_new(6).solve(SolveOptions(time_limit_s=20 * LOOK_S, relative_gap=0.0))
    assert points[6].stopped == best.stopped == "time limit"
    for count, point in enumerate(points):
        assert point.status in {Status.OPTIMAL, Status.FEASIBLE}
        assert point.gap < 0.2
        assert instance.with_new(count).check(point) == []
    assert points[6].bound <= best.objective
    assert best.bound <= points[6].objective


def is_kept(limit_s, wall, cpu):
    """Return whether the limit was kept since `wall` and `cpu`.

    This process's own time is held to it; wall time is five times as patient, for other processes may have the machine.
    """
    allowed = 1.1 * limit_s + 1.0
    return time.process_time() - cpu < allowed and time.monotonic() - wall < 5.0 * allowed


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("engine", ["benders", "mip"])
def test_the_time_limit_is_kept(region, engine):
    instance = region(20_000, standing=15, new=40, room=0.2)  # unproved after ten times the limit
    wall, cpu = time.monotonic(), time.process_time()
    point = instance.with_new(12).solve(SolveOptions(time_limit_s=2.0, relative_gap=0.0, engine=engine))
    assert is_kept(2.0, wall, cpu)
    assert point.status in {Status.FEASIBLE, Status.NO_SOLUTION}
    assert point.stopped.startswith("time limit")


@pytest.mark.usefixtures("fast")
def test_with_no_time_at_all_there_is_a_hasty_plan_and_no_lie(region):
    instance = region(5000)
    point = instance.with_new(2).solve(SolveOptions(time_limit_s=1e-9))
    assert point.status is Status.FEASIBLE
    assert point.stopped == "time limit"
    assert instance.with_new(2).check(point) == []
    assert point.bound <= instance.with_new(2).solve().objective


@pytest.mark.usefixtures("fast")
def test_with_no_time_and_flows_that_must_be_served_there_may_be_no_plan(region):
    instance = region(5000, room=0.05)
    stranded = replace(instance, direct_cost=np.where(np.arange(5000) == 0, np.inf, instance.direct_cost))
    point = stranded.with_new(0).solve(SolveOptions(time_limit_s=1e-9))
    assert point.status in {Status.NO_SOLUTION, Status.INFEASIBLE, Status.FEASIBLE}
    assert (point.objective < np.inf) == point.has_plan


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("seed", range(2))
def test_lessons_of_another_instance_change_no_answer(region, seed):
    instance = region(150, standing=3, new=5, room=0.6, seed=seed)
    dearer = replace(instance, amount=instance.amount * 1.3, route_cost=instance.route_cost * 1.02)
    options = replace(EXACT, engine="benders", relative_gap=1e-6)
    lessons = instance.solve(options).lessons
    assert lessons
    alone, taught = dearer.solve(options), dearer.solve(options, lessons=lessons)
    assert taught.status is Status.OPTIMAL
    assert taught.objective == pytest.approx(alone.objective, rel=2e-6)
    assert taught.bound <= alone.objective * (1 + 1e-9)
    assert dearer.check(taught) == []


def test_lessons_of_other_sites_are_left_aside(region):
    options = replace(EXACT, engine="benders")
    lessons = region(200, new=3).solve(options).lessons
    instance = region(200)
    assert instance.solve(options, lessons=lessons).objective == instance.solve(options).objective


def test_solves_share_a_kept_process_until_it_dies_and_close_it_with_its_keeper(region):
    instance, keeper, processes = region(30), KeptSolver(), []
    for _ in range(3):
        with keeper.lending():
            instance.solve(EXACT)
            with keeper.lent() as solver:
                processes.append(solver)
        if len(processes) == 2:
            solver.close()  # as a crash would
    assert processes[0] is processes[1] is not processes[2]
    del keeper, solver
    assert processes[2].is_ended


@pytest.mark.usefixtures("fast")
def test_the_same_seed_gives_the_same_answer(region):
    instance = region(3000)
    first, second = (instance.with_new(2).solve(SolveOptions(seed=5, engine="benders")) for _ in range(2))
    assert first.objective == second.objective
    assert (first.share == second.share).all()


def test_ctrl_c_gives_back_the_best_plan_so_far(region, monkeypatch, kept_solver):
    """Ctrl-C comes in the middle of the second point of the curve."""
    instance = region(3000)
    heard = []

    class Interrupted:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def lp(self, program, *, limit_s):
            if heard:
                raise KeyboardInterrupt
            return kept_solver.lp(program, limit_s=limit_s)

        mip = kept_solver.mip

    monkeypatch.setattr(answers, "Solver", Interrupted)
    points = solve(instance, [(0, 0), (1, 1), (2, 2)], replace(EXACT, engine="benders"), heard.append)
    assert [point.stopped for point in points] == ["the gap asked for is proved", "interrupted", "interrupted"]
    assert [point.status for point in points] == [Status.OPTIMAL, Status.FEASIBLE, Status.FEASIBLE]
    for count, point in enumerate(points):
        assert instance.with_new(count).check(point) == []


def test_ctrl_c_before_the_first_plan_leaves_none(region, monkeypatch, kept_solver):
    class Interrupted:
        mip = kept_solver.mip

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def lp(self, _program, *, limit_s):  # noqa: ARG002  (as the solver has it)
            raise KeyboardInterrupt

    monkeypatch.setattr(answers, "Solver", Interrupted)
    instance = region(3000)
    clients = replace(instance, flow_client=np.arange(3000) // 2)  # one site each, which no plan made in haste heeds
    points = solve(clients, [(0, 0), (1, 1)], replace(EXACT, engine="benders"))
    assert [(point.status, point.stopped) for point in points] == [(Status.NO_SOLUTION, "interrupted")] * 2


SCRIPT = """
import runpy, sys
from models import SolveOptions
region = runpy.run_path(sys.argv[1])["make_region"]
instance = region(20_000, standing=15, new=20, room=0.2)
tell = lambda point: print("solved", flush=True)
points = instance.curve(range(7), SolveOptions(relative_gap=0.0, time_limit_s=300.0), progress=tell)
print([point.status.name for point in points], points[-1].stopped, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a whole console")
def test_a_script_without_a_main_guard_survives_a_real_ctrl_c_and_leaves_no_process(root, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    maker = root / "tests" / "unit" / "models" / "conftest.py"
    environment = {**os.environ, "PYTHONPATH": str(root)}
    process = subprocess.Popen(
        [sys.executable, script, maker], stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )
    with process:
        assert process.stdout.readline() == "solved\n"
        time.sleep(0.5)
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to parent and child alike
        rest = process.stdout.read()
    assert process.returncode == 0
    assert rest.splitlines()[-1].endswith("interrupted")  # it was not the limit of 300 s that ended it
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
