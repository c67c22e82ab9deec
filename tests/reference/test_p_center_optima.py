"""Published optima of the p-center; tests/benchmarks/covering.py measures them.

The optima on points are published as whole numbers; the largest distance itself, not rounded, is within 1/2 of these.
"""

import numpy as np
import pytest

from models import PCenter, SolveOptions, Status

EXACT = SolveOptions(relative_gap=0.0, time_limit_s=120)
MATRICES = [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 14, 15, 17, 18, 19, 20, 21, 23, 24, 25]
LARGER = [26, 28, 29, 31, 32, 33, 34, 35, 37, 39, 40]
POINTS = [f"{name} p={p}" for name in ("pr226", "pr264", "pr439") for p in (40, 20, 10, 5)]


@pytest.mark.parametrize("name", [f"pmed{number}" for number in MATRICES])
def test_the_published_radius_is_found_and_proved(name, pmed, optimum):
    prove(name, pmed, optimum)


@pytest.mark.slow
@pytest.mark.parametrize("name", [f"pmed{number}" for number in LARGER])
def test_the_published_radius_of_a_larger_one_is_found_and_proved(name, pmed, optimum):
    prove(name, pmed, optimum)


def prove(name, pmed, optimum):
    cost, p = pmed(name)
    instance = PCenter(cost=cost, p=p)
    solution = instance.solve(EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == solution.bound == optimum("pcenter", name, "p-center (vertex)")
    assert instance.check(solution) == []


@pytest.mark.parametrize("name", POINTS)
def test_the_published_radius_of_points_is_found_and_proved(name, shared_data, optimum):
    source, p = name.split(" p=")
    text = (shared_data / "benchmarks" / "tsplib" / f"{source}.tsp").read_text().split("NODE_COORD_SECTION")[1]
    points = np.array([line.split()[1:] for line in text.splitlines() if len(line.split()) == 3], dtype=float)
    instance = PCenter(cost=np.linalg.norm(points[:, None] - points, axis=2), p=int(p))
    solution = instance.solve(EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == solution.bound
    assert abs(solution.objective - optimum("pcenter", name, "p-center (vertex)")) <= 0.5
    assert instance.check(solution) == []
