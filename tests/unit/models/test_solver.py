"""The door to OR-Tools: statuses, limits, crashes."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from ortools.math_opt import parameters_pb2, result_pb2

from models import SolverError, Status, solver_child
from models.program import Matrix, Program
from models.solver import GLOP, HIGHS, PATIENCE_S, SCIP, Solver, _GaveUpError, _nothing, _outcome, _StuckError


def program(cost, lower, upper, rows=(), *, integer=None, offset=0.0):
    """Return a program; each row is (coefficients, low, high)."""
    dense = np.array([row[0] for row in rows], dtype=float).reshape(len(rows), len(cost))
    row, column = np.nonzero(dense)
    return Program(
        cost=np.array(cost, dtype=float),
        lower=np.array(lower, dtype=float),
        upper=np.array(upper, dtype=float),
        matrix=Matrix(row=row, column=column, value=dense[row, column]),
        row_lower=np.array([row[1] for row in rows], dtype=float),
        row_upper=np.array([row[2] for row in rows], dtype=float),
        integer=None if integer is None else np.array(integer),
        offset=offset,
    )


def market_split(columns=40, rows=5):
    """Return a small program that no branch and bound ends in a minute (Cornuejols, Dawande 1999)."""
    rng = np.random.default_rng(1)
    weight = rng.integers(0, 100, (rows, columns))
    lines = [
        (np.concatenate([line, np.eye(rows)[at], -np.eye(rows)[at]]), line.sum() // 2, line.sum() // 2)
        for at, line in enumerate(weight)
    ]
    size = columns + 2 * rows
    return program(
        [0] * columns + [1] * (2 * rows), [0] * size, [1] * columns + [1e4] * (2 * rows), lines,
        integer=[True] * columns + [False] * (2 * rows),
    )  # fmt: skip


def test_a_linear_program_gives_value_and_prices(kept_solver):
    # max 3 x + 2 y, x + y <= 4, x <= 3: x = 3, y = 1, value 11; one more unit of the first row is worth 2
    outcome = kept_solver.lp(program([-3, -2], [0, 0], [3, np.inf], [([1, 1], -np.inf, 4)], offset=1.0))
    assert outcome.status is Status.OPTIMAL
    assert outcome.objective == pytest.approx(-10.0)
    assert outcome.values == pytest.approx([3.0, 1.0])
    assert outcome.prices == pytest.approx([2.0])


def test_a_mixed_integer_program_gives_whole_values_and_a_bound(kept_solver):
    outcome = kept_solver.mip(program([-1, -2], [0, 0], [9, 9], [([1, 1], -np.inf, 3.5)], integer=[True, True]))
    assert outcome.status is Status.OPTIMAL
    assert outcome.values == pytest.approx([0.0, 3.0])
    assert outcome.objective == outcome.bound == pytest.approx(-6.0)


def test_a_row_of_coefficients_far_above_the_others_does_not_hide_the_best_plan(kept_solver):
    # two flows, each at its own free site with room for far more: both save, -1000. With the room's rows as they are
    # HiGHS's presolve shut the first site (-570.02979257 as the optimum)
    saved, amount, room = (429.97020743, 570.02979257), (504.3174399302453, 495.68256006975486), 83976491.40805659
    rows = [
        ([1, 0, 0, 0], -np.inf, 1), ([0, 1, 0, 0], -np.inf, 1),
        ([1, 0, -1, 0], -np.inf, 0), ([0, 1, 0, -1], -np.inf, 0),
        ([1, 0, -1, 0], -np.inf, 0), ([0, 1, 0, -1], -np.inf, 0),
        ([amount[0], 0, -room, 0], -np.inf, 0), ([0, amount[1], 0, -room], -np.inf, 0),
        ([0, 0, 1, 0], 0, 1), ([0, 0, 0, 1], 0, 1), ([0, 0, 1, 1], 0, 2),
    ]  # fmt: skip
    outcome = kept_solver.mip(
        program([-saved[0], -saved[1], 0, 0], [0] * 4, [1] * 4, rows, integer=[False, False, True, True])
    )
    assert outcome.objective == outcome.bound == pytest.approx(-1000.0)


def test_rows_made_even_keep_their_digits_solutions_and_prices(kept_solver):
    # max 3 x + 2 y, x + y <= 4, x <= 3 (see above), its rows in tonnes and in billionths
    odd = program([-3, -2], [0, 0], [9, np.inf], [([3e7, 3e7], -np.inf, 12e7), ([7e-6, 0], -np.inf, 21e-6)])
    scale = odd.even_scale()
    even = odd.with_rows_times(scale)
    assert (np.frexp(scale)[0] == 0.5).all()
    assert (np.abs(even.matrix.value) >= 1.0).all()
    assert (np.abs(even.matrix.value) < 2.0).all()
    assert (even.with_rows_times(1 / scale).matrix.value == odd.matrix.value).all()
    outcome = kept_solver.mip(odd)
    assert outcome.values == pytest.approx([3.0, 1.0])
    assert outcome.prices == pytest.approx([2.0 / 3e7, 1.0 / 7e-6])


def test_a_row_is_as_large_as_its_largest_term_can_become():
    # 1e4 x with x <= 2e-4 comes to 2 at most: the row is of the size of its room, 1.75, and not of a flow of 1e4
    room = program([1, 1], [0, 0], [2e-4, 1], [([1e4, -1.75], -np.inf, 0)])
    assert room.even_scale().tolist() == [0.5]


def test_a_row_of_nothing_but_roundings_is_not_made_larger():
    noise = program([1, 1], [0, 0], [1, 1], [([1e-17, 0], 0, 0), ([0, 0], 0, 0)])
    assert noise.even_scale().tolist() == [1.0, 1.0]


def test_no_variables_at_all_cost_the_offset(kept_solver):
    for solve in (kept_solver.lp, kept_solver.mip):
        outcome = solve(program([], [], [], offset=7.0))
        assert (outcome.status, outcome.objective) == (Status.OPTIMAL, 7.0)


def test_infeasible_is_a_status_and_has_no_values(kept_solver):
    outcome = kept_solver.mip(program([1], [0], [1], [([1], 2, 3)], integer=[True]))
    assert outcome.status is Status.INFEASIBLE
    assert outcome.values.size == 0
    assert outcome.objective == outcome.bound == np.inf


def test_unbounded_is_a_status_and_its_values_are_not_read(kept_solver):
    outcome = kept_solver.mip(program([-1, 0], [0, 0], [np.inf, 1], [([1, -1], 0, np.inf)], integer=[False, True]))
    assert outcome.status is Status.UNBOUNDED
    assert outcome.values.size == 0


@pytest.mark.fault("F29")
def test_what_the_solver_refuses_is_said_in_its_own_words(kept_solver):
    with pytest.raises(SolverError, match="does not support integer variables"):
        kept_solver.lp(program([1], [0], [1], integer=[True]))
    assert kept_solver.lp(program([1], [2], [3])).objective == 2.0  # the process lives on


def test_nan_is_refused_by_the_solver_with_its_reason(kept_solver):
    with pytest.raises(SolverError, match="1 variables"):
        kept_solver.lp(program([np.nan], [0], [1]))


@pytest.mark.fault("F8")
def test_a_limit_is_kept_and_the_bound_so_far_is_reported(kept_solver):
    start = time.monotonic()
    outcome = kept_solver.mip(market_split(), limit_s=1.0)
    assert time.monotonic() - start < 1.0 * 1.1 + 1.0
    assert outcome.status in {Status.FEASIBLE, Status.NO_SOLUTION}
    assert outcome.bound <= outcome.objective


def test_no_time_at_all_is_no_solution(kept_solver):
    assert kept_solver.mip(market_split(), limit_s=0.0).status is Status.NO_SOLUTION


@pytest.mark.fault("F8")
def test_a_solver_that_forgets_its_limit_is_ended_and_the_next_solve_works(monkeypatch):
    with Solver() as solver:
        ask = solver._ask
        forgetful = parameters_pb2.SolveParametersProto().SerializeToString()
        monkeypatch.setattr(solver, "_ask", lambda kind, model, _, patience: ask(kind, model, forgetful, patience))
        outcome = solver.mip(market_split(), limit_s=0.3)
        assert outcome.status is Status.NO_SOLUTION
        assert "was ended" in outcome.stopped
        monkeypatch.undo()
        assert solver.lp(program([1], [2], [3])).objective == 2.0


@pytest.mark.fault("F9")
def test_a_crash_of_the_solver_names_the_signal():
    with Solver() as solver:
        os.kill(solver._process.pid, signal.SIGKILL)
        with pytest.raises(SolverError, match="SIGKILL, most often for want of memory"):
            solver.lp(program([1], [2], [3]))


@pytest.mark.fault("F9")
def test_a_crash_in_the_middle_of_a_solve_is_noticed_at_once(monkeypatch):
    with Solver() as solver:
        send = solver._send

        def send_then_kill(message):
            send(message)
            os.kill(solver._process.pid, signal.SIGSEGV)

        monkeypatch.setattr(solver, "_send", send_then_kill)
        with pytest.raises(SolverError, match="SIGSEGV"):
            solver.mip(market_split(), limit_s=30.0)


@pytest.mark.fault("F9")
def test_a_crash_in_the_middle_of_an_answer_is_a_crash_and_no_answer(monkeypatch, tmp_path):
    script = tmp_path / "cut_short.py"
    script.write_text(
        "import struct, sys; sys.stdin.buffer.read(4)\n"
        "sys.stdout.buffer.write(struct.pack('<?Q', True, 1000) + b'half'); sys.exit(3)",
        encoding="utf-8",
    )
    monkeypatch.setattr(solver_child, "__file__", str(script))
    with Solver() as solver, pytest.raises(SolverError, match="exit code 3"):
        solver.lp(program([1], [2], [3]))


def test_a_closed_solver_says_so_and_closing_twice_is_harmless():
    solver = Solver()
    solver.close()
    solver.close()
    with pytest.raises(SolverError, match="ended before"):
        solver.lp(program([1], [2], [3]))


def test_a_process_that_cannot_start_tells_its_last_words(monkeypatch):
    monkeypatch.setenv("PYTHONHOME", "nowhere")
    with Solver() as solver, pytest.raises(SolverError, match="exit code 1"):
        solver.lp(program([1], [2], [3]))


def test_the_seed_reaches_the_solver(monkeypatch):
    seen = []
    with Solver() as solver:
        ask = solver._ask

        def spy(kind, model, parameters, patience):
            seen.append((kind, parameters_pb2.SolveParametersProto.FromString(parameters)))
            return ask(kind, model, parameters, patience)

        monkeypatch.setattr(solver, "_ask", spy)
        solver.mip(program([1], [2], [3], integer=[True]), seed=7, relative_gap=0.25)
    (kind, parameters) = seen[0]
    assert (kind, parameters.random_seed, parameters.relative_gap_tolerance) == (HIGHS, 7, 0.25)


def test_a_program_on_which_highs_ends_in_an_error_is_solved_by_scip(kept_solver, monkeypatch):
    """As one of three variables was, whose costs lay a billion apart."""
    solve, asked = Solver._solve, []

    def stuck(self, solver_type, *what):
        asked.append(solver_type)
        if solver_type == HIGHS:
            raise _StuckError("HighsStatus: kError")
        return solve(self, solver_type, *what)

    monkeypatch.setattr(Solver, "_solve", stuck)
    outcome = kept_solver.mip(program([3, 2], [0, 0], [9, 9], [([2, 2], 5, np.inf)], integer=[True, True]))
    assert (outcome.status, outcome.objective) == (Status.OPTIMAL, 6.0)
    assert outcome.bound == pytest.approx(6.0)
    assert asked == [HIGHS, HIGHS, SCIP]


@pytest.mark.parametrize("first", ["gives up", "goes round in circles"])
def test_a_linear_program_that_glop_does_not_end_is_solved_by_highs(kept_solver, monkeypatch, first):
    true, asked = kept_solver._solve, []

    def solve(kind, *rest):
        asked.append(kind)
        if kind != GLOP:
            return true(kind, *rest)
        if first == "gives up":
            raise _GaveUpError("imprecise")
        return _nothing("time limit")

    monkeypatch.setattr(kept_solver, "_solve", solve)
    asked_for = program([-3, -2], [0, 0], [3, np.inf], [([1, 1], -np.inf, 4)])
    assert kept_solver.lp(asked_for).objective == pytest.approx(-11.0)  # x = 3, y = 1
    assert asked == [GLOP, HIGHS]


def test_a_program_that_glop_gives_up_on_from_a_basis_is_begun_anew(kept_solver, monkeypatch):
    asked_for = program([-3, -2], [0, 0], [3, np.inf], [([1, 1], -np.inf, 4)])
    basis = kept_solver.lp(asked_for).basis
    true, warm = kept_solver._solve, []

    def solve(kind, asked_for, parameters, limit_s, start=None):
        warm.append(start is not None)
        if start is not None:
            raise _GaveUpError("imprecise")
        return true(kind, asked_for, parameters, limit_s)

    monkeypatch.setattr(kept_solver, "_solve", solve)
    assert kept_solver.lp_from(asked_for, basis).objective == pytest.approx(-11.0)
    assert warm == [True, False]


@pytest.mark.parametrize(
    ("first", "given", "anew_s"),
    [
        ("gives up", {"patience_s": 2.0}, 2.0),
        ("goes round in circles", {"patience_s": 2.0}, 2.0),
        ("gives up", {}, PATIENCE_S),
    ],
)
def test_a_program_begun_anew_has_the_patience_that_was_given(kept_solver, monkeypatch, first, given, anew_s):
    asked_for = program([-3, -2], [0, 0], [3, np.inf], [([1, 1], -np.inf, 4)])
    basis, asked = kept_solver.lp(asked_for).basis, []

    def solve(kind, _program, _parameters, limit_s, start=None):
        asked.append((kind, limit_s))
        if first == "gives up" and start is not None:
            raise _GaveUpError("imprecise")
        return _nothing("time limit")

    monkeypatch.setattr(kept_solver, "_solve", solve)
    kept_solver.lp_from(asked_for, basis, limit_s=3600.0, **given)
    assert [kind for kind, _ in asked] == [GLOP, GLOP, HIGHS]
    assert asked[1][1] == anew_s


def test_an_end_that_is_no_answer_is_told_with_the_size_of_the_program_and_the_reason():
    ended = result_pb2.SolveResultProto()
    ended.termination.reason = result_pb2.TERMINATION_REASON_IMPRECISE
    ended.termination.detail = "scaled too far"
    with pytest.raises(_GaveUpError, match=r"gave up on the program \(1 variables.*\): imprecise: scaled too far"):
        _outcome(ended, program([1], [0], [1]))


def test_the_solver_s_process_answers_each_request_and_ends_with_its_input():
    # what is asked: a program, the same from where a simplex would begin, no program at all, a flow of 3 for 2 a unit
    model = program([-3, -2], [0, 0], [3, np.inf], [([1, 1], -np.inf, 4)]).to_bytes()
    flow = np.array([1, 2, 0, 1, 5, 2, 3, -3]).tobytes()
    warm = solver_child.START.pack(0)
    requests = [(GLOP, model, b""), (GLOP + solver_child.WARM, model, warm), (GLOP, b"no model", b"")]
    requests.append((solver_child.MIN_COST_FLOW, flow, b""))
    sent = b"".join(solver_child.REQUEST.pack(kind, len(one), len(more)) + one + more for kind, one, more in requests)
    command = [sys.executable, "-P", solver_child.__file__]
    left = subprocess.run(command, input=sent, capture_output=True, check=True).stdout
    answers = []
    while left:
        works, size = solver_child.ANSWER.unpack_from(left)
        answers.append((works, left[solver_child.ANSWER.size :][:size]))
        left = left[solver_child.ANSWER.size + size :]
    assert [works for works, _ in answers] == [True, True, False, True]
    for _, content in answers[:2]:
        result = result_pb2.SolveResultProto.FromString(content)
        assert result.solutions[0].primal_solution.objective_value == pytest.approx(-11.0)
    assert b"pars" in answers[2][1].lower()  # the message does not parse
    assert answers[3][1] == b"OPTIMAL\n" + np.array([3]).tobytes()
