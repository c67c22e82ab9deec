"""At any wages and prices of triples, the bound of whole clients is at most the cheapest of all plans."""

from itertools import combinations, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.capacitated.problem import Problem
from models.relaxation.packings import no_packings
from models.relaxation.packings_climb import climb_known, new_pull, solve_knapsacks
from models.relaxation.site_knapsacks import FREE
from models.relaxation.triples import triples_of
from models.relaxation.volume import new_dual

SITES, CLIENTS = 3, 5
ROWS = np.array(list(combinations(range(CLIENTS), 3)))
PLANS = np.array(list(product(range(SITES), repeat=CLIENTS)))


def numbers(count, most):
    return st.lists(st.integers(0, most), min_size=count, max_size=count).map(lambda values: np.array(values, float))


def cheapest(problem):
    """Return what the cheapest of all plans costs (inf: there is none)."""
    data, serves = problem.data, PLANS[:, None, :] == np.arange(SITES)[:, None]
    fits = ((serves * data.demand).sum(axis=2) <= data.room).all(axis=1)
    cost = (serves * data.by_site).sum(axis=(1, 2)) + (serves.any(axis=2) * data.fixed).sum(axis=1)
    return cost[fits].min(initial=np.inf)


@given(
    numbers(SITES * CLIENTS, 20), numbers(SITES, 30), numbers(CLIENTS, 6), numbers(SITES, 15), numbers(CLIENTS, 40),
    numbers(len(ROWS), 15),
)  # fmt: skip
def test_no_plan_is_cheaper_than_the_bound_at_any_prices(cost, fixed, demand, room, wage, price):
    state = np.full(SITES, FREE)
    problem = Problem.of((cost.reshape(CLIENTS, SITES), fixed), demand, room, state, (0, SITES), is_whole=True)
    triples, known = triples_of(ROWS, price, CLIENTS), no_packings(SITES, CLIENTS)
    least, dual = np.zeros(SITES), new_dual(SITES, wage, 1.0)
    bound = solve_knapsacks(known, problem.data, state, least, wage, triples, dual)
    assert bound <= cheapest(problem) + 1e-9
    # once the knapsacks are solved, what is known promises no more at these wages
    pull = new_pull(CLIENTS, len(ROWS), 0.1)
    model = climb_known(known, problem.data, state, wage.copy(), price.copy(), pull, np.inf, 1)
    assert model <= bound + 1e-6
