"""Network design on instances small enough to be solved by eye, and its degenerate cases."""

from dataclasses import replace

import numpy as np
import pytest

from models import InstanceError, NetworkDesign, SolveOptions, Status
from models.design import search

INF = np.inf
# one unit from 0 to 1: directly 5 to build and 1 to use, by node 2 1 + 1 and 1 + 1
LINKS = {"tail": [0, 0, 2], "head": [1, 2, 1], "capacity": [9, 9, 9], "unit_cost": [1, 1, 1], "fixed_cost": [5, 1, 1]}
PAIRS = {"origin": [0], "destination": [1], "amount": [1]}


def design(**changes):
    return NetworkDesign(**(LINKS | PAIRS | changes))


@pytest.fixture(params=["mip", "lagrangian"])
def options(request):
    return SolveOptions(relative_gap=1e-6, engine=request.param)


def test_links_that_are_cheap_to_build_are_built(options):
    # 1 + 1 + 1 + 1 = 4, directly 5 + 1 = 6
    instance = design()
    solution = instance.solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, pytest.approx(4.0))
    assert solution.open.tolist() == [False, True, True]
    assert solution.flow.tolist() == [[0, 1, 1]]
    assert instance.price(solution) == pytest.approx(4.0)
    assert instance.check(solution) == []


def test_what_many_use_is_worth_building(options):
    # ten units: directly 5 + 10 = 15, by node 2 2 + 20 = 22
    solution = design(amount=[10], capacity=[INF, INF, INF]).solve(options)
    assert solution.objective == pytest.approx(15.0)
    assert solution.open.tolist() == [True, False, False]


def test_a_gram_beside_thousands_of_tonnes_does_not_hide_the_best_links():
    # links 0 (59,403 + 2 a tonne) and 3 (29,702 + 1 a tonne) carry both; links 0 and 1 do so for 14,851 more
    instance = NetworkDesign(
        tail=[0, 2, 1, 2],
        head=[1, 0, 0, 0],
        capacity=[INF] * 4,
        unit_cost=[2.0, 0.0, 2.0, 1.0],
        fixed_cost=[59403.01496491, 44552.26122368, 103955.27618859, 29701.50748245],
        origin=[0, 2],
        destination=[1, 0],
        amount=[1.48507537e4, 3.21300079e-5],
        nodes=3,
    )
    best = 59403.01496491 + 29701.50748245 + 2 * 1.48507537e4 + 3.21300079e-5
    for engine in ("auto", "mip", "lagrangian"):
        solution = instance.solve(SolveOptions(engine=engine))
        assert solution.objective == pytest.approx(best, rel=1e-9)
        assert solution.bound <= best * (1 + 1e-12)
        assert solution.status is Status.OPTIMAL


def test_what_does_not_fit_goes_another_way(options):
    # ten units, nine directly: 5 + 9, one by node 2: 2 + 2
    solution = design(amount=[10]).solve(options)
    assert solution.objective == pytest.approx(18.0)
    assert solution.load.tolist() == pytest.approx([9, 1, 1])


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ({"forced_open": (0,)}, 6.0),
        ({"forced_closed": (2,)}, 6.0),
        ({"forced_open": (0, 1)}, 7.0),
        ({"budget": 2}, 4.0),
        ({"budget": 5, "unit_cost": [1, 9, 9]}, 6.0),
        ({"budget": 4, "unit_cost": [1, 9, 9]}, 20.0),
    ],
)
def test_rules_on_links_are_kept(rule, value, options):
    instance = design(**rule)
    solution = instance.solve(options)
    assert solution.objective == pytest.approx(value)
    assert instance.check(solution) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"forced_open": (1,), "forced_closed": (1, 2)}, "link 1 must be built and must not be"),
        ({"forced_open": (0,), "budget": 4}, "exceed the budget"),
        ({"budget": 1}, "no links within the budget"),
        ({"amount": [19]}, "at least 1 of 19 units cannot be carried"),
        ({"forced_closed": (0, 1)}, "no way leads from origin to destination for commodity 0"),
        ({"origin": [1, 1], "destination": [1, 2], "amount": [1, 1]}, "for commodity 1"),
        ({"unit_cost": [INF, 1, INF]}, "no way leads"),
    ],
)
def test_what_clashes_is_infeasible_and_says_why(changes, reason, options):
    solution = design(**changes).solve(options)
    assert solution.status is Status.INFEASIBLE
    assert reason in solution.stopped
    assert solution.bound == INF


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": [0]},
        {"origin": [], "destination": [], "amount": []},
        {"destination": [0]},
        {"fixed_cost": [0, 0, 0], "unit_cost": [0, 0, 0]},
    ],
)
def test_what_need_not_move_or_moves_for_nothing_costs_nothing(changes, options):
    instance = design(**changes)
    solution = instance.solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 0.0)
    assert instance.check(solution) == []


def test_a_link_that_must_be_built_is_paid_where_nothing_moves(options):
    assert design(amount=[0], forced_open=(0,)).solve(options).objective == pytest.approx(5.0)


def sets(found):
    return [tuple(np.flatnonzero(each.open).tolist()) for each in found]


def test_the_next_best_links_are_told_the_cheapest_first(options):
    # by node 2: 4; directly: 6; directly with a link that nobody uses: 7; all to build: 7, directly: 8
    instance = design()
    found = instance.alternatives(9, within=np.inf, options=options)
    assert [each.objective for each in found] == pytest.approx([4.0, 6.0, 7.0, 7.0, 8.0])
    assert sets(found)[:2] == [(1, 2), (0,)]
    assert set(sets(found)[2:4]) == {(0, 1), (0, 2)}
    assert sets(found)[4] == (0, 1, 2)
    assert [line for each in found for line in instance.check(each)] == []
    assert {each.stopped.split("; ")[1] for each in found} == {"these are all"}
    assert all(each.bound <= each.objective for each in found)


@pytest.mark.parametrize(("count", "within", "many", "end"), [
    (9, 0.0, 1, "these are all"), (9, 0.5, 2, "these are all"), (9, 0.75, 4, "these are all"),
    (2, 0.75, 2, "as many as asked for"), (1, np.inf, 1, "as many as asked for"),
])  # fmt: skip
def test_links_beyond_the_limit_or_the_number_asked_for_are_not_told(count, within, many, end, options):
    found = design().alternatives(count, within=within, options=options)
    assert (len(found), found[0].stopped.split("; ")[1]) == (many, end)


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ({"forced_open": (0,)}, [(0,), (0, 1), (0, 2), (0, 1, 2)]),
        ({"forced_closed": (0,)}, [(1, 2)]),
        ({"budget": 6}, [(1, 2), (0,), (0, 1), (0, 2)]),
        ({"budget": 5}, [(1, 2), (0,)]),
    ],
)
def test_the_next_best_links_keep_the_rules(rule, wanted, options):
    found = design(**rule).alternatives(within=np.inf, options=options)
    assert sorted(sets(found)) == sorted(wanted)


def test_links_that_are_free_to_build_make_sets_of_their_own(options):
    # links 0 and 3 carry nothing: four sets at the same cost
    free = {"tail": [0, 0, 2, 1], "head": [1, 2, 1, 0], "capacity": [0, 9, 9, 9], "unit_cost": [1, 1, 1, INF]}
    found = design(**free, fixed_cost=[0, 1, 1, 0]).alternatives(within=0.0, options=options)
    assert set(sets(found)) == {(1, 2), (0, 1, 2), (1, 2, 3), (0, 1, 2, 3)}
    assert [each.objective for each in found] == pytest.approx([4.0] * 4)


def test_where_nothing_moves_every_set_of_links_will_do(options):
    found = design(amount=[0], fixed_cost=[4, 1, 2]).alternatives(within=np.inf, options=options)
    assert [each.objective for each in found] == pytest.approx([0, 1, 2, 3, 4, 5, 6, 7])


def test_without_a_plan_there_are_no_others(options):
    assert design(budget=1).alternatives(options=options) == ()
    assert design(forced_open=(0,), forced_closed=(0,)).alternatives(options=options) == ()


def test_how_many_and_how_near_must_have_a_meaning():
    with pytest.raises(InstanceError, match="count is 0"):
        design().alternatives(0)
    with pytest.raises(InstanceError, match="within is -1"):
        design().alternatives(within=-1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fixed_cost": [5, np.nan, 1]}, r"fixed_cost\[1\] is nan"),
        ({"fixed_cost": [5, -1, 1]}, r"fixed_cost\[1\] is -1"),
        ({"fixed_cost": [5, INF, 1]}, r"fixed_cost\[1\] is inf"),
        ({"fixed_cost": [5, 1]}, r"fixed_cost has shape \(2,\)"),
        ({"fixed_cost": [1e250, 1, 1]}, "fixed_cost adds up to 1e"),
        ({"unit_cost": [1, -1, 1]}, r"unit_cost\[1\] is -1"),
        ({"forced_open": (3,)}, r"forced_open\[0\] is 3; expected an index of links"),
        ({"budget": np.nan}, "budget is nan"),
        ({"budget": -1}, "budget is -1"),
    ],
)
def test_an_entry_without_meaning_is_named(changes, words):
    with pytest.raises(InstanceError, match=words):
        design(**changes)


def test_check_finds_every_false_claim():
    instance = design(forced_closed=(0,), budget=9)
    solution = instance.solve()

    def lines(given=instance, **changes):
        return " ".join(given.check(replace(solution, **changes)))

    assert "link 1 is used and not built" in lines(open=np.array([False, False, True]))
    assert "link 0 must not be built, and is" in lines(open=np.array([True, True, True]))
    assert "link 0 must be built, and is not" in lines(design(forced_open=(0,)))
    assert "building costs 2, the budget is 1" in lines(design(budget=1))
    assert "the plan costs 4, and claims 3" in lines(objective=3.0)
    assert "the bound 9 lies above" in lines(bound=9.0)
    assert "link 1 carries 1, capacity is 0.5" in lines(design(capacity=[9, 0.5, 9]))
    assert "leaves 1 unserved, and claims 0" in lines(flow_amount=np.zeros(2))
    assert "open has shape (2,)" in lines(open=np.array([True, True]))
    assert "differ in number" in lines(flow_amount=np.zeros(1))


def random_design(nodes=10, links=60, commodities=15, seed=1):
    """Return an instance after Gendron and Crainic's generator: random links, costs and amounts."""
    random = np.random.default_rng(seed)
    every = np.array([(i, j) for i in range(nodes) for j in range(nodes) if i != j])
    ends = every[random.permutation(len(every))[:links]]
    pairs = every[random.choice(len(every), commodities)]
    amount = random.integers(1, 100, commodities).astype(float)
    return NetworkDesign(
        tail=ends[:, 0],
        head=ends[:, 1],
        capacity=random.uniform(0.3, 1.0, links) * amount.sum() * 0.4,
        unit_cost=random.integers(1, 100, links).astype(float),
        fixed_cost=random.integers(1000, 9000, links).astype(float),
        origin=pairs[:, 0],
        destination=pairs[:, 1],
        amount=amount,
    )


def test_engines_and_the_plain_program_agree():
    instance = random_design()
    plain = instance.solve(SolveOptions(engine="mip", relative_gap=1e-6))
    engines = instance.solve(SolveOptions(engine="lagrangian", relative_gap=1e-6))
    assert plain.status is engines.status is Status.OPTIMAL
    assert engines.objective == pytest.approx(plain.objective, rel=2e-6)
    assert instance.check(plain) == instance.check(engines) == []


def test_without_strong_inequalities_the_program_agrees_with_the_engines(monkeypatch):
    from models.design import answers, search  # noqa: PLC0415  (compile)

    instance = random_design()
    engines = instance.solve(SolveOptions(engine="lagrangian", relative_gap=1e-6))
    monkeypatch.setattr(answers, "TEXTBOOK_ENTRIES", 0)
    monkeypatch.setattr(search, "FEW", 0)
    monkeypatch.setattr(search.Search, "_engines", None)
    weak = instance.solve(SolveOptions(relative_gap=1e-6))
    assert weak.status is Status.OPTIMAL
    assert weak.objective == pytest.approx(engines.objective, rel=2e-6)
    assert instance.check(weak) == []


def test_a_limit_too_short_gives_what_there_is_with_its_gap():
    instance = random_design(20, 200, 60)
    random_design().solve(SolveOptions(engine="lagrangian"))  # compiles
    solution = instance.solve(SolveOptions(time_limit_s=0.8, relative_gap=0.0))
    assert solution.seconds < 0.8 * 1.1 + 1
    assert solution.status in {Status.FEASIBLE, Status.NO_SOLUTION}
    assert instance.check(solution) == [] or solution.status is Status.NO_SOLUTION


def test_ctrl_c_gives_the_best_plan_so_far(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(search.Search, "_program", interrupted)
    instance = random_design()
    solution = instance.solve(SolveOptions(engine="lagrangian", relative_gap=0.0))
    assert (solution.status, solution.stopped) == (Status.FEASIBLE, "interrupted")
    assert 0 < solution.bound < solution.objective
    assert instance.check(solution) == []


def test_ctrl_c_while_a_design_is_routed_leaves_no_plan(monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("models.commodities.generation.Generation._rounds", interrupt)
    monkeypatch.setattr("models.commodities.generation.Generation._first_paths", interrupt)
    solution = design(amount=[10]).solve(SolveOptions(engine="lagrangian"))
    assert (solution.status, solution.stopped) == (Status.NO_SOLUTION, "interrupted")
    assert solution.bound <= 18.0


@pytest.mark.parametrize("rounds", [1, 3])
def test_slopes_scaled_a_few_times_only_lose_nothing_of_the_value(monkeypatch, rounds):
    monkeypatch.setattr(search, "TURNS", ((400, rounds),))
    for value, changes in ((4.0, {}), (18.0, {"amount": [10]}), (15.0, {"amount": [10], "capacity": [INF] * 3})):
        solution = design(**changes).solve(SolveOptions(relative_gap=1e-6, engine="lagrangian"))
        assert (solution.status, solution.objective) == (Status.OPTIMAL, pytest.approx(value))
