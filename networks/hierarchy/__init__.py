"""Contraction hierarchies: thousands by thousands of exact shortest paths at once.

`rounds.contract` makes a `Hierarchy` of a graph, afresh or, by `reweigh`, of an earlier one for other weights;
`matrix.between` measures between many origins and destinations; `trips` loads paths and reads off their links. The
loops are compiled with numba on their first call (some ten seconds, once on a machine); this module compiles nothing.
"""

from networks.hierarchy.ranked import Hierarchy

__all__ = ["Hierarchy"]
