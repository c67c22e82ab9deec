"""Fast interchange: open a site, close another, as long as that pays.

For each client the two cheapest open sites are kept. Opening a saves `gain`; closing r then costs `loss` of r less what
a takes over (`extra`): all pairs of a with every r cost one walk over a's clients. After a move only the clients
touched are looked at again. Source: Resende, Werneck, European Journal of Operational Research 174, 2006 and
Annals of Operations Research 150, 2007; Whitaker, INFOR 21, 1983.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.relaxation.lists import Ints, Lists, Smalls
from models.relaxation.subgradient import CLOSED, OPEN, Rules, States

DUST = 1e-10  # a gain below this part of the value is rounding,
LARGE_DUST = 1e-14  # and one below this part of the largest cost


class Open(NamedTuple):
    """Open sites and, of each client, the cheapest two with their costs (site -1: none in the list).

    `flag` [site]; `listed` the open sites, the first `number[0]` places; `place` [site] where in it; `loss` [site] what
    closing costs the clients; `save` [site] scratch, zero between calls; `number[1]` the site to look at next;
    `value[0]`: serving and fixed cost, `value[1]`: what is rounding beside the largest cost.
    """

    flag: States
    listed: Smalls
    place: Smalls
    first: Smalls
    second: Smalls
    first_cost: Floats
    second_cost: Floats
    loss: Floats
    save: Floats
    number: Ints
    value: Floats


def new_open(clients: int, sites: int) -> Open:
    """Return room for a plan; `begin` fills it."""
    return Open(
        np.zeros(sites, dtype=np.int8), np.zeros(sites, dtype=np.int32), np.zeros(sites, dtype=np.int32),
        np.zeros(clients, dtype=np.int32), np.zeros(clients, dtype=np.int32), np.zeros(clients), np.zeros(clients),
        np.zeros(sites), np.zeros(sites), np.zeros(2, dtype=np.int64), np.zeros(2),
    )  # fmt: skip


@compiled
def begin(lists: Lists, rules: Rules, plan: Open, chosen: States) -> None:
    """Open exactly the `chosen` sites."""
    plan.number[0] = 0
    plan.value[0] = 0.0
    plan.loss[:] = 0.0
    plan.flag[:] = 0
    for j in range(chosen.size):
        if chosen[j]:
            plan.flag[j] = 1
            plan.place[j] = plan.number[0]
            plan.listed[plan.number[0]] = j
            plan.number[0] += 1
            plan.value[0] += rules.fixed[j]
    plan.value[1] = 0.0
    for i in range(plan.first.size):
        plan.value[1] = max(plan.value[1], LARGE_DUST * lists.far[i])
        _scan(lists, plan, i)
        plan.value[0] += plan.first_cost[i]
        if plan.first[i] >= 0:
            plan.loss[plan.first[i]] += plan.second_cost[i] - plan.first_cost[i]


@compiled
def _scan(lists: Lists, plan: Open, i: int) -> None:
    """Find the two cheapest open sites of client i."""
    plan.first[i] = -1
    plan.second[i] = -1
    plan.first_cost[i] = lists.far[i]
    plan.second_cost[i] = lists.far[i]
    for k in range(lists.start[i], lists.start[i + 1]):
        j = lists.site[k]
        if plan.flag[j]:
            if plan.first[i] < 0:
                plan.first[i] = j
                plan.first_cost[i] = lists.cost[k]
            else:
                plan.second[i] = j
                plan.second_cost[i] = lists.cost[k]
                return


@compiled
def put(lists: Lists, rules: Rules, plan: Open, a: int) -> None:
    """Open site a."""
    plan.flag[a] = 1
    plan.place[a] = plan.number[0]
    plan.listed[plan.number[0]] = a
    plan.number[0] += 1
    plan.value[0] += rules.fixed[a]
    plan.loss[a] = 0.0
    for k in range(lists.site_start[a], lists.site_start[a + 1]):
        i = lists.client[k]
        c = lists.site_cost[k]
        if c >= plan.second_cost[i]:
            continue
        r = plan.first[i]
        if c < plan.first_cost[i]:
            if r >= 0:
                plan.loss[r] -= plan.second_cost[i] - plan.first_cost[i]
            plan.value[0] += c - plan.first_cost[i]
            plan.second[i] = r
            plan.second_cost[i] = plan.first_cost[i]
            plan.first[i] = a
            plan.first_cost[i] = c
            plan.loss[a] += plan.second_cost[i] - c
        else:
            plan.loss[r] -= plan.second_cost[i] - c
            plan.second[i] = a
            plan.second_cost[i] = c


@compiled
def take(lists: Lists, rules: Rules, plan: Open, r: int) -> None:
    """Close site r."""
    plan.flag[r] = 0
    plan.number[0] -= 1
    last = plan.listed[plan.number[0]]
    plan.listed[plan.place[r]] = last
    plan.place[last] = plan.place[r]
    plan.value[0] -= rules.fixed[r]
    for k in range(lists.site_start[r], lists.site_start[r + 1]):
        i = lists.client[k]
        if plan.first[i] != r and plan.second[i] != r:
            continue
        if plan.first[i] != r:
            plan.loss[plan.first[i]] -= plan.second_cost[i] - plan.first_cost[i]
        plan.value[0] -= plan.first_cost[i]
        _scan(lists, plan, i)
        plan.value[0] += plan.first_cost[i]
        if plan.first[i] >= 0:
            plan.loss[plan.first[i]] += plan.second_cost[i] - plan.first_cost[i]


@compiled
def best_with(lists: Lists, rules: Rules, plan: Open, a: int) -> tuple[float, int]:
    """Return what opening a saves at best, and which site to close for it (-1: none)."""
    gain = -rules.fixed[a]
    save = plan.save
    for k in range(lists.site_start[a], lists.site_start[a + 1]):
        i = lists.client[k]
        c = lists.site_cost[k]
        if c < plan.second_cost[i]:
            r = plan.first[i]
            if c < plan.first_cost[i]:
                gain += plan.first_cost[i] - c
                if r >= 0:
                    save[r] += plan.second_cost[i] - plan.first_cost[i]
            else:
                save[r] += plan.second_cost[i] - c
    best = -np.inf
    out = -1
    for at in range(plan.number[0]):
        r = plan.listed[at]
        worth = rules.fixed[r] + save[r] - plan.loss[r]
        save[r] = 0.0
        if worth > best and rules.state[r] != OPEN:
            best = worth
            out = r
    if plan.number[0] < rules.most and best <= 0.0:
        return gain, -1
    return gain + best, out


@compiled
def best_move(lists: Lists, rules: Rules, plan: Open, a: int) -> tuple[int, int]:
    """Return the move at site a that pays: (site to open, site to close), -1 for none."""
    least = DUST * abs(plan.value[0]) + plan.value[1]
    if plan.flag[a]:
        is_free = rules.state[a] != OPEN and plan.number[0] > max(rules.least, 1)
        return -1, a if is_free and rules.fixed[a] - plan.loss[a] > least else -1
    if rules.state[a] == CLOSED:
        return -1, -1
    saved, out = best_with(lists, rules, plan, a)
    if saved > least:
        return a, out
    return -1, -1


@compiled
def move(lists: Lists, rules: Rules, plan: Open, a: int, r: int) -> None:
    """Open site a and close site r (-1: none)."""
    if a >= 0:
        put(lists, rules, plan, a)
    if r >= 0:
        take(lists, rules, plan, r)


@compiled
def improve(lists: Lists, rules: Rules, plan: Open, moves: int) -> int:
    """Move while that pays, at most `moves` times; return how many moves were made."""
    sites = plan.flag.size
    made = 0
    quiet = 0
    a = plan.number[1]
    while quiet < sites and made < moves:
        into, out = best_move(lists, rules, plan, a)
        if into >= 0 or out >= 0:
            move(lists, rules, plan, into, out)
            made += 1
            quiet = 0
        quiet += 1
        a = a + 1 if a + 1 < sites else 0
    plan.number[1] = a
    return made
