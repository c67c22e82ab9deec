"""Maximal covering by Benders cuts alone, against every plan of small instances: parts, backup and forced sites."""

from itertools import combinations

import numpy as np
import pytest

from models import MaxCover, SolveOptions, Status
from models.covering import max_search
from models.covering.cell_cuts import cuts, multipliers
from models.covering.client_groups import grouped
from models.covering.credit import credit_of


def instance(seed, *, has_parts, has_backup):
    rng = np.random.default_rng(seed)
    clients, sites = int(rng.integers(5, 40)), int(rng.integers(4, 9))
    covers = (rng.random((clients, sites)) < 0.5) * (rng.random((clients, sites)) if has_parts else 1.0)
    weight = rng.random(clients) * 10
    return MaxCover(
        covers=covers,
        weight=weight,
        p=int(rng.integers(2, sites - 1)),
        backup_weight=weight * rng.random(clients) * has_backup,
        forced_open=(0,) if seed % 3 == 0 else (),
        forced_closed=(1,) if seed % 2 == 0 else (),
    )


def plans(asked):
    """Return what every allowed plan earns, by its sites."""
    dense = np.zeros(asked.covers.shape)
    dense[asked.covers.client, asked.covers.site] = asked.covers.parts
    found = {}
    for chosen in combinations(range(dense.shape[1]), asked.p):
        if set(asked.forced_open) <= set(chosen) and not set(asked.forced_closed) & set(chosen):
            ranked = -np.sort(-dense[:, chosen], axis=1)
            found[chosen] = float(asked.weight @ ranked[:, 0] + asked.backup_weight @ ranked[:, 1])
    return found


@pytest.mark.parametrize("has_backup", [False, True])
@pytest.mark.parametrize("has_parts", [False, True])
def test_cuts_without_a_tree_find_the_best_of_all_plans(monkeypatch, has_parts, has_backup):
    monkeypatch.setattr(max_search.Work, "_tree", lambda _work, _clock: None)
    monkeypatch.setattr(max_search, "MOST_LOOKS", 1)
    monkeypatch.setattr(max_search, "LOOK", 1)
    for seed in range(6):
        asked = instance(seed, has_parts=has_parts, has_backup=has_backup)
        best = max(plans(asked).values())
        solution = asked.solve(SolveOptions(relative_gap=1e-5, time_limit_s=20))
        assert solution.status is Status.OPTIMAL
        assert solution.objective == pytest.approx(best, rel=1.1e-5)
        assert solution.bound >= best * (1 - 1e-12)
        assert asked.check(solution) == []


@pytest.mark.parametrize("has_backup", [False, True])
def test_a_cut_holds_for_every_plan_and_is_tight_where_it_was_made(has_backup):
    for seed in range(20):
        asked = instance(seed, has_parts=True, has_backup=has_backup)
        covers = asked.covers
        entries = covers.start.astype(np.int64), covers.site.astype(np.int32), covers.parts.copy()
        credit = credit_of(entries, asked.weight, asked.backup_weight, covers.shape[1])
        cell = grouped(credit, 3)
        worth = plans(asked)
        rng = np.random.default_rng(seed)
        for chosen, value in worth.items():
            y = np.zeros(covers.shape[1])
            y[list(chosen)] = 1.0
            for point, is_tight in ((y, True), (rng.random(y.size), False)):
                constant, slope = cuts(credit, *multipliers(credit, point), cell, int(cell.max()) + 1)
                most = float((constant + slope @ y).sum())
                assert most >= value - 1e-9
                assert not is_tight or most == pytest.approx(value)
