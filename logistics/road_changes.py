"""What a scenario changes on the roads of its network: speeds, tolls, closed links."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from logistics.errors import InputError
from logistics.scenario import Scenario
from logistics.tolls import TOLL_PCT
from logistics.units import PERCENT
from networks import Network
from networks.columns import nearest
from networks.network import REVERSE


def with_road_changes(network: Network, scenario: Scenario) -> Network:
    """Return the network as a scenario changes it; the network itself where it changes nothing.

    Raises
    ------
    InputError
        If a link to be closed is not in the network: the nearest id is named.
    """
    links = network.links
    if scenario.closed_links:
        links = links[~_closed(links["link_id"].astype(str).to_numpy(), scenario.closed_links)].reset_index(drop=True)
    if scenario.speed_pct != 1 / PERCENT:
        links = links.assign(travel_h=links["travel_h"] / (scenario.speed_pct * PERCENT))
    if scenario.toll_pct != 1 / PERCENT:
        links = links.assign(**{TOLL_PCT: scenario.toll_pct})
    return network if links is network.links else replace(network, links=links)


def _closed(link_ids: NDArray[np.object_], closed: Collection[str]) -> NDArray[np.bool_]:
    """Return which links are closed: those named, and the other direction of each."""
    roads = np.array([link.removesuffix(REVERSE) for link in link_ids])
    asked = {link.removesuffix(REVERSE): link for link in closed}
    known = set(roads.tolist())
    for road, link in asked.items():
        if road not in known:
            near = nearest(road, known)
            raise InputError(f"network.closed_links: the network has no link {link!r}{near and f'; {near}'}")
    return np.isin(roads, list(asked))
