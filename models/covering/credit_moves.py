"""Greedy choice and interchange for maximal covering: every site knows what opening gains or closing loses.

Closing or opening a site touches the clients it covers, and these tell all their sites. An open site is closed, the
closed site that then gains most is opened. Source: Church, ReVelle, Papers of the Regional Science Association 32,
1974 (greedy adding with substitution); Resende, Werneck, European Journal of Operational Research 174, 2006.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.covering.credit import Credit
from models.covering.lists import FREE, OPEN, Ints, Smalls, States
from models.heuristics.draws import Random, draw, seeded

DUST = 1e-12  # of the value: less is rounding
NONE = -1


class Plan(NamedTuple):
    """Open sites: `flag`, the list `listed` with `place`; of each client the parts of the best three, and the best two.

    `gain` [site]: what opening it gains, or closing it loses. `value[0]` what the plan earns; `best` [site] the best
    plan met, of value `value[1]`; `number`: how many are open, which to look at next, how many since the last swap.
    """

    flag: States
    listed: Smalls
    place: Smalls
    parts: Floats
    first: Smalls
    second: Smalls
    gain: Floats
    best: States
    value: Floats
    number: Ints
    random: Random


def new_plan(credit: Credit, sites: int, seed: int) -> Plan:
    """Return a plan with no open site."""
    rows = credit.weight.size
    plan = Plan(
        np.zeros(sites, dtype=np.int8), np.zeros(sites, dtype=np.int32), np.zeros(sites, dtype=np.int32),
        np.zeros((rows, 3)), np.full(rows, NONE, dtype=np.int32), np.full(rows, NONE, dtype=np.int32),
        np.zeros(sites), np.zeros(sites, dtype=np.int8), np.array([0.0, -1.0]), np.zeros(3, dtype=np.int64),
        seeded(seed),
    )  # fmt: skip
    earned = np.repeat(credit.weight, np.diff(credit.start)) * credit.part
    plan.gain[:] = np.bincount(credit.site, weights=earned, minlength=sites)
    return plan


@compiled
def _meant(flag: int, rank: int, part: float, three: tuple[float, float, float], earns: tuple[float, float]) -> float:
    """Return what a site means to a client: gained if it opens, lost if it closes.

    `flag`: 1 if it is open; `rank`: 0 the client's best open site, 1 its second, 2 neither; `three`: parts of its three
    best; `earns`: weight and backup.
    """
    meant = 0.0
    if flag == 1 and rank == 0:
        meant = earns[0] * (three[0] - three[1]) + earns[1] * (three[1] - three[2])
    elif flag == 1 and rank == 1:
        meant = earns[1] * (three[1] - three[2])
    elif flag == 0 and part > three[0]:
        meant = earns[0] * (part - three[0]) + earns[1] * (three[0] - three[1])
    elif flag == 0 and part > three[1]:
        meant = earns[1] * (part - three[1])
    return meant


@compiled
def _is_idle(flag: int, rank: int, part: float, three: tuple[float, float, float], earns: tuple[float, float]) -> bool:
    """Return whether opening or closing the site changes none of the client's best parts that matter."""
    has_backup = earns[1] > 0.0
    if flag == 1:
        return rank > 1 and (not has_backup or three[2] > part)
    return (three[2] if has_backup else three[1]) >= part


@compiled
def _rank(site: int, first: int, second: int) -> int:
    return 0 if site == first else 1 if site == second else 2


@compiled
def _turn(credit: Credit, plan: Plan, site: int, now: int) -> None:
    """Open or close a site, and tell all sites of the clients concerned.

    Only numbers are handed on from here: a call with the tuples counts references to all their arrays, which took
    nine tenths of the time.
    """
    plan.value[0] += plan.gain[site] if now else -plan.gain[site]
    flag, gain, parts, first, second = plan.flag, plan.gain, plan.parts, plan.first, plan.second
    start, sites, part = credit.start, credit.site, credit.part
    was = 1 - now
    for at in range(credit.site_start[site], credit.site_start[site + 1]):
        i = credit.client[at]
        three, earns = (parts[i, 0], parts[i, 1], parts[i, 2]), (credit.weight[i], credit.backup[i])
        one, two = first[i], second[i]
        if _is_idle(was, _rank(site, one, two), credit.site_part[at], three, earns):
            continue
        for k in range(start[i], start[i + 1]):
            j = sites[k]
            gain[j] -= _meant(flag[j], _rank(j, one, two), part[k], three, earns)
        flag[site] = now
        one = two = NONE
        three = (0.0, 0.0, 0.0)
        found = 0
        for k in range(start[i], start[i + 1]):
            if flag[sites[k]] == 1:
                if found == 0:
                    one, three = sites[k], (part[k], 0.0, 0.0)
                elif found == 1:
                    two, three = sites[k], (three[0], part[k], 0.0)
                else:
                    three = (three[0], three[1], part[k])
                    break
                found += 1
        first[i], second[i] = one, two
        parts[i, 0], parts[i, 1], parts[i, 2] = three
        for k in range(start[i], start[i + 1]):
            j = sites[k]
            gain[j] += _meant(flag[j], _rank(j, one, two), part[k], three, earns)
        flag[site] = was
    flag[site] = now


@compiled
def put(credit: Credit, plan: Plan, site: int) -> None:
    """Open a site."""
    plan.place[site] = plan.number[0]
    plan.listed[plan.number[0]] = site
    plan.number[0] += 1
    _turn(credit, plan, site, 1)


@compiled
def take(credit: Credit, plan: Plan, site: int) -> None:
    """Close a site."""
    plan.number[0] -= 1
    last = plan.listed[plan.number[0]]
    plan.listed[plan.place[site]] = last
    plan.place[last] = plan.place[site]
    _turn(credit, plan, site, 0)


@compiled
def _best_closed(plan: Plan, state: States) -> int:
    best = NONE
    for j in range(state.size):
        if state[j] == FREE and not plan.flag[j] and (best == NONE or plan.gain[j] > plan.gain[best]):
            best = j
    return best


@compiled
def fill(credit: Credit, plan: Plan, state: States, p: int, count: int) -> bool:
    """Open forced sites, then time and again the one that gains most, `count` at most; return whether p are open."""
    for j in range(state.size):
        if state[j] == OPEN and not plan.flag[j] and count > 0:
            put(credit, plan, j)
            count -= 1
    while plan.number[0] < p and count > 0:
        put(credit, plan, _best_closed(plan, state))
        count -= 1
    if plan.number[0] < p:
        return False
    _keep(plan)
    return True


@compiled
def _keep(plan: Plan) -> None:
    if plan.value[0] > plan.value[1]:
        plan.value[1] = plan.value[0]
        plan.best[:] = plan.flag


@compiled
def improve(credit: Credit, plan: Plan, state: States, looks: int) -> bool:
    """Look at up to `looks` open sites, swapping while that pays; return whether no swap pays any more."""
    if plan.number[0] == 0:
        return True
    for _ in range(looks):
        if plan.number[2] >= plan.number[0]:
            break
        plan.number[1] = (plan.number[1] + 1) % plan.number[0]
        out = plan.listed[plan.number[1]]
        plan.number[2] += 1
        if state[out] == OPEN:
            continue
        take(credit, plan, out)
        into = _best_closed(plan, state)
        if plan.gain[into] > plan.gain[out] + DUST * abs(plan.value[0]):
            put(credit, plan, into)
            plan.number[2] = 0
        else:
            put(credit, plan, out)
    _keep(plan)
    return bool(plan.number[2] >= plan.number[0])


@compiled
def kick(credit: Credit, plan: Plan, state: States, swaps: int) -> None:
    """Go back to the best plan, then swap random sites."""
    plan.number[2] = 0
    become(credit, plan, plan.best.copy())
    for _ in range(swaps):
        out = plan.listed[draw(plan.random, plan.number[0])]
        into = draw(plan.random, state.size)
        if state[out] == FREE and state[into] == FREE and not plan.flag[into]:
            take(credit, plan, out)
            put(credit, plan, into)


@compiled
def become(credit: Credit, plan: Plan, flag: States) -> None:
    """Open exactly these sites."""
    plan.number[2] = 0
    for j in range(flag.size):
        if plan.flag[j] and not flag[j]:
            take(credit, plan, j)
    for j in range(flag.size):
        if flag[j] and not plan.flag[j]:
            put(credit, plan, j)
