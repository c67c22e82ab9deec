"""At any wages and prices of triples, the bound of whole clients is at most the cheapest of all plans."""

from itertools import combinations, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.capacitated.problem import Problem
from models.relaxation.site_knapsacks import FREE
from models.relaxation.triples import evaluate_apart, triples_of

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
    scratch = np.zeros(SITES), np.zeros(SITES, dtype=np.bool_), np.zeros(SITES)
    held, triples = np.zeros((SITES, CLIENTS), dtype=np.bool_), triples_of(ROWS, price, CLIENTS)
    bound, _ = evaluate_apart(problem.data, state, wage, triples, price, *scratch, held)
    assert bound <= cheapest(problem) + 1e-9
