"""Tonnes put on links: each trip loads the path that `travel` measures."""

from typing import Literal

import numpy as np
import pandas as pd

from networks.errors import DisconnectedError, NetworkError
from networks.network import Network
from networks.tables import Column, TableContract, check_frame
from networks.trees import Floats, Ints, build_graph, grow

TRIPS = TableContract(
    "trips",
    (
        Column("origin", "text", "", "node id"),
        Column("destination", "text", "", "node id"),
        Column("t_per_year", "number", "t/year", "freight", low=0.0),
    ),
    (),
    extra="keep",
)


def assign(
    network: Network,
    trips: pd.DataFrame,
    *,
    method: Literal["all_or_nothing", "equilibrium"] = "all_or_nothing",
    by: str = "h",
) -> pd.DataFrame:
    """Put trips on links.

    Parameters
    ----------
    network
        On which the trips are made; places take part as nodes of a joined network (`join`).
    trips
        Columns origin, destination (node ids), t_per_year. Trips within a node load nothing.
    method
        "all_or_nothing": each trip takes its best path whatever else is on it.
    by
        What the paths minimise, as in `travel`.

    Returns
    -------
    pandas.DataFrame
        Columns link_id, t_per_year; one row for each link of the network, in its order.

    Raises
    ------
    DisconnectedError
        There is no path for some trips: all pairs are named (up to 20).
    NetworkError
        A node is unknown, or the method is not there yet.
    """
    if method != "all_or_nothing":
        raise NetworkError(f"found the method {method!r}, expected 'all_or_nothing'; no other is there yet")
    trips = check_frame(trips, TRIPS, "trips")
    trips = trips[trips["t_per_year"] > 0.0]
    starts, row_of = np.unique(network.positions(trips["origin"]), return_inverse=True)
    order = np.argsort(row_of, kind="stable")
    goals = network.positions(trips["destination"])[order]
    loads = _loads(network, by, starts, (row_of[order], goals, trips.iloc[order]))
    return pd.DataFrame({"link_id": network.links["link_id"], "t_per_year": loads})


def _loads(network: Network, by: str, starts: Ints, sorted_trips: tuple[Ints, Ints, pd.DataFrame]) -> Floats:
    """Return the freight on each link; trips come sorted by their position in `starts`."""
    row_of, goals, trips = sorted_trips
    tonnes = trips["t_per_year"].to_numpy(dtype=np.float64)
    bounds = np.searchsorted(row_of, np.arange(len(starts) + 1))

    def of_rows(rows: Ints) -> tuple[Ints, Ints]:
        part = slice(bounds[rows[0]], bounds[rows[-1] + 1])
        return row_of[part] - rows[0], goals[part]

    loads = np.zeros(len(network.links))
    cut_off: list[int] = []
    for forest in grow(build_graph(network, by), starts, of_rows):
        part = np.arange(bounds[forest.rows[0]], bounds[forest.rows[-1] + 1])
        cut_off += part[forest.targets < 0].tolist()
        at_cells = np.zeros(len(forest.parents))
        np.add.at(at_cells, forest.targets[forest.targets >= 0], tonnes[part[forest.targets >= 0]])
        inner = forest.links >= 0
        np.add.at(loads, forest.links[inner], forest.up(at_cells)[inner])
    if cut_off:
        raise _disconnected(trips.iloc[cut_off])
    return loads


def _disconnected(trips: pd.DataFrame) -> DisconnectedError:
    pairs = [f"{trip.origin} -> {trip.destination}" for trip in trips.head(20).itertuples()]
    more = f" and {len(trips) - len(pairs)} more" if len(trips) > len(pairs) else ""
    return DisconnectedError(f"{len(trips)} trips have no path: {'; '.join(pairs)}{more}")
