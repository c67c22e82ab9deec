"""Chains of links merged into one where nothing branches and nothing changes; kilometres, hours and lines stay."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from networks.geodesy import write_line
from networks.network import Network
from networks.shapes import Shapes
from networks.split import reverse_rows

Rows = NDArray[np.int64]

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
    follower = _followers(network, keep)
    tail, head = network.ends()
    chains = _cut_rings(_chains(follower), follower, tail, head)
    inner = np.zeros(len(network.nodes), dtype=np.bool_)
    for chain in chains:
        inner[head[chain[:-1]]] = True
    nodes = network.nodes[~inner].reset_index(drop=True)
    return replace(network, nodes=nodes, links=_merged(network, chains), shapes=Shapes())


def _followers(network: Network, keep: Collection[str]) -> Rows:
    """Return for each link the row of the link that continues it through a node that may go, else -1."""
    tail, head = network.ends()
    count = len(network.nodes)
    reverse = reverse_rows(network.links)
    kind = _kinds(network.links)
    into, out_of = np.bincount(head, minlength=count), np.bincount(tail, minlength=count)
    by_tail = np.argsort(tail, kind="stable").astype(np.int64)
    begins = np.concatenate([[0], np.cumsum(out_of)])[:-1]
    next_link: Rows = by_tail[np.minimum(begins[head], len(by_tail) - 1)]
    back = next_link == reverse
    next_link[back] = by_tail[np.minimum(begins[head[back]] + 1, len(by_tail) - 1)]
    one_way = (into[head] == 1) & (out_of[head] == 1) & (reverse < 0)
    two_way = (into[head] == 2) & (out_of[head] == 2) & (reverse >= 0) & (reverse[next_link] >= 0)  # noqa: PLR2004
    fits = (one_way | two_way) & (kind == kind[next_link]) & (head[next_link] != tail) & (head != tail)
    fits &= ~np.isin(head, network.positions(list(keep))) if keep else True
    stays = np.zeros(count, dtype=np.bool_)
    stays[head[~fits]] = True  # both directions must agree about a node
    next_link[stays[head]] = -1
    return next_link


def _kinds(links: pd.DataFrame) -> Rows:
    others = [name for name in links.columns if name not in _OWN]
    groups = links.groupby(others, dropna=False, sort=False, observed=True)
    return np.asarray(groups.ngroup(), dtype=np.int64)


def _chains(follower: Rows) -> list[list[int]]:
    """Return every link once, in chains; a ring without a beginning begins at its first row."""
    has_leader = np.zeros(len(follower), dtype=np.bool_)
    has_leader[follower[follower >= 0]] = True
    free = np.ones(len(follower), dtype=np.bool_)
    chains = []
    for start in [*np.flatnonzero(~has_leader).tolist(), *np.flatnonzero(has_leader).tolist()]:
        if free[start]:
            chain, link = [], start
            while link >= 0 and free[link]:
                chain.append(link)
                free[link] = False
                link = int(follower[link])
            chains.append(chain)
    return chains


def _cut_rings(chains: list[list[int]], follower: Rows, tail: Rows, head: Rows) -> list[list[int]]:
    """Cut chains that return to where they began at inner nodes, the same ones in both directions."""
    cut = []
    for chain in chains:
        if len(chain) == 1 or tail[chain[0]] != head[chain[-1]]:
            cut.append(chain)
        elif follower[chain[-1]] < 0:  # out of a junction and back to it: one cut will do
            at = int(np.argmin(head[chain[:-1]])) + 1
            cut += [chain[:at], chain[at:]]
        else:
            first, second = sorted((np.argsort(head[chain])[:2] + 1).tolist())
            cut += [chain[first:second], chain[second:] + chain[:first]]
    return cut


def _merged(network: Network, chains: list[list[int]]) -> pd.DataFrame:
    links = network.links
    row = np.arange(len(links))
    reverse = reverse_rows(links)
    road = np.where(reverse < 0, row, np.minimum(row, reverse))
    named = np.array([chain[int(np.argmin(road[chain]))] for chain in chains], dtype=np.int64)
    order = np.lexsort((named, road[named])).tolist()
    ordered = [chains[at] for at in order]
    flat = np.array([link for chain in ordered for link in chain], dtype=np.int64)
    begins = np.concatenate([[0], np.cumsum([len(chain) for chain in ordered])])[:-1]
    ends = {"origin_node_id": [chain[0] for chain in ordered], "destination_node_id": [chain[-1] for chain in ordered]}
    merged: pd.DataFrame = links.iloc[named[order]].reset_index(drop=True)
    for name in ("length_km", "travel_h"):
        merged[name] = np.add.reduceat(links[name].to_numpy(dtype=np.float64)[flat], begins)
    for name, rows in ends.items():
        merged[name] = links[name].iloc[rows].reset_index(drop=True)
    merged["geometry"] = pd.Series(_lines(network, ordered), dtype="str")
    return merged.drop(columns="shape")


def _lines(network: Network, chains: list[list[int]]) -> list[str]:
    """Return the line of each chain; a link without one is straight."""
    drawn = (network.links["shape"] != 0).to_numpy()
    rows = [link for chain in chains for link in chain if drawn[link] or len(chain) > 1]
    own = dict.fromkeys(range(len(drawn)), "") | {
        link: write_line(line) for link, line in zip(rows, network.lines(rows), strict=True)
    }
    return [_joined([own[link] for link in chain]) for chain in chains]


def _joined(lines: list[str]) -> str:
    return ";".join([lines[0], *(line.partition(";")[2] for line in lines[1:])]) if len(lines) > 1 else lines[0]
