"""Roads, rails and waterways as one network, joined by transfers and nothing else.

The best combination is the whole network, truck only is `of_modes(network, ["road"])`: both keep the ids of all nodes,
so that the same places can be asked for in both. Places join roads only, whatever else lies nearer.

Hours are rarely what shippers minimise over modes: trains wait. A generalised weight goes into a column of the links
and is named to `travel` by ``by=``.
"""

from collections.abc import Collection, Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from networks.errors import NetworkError, TableError
from networks.network import Network, built
from networks.shapes import Shapes, after, both
from networks.tables import check_frame, check_references, stack
from networks.transfers import TRANSFER, TRANSFERS

CARRIERS = ("road", "rail", "waterway")

BY_MODE = (
    *(f"{mode}_km_per_km" for mode in CARRIERS),
    *(f"{mode}_h_per_km" for mode in CARRIERS),
    "transfers",
    "transfer_h",
)
"""Columns for ``accumulate`` of `travel`: sums road_km, rail_km, waterway_km, road_h, rail_h, waterway_h, transfers
(how many) and transfer_h. The ways between a place or a terminal and the roads belong to no mode: `Travel.km` has
them."""


def combine(*networks: Network, transfers: pd.DataFrame) -> Network:
    """Put networks of several modes together.

    Parameters
    ----------
    networks
        One a mode, or several; no two share the id of a node or link.
    transfers
        Columns of `networks.transfers.TRANSFERS`: directed, between nodes of these networks. May have no rows.

    Returns
    -------
    Network
        The tables of all, and a link of mode "transfer" for each transfer (link_id its transfer_id, with its
        handling). Links have the columns of `BY_MODE`. Provenance: that of each network under the name of its mode.

    Raises
    ------
    NetworkError
        No network, networks in different coordinates, or an id in two of them.
    TableError
        Transfers that break their contract or name unknown nodes: all at once.
    """
    _check_apart(networks)
    nodes = stack([_with_mode(network) for network in networks])
    stacked = stack([network.links for network in networks])
    codes, shapes = _shapes(networks)
    added = _links(transfers, nodes)
    links = stack([stacked.assign(shape=codes), *added])
    return Network(
        nodes=nodes,
        links=links.assign(**_by_mode(links)),
        provenance=dict(_provenance(networks)),
        crs=networks[0].crs,
        shapes=shapes,
    )


def of_modes(network: Network, modes: Collection[str]) -> Network:
    """Return the network with the links of some modes only; all nodes stay.

    Parameters
    ----------
    network
        Of several modes.
    modes
        "road", "rail", "waterway", "transfer"; at least one.

    Raises
    ------
    NetworkError
        No link is of these modes.
    """
    kept = network.links["mode"].isin(list(modes)).to_numpy()
    if not kept.any():
        known = ", ".join(sorted(set(network.links["mode"])))
        raise NetworkError(f"no link is of the modes {', '.join(modes) or '(none)'}; the network has {known}")
    tail, head = network.ends()
    return built(
        nodes=network.nodes,
        links=network.links[kept].reset_index(drop=True),
        ends=(tail[kept], head[kept]),
        shapes=network.shapes,
        provenance=network.provenance,
        crs=network.crs,
    )


def _check_apart(networks: Sequence[Network]) -> None:
    if not networks:
        raise NetworkError("found no network, expected one a mode")
    if len({network.crs for network in networks}) > 1:
        raise NetworkError(f"found networks in {', '.join(network.crs for network in networks)}, expected one CRS")
    for what, ids in (
        ("node", [name for network in networks for name in network.nodes["node_id"]]),
        ("link", [name for network in networks for name in network.links["link_id"]]),
    ):
        names = pd.Series(ids, dtype="str")
        twice = list(names[names.duplicated()].unique())
        if twice:
            raise NetworkError(
                f"{len(twice)} {what} ids are in two networks, first {', '.join(twice[:10])}: these would join without "
                "a transfer; put the mode before the ids, as read_rail and read_waterways do"
            )


def _with_mode(network: Network) -> pd.DataFrame:
    """Return the nodes with the mode of their links; "" where there is none."""
    if "mode" in network.nodes:
        return network.nodes
    ids = [network.links[name] for name in ("origin_node_id", "destination_node_id")]
    touched = pd.concat([network.links["mode"].set_axis(name) for name in ids])
    first = touched[~touched.index.duplicated()]
    return network.nodes.assign(mode=network.nodes["node_id"].map(first).fillna("").astype("str"))


def _shapes(networks: Sequence[Network]) -> tuple[NDArray[np.int64], Shapes]:
    """Return the code of the line of every link, and all lines."""
    codes, shapes = [], Shapes()
    for network in networks:
        codes.append(after(network.links["shape"].to_numpy(dtype=np.int64), len(shapes)))
        shapes = both(shapes, network.shapes)
    return np.concatenate(codes), shapes


def _links(transfers: pd.DataFrame, nodes: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the links of the transfers; no table where there is none."""
    if transfers.empty:
        return []
    checked = check_frame(transfers, TRANSFERS, "transfers")
    known = set(nodes["node_id"])
    names = ("origin_node_id", "destination_node_id")
    faults = [fault for name in names for fault in check_references(checked, name, known, "transfers")]
    if faults:
        raise TableError(faults)
    links = checked.rename(columns={"transfer_id": "link_id"})
    return [links.assign(length_km=links["length_km"].fillna(0.0), mode=TRANSFER, highway="", midway=False, shape=0)]


def _by_mode(links: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return the columns of `BY_MODE`; rates per km are 0 on links of no length."""
    km, hours = (links[name].to_numpy(dtype=np.float64) for name in ("length_km", "travel_h"))
    pace = np.divide(hours, km, out=np.zeros_like(hours), where=km > 0.0)
    columns: dict[str, NDArray[np.float64]] = {}
    for mode in CARRIERS:
        own = (links["mode"] == mode).to_numpy()
        columns |= {f"{mode}_km_per_km": own.astype(np.float64), f"{mode}_h_per_km": np.where(own, pace, 0.0)}
    moved = (links["mode"] == TRANSFER).to_numpy()
    return columns | {"transfers": moved.astype(np.float64), "transfer_h": np.where(moved, hours, 0.0)}


def _provenance(networks: Sequence[Network]) -> Iterator[tuple[str, str]]:
    yield "source", "; ".join(dict.fromkeys(network.provenance.get("source", "unknown") for network in networks))
    licences = dict.fromkeys(network.provenance["licence"] for network in networks if "licence" in network.provenance)
    yield "licence", "; ".join(licences)
    for number, network in enumerate(networks, start=1):
        mode = "+".join(mode for mode in CARRIERS if (network.links["mode"] == mode).any()) or str(number)
        yield from ((f"{mode}_{key}", text) for key, text in network.provenance.items() if key != "licence")
