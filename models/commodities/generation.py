"""Column generation on paths: the master shares room among known paths, its prices call for cheaper ones.

Every round of prices gives a bound (`pricing`), so that the gap is known throughout. The prices asked about lie
between the master's and the best so far (smoothing), which takes a third of the rounds; the first paths come from
some subgradient steps, which need no program.

Source: Tomlin, Operations Research 14, 1966; Barnhart, Hane, Vance, Operations Research 48, 2000 (columns and rows on
demand); Pessoa, Sadykov, Uchoa, Vanderbeck, INFORMS Journal on Computing 30, 2018 (smoothing).
"""

from dataclasses import dataclass, field
from math import inf

import numpy as np

from models.arrays import Floats, Indices
from models.clock import Clock
from models.commodities.columns import Columns
from models.commodities.instance import summed
from models.commodities.master import Master, Shared
from models.commodities.pairs import Pairs
from models.commodities.pricing import Priced, Pricing
from models.interruption import ctrl_c
from models.solver import Solver
from models.stopping import GAP_REACHED, INTERRUPTED, TIME_LIMIT, is_proved

FIRST_STEPS, LAST_STEPS = 60, 30  # the paths of the last steps are kept
SMOOTH = 0.5  # weight of the best prices so far
# overload costs this much more than room did at the best prices, and some part of the dearest path more
NEAR, ABOVE = 1.2, 0.02
DEARER = 2.0  # as often as a link is overfull
ENDLESS = 1e6  # room that costs so many dearest paths is not to be had
FULL = 1e-9  # overload below this is the solver's rounding
NEW = 1e-9  # a path must save more than this part of its cost
ALL_PATHS = "no further path saves: what is left of the gap is rounding"
NO_WAY = "a commodity has no way"
TOO_FULL = "the links cannot carry it all"


@dataclass(slots=True)
class Generation:
    """The state of a solve: what is known, and the best plan (shares of columns) and prices so far."""

    pairs: Pairs
    solver: Solver
    clock: Clock
    gap: float
    columns: Columns = field(init=False)
    pricing: Pricing = field(init=False)
    master: Master = field(init=False)
    price: Floats = field(init=False)
    share: Floats | None = None
    value: float = inf
    bound: float = -inf
    stopped: str = TIME_LIMIT

    def __post_init__(self) -> None:
        self.columns = Columns(amount=self.pairs.amount)
        self.pricing = Pricing.of(self.pairs)
        self.price = np.zeros(self.pairs.capacity.size)
        self.master = Master(pairs=self.pairs, columns=self.columns, solver=self.solver)

    def run(self) -> None:
        """Carry on until the gap is reached, nothing more is to be found, or the time is over."""
        try:
            with ctrl_c():
                self._first_paths()
                if self.bound < inf:
                    self._rounds()
                else:  # a commodity that must be served has no way
                    self.stopped = NO_WAY
        except KeyboardInterrupt:
            self.stopped = INTERRUPTED

    def routes(self) -> tuple[Indices, Indices, Floats]:
        """Return the best plan's uses of links: commodity, link, amount."""
        owner, _, link, user = self.columns.arrays()
        share = np.zeros(owner.size)
        if self.share is not None:
            share[: self.share.size] = self.share
        amount = share[user] * self.pairs.amount[owner[user]]
        used = amount > 0
        return owner[user[used]], link[used], amount[used]

    def unserved(self) -> Floats:
        """Return what the best plan does not serve [commodity]."""
        owner, _, _, _ = self.columns.arrays()
        served = np.array([path.size > 0 for path in self.columns.path], dtype=np.bool_)
        share = np.zeros(owner.size)
        if self.share is not None:
            share[: self.share.size] = self.share
        going = summed(share[served], owner[served], self.pairs.amount.size)
        return self.pairs.amount * np.maximum(1.0 - going, 0.0)

    def _first_paths(self) -> None:
        price, best = np.zeros(self.pairs.capacity.size), -inf
        step = 0.1
        for number in range(FIRST_STEPS):
            if number == FIRST_STEPS - LAST_STEPS and (self.share is None or not self.share.any()):
                self.columns.clear()
            priced, _ = self._ask(price)
            if self.bound == inf:
                return
            excess = self._load(priced) - self.pairs.capacity
            if best == -inf:
                self._keep_if_it_fits(excess)
            if self._is_done or self.clock.is_over:
                return
            step, best = (step * 1.3, priced.bound) if priced.bound > best else (step * 0.6, best)
            slope = np.where((excess > 0) | (price > 0), excess, 0.0)
            square = float(np.einsum("i,i->", slope, slope))
            if square == 0:
                return
            price = np.clip(price + step * abs(best) / square * slope, 0.0, self._most)

    def _keep_if_it_fits(self, excess: Floats) -> None:
        """Keep the plan of cheapest paths, where it fits, or else the one that serves nothing, where it may."""
        if not (excess > 0).any():
            self.share = np.ones(len(self.columns.owner))
            self.value = float(sum(self.columns.cost))
        elif np.isfinite(self.pairs.unserved_cost).all():
            self.share = np.zeros(0)
            self.value = float((self.pairs.unserved_cost * self.pairs.amount).sum())

    def _rounds(self) -> None:
        self.master.begin_at(self.price)
        dearest = self._dearest_path
        overload_cost = NEAR * self.price + ABOVE * dearest
        while not (self._is_done or self.clock.is_over):
            shared = self.master.share_out(overload_cost, self.clock.left_s)
            if shared is None:
                return
            self._keep(shared)
            over = shared.overload > FULL
            if self._finds_paths(shared):
                overload_cost = np.where(over, DEARER * overload_cost, overload_cost)
                continue
            if not over.any() or bool((overload_cost[over] > self._most).all()):
                self.stopped = TOO_FULL if over.any() else ALL_PATHS
                return
            overload_cost = np.where(over, DEARER * overload_cost, overload_cost)

    @property
    def _dearest_path(self) -> float:
        """Return the cost of a unit on the dearest known path, 1 if all are free."""
        unit = (cost / self.pairs.amount[k] for cost, k in zip(self.columns.cost, self.columns.owner, strict=True))
        return float(max(unit, default=0.0)) or 1.0

    @property
    def _most(self) -> float:
        """Return a price of room at which no commodity that can do without would pass."""
        return max(ENDLESS * self._dearest_path, DEARER * self._dearest_unserved)

    @property
    def _dearest_unserved(self) -> float:
        """Return the largest cost of a unit not served, of those that may stay so: room never costs more."""
        may = np.isfinite(self.pairs.unserved_cost)
        return float(self.pairs.unserved_cost[may].max(initial=0.0))

    @property
    def _is_done(self) -> bool:
        done = is_proved(self.value, self.bound, self.gap)
        if done:
            self.stopped = GAP_REACHED
        return done

    def _is_overfull(self, shared: Shared) -> bool:
        return bool((shared.overload > FULL).any())

    def _keep(self, shared: Shared) -> None:
        """Keep the plan if it is better, cut to what fits where parts may stay unserved."""
        owner, cost, link, user = self.columns.arrays()
        if not self._is_overfull(shared):
            value = float(np.einsum("i,i->", cost, shared.share))
            if value < self.value:
                self.share, self.value = shared.share, value
            return
        if not np.isfinite(self.pairs.unserved_cost).all():
            return
        load = summed(shared.share[user] * self.pairs.amount[owner[user]], link, self.price.size)
        fits = np.ones(load.size)
        np.divide(self.pairs.capacity, load, out=fits, where=load > self.pairs.capacity)
        part = np.ones(owner.size)
        np.minimum.at(part, user, fits[link])
        share = shared.share * part
        left = 1.0 - summed(share, owner, self.pairs.amount.size)
        value = float((cost * share).sum() + (left * self.pairs.amount * self.pairs.unserved_cost).sum())
        if value < self.value:
            self.share, self.value = share, value

    def _finds_paths(self, shared: Shared) -> bool:
        """Ask near the best prices first; only if nothing there saves at the master's prices, at these."""
        owner, cost, link, user = self.columns.arrays()
        rent = np.bincount(user, weights=shared.price[link], minlength=owner.size) * self.pairs.amount[owner]
        now = np.full(self.pairs.amount.size, inf)
        np.minimum.at(now, owner, cost + rent)
        near = SMOOTH * self.price + (1 - SMOOTH) * shared.price
        return any(self._ask(price, shared.price, now)[1] for price in (near, shared.price))

    def _ask(self, price: Floats, master: Floats | None = None, now: Floats | None = None) -> tuple[Priced, int]:
        """Price all commodities and keep the bound; add the paths that are new, and return how many.

        With `now` [commodity], only paths that save against it at the `master`'s prices are added.
        """
        priced = self.pricing.at(price)
        if priced.bound > self.bound:
            self.bound, self.price = priced.bound, price
        size = np.diff(priced.start)
        owner = np.repeat(np.arange(size.size), size)
        unit = self._exact(priced, owner)
        wanted = np.arange(size.size)
        if master is not None and now is not None:
            there = unit + summed(master[priced.links], owner, size.size)
            wanted = np.flatnonzero(there * self.pairs.amount < now * (1 - NEW))
        return priced, self.columns.add(priced, unit, wanted)

    def _exact(self, priced: Priced, owner: Indices) -> Floats:
        """Return the paths' costs without prices [commodity], added up from the links'."""
        rows = self.pricing.costs
        row = owner if len(rows) > 1 else np.zeros(owner.size, dtype=np.intp)
        exact = summed(rows[row, priced.links], owner, self.pairs.amount.size)
        return np.where(priced.served, exact, self.pairs.unserved_cost)

    def _load(self, priced: Priced) -> Floats:
        owner = np.repeat(np.arange(self.pairs.amount.size), np.diff(priced.start))
        return summed(self.pairs.amount[owner], priced.links, self.price.size)
