"""User equilibrium with fixed demand: what is given, and what any flow on it costs.

Wardrop (1952): no trip can get cheaper by another path. Beckmann, McGuire, Winsten (1956): that is the flow with

    minimise    sum over links a of  integral from 0 to x_a of  c_a(x) dx
    subject to  x_a = sum of the flows of the paths over a
                flows of the paths of each pair add up to its volume, none negative

    c_a(x) = free_a * (1 + alpha_a * ((x + background_a) / capacity_a) ** beta_a) + fixed_a

Units are the caller's: cost in any, flow and capacity in the same. Nothing here is compiled: what prices and
checks an answer shares no code with what finds it.
"""

from dataclasses import dataclass, field, fields

import numpy as np

from networks.equilibrium.arrays import Bools, Floats, Ints
from networks.errors import NetworkError

_SHOWN = 10


class OverloadError(NetworkError, ValueError):
    """Links carry so much for their capacity that their cost is no number.

    Parameters
    ----------
    links
        Rows of these links.
    """

    def __init__(self, links: Ints) -> None:
        self.links = links
        first = links[:_SHOWN].tolist()
        super().__init__(
            f"{len(links)} links carry so much for their capacity that the cost is no number, first links {first}"
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Delay:
    """The cost of links by the volume on them; each field is an array [links] or one number for all.

    Parameters
    ----------
    free
        Cost without traffic, at least 0.
    capacity
        Volume at which the cost is free * (1 + alpha); above 0, inf where nothing ever queues.
    alpha, beta
        Of the function of the US Bureau of Public Roads (1964): 0.15 and 4. alpha at least 0; beta 0 (cost does
        not depend on the flow) or at least 1.
    fixed
        Cost added whatever the volume: a toll or a weight on distance, at least 0.
    background
        Volume that is there and does not move, at least 0.

    Raises
    ------
    NetworkError
        A value lies outside; the links are numbered from 0.
    """

    free: Floats
    capacity: Floats
    alpha: Floats = field(default_factory=lambda: np.array(0.15))
    beta: Floats = field(default_factory=lambda: np.array(4.0))
    fixed: Floats = field(default_factory=lambda: np.array(0.0))
    background: Floats = field(default_factory=lambda: np.array(0.0))

    def __post_init__(self) -> None:
        arrays = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in self.arrays()))
        for one, values in zip(fields(self), arrays, strict=True):
            _refuse(_outside(one.name, values), f"{one.name}, expected {_EXPECTED[one.name]}")
            object.__setattr__(self, one.name, _frozen(np.atleast_1d(values)))

    def arrays(self) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
        """Return free, capacity, alpha, beta, fixed, background."""
        return self.free, self.capacity, self.alpha, self.beta, self.fixed, self.background

    def at(self, flow: Floats) -> Floats:
        """Return the cost of each link at a flow."""
        ratio = (flow + self.background) / self.capacity
        return self.free * (1.0 + self.alpha * ratio**self.beta) + self.fixed


_EXPECTED = {
    "free": "finite numbers of at least 0",
    "capacity": "numbers above 0",
    "alpha": "finite numbers of at least 0",
    "beta": "0 or finite numbers of at least 1",
    "fixed": "finite numbers of at least 0",
    "background": "finite numbers of at least 0",
}


def _outside(name: str, values: Floats) -> Bools:
    if name == "capacity":
        return ~(values > 0.0)
    wrong = ~(np.isfinite(values) & (values >= 0.0))
    return wrong | ((values > 0.0) & (values < 1.0)) if name == "beta" else wrong


def _refuse(wrong: Bools, what: str) -> None:
    at = np.flatnonzero(wrong)
    if len(at):
        raise NetworkError(f"{len(at)} links have no such {what}; first links {at[:_SHOWN].tolist()}")


def _frozen(values: Floats) -> Floats:
    values = np.array(values)
    values.setflags(write=False)
    return values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """Links, their costs, and the trips between nodes.

    Parameters
    ----------
    nodes
        How many there are; they are numbered from 0.
    tail, head
        Node at which each link begins and ends, shape [links]; parallel links are fine.
    delay
        Cost of each link.
    origin, destination, volume
        The trips, shape [pairs], in the unit of the capacity per the same time; a pair may come several times.
        Trips within a node and those of no volume load nothing.
    closed
        Nodes that no trip may pass, only begin or end at, shape [closed]: zones (TNTP: those before the first
        through node).

    Raises
    ------
    NetworkError
        Shapes differ, a node is not there, or a volume is negative or not finite.
    """

    nodes: int
    tail: Ints
    head: Ints
    delay: Delay
    origin: Ints
    destination: Ints
    volume: Floats
    closed: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        for name in ("tail", "head", "origin", "destination", "closed"):
            values = _frozen(np.asarray(getattr(self, name), dtype=np.int64))
            if len(values) and not 0 <= values.min() <= values.max() < self.nodes:
                raise NetworkError(f"{name} holds nodes outside 0 to {self.nodes - 1}")
            object.__setattr__(self, name, values)
        object.__setattr__(self, "volume", _frozen(np.asarray(self.volume, dtype=np.float64)))
        if not len(self.tail) == len(self.head) == len(self.delay.free):
            shapes = f"{len(self.tail)}, {len(self.head)} and {len(self.delay.free)}"
            raise NetworkError(f"tail, head and delay are of {shapes} links, expected the same number")
        if not len(self.origin) == len(self.destination) == len(self.volume):
            raise NetworkError("origin, destination and volume differ in length")
        if not (np.isfinite(self.volume).all() and (self.volume >= 0.0).all()):
            raise NetworkError("volume holds values that are negative or not finite")

    def balance(self, flow: Floats) -> Floats:
        """Return what leaves each node less what enters it and what begins there plus what ends: 0 if conserved."""
        counts = {"minlength": self.nodes}
        out = np.bincount(self.tail, flow, **counts) - np.bincount(self.head, flow, **counts)
        begun = np.bincount(self.origin, self.volume, **counts) - np.bincount(self.destination, self.volume, **counts)
        return np.asarray(out - begun, dtype=np.float64)

    def relative_gap(self, flow: Floats) -> float:
        """Return (cost of all - cost of all on their cheapest paths) / cost of all, by SciPy's Dijkstra.

        Bar-Gera (2002) calls it the relative gap; 0 at equilibrium and where nothing costs anything.
        """
        cost = self.delay.at(flow)
        total = float(cost @ flow)
        return 1.0 - self.least_cost(cost) / total if total > 0.0 else 0.0

    def least_cost(self, cost: Floats) -> float:
        """Return the cost of all trips, each on its cheapest path at these costs of links."""
        from scipy.sparse import csr_array  # noqa: PLC0415  (0.2 s at import of the package)
        from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

        tail, origin, nodes = self.split()
        best = np.lexsort((cost, self.head, tail))
        first = np.ones(len(best), dtype=np.bool_)
        first[1:] = (np.diff(tail[best]) != 0) | (np.diff(self.head[best]) != 0)
        best = best[first]
        matrix = csr_array((cost[best], (tail[best], self.head[best])), shape=(nodes, nodes))
        moved = (self.volume > 0.0) & (self.origin != self.destination)
        starts, row = np.unique(origin[moved], return_inverse=True)
        lengths = dijkstra(matrix, indices=starts)[row, self.destination[moved]]
        return float(lengths @ self.volume[moved])

    def split(self) -> tuple[Ints, Ints, int]:
        """Return tails, origins and number of nodes once each closed node has a twin where its links begin."""
        twin = np.arange(self.nodes)
        closed = np.unique(self.closed)
        twin[closed] = self.nodes + np.arange(len(closed))
        return twin[self.tail], twin[self.origin], self.nodes + len(closed)
