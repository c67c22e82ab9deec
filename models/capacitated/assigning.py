"""Assign whole clients to a choice of sites: dive along the averaged packings, then anneal.

The dive assigns the clients whose averaged packing is nearly whole, raises the wages of the others again, and so on:
after it most clients sit where they belong, and what is wrong is local. Annealing mends that.
"""

from collections.abc import Iterator
from itertools import cycle, islice
from typing import NamedTuple

import numpy as np

from models.arrays import Floats, Indices
from models.capacitated.problem import Problem
from models.clock import Clock
from models.heuristics.annealing import BEST, COOLING, PRICE, TEMPERATURE, Annealing, anneal, new_annealing
from models.relaxation.decided_sites import Assigning, climb_packings

FIRST_ROUNDS, ROUNDS, SCALE = 100, 20, 0.3
SURE = 0.97
PART = 0.05  # of the free clients that each round of the dive assigns at least
NEAR = 14  # sites that annealing looks at for a client
TINY = 1e-9  # of the largest cost: the least unit
SLICE = 4_000_000  # steps, about a tenth of a second


class _Heat(NamedTuple):
    """The temperatures, first and last, in the mean cost of serving a client; and the first price of overload.

    That is in the same, for a mean demand.
    """

    hot: float
    cold: float
    overload: float


HEATS = _Heat(0.1, 0.02, 10.0), _Heat(0.2, 0.03, 20.0)  # in turn; the hotter one finds more where rooms are nearly full


class Effort(NamedTuple):
    """How much to do: annealings from the end of a dive, steps a client in each, and how noisy the dive is."""

    turns: int
    steps: int
    noise: float


def assigned(
    problem: Problem, sites: Indices, wage: Floats, effort: Effort, clock: Clock, draw: np.random.Generator
) -> Indices | None:
    """Return the best site [client] found for every client among `sites`; None: no feasible plan was found.

    `wage` [client]: where the climb begins.
    """
    best, best_at = np.inf, None
    for at, cost in nearly_assigned(problem, sites, wage, effort, clock, draw):
        if cost < best:
            best, best_at = cost, at
        if clock.is_over:
            break
    return best_at


def nearly_assigned(
    problem: Problem, sites: Indices, wage: Floats, effort: Effort, clock: Clock, draw: np.random.Generator
) -> Iterator[tuple[Indices, float]]:
    """Yield for each annealing the best site [client] and what serving costs, or where it stopped, overfull, and inf.

    The caller keeps the clock between two annealings.
    """
    cost = np.ascontiguousarray(problem.data.by_site[sites])
    at = _dived(problem, sites, wage, effort.noise * draw.random(cost.shape), clock)
    for heat in islice(cycle(HEATS), effort.turns):
        work = _heated(problem, sites, cost, at, heat)
        _cool(work, heat.cold / heat.hot, effort.steps * at.size, clock, draw)
        best = float(work.mark[BEST])
        yield sites[work.best_at if best < np.inf else work.at], best


def _dived(problem: Problem, sites: Indices, wage: Floats, noise: Floats, clock: Clock) -> Indices:
    """Return the site [client], as a place in `sites`; some sites may be overfull."""
    data = problem.data
    cost = np.ascontiguousarray(data.by_site[sites])
    at: Indices = np.argmin(cost, axis=0)
    work = Assigning(
        cost=cost, demand=data.demand, room=data.room[sites].copy(), free=np.ones(at.size, dtype=np.bool_),
        wage=wage.copy(), share=np.zeros(cost.shape),
    )  # fmt: skip
    rounds = FIRST_ROUNDS
    while work.free.any() and not clock.is_over:
        climb_packings(work, rounds, SCALE, np.inf)
        rounds = ROUNDS
        if not _settle(work, at, noise):
            break
    return at


def _settle(work: Assigning, at: Indices, noise: Floats) -> bool:
    """Assign the surest of the free clients; return whether any could be."""
    free = np.flatnonzero(work.free)
    share = work.share[:, free] * (1.0 - noise[:, free])
    into, sure = np.argmax(share, axis=0), share.max(axis=0)
    at[free] = into
    least, done = max(1, int(PART * free.size)), 0
    for k in np.argsort(-sure, kind="stable").tolist():
        if done >= least and sure[k] < SURE:
            break
        i, j = free[k], into[k]
        if work.demand[i] <= work.room[j]:
            work.room[j] -= work.demand[i]
            work.free[i] = False
            done += 1
    return done > 0


def _heated(problem: Problem, sites: Indices, cost: Floats, at: Indices, heat: _Heat) -> Annealing:
    data = problem.data
    by_client = np.ascontiguousarray(cost.T)
    near = np.argsort(by_client, axis=1, kind="stable")[:, :NEAR].copy()
    work = new_annealing(by_client, near, data.demand, data.room[sites], at)
    unit = max(float(cost.min(axis=0).mean()), TINY * float(np.abs(cost).max()), 1e-300)
    work.mark[PRICE] = heat.overload * unit / max(float(data.demand.mean()), 1e-300)
    work.mark[TEMPERATURE] = heat.hot * unit
    return work


def _cool(work: Annealing, ratio: float, steps: int, clock: Clock, draw: np.random.Generator) -> None:
    """Go through so many steps, in which the temperature falls to `ratio` of what it is."""
    cooling = ratio ** (COOLING / max(steps, COOLING))
    for done in range(0, steps, SLICE):
        if clock.is_over and done:
            return
        anneal(work, min(SLICE, steps - done), cooling, int(draw.integers(2**31)))
