"""The arrays that pass between the modules."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Marks: TypeAlias = NDArray[np.int32]
Rows: TypeAlias = NDArray[np.uint32]
"""Positions: without a sign, compiled loops need not ask whether one counts from the end, which is a third faster."""

Bools: TypeAlias = NDArray[np.bool_]

Graph: TypeAlias = tuple[Rows, Rows, Rows]
"""Starts of each node's links [nodes + 1]; head and tail of each link, sorted by tail."""

Labels: TypeAlias = tuple[Floats, Marks, Marks, Marks]
"""By node: length of the path, row of the link before, place in an order or heap, and the heap or marks."""

Trips: TypeAlias = tuple[Ints, Ints, Ints, Floats]
"""Nodes of the origins, starts of their pairs [origins + 1], destination and volume of each pair."""

Delays: TypeAlias = tuple[Floats, Floats, Floats, Floats, Floats, Floats]
"""By link: free, capacity, alpha, beta, fixed, background."""

PathSet: TypeAlias = tuple[Ints, Ints, Ints, Floats, Ints, Rows]
"""First path of each pair and the one after each path (-1: none), starts of its links [paths + 1], its flow, how many
paths and links are in use [2], and the links, from the destination back."""
