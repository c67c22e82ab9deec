import numpy as np
import pytest

from networks.equilibrium import Delay, Instance, NoPathError, Options, Stop, loader, solve, user_equilibrium
from networks.errors import NetworkError

ALGORITHMS = ("bfw", "cfw", "fw", "gp")
TIGHT = {
    name: Options(algorithm=name, gap=1e-10 if name != "fw" else 1e-5, max_iterations=20_000) for name in ALGORITHMS
}


def linear(*lines):
    """Return the costs a + b x of links (a, b), a above 0: BPR with capacity a / b, alpha 1, beta 1."""
    fixed, rise = np.array(lines, dtype=float).T
    return Delay(free=fixed, capacity=fixed / rise, alpha=1.0, beta=1.0)


def make(links, delay, *trips, **more):
    tail, head = np.array(links).T
    origin, destination, volume = np.array(trips, dtype=float).reshape(-1, 3).T
    nodes = int(max(tail.max(), head.max(), *origin, *destination, 0)) + 1
    return Instance(
        nodes=nodes, tail=tail, head=head, delay=delay, origin=origin, destination=destination, volume=volume, **more
    )


def two_routes(volume=15.0, **more):
    """Two parallel links of costs 10 + x and 15 + x: 15 trips share them as 10 and 5, at 20."""
    return make([(0, 1), (0, 1)], linear((10, 1), (15, 1)), (0, 1, volume), **more)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_two_parallel_links_are_both_used_and_cost_the_same(algorithm):
    answer = solve(two_routes(), TIGHT[algorithm])
    assert answer.stop is Stop.GAP
    assert answer.flow == pytest.approx([10.0, 5.0], rel=1e-3)
    assert answer.cost == pytest.approx([20.0, 20.0], rel=1e-3)


def test_few_trips_leave_the_dearer_link_empty():
    answer = solve(two_routes(4.0))
    assert answer.flow.tolist() == [4.0, 0.0]
    assert answer.cost.tolist() == [14.0, 15.0]
    assert answer.relative_gap == 0.0


def braess(bypass):
    """Braess (1968): 6 trips from 0 to 3; 10 x on 0-1 and 2-3, 50 + x on 0-2 and 1-3, 10 + x on the bypass 1-2."""
    links = [(0, 1), (2, 3), (0, 2), (1, 3), (1, 2)][: 5 if bypass else 4]
    lines = [(1e-9, 10), (1e-9, 10), (50, 1), (50, 1), (10, 1)][: len(links)]
    return make(links, linear(*lines), (0, 3, 6.0))


@pytest.mark.parametrize("algorithm", ["bfw", "cfw", "gp"])
def test_a_new_road_makes_everybody_slower_in_the_network_of_braess(algorithm):
    before, after = (solve(braess(bypass), TIGHT[algorithm]) for bypass in (False, True))
    assert before.flow == pytest.approx([3, 3, 3, 3], abs=1e-4)
    assert before.cost[0] + before.cost[3] == pytest.approx(83, rel=1e-4)
    assert after.flow == pytest.approx([4, 4, 2, 2, 2], abs=1e-4)
    assert after.cost[0] + after.cost[3] == pytest.approx(92, rel=1e-4)
    assert after.cost[0] + after.cost[4] + after.cost[1] == pytest.approx(92, rel=1e-4)


def test_the_fourth_power_splits_by_hand():
    # free 1 and 2, capacity 1, alpha 1: 1 + x^4 = 2 (1 + y^4) at y = 1, x = 3^(1/4)
    delay = Delay(free=[1.0, 2.0], capacity=1.0, alpha=1.0)
    answer = solve(make([(0, 1), (0, 1)], delay, (0, 1, 1.0 + 3**0.25)), TIGHT["bfw"])
    assert answer.flow == pytest.approx([3**0.25, 1.0], rel=1e-4)
    assert answer.cost == pytest.approx([4.0, 4.0], rel=1e-4)


def test_background_traffic_pushes_trips_to_the_other_link():
    # 10 + (x + 5) = 15 + y and x + y = 15
    delay = Delay(free=[10.0, 15.0], capacity=[10.0, 15.0], alpha=1.0, beta=1.0, background=[5.0, 0.0])
    answer = solve(make([(0, 1), (0, 1)], delay, (0, 1, 15.0)), TIGHT["bfw"])
    assert answer.flow == pytest.approx([7.5, 7.5], rel=1e-4)
    assert answer.cost == pytest.approx([22.5, 22.5], rel=1e-4)


def test_background_on_the_bypass_of_braess_makes_everybody_faster():
    full = braess(bypass=True)
    background = np.array([0.0, 0.0, 0.0, 0.0, 100.0])
    delay = Delay(
        **{name: getattr(full.delay, name) for name in ("free", "capacity", "alpha", "beta")}, background=background
    )
    links = list(zip(full.tail, full.head, strict=True))
    answer = solve(make(links, delay, (0, 3, 6.0)), TIGHT["bfw"])
    assert answer.flow[4] == 0.0
    assert answer.cost[0] + answer.cost[3] == pytest.approx(83, rel=1e-4)


def test_a_fixed_cost_counts_like_time():
    delay = Delay(free=[1.0, 1.0], capacity=np.inf, fixed=[5.0, 0.0])
    assert solve(make([(0, 1), (0, 1)], delay, (0, 1, 3.0))).flow.tolist() == [0.0, 3.0]


def test_no_trip_passes_a_closed_node_but_may_begin_and_end_there():
    links, delay = [(0, 1), (1, 2), (0, 2)], Delay(free=[1.0, 1.0, 5.0], capacity=np.inf)
    trips = [(0, 2, 1.0), (0, 1, 2.0), (1, 2, 4.0)]
    assert solve(make(links, delay, *trips)).flow.tolist() == [3.0, 5.0, 0.0]
    assert solve(make(links, delay, *trips, closed=[1])).flow.tolist() == [2.0, 4.0, 1.0]


def test_the_gap_that_the_instance_works_out_itself_is_the_one_told():
    delay = Delay(free=[1.0, 2.0, 3.0, 1.0], capacity=[3.0, 4.0, 5.0, 1.0])
    instance = make([(0, 1), (1, 2), (0, 2), (2, 0)], delay, (0, 2, 9.0), (2, 1, 4.0))
    answer = solve(instance, Options(max_iterations=3, gap=0.0))
    assert answer.stop is Stop.ITERATIONS
    assert answer.iterations == len(answer.gaps) == 3
    assert answer.relative_gap == pytest.approx(instance.relative_gap(answer.flow), abs=1e-12)
    assert answer.cost == pytest.approx(instance.delay.at(answer.flow))
    assert np.abs(instance.balance(answer.flow)).max() < 1e-12


def test_a_closed_node_counts_in_the_gap_too():
    instance = make([(0, 1), (1, 2), (0, 2)], Delay(free=[1.0, 1.0, 5.0], capacity=np.inf), (0, 2, 1.0), closed=[1])
    assert instance.relative_gap(np.array([0.0, 0.0, 1.0])) == 0.0


def test_links_that_cost_nothing_are_used():
    delay = Delay(free=[0.0, 0.0, 1.0], capacity=1.0)
    answer = solve(make([(0, 1), (1, 2), (0, 2)], delay, (0, 2, 7.0)))
    assert answer.flow.tolist() == [7.0, 7.0, 0.0]
    assert (answer.relative_gap, answer.stop) == (0.0, Stop.GAP)


@pytest.mark.parametrize("trips", [[], [(0, 1, 0.0)], [(1, 1, 5.0)]])
def test_no_trips_is_an_equilibrium(trips):
    answer = solve(make([(0, 1), (0, 1)], linear((10, 1), (15, 1)), *trips))
    assert answer.flow.tolist() == [0.0, 0.0]
    assert answer.cost.tolist() == [10.0, 15.0]
    assert (answer.relative_gap, answer.stop) == (0.0, Stop.GAP)


def test_trips_without_a_path_are_told_by_their_place():
    with pytest.raises(NoPathError, match="2 trips have no path, first of nodes 1 -> 0; 1 -> 2") as caught:
        solve(make([(0, 1), (0, 2)], linear((1, 1), (1, 1)), (1, 0, 1.0), (0, 1, 1.0), (1, 2, 2.0), (2, 0, 0.0)))
    assert caught.value.pairs.tolist() == [0, 2]


def test_the_same_pair_twice_and_loops_change_nothing():
    links = [(0, 1), (0, 1), (1, 1), (0, 0)]
    delay = linear((10, 1), (15, 1), (1, 1), (1, 1))
    answer = solve(make(links, delay, (0, 1, 5.0), (0, 1, 10.0)), TIGHT["bfw"])
    assert answer.flow == pytest.approx([10.0, 5.0, 0.0, 0.0], rel=1e-4)


def test_a_mountain_of_trips_still_splits_and_too_many_for_a_number_are_refused():
    delay = Delay(free=1.0, capacity=[1.0, 1.0])
    for algorithm in ("bfw", "gp"):
        answer = solve(make([(0, 1), (0, 1)], delay, (0, 1, 1e30)), Options(algorithm=algorithm))
        assert answer.flow == pytest.approx([5e29, 5e29], rel=1e-3)
    with pytest.raises(NetworkError, match=r"1 links carry so much .* first links \[0\]"):
        solve(make([(0, 1), (0, 1)], delay, (0, 1, 1e100)))


def test_the_answer_is_the_same_on_any_number_of_threads():
    rng = np.random.default_rng(1)
    links = rng.integers(0, 40, (200, 2)).tolist() + [(n, (n + 1) % 40) for n in range(40)]
    delay = Delay(free=rng.random(240) + 0.1, capacity=rng.random(240) + 0.5)
    instance = make(links, delay, *[(*rng.integers(0, 40, 2), rng.random()) for _ in range(300)])
    flows = [solve(instance, Options(threads=count, max_iterations=30, gap=0.0)).flow for count in (1, 2, 5)]
    assert np.array_equal(flows[0], flows[1])
    assert np.array_equal(flows[0], flows[2])


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_where_nothing_can_be_gained_it_stops_and_says_so(algorithm):
    answer = solve(two_routes(), Options(algorithm=algorithm, gap=0.0, max_iterations=300))
    assert answer.stop in {Stop.GAP, Stop.STALLED, Stop.ITERATIONS}
    assert (answer.stop is Stop.GAP) == (answer.relative_gap == 0.0)
    assert answer.algorithm == algorithm


def test_without_room_for_the_trees_of_all_origins_the_answer_is_the_same(monkeypatch):
    kept = solve(braess(bypass=True), Options(algorithm="bfw", gap=1e-6))
    monkeypatch.setattr(loader, "_CELLS", 0)
    again = solve(braess(bypass=True), Options(algorithm="bfw", gap=1e-6))
    assert again.flow == pytest.approx(kept.flow)
    with pytest.raises(NetworkError, match="too many origins and nodes for the algorithm 'gp'"):
        solve(braess(bypass=True), Options(algorithm="gp"))


def test_paths_are_kept_where_they_have_room(monkeypatch):
    assert solve(two_routes()).algorithm == "gp"
    monkeypatch.setattr(user_equilibrium, "_ROOM", 1.0)
    assert solve(two_routes()).algorithm == "bfw"


def test_costs_that_turn_the_order_upside_down_are_still_shortest_paths():
    # the order kept from the empty network is the worst there is for the loaded one
    links = [(0, n) for n in range(1, 9)] + [(n, n + 1) for n in range(1, 8)] + [(n + 1, n) for n in range(1, 8)]
    delay = Delay(free=[*range(1, 9), *[1.0] * 7, *[1.0] * 7], capacity=[*[1.0] * 8, *[0.3] * 14])
    instance = make(links, delay, *[(0, n, 2.0) for n in range(1, 9)])
    answer = solve(instance, Options(gap=1e-6))
    assert answer.stop is Stop.GAP
    assert instance.relative_gap(answer.flow) <= 1e-6


@pytest.mark.parametrize(
    ("field", "value", "match"),
    [
        ("free", [-1.0, 1.0], r"1 links have no such free, expected finite numbers of at least 0; first links \[0\]"),
        ("capacity", [1.0, 0.0], r"1 links have no such capacity, expected numbers above 0; first links \[1\]"),
        ("capacity", [1.0, np.nan], "capacity"),
        ("beta", [0.5, 4.0], "beta, expected 0 or finite numbers of at least 1"),
        ("background", [np.inf, 0.0], "background"),
    ],
)
def test_a_delay_that_is_none_is_refused(field, value, match):
    with pytest.raises(NetworkError, match=match):
        Delay(**{"free": [1.0, 1.0], "capacity": 1.0, field: value})


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"tail": [0, 7]}, "tail holds nodes outside 0 to 1"),
        ({"tail": [0]}, "tail, head and delay are of 1, 2 and 2 links"),
        ({"origin": [0, 1]}, "differ in length"),
        ({"volume": [np.nan]}, "negative or not finite"),
        ({"volume": [-1.0]}, "negative or not finite"),
    ],
)
def test_an_instance_that_does_not_fit_together_is_refused(change, match):
    good = {"tail": [0, 0], "head": [1, 1], "origin": [0], "destination": [1], "volume": [1.0]}
    with pytest.raises(NetworkError, match=match):
        Instance(nodes=2, delay=linear((1, 1), (1, 1)), **(good | change))


@pytest.mark.parametrize(
    "options", [{"algorithm": "msa"}, {"gap": -1.0}, {"gap": np.nan}, {"max_iterations": 0}, {"threads": 0}]
)
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(NetworkError, match=r"expected|at least 1"):
        Options(**options)
