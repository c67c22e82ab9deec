"""Min-cost flow as a linear program: for comparison, and for costs beyond the range of whole-number solvers.

A basic solution of it is whole; what floats make of it is rounded, and kept only if it is a flow.
"""

import numpy as np

from models.arrays import Integers
from models.flows.instance import Instance, room
from models.program import Matrix, Program
from models.solver import Solver
from models.status import Status


def flow_by_program(instance: Instance, solver: Solver, limit_s: float) -> tuple[Status, Integers | None]:
    """Return how it ended, and the flow [arc]."""
    arcs = instance.tail.size
    each = np.arange(arcs)
    moves = instance.tail != instance.head
    ends = ((instance.tail[moves], each[moves], 1.0), (instance.head[moves], each[moves], -1.0))
    unit = max(float(np.abs(instance.unit_cost).max(initial=0)), 1.0)
    program = Program(
        cost=instance.unit_cost / unit,
        lower=np.zeros(arcs),
        upper=room(instance).astype(np.float64),
        matrix=Matrix.stack(*ends),
        row_lower=instance.supply.astype(np.float64),
        row_upper=instance.supply.astype(np.float64),
    )
    outcome = solver.lp(program, limit_s=limit_s)
    if outcome.values.size != arcs or outcome.status not in {Status.OPTIMAL, Status.FEASIBLE}:
        return outcome.status, None
    flow = np.rint(outcome.values).astype(np.int64)
    return outcome.status, flow


def net_supply(instance: Instance, flow: Integers) -> Integers:
    """Return what leaves a node less what arrives [node]."""
    net = np.zeros(instance.supply.size, dtype=np.int64)
    np.add.at(net, instance.tail, flow)
    np.subtract.at(net, instance.head, flow)
    return net
