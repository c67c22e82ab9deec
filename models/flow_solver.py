"""The door to OR-Tools for flows of whole numbers: SimpleMinCostFlow and SimpleMaxFlow.

Neither knows a time limit or Ctrl-C, so they run in the solver's child process, too. Small ones run here: what takes
milliseconds should not wait a quarter of a second for a process. Beside highspy nothing runs here: its library and
OR-Tools' clash in one process.
"""

import sys
from math import inf

import numpy as np

from models import solver_child
from models.arrays import Integers
from models.errors import SolverError
from models.solver import Solver

SMALL_ARCS = 1_000  # measured: the hardest graphs found (one long chain) take 0.1 s at this size, most take 1 ms


class FlowsTooLargeError(SolverError):
    """The numbers are beyond what the solver of whole numbers can hold."""


def min_cost_flow(
    ends: tuple[Integers, Integers], capacity: Integers, unit_cost: Integers, supply: Integers, limit_s: float = inf
) -> Integers | None:
    """Return a cheapest flow [arc], None if no flow ships the supply; `ends`: tails and heads.

    Raises
    ------
    TimeoutError
        If the limit comes first.
    FlowsTooLargeError
        If costs are beyond its range.
    SolverError
        If the solver fails.
    """
    status, flow = _ask(solver_child.MIN_COST_FLOW, (*ends, capacity, unit_cost, supply), limit_s)
    if status == "INFEASIBLE":
        return None
    if status in {"BAD_COST_RANGE", "BAD_CAPACITY_RANGE"}:
        raise FlowsTooLargeError(f"SimpleMinCostFlow cannot hold these numbers: {status}")
    if status != "OPTIMAL":
        raise SolverError(f"SimpleMinCostFlow gave up: {status}")
    return flow


def max_flow(
    ends: tuple[Integers, Integers],
    capacity: Integers,
    source: int,
    sink: int,
    limit_s: float = inf,
    solver: Solver | None = None,
) -> Integers:
    """Return a largest flow [arc] from `source` to `sink`; `solver`: whose process is asked, None: one of its own.

    Raises
    ------
    TimeoutError
        If the limit comes first.
    SolverError
        If the solver fails.
    """
    status, flow = _ask(solver_child.MAX_FLOW, (*ends, capacity, np.array([source, sink])), limit_s, solver)
    if status != "OPTIMAL":
        raise SolverError(f"SimpleMaxFlow gave up: {status}")
    return flow


def _ask(kind: int, arrays: tuple[Integers, ...], limit_s: float, solver: Solver | None = None) -> tuple[str, Integers]:
    arcs, nodes = arrays[0].size, arrays[-1].size
    content = np.concatenate([[arcs, nodes], *arrays]).astype(np.int64).tobytes()
    if arcs <= SMALL_ARCS and "highspy" not in sys.modules:
        works, answer = solver_child.answer(kind, content, b"")
    elif solver is not None:
        works, answer = solver.ask_flow(kind, content, limit_s)
    else:
        with Solver() as own:
            works, answer = own.ask_flow(kind, content, limit_s)
    if not works:
        raise SolverError(f"OR-Tools refused the flow ({nodes} nodes, {arcs} arcs): {answer.decode()}")
    status, _, flow = answer.partition(b"\n")
    return status.decode(), np.frombuffer(flow, dtype=np.int64).copy()
