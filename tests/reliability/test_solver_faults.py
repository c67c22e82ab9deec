"""The solver crashes, hangs, eats memory, refuses, or cannot be loaded."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ortools.math_opt import parameters_pb2

from logistics.cli import main
from logistics.studies import running
from logistics.studies.running import Task
from models import MinCostFlow, SolveOptions, SolverError, SolverMemoryError, Status, memory, memory_limit
from models.errors import SettingError
from models.flow_solver import FlowsTooLargeError, min_cost_flow
from models.interruption import ctrl_c
from models.program import Matrix, Program
from models.solver import HIGHS, Solver, _set_tolerances

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
LINUX = pytest.mark.skipif(not memory.is_watched(), reason="this system does not tell what a process takes")


def program(variables, cost=1.0, *, integer=False, upper=np.inf):
    """Return min cost x, 1 <= x_i."""
    none = np.empty(0, dtype=np.intp)
    return Program(
        cost=np.full(variables, cost), lower=np.ones(variables), upper=np.full(variables, upper),
        matrix=Matrix(row=none, column=none, value=np.empty(0)), row_lower=np.empty(0), row_upper=np.empty(0),
        integer=np.full(variables, integer) if integer else None,
    )  # fmt: skip


ONE = program(1)


@POSIX
@pytest.mark.fault("F8")
def test_a_solver_that_does_not_even_read_is_ended_at_its_limit_and_the_next_solve_works():
    with Solver() as solver:
        os.kill(solver._process.pid, signal.SIGSTOP)
        outcome = solver.lp(program(50_000), limit_s=0.2)  # more than the pipe holds
        assert (outcome.status, outcome.stopped) == (
            Status.NO_SOLUTION,
            "time limit; the solver did not keep it and was ended",
        )
        assert solver.lp(ONE).objective == 1.0


@POSIX
@pytest.mark.fault("F7")
def test_ctrl_c_gets_through_to_a_parent_whose_solver_does_not_read(monkeypatch):
    with Solver() as solver:
        os.kill(solver._process.pid, signal.SIGSTOP)
        hand_over = solver._hand_over

        def interrupted(request):
            hand_over(request)
            signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr(solver, "_hand_over", interrupted)
        with pytest.raises(KeyboardInterrupt):
            solver.lp(program(50_000), limit_s=600.0)


def struck(depth):
    """Raise what numba raises where Ctrl-C strikes while code is unpickled: SystemErrors, each caused by the next."""
    if depth == 0:
        raise KeyboardInterrupt
    try:
        struck(depth - 1)
    except (KeyboardInterrupt, SystemError) as error:
        raise SystemError("returned a result with an exception set") from error


@pytest.mark.fault("F7")
@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_ctrl_c_is_one_however_deep_in_compiled_code_it_strikes(depth):
    with pytest.raises(KeyboardInterrupt), ctrl_c():
        struck(depth)
    with pytest.raises(SystemError, match="another"), ctrl_c():
        raise SystemError("another")


@pytest.mark.fault("F8")
def test_a_limit_of_a_millisecond_is_no_solution_and_a_bound_that_holds():
    with Solver() as solver:
        outcome = solver.mip(program(30_000, integer=True), limit_s=0.001)
    assert outcome.status is Status.NO_SOLUTION
    assert outcome.values.size == 0
    assert outcome.bound <= 30_000.0


@POSIX
@pytest.mark.fault("F9")
def test_in_a_study_a_crash_of_the_solver_is_told_of_its_scenario_and_the_others_go_on(tiny_scenario, monkeypatch):
    send, seen = Solver._send, []

    def crash_in_the_second(solver, message):
        if len(seen) == 1:
            os.kill(solver._process.pid, signal.SIGSEGV)
        send(solver, message)

    monkeypatch.setattr(Solver, "_send", crash_in_the_second)
    tasks = [Task(key=name, values={"crf": value}) for name, value in (("a", 0.11), ("b", 0.12), ("c", 0.13))]
    running.run_here(tiny_scenario, SolveOptions(), tasks, lambda _key, outcome, _seconds: seen.append(outcome))
    assert [outcome.state for outcome in seen] == ["optimal", "crashed", "optimal"]
    assert "SIGSEGV" in seen[1].reason
    assert "variables" in seen[1].reason


@LINUX
@pytest.mark.fault("F10")
def test_a_solver_that_takes_more_memory_than_it_may_is_ended_and_the_size_of_its_program_told():
    with memory_limit(0.1), Solver() as solver:
        large = program(300_000, integer=True, upper=9.0)
        with pytest.raises(SolverMemoryError, match=r"took 0\.\d+ GB for a program of 300000 variables.*0\.10 GB are"):
            solver.mip(large, limit_s=60.0)
        with pytest.raises(SolverError, match="ended before"):
            solver.lp(ONE)
    with Solver() as solver:
        assert solver.lp(ONE).objective == 1.0


@pytest.mark.fault("F10")
def test_what_a_solver_may_take_is_said_by_the_block_the_environment_or_the_machine(monkeypatch):
    monkeypatch.setattr(memory, "machine_bytes", lambda: 10e9)
    monkeypatch.delenv(memory.VARIABLE, raising=False)
    assert memory.allowed_bytes() == 8e9
    monkeypatch.setenv(memory.VARIABLE, "3")
    assert memory.allowed_bytes() == 3e9
    with memory_limit(2.0), memory_limit(None):
        assert memory.allowed_bytes() == 2e9
        assert memory.for_others() == {"SOLVER_MEMORY_GB": "2.0"}  # workers of a study are processes of their own
    assert memory.for_others() == {}
    assert memory.allowed_bytes() == 3e9


@pytest.mark.fault("F10")
@pytest.mark.parametrize("said", ["much", "nan", "-1", "0", "inf"])
def test_an_amount_of_memory_that_is_none_is_refused(monkeypatch, said):
    monkeypatch.setenv(memory.VARIABLE, said)
    with pytest.raises(SettingError, match=r"SOLVER_MEMORY_GB is .*; expected 0.1 GB or more"):
        Solver()


@pytest.mark.fault("F10")
def test_a_container_may_have_less_than_its_machine(tmp_path, monkeypatch):
    said = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "_CONTAINER", (tmp_path / "absent", said))
    said.write_text("max\n")
    whole = memory.machine_bytes()
    said.write_text("1000000000\n")
    assert memory.machine_bytes() == 1e9 < whole


@pytest.mark.fault("F10")
def test_where_the_system_does_not_tell_what_a_process_takes_nothing_is_ended(monkeypatch):
    monkeypatch.setattr("models.solver.taken_bytes", lambda _: None)
    with memory_limit(0.1), Solver() as solver:
        solver._watch()
        assert solver.lp(ONE).objective == 1.0


@LINUX
@pytest.mark.fault("F10")
def test_a_machine_short_of_memory_ends_the_solver_before_its_parent():
    with Solver() as solver:
        assert solver.lp(ONE).objective == 1.0
        child, parent = (Path(f"/proc/{pid}/oom_score_adj") for pid in (solver._process.pid, "self"))
        assert int(child.read_text()) == 1000 >= int(parent.read_text())


@pytest.mark.fault("F10")
def test_the_command_line_ends_with_5_and_says_how_to_allow_more(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("models.solver.taken_bytes", lambda _: 2e9)
    monkeypatch.setattr(Solver, "_hand_over", lambda *_: None)  # it is never asked, so no answer comes before the watch

    def solve_one(*_, **__):
        with Solver() as solver:
            assert solver._allowed_bytes == 1.5e9
            solver.lp(program(10_000))

    monkeypatch.setattr("logistics.planning.plan", solve_one)
    assert main(["plan", "--memory", "1.5"]) == 5
    said = capsys.readouterr().err
    assert "the solver took 2.00 GB for a program of 10000 variables" in said
    assert "1.50 GB are allowed" in said
    assert "--memory" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.fault("F10")
def test_where_the_limit_cannot_be_held_the_command_line_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(memory, "is_watched", lambda: False)
    monkeypatch.setattr("logistics.planning.plan", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    assert main(["plan", "--memory", "4"]) == 130
    assert "warning: this system does not tell what a process takes" in capsys.readouterr().err


@pytest.mark.fault("F29")
def test_a_wrong_option_is_told_in_the_solver_s_own_words():
    parameters = parameters_pb2.SolveParametersProto()
    _set_tolerances(parameters, 1e-7)
    parameters.highs.int_options["nonsense"] = 1
    with Solver() as solver, pytest.raises(SolverError, match=r"refused the program \(1 variables.*nonsense") as told:
        solver._solve(HIGHS, ONE, parameters, 10.0)
    assert "canonical_code" not in str(told.value)


@pytest.mark.fault("F29")
def test_a_number_of_threads_as_mathopt_names_it_is_refused_by_highs_and_told():
    with Solver() as solver, pytest.raises(SolverError, match="threads"):
        solver._solve(HIGHS, ONE, parameters_pb2.SolveParametersProto(threads=2), 10.0)


@pytest.mark.fault("F30")
def test_importing_models_and_solving_load_no_library_of_or_tools_that_highspy_could_clash_with():
    code = (
        "import sys, numpy as np; sys.modules['highspy'] = sys; from models import *; "  # as if it were there
        "flow = MinCostFlow(tail=[0], head=[1], capacity=[2], unit_cost=[3], supply=[1, -1]).solve(); "
        "assert flow.objective == 3.0; "
        "case = PMedian(cost=np.ones((3, 3)), weight=np.ones(3), p=1).solve(SolveOptions(engine='mip')); "
        "assert case.objective == 3.0; "
        "print([name for name in sys.modules if name.startswith(('ortools.math_opt.core', 'ortools.graph'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr


@pytest.mark.fault("F30")
def test_a_clash_all_the_same_names_highspy(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Clash:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'ortools.math_opt.core.python.solver':\n"
        "            raise ImportError('undefined symbol: _ZN5Highs3runEv')\n"
        "sys.meta_path.insert(0, Clash())\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Solver() as solver, pytest.raises(SolverError, match=r"undefined symbol[^\n]*\n.*highspy cannot be in one"):
        solver.lp(ONE)


def test_an_unbounded_program_is_a_status_whatever_values_come_with_it():
    with Solver() as solver:
        for solve in (solver.lp, solver.mip):
            outcome = solve(program(2, cost=-1.0))
            assert (outcome.status, outcome.values.size, outcome.objective) == (Status.UNBOUNDED, 0, np.inf)


def test_a_program_of_nothing_is_solved_and_costs_nothing():
    with Solver() as solver:
        for solve in (solver.lp, solver.mip):
            outcome = solve(program(0))
            assert (outcome.status, outcome.objective) == (Status.OPTIMAL, 0.0)


ARC = np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64)


def test_statuses_of_the_flow_solver_that_are_no_exceptions_are_read():
    one = np.ones(1, dtype=np.int64)
    with pytest.raises(SolverError, match="UNBALANCED"):
        min_cost_flow(ARC, one, one, np.array([1, 0]))
    with pytest.raises(FlowsTooLargeError, match="BAD_COST_RANGE"):
        min_cost_flow(ARC, one, one * 2**62, np.array([1, -1]))
    assert min_cost_flow(ARC, one, one, np.array([2, -2])) is None  # infeasible


def test_a_flow_that_does_not_balance_says_so_and_a_cost_of_parts_of_a_unit_is_refused():
    asked = {"tail": [0], "head": [1], "capacity": [2]}
    unbalanced = MinCostFlow(**asked, unit_cost=[3], supply=[1, 0]).solve()
    assert unbalanced.status is Status.INFEASIBLE
    with pytest.raises(ValueError, match="unit_cost"):
        MinCostFlow(**asked, unit_cost=[0.5], supply=[1, -1])
