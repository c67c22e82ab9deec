"""What rows on triples of clients do in a node of the tree: raise its bound, say where to branch, lead to a plan."""

from collections import Counter
from collections.abc import Callable
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from models.arrays import Indices
from models.capacitated.branching import Gains
from models.capacitated.likely_choices import Choice, LikelyChoices
from models.capacitated.nodes import Node
from models.capacitated.packing_exchange import PackingExchange
from models.capacitated.plans import Plans
from models.capacitated.recombination import Recombination
from models.capacitated.strengthening import Effort, Relaxed, Strengthening
from models.clock import Clock
from models.relaxation.site_knapsacks import CLOSED, OPEN
from models.relaxation.triples import no_triples
from models.relaxation.volume import BOUND

AT_ROOT = Effort(rounds=400, evaluations=50, looks=20, rows=150, agreement=0.003, step=0.005)
AT_NODE = Effort(rounds=14, evaluations=40, looks=1, rows=40, agreement=0.03, step=0.005)
TRIED = 5  # sites on both sides, before one is decided
LEAST_HOPE = 0.15  # of the gap: a choice whose bound promises less is not assigned
MUCH_HOPE = 0.75  # of the gap of a node: a choice that promises more is as good as any
STARTS_SHARE = 0.15  # of the time, for all plans of a choice


class Starts(NamedTuple):
    """How many plans of a choice are looked for: `most`, but only `least` if these are all far dearer than the best.

    That is by more than the gap between the best plan and the bound of the choice.
    """

    least: int
    most: int


OF_THE_BEST, OF_OTHERS = Starts(8, 32), Starts(2, 6)
MOST_OVERFULL = 16  # plans, if no other is found


class RowsInNodes:
    """Works on the nodes of one tree, whose best plan `plans` keeps; `met` keeps what its plans are made of."""

    def __init__(self, plans: Plans, strengthening: Strengthening, met: Recombination, clock: Clock) -> None:
        self._plans, self._strengthening, self._met, self._clock = plans, strengthening, met, clock
        self._choices = LikelyChoices(plans.problem.data, strengthening, clock)
        self._draw = np.random.default_rng(plans.seed)
        self._in_vain: Counter[bytes] = Counter()

    def strengthen(self, node: Node, cutoff: float, effort: Effort, fix: Callable[[Node], None]) -> None:
        """Raise the bound of a node by rows, which it keeps; `fix` decides sites."""

        def take(now: Relaxed) -> None:
            node.dual = now.dual
            node.bound = max(node.bound, float(now.dual.mark[BOUND]))
            fix(node)

        values = self._plans.value, cutoff
        node.triples = self._strengthening.climb(self._relaxed(node), values, self._clock, effort, take).triples

    def best_site(self, node: Node, gains: Gains, cutoff: float) -> int:
        """Return the site that the known packings promise most of on both sides, of those that raised bounds before."""
        best, best_site = -1.0, node.most_undecided
        for site in gains.likeliest(node, TRIED).tolist():
            sides = (self._relaxed(node.child(site, decision, AT_NODE.step)) for decision in (OPEN, CLOSED))
            rise = self._strengthening.promised_rise(sides, node.bound, (self._plans.value, cutoff))
            if rise > best:
                best, best_site = rise, site
        return best_site

    def chosen(self, node: Node) -> Indices | None:
        """Return the site [client] of a plan on a choice of sites; `plans` keeps it if it is the best.

        Choices likely in the node are looked at. None: no choice, or no plan on it, is known that could be the best.
        """
        value = self._plans.value
        choice = self._choices.best(node, self._choice(node), value, _promising(LEAST_HOPE, value, node.bound))
        if choice is None:
            return None
        is_as_good = choice.bound < _promising(MUCH_HOPE, value, node.bound)
        return self._assigned(self._packings(choice), choice, OF_THE_BEST if is_as_good else OF_OTHERS)

    def assigned(self, node: Node) -> Indices | None:
        """Return the site [client] of a plan on the sites of a decided node; `plans` keeps it if it is the best."""
        choice = self._choice(node)
        return self._assigned(self._packings(choice), choice, OF_THE_BEST)

    def assigned_again(self, root: Node) -> Indices | None:
        """Return the site [client] of another plan on the sites of the best; `plans` keeps it if it is better.

        None: none is found, or their bound leaves little hope, the less the more often none was found.
        """
        sites, at, value = self._plans.sites, self._plans.at, self._plans.value
        if sites is None or at is None:
            return None
        hope = LEAST_HOPE * (1 + self._in_vain[sites.tobytes()])
        if hope >= 1.0:
            return None
        choice = self._choices.bounded(self._choice(root)._replace(sites=sites), value)
        if choice.bound >= _promising(hope, value, root.bound):
            return None
        packings = self._packings(choice)
        at = packings.improved(at)
        if at is not None:
            self._met.meet(at)
        if self._plans.value >= value:
            at = self._assigned(packings, choice, OF_OTHERS)
        self._in_vain[sites.tobytes()] += self._plans.value >= value
        return at

    def _packings(self, choice: Choice) -> PackingExchange:
        relaxed = choice.relaxed(self._plans.problem.data)
        return PackingExchange(self._plans, relaxed, self._clock, int(self._draw.integers(2**31)))

    def _assigned(self, packings: PackingExchange, choice: Choice, starts: Starts) -> Indices | None:
        """Return the site [client] of the best of some plans on a choice, four from each dive; None: none is found.

        Ends where one is found that uses some of what the bound allows, and where all seem hopeless.
        """
        clock, value, sites = self._clock.part(STARTS_SHARE), self._plans.value, choice.sites
        best, found = np.inf, None
        for turn, start in enumerate(islice(self._plans.starts(sites, choice.dual.wage), starts.most)):
            at = packings.improved(start)
            if at is not None:
                self._met.meet(at)
                cost = self._plans.cost(sites, at)
                best, found = min((best, found), (cost, at), key=itemgetter(0))
            is_good = value - self._plans.value > LEAST_HOPE * (value - choice.bound)
            is_dear = turn + 1 >= starts.least and best - value > value - choice.bound
            is_hopeless = is_dear if found is not None else turn + 1 >= MOST_OVERFULL
            if clock.is_over or is_good or is_hopeless:
                break
        return found

    def _choice(self, node: Node) -> Choice:
        """Return the sites open in a node, with its bound, wages and prices."""
        relaxed = self._relaxed(node)
        return Choice(np.flatnonzero(node.state == OPEN), node.bound, relaxed.dual, relaxed.triples)

    def _relaxed(self, node: Node) -> Relaxed:
        data = self._plans.problem.data
        triples = no_triples(data.demand.size) if node.triples is None else node.triples
        return Relaxed(data, node.state, node.dual, triples)


def _promising(part: float, value: float, bound: float) -> float:
    """Return the bound below which a choice of sites promises more than a `part` of the gap."""
    return value - part * (value - bound)
