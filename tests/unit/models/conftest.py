"""Instances and a solver that the tests of `models` share."""

import numpy as np
import pytest

from models import HubPlacement
from models.placement import answers
from models.solver import Solver


@pytest.fixture(scope="session")
def kept_solver():
    """One solver process for many tests."""
    with Solver() as solver:
        yield solver


class _Lent:
    """A solver that is lent, so that leaving the `with` statement does not close it."""

    def __init__(self, solver):
        self.solver = solver

    def __enter__(self):
        return self.solver

    def __exit__(self, *_):
        return None


@pytest.fixture
def fast(monkeypatch, kept_solver):
    """Let every solve of the test use the kept process."""
    monkeypatch.setattr(answers, "Solver", lambda: _Lent(kept_solver))


@pytest.fixture
def two_flows():
    """Two flows of 10 t, direct for 5; by site 0 (room 15, fixed 40) for 2, by site 1 (stands, room 5) for 3."""
    return HubPlacement(
        amount=np.array([10.0, 10.0]),
        direct_cost=np.array([5.0, 5.0]),
        route_flow=np.array([0, 1, 0, 1]),
        route_site=np.array([0, 0, 1, 1]),
        route_cost=np.array([2.0, 2.0, 3.0, 3.0]),
        route_resource=np.zeros(4, dtype=int),
        option_site=np.array([0, 1]),
        option_cost=np.array([40.0, 0.0]),
        option_capacity=np.array([[15.0], [5.0]]),
        standing=np.array([False, True]),
    )


@pytest.fixture(scope="session")
def region():
    """Return a maker of instances like a region's freight: places in a plane, heavy-tailed flows, two resources."""
    return make_region


def make_region(flows, *, standing=8, new=8, room=0.5, fixed=1.0, seed=0):
    """Return an instance with `flows` flows; `room` of the freight fits into the standing sites."""
    rng = np.random.default_rng(seed)
    sites = standing + new
    origin, destination, site = (rng.random((size, 2)) * 200 for size in (flows, flows, sites))
    amount = rng.pareto(1.2, flows) * 50
    long_km = np.linalg.norm(origin - destination, axis=1)
    direct_cost = 60_000 + 2_500 * long_km * rng.uniform(0.8, 1.6, flows)
    feeder_km = np.linalg.norm(origin[:, None] - site, axis=2)
    haul_km = np.linalg.norm(site[None] - destination[:, None], axis=2)
    route_cost = 110_000 + 2_600 * feeder_km + 1_100 * haul_km
    flow, at = np.nonzero(route_cost < direct_cost[:, None])
    resource = (rng.random(flows) < 0.3).astype(int)[flow]
    tiers = np.array([[1, 0], [0, 1], [3, 0], [1, 1], [3, 1]])
    size = room * amount.sum() / standing
    stands = np.arange(sites) < standing
    option_site = np.concatenate([np.arange(standing), np.repeat(np.arange(standing, sites), len(tiers))])
    built = np.tile(tiers, (new, 1)) * size * np.array([0.7, 0.3])
    worth = 20_000 * fixed * size * np.tile((tiers.sum(axis=1)) ** 0.8, new)
    return HubPlacement(
        amount=amount,
        direct_cost=direct_cost,
        route_flow=flow,
        route_site=at,
        route_cost=route_cost[flow, at],
        route_resource=resource,
        option_site=option_site,
        option_cost=np.concatenate([np.zeros(standing), worth]),
        option_capacity=np.concatenate([np.tile([0.7, 0.3], (standing, 1)) * size, built]),
        standing=stands,
    )
