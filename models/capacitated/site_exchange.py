"""Exchange sites of a choice for whole clients, judged by the bound of what plans on the choice cost.

What plans on a choice cost is known only when clients are assigned, which takes a second and some luck. The bound with
rows on triples lies some 0.2 % below, and rejects a move in a hundredth of a second; good choices differ from other
good ones by one to four sites. Moves are tried in the order of what they cost at the wages and prices of the choice as
it is, by the reduced costs of its sites: to close a site, to open one, or both; then two for one, and one for two.
Choices that were returned before are passed over: clients were assigned to them already.

Source: Resende, Werneck, European Journal of Operational Research 174, 2006 (interchange for facility location).
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.capacitated.strengthening import Effort, Relaxed, Strengthening
from models.clock import Clock
from models.relaxation.site_knapsacks import CLOSED, FREE, OPEN, Data
from models.relaxation.triples import Triples
from models.relaxation.volume import BOUND, Dual, new_dual

GLANCE = Effort(rounds=4, evaluations=30, looks=0, rows=0, agreement=0.1, step=0.005)
LOOK = Effort(rounds=60, evaluations=50, looks=8, rows=100, agreement=0.01, step=0.005)
SHARE, OTHER_SHARE = 0.025, 0.01  # of the time: for all moves, and for another choice than one returned before
WORSE = 0.5  # of the way from its bound to the best plan: what that other choice's bound may be
PATIENCE = 40  # moves of a kind without gain
KINDS = (1, 1), (2, 1), (1, 2)  # sites to close and to open; (1, 1): at most
LIKELY, LIKELY_ALONE = 30, 500  # sites on each side that pairs are made of, and that move alone
NOBODY = -1


class Choice(NamedTuple):
    """Open `sites`, what no plan on them is cheaper than, and the wages and prices that prove it."""

    sites: Indices
    bound: float
    dual: Dual
    triples: Triples


class Terms(NamedTuple):
    """What a choice keeps to: only sites that are FREE in `state` move, and all have `room` together."""

    state: Indices
    room: float


class SiteExchange:
    """Moves sites of one problem, as `data`, by the bounds that `strengthening` proves."""

    def __init__(self, data: Data, strengthening: Strengthening, clock: Clock) -> None:
        self._data, self._strengthening, self._clock = data, strengthening, clock
        self._returned: set[bytes] = set()

    def bounded(self, choice: Choice, value: float) -> Choice:
        """Return a choice with the bound, wages and prices at the end of a climb; `value`: of a plan."""
        return self._bounded(choice, value, self._clock.part(SHARE), LOOK)

    def improved(self, start: Choice, terms: Terms, value: float) -> Choice:
        """Return a choice that no move was seen to better; the start itself, where it was returned before, if it must.

        `value`: of a plan. A bound that is not below it says that no choice was found on which a plan is better.
        """
        clock = self._clock.part(SHARE)
        best = self._bounded(start, value, clock, LOOK)
        while not clock.is_over:
            better = self._moved(best, terms, min(best.bound, value), clock)
            if better is None:
                break
            best = better
        if -np.inf < best.bound < value and best.sites.tobytes() in self._returned:
            enough = best.bound + WORSE * (value - best.bound)
            other = self._moved(best, terms, enough, self._clock.part(OTHER_SHARE))
            best = best if other is None else other
        self._returned.add(best.sites.tobytes())
        return best

    def _moved(self, at: Choice, terms: Terms, enough: float, clock: Clock) -> Choice | None:
        """Return the first choice found whose bound stays below `enough`, None if none was."""
        for sites in self._moves(at, terms):
            if clock.is_over:
                break
            if sites.tobytes() in self._returned:
                continue
            trial = self._bounded(at._replace(sites=sites), enough, clock, GLANCE)
            if trial.bound < enough:
                trial = self._bounded(trial, enough, clock, LOOK)
            if trial.bound < enough and not clock.is_over:
                return trial
        return None

    def _bounded(self, at: Choice, enough: float, clock: Clock, effort: Effort) -> Choice:
        """Return the choice with its bound, climbed from where `at` stands."""
        state = np.full(self._data.room.size, CLOSED)
        state[at.sites] = OPEN
        relaxed = Relaxed(self._data, state, new_dual(state.size, at.dual.wage, effort.step), at.triples)
        after = self._strengthening.climb(relaxed, (enough, enough), clock, effort)
        return Choice(at.sites, float(after.dual.mark[BOUND]), after.dual, after.triples)

    def _moves(self, at: Choice, terms: Terms) -> Iterator[Indices]:
        """Yield the sites after each move that keeps the room and an allowed number of sites, likeliest first."""
        data, is_in = self._data, np.isin(np.arange(terms.state.size), at.sites)
        worth = self._strengthening.values(Relaxed(data, np.where(is_in, FREE, terms.state), at.dual, at.triples))
        may_move, one = terms.state == FREE, np.ones(worth.size)
        by_worth = np.argsort(worth, kind="stable")
        closing = by_worth[(is_in & may_move)[by_worth]][::-1]  # the likeliest first on both sides
        opening = by_worth[(~is_in & may_move)[by_worth]]
        for most_out, most_in in KINDS:
            out, into = _groups(closing, most_out), _groups(opening, most_in)
            number = at.sites.size + _change(one, out, into)
            fits = float(data.room[at.sites].sum()) + _change(data.room, out, into) >= terms.room
            fits &= (data.least <= number) & (number <= data.most)
            if (most_out, most_in) == (1, 1):
                fits[-1, -1] = False  # nobody for nobody
            a, b = np.nonzero(fits)
            for k in np.argsort(_change(worth, out, into)[a, b], kind="stable")[:PATIENCE].tolist():
                yield _moved_to(is_in, out[a[k]], into[b[k]])


def _groups(sites: Indices, most: int) -> Indices:
    """Return [group, 2] of the likeliest sites: pairs, or each alone and nobody; NOBODY fills what is left."""
    if most == 1:
        alone = np.append(sites[:LIKELY_ALONE], NOBODY)
        return np.column_stack((alone, np.full(alone.size, NOBODY)))
    a, b = np.triu_indices(min(sites.size, LIKELY), 1)
    return np.column_stack((sites[a], sites[b]))


def _change(of: Floats, out: Indices, into: Indices) -> Floats:
    """Return [group out, group in] what the sum over all open sites, `of` [site] each, grows by."""
    return _sums(of, into) - _sums(of, out)[:, None]


def _sums(of: Floats, groups: Indices) -> Floats:
    """Return [group] the sum over its sites, `of` [site] each."""
    return np.asarray(np.append(of, 0.0)[groups].sum(axis=1))


def _moved_to(is_in: Flags, out: Indices, into: Indices) -> Indices:
    chosen = np.append(is_in, False)  # NOBODY is the last
    chosen[out], chosen[into] = False, True
    return np.flatnonzero(chosen[:-1])
