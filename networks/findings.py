"""What a check of a network found, one kind of trouble each, with the worst cases named."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from networks.network import Network
from networks.split import other_directions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Row: TypeAlias = Mapping[str, Any]

WORST = 10
"""How many cases are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One kind of trouble, or of peculiarity.

    Parameters
    ----------
    name
        A short name that does not change.
    what
        What was counted, after the number.
    count, of
        How many there are, and of how many.
    rows
        The worst, at most ten: ids, lon and lat in degrees, and the values that made them stand out.
    advice
        What it means and what to do.
    is_doubt
        False where it is normal in a network that is sound.
    """

    name: str
    what: str
    count: int
    of: int
    rows: tuple[Row, ...]
    advice: str
    is_doubt: bool = True

    @property
    def sentence(self) -> str:
        """Return how many there are, with their names."""
        names = ", ".join(" -> ".join(_names(row)) for row in self.rows)
        more = f" and {self.count - len(self.rows):,} more" if self.rows and self.count > len(self.rows) else ""
        return f"{self.count:,} {self.what}{': ' if names else ''}{names}{more}"

    def to_dict(self) -> dict[str, Any]:
        """Return everything in types that JSON knows."""
        share = self.count / self.of if self.of else 0.0
        return {
            "what": self.what,
            "count": self.count,
            "of": self.of,
            "share": share,
            "is_doubt": self.is_doubt,
            "rows": [dict(row) for row in self.rows],
            "advice": self.advice,
        }


def _names(row: Row) -> list[str]:
    """Return the ids of a row: of the link, else of whatever it is about."""
    ids = [str(value) for key, value in row.items() if key.endswith("_id")]
    return ids[:1] if "link_id" in row else ids or [str(next(iter(row.values())))]


def link_rows(network: Network, flags: Flags, order: Floats, **values: Floats) -> tuple[Row, ...]:
    """Return the worst of the links that are flagged, one direction of each road.

    Parameters
    ----------
    network
        Its links.
    flags
        Which are meant, shape [links].
    order
        The larger, the worse; shape [links].
    values
        Further values to show, shape [links].
    """
    flagged = np.flatnonzero(flags)
    flagged = flagged[np.argsort(-order[flagged], kind="stable")][: 2 * WORST]  # both directions are among them
    other = other_directions(network, flagged)
    rows = flagged[~(np.isin(other, flagged) & (other < flagged))][:WORST]
    tail, _ = network.ends()
    links = network.links.iloc[rows]
    return records(
        {name: links[name] for name in ("link_id", "origin_node_id", "destination_node_id", "highway")}
        | {name: network.nodes[name].iloc[tail[rows]] for name in ("lon", "lat")}
        | {name: column[rows] for name, column in values.items()}
    )


def node_rows(network: Network, nodes: Ints, **values: Floats) -> tuple[Row, ...]:
    """Return the first of the nodes in these rows, worst first, with further values of shape [nodes]."""
    rows = nodes[:WORST]
    table = network.nodes.iloc[rows]
    return records(
        {name: table[name] for name in ("node_id", "lon", "lat")}
        | {name: column[rows] for name, column in values.items()}
    )


def records(columns: Mapping[str, Any]) -> tuple[Row, ...]:
    """Return the rows of a table of equally long columns in types that JSON knows."""
    plain = {name: pd.Series(np.asarray(column)).to_list() for name, column in columns.items()}
    return tuple(dict(zip(plain, cells, strict=True)) for cells in zip(*plain.values(), strict=True))
