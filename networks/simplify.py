"""Chains of links merged into one where nothing branches and nothing changes; kilometres, hours and lines stay."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from networks.chains import Chains, chain_links, joined_points, lines_of
from networks.network import Network, built
from networks.shapes import Ints, Shapes
from networks.split import reverse_rows

_OWN = ("link_id", "origin_node_id", "destination_node_id", "length_km", "travel_h", "shape")
"""Columns that are joined; links are merged only where all others are equal."""


def simplify(network: Network, *, keep: Collection[str] = ()) -> Network:
    """Merge chains of links through nodes where a road neither branches nor changes.

    A node goes when it joins exactly two links of a one-way road, or the two directions of exactly two pairs
    (``x`` and ``x~``), and every column but id, ends, length, time and line is equal on both sides. The merged
    link is named after its link that stands first in the table; both directions are merged alike. No merged link
    begins and ends at the same node. Distances and times between the nodes that stay are unchanged.

    Parameters
    ----------
    network
        Any network.
    keep
        Ids of nodes that must stay.

    Returns
    -------
    Network
        Links in the order of the link that each is named after; nodes without links stay.
    """
    stays = np.zeros(len(network.nodes), dtype=np.bool_)
    stays[network.positions(list(keep))] = True
    tail, head = network.ends()
    chains = chain_links((tail, head), reverse_rows(network.links), _kinds(network.links), stays)
    gone = np.zeros(len(stays), dtype=np.bool_)
    gone[head[chains.inner()]] = True
    row = np.cumsum(~gone) - 1
    codes, shapes = _lines(network, chains)
    return built(
        nodes=network.nodes[~gone].reset_index(drop=True),
        links=_merged(network, chains).assign(shape=codes),
        ends=(row[tail[chains.first]], row[head[chains.last]]),
        shapes=shapes,
        provenance=network.provenance,
        crs=network.crs,
    )


def _kinds(links: pd.DataFrame) -> Ints:
    others = [name for name in links.columns if name not in _OWN]
    groups = links.groupby(others, dropna=False, sort=False, observed=True)
    return np.asarray(groups.ngroup(), dtype=np.int64)


def _merged(network: Network, chains: Chains) -> pd.DataFrame:
    links = network.links
    merged: pd.DataFrame = links.iloc[chains.named].reset_index(drop=True)
    for name in ("length_km", "travel_h"):
        merged[name] = chains.sums(links[name].to_numpy(dtype=np.float64))
    for name, rows in (("origin_node_id", chains.first), ("destination_node_id", chains.last)):
        merged[name] = links[name].iloc[rows].reset_index(drop=True)
    return merged


def _lines(network: Network, chains: Chains) -> tuple[Ints, Shapes]:
    """Return the line of each chain; one straight link stays without a line."""
    starts, lon, lat = network.line_points()
    drawn, codes = lines_of(chains)
    ahead = (starts[:-1], np.ones(len(network.links), dtype=np.int64), np.diff(starts))
    begins, points = joined_points(chains, drawn, ahead)
    shapes = Shapes(starts=begins, lon=lon[points], lat=lat[points])
    single = np.diff(chains.starts) == 1
    straight = single & (network.links["shape"].to_numpy()[chains.first] == 0)
    return np.where(straight, 0, codes), shapes
