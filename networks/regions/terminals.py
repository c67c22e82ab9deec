"""The bundled region's modes joined where its terminals stand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from networks.gauges import by_gauge
from networks.multimodal import combine
from networks.network import Network
from networks.tables import stack
from networks.transfers import gauge_changes, meet

FARTHEST_KM = 20.0
"""A terminal may lie so far from the bundled roads, which are main roads only: Đa Phúc 6.1 km, Xuân Giao 14.8 km before
its expressway opened."""


def joined_at_terminals(parts: Sequence[Network], terminals: pd.DataFrame, provenance: Mapping[str, str]) -> Network:
    """Return one network of roads, rails and waterways with transfers at terminals.

    Parameters
    ----------
    parts
        Roads first, then at most one network of rails and one of waterways.
    terminals
        Rows of the table "terminals" that are open; those whose node has no link are passed over.
    provenance
        Of the result.
    """
    road, others = parts[0], [_layered(part) for part in parts[1:]]
    transfers = []
    for other in others:
        here = _placed(terminals, other)
        if not here.empty:
            road, own = meet(road, other, here, max_km=FARTHEST_KM)
            transfers += [own, *_changes(other, here)]
    network = combine(road, *others, transfers=stack(transfers) if transfers else pd.DataFrame())
    return replace(network, provenance=provenance)


def _layered(part: Network) -> Network:
    return by_gauge(part) if "gauge_mm" in part.links else part


def _placed(terminals: pd.DataFrame, other: Network) -> pd.DataFrame:
    """Return the terminals of this mode, named after their node."""
    points = other.nodes[["node_id", "lon", "lat"]]
    here = terminals[["node_id", "handling"]].merge(points, on="node_id")
    return here.assign(terminal_id=here["node_id"])


def _changes(other: Network, terminals: pd.DataFrame) -> list[pd.DataFrame]:
    if "gauge_mm" not in other.nodes:
        return []
    changes = gauge_changes(other, list(terminals["node_id"]))
    return [] if changes.empty else [changes]
