"""Kilometres under toll, by class of road, and the group in which the vehicle pays; rates are not known here.

A network says where a toll is taken (column `toll`), a vehicle in which of the five groups it pays
(`networks.vehicle.Vehicle.toll_group`). Money comes in where the rates are known: toll-km of a class times the rate of
the group there.
"""

import numpy as np

from networks.network import Network, built
from networks.vehicle import Vehicle

TOLL_CLASSES = ("motorway", "trunk", "primary", "other")
"""Classes of road that toll-km are told apart by; slip roads count as their road."""

TOLL_COLUMNS = ("toll_km_per_km", *(f"toll_{name}_km_per_km" for name in TOLL_CLASSES))
"""Columns for ``accumulate`` of `travel`: sums toll_km, toll_motorway_km, toll_trunk_km and so on."""


def with_toll_km(network: Network, vehicle: Vehicle) -> Network:
    """Return the network with the columns `TOLL_COLUMNS`: 1 where a km is driven under toll, else 0.

    Parameters
    ----------
    network
        With a column toll of yes and no; without one nothing is tolled.
    vehicle
        Whose toll group is written into the provenance as "toll_group".
    """
    links = network.links
    tolled = links["toll"].to_numpy(dtype=np.bool_) if "toll" in links else np.zeros(len(links), dtype=np.bool_)
    own = links["highway"].str.removesuffix("_link")
    classes = own.where(own.isin(TOLL_CLASSES), "other")
    columns = {"toll_km_per_km": tolled.astype(np.float64)}
    for name in TOLL_CLASSES:
        columns[f"toll_{name}_km_per_km"] = np.where(tolled & (classes == name).to_numpy(), 1.0, 0.0)
    return built(
        nodes=network.nodes,
        links=links.assign(**columns),
        ends=network.ends(),
        shapes=network.shapes,
        provenance={**network.provenance, "toll_group": str(vehicle.toll_group)},
        crs=network.crs,
    )
