"""How many plans of a choice of sites are looked for: by eye, with plans that are given."""

from itertools import chain, repeat

import numpy as np
import pytest
from oracles.whole_clients import on_a_line

from models.capacitated import rows_in_nodes
from models.capacitated.likely_choices import Choice, LikelyChoices
from models.capacitated.nodes import Node
from models.capacitated.packing_exchange import PackingExchange
from models.capacitated.plans import Plans
from models.capacitated.recombination import Recombination
from models.capacitated.rows_in_nodes import MOST_OVERFULL, OF_OTHERS, OF_THE_BEST, RowsInNodes
from models.capacitated.strengthening import Strengthening
from models.clock import Clock
from models.relaxation.site_knapsacks import OPEN
from models.relaxation.triples import no_triples

CHEAP, FAIR, DEAR, OVERFULL = [0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 1, 1], [1, 1, 1, 0, 0, 0], [0] * 6  # cost 7, 9, 23


class Search:
    """A search in a node of two open sites, where the best plan costs `value` and the starts end at `plans`."""

    def __init__(self, monkeypatch, *plans, bound=5.0, value=15.0):
        problem = on_a_line([0.5, 4.5], [3, 3], [1.0, 1.0], state=OPEN)
        clock = Clock(600.0)
        self.plans = Plans(problem, clock)
        self.plans.value = value
        self.node = Node.root(problem, 0.1)
        self.node.bound = bound
        strengthening = Strengthening(problem.n_sites, problem.n_clients)
        self.rows = RowsInNodes(self.plans, strengthening, Recombination(self.plans), clock)
        self.starts, self._ends = 0, chain(plans, repeat(plans[-1]))
        monkeypatch.setattr(self.plans, "starts", self._begin)
        monkeypatch.setattr(PackingExchange, "improved", self._kept)

    def _begin(self, _sites, _wage):
        for end in self._ends:
            self.starts += 1
            yield np.array(end)

    def _kept(self, at):
        if (np.bincount(at) > self.plans.problem.data.room[: at.max() + 1]).any():
            return None
        self.plans.keep_whole(np.arange(2), at)
        return at


def test_a_decided_node_is_given_up_after_few_plans_that_all_cost_far_more(monkeypatch):
    search = Search(monkeypatch, DEAR, value=10.0)
    assert search.rows.assigned(search.node).tolist() == DEAR
    assert search.starts == OF_THE_BEST.least


def test_a_decided_node_gets_all_plans_where_one_of_them_came_near_the_best(monkeypatch):
    search = Search(monkeypatch, FAIR, DEAR, value=9.0)
    assert search.rows.assigned(search.node).tolist() == FAIR
    assert search.starts == OF_THE_BEST.most


def test_no_more_plans_are_looked_for_once_one_is_much_better_than_the_best(monkeypatch):
    search = Search(monkeypatch, DEAR, CHEAP)
    assert search.rows.assigned(search.node).tolist() == CHEAP
    assert search.starts == 2
    assert search.plans.value == 7.0


def test_a_plan_that_is_hardly_better_does_not_end_the_search(monkeypatch):
    search = Search(monkeypatch, CHEAP, value=7.2)
    search.rows.assigned(search.node)
    assert search.starts == OF_THE_BEST.most


def test_where_all_plans_are_overfull_none_is_returned_and_fewer_are_tried(monkeypatch):
    search = Search(monkeypatch, OVERFULL)
    assert search.rows.assigned(search.node) is None
    assert search.starts == MOST_OVERFULL


def test_the_time_for_the_plans_of_a_choice_ends(monkeypatch):
    search = Search(monkeypatch, DEAR)
    monkeypatch.setattr(rows_in_nodes, "STARTS_SHARE", 0.0)
    search.rows.assigned(search.node)
    assert search.starts == 1


@pytest.mark.parametrize(
    ("bound", "value", "expected"),
    [
        (6.0, 20.0, OF_THE_BEST.most),
        (6.0, 12.0, OF_THE_BEST.least),
        (10.0, 20.0, OF_OTHERS.most),
        (9.0, 12.0, OF_OTHERS.least),
    ],
    ids=["low, plans near", "low, plans far", "high, plans near", "high, plans far"],
)
def test_a_choice_gets_as_many_plans_as_its_bound_promises(monkeypatch, bound, value, expected):
    search = Search(monkeypatch, DEAR, value=value)
    choice = Choice(np.arange(2), bound, search.node.dual, no_triples(6))
    monkeypatch.setattr(LikelyChoices, "best", lambda *_: choice)
    search.rows.chosen(search.node)
    assert search.starts == expected


def test_where_no_choice_is_useful_no_plan_is_looked_for(monkeypatch):
    search = Search(monkeypatch, DEAR)
    monkeypatch.setattr(LikelyChoices, "best", lambda *_: None)
    assert search.rows.chosen(search.node) is None
    assert search.starts == 0
