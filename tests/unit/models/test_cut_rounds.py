"""The relaxation of maximal covering by rounds of cuts, against the plain linear program."""

import numpy as np
import pytest
from oracles.clocks import EndsAtLook
from scipy.optimize import linprog

from models.clock import Clock
from models.covering import cut_rounds
from models.covering.cell_master import Master
from models.covering.credit import credit_of
from models.covering.cut_rounds import relaxed
from models.covering.lists import states_of

CLIENTS, SITES, P, CELLS = 30, 7, 3, 4


def drawn(seed):
    """Return parts [client, site], weights of the best and of the second site, and who is forced open and closed."""
    rng = np.random.default_rng(seed)
    parts = (rng.random((CLIENTS, SITES)) < 0.5) * rng.choice([0.25, 0.5, 1.0], (CLIENTS, SITES))
    weight = rng.random(CLIENTS) * 10
    return parts, weight, weight * rng.random(CLIENTS) * (seed % 2), ((0,), (1,)) if seed % 3 == 0 else ((), ())


def value_of_plain_program(parts, weight, backup, forced, opened=None):
    """Return the most that fractional openings earn: who is served takes no more of a site than is open of it."""
    client, site = np.nonzero(parts)
    count = client.size
    earned = np.concatenate(
        [np.zeros(SITES), weight[client] * parts[client, site], backup[client] * parts[client, site]]
    )
    rows = np.zeros((2 * CLIENTS + count, earned.size))
    for at in range(count):
        rows[client[at], SITES + at] = rows[CLIENTS + client[at], SITES + count + at] = 1.0
        rows[2 * CLIENTS + at, [site[at], SITES + at, SITES + count + at]] = -1.0, 1.0, 1.0
    number = np.concatenate([np.ones(SITES), np.zeros(2 * count)])
    bounds = [(float(j in forced[0]), float(j not in forced[1])) for j in range(SITES)]
    bounds = bounds if opened is None else [(one, one) for one in opened]
    most = np.concatenate([np.ones(2 * CLIENTS), np.zeros(count)])
    found = linprog(
        -earned, A_ub=np.vstack([rows, number]), b_ub=np.append(most, P + 1e-7), bounds=bounds + [(0, 1)] * 2 * count
    )
    return -found.fun


def relaxation(drawn, solver, clock=None):
    parts, weight, backup, (opened, closed) = drawn
    client, site = np.nonzero(parts)
    start = np.append(0, np.cumsum(np.bincount(client, minlength=CLIENTS)))
    credit = credit_of((start, site.astype(np.int32), parts[client, site]), weight, backup, SITES)
    state = states_of(SITES, opened, closed)
    cell = np.arange(credit.weight.size) % CELLS
    return relaxed(Master(credit, P, cell), state, solver, clock or Clock(60.0))


@pytest.mark.parametrize("seed", range(4))
def test_the_openings_earn_what_the_plain_program_says_however_few_cuts_a_round_brings(monkeypatch, kept_solver, seed):
    case = drawn(seed)
    best = value_of_plain_program(*case)
    for few in (1, 10):
        monkeypatch.setattr(cut_rounds, "FEW", few)
        openings = np.clip(relaxation(case, kept_solver).y, 0.0, 1.0)
        assert openings.sum() <= P + 1e-7
        assert value_of_plain_program(*case, openings) == pytest.approx(best, rel=1e-4)


@pytest.mark.parametrize("seed", range(2))
def test_a_single_round_leaves_openings_that_are_allowed_and_earn_no_more(monkeypatch, kept_solver, seed):
    case = drawn(seed)
    monkeypatch.setattr(cut_rounds, "MOST_ROUNDS", 1)
    openings = np.clip(relaxation(case, kept_solver).y, 0.0, 1.0)
    opened, closed = case[3]
    assert openings.sum() <= P + 1e-7
    assert openings[list(opened)] == pytest.approx(1.0)
    assert openings[list(closed)] == pytest.approx(0.0)
    assert value_of_plain_program(*case, openings) <= value_of_plain_program(*case) + 1e-6


@pytest.mark.parametrize("last", [1, 2])
def test_where_the_time_is_over_before_the_first_program_nothing_is_known(kept_solver, last):
    assert relaxation(drawn(0), kept_solver, EndsAtLook(last)) is None


def test_where_the_time_is_over_later_the_openings_so_far_remain(kept_solver):
    whole = value_of_plain_program(*drawn(1))
    openings = np.clip(relaxation(drawn(1), kept_solver, EndsAtLook(4)).y, 0.0, 1.0)
    assert openings.sum() <= P + 1e-7
    assert value_of_plain_program(*drawn(1), openings) <= whole + 1e-6
