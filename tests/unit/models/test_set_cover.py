"""Set covering on instances small enough to be solved by eye, and its degenerate cases."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from models import Coverage, InstanceError, SetCover, SolveOptions, Status

EXACT = SolveOptions(relative_gap=0.0)
# three clients on a ring, each site covers two neighbours
RING = np.array([[True, False, True], [True, True, False], [False, True, True]])


@pytest.fixture(params=["auto", "mip"])
def options(request):
    return replace(EXACT, engine=request.param, relative_gap=1e-6 if request.param == "mip" else 0.0)


def test_two_cheap_sites_cover_the_ring(options):
    # the relaxation halves every site: (1 + 2 + 4) / 2 = 3.5 is more than sites 0 and 1 cost
    solution = SetCover(covers=RING, cost=[1, 2, 4]).solve(options)
    assert (solution.status, solution.objective, solution.open.tolist()) == (Status.OPTIMAL, 3.0, [True, True, False])
    assert solution.bound == pytest.approx(3.0)
    assert solution.open[solution.assignment].all()


def test_without_costs_the_fewest_sites_are_opened(options):
    # the relaxation says 1.5
    assert SetCover(covers=RING).solve(options).objective == 2.0


def test_entries_stand_for_the_matrix(options):
    client, site = np.nonzero(RING)
    covers = Coverage(client=client[::-1], site=site[::-1], shape=(3, 3))
    assert SetCover(covers=covers, cost=[1, 2, 4]).solve(options).objective == 3.0


def test_forced_sites_are_open_and_closed(options):
    assert SetCover(covers=RING, cost=[1, 2, 4], forced_open=(2,)).solve(options).objective == 5.0
    assert SetCover(covers=RING, cost=[1, 2, 4], forced_closed=(0,)).solve(options).objective == 6.0


def test_sites_that_cost_nothing_cost_nothing(options):
    solution = SetCover(covers=[[True, True]], cost=[0, 0]).solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 0.0)


def test_two_rings_apart_are_twice_one(options):
    covers = np.kron(np.eye(2), RING) > 0
    solution = SetCover(covers=covers, cost=[1, 2, 4, 1, 2, 4]).solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 6.0)


def test_huge_and_tiny_costs_stand_side_by_side():
    solution = SetCover(covers=RING, cost=[1e12, 1e-6, 1e-6]).solve(EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.open.tolist() == [False, True, True]


@pytest.mark.parametrize("clients", [0, 1])
def test_nobody_or_one_client(clients, options):
    solution = SetCover(covers=np.ones((clients, 2), dtype=bool), cost=[5, 3]).solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 3.0 * clients)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"covers": RING & (np.arange(3)[:, None] != 1)}, "client 1 can be covered by no site"),
        ({"forced_closed": (0, 1)}, "client 1 can be covered by no site"),
        ({"forced_open": (1,), "forced_closed": (1,)}, "site 1 is forced open and forced closed"),
        ({"covers": np.zeros((2, 0), dtype=bool)}, "client 0 can be covered by no site"),
    ],
)
def test_what_clashes_is_infeasible_and_says_why(changes, reason, options):
    solution = SetCover(**({"covers": RING} | changes)).solve(options)
    assert solution.status is Status.INFEASIBLE
    assert reason in solution.stopped
    assert solution.bound == np.inf


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"covers": [[0.5, 1.0]]}, r"covers\[0, 0\] is 0.5"),
        ({"covers": [[0, 2]]}, r"covers\[0, 1\] is 2"),
        ({"covers": [[np.nan]]}, r"covers\[0, 0\] is nan"),
        ({"covers": [True]}, "covers has shape"),
        ({"cost": [1, -1, 1]}, r"cost\[1\] is -1"),
        ({"cost": [1, np.inf, 1]}, r"cost\[1\] is inf"),
        ({"cost": [1e308] * 3}, "more than a float can hold"),
        ({"forced_open": (3,)}, r"forced_open\[0\] is 3"),
    ],
)
def test_an_entry_without_meaning_is_named(changes, words):
    with pytest.raises(InstanceError, match=words):
        SetCover(**({"covers": RING} | changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client": [0, 5]}, r"client\[1\] is 5"),
        ({"client": [0, 0]}, "client 0 and site 1 stand twice"),
        ({"part": [1.0, 1.5]}, r"part\[1\] is 1.5"),
        ({"site": [1]}, "site has shape"),
    ],
)
def test_an_entry_of_a_list_without_meaning_is_named(changes, words):
    with pytest.raises(InstanceError, match=words):
        Coverage(**({"client": [0, 1], "site": [1, 1], "shape": (2, 2)} | changes))


def test_an_instance_does_not_change():
    instance = SetCover(covers=RING)
    with pytest.raises(FrozenInstanceError):
        instance.cost = np.ones(3)
    with pytest.raises(ValueError, match="read-only"):
        instance.cost[0] = 1.0


def test_check_names_every_requirement_a_plan_breaks():
    instance = SetCover(covers=RING, cost=[1, 2, 4], forced_open=(2,))
    good = instance.solve(EXACT)
    assert instance.check(good) == []
    wrong = replace(good, open=np.array([True, False, False]), assignment=np.array([0, 0, -1]))
    assert instance.check(wrong) == [
        "site 2 must be open, and is closed",
        "client 2 is not covered by an open site -1",
        "the plan costs 1, and claims 5",
    ]


def test_a_larger_instance_agrees_with_the_plain_program():
    rng = np.random.default_rng(3)
    instance = SetCover(covers=rng.random((60, 200)) < 0.06, cost=rng.integers(1, 101, 200))
    ours, plain = instance.solve(EXACT), instance.solve(replace(EXACT, engine="mip", relative_gap=1e-6))
    assert ours.status is Status.OPTIMAL
    assert ours.objective == ours.bound == pytest.approx(plain.objective)
    assert instance.check(ours) == []


def test_an_interruption_leaves_a_cover(monkeypatch):
    from models.covering import set_search  # noqa: PLC0415  (compiles)

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(set_search, "ascend", interrupt)
    instance = SetCover(covers=RING, cost=[2, 2, 3])
    solution = instance.solve(EXACT)
    assert (solution.status, solution.stopped) == (Status.FEASIBLE, "interrupted")
    assert instance.check(solution) == []


def test_a_short_limit_leaves_a_cover_with_its_true_gap():
    rng = np.random.default_rng(3)
    instance = SetCover(covers=rng.random((300, 2_000)) < 0.02, cost=rng.integers(1, 101, 2_000))
    solution = instance.solve(SolveOptions(time_limit_s=1e-3))
    assert solution.status is Status.FEASIBLE
    assert 0 <= solution.bound < solution.objective < np.inf
    assert instance.check(solution) == []


@pytest.mark.parametrize("engine", ["auto", "mip"])
def test_with_no_time_at_all_there_is_a_cover_or_none_and_no_lie(engine):
    rng = np.random.default_rng(3)
    instance = SetCover(covers=rng.random((300, 2_000)) < 0.02, cost=rng.integers(1, 101, 2_000))
    solution = instance.solve(SolveOptions(time_limit_s=1e-9, engine=engine))
    assert solution.status in {Status.FEASIBLE, Status.NO_SOLUTION}
    assert solution.has_plan == (solution.objective < np.inf) == solution.open.any()
    assert not solution.has_plan or instance.check(solution) == []
    assert 0 <= solution.bound <= instance.solve(SolveOptions(time_limit_s=0.2)).objective


@pytest.mark.parametrize("most", [1, 20])
def test_a_cover_that_falls_into_pieces_costs_the_sum_of_its_pieces(most):
    draw = np.random.default_rng(9)
    near = [np.eye(24, 18, -at, dtype=bool) | (draw.random((24, 18)) < 0.15) for at in (0, 3, 6)]
    near = [one | (~one.any(axis=1))[:, None] for one in near]  # whom nobody reaches, everybody does
    cost = draw.integers(1, most, 18, endpoint=True).astype(float)
    apart = [SetCover(covers=one, cost=cost).solve(EXACT).objective for one in near]
    whole = np.zeros((72, 54), dtype=bool)
    for at, one in enumerate(near):
        whole[24 * at : 24 * (at + 1), 18 * at : 18 * (at + 1)] = one
    found = SetCover(covers=whole, cost=np.tile(cost, 3)).solve(EXACT)
    assert found.status is Status.OPTIMAL
    assert found.objective == sum(apart)
