"""An origin-destination matrix of the user's own in place of generated freight.

A CSV file: `origin_id`, `destination_id`, `commodity`, `t_per_year`, and where known `year`, the parts `full`,
`medium`, `small` by shipment size and `vot_vnd_per_th`. An end that is a gateway says through which channel and which
way the freight goes; freight between two places of the region is domestic. Between two listed years tonnes are
interpolated, before the first and after the last they are held. Sizes and values of time left blank are those of the
generated freight of the same commodity.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from logistics.errors import InputError
from logistics.freight import trade_of
from logistics.generation import SIZES
from logistics.markets import CHANNEL_OF_TYPE
from logistics.units import LARGEST_T_PER_YEAR
from networks.csv_file import Rows, read_rows
from networks.errors import TableError
from networks.tables import Column, NotedTable, TableContract, check_references, read_noted_table

OD_MATRIX: Final = TableContract(
    "od_matrix",
    (
        Column("origin_id", "text", "", "place the freight leaves: a park, a cluster, a province or a gateway"),
        Column("destination_id", "text", "", "place it goes to"),
        Column("commodity", "text", "", "commodity, an id of commodities.csv"),
        Column("t_per_year", "number", "t/year", "tonnes a year", low=0, high=LARGEST_T_PER_YEAR),
        Column("year", "integer", "year", "year of the tonnes; blank in every row: any", low=2000, high=2100,
               blank=True, required=False),
        *(Column(size, "number", "-", f"part of the tonnes in {size} shipments; the three sum to 1", low=0, high=1,
                 blank=True, required=False) for size in SIZES),
        Column("vot_vnd_per_th", "number", "VND/t-h", "value of time", low=0, high=1e12, blank=True, required=False),
    ),
    key=(),
    extra="drop",
)  # fmt: skip
ENDS: Final = ("origin_id", "destination_id")
KEY: Final = [*ENDS, "commodity", "year"]
FLOW: Final = ["near_id", "far_id", "commodity", "channel", "direction", "trade", "shipment"]
SLACK: Final = 1e-6
LEAST_T: Final = 0.001
"""A kilogram: a program of tonnes beside billionths of them is one that no solver takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What an end of a matrix may be: `channel_of` for open gateways, ids of parks and clusters, and of provinces."""

    channel_of: Mapping[str, str]
    park_ids: frozenset[str]
    province_ids: frozenset[str]
    commodities: tuple[str, ...]
    closed_ids: frozenset[str]

    @property
    def ids(self) -> frozenset[str]:
        """Return every id that may stand in the matrix."""
        return frozenset(self.channel_of) | self.park_ids | self.province_ids


def matrix_ends(
    generators: pd.DataFrame, provinces: pd.DataFrame, gateways: pd.DataFrame, far: pd.DataFrame, commodities: pd.Index
) -> Ends:
    """Return the ends a matrix may name: `far` are the far ends open in the year (`markets.far_ends`)."""
    kinds = dict(zip(gateways["place_id"], gateways["type"], strict=True))
    open_ids = set(far["place_id"])
    channels = {
        place: "domestic" if kind == "external" else CHANNEL_OF_TYPE.get(kind, "domestic")
        for place, kind in kinds.items()
        if place in open_ids
    }
    return Ends(
        channel_of=channels, park_ids=frozenset(generators["place_id"]), province_ids=frozenset(provinces["place_id"]),
        commodities=tuple(str(name) for name in commodities), closed_ids=frozenset(set(kinds) - open_ids),
    )  # fmt: skip


def read_od_matrix(path: str | Path, ends: Ends) -> NotedTable:
    """Read a matrix.

    Returns
    -------
    NotedTable
        The columns of `OD_MATRIX`; `year`, sizes and value of time are NaN where blank. And what is to be said of
        the reading.

    Raises
    ------
    InputError
        With every fault of the file at once: file, row, column, found, expected.
    """
    source = Path(path)
    try:
        rows = read_rows(source)
    except TableError as error:
        raise InputError(str(error)) from error
    faults: list[str] = []
    try:
        read = read_noted_table(source, OD_MATRIX)
    except TableError as error:
        faults.extend(error.faults)
    faults.extend(_meaning_faults(rows, ends, source.name))
    if faults:
        raise InputError(str(TableError(faults)))
    return read


def joins_parks(path: Path, park_ids: Collection[str]) -> bool:
    """Tell whether a matrix sends freight from a park or cluster to another; False for a file that cannot be read."""
    try:
        rows = read_rows(path)
    except TableError:  # reading the flows says what is wrong with it
        return False
    if not set(ENDS) <= set(rows.header):
        return False
    origin, destination = (rows.header.index(end) for end in ENDS)
    return any(row[origin] in park_ids and row[destination] in park_ids for row in rows.records)


def _meaning_faults(rows: Rows, ends: Ends, name: str) -> Iterator[str]:
    """Yield what the contract cannot see, read from the cells themselves: unknown ids, sizes, doubles, years."""
    cells = {column: pd.Series([row[at] for row in rows.records], dtype="str") for at, column in enumerate(rows.header)}
    frame = pd.DataFrame(cells)
    yield from _reference_faults(frame, ends, rows, name)
    if set(ENDS) <= set(frame):
        yield from _pair_faults(frame, ends, rows, name)
    yield from _small_faults(frame, rows, name)
    yield from _size_faults(frame, rows, name)
    yield from _double_faults(frame, rows, name)
    yield from _year_faults(frame, rows, name)


def _reference_faults(frame: pd.DataFrame, ends: Ends, rows: Rows, name: str) -> Iterator[str]:
    for column in ENDS:
        if column in frame:
            closed = frame[column].isin(list(ends.closed_ids))
            for at in np.flatnonzero(closed.to_numpy()):
                found = frame[column].iloc[at]
                yield f"{name}:{rows.numbers[at]}:{column}: found {found!r}, a gateway that takes no freight that year"
            shown = frame.assign(**{column: frame[column].where(~closed, "")})
            yield from check_references(shown, column, ends.ids, name, rows=rows.numbers)
    if "commodity" in frame:
        yield from check_references(frame, "commodity", ends.commodities, name, rows=rows.numbers)


def _pair_faults(frame: pd.DataFrame, ends: Ends, rows: Rows, name: str) -> Iterator[str]:
    for at, (origin, destination) in enumerate(zip(frame["origin_id"], frame["destination_id"], strict=True)):
        where = f"{name}:{rows.numbers[at]}:origin_id, destination_id"
        if origin and origin == destination:
            yield f"{where}: found {origin!r} at both ends, expected two places"
        elif origin in ends.channel_of and destination in ends.channel_of:
            yield f"{where}: both are gateways; freight begins or ends at a park, a cluster or a province"


def _small_faults(frame: pd.DataFrame, rows: Rows, name: str) -> Iterator[str]:
    if "t_per_year" not in frame:
        return
    tonnes = pd.to_numeric(frame["t_per_year"], errors="coerce").to_numpy(float)
    for at in np.flatnonzero((tonnes > 0) & (tonnes < LEAST_T)):
        where = f"{name}:{rows.numbers[at]}:t_per_year"
        yield f"{where}: found {tonnes[at]:g}, expected 0 or at least {LEAST_T:g}, a kilogram"


def _size_faults(frame: pd.DataFrame, rows: Rows, name: str) -> Iterator[str]:
    here = [size for size in SIZES if size in frame]
    if not here:
        return
    parts = frame[here].apply(pd.to_numeric, errors="coerce").reindex(columns=list(SIZES))
    blank = (frame[here] == "").reindex(columns=list(SIZES), fill_value=True).to_numpy()
    total = parts.sum(axis=1).to_numpy(float)
    for at in range(len(frame)):
        where = f"{name}:{rows.numbers[at]}:full, medium, small"
        if blank[at].any() and not blank[at].all():
            yield f"{where}: only some are given, expected all three or none"
        elif not blank[at].any() and parts.iloc[at].notna().all() and abs(total[at] - 1) > SLACK:
            yield f"{where}: sum to {total[at]:g}, expected 1"


def _double_faults(frame: pd.DataFrame, rows: Rows, name: str) -> Iterator[str]:
    key = [column for column in KEY if column in frame]
    if not set(KEY[:3]) <= set(key):
        return
    first: dict[tuple[str, ...], int] = {}
    for at, row in enumerate(frame[key].itertuples(index=False, name=None)):
        if row in first:
            shown = " ".join(filter(None, row))
            yield f"{name}:{rows.numbers[at]}:{', '.join(key)}: {shown!r} is already in row {rows.numbers[first[row]]}"
        first.setdefault(row, at)


def _year_faults(frame: pd.DataFrame, rows: Rows, name: str) -> Iterator[str]:
    if "year" not in frame or frame["year"].eq("").all():
        return
    for at in np.flatnonzero(frame["year"].eq("").to_numpy()):
        yield f"{name}:{rows.numbers[at]}:year: blank, expected a year in every row or in none"


def matrix_flows(matrix: pd.DataFrame, year: int, ends: Ends, near: pd.DataFrame) -> pd.DataFrame:
    """Return the flows of a matrix in a year, in the columns of `freight.Freight.flows`.

    Parameters
    ----------
    matrix
        As `read_od_matrix` returns it.
    near
        The generated freight by commodity (`freight.by_commodity`), whose sizes and values of time fill blanks.
    """
    rows = _directed(in_year(matrix, year), ends)
    rows = _filled(rows, near)
    parts = [
        rows.assign(shipment=size, t_per_year=rows["t_per_year"] * rows[size])[[*FLOW, "t_per_year", "vot_vnd_per_th"]]
        for size in SIZES
    ]
    flows = pd.concat(parts, ignore_index=True)
    flows = flows.assign(vot_vnd_per_th=flows["vot_vnd_per_th"] * flows["t_per_year"])
    sums = flows[flows["t_per_year"] > 0].groupby(FLOW, sort=True)[["t_per_year", "vot_vnd_per_th"]].sum().reset_index()
    return sums.assign(vot_vnd_per_th=sums["vot_vnd_per_th"] / sums["t_per_year"])


def in_year(matrix: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the rows that hold in a year, their tonnes interpolated between the listed years around it."""
    listed = np.unique(matrix["year"].dropna().to_numpy(float))
    if listed.size == 0:
        return matrix
    at = float(np.clip(year, listed[0], listed[-1]))
    after = float(listed[listed >= at][0])
    before = float(listed[listed <= at][-1])
    if before == after:
        return matrix[matrix["year"] == at]
    part = (at - before) / (after - before)
    weight = matrix["year"].map({before: 1 - part, after: part})
    kept = weight.notna()
    return matrix[kept].assign(t_per_year=matrix["t_per_year"][kept] * weight[kept])


def _directed(rows: pd.DataFrame, ends: Ends) -> pd.DataFrame:
    """Return the rows with near and far end, channel, direction and trade."""
    inward = [
        _is_inward(origin, destination, ends)
        for origin, destination in zip(rows["origin_id"], rows["destination_id"], strict=True)
    ]
    far = rows["destination_id"].where(~np.array(inward, dtype=np.bool_), rows["origin_id"])
    near = rows["origin_id"].where(~np.array(inward, dtype=np.bool_), rows["destination_id"])
    channel = [ends.channel_of.get(place, "domestic") for place in far]
    direction = np.where(inward, "in", "out")
    trade = [trade_of(name, str(way)) for name, way in zip(channel, direction, strict=True)]
    return rows.assign(near_id=near, far_id=far, channel=channel, direction=direction, trade=trade)


def _is_inward(origin: str, destination: str, ends: Ends) -> bool:
    """Tell whether the near end is the destination: freight from a gateway, or from a province to a park."""
    if origin in ends.channel_of or destination in ends.channel_of:
        return origin in ends.channel_of
    return origin in ends.province_ids and destination in ends.park_ids


def _filled(rows: pd.DataFrame, near: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with blank sizes and values of time taken from the nearest mean of the generated freight."""
    names = [*SIZES, "vot_vnd_per_th"]
    filled = rows.reset_index(drop=True)
    for keys in (["commodity", "channel", "direction"], ["commodity"], []):
        if filled[names].notna().all(axis=None):
            break
        means = _means(near, keys, names)
        found = filled[keys].merge(means, on=keys, how="left") if keys else _repeated(means, len(filled))
        filled = filled.assign(**{name: filled[name].fillna(found[name]) for name in names})
    if not filled[names].notna().all(axis=None):
        raise InputError(
            "od_matrix: no freight is generated to take sizes and values of time from; give them in the file"
        )
    return filled


def _means(near: pd.DataFrame, keys: Collection[str], names: list[str]) -> pd.DataFrame:
    weighted = near.assign(every=0, **{name: near[name] * near["t_per_year"] for name in names})
    sums = weighted.groupby(list(keys) or ["every"], sort=True)[["t_per_year", *names]].sum().reset_index()
    return sums.assign(**{name: sums[name] / sums["t_per_year"] for name in names})


def _repeated(means: pd.DataFrame, times: int) -> pd.DataFrame:
    return means.iloc[np.zeros(times if len(means) else 0, dtype=int)].reset_index(drop=True)
