"""The other good plans of set covering, maximal covering and p-center: by eye, and what may go wrong."""

import numpy as np
import pytest

from models import InstanceError, MaxCover, PCenter, SetCover, SolveOptions

RING = np.eye(4, dtype=bool) | np.roll(np.eye(4, dtype=bool), 1, axis=1)  # client i: site i and the next one
ALL = "all are found: no other open sites cost as little"


def sets(found):
    return [tuple(np.flatnonzero(one.open).tolist()) for one in found]


def test_a_ring_of_four_has_two_covers_by_two_sites_and_four_by_three():
    found = SetCover(covers=RING).alternatives(within=0.5)
    assert set(sets(found[:2])) == {(0, 2), (1, 3)}
    assert sorted(sets(found[2:])) == [(0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)]
    assert [one.objective for one in found] == [2, 2, 3, 3, 3, 3]
    assert {one.stopped for one in found} == {ALL}
    assert {one.bound for one in found} == {2.0}


def test_the_cheapest_covers_come_first_and_no_more_than_asked_for():
    found = SetCover(covers=RING, cost=[1, 2, 4, 8]).alternatives(3, within=np.inf)
    assert sets(found) == [(0, 2), (0, 1, 2), (1, 3)]
    assert [one.objective for one in found] == [5, 7, 10]


def test_sites_of_no_use_and_no_cost_make_many_covers_and_only_some_are_returned():
    covers = np.zeros((1, 60), dtype=bool)
    covers[0, 0] = True
    found = SetCover(covers=covers, cost=np.eye(60)[0]).alternatives(5)
    assert [one.objective for one in found] == [1] * 5
    assert len(set(sets(found))) == 5


def test_of_three_sites_the_heavier_pairs_come_first():
    covers = np.eye(3, dtype=bool)
    found = MaxCover(covers=covers, weight=[5, 3, 1], p=2).alternatives(within=0.25)
    assert sets(found) == [(0, 1), (0, 2)]
    assert [one.objective for one in found] == [8, 6]
    assert sets(MaxCover(covers=covers, weight=[5, 3, 1], p=2).alternatives(within=np.inf)) == [(0, 1), (0, 2), (1, 2)]


def test_on_a_line_the_middle_is_the_centre_and_its_neighbours_are_next():
    at = np.arange(5.0)
    found = PCenter(cost=abs(at[:, None] - at), p=1).alternatives(within=0.5)
    assert sets(found)[0] == (2,)
    assert sorted(sets(found)[1:]) == [(1,), (3,)]
    assert [one.objective for one in found] == [2, 3, 3]


def test_as_many_centres_as_asked_for_end_the_search_at_once():
    points = np.random.default_rng(0).random((400, 2)).round(2)
    cost = np.linalg.norm(points[:, None] - points, axis=2)
    found = PCenter(cost=cost, p=5).alternatives(4, within=np.inf)
    assert len(set(sets(found))) == 4
    assert found[0].objective <= found[3].objective
    assert {one.stopped for one in found} == {ALL}


@pytest.mark.parametrize(
    "instance",
    [
        SetCover(covers=[[False, False]]),
        MaxCover(covers=RING, p=5),
        PCenter(cost=[[1.0, np.inf], [np.inf, 1.0]], p=1),
    ],
)
def test_what_is_infeasible_has_no_plans(instance):
    assert instance.alternatives() == ()


@pytest.mark.parametrize("instance", [SetCover(covers=RING), MaxCover(covers=RING, p=2), PCenter(cost=1.0 * RING, p=2)])
def test_counts_and_parts_without_meaning_are_named(instance):
    with pytest.raises(InstanceError, match="count is 0"):
        instance.alternatives(0)
    with pytest.raises(InstanceError, match="within is -1"):
        instance.alternatives(within=-1.0)


def drawn():
    rng = np.random.default_rng(3)
    points = rng.random((60, 2))
    cost = np.linalg.norm(points[:, None] - points, axis=2)
    return [
        ("set_alternatives", SetCover(covers=cost < 0.2, cost=rng.integers(1, 9, 60))),
        ("max_alternatives", MaxCover(covers=cost < 0.1, p=8)),
        ("center_alternatives", PCenter(cost=cost, p=6)),
    ]


@pytest.mark.parametrize(("place", "instance"), drawn())
def test_an_interruption_leaves_the_plans_so_far(monkeypatch, place, instance):
    from models.covering import every_cover, max_alternatives  # noqa: PLC0415  (compile)

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(every_cover, "look", interrupt)
    monkeypatch.setattr(max_alternatives._All, "_look", interrupt)
    found = instance.alternatives(200, within=0.3)
    assert found, place
    assert {one.stopped for one in found} == {"interrupted"}
    assert all(instance.check(one) == [] for one in found)


@pytest.mark.parametrize(("place", "instance"), drawn())
def test_a_short_time_leaves_the_best_plan(place, instance):
    found = instance.alternatives(200, within=0.3, options=SolveOptions(time_limit_s=1e-3))
    assert found, place
    assert all(instance.check(one) == [] for one in found)
