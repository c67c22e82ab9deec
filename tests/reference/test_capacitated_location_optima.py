"""Published optima of capacitated location; tests/benchmarks/capacitated_location.py runs all of them."""

import csv

import numpy as np
import pytest

from models import FacilityLocation, SolveOptions, Status

EXACT = SolveOptions(relative_gap=1e-7, time_limit_s=300)


def numbers(path):
    """Return the numbers of a file; some have the word capacity where a number belongs, some hold NULs."""
    return np.array(path.read_text().replace("\x00", "").replace("capacity", "0").split(), dtype=float)


@pytest.fixture(scope="module")
def published(shared_data):
    """Return a look-up of published optima: (family, instance, problem) -> value."""

    def value(family, name, problem):
        with (shared_data / "benchmarks" / family / "optima.csv").open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if (row["instance"], row["problem"]) == (name, problem)]
        return float(rows[0]["optimum"])

    return value


def warehouses(folder, name):
    base, _, capacity = name.partition("@")
    data = numbers(folder / f"{base}.txt")
    sites, clients = int(data[0]), int(data[1])
    head = data[2 : 2 + 2 * sites].reshape(sites, 2)
    rows = data[2 + 2 * sites :].reshape(clients, 1 + sites)
    room = np.full(sites, float(capacity)) if capacity else head[:, 0]
    return rows[:, 0], {"cost": rows[:, 1:], "fixed_cost": head[:, 1], "capacity": room}


@pytest.mark.parametrize(
    "name", ["cap61", "cap64", "cap84", "cap91", "cap104", "cap113", "cap114", "cap123", "cap132", "capa@8000"]
)
def test_the_published_optimum_is_found_and_proved(name, shared_data, published):
    demand, arrays = warehouses(shared_data / "benchmarks" / "cap", name)
    instance = FacilityLocation(demand=demand, **arrays)
    solution = instance.solve(EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(published("cap", name, "CFL"), abs=5e-3)
    assert instance.check(solution) == []


@pytest.mark.parametrize("name", ["cap41", "cap44", "cap51"])
def test_files_with_lost_digits_give_the_published_optimum_with_the_demands_of_cap131(name, shared_data, published):
    folder = shared_data / "benchmarks" / "cap"
    garbled, arrays = warehouses(folder, name)
    demand, _ = warehouses(folder, "cap131")
    assert np.flatnonzero(garbled != demand).tolist() == [10, 33]  # 549 for 5495, 129 for 12912
    solution = FacilityLocation(demand=demand, **arrays).solve(EXACT)
    assert solution.objective == pytest.approx(published("cap", name, "CFL"), abs=5e-3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["capa@10000", "capa@12000", "capa@14000", "capc@5000", "capc@6500", "capc@7250"])
def test_the_larger_published_optima_are_found_and_proved(name, shared_data, published):
    demand, arrays = warehouses(shared_data / "benchmarks" / "cap", name)
    solution = FacilityLocation(demand=demand, **arrays).solve(EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(published("cap", name, "CFL"), abs=5e-3)


@pytest.mark.parametrize("number", [1, 4, 13, 24, 30, 42, 49, 52, 55])
def test_whole_clients_give_the_published_optimum(number, shared_data, published):
    data = numbers(shared_data / "benchmarks" / "sscflp" / "holmberg" / f"p{number}")
    sites, clients = int(data[0]), int(data[1])
    head = data[2 : 2 + 2 * sites].reshape(sites, 2)
    demand = data[2 + 2 * sites :][:clients]
    cost = data[2 + 2 * sites + clients :][: sites * clients].reshape(sites, clients).T
    instance = FacilityLocation(
        cost=cost, fixed_cost=head[:, 1], demand=demand, capacity=head[:, 0], single_source=True
    )
    solution = instance.solve(EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == published("sscflp", f"holmberg/p{number}", "SSCFLP (Holmberg)")
    assert solution.bound == solution.objective
    assert instance.check(solution) == []
