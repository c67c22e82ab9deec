"""Track gauges: a network of rails taken apart into one layer a gauge, so that no train leaves its own.

A track that carries two gauges becomes a link in both layers. A yard where gauges meet becomes a node in each of
them; cargo passes from one to the other by a transfer (`networks.transfers.gauge_changes`) and no other way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from networks.errors import NetworkError
from networks.network import REVERSE, Network

YARD = "yard_id"
"""Column of nodes: the node before the layers were taken apart."""

TRACK = "track_id"
"""Column of links: the link before the layers were taken apart; layers of one track share its capacity."""

BETWEEN = "/"
"""Stands between the gauges of a track that carries several: "1000/1435"."""


def by_gauge(rail: Network) -> Network:
    """Take a network of rails apart by gauge.

    Parameters
    ----------
    rail
        Links with a text column gauge_mm: "1000", "1435", or "1000/1435" where the track carries both.

    Returns
    -------
    Network
        Nodes and links keep their ids in the narrowest gauge that they carry. In another they are named
        ``<id>:<gauge>`` (links back ``<id>:<gauge>~``). Links have one gauge in gauge_mm and the column `TRACK`,
        nodes gauge_mm and `YARD`. Nodes without a link keep their id and have no gauge.

    Raises
    ------
    NetworkError
        A gauge is not a number of mm.
    """
    gauges = _gauges(rail.links)
    carried = _carried(rail, gauges)
    return replace(rail, nodes=_layered_nodes(rail.nodes, carried), links=_layered_links(rail, gauges, carried))


def gauge_gaps(rail: Network) -> list[str]:
    """Return the tracks that a gauge lacks between two of its parts: likely a tag that was forgotten.

    Parameters
    ----------
    rail
        In layers, as from `by_gauge`.

    Returns
    -------
    list of str
        Names in `TRACK` of tracks at whose ends a gauge that they do not carry goes on, on either side to tracks that
        it does not connect otherwise; each once.
    """
    part = _parts(rail)
    at = dict(zip(zip(rail.nodes[YARD], rail.nodes["gauge_mm"], strict=True), part.tolist(), strict=True))
    yards = [rail.nodes[YARD].to_numpy()[rows] for rows in rail.ends()]
    gauges = sorted(set(rail.links["gauge_mm"]))
    gaps = [
        track
        for track, *ends in zip(rail.links[TRACK], *yards, strict=True)
        if any(len({at.get((yard, gauge), -1) for yard in ends} - {-1}) == len(ends) for gauge in gauges)
    ]
    return list(dict.fromkeys(gap.removesuffix(REVERSE) for gap in gaps))


def _parts(rail: Network) -> NDArray[np.int64]:
    """Return the number of the part of the network in which each node lies."""
    from scipy.sparse import coo_array  # noqa: PLC0415  (0.2 s at import of the package)
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    size = len(rail.nodes)
    graph = coo_array((np.ones(len(rail.links)), rail.ends()), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def layer_id(name: str, gauge_mm: int, carried: Sequence[int]) -> str:
    """Return the name of a node or link in the layer of a gauge, given all gauges that it carries."""
    if gauge_mm == min(carried):
        return name
    base = name.removesuffix(REVERSE)
    return f"{base}:{gauge_mm}{name[len(base) :]}"


def _gauges(links: pd.DataFrame) -> list[tuple[int, ...]]:
    """Return the gauges of each link, rising."""
    texts = links["gauge_mm"] if "gauge_mm" in links else pd.Series("", index=links.index)
    read = {text: _read(text) for text in texts.unique()}
    wrong = links["link_id"][texts.map(lambda text: not read[text])]
    if len(wrong):
        raise NetworkError(
            f"{len(wrong)} rail links have no gauge, first {', '.join(wrong.iloc[:10])}; expected a column gauge_mm "
            f"with mm as text, as 1000 or 1000{BETWEEN}1435"
        )
    return [read[text] for text in texts]


def _read(text: str) -> tuple[int, ...]:
    words = str(text).split(BETWEEN)
    return tuple(sorted({int(word) for word in words})) if all(map(str.isdecimal, words)) else ()


def _carried(rail: Network, gauges: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return the gauges of each node, rising."""
    at: list[set[int]] = [set() for _ in range(len(rail.nodes))]
    for tail, head, own in zip(*(rows.tolist() for rows in rail.ends()), gauges, strict=True):
        at[tail].update(own)
        at[head].update(own)
    return [tuple(sorted(own)) for own in at]


def _layered_nodes(nodes: pd.DataFrame, carried: list[tuple[int, ...]]) -> pd.DataFrame:
    rows = np.repeat(np.arange(len(nodes)), [max(1, len(own)) for own in carried])
    layered = nodes.iloc[rows].reset_index(drop=True)
    ids = list(layered["node_id"])
    each = [(own, gauge) for own in carried for gauge in own or (0,)]
    named = [layer_id(name, gauge, own) if own else name for name, (own, gauge) in zip(ids, each, strict=True)]
    texts = [str(gauge) if gauge else "" for _, gauge in each]
    return layered.assign(
        **{
            "node_id": pd.Series(named, dtype="str"),
            "gauge_mm": pd.Series(texts, dtype="str"),
            YARD: layered["node_id"],
        }
    )


def _layered_links(rail: Network, gauges: list[tuple[int, ...]], carried: list[tuple[int, ...]]) -> pd.DataFrame:
    links = rail.links
    rows = np.repeat(np.arange(len(links)), [len(own) for own in gauges])
    layered = links.iloc[rows].reset_index(drop=True)
    each = [gauge for own in gauges for gauge in own]
    ends = [[carried[node] for node in side[rows].tolist()] for side in rail.ends()]
    all_of = {"link_id": [gauges[row] for row in rows], "origin_node_id": ends[0], "destination_node_id": ends[1]}
    named = {name: pd.Series(list(_names(layered[name], each, own)), dtype="str") for name, own in all_of.items()}
    texts = pd.Series([str(gauge) for gauge in each], dtype="str")
    return layered.assign(**{TRACK: layered["link_id"], **named, "gauge_mm": texts})


def _names(ids: "pd.Series[str]", gauges: list[int], carried: list[tuple[int, ...]]) -> Iterator[str]:
    return (layer_id(name, gauge, own) for name, gauge, own in zip(ids, gauges, carried, strict=True))
