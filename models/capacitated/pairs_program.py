"""Single-source location over the pairs that are left, as a program for HiGHS.

min  sum_j f_j y_j + sum_ij c_ij x_ij,   sum_j x_ij = 1,   sum_i d_i x_ij <= s_j y_j,   x_ij <= y_j,
least <= sum_j y_j <= most,   x and y binary,   only for the pairs (j, i) and sites that bounds have left.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.capacitated.problem import Problem
from models.program import Matrix, Program
from models.relaxation.site_knapsacks import OPEN
from models.scaling import unit_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PairsProgram:
    """The program; `site` and `client` [pair], `sites` [column of y]; costs divided by `unit`."""

    problem: Problem
    state: Indices
    site: Indices
    client: Indices
    sites: Indices
    unit: float

    @classmethod
    def of(cls, problem: Problem, state: Indices, useful: Flags) -> "PairsProgram":
        """Return the program of the `useful` pairs [site, client]."""
        site, client = np.nonzero(useful)
        sites = np.flatnonzero(useful.any(axis=1) | (state == OPEN))
        largest = float(problem.data.by_site[site, client].max(initial=0.0)) + float(
            problem.data.fixed[sites].max(initial=0.0)
        )
        return cls(problem=problem, state=state, site=site, client=client, sites=sites, unit=unit_of(largest))

    def program(self) -> Program:
        """Return the program."""
        problem, pairs, count = self.problem, self.site.size, self.sites.size
        clients = problem.data.demand.size
        column = np.arange(pairs)
        y = pairs + np.searchsorted(self.sites, self.site)
        room = np.maximum(problem.data.room[self.sites], 1e-300)
        takes = (problem.data.demand[self.client] / room[y - pairs]).astype(np.float64)
        is_open = self.state[self.sites] == OPEN
        linked = np.flatnonzero(~is_open[y - pairs])
        links = np.arange(linked.size)
        first = clients + count + 1
        matrix = Matrix.stack(
            (self.client, column, 1.0),
            (clients + y - pairs, column, takes),
            (clients + np.arange(count), pairs + np.arange(count), -1.0),
            (np.full(count, clients + count), pairs + np.arange(count), 1.0),
            (first + links, linked, 1.0),
            (first + links, y[linked], -1.0),
        )
        free = np.zeros(linked.size)
        return Program(
            cost=np.concatenate([problem.data.by_site[self.site, self.client], problem.data.fixed[self.sites]])
            / self.unit,
            lower=np.concatenate([np.zeros(pairs), is_open.astype(np.float64)]),
            upper=np.ones(pairs + count),
            matrix=matrix,
            row_lower=np.concatenate([np.ones(clients), np.full(count, -np.inf), [problem.data.least], free - np.inf]),
            row_upper=np.concatenate([np.ones(clients), np.zeros(count), [problem.data.most], free]),
            integer=np.ones(pairs + count, dtype=np.bool_),
        )

    def plan(self, values: Floats) -> tuple[Indices, Indices]:
        """Return the open sites and the site of each client."""
        pairs = self.site.size
        at = np.zeros(self.problem.data.demand.size, dtype=np.int64)
        taken = np.flatnonzero(values[:pairs] > 0.5)  # noqa: PLR2004  (a binary's middle)
        at[self.client[taken]] = self.site[taken]
        return self.sites[values[pairs:] > 0.5], at  # noqa: PLR2004  (same)
