"""Covers whose least number is known from geometry: points that meet every line of a space of three points a line.

Points that hold no whole line of the affine space of dimension n over three elements are a cap; all the others meet
every line. The largest caps have 4, 9 and 20 points in dimension 2, 3 and 4 (Pellegrino, Matematiche 25, 1970), so that
9 - 4 = 5, 27 - 9 = 18 and 81 - 20 = 61 points are the fewest. Sites are points, clients are lines; all look alike.
"""

from itertools import combinations, product
from math import inf

import numpy as np
import pytest

from models import PCenter, SetCover, SolveOptions, Status
from models.clock import Clock
from models.covering import fewest, set_search
from models.covering.lists import by_entries

EXACT = SolveOptions(relative_gap=0.0)


def lines(dimension):
    """Return which point lies on which line [line, point]."""
    points = list(product(range(3), repeat=dimension))
    third = {(one, other): tuple(-(a + b) % 3 for a, b in zip(one, other, strict=True))
             for one, other in combinations(points, 2)}  # fmt: skip
    found = sorted({frozenset((*pair, last)) for pair, last in third.items()}, key=sorted)
    return np.array([[point in line for point in points] for line in found])


def cover_of(covers):
    return by_entries(*np.nonzero(covers), covers.shape)


def test_the_fewest_points_that_meet_every_line_are_those_outside_the_largest_cap():
    assert [lines(2).shape, lines(3).shape] == [(12, 9), (117, 27)]
    solution = SetCover(covers=lines(2)).solve(EXACT)
    assert (solution.status, solution.objective, solution.bound) == (Status.OPTIMAL, 5.0, 5.0)


def test_a_program_proves_what_a_tree_of_few_nodes_leaves_open(monkeypatch):
    monkeypatch.setattr(set_search, "TREE_NODES", 5)
    solution = SetCover(covers=lines(3)).solve(EXACT)
    assert (solution.status, solution.objective, solution.bound) == (Status.OPTIMAL, 18.0, 18.0)


def test_an_instance_too_large_for_dominance_has_the_same_value(monkeypatch):
    monkeypatch.setattr(set_search, "LARGEST_BITS", 0)
    covers = np.kron(np.eye(2), lines(2)) > 0
    solution = SetCover(covers=covers, cost=np.repeat([1.0, 3.0], 9)).solve(EXACT)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 5.0 + 15.0)


def test_a_piece_whose_time_is_over_keeps_its_first_cover_and_claims_no_more_than_is_known():
    cover = cover_of(lines(4))
    piece = set_search.Piece(cover, np.ones(81), np.arange(81), is_whole=True, options=EXACT)
    first = piece.value
    for effort in (piece.search, piece.climb, piece.search, piece.finish):
        effort(Clock(0.0))
    assert 61 <= piece.value <= first
    assert 0 <= piece.bound <= 61
    assert lines(4)[:, piece.chosen].any(axis=1).all()


@pytest.mark.parametrize(("most", "is_enough"), [(17, False), (18, True)])
def test_whether_so_few_points_suffice_is_decided_by_a_program_where_the_tree_grows_too_large(
    monkeypatch, most, is_enough
):
    monkeypatch.setattr(fewest, "PROGRAM_NODES", 1)
    chosen, is_decided = fewest.cover_with(cover_of(lines(3)), most, 5, 0, Clock(inf))
    assert is_decided
    assert (chosen is not None) == is_enough
    assert chosen is None or lines(3)[:, chosen].any(axis=1).all()


@pytest.mark.parametrize("program_nodes", [1, 10**9])
def test_without_local_search_a_tree_or_a_program_finds_the_points_alone(monkeypatch, program_nodes):
    for name in ("FIRST_STEPS", "STEPS", "MOST_STEPS"):
        monkeypatch.setattr(fewest, name, 0)
    monkeypatch.setattr(fewest, "PROGRAM_NODES", program_nodes)
    cover, nodes = cover_of(lines(3)), 5 if program_nodes == 1 else 10**5
    chosen, is_decided = fewest.cover_with(cover, 18, nodes, 0, Clock(inf))
    assert is_decided
    assert chosen.size == 18
    assert lines(3)[:, chosen].any(axis=1).all()


@pytest.mark.parametrize("program_nodes", [0, 10_000])
@pytest.mark.parametrize("most", [17, 18])
def test_what_no_engine_had_time_for_is_called_undecided(monkeypatch, most, program_nodes):
    monkeypatch.setattr(fewest, "PROGRAM_NODES", program_nodes)
    chosen, is_decided = fewest.cover_with(cover_of(lines(3)), most, 5, 0, Clock(0.0))
    assert (chosen, is_decided) == (None, False)


def test_a_center_of_lines_stands_on_as_many_points_as_meet_them_all():
    cost = np.where(lines(2), 1.0, 2.0)
    values = [PCenter(cost=cost, p=p).solve(EXACT).objective for p in (4, 5)]
    assert values == [2.0, 1.0]
