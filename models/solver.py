"""The one door to OR-Tools: a program goes in, status, values and bound come out.

Solves run in a child process (`solver_child.py`) that lives as long as the `Solver`: the time limit holds even if
the solver forgets it, Ctrl-C is immediate, a crash is an exception. The child is a plain script that is given
protobuf messages through its pipes: no pickle, no import of the caller's `__main__`, the same on Windows and
in notebooks. Starting it takes 0.25 s, which passes while the parent prepares its model. The parent also watches
how much memory it takes (`memory.py`), and ends it before it takes what others need.
"""

import contextlib
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, replace
from math import inf, isfinite
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from ortools.math_opt import model_parameters_pb2, parameters_pb2, result_pb2, solution_pb2

from models import solver_child
from models.arrays import Floats, Integers
from models.clock import Clock
from models.errors import SolverError, SolverMemoryError
from models.memory import BYTES_PER_GB, allowed_bytes, taken_bytes
from models.program import Program
from models.status import Status

GLOP = parameters_pb2.SOLVER_TYPE_GLOP
HIGHS = parameters_pb2.SOLVER_TYPE_HIGHS
SCIP = parameters_pb2.SOLVER_TYPE_GSCIP
PATIENCE_S = 15.0  # with GLOP, which needs less for all that it can do
TICK_S = 0.1  # Windows notices Ctrl-C only between two waits
AT_ONCE = 4096  # bytes that every pipe holds, though nobody reads
TIGHT, LOOSE = 1e-9, 1e-7
SEARCHES = tuple(  # of HiGHS for plans, for which its own measure of effort leaves room
    f"mip_heuristic_run_{name}" for name in ("rins", "rens", "root_reduced_cost", "feasibility_jump")
)
AT_LOWER = solution_pb2.BASIS_STATUS_AT_LOWER_BOUND
AT_UPPER = solution_pb2.BASIS_STATUS_AT_UPPER_BOUND
FIXED = solution_pb2.BASIS_STATUS_FIXED_VALUE
BASIC = solution_pb2.BASIS_STATUS_BASIC

CLASH = (
    "\nOR-Tools cannot be loaded. It and highspy cannot be in one process (their libraries clash): see that nothing "
    "loads highspy when Python starts (sitecustomize, .pth files)"
)

STATUS = {
    result_pb2.TERMINATION_REASON_OPTIMAL: Status.OPTIMAL,
    result_pb2.TERMINATION_REASON_FEASIBLE: Status.FEASIBLE,
    result_pb2.TERMINATION_REASON_INFEASIBLE: Status.INFEASIBLE,
    result_pb2.TERMINATION_REASON_UNBOUNDED: Status.UNBOUNDED,
    result_pb2.TERMINATION_REASON_NO_SOLUTION_FOUND: Status.NO_SOLUTION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the solver found; `values` [variable] and `prices` [row] are empty where there are none.

    A price is what one unit more of the row's bound is worth: 0 or more for an upper bound that binds.
    """

    status: Status
    objective: float
    bound: float
    values: Floats
    prices: Floats
    stopped: str
    basis: "Basis | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Where a simplex method stands: a status (`BASIC` and so on) for each `variable` and each `row`."""

    variable: Integers
    row: Integers


class _GaveUpError(SolverError):
    """The solver ended without a reason one can rely on, for example imprecise."""


class _RefusedError(SolverError):
    """OR-Tools says that a program, or what the solver made of it, is not as it should be."""


class _StuckError(SolverError):
    """The solver began and ended in an error of its own."""


class _UnclearError(_GaveUpError):
    """The program is infeasible or unbounded, and the solver cannot tell which."""


class Solver:
    """A child process that solves programs one after the other; close it, or use it in a `with` statement."""

    def __init__(self) -> None:
        self._allowed_bytes = allowed_bytes()
        self._asked = ""
        self._start()

    def _start(self) -> None:
        self._notes = tempfile.TemporaryFile()  # noqa: SIM115  (closed by close)
        self._answers: queue.SimpleQueue[tuple[bool, bytes] | None] = queue.SimpleQueue()
        # -P: the script's own folder holds names such as `status`, which must not stand before the library's
        self._process = subprocess.Popen(  # noqa: S603  (our own script under our own interpreter)
            [sys.executable, "-P", str(Path(solver_child.__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._notes,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_ended(self) -> bool:
        """Tell whether the child process is gone: closed, or dead."""
        return self._process.poll() is not None

    def close(self) -> None:
        """End the child process; closing twice does nothing."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not written is of no use to the dead
                    pipe.close()
        self._notes.close()

    def lp(self, program: Program, *, limit_s: float = inf, patience_s: float = PATIENCE_S) -> Outcome:
        """Solve a linear program with GLOP (dual simplex), or with HiGHS where GLOP finds it too hard numerically.

        `patience_s`: how long GLOP may take.

        Raises
        ------
        SolverError
            If the solver refuses the program, crashes or cannot be started.
        """
        parameters = parameters_pb2.SolveParametersProto(lp_algorithm=parameters_pb2.LP_ALGORITHM_DUAL_SIMPLEX)
        clock = Clock(limit_s)
        try:
            outcome = self._solve(GLOP, program, parameters, min(limit_s, patience_s))
        except _GaveUpError:
            return self._solve(HIGHS, program, parameters, clock.left_s)
        if outcome.status is Status.NO_SOLUTION and not clock.is_over:  # now and then GLOP goes round in circles
            return self._solve(HIGHS, program, parameters, clock.left_s)
        return outcome

    def lp_from(
        self, program: Program, basis: Basis, *, limit_s: float = inf, dual: bool = False, patience_s: float = inf
    ) -> Outcome:
        """Solve a linear program with GLOP's simplex from `basis`; the outcome holds the last basis.

        `dual`: by the dual method, which goes on where rows were added; the primal one does where columns were.
        `patience_s`: how long that may take before `lp` is asked, with the same patience; inf: with its own.

        Raises
        ------
        SolverError
            If the solver refuses the program, crashes or cannot be started.
        """
        parameters = parameters_pb2.SolveParametersProto(
            lp_algorithm=parameters_pb2.LP_ALGORITHM_DUAL_SIMPLEX
            if dual
            else parameters_pb2.LP_ALGORITHM_PRIMAL_SIMPLEX
        )
        parameters.presolve = parameters_pb2.EMPHASIS_OFF  # it would forget the basis
        start = model_parameters_pb2.ModelSolveParametersProto()
        for given, vector in (
            (basis.variable, start.initial_basis.variable_status),
            (basis.row, start.initial_basis.constraint_status),
        ):
            vector.ids.extend(range(given.size))
            vector.values.extend(given.tolist())
        clock, anew_s = Clock(limit_s), patience_s if isfinite(patience_s) else PATIENCE_S
        try:
            outcome = self._solve(GLOP, program, parameters, min(limit_s, patience_s), start)
        except _GaveUpError:
            return self.lp(program, limit_s=clock.left_s, patience_s=anew_s)
        if outcome.status is Status.NO_SOLUTION and patience_s < limit_s and not clock.is_over:
            return self.lp(program, limit_s=clock.left_s, patience_s=anew_s)
        return outcome

    def mip(  # noqa: PLR0913  (settings of the solver, each with a usual value)
        self,
        program: Program,
        *,
        relative_gap: float = 0.0,
        seed: int = 0,
        limit_s: float = inf,
        is_small: bool = False,
        presolve: bool = True,
        heuristics: bool = True,
    ) -> Outcome:
        """Solve a mixed-integer program with HiGHS; `is_small`: no restarts, which take longer than a small tree.

        `heuristics` False: it looks for no plans beside its tree, where the caller knows a good one.
        `presolve` False: the program as it is; HiGHS's presolve has called small feasible programs infeasible.

        Raises
        ------
        SolverError
            If the solver refuses the program, crashes or cannot be started.
        """
        parameters = parameters_pb2.SolveParametersProto(relative_gap_tolerance=relative_gap, random_seed=seed)
        parameters.absolute_gap_tolerance = 0.0
        parameters.highs.int_options["threads"] = 1  # MathOpt refuses its own `threads` for HiGHS
        _set_tolerances(parameters, TIGHT)
        parameters.highs.bool_options["mip_allow_restart"] = not is_small
        if not heuristics:
            parameters.heuristics = parameters_pb2.EMPHASIS_OFF
            for name in SEARCHES:
                parameters.highs.bool_options[name] = False
        if not presolve:
            parameters.presolve = parameters_pb2.EMPHASIS_OFF
        clock = Clock(limit_s)
        # a row made larger may be one that HiGHS does not keep so exactly, and one with sides of 1e7, or left so, too
        first, second = self._evenly, self._exactly
        if program.integer is None or not program.integer.any():
            first, second = second, first
        asked = parameters_pb2.SolveParametersProto()
        asked.CopyFrom(parameters)  # the first may loosen its own
        try:
            return first(program, asked, clock)
        except _RefusedError:
            return second(program, parameters, clock)

    def _evenly(self, program: Program, parameters: parameters_pb2.SolveParametersProto, clock: Clock) -> Outcome:
        scale = program.even_scale()
        outcome = self._exactly(program.with_rows_times(scale), parameters, clock)
        return replace(outcome, prices=outcome.prices * scale) if outcome.prices.size else outcome

    def _exactly(self, program: Program, parameters: parameters_pb2.SolveParametersProto, clock: Clock) -> Outcome:
        try:
            return self._solve(HIGHS, program, parameters, clock.left_s)
        except _UnclearError:  # presolve sees that there is no optimum before it can tell why
            parameters.presolve = parameters_pb2.EMPHASIS_OFF
            return self._solve(HIGHS, program, parameters, clock.left_s)
        except _StuckError:  # rare: a relaxation that HiGHS cannot solve so exactly; the bound of a looser one holds
            return self._loosely(program, parameters, clock)

    def _loosely(self, program: Program, parameters: parameters_pb2.SolveParametersProto, clock: Clock) -> Outcome:
        """Solve less exactly, and by SCIP where HiGHS ends in an error again: costs a billion apart can do that."""
        _set_tolerances(parameters, LOOSE)
        try:
            return self._solve(HIGHS, program, parameters, clock.left_s)
        except _StuckError:
            parameters.ClearField("highs")
            return self._solve(SCIP, program, parameters, clock.left_s)

    def ask_flow(self, kind: int, content: bytes, limit_s: float) -> tuple[bool, bytes]:
        """Pass on a flow of whole numbers (see `flow_solver`), which knows no limit of its own.

        Raises
        ------
        TimeoutError
            If the limit came first; the process is ended.
        SolverError
            If the process crashes.
        SolverMemoryError
            If it takes more memory than it may.
        """
        self._asked = f"a flow given in {len(content):,} bytes"
        try:
            return self._ask(kind, content, b"", limit_s)
        except BaseException:
            self.close()
            raise

    def _solve(
        self,
        solver_type: int,
        program: Program,
        parameters: parameters_pb2.SolveParametersProto,
        limit_s: float,
        start: model_parameters_pb2.ModelSolveParametersProto | None = None,
    ) -> Outcome:
        clock = Clock(limit_s)
        self._asked = f"a program of {program.size}"
        model = program.to_bytes()
        if isfinite(limit_s):
            if clock.is_over:
                return _nothing("the time limit came before the solver began")
            parameters.time_limit.FromNanoseconds(max(int(clock.left_s * 1e9), 1))
        content = parameters.SerializeToString()
        if start is not None:
            solver_type += solver_child.WARM
            content = solver_child.START.pack(len(content)) + content + start.SerializeToString()
        try:
            works, content = self._ask(solver_type, model, content, clock.left_s * 1.05 + 0.5)
        except TimeoutError:
            self.close()
            self._start()
            return _nothing("time limit; the solver did not keep it and was ended")
        except BaseException:
            self.close()
            raise
        if not works:
            kind = _StuckError if b"kError" in content else _GaveUpError if b"ABNORMAL" in content else _RefusedError
            raise kind(f"OR-Tools refused the program ({program.size}): {content.decode()}")
        return _outcome(result_pb2.SolveResultProto.FromString(content), program)

    def _ask(self, solver_type: int, model: bytes, parameters: bytes, patience_s: float) -> tuple[bool, bytes]:
        clock = Clock(patience_s)
        if self._notes.closed:
            raise self._death()
        self._hand_over(solver_child.REQUEST.pack(solver_type, len(model), len(parameters)) + model + parameters)
        while not clock.is_over:
            try:
                answer = self._answers.get(timeout=TICK_S)
            except queue.Empty:
                self._watch()
                continue
            if answer is None:
                raise self._death()
            return answer
        raise TimeoutError

    def _hand_over(self, request: bytes) -> None:
        """Send a request; a large one from a thread, for a process that does not even read must not hold its parent."""
        if len(request) <= AT_ONCE:
            self._send(request)
        else:
            threading.Thread(target=self._send, args=(request,), daemon=True).start()

    def _watch(self) -> None:
        """End a process that takes more memory than it may, before it takes what others need."""
        taken = taken_bytes(self._process.pid)
        if taken is None or taken <= self._allowed_bytes:
            return
        self.close()
        raise SolverMemoryError(
            f"the solver took {taken / BYTES_PER_GB:.2f} GB for {self._asked}; "
            f"{self._allowed_bytes / BYTES_PER_GB:.2f} GB are allowed, so it was ended. Allow more (--memory, or "
            "SOLVER_MEMORY_GB in the environment), or ask for less"
        )

    def _send(self, message: bytes) -> None:
        pipe = self._process.stdin
        with contextlib.suppress(OSError, ValueError):  # the pipe was closed, there or here: the listener tells
            if pipe is not None:
                pipe.write(message)
                pipe.flush()

    def _listen(self) -> None:
        pipe = self._process.stdout
        try:
            while pipe is not None and (header := pipe.read(solver_child.ANSWER.size)):
                works, size = solver_child.ANSWER.unpack(header)
                content = pipe.read(size)
                if len(content) == size:  # else it died in the middle of a sentence
                    self._answers.put((works, content))
        except (OSError, ValueError, MemoryError):
            pass  # closed by us, or cut off in the middle: the end is told below
        self._answers.put(None)

    def _death(self) -> SolverError:
        if self._notes.closed:
            return SolverError("the solver's process was ended before; make a new Solver")
        code = self._process.wait()
        self._notes.seek(0)
        words = self._notes.read().decode(errors="replace").strip().splitlines()[-1:]
        asked = f" with {self._asked}" if self._asked else ""
        text = f"the solver's process died ({_cause(code)}){asked}" + "".join(f": {line}" for line in words)
        hint = CLASH if any("ImportError" in line for line in words) else ""
        return SolverError(text + hint)


def _set_tolerances(parameters: parameters_pb2.SolveParametersProto, tolerance: float) -> None:
    for name in ("mip_feasibility_tolerance", "primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        parameters.highs.double_options[name] = tolerance


def _cause(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    name = signal.Signals(-code).name
    return f"{name}, most often for want of memory" if name == "SIGKILL" else name


def _nothing(stopped: str, status: Status = Status.NO_SOLUTION, bound: float = -inf) -> Outcome:
    none = np.empty(0)
    return Outcome(status=status, objective=inf, bound=bound, values=none, prices=none, stopped=stopped)


def _outcome(result: result_pb2.SolveResultProto, program: Program) -> Outcome:
    """Read the reason first: HiGHS and SCIP give values with UNBOUNDED, too."""
    termination = result.termination
    reason = result_pb2.TerminationReasonProto.Name(termination.reason).removeprefix("TERMINATION_REASON_").lower()
    stopped = f"{reason.replace('_', ' ')}{': ' + termination.detail if termination.detail else ''}"
    status = STATUS.get(termination.reason)
    if termination.reason == result_pb2.TERMINATION_REASON_INFEASIBLE_OR_UNBOUNDED:
        raise _UnclearError(f"OR-Tools could not tell infeasible from unbounded ({program.size})")
    if status is None:
        raise _GaveUpError(f"OR-Tools gave up on the program ({program.size}): {stopped}")
    if status not in {Status.OPTIMAL, Status.FEASIBLE} or not result.solutions:
        return _nothing(
            stopped, status, inf if status is Status.INFEASIBLE else termination.objective_bounds.dual_bound
        )
    best = result.solutions[0]
    return Outcome(
        status=status,
        objective=best.primal_solution.objective_value,
        bound=termination.objective_bounds.dual_bound,
        values=np.array(best.primal_solution.variable_values.values, dtype=np.float64),
        prices=-np.array(best.dual_solution.dual_values.values, dtype=np.float64),
        stopped=stopped,
        basis=_basis(best.basis) if best.HasField("basis") else None,
    )


def _basis(basis: solution_pb2.BasisProto) -> Basis:
    return Basis(
        variable=np.array(basis.variable_status.values, dtype=np.int64),
        row=np.array(basis.constraint_status.values, dtype=np.int64),
    )
