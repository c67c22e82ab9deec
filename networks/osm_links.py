"""Parts of ways -> directed links with their columns; chains of them, merged, are the links of the network."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from networks.chains import Chains, chain_links, joined_points, lines_of
from networks.network import ARRIVAL, REVERSE, Network, built
from networks.parts import Parts
from networks.roads import Road
from networks.shapes import Ints, Shapes
from networks.turns import Turned
from networks.vehicle import LEAST_H
from networks.ways import Ways

TURN = "turn"
"""Class of the links without length that join the parts of a junction at which a turn is banned."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Directed:
    """Directed links: a part of a way, driven in one direction; sorted by way, number along it and direction."""

    part: Ints
    backward: Flags
    number: Ints
    tail: Ints
    head: Ints
    speed_km_per_h: Floats
    imputed: Flags
    length_km: Floats

    @property
    def travel_h(self) -> Floats:
        """Return the time on each link in h."""
        return np.maximum(self.length_km / self.speed_km_per_h, LEAST_H)

    def chosen(self, rows: Flags) -> "Directed":
        """Return the links in `rows` alone."""
        return Directed(**{name: getattr(self, name)[rows] for name in self.__slots__})

    def with_again(self, rows: Ints, way: Ints) -> "Directed":
        """Return the links followed by those in `rows` once more, numbered on along their way (its id by part)."""
        if not len(rows):
            return self
        again = {name: np.concatenate([getattr(self, name), getattr(self, name)[rows]]) for name in self.__slots__}
        of_way = pd.Series(way[again["part"]])
        later = of_way.iloc[len(self.part) :]
        most = pd.Series(self.number).groupby(of_way.iloc[: len(self.part)]).max()
        again["number"][len(self.part) :] = most[later].to_numpy() + later.groupby(later).cumcount().to_numpy() + 1
        return Directed(**again)


def directed(ways: Ways, parts: Parts, ends: tuple[Ints, Ints], ferry_km_per_h: Floats) -> Directed:
    """Return the links of the parts, one for each direction that is open.

    Parameters
    ----------
    ways, parts
        What is driven.
    ends
        Rows of the nodes at which each part begins and ends.
    ferry_km_per_h
        Speed of each way by its duration; NaN where it has none.
    """
    of = ways.road[parts.way]
    number = _numbers(ways.way_id[parts.way])
    speeds = [_lanes(ways.roads, name)[of] for name in ("forward", "backward")]
    imputed = [_imputed(ways.roads, name)[of] for name in ("forward", "backward")]
    timed = np.isfinite(ferry_km_per_h[parts.way])
    part, backward = np.divmod(np.flatnonzero(np.isfinite(np.stack(speeds, axis=1)).ravel()), 2)
    order = np.lexsort((backward, number[part], ways.way_id[parts.way[part]]))
    part, backward = part[order], backward[order].astype(np.bool_)
    own = np.where(backward, speeds[1][part], speeds[0][part])
    first, last = (nodes[part] for nodes in ends)
    return Directed(
        part=part,
        backward=backward,
        number=number[part],
        tail=np.where(backward, last, first),
        head=np.where(backward, first, last),
        speed_km_per_h=np.where(timed[part], ferry_km_per_h[parts.way[part]], own),
        imputed=np.where(backward, imputed[1][part], imputed[0][part]) & ~timed[part],
        length_km=parts.length_km[part],
    )


def _lanes(roads: Sequence[Road], name: str) -> Floats:
    lanes = [getattr(road, name) for road in roads]
    return np.array([lane.speed_km_per_h if lane else np.nan for lane in lanes], dtype=np.float64)


def _imputed(roads: Sequence[Road], name: str) -> Flags:
    lanes = [getattr(road, name) for road in roads]
    return np.array([lane.speed_imputed if lane else False for lane in lanes], dtype=np.bool_)


def _numbers(way_id: Ints) -> Ints:
    """Return 1, 2, ... along each way; parts of one way stand together."""
    begins = np.flatnonzero(np.diff(way_id, prepend=way_id[:1] - 1))
    return np.arange(len(way_id)) - np.repeat(begins, np.diff([*begins, len(way_id)])) + 1


def _point_runs(links: Directed, parts: Parts) -> tuple[Ints, Ints, Ints]:
    """Return the first point of each link, the step to the next (1 or -1), and the number of its points."""
    first, last = parts.first[links.part], parts.last[links.part]
    return np.where(links.backward, last, first), np.where(links.backward, -1, 1), last - first + 1


def without_doubles(links: Directed, ways: Ways, parts: Parts) -> tuple[Directed, int]:
    """Drop links that lie on an earlier one: the same ends, points, class and speed."""
    highway = np.unique([road.highway for road in ways.roads], return_inverse=True)[1][ways.road[parts.way[links.part]]]
    first, step, counts = _point_runs(links, parts)
    alike = pd.DataFrame({"tail": links.tail, "head": links.head, "highway": highway, "km_per_h": links.speed_km_per_h})
    seen: set[tuple[bytes, tuple[float, ...]]] = set()
    keys = alike.to_numpy(dtype=np.float64)
    kept = np.ones(len(first), dtype=np.bool_)
    for row in np.flatnonzero(alike.duplicated(keep=False).to_numpy()).tolist():
        rows = first[row] + step[row] * np.arange(counts[row])
        places = np.concatenate([parts.points.lon[rows], parts.points.lat[rows]])
        key = (places.tobytes(), tuple(keys[row].tolist()))
        kept[row] = key not in seen
        seen.add(key)
    return (links, 0) if kept.all() else (links.chosen(kept), int((~kept).sum()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Junctions:
    """The nodes of the links.

    Parameters
    ----------
    point
        A point of each node; copies come last.
    turned
        The ends of the links when every junction obeys its restrictions.
    """

    point: Ints
    turned: Turned


def assemble(ways: Ways, parts: Parts, links: Directed, junctions: Junctions) -> Network:
    """Return the network of the links, chains of them merged."""
    tail, head = junctions.turned.tail, junctions.turned.head
    turns = len(tail) - len(links.part)
    chains = chain_links(
        (tail, head),
        np.concatenate([_reverse(links), np.full(turns, -1)]),
        _kinds(ways, parts, links, turns),
        np.zeros(len(junctions.point), dtype=np.bool_),
    )
    codes, shapes = _lines(chains, links, parts)
    first, last = tail[chains.first], head[chains.last]
    used = np.zeros(len(junctions.point), dtype=np.bool_)
    used[first] = used[last] = True
    row = np.cumsum(used) - 1
    names = _node_names(parts.points.node_id[junctions.point])[used].reset_index(drop=True)
    table = _link_table(ways, parts, links, chains)
    point = junctions.point[used]
    nodes = pd.DataFrame({"node_id": names, "lon": parts.points.lon[point], "lat": parts.points.lat[point]})
    node_id = nodes["node_id"].array
    nodes = _with_arrivals(nodes, row[junctions.turned.arrival])
    table = table.assign(origin_node_id=node_id[row[first]], destination_node_id=node_id[row[last]], shape=codes)
    return built(nodes=nodes, links=table[_ORDER], ends=(row[first], row[last]), shapes=shapes, provenance={})


def _with_arrivals(nodes: pd.DataFrame, pairs: Ints) -> pd.DataFrame:
    """Say at which node trips to a junction taken apart end; each pair is such a junction and that node."""
    arrival = np.full(len(nodes), -1)
    arrival[pairs[:, 0]] = pairs[:, 1]
    return nodes.assign(**{ARRIVAL: pd.Series(nodes["node_id"].array.take(arrival, allow_fill=True, fill_value=""))})


def _reverse(links: Directed) -> Ints:
    """Return the other direction of each link, which stands beside it, -1 where there is none."""
    row = np.arange(len(links.part))
    same = (np.diff(links.part) == 0) & (np.diff(links.number) == 0)  # links there once more have other numbers
    reverse = np.full(len(row), -1)
    reverse[:-1][same] = row[1:][same]
    reverse[1:][same] = row[:-1][same]
    return reverse


def _kinds(ways: Ways, parts: Parts, links: Directed, turns: int) -> Ints:
    """Return a number for each link, equal where every column that is not added up is; each turn has its own."""
    rules: dict[tuple[str, bool, str, bool], int] = {}
    columns = [(road.highway, road.toll, str(road.lanes), road.midway) for road in ways.roads]
    rule = [rules.setdefault(column, len(rules)) for column in columns]
    way = parts.way[links.part]
    frame = pd.DataFrame(
        {
            "rule": np.array(rule)[ways.road[way]],
            "label": ways.label[way],
            "speed": links.speed_km_per_h,
            "imputed": links.imputed,
        }
    )
    kinds = frame.groupby(list(frame.columns), sort=False).ngroup().to_numpy(dtype=np.int64)
    return np.concatenate([kinds, kinds.max(initial=0) + 1 + np.arange(turns)])


def _lines(chains: Chains, links: Directed, parts: Parts) -> tuple[Ints, Shapes]:
    """Return the line of each chain; turns have none."""
    real = chains.named < len(links.part)
    drawn, codes = lines_of(chains)
    drawn = drawn[real[drawn]]  # turns stand last, so that no line is counted before another
    begins, rows = joined_points(chains, drawn, _point_runs(links, parts))
    shapes = Shapes(starts=begins, lon=parts.points.lon[rows], lat=parts.points.lat[rows])
    return np.where(real, codes, 0), shapes


_ORDER = [
    "link_id", "origin_node_id", "destination_node_id", "length_km", "travel_h", "highway", "ref", "name", "toll",
    "lanes", "mode", "midway", "terrain", "speed_km_per_h", "speed_imputed", "shape",
]  # fmt: skip


def _link_table(ways: Ways, parts: Parts, links: Directed, chains: Chains) -> pd.DataFrame:
    real = chains.named < len(links.part)
    named = chains.named[real]
    way = parts.way[links.part[named]]
    road, turns = ways.road[way], int((~real).sum())
    numbers = {"length_km": links.length_km, "travel_h": links.travel_h}
    summed = {
        name: chains.sums(np.concatenate([values, np.full(len(chains.links) - len(values), least)]))
        for (name, values), least in zip(numbers.items(), (0.0, LEAST_H), strict=True)
    }
    roads = ways.roads
    table = {
        "link_id": _link_names(ways.way_id[way], links.number[named], links.backward[named]),
        "highway": texts([one.highway for one in roads], road),
        "ref": texts(ways.refs, ways.label[way]),
        "name": texts(ways.names, ways.label[way]),
        "toll": np.array([one.toll for one in roads], dtype=np.bool_)[road],
        "lanes": np.array([one.lanes for one in roads], dtype=np.float64)[road],
        "midway": np.array([one.midway for one in roads], dtype=np.bool_)[road],
        "speed_km_per_h": links.speed_km_per_h[named],
        "speed_imputed": links.imputed[named],
    }
    whole = pd.concat([pd.DataFrame(table), _turn_rows(turns)], ignore_index=True) if turns else pd.DataFrame(table)
    constant = {"mode": texts(["road"], np.zeros(len(whole), dtype=np.int64))}
    constant["terrain"] = texts(["unknown"], np.zeros(len(whole), dtype=np.int64))
    return whole.assign(**summed, **constant)


def _turn_rows(count: int) -> pd.DataFrame:
    row = np.zeros(count, dtype=np.int64)
    return pd.DataFrame(
        {
            "link_id": pd.Series([f"{TURN}_{at + 1}" for at in range(count)], dtype="str"),
            "highway": texts([TURN], row), "ref": texts([""], row), "name": texts([""], row), "toll": False,
            "lanes": np.nan, "midway": False, "speed_km_per_h": np.nan, "speed_imputed": False,
        }
    )  # fmt: skip


def texts(values: Sequence[str], rows: Ints) -> "pd.Series[str]":
    """Return `values` at `rows`, without making a Python object of each."""
    return _series(pa.array(values, type=pa.large_string()).take(pa.array(rows)))


def _series(texts_: pa.Array) -> "pd.Series[str]":
    return pd.Series(texts_.to_pandas(), dtype="str")


def _link_names(way_id: Ints, number: Ints, backward: Flags) -> "pd.Series[str]":
    way, along = (_series(pa.array(values).cast(pa.large_string())) for values in (way_id, number))
    return way + "_" + along + texts(["", REVERSE], backward.astype(np.int64))


def _node_names(node_id: Ints) -> "pd.Series[str]":
    """Return the id of each node; copies behind it have ``.1``, ``.2``, ..."""
    names = _series(pa.array(node_id).cast(pa.large_string()))
    copies = np.flatnonzero(pd.Series(node_id).duplicated().to_numpy())
    if len(copies):
        number = pd.Series(node_id[copies]).groupby(node_id[copies]).cumcount() + 1
        names.iloc[copies] = names.iloc[copies] + "." + number.astype("str").to_numpy()
    return names
