"""Which engine answers a request, and the hierarchies at hand.

Dijkstra's algorithm needs no preparation; a contraction hierarchy takes the time of some hundred searches to build
(and, once on a machine, some seconds to compile) and then answers thousands at once. A hierarchy is built when a
request is worth it; it stays with the network in memory and in the folder that the network was loaded from or saved
to. It is keyed by topology and weights, so that a stale one is never used; a damaged file is built again.

The rule of the engine "auto", by origins x (nodes + links): "hierarchy" from 1 million if the hierarchy is at hand,
from 25 million and 400 origins if it is not, "dijkstra" otherwise and where the graph is too dense to be ranked.
Both find the same paths (`networks.trees.build_graph`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

import numpy as np

from networks.errors import NetworkError
from networks.network import Network
from networks.trees import Floats, Graph, Ints, build_graph

if TYPE_CHECKING:
    from networks.hierarchy import Hierarchy

Engine = Literal["auto", "dijkstra", "hierarchy"]

ENGINES = ("auto", "dijkstra", "hierarchy")
WORTH_A_QUERY = 1_000_000
WORTH_BUILDING = 25_000_000
ORIGINS_WORTH_BUILDING = 400
_RECENT = 2


@dataclass(slots=True, kw_only=True)
class Prepared:
    """A hierarchy with the sums along its arcs that were last asked for."""

    hierarchy: "Hierarchy"
    columns: tuple[str, ...] | None = None
    sums: Floats = field(default_factory=lambda: np.empty((0, 0)))

    def between(self, ends: tuple[Ints, Ints], columns: Sequence[str], values: Callable[[str], Floats]) -> list[Floats]:
        """Return the sums of each of `columns` along the paths, [origin, destination]; `values` of the links."""
        from networks.hierarchy.matrix import arc_sums, between  # noqa: PLC0415  (compiles)

        if self.columns != tuple(columns):
            table = [values(name) for name in columns]
            self.sums = arc_sums(self.hierarchy, np.column_stack(table))
            self.columns = tuple(columns)
        return list(between(self.hierarchy, self.sums, *ends))


_KEPT: WeakKeyDictionary[Network, dict[str, Prepared]] = WeakKeyDictionary()
_FOLDERS: WeakKeyDictionary[Network, Path] = WeakKeyDictionary()
_BY_DIGEST: "dict[str, Hierarchy]" = {}


def prepare(network: Network, *, by: str = "h", weights: Floats | None = None) -> "Hierarchy":
    """Build the hierarchy of `network`, or take the one at hand; later requests are answered from it.

    Parameters
    ----------
    network
        As `travel` is to use it: places joined.
    by
        What the paths minimise, as in `travel`.
    weights
        Minimised instead, by link, as in `travel`: the order of a hierarchy of this network is kept, if there is
        one.

    Raises
    ------
    NetworkError
        As `travel`.
    """
    return _prepared(network, by, weights).hierarchy


def chosen(network: Network, origins: int, engine: Engine, by: str, weights: Floats | None = None) -> Prepared | None:
    """Return the hierarchy that is to answer a request from so many origins; None means Dijkstra.

    Raises
    ------
    NetworkError
        There is no such engine.
    """
    if engine not in ENGINES:
        raise NetworkError(f"found the engine {engine!r}, expected one of {', '.join(ENGINES)}")
    work = origins * (len(network.nodes) + len(network.links))
    if engine == "dijkstra" or not len(network.nodes) or (engine == "auto" and work < WORTH_A_QUERY):
        return None
    if engine == "auto" and (work < WORTH_BUILDING or origins < ORIGINS_WORTH_BUILDING):
        found = _at_hand(network, by, weights)
    else:
        found = _prepared(network, by, weights)
    if engine == "auto" and found is not None and found.hierarchy.uncontracted:
        return None
    return found


def keep_in(network: Network, folder: Path) -> None:
    """Keep hierarchies of `network` in `folder` from now on, those at hand too."""
    _FOLDERS[network] = folder
    if network in _KEPT:
        from networks.hierarchy.store import digest, write  # noqa: PLC0415

        for key, prepared in _KEPT[network].items():
            if not key.startswith("weights "):
                write(prepared.hierarchy, folder, digest(build_graph(network, key)))


def as_kept(network: Network, origin: Network) -> None:
    """Keep hierarchies of `network` where those of `origin` are."""
    if origin in _FOLDERS:
        _FOLDERS.setdefault(network, _FOLDERS[origin])


def _key(by: str, weights: Floats | None) -> str:
    if weights is None:
        return by
    from hashlib import blake2b  # noqa: PLC0415

    return f"weights {blake2b(np.ascontiguousarray(weights, dtype=np.float64).data, digest_size=16).hexdigest()}"


def _at_hand(network: Network, by: str, weights: Floats | None) -> Prepared | None:
    key = _key(by, weights)
    if key in _KEPT.get(network, {}):
        return _KEPT[network][key]
    if not _BY_DIGEST and not _has_files(network):
        return None
    from networks.hierarchy.store import digest  # noqa: PLC0415

    graph = build_graph(network, by, weights)
    found = _found(network, digest(graph))
    return None if found is None else _kept(network, key, found)


def _has_files(network: Network) -> bool:
    from networks.hierarchy.store import PATTERN  # noqa: PLC0415

    return network in _FOLDERS and any(_FOLDERS[network].glob(PATTERN))


def _found(network: Network, key: str) -> "Hierarchy | None":
    from networks.hierarchy.store import read  # noqa: PLC0415

    if key in _BY_DIGEST:
        return _BY_DIGEST[key]
    return read(_FOLDERS[network], key) if network in _FOLDERS else None


def _prepared(network: Network, by: str, weights: Floats | None) -> Prepared:
    key = _key(by, weights)
    if key in _KEPT.get(network, {}):
        return _KEPT[network][key]
    graph = build_graph(network, by, weights)
    return _kept(network, key, _hierarchy(network, graph, lasting=weights is None))


def _hierarchy(network: Network, graph: Graph, *, lasting: bool) -> "Hierarchy":
    from networks.hierarchy.rounds import contract  # noqa: PLC0415  (compiles)
    from networks.hierarchy.store import digest, write  # noqa: PLC0415

    key = digest(graph)
    found = _found(network, key)
    if found is None:
        like = None if lasting else next((one.hierarchy for one in _KEPT.get(network, {}).values()), None)
        found = contract(graph, like)
        if lasting and network in _FOLDERS:
            write(found, _FOLDERS[network], key)
    _BY_DIGEST.pop(key, None)
    _BY_DIGEST[key] = found
    while len(_BY_DIGEST) > _RECENT:
        del _BY_DIGEST[next(iter(_BY_DIGEST))]
    return found


def _kept(network: Network, key: str, hierarchy: "Hierarchy") -> Prepared:
    """Keep a hierarchy with its network: one for each measure, and that of the last weights of its own."""
    kept = _KEPT.setdefault(network, {})
    if key.startswith("weights "):
        others = [name for name in kept if name.startswith("weights ")]
        for name in others if len(kept) > len(others) else others[1:]:
            del kept[name]
    kept[key] = Prepared(hierarchy=hierarchy)
    return kept[key]
