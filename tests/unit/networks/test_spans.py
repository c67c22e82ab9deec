"""Bans over a way in between, on links written down by hand.

0 -> 1 <-> 2 <-> 3 -> 4        way 10 leads from 0 to 1, way 20 over 2 to 3 and back, way 30 from 3 to 4
"""

import numpy as np
import pytest

from networks.junctions import Around, Links
from networks.spans import Span, bans_of, find_spans, united
from networks.ways import Restriction

ROADS = [(10, 0, 1), (20, 1, 2), (20, 2, 3), (30, 3, 4), (20, 2, 1), (20, 3, 2)]
OVER_20 = (("w", 10, "from"), ("w", 20, "via"), ("w", 30, "to"))


def links(*more):
    ways, tails, heads = np.array([*ROADS, *more], dtype=np.int64).T
    return Links(way_id=ways, tail=tails, head=heads, node_id=np.arange(100, 105), nodes=5)


def found(*members, more=(), only=False):
    return find_spans(Around(links(*more)), Restriction(relation_id=1, tags={}, members=members), only=only)


def span(*, coming=(10,), path=(1, 2), leaving=(30,), only=False):
    return Span(coming=frozenset(coming), path=path, leaving=frozenset(leaving), only=only)


@pytest.mark.parametrize("only", [False, True])
def test_a_span_is_the_links_between_its_first_and_its_last_way(only):
    assert found(*OVER_20, only=only) == [span(only=only)]


def test_a_last_way_that_also_begins_where_the_span_does_makes_it_no_shorter():
    assert found(*OVER_20, more=[(30, 1, 4)]) == [span()]


def test_a_span_takes_the_fewest_links():
    assert found(*OVER_20, more=[(20, 1, 3)]) == [span(path=(6,))]


def test_a_span_runs_over_several_ways_in_between():
    between = [(40, 3, 0), (50, 0, 4)]
    members = (("w", 10, "from"), ("w", 20, "via"), ("w", 40, "via"), ("w", 50, "to"))
    assert found(*members, more=between) == [span(path=(1, 2, 6), leaving=(50,))]


def test_each_end_of_the_first_way_may_begin_a_span():
    more = [(10, 4, 2)]
    assert found(*OVER_20, more=more) == [span(), span(path=(2,))]


@pytest.mark.parametrize(
    "members",
    [
        (("w", 99, "from"), *OVER_20[1:]),
        (OVER_20[0], ("w", 99, "via"), OVER_20[2]),
        (*OVER_20[:2], ("w", 99, "to")),
        (("n", 10, "from"), *OVER_20[1:]),
        (OVER_20[0], ("n", 20, "via"), OVER_20[2]),
        (*OVER_20[:2], ("n", 30, "to")),
        (("w", 10, "to"), ("w", 20, "via"), ("w", 30, "from")),
    ],
)
def test_ways_that_do_not_join_make_no_span(members):
    assert found(*members) == []


def test_spans_that_begin_alike_are_one_and_those_that_differ_further_on_are_counted():
    other = span(leaving=(40,))
    assert united([span(), other]) == ([span(leaving=(30, 40))], 0)
    assert united([span(), span(path=(1, 5))]) == ([span()], 1)
    assert united([span(), span(only=True)]) == ([span()], 1)
    assert united([span(), span(path=(2,)), span(coming=(11,))]) == (
        [span(), span(path=(2,)), span(coming=(11,))], 0
    )  # fmt: skip
    assert united([]) == ([], 0)


def bans(one):
    return list(bans_of(Around(links().with_again(np.array([1, 2]))), one, range(6, 8)))


KEPT_TO_HIMSELF = [(1, (4, 6)), (2, (1, 7)), (2, (5, 7))]
"""Nobody else enters the links 6 and 7, which are 1 and 2 once more."""


def test_who_comes_by_the_first_way_gets_his_own_links_and_may_not_turn_at_their_end():
    assert sorted(bans(span())) == sorted([*KEPT_TO_HIMSELF, (1, (0, 1)), (2, (6, 2)), (3, (7, 3))])


def test_where_one_turn_is_the_only_one_every_other_is_banned_on_the_way():
    wanted = [*KEPT_TO_HIMSELF, (1, (0, 1)), (2, (6, 2)), (2, (6, 4)), (3, (7, 5))]
    assert sorted(bans(span(only=True))) == sorted(wanted)


def test_a_node_is_found_by_its_id_and_one_that_no_link_touches_is_not():
    around = Around(links())
    assert [around.row(node) for node in (100, 102, 104, 99, 105, 1000)] == [0, 2, 4, -1, -1, -1]


def test_the_links_around_a_node_are_all_or_those_of_some_ways():
    around = Around(links())
    assert (around.into(1), around.out_of(1), around.into(0)) == ([0, 4], [1], [])
    assert (around.into(2, [20]), around.into(1, [10]), around.out_of(3, [30, 99])) == ([1, 5], [0], [3])
    assert around.of_ways([30, 20]) == [1, 2, 3, 4, 5]
    assert around.of_ways([]) == []
