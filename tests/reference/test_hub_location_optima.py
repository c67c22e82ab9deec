"""Published optima of the Australia Post and CAB instances; `tests/benchmarks/hub_location.py` runs all of them."""

import csv

import numpy as np
import pytest

from models import HubLocation, SolveOptions, Status
from models.stopping import ALL_FOUND

FACTORS = {"collection": 3.0, "transfer": 0.75, "distribution": 2.0}
EXACT = SolveOptions(relative_gap=1e-6)
SLOW = {"AP50.3", "AP50.4", "AP50.5", "AP50TT", "AP50LT"}

# O'Kelly, EJOR 32, 1987, and Skorin-Kapov, Skorin-Kapov, O'Kelly, EJOR 94, 1996: 25 cities, (p, transfer factor)
CAB_SINGLE = {(2, 0.2): 1000.91, (3, 0.2): 767.35, (4, 0.2): 629.63, (3, 0.6): 1033.56, (2, 1.0): 1359.19}


@pytest.fixture(scope="session")
def hub_data(shared_data):
    return shared_data / "benchmarks" / "hub"


@pytest.fixture(scope="session")
def optima(hub_data):
    with (hub_data / "optima.csv").open() as lines:
        return {(row["problem"], row["instance"]): float(row["optimum"]) for row in csv.DictReader(lines)}


def numbers(path):
    return np.array(path.read_text().replace(";", "").split(), dtype=float)


def read_ap(folder, nodes):
    """Return flow and cost (thousandths of the distance)."""
    found = next(path for path in sorted(folder.glob(f"{nodes}.*")))
    values = numbers(found)
    points = values[1 : 1 + 2 * nodes].reshape(nodes, 2)
    flow = values[1 + 2 * nodes : 1 + 2 * nodes + nodes * nodes].reshape(nodes, nodes)
    return {"flow": flow, "cost": np.linalg.norm(points[:, None] - points, axis=2) / 1000}


def names(problem, wanted):
    slow = pytest.mark.slow
    return [pytest.param(problem, name, marks=[slow] if name in SLOW else []) for name in wanted]


COUNTED = [f"AP{n}.{p}" for n in (10, 20, 25, 50) for p in (2, 3, 4, 5)]
FIXED = [f"AP{n}{fixed}{room}" for n in (10, 20, 25, 50) for fixed in "LT" for room in "LT"]


@pytest.mark.parametrize(
    ("problem", "name"),
    names("USApHMP AP", COUNTED)
    + names("UMApHMP AP", [name for name in COUNTED if name != "AP50.2"])
    + names("CSAHLP AP", FIXED),
)
def test_the_published_optimum_is_proved(hub_data, optima, problem, name):
    size = int(name[2:4])
    arrays = read_ap(hub_data, size) | FACTORS
    if problem == "CSAHLP AP":
        arrays["fixed_cost"] = numbers(hub_data / f"Fcost{name[4]}.{size}")
        arrays["capacity"] = numbers(hub_data / f"Cap{name[5]}.{size}")
    else:
        arrays |= {"hubs": int(name[-1]), "allocation": "multiple" if problem[1] == "M" else "single"}
    instance = HubLocation(**arrays)
    solution = instance.solve(EXACT)
    assert solution.status is Status.OPTIMAL
    assert round(solution.objective, 2) == pytest.approx(optima[problem, name], abs=0.011)
    assert instance.check(solution) == []


@pytest.mark.parametrize("allocation", ["single", "multiple"])
def test_ten_sets_of_hubs_begin_with_the_published_best(hub_data, optima, allocation):
    instance = HubLocation(**read_ap(hub_data, 25) | FACTORS, hubs=3, allocation=allocation)
    found = instance.alternatives(10, within=np.inf, options=EXACT)
    published = optima[f"U{allocation[0].upper()}ApHMP AP", "AP25.3"]
    assert round(found[0].objective, 2) == pytest.approx(published, abs=0.011)
    assert len({one.open.tobytes() for one in found}) == 10
    assert [one.objective for one in found] == sorted(one.objective for one in found)
    assert all(instance.check(one) == [] and one.stopped == ALL_FOUND for one in found)


@pytest.mark.parametrize(("p", "factor"), CAB_SINGLE)
def test_cab_costs_what_was_published(hub_data, p, factor):
    values = numbers(hub_data / "CAB.txt").reshape(25, 25, 4)
    flow = values[:, :, 2] / values[:, :, 2].sum()
    instance = HubLocation(flow=flow, cost=values[:, :, 3], hubs=p, transfer=factor)
    assert round(instance.solve(EXACT).objective, 2) == pytest.approx(CAB_SINGLE[p, factor], abs=0.011)
