"""How many plans of a choice of sites are looked for: by eye, with plans that are given."""

import numpy as np
import pytest

from models.capacitated import rows_in_nodes
from models.capacitated.likely_choices import Choice, LikelyChoices
from models.capacitated.nodes import Node
from models.capacitated.packing_exchange import PackingExchange
from models.capacitated.plans import Plans
from models.capacitated.problem import Problem
from models.capacitated.recombination import Recombination
from models.capacitated.rows_in_nodes import OF_A_CHOICE, OF_A_NODE, RowsInNodes
from models.capacitated.strengthening import Strengthening
from models.clock import Clock
from models.relaxation.site_knapsacks import OPEN
from models.relaxation.triples import no_triples

BEST, CROSSED = [0, 0, 0, 1, 1, 1], [1, 1, 1, 0, 0, 0]
COSTS = 7.0, 23.0  # of these two plans


class Search:
    """The search in a node of two open sites, between whose plans one is known that costs `value`."""

    def __init__(self, monkeypatch, *, bound, value):
        cost = np.abs(np.arange(6.0)[:, None] - np.array([0.5, 4.5]))
        problem = Problem.of(
            (cost, np.ones(2)), np.ones(6), np.array([3.0, 3.0]), np.full(2, OPEN), (0, 2), is_whole=True
        )
        clock = Clock(600.0)
        self.plans = Plans(problem, clock)
        self.plans.value = value
        self.node = Node.root(problem, 0.1)
        self.node.bound = bound
        strengthening = Strengthening(problem.n_sites, problem.n_clients)
        self.rows = RowsInNodes(self.plans, strengthening, Recombination(self.plans), clock)
        self.starts = 0
        monkeypatch.setattr(PackingExchange, "improved", lambda _, at: at)

    def meet(self, monkeypatch, at):
        """Have each start end at the plan `at`; None: at one that is overfull."""
        at = None if at is None else np.array(at)

        def start(sites, _wage, *, noise):  # noqa: ARG001  (as the method is called)
            self.starts += 1
            if at is not None:
                self.plans.keep_whole(sites, at)
            return at

        monkeypatch.setattr(self.plans, "assign_nearly", start)


def test_a_decided_node_is_given_up_after_few_plans_that_all_cost_far_more(monkeypatch):
    search = Search(monkeypatch, bound=5.0, value=10.0)
    search.meet(monkeypatch, CROSSED)
    assert search.rows.assigned(search.node).tolist() == CROSSED
    assert search.starts == OF_A_NODE.least


def test_a_decided_node_gets_all_plans_while_one_of_them_comes_near_the_best(monkeypatch):
    search = Search(monkeypatch, bound=5.0, value=15.0)
    search.meet(monkeypatch, CROSSED)
    search.rows.assigned(search.node)
    assert search.starts == OF_A_NODE.most


def test_no_more_plans_are_looked_for_once_one_is_much_better_than_the_best(monkeypatch):
    search = Search(monkeypatch, bound=5.0, value=15.0)
    search.meet(monkeypatch, BEST)
    assert search.rows.assigned(search.node).tolist() == BEST
    assert search.starts == 1
    assert search.plans.value == COSTS[0]


def test_of_overfull_plans_none_is_returned(monkeypatch):
    search = Search(monkeypatch, bound=5.0, value=15.0)
    search.meet(monkeypatch, None)
    assert search.rows.assigned(search.node) is None
    assert search.starts == OF_A_NODE.most


def test_the_time_for_the_plans_of_a_choice_ends(monkeypatch):
    search = Search(monkeypatch, bound=5.0, value=15.0)
    search.meet(monkeypatch, CROSSED)
    monkeypatch.setattr(rows_in_nodes, "STARTS_SHARE", 0.0)
    search.rows.assigned(search.node)
    assert search.starts == 1


@pytest.mark.parametrize(("bound", "expected"), [(6.0, OF_A_NODE.most), (10.0, OF_A_CHOICE.most)])
def test_a_choice_gets_as_many_plans_as_a_decided_node_where_its_bound_is_as_low(monkeypatch, bound, expected):
    search = Search(monkeypatch, bound=5.0, value=20.0)
    search.meet(monkeypatch, CROSSED)
    choice = Choice(np.arange(2), bound, search.node.dual, no_triples(6))
    monkeypatch.setattr(LikelyChoices, "best", lambda *_: choice)
    search.rows.chosen(search.node)
    assert search.starts == expected


def test_where_no_choice_is_useful_no_plan_is_looked_for(monkeypatch):
    search = Search(monkeypatch, bound=5.0, value=15.0)
    search.meet(monkeypatch, CROSSED)
    monkeypatch.setattr(LikelyChoices, "best", lambda *_: None)
    assert search.rows.chosen(search.node) is None
    assert search.starts == 0
