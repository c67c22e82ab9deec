"""Published optima of facility location without capacities."""

import pytest

from models import FacilityLocation, SolveOptions, Status

EXACT = SolveOptions(relative_gap=1e-9, time_limit_s=120)


@pytest.mark.parametrize("name", ["cap131", "cap132", "capa", "capc"])
def test_the_published_optimum_is_found_and_proved(name, cap, optimum):
    cost, fixed_cost = cap(name)
    instance = FacilityLocation(cost=cost, fixed_cost=fixed_cost)
    solution = instance.solve(EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(optimum("cap", name, "UFL"), abs=1e-3)
    assert instance.check(solution) == []
