"""Plans put together anew: against trying all choices of the packings that were met."""

from itertools import product
from math import inf

import numpy as np
import pytest
from oracles.whole_clients import CLIENTS, SITES, small_problem

from models.capacitated.plans import Plans
from models.capacitated.recombination import Recombination
from models.clock import Clock
from models.errors import SolverError
from models.relaxation.site_knapsacks import OPEN
from models.solver import Solver


def every_plan(problem):
    data, must = problem.data, problem.state == OPEN
    plans = []
    for at in map(np.array, product(range(SITES), repeat=CLIENTS)):
        opened = must | np.isin(np.arange(SITES), at)
        load = np.bincount(at, weights=data.demand, minlength=SITES)
        if (load <= data.room).all() and data.least <= opened.sum() <= data.most:
            plans.append((data.by_site[at, np.arange(CLIENTS)].sum() + data.fixed[opened].sum(), at))
    return plans


def packings(at):
    return {(j, tuple(np.flatnonzero(at == j))) for j in range(SITES)}


@pytest.mark.parametrize("seed", range(20))
def test_the_best_plan_of_the_packings_that_were_met_is_found(seed):
    draw = np.random.default_rng(seed)
    problem = small_problem(draw, least=int(draw.integers(0, 3)), most=int(draw.integers(3, SITES + 1)))
    every = every_plan(problem)
    if len(every) < 4:
        pytest.skip("no plans to put together")
    met = [every[k] for k in draw.choice(len(every), size=4, replace=False)]
    plans = Plans(problem, Clock(inf))
    search, known = Recombination(plans), set()
    for _, at in met:
        plans.keep_whole(np.flatnonzero((problem.state == OPEN) | np.isin(np.arange(SITES), at)), at)
        search.meet(at)
        known |= packings(at)
    best = min(value for value, at in every if all(not held or (j, held) in known for j, held in packings(at)))
    with Solver() as solver:
        search.improve(solver, Clock(inf))
    assert plans.value == pytest.approx(best)
    assert plans.at is not None
    assert any(value == pytest.approx(best) and (at == plans.at).all() for value, at in every)


def met_twice():
    problem = small_problem(np.random.default_rng(1))
    value, at = every_plan(problem)[0]
    plans = Plans(problem, Clock(inf))
    plans.keep_whole(np.flatnonzero((problem.state == OPEN) | np.isin(np.arange(SITES), at)), at)
    search = Recombination(plans)
    search.meet(at)
    search.meet(at)
    return value, plans, search


class Broken(Solver):
    """A solver that ends in an error whenever it is asked, and counts that."""

    asked = 0

    def lp(self, *_args, **_settings):
        self.asked += 1
        message = "broken"
        raise SolverError(message)


def test_a_solver_that_breaks_leaves_the_plan_as_it_is_and_is_not_asked_for_the_same_again():
    value, plans, search = met_twice()
    with Broken() as solver:
        search.improve(solver, Clock(inf))
        search.improve(solver, Clock(inf))
    assert solver.asked == 1
    assert plans.value == pytest.approx(value)


def test_without_time_the_plan_stays_as_it_is():
    value, plans, search = met_twice()
    with Solver() as solver:
        search.improve(solver, Clock(0.0))
    assert plans.value == pytest.approx(value)
