"""Put the plans of whole clients that were met together anew: the best plan that their packings hold between them.

    min   sum_q c_q x_q             x_q: what packing q has one site serve, c_q: its cost with that of the site

    (1)   sum_q [q serves client i] x_q = 1                  every client i
    (2)   sum_q [q is of site j] x_q <= 1                    = 1 where the site is forced open
    (3)   least <= sum_q x_q <= most                         the number of open sites;   x binary

Plans that exchanges cannot better any more are often good in different places, and this takes the best of each. First
the linear program: by its prices a packing whose reduced cost closes the gap to the best plan is in no better one, and
of the others those of the least reduced costs go into the program for HiGHS.

Source: Rochat, Taillard, Journal of Heuristics 1, 1995 (for the routes of many tours).
"""

from contextlib import suppress
from typing import NamedTuple

import numpy as np

from models.arrays import Indices
from models.capacitated.plans import Plans
from models.clock import Clock
from models.errors import SolverError
from models.program import HALF, Matrix, Program
from models.relaxation.site_knapsacks import OPEN
from models.solver import Solver
from models.status import Status

MOST_PACKINGS = 800  # of the program: HiGHS ends most of these in a few seconds
MOST_KNOWN, FULL = 5_000, 20_000  # that are kept afterwards, and before


class _Packing(NamedTuple):
    site: int
    clients: Indices
    cost: float


class Recombination:
    """Keeps the packings of the plans that were met."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans
        self._must = plans.problem.state == OPEN
        self._packings: dict[tuple[int, bytes], _Packing] = {}
        self._tried = 0  # how many were known when they were last put together

    def meet(self, at: Indices) -> None:
        """Keep what every site serves in a plan, `at` [client], unless many packings wait to be put together."""
        if len(self._packings) >= FULL:
            return
        data = self._plans.problem.data
        order = np.argsort(at, kind="stable")
        ends = np.cumsum(np.bincount(at, minlength=data.room.size))
        for j in np.flatnonzero(self._must | (np.diff(ends, prepend=0) > 0)).tolist():
            clients = order[ends[j - 1] if j else 0 : ends[j]].copy()
            key = j, clients.tobytes()
            if key not in self._packings:
                self._packings[key] = _Packing(j, clients, float(data.by_site[j, clients].sum() + data.fixed[j]))

    def improve(self, solver: Solver, clock: Clock) -> None:
        """Put the packings together as well as the time allows; the plans keep what is better."""
        if len(self._packings) == self._tried or not np.isfinite(self._plans.value):
            return
        with suppress(SolverError):  # the search goes on without
            self._put_together(solver, clock)
        self._tried = len(self._packings)

    def _put_together(self, solver: Solver, clock: Clock) -> None:
        packings = list(self._packings.values())
        unit = max(abs(self._plans.value), 1e-300)
        relaxed = self._program(packings, unit, is_whole=False)
        outcome = solver.lp(relaxed, limit_s=clock.left_s)
        if outcome.status is not Status.OPTIMAL:
            return
        matrix = relaxed.matrix
        reduced = relaxed.cost + np.bincount(matrix.column, matrix.value * outcome.prices[matrix.row], len(packings))
        least = np.argsort(reduced, kind="stable")[:MOST_PACKINGS]
        if len(packings) > MOST_KNOWN:
            keys = list(self._packings)
            self._packings = {keys[q]: packings[q] for q in least.tolist()}
        chosen = [packings[q] for q in least[reduced[least] < self._plans.value / unit - outcome.objective].tolist()]
        if not chosen or clock.is_over:
            return
        outcome = solver.mip(self._program(chosen, unit, is_whole=True), limit_s=clock.left_s)
        if outcome.status in {Status.OPTIMAL, Status.FEASIBLE}:
            self._keep([packing for packing, x in zip(chosen, outcome.values, strict=True) if x > HALF])

    def _keep(self, chosen: list[_Packing]) -> None:
        at = np.full(self._plans.problem.n_clients, -1, dtype=np.int64)
        for packing in chosen:
            at[packing.clients] = packing.site
        if (at < 0).any():
            return  # rounding: the program says that each has one
        self._plans.keep_whole(np.array([packing.site for packing in chosen], dtype=np.int64), at)

    def _program(self, packings: list[_Packing], unit: float, *, is_whole: bool) -> Program:
        problem = self._plans.problem
        clients, sites, count = problem.n_clients, problem.n_sites, len(packings)
        column = np.arange(count)
        site = np.array([packing.site for packing in packings], dtype=np.int64)
        sizes = np.array([packing.clients.size for packing in packings], dtype=np.int64)
        served = np.concatenate([packing.clients for packing in packings])
        return Program(
            cost=np.array([packing.cost for packing in packings]) / unit,
            lower=np.zeros(count),
            upper=np.ones(count),
            matrix=Matrix.stack(
                (served, np.repeat(column, sizes), 1.0),
                (clients + site, column, 1.0),
                (np.full(count, clients + sites), column, 1.0),
            ),
            row_lower=np.concatenate([np.ones(clients), self._must.astype(np.float64), [problem.data.least]]),
            row_upper=np.concatenate([np.ones(clients + sites), [problem.data.most]]),
            integer=np.full(count, is_whole),
        )
