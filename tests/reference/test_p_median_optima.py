"""Published optima of the p-median; tests/benchmarks/p_median.py runs all instances."""

import numpy as np
import pytest

from models import PMedian, SolveOptions, Status

EXACT = SolveOptions(relative_gap=0.0, time_limit_s=120)
QUICK = [f"pmed{number}" for number in (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 14, 15, 17, 18, 19, 20, 25, 29, 34)]
LONGER = [f"pmed{number}" for number in (21, 23, 24, 26, 28, 31, 32, 33, 35, 37, 39, 40)]


@pytest.mark.parametrize("name", QUICK)
def test_the_published_optimum_is_found_and_proved(name, pmed, optimum):
    prove(name, pmed, optimum)


@pytest.mark.slow
@pytest.mark.parametrize("name", LONGER)
def test_the_published_optimum_of_a_larger_one_is_found_and_proved(name, pmed, optimum):
    prove(name, pmed, optimum)


def prove(name, pmed, optimum):
    cost, p = pmed(name)
    instance = PMedian(cost=cost, p=p)
    solution = instance.solve(EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == solution.bound == optimum("pmed", name, "p-median")
    assert instance.check(solution) == []


def test_points_in_the_plane_agree_with_their_dense_matrix(shared_data):
    text = (shared_data / "benchmarks" / "tsplib" / "pr226.tsp").read_text().split("NODE_COORD_SECTION")[1]
    points = np.array([line.split()[1:] for line in text.splitlines() if len(line.split()) == 3], dtype=float)
    options = SolveOptions(relative_gap=1e-9)
    by_points = PMedian.from_points(points=points, p=20).solve(options)
    dense = PMedian(cost=np.linalg.norm(points[:, None] - points, axis=2), p=20).solve(options)
    assert by_points.status is dense.status is Status.OPTIMAL
    assert by_points.objective == pytest.approx(dense.objective, rel=1e-9)
