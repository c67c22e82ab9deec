"""Links cut into parts where places join them; both directions of a two-way road are cut alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from networks.geodesy import Floats, from_mercator, mercator, reverse_line, write_line
from networks.network import REVERSE, Network
from networks.tables import stack
from networks.vehicle import LEAST_H

WHOLE = "whole_link_id"
"""Column that names the link, before any cut, that a part belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A part of the link in row `row`: `share` of its length."""

    row: int
    link_id: str
    origin_node_id: str
    destination_node_id: str
    share: float
    geometry: str


def reverse_rows(links: pd.DataFrame) -> NDArray[np.int64]:
    """Return for each link the row of its other direction, -1 where it is one-way.

    Links x and x~ are directions of one road when their ends are swapped too.
    """
    ids = links["link_id"]
    back = ids.str.endswith(REVERSE)
    partner = ids.str.removesuffix(REVERSE).where(back, ids + REVERSE)
    rows = pd.Index(ids).get_indexer(pd.Index(partner)).astype(np.int64)
    origins, destinations = links["origin_node_id"].to_numpy(), links["destination_node_id"].to_numpy()
    swapped = (origins == destinations[rows]) & (destinations == origins[rows])
    return np.where((rows >= 0) & swapped, rows, -1)


def cut_node_id(link_id: str, number: int) -> str:
    """Return the name of the node at the cut `number` (1, 2, ...) of a link."""
    return f"{link_id}@{number}"


def split_links(network: Network, cuts: Mapping[int, Sequence[float]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cut links.

    Parameters
    ----------
    network
        Whose links are cut.
    cuts
        Row of a link -> fractions of its length, rising, each in (0, 1). A road of two directions is named by
        one of them.

    Returns
    -------
    tuple of pandas.DataFrame
        The new nodes (node_id, lon, lat) and all links: those not cut as they were, then the parts. Lengths,
        times and lines are divided (lines as texts in a column geometry); other columns are copied. Column `WHOLE`
        names the link before the cut.
    """
    links = network.links
    if WHOLE not in links:
        links = links.assign(**{WHOLE: links["link_id"]})
    reverse = reverse_rows(links)
    nodes: list[tuple[str, float, float]] = []
    parts: list[_Part] = []
    for (row, fractions), line in zip(cuts.items(), network.lines(list(cuts)), strict=True):
        names = [cut_node_id(str(links["link_id"].iloc[row]), at + 1) for at in range(len(fractions))]
        pieces, points = cut_line(line, fractions)
        nodes += [(name, lon, lat) for name, (lon, lat) in zip(names, points.tolist(), strict=True)]
        forward = _parts(links, row, names, fractions, pieces)
        parts += forward
        if reverse[row] >= 0 and reverse[row] != row:
            parts += [_turned(part, int(reverse[row]), str(links["link_id"].iloc[reverse[row]])) for part in forward]
    kept = np.ones(len(links), dtype=np.bool_)
    kept[[part.row for part in parts]] = False
    new_nodes = pd.DataFrame(nodes, columns=["node_id", "lon", "lat"])
    return new_nodes, stack([links[kept], _as_links(links, parts)])


def cut_line(points: Floats, fractions: Sequence[float]) -> tuple[list[Floats], Floats]:
    """Cut a line of points lon, lat [n, 2] at `fractions` of its length in the Mercator plane.

    Returns
    -------
    tuple
        The pieces, one more than `fractions`, each with both ends; and the points of the cuts.
    """
    plane = mercator(points)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(plane, axis=0).T))])
    wanted = np.asarray(fractions) * along[-1]
    cuts = np.column_stack([np.interp(wanted, along, plane[:, axis]) for axis in (0, 1)])
    bounds = [0.0, *wanted.tolist(), float(along[-1])]
    ends = np.vstack([points[:1], from_mercator(cuts), points[-1:]])
    pieces = [
        np.vstack([ends[at], points[(along > bounds[at]) & (along < bounds[at + 1])], ends[at + 1]])
        for at in range(len(bounds) - 1)
    ]
    return pieces, ends[1:-1]


def _parts(
    links: pd.DataFrame, row: int, names: Sequence[str], fractions: Sequence[float], pieces: Sequence[Floats]
) -> list[_Part]:
    link_id, straight = str(links["link_id"].iloc[row]), not links["shape"].iloc[row]
    stops = [str(links["origin_node_id"].iloc[row]), *names, str(links["destination_node_id"].iloc[row])]
    bounds = [0.0, *fractions, 1.0]
    end = REVERSE if link_id.endswith(REVERSE) else ""
    return [
        _Part(
            row=row,
            link_id=f"{link_id.removesuffix(REVERSE)}#{at + 1}{end}",
            origin_node_id=stops[at],
            destination_node_id=stops[at + 1],
            share=bounds[at + 1] - bounds[at],
            geometry="" if straight else write_line(pieces[at]),
        )
        for at in range(len(pieces))
    ]


def _turned(part: _Part, row: int, link_id: str) -> _Part:
    """Return the other direction of `part`: x#1~ belongs to x#1."""
    return _Part(
        row=row,
        link_id=part.link_id.removesuffix(REVERSE) + (REVERSE if link_id.endswith(REVERSE) else ""),
        origin_node_id=part.destination_node_id,
        destination_node_id=part.origin_node_id,
        share=part.share,
        geometry=reverse_line(part.geometry),
    )


def _as_links(links: pd.DataFrame, parts: Sequence[_Part]) -> pd.DataFrame:
    cut = links.iloc[[part.row for part in parts]].reset_index(drop=True)
    shares = np.array([part.share for part in parts], dtype=np.float64)
    texts = ("link_id", "origin_node_id", "destination_node_id", "geometry")
    return cut.assign(
        **{name: pd.Series([getattr(part, name) for part in parts], dtype="str") for name in texts},
        shape=0,
        length_km=cut["length_km"] * shares,
        travel_h=np.maximum(cut["travel_h"] * shares, LEAST_H),
    )
