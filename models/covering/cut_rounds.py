"""The relaxation of maximal covering solved exactly, round by round of Benders cuts, and then with whole openings.

Cuts are found half-way between the best fractional openings met and those of the master program (in-out: Ben-Ameur,
Neto, Networks 49, 2007). The cuts' prices mix their multipliers to those of the Lagrangian bound, which is then
evaluated anew: no bound from here rests on the rounding of a linear program.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats
from models.clock import Clock
from models.covering.cell_master import Master
from models.covering.lists import CLOSED, FREE, States
from models.solver import PATIENCE_S, Outcome, Solver
from models.status import Status

INWARD = 0.5
CLOSE = 3e-5  # of the value: as exactly as the relaxation is solved
MOST_ROUNDS = 100
PATIENCE_SHARE = 0.1  # of the time, for one program: the simplex method may go round in circles on a small one
FEW = 10  # new cuts: fewer, and the master's own openings are asked, too


@dataclass(slots=True)
class Relaxed:
    """Openings y [site] and multipliers u, v [client] of the relaxation, almost best."""

    y: Floats
    u: Floats
    v: Floats


def relaxed(master: Master, state: States, solver: Solver, clock: Clock) -> Relaxed | None:
    """Return the relaxation's solution, or as near as the time allows; None if no program was solved."""
    centre = np.where(state == CLOSED, 0.0, np.where(state == FREE, 0.0, 1.0))
    free = state == FREE
    centre[free] = max(master.p - centre.sum(), 0.0) / max(int(free.sum()), 1)
    endless = np.full(master.cells, np.inf)
    master.separate(np.ones(state.size), centre, endless)
    value = master.separate(centre, centre, endless)
    last: Outcome | None = None
    for _ in range(MOST_ROUNDS):
        if clock.is_over:
            break
        outcome = _solved(master, state, solver, last, clock)
        if outcome.status is not Status.OPTIMAL:
            break
        last, before = outcome, len(master.constant)
        y, earned = outcome.values[: state.size], outcome.values[state.size :]
        for share in (INWARD, 1.0):
            point = share * y + (1.0 - share) * centre
            now = master.separate(point, y, earned)
            if now > value:
                value, centre = now, point
            if len(master.constant) - before >= FEW:
                break
        if len(master.constant) == before or -outcome.objective * master.unit <= value * (1.0 + CLOSE):
            break
    return None if last is None else Relaxed(last.values[: state.size], *master.mixed(last))


def _solved(master: Master, state: States, solver: Solver, last: Outcome | None, clock: Clock) -> Outcome:
    program = master.program(state, whole=False)
    limit_s = clock.left_s
    patience_s = min(PATIENCE_S, PATIENCE_SHARE * limit_s)
    if last is None or last.basis is None:
        return solver.lp(program, limit_s=limit_s, patience_s=patience_s)
    return solver.lp_from(program, master.basis(last.basis), limit_s=limit_s, dual=True, patience_s=patience_s)
