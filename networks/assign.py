"""Tonnes put on links: along the path that `travel` measures, or at user equilibrium where roads have capacities."""

from typing import Literal

import numpy as np
import pandas as pd

from networks.congestion import Congestion, share_roads
from networks.equilibrium import NoPathError, Options
from networks.errors import DisconnectedError, NetworkError
from networks.network import Network
from networks.prepared import Engine, Prepared, chosen
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


def assign(  # noqa: PLR0913  (what to assign, and options by name)
    network: Network,
    trips: pd.DataFrame,
    *,
    method: Literal["all_or_nothing", "equilibrium"] = "all_or_nothing",
    by: str = "h",
    congestion: Congestion | None = None,
    options: Options | None = None,
    engine: Engine = "auto",
) -> pd.DataFrame:
    """Put trips on links.

    Parameters
    ----------
    network
        On which the trips are made; places take part as nodes of a joined network (`join`).
    trips
        Columns origin, destination (node ids), t_per_year. Trips within a node load nothing.
    method
        "all_or_nothing": each trip takes its best path whatever else is on it. "equilibrium": links slow as they
        fill, and no trip could be quicker on another path (Wardrop 1952); links need a column capacity_pcu_per_h
        or a class of road (`networks.capacity`), and may have background_pcu_per_h, bpr_alpha, bpr_beta.
    by
        What the paths minimise, as in `travel`; at equilibrium "h".
    congestion
        At equilibrium: how tonnes become traffic and how traffic slows.
    options
        At equilibrium: the relative gap to reach, the limit of iterations, the algorithm.
    engine
        All or nothing: as in `travel`.

    Returns
    -------
    pandas.DataFrame
        Columns link_id, t_per_year; one row for each link of the network, in its order. At equilibrium also
        pcu_per_h (of these trips), background_pcu_per_h, capacity_pcu_per_h, volume_per_capacity, travel_h
        (loaded), and in `attrs` relative_gap, iterations and stop: "gap reached" or what else ended it.

    Raises
    ------
    DisconnectedError
        There is no path for some trips: all pairs are named (up to 20).
    NetworkError
        A node or the method is unknown; at equilibrium a link has no capacity.

    Warns
    -----
    GapWarning
        The equilibrium stopped before its gap was reached.
    """
    if method not in {"all_or_nothing", "equilibrium"}:
        raise NetworkError(f"found the method {method!r}, expected 'all_or_nothing' or 'equilibrium'")
    trips = check_frame(trips, TRIPS, "trips")
    trips = trips[(trips["t_per_year"] > 0.0) & (trips["origin"] != trips["destination"])]
    if method == "equilibrium":
        return _at_equilibrium(network, trips, by, congestion or Congestion(), options or Options())
    if congestion is not None or options is not None:
        raise NetworkError("congestion and options are for method='equilibrium'; leave them out or name the method")
    ends = network.positions(trips["origin"]), network.arrivals(trips["destination"])
    starts, row_of = np.unique(ends[0], return_inverse=True)
    prepared = chosen(network, len(starts), engine, by)
    if prepared is None:
        order = np.argsort(row_of, kind="stable")
        loads = _loads(network, by, starts, (row_of[order], ends[1][order], trips.iloc[order]))
    else:
        loads = _ranked_loads(network, prepared, ends, trips)
    return pd.DataFrame({"link_id": network.links["link_id"], "t_per_year": loads})


def _ranked_loads(network: Network, prepared: Prepared, ends: tuple[Ints, Ints], trips: pd.DataFrame) -> Floats:
    """Return the freight on each link, along the paths of the hierarchy."""
    from networks.hierarchy.trips import loads  # noqa: PLC0415  (compiles)

    tonnes = trips["t_per_year"].to_numpy(dtype=np.float64)
    on_links, found = loads(prepared.hierarchy, ends, tonnes, len(network.links))
    if not found.all():
        raise _disconnected(trips[~found])
    return on_links


def _at_equilibrium(
    network: Network, trips: pd.DataFrame, by: str, congestion: Congestion, options: Options
) -> pd.DataFrame:
    if by != "h":
        raise NetworkError(f"found by={by!r}, expected 'h': it is the time of links that grows with their traffic")
    ends = (network.positions(trips["origin"]), network.arrivals(trips["destination"]))
    try:
        return share_roads(network, (*ends, trips["t_per_year"].to_numpy(dtype=np.float64)), congestion, options)
    except NoPathError as error:
        raise _disconnected(trips.iloc[error.pairs]) from error


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
