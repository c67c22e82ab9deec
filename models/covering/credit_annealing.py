"""Annealing for maximal covering: an open site closes, mostly for one that shares a client with it.

A swap is judged by the clients of the two sites alone, and only one that is made tells others; so millions are tried
where interchange, which knows the gain of every site, makes thousands. A swap that loses x is made with probability
exp(-x / temperature). Source: Kirkpatrick, Gelatt, Vecchi, Science 220, 1983; for maximal covering: Murray, Church,
Journal of Heuristics 2, 1996.
"""

from math import isfinite
from typing import NamedTuple

import numpy as np

from models.arrays import Floats
from models.clock import Clock
from models.compiled import compiled
from models.covering.credit import Credit, worth
from models.covering.lists import FREE, OPEN, Ints, Smalls, States
from models.heuristics.draws import Random, draw, seeded

NONE = -1
NEAR = 4  # of five swaps: with a site that shares a client
CHANCES = 1 << 30
COLD = 0.04  # of the first temperature: the last
COOLINGS, FIRST = 100, 64


class Annealing(NamedTuple):
    """Sites `listed`, the `number[0]` open ones that may close first, then those that may open; `place` in that list.

    `flag` [site] is open; of each client the `parts` of the best three open sites, and the best two. `value[0]`: what
    the plan earns; `best` [site], `value[1]`: the best met.
    """

    flag: States
    listed: Smalls
    place: Smalls
    parts: Floats
    first: Smalls
    second: Smalls
    best: States
    value: Floats
    number: Ints
    random: Random


def new_annealing(credit: Credit, state: States, flag: States, seed: int) -> Annealing:
    """Return an annealing that begins with the sites of `flag`."""
    open_sites = np.flatnonzero((state == FREE) & (flag == OPEN))
    closed = np.flatnonzero((state == FREE) & (flag != OPEN))
    listed = np.concatenate((open_sites, closed)).astype(np.int32)
    place = np.full(state.size, NONE, dtype=np.int32)
    place[listed] = np.arange(listed.size)
    rows = credit.weight.size
    value = worth(credit, flag)
    work = Annealing(
        flag.copy(), listed, place, np.zeros((rows, 3)), np.full(rows, NONE, dtype=np.int32),
        np.full(rows, NONE, dtype=np.int32), flag.copy(), np.array([value, value]), np.array([open_sites.size]),
        seeded(seed),
    )  # fmt: skip
    _rank_all(credit, work)
    return work


@compiled
def _rank_all(credit: Credit, work: Annealing) -> None:
    for i in range(credit.weight.size):
        _rank(credit.start, credit.site, credit.part, work.flag, work.parts, work.first, work.second, i)


@compiled
def _rank(  # noqa: PLR0913, PLR0917  (a call with the tuples would count references to all their arrays)
    start: Ints, site: Smalls, part: Floats, flag: States, parts: Floats, first: Smalls, second: Smalls, i: int
) -> None:
    """Find the best three open sites of a client."""
    first[i] = second[i] = NONE
    parts[i] = 0.0
    found = 0
    for k in range(start[i], start[i + 1]):
        if flag[site[k]] == OPEN:
            parts[i, found] = part[k]
            if found == 0:
                first[i] = site[k]
            elif found == 1:
                second[i] = site[k]
            else:
                break
            found += 1


@compiled
def anneal(credit: Credit, work: Annealing, temperature: float, steps: int) -> None:
    """Try so many swaps at a temperature."""
    flag, listed, place, parts, first, second = (
        work.flag, work.listed, work.place, work.parts, work.first, work.second,
    )  # fmt: skip
    value, best, random, free = work.value, work.best, work.random, work.number[0]
    start, site, part, weight, backup = credit.start, credit.site, credit.part, credit.weight, credit.backup
    site_start, client, site_part = credit.site_start, credit.client, credit.site_part
    if free * (listed.size - free) == 0:
        return
    for _ in range(steps):
        out = listed[draw(random, free)]
        into = _other(start, site, site_start, client, listed, random, free, out)
        if place[into] < free:  # it is open, or may not open
            continue
        least = temperature * np.log((draw(random, CHANCES) + 1) / CHANCES)
        at, end = site_start[out], site_start[out + 1]
        new, last = site_start[into], site_start[into + 1]
        change = _gained(client[new:last], site_part[new:last], weight, backup, parts, first, second, out)
        change -= _lost(client[at:end], weight, backup, parts, first, second, out)
        if change < least:
            continue
        listed[place[out]], listed[place[into]] = into, out
        place[out], place[into] = place[into], place[out]
        value[0] += change
        flag[out] = 0
        for k in range(at, end):
            i = client[k]
            if parts[i, 2] <= 0.0:
                _leave(parts, first, second, i, out)
            elif site_part[k] >= parts[i, 2]:
                _rank(start, site, part, flag, parts, first, second, i)
        flag[into] = OPEN
        for k in range(new, last):
            _enter(parts, first, second, client[k], into, site_part[k])
        if value[0] > value[1]:
            value[1] = value[0]
            best[:] = flag


@compiled
def _other(  # noqa: PLR0913, PLR0917  (as above)
    start: Ints,
    site: Smalls,
    site_start: Ints,
    client: Smalls,
    listed: Smalls,
    random: Random,
    free: int,
    out: int,
) -> int:
    """Draw a site for `out`."""
    size = site_start[out + 1] - site_start[out]
    if size > 0 and draw(random, NEAR + 1) < NEAR:
        i = client[site_start[out] + draw(random, size)]
        return int(site[start[i] + draw(random, start[i + 1] - start[i])])
    return int(listed[free + draw(random, listed.size - free)])


@compiled
def _lost(  # noqa: PLR0913, PLR0917  (as above)
    clients: Smalls, weight: Floats, backup: Floats, parts: Floats, first: Smalls, second: Smalls, out: int
) -> float:
    """Return what the clients of `out` lose where it closes."""
    lost = 0.0
    for i in clients:
        if first[i] == out:
            lost += weight[i] * (parts[i, 0] - parts[i, 1]) + backup[i] * (parts[i, 1] - parts[i, 2])
        elif second[i] == out:
            lost += backup[i] * (parts[i, 1] - parts[i, 2])
    return lost


@compiled
def _gained(  # noqa: PLR0913, PLR0917  (as above)
    clients: Smalls,
    new: Floats,
    weight: Floats,
    backup: Floats,
    parts: Floats,
    first: Smalls,
    second: Smalls,
    out: int,
) -> float:
    """Return what the clients of a site gain where it opens for `out`; `new`: their parts."""
    gained = 0.0
    for at in range(clients.size):
        i = clients[at]
        one, two = parts[i, 0], parts[i, 1]
        if first[i] == out:
            one, two = two, parts[i, 2]
        elif second[i] == out:
            two = parts[i, 2]
        if new[at] > one:
            gained += weight[i] * (new[at] - one) + backup[i] * (one - two)
        elif new[at] > two:
            gained += backup[i] * (new[at] - two)
    return gained


@compiled
def _leave(parts: Floats, first: Smalls, second: Smalls, i: int, out: int) -> None:
    """Take a site from a client that has no third one."""
    if first[i] == out:
        first[i], parts[i, 0] = second[i], parts[i, 1]
    second[i], parts[i, 1] = NONE, 0.0


@compiled
def _enter(parts: Floats, first: Smalls, second: Smalls, i: int, into: int, new: float) -> None:
    """Give a client one site more."""
    if new > parts[i, 0]:
        first[i], second[i] = into, first[i]
        parts[i, 0], parts[i, 1], parts[i, 2] = new, parts[i, 0], parts[i, 1]
    elif new > parts[i, 1]:
        second[i] = into
        parts[i, 1], parts[i, 2] = new, parts[i, 1]
    elif new > parts[i, 2]:
        parts[i, 2] = new


def cooled(credit: Credit, work: Annealing, steps: int, hot: float, clock: Clock) -> None:
    """Anneal from the temperature `hot` down, which ends cold however slow the machine."""
    whole_s, done, size = clock.left_s, 0, FIRST
    while done < steps and not clock.is_over:
        before = clock.left_s
        share = done / steps
        if isfinite(whole_s):
            share = max(share, 1.0 - before / whole_s)
        anneal(credit, work, hot * COLD**share, size)
        done += size
        is_long = before - clock.left_s > whole_s / COOLINGS if isfinite(whole_s) else False
        size = max(size // 2, 1) if is_long else min(size * 2, steps // COOLINGS + 1)
