"""Links cut into parts where places join them; both directions of a two-way road are cut alike."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from networks.errors import NetworkError
from networks.geodesy import Floats
from networks.network import REVERSE, Ints, Network, built, other_direction_ids
from networks.pieces import Pieces, cut_lines
from networks.shapes import Shapes, both
from networks.tables import stack
from networks.vehicle import LEAST_H

WHOLE = "whole_link_id"
"""Column that names the link, before any cut, that a part belongs to."""

_CUT, _PART = "@", "#"
"""Stand before the number in the names of cuts and of parts."""


def reverse_rows(links: pd.DataFrame) -> Ints:
    """Return for each link the row of its other direction, -1 where it is one-way.

    Links x and x~ are directions of one road when their ends are swapped too.
    """
    ids = links["link_id"]
    rows = np.asarray(pd.Index(ids).get_indexer(pd.Index(other_direction_ids(ids))), dtype=np.int64)
    origins, destinations = links["origin_node_id"].to_numpy(), links["destination_node_id"].to_numpy()
    swapped = (origins == destinations[rows]) & (destinations == origins[rows])
    return np.where((rows >= 0) & swapped, rows, -1)


def other_directions(network: Network, rows: Ints) -> Ints:
    """Return the row of the other direction of the links in `rows`, -1 for those that are one-way.

    Links x and x~ are directions of one road when their ends are swapped too. At a junction that was taken apart for
    the turns that are banned there, the end of one and the beginning of the other are two nodes at one place.
    """
    partners = [_partner(name) for name in network.links["link_id"].iloc[rows]]
    known = rows_of(network.links["link_id"], partners)
    return _swapped(network, rows, np.array([known.get(name, -1) for name in partners], dtype=np.int64))


def _partner(link_id: str) -> str:
    """Return the name that the other direction of a link has."""
    return link_id.removesuffix(REVERSE) if link_id.endswith(REVERSE) else link_id + REVERSE


def _swapped(network: Network, rows: Ints, others: Ints) -> Ints:
    """Return `others`, -1 where one does not run between the same places as the link in `rows`, the other way."""
    tail, head = network.ends()
    swapped = _at_one_place(network, tail[rows], head[others]) & _at_one_place(network, head[rows], tail[others])
    return np.where((others >= 0) & swapped, others, -1)


_ALIKE = ["length_km", "highway", "mode", "midway"]


def _turned_links(network: Network, rows: Ints) -> Ints:
    """Return for links the row of the one link that is the same the other way round, whatever its name; else -1.

    Tables of other programs name the directions of a road as they like: one line and one length between the same
    nodes, of one class and mode, are one road. Links in `rows` are taken as they are named.
    """
    tail, head = network.ends()
    size = len(network.nodes)
    wanted = head[rows] * size + tail[rows]
    back = pd.Series(tail * size + head).isin(wanted).to_numpy() & (tail != head)
    back[rows] = False
    near = np.flatnonzero(back)
    others = network.links.iloc[near][[*_ALIKE, "shape"]].assign(key=(tail * size + head)[near], row=near)
    own = network.links.iloc[rows][[*_ALIKE, "shape"]].assign(key=wanted, at=np.arange(len(rows)))
    found = own.assign(shape=-own["shape"]).merge(others, on=[*_ALIKE, "shape", "key"])
    found = found[~found["at"].duplicated(keep=False) & ~found["row"].duplicated(keep=False)]
    turned = np.full(len(rows), -1, dtype=np.int64)
    turned[found["at"].to_numpy()] = found["row"].to_numpy()
    return turned


def rows_of(ids: "pd.Series[str]", names: Collection[str]) -> dict[str, int]:
    """Return the row of each of the names that is among the ids: one pass, without a hash table of all of them."""
    wanted = set(names)
    return {name: row for row, name in enumerate(ids.to_list()) if name in wanted} if wanted else {}


def _at_one_place(network: Network, some: Ints, others: Ints) -> NDArray[np.bool_]:
    lon, lat = (network.nodes[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    return np.asarray((lon[some] == lon[others]) & (lat[some] == lat[others]), dtype=np.bool_)


def cut_node_id(link_id: str, number: int) -> str:
    """Return the name of the node at the cut `number` (1, 2, ...) of a link."""
    return f"{link_id}{_CUT}{number}"


def split_links(network: Network, cuts: Mapping[str, Sequence[float]]) -> Network:
    """Cut links.

    Parameters
    ----------
    network
        Whose links are cut.
    cuts
        Id of a link -> fractions of its length, rising, each in (0, 1). A road of two directions is named by
        one of them.

    Returns
    -------
    Network
        Its nodes, then the cuts; its links that were not cut, then the parts. Lengths, times and lines are
        divided; other columns are copied. Column `WHOLE` names the link before the cut.

    Raises
    ------
    NetworkError
        A node or a link of the network already bears the name of a cut or a part.
    """
    links = network.links if WHOLE in network.links else network.links.assign(**{WHOLE: network.links["link_id"]})
    parts = _parts(network, cuts)
    kept = np.ones(len(links), dtype=np.bool_)
    kept[parts.row] = False
    codes, shapes = _shaped(network, parts)
    nodes = stack([network.nodes, parts.nodes])
    own = _as_links(links, parts, nodes["node_id"]).assign(shape=codes)
    require_new(network.nodes["node_id"], parts.nodes["node_id"], _CUT)
    require_new(network.links["link_id"], own["link_id"], _PART)
    tail, head = (rows[kept] for rows in network.ends())
    return built(
        nodes=nodes,
        links=pd.concat([links[kept], own], ignore_index=True),
        ends=(np.concatenate([tail, parts.tail]), np.concatenate([head, parts.head])),
        shapes=shapes,
        provenance=network.provenance,
        crs=network.crs,
    )


def require_new(known: "pd.Series[str]", names: "pd.Series[str]", mark: str) -> None:
    """Refuse names that are taken.

    Parameters
    ----------
    known, names
        Those that are there, and the new ones.
    mark
        What every new name contains; few of the others do.

    Raises
    ------
    NetworkError
        Some are taken; ten are named.
    """
    taken = sorted(rows_of(known[known.str.contains(mark, regex=False)], names.to_list()))
    if taken:
        raise NetworkError(f"the network already has {', '.join(taken[:10])}; give these another name first")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """Parts of links: those of one direction of each road, then those of the other directions.

    Parameters
    ----------
    nodes
        The cuts: node_id, lon, lat.
    row
        Of the link that each part belongs to.
    number
        1, 2, ... along the direction in which the road was cut.
    share
        Of the length of the link.
    tail, head
        Rows of the ends in the nodes of the network followed by `nodes`.
    turned
        The part of the first direction that each part of the other one is the way back of.
    pieces
        Lines of the parts of the first direction.
    """

    nodes: pd.DataFrame
    row: Ints
    number: Ints
    share: Floats
    tail: Ints
    head: Ints
    turned: Ints
    pieces: Pieces


def _parts(network: Network, cuts: Mapping[str, Sequence[float]]) -> _Parts:
    partners = [_partner(name) for name in cuts]
    known = rows_of(network.links["link_id"], [*cuts, *partners])
    rows = np.array([known[name] for name in cuts], dtype=np.int64)
    other = _swapped(network, rows, np.array([known.get(name, -1) for name in partners], dtype=np.int64))
    other = np.where(other < 0, _turned_links(network, rows), other)
    counts = np.fromiter(map(len, cuts.values()), dtype=np.int64, count=len(cuts))
    fraction = np.fromiter(chain.from_iterable(cuts.values()), dtype=np.float64, count=int(counts.sum()))
    of_cut, of_part = np.repeat(np.arange(len(rows)), counts), np.repeat(np.arange(len(rows)), counts + 1)
    pieces = cut_lines(network.line_points(rows), of_cut, fraction)
    is_first = np.diff(of_part, prepend=-1) > 0
    is_last = np.diff(of_part, append=len(rows)) > 0
    low, high = np.zeros(len(of_part)), np.ones(len(of_part))
    low[~is_first], high[~is_last] = fraction, fraction
    tail, head = (ends[rows][of_part] for ends in network.ends())
    joint = len(network.nodes) + np.arange(len(fraction))
    tail[~is_first], head[~is_last] = joint, joint
    back = np.flatnonzero(((other >= 0) & (other != rows))[of_part])
    turned = other[of_part][back]
    own_tail, own_head = (ends[turned] for ends in network.ends())  # not the other's where a junction is taken apart
    back_tail = np.where(is_last[back], own_tail, head[back])
    back_head = np.where(is_first[back], own_head, tail[back])
    every = np.concatenate([np.arange(len(of_part)), back])
    return _Parts(
        nodes=_cut_nodes(network, rows[of_cut], _numbers(of_cut), pieces),
        row=np.concatenate([rows[of_part], turned]),
        number=_numbers(of_part)[every],
        share=(high - low)[every],
        tail=np.concatenate([tail, back_tail]),
        head=np.concatenate([head, back_head]),
        turned=back,
        pieces=pieces,
    )


def _numbers(groups: Ints) -> Ints:
    """Return 1, 2, ... within each run of equal numbers."""
    begins = np.flatnonzero(np.diff(groups, prepend=-1))
    return np.asarray(np.arange(len(groups)) - np.repeat(begins, np.diff(begins, append=len(groups))) + 1)


def _cut_nodes(network: Network, row: Ints, number: Ints, pieces: Pieces) -> pd.DataFrame:
    link_ids = network.links["link_id"].iloc[row]
    names = [cut_node_id(link_id, at) for link_id, at in zip(link_ids, number.tolist(), strict=True)]
    return pd.DataFrame({"node_id": pd.Series(names, dtype="str"), "lon": pieces.cut_lon, "lat": pieces.cut_lat})


def _shaped(network: Network, parts: _Parts) -> tuple[Ints, Shapes]:
    """Return the code of the line of each part, and the lines of the network followed by theirs."""
    ahead = len(parts.pieces.starts) - 1
    is_drawn = network.links["shape"].to_numpy(dtype=np.int64)[parts.row[:ahead]] != 0
    codes = np.where(is_drawn, len(network.shapes) + np.cumsum(is_drawn), 0)
    every = Shapes(starts=parts.pieces.starts, lon=parts.pieces.lon, lat=parts.pieces.lat)
    drawn = np.flatnonzero(is_drawn) + 1
    starts = np.concatenate([[0], np.cumsum(every.counts(drawn))]).astype(np.int64)
    points = every.rows(drawn)
    own = Shapes(starts=starts, lon=every.lon[points], lat=every.lat[points])
    return np.concatenate([codes, -codes[parts.turned]]), both(network.shapes, own)


def _as_links(links: pd.DataFrame, parts: _Parts, node_ids: "pd.Series[str]") -> pd.DataFrame:
    cut = links.iloc[parts.row].reset_index(drop=True)
    names = [
        f"{link_id.removesuffix(REVERSE)}{_PART}{at}{REVERSE if link_id.endswith(REVERSE) else ''}"
        for link_id, at in zip(cut["link_id"], parts.number.tolist(), strict=True)
    ]
    return cut.assign(
        link_id=pd.Series(names, dtype="str"),
        origin_node_id=node_ids.iloc[parts.tail].array,
        destination_node_id=node_ids.iloc[parts.head].array,
        length_km=cut["length_km"] * parts.share,
        travel_h=np.maximum(cut["travel_h"] * parts.share, LEAST_H),
    )
