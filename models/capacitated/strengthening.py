"""Raise bounds of whole clients by rows on triples, on the packings that all nodes have met together.

A round climbs on the known packings from the centre, the wages and prices of the best bound so far, and then solves the
knapsacks once (`relaxation.packings_climb`). Where the climb promises hardly more than that proves, rows that the
averaged packings break are added, and those without a price leave.
"""

from collections.abc import Callable, Iterable
from math import prod
from typing import NamedTuple

import numpy as np

from models.arrays import Floats, Indices
from models.clock import Clock
from models.relaxation.broken_triples import broken_triples, with_broken, with_price
from models.relaxation.packings import averaged, no_packings, price_all
from models.relaxation.packings_climb import STEP, Pull, climb_known, new_pull, solve_knapsacks
from models.relaxation.site_knapsacks import CLOSED, FREE, OPEN, Data
from models.relaxation.softened_climb import climb_softly
from models.relaxation.triples import Triples
from models.relaxation.volume import BOUND, TOLL, Dual, new_dual

STEP_WITH_ROWS = 0.5  # of the first
DUST = 1e-7  # relative: sums of demands
LEAST_RISE = 0.001  # of the gap
PROMISE_EVALUATIONS, PROMISE_STEP = 40, 0.005
SOFT_STEPS, SOFT_ROUNDS = 600, 200
SOFT_LOOK, SOFT_WORTH = 10, 0.003  # so many rounds must gain such a part of the gap


class Effort(NamedTuple):
    """How much to do.

    `rounds` of so many `evaluations`; `looks` for rows, of which so many `rows` join at a time; the `agreement` between
    promise and proof at which a look is due, and the gain that makes another one worth while, as parts of the gap that
    is left; the first `step`.
    """

    rounds: int
    evaluations: int
    looks: int
    rows: int
    agreement: float
    step: float


class Relaxed(NamedTuple):
    """What is relaxed: `data` with the costs of forbidden pairs inf, the `state` [site], and where climbs stand."""

    data: Data
    state: Indices
    dual: Dual
    triples: Triples

    @property
    def least(self) -> Floats:
        """Return [site] the load of every packing."""
        return least_loads(self.data, self.state)


class Strengthening:
    """Keeps the packings met so far, of so many `sites` and `clients`."""

    def __init__(self, sites: int, clients: int) -> None:
        self._known = no_packings(sites, clients)
        self._clients = clients
        self._priced: tuple[Floats, Floats, Indices] | None = None  # what the packings are priced by

    def climb(
        self,
        relaxed: Relaxed,
        values: tuple[float, float],
        clock: Clock,
        effort: Effort,
        fix: Callable[[Relaxed], None] | None = None,
    ) -> Relaxed:
        """Climb until the bound is `enough` or nothing more is to be had; return where that ends.

        `values`: of a plan, and the bound that is enough. `fix` may decide sites at each look, and at the end. A bound
        of inf: no plan exists.
        """
        upper, enough = values
        now = relaxed._replace(dual=new_dual(relaxed.state.size, relaxed.dual.wage, effort.step))
        pull = new_pull(self._clients, now.triples.price.size, effort.step)
        looks, last, before = 0, -np.inf, -np.inf
        for _ in range(effort.rounds):
            if clock.is_over:
                break
            promised, now = self._round(now, pull, upper, effort.evaluations)
            bound = float(now.dual.mark[BOUND])
            if bound >= enough:
                break
            little = effort.agreement * (enough - bound)
            is_settled, last = max(promised - bound, promised - last) < little, promised
            if not is_settled:
                continue
            if looks == effort.looks or (looks > 1 and bound - before < little):
                break
            looks, before = looks + 1, bound
            self._write_share(now)
            if fix is not None:
                fix(now)
            now, pull = self._with_rows(now, pull, effort)
            if (now.triples.price > 0.0).all():
                break  # none is new
        if now.dual.mark[BOUND] == -np.inf:
            return relaxed  # no time was left
        self._write_share(now)
        if fix is not None:
            fix(now)
        return now._replace(triples=with_price(now.triples, self._clients))

    def climb_on(self, relaxed: Relaxed, enough: float, clock: Clock) -> Relaxed:
        """Climb along the softened model, with the same rows, where `climb` stood still; return where that ends."""
        if relaxed.data.need <= 0.0 or not (relaxed.data.room[relaxed.state != CLOSED] > 0.0).any():
            return relaxed  # there is nothing to share room for
        now = relaxed._replace(dual=new_dual(relaxed.state.size, relaxed.dual.wage, PROMISE_STEP))
        last = -np.inf
        for turn in range(SOFT_ROUNDS):
            if clock.is_over:
                break
            self._price(now)
            wage, price = now.dual.wage.copy(), now.triples.price.copy()
            climb_softly(self._known, now.data, now.state, wage, price, float(now.dual.mark[TOLL]), SOFT_STEPS)
            now = self._proved(now, wage, price)
            bound = float(now.dual.mark[BOUND])
            if bound >= enough:
                break
            if turn % SOFT_LOOK == SOFT_LOOK - 1:
                if bound - last < SOFT_WORTH * (enough - bound):
                    break
                last = bound
        return now if now.dual.mark[BOUND] > relaxed.dual.mark[BOUND] else relaxed

    def promised_rise(self, sides: Iterable[Relaxed], bound: float, values: tuple[float, float]) -> float:
        """Return the product of what the known packings promise each side to raise the `bound` by.

        `values`: of a plan, and the bound that is enough. A side that promises nothing leaves the other some weight.
        """
        upper, enough = values
        least = LEAST_RISE * (enough - bound)
        return prod(max(min(self.promise(side, upper), enough) - bound, least) for side in sides)

    def promise(self, relaxed: Relaxed, upper: float) -> float:
        """Return what the known packings promise for the bound, after a short climb."""
        self._price(relaxed)
        pull = new_pull(self._clients, relaxed.triples.price.size, PROMISE_STEP)
        wage, price = relaxed.dual.wage.copy(), relaxed.triples.price.copy()
        return climb_known(self._known, relaxed.data, relaxed.state, wage, price, pull, upper, PROMISE_EVALUATIONS)

    def values(self, relaxed: Relaxed) -> Floats:
        """Return the value [site] of each site that is not closed, at the wages and prices at hand."""
        self._price(relaxed)
        dual = new_dual(relaxed.state.size, relaxed.dual.wage, PROMISE_STEP)
        solve_knapsacks(
            self._known, relaxed.data, relaxed.state, relaxed.least, relaxed.dual.wage, relaxed.triples, dual
        )
        return dual.values

    def share_of_pairs(self) -> Floats:
        """Return [site, client] how often the averaged packings of the last climb serve the client."""
        return averaged(self._known, self._clients)

    def _round(self, now: Relaxed, pull: Pull, upper: float, evaluations: int) -> tuple[float, Relaxed]:
        """Climb on what is known, solve the knapsacks there; return what was promised, and the centre."""
        self._price(now)
        wage, price = now.dual.wage.copy(), now.triples.price.copy()
        promised = climb_known(self._known, now.data, now.state, wage, price, pull, upper, evaluations)
        return promised, self._proved(now, wage, price)

    def _proved(self, now: Relaxed, wage: Floats, price: Floats) -> Relaxed:
        """Solve the knapsacks; return the centre."""
        trial, before = now.triples._replace(price=price), now.dual.mark[BOUND]
        solve_knapsacks(self._known, now.data, now.state, now.least, wage, trial, now.dual)
        return now._replace(triples=trial) if now.dual.mark[BOUND] > before else now

    def _with_rows(self, now: Relaxed, pull: Pull, effort: Effort) -> tuple[Relaxed, Pull]:
        """Add the rows that are broken most; the averages go on where they were."""
        broken = broken_triples(self._known, self._clients)
        triples, sway = with_broken(now.triples, pull.sway, broken, effort.rows, self._clients)
        pull.mark[STEP] = max(pull.mark[STEP], STEP_WITH_ROWS * effort.step)
        return now._replace(triples=triples), pull._replace(sway=sway)

    def _write_share(self, now: Relaxed) -> None:
        now.dual.share[:] = np.minimum(self._known.weight.sum(axis=1), 1.0)

    def _price(self, now: Relaxed) -> None:
        """Price the packings by the costs, loads and rows at hand, unless they are priced by these already."""
        costs, least, rows = now.data.by_site, now.least, now.triples.clients
        old = self._priced
        if old is None or old[0] is not costs or old[2] is not rows:
            changed = np.ones(least.size, dtype=np.bool_)
        else:
            changed = least != old[1]
        if changed.any():
            price_all(self._known, now.data, least, now.triples, changed)
            self._priced = costs, least, rows


def least_loads(data: Data, state: Indices) -> Floats:
    """Return [site] what every packing loads.

    Where all sites are decided no plan leaves more room unused at one of them than there is too much in all.
    """
    if (state == FREE).any():
        return np.zeros(state.size)
    is_open = state == OPEN
    spare = float(data.room[is_open].sum() - data.demand.sum()) + DUST * float(data.demand.sum())
    return np.where(is_open, np.maximum(data.room - spare, 0.0), 0.0)
