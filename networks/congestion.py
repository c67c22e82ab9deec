"""Freight and other traffic share the roads: user equilibrium on a network of links with capacities."""

import warnings
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from networks.capacity import Floats, given, link_capacity, refuse
from networks.equilibrium import Delay, Equilibrium, Instance, Options, OverloadError, Stop, solve
from networks.errors import NetworkError
from networks.network import Network

BACKGROUND = "background_pcu_per_h"
"""Column of the links with the traffic that is there whatever the freight does; blank is none."""


class GapWarning(UserWarning):
    """An equilibrium stopped before its gap was reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Congestion:
    """How tonnes a year become traffic an hour, and how traffic slows.

    Parameters
    ----------
    payload_t
        Mean load of a vehicle over all its trips, empty ones counted, in t. 14: half of what a tractor with a
        40-foot container carries (assumption: one way full, one way empty).
    pcu_per_vehicle
        Passenger cars that take as much road as the vehicle: 4.0 for a tractor with semi-trailer and 2.5 for a
        truck of three axles in flat country, 5.0 and 3.0 in mountains (TCVN 4054:2005, table 2).
    hours_per_year
        Hours over which the year's freight spreads evenly: 6,000 is 300 days of 20 hours (assumption). For a peak
        hour with the share s of the day's traffic: days / s.
    alpha, beta
        travel_h = free travel_h * (1 + alpha * (volume / capacity) ** beta); US Bureau of Public Roads (1964). The
        columns bpr_alpha and bpr_beta of the links go before, where they are filled.
    """

    payload_t: float = 14.0
    pcu_per_vehicle: float = 4.0
    hours_per_year: float = 6000.0
    alpha: float = 0.15
    beta: float = 4.0

    def __post_init__(self) -> None:
        for one in fields(self)[:3]:
            value = getattr(self, one.name)
            if not (np.isfinite(value) and value > 0.0):
                raise NetworkError(f"found {one.name} {value}, expected a number above 0")

    @property
    def pcu_per_h_per_t_per_year(self) -> float:
        """Return the traffic in an hour, in pcu, of a tonne a year."""
        return self.pcu_per_vehicle / self.payload_t / self.hours_per_year


def share_roads(
    network: Network,
    trips: tuple[NDArray[np.int64], NDArray[np.int64], Floats],
    congestion: Congestion,
    options: Options,
) -> pd.DataFrame:
    """Put trips on links so that no trip has a quicker path.

    Parameters
    ----------
    network
        Its links need capacities: see `networks.capacity.link_capacity`.
    trips
        Rows of the nodes where they begin and end, and t/year; shape [trips].
    congestion, options
        How traffic slows, and how far to go.

    Returns
    -------
    pandas.DataFrame
        As from `networks.assign.assign`.

    Raises
    ------
    networks.equilibrium.NoPathError
        Trips have no path; `pairs` are their positions.
    NetworkError
        Links lack a capacity, or numbers lie outside what they may be.
    """
    unit = congestion.pcu_per_h_per_t_per_year
    delay = _delay(network, congestion)
    tail, head = network.ends()
    origin, destination, t_per_year = trips
    instance = Instance(
        nodes=len(network.nodes),
        tail=tail,
        head=head,
        delay=delay,
        origin=origin,
        destination=destination,
        volume=t_per_year * unit,
    )
    try:
        answer = solve(instance, options)
    except OverloadError as error:
        wrong = np.isin(np.arange(len(tail)), error.links)
        refuse(network, wrong, "carry so much for their capacity that their time is no number; check t_per_year")
        raise
    volume = answer.flow + delay.background
    table = pd.DataFrame(
        {
            "link_id": network.links["link_id"],
            "t_per_year": answer.flow / unit,
            "pcu_per_h": answer.flow,
            BACKGROUND: delay.background,
            "capacity_pcu_per_h": delay.capacity,
            "volume_per_capacity": volume / delay.capacity,
            "travel_h": answer.cost,
        }
    )
    return _told(table, answer, options)


def _delay(network: Network, congestion: Congestion) -> Delay:
    background = given(network, BACKGROUND, 0.0)
    alpha = given(network, "bpr_alpha", congestion.alpha)
    beta = given(network, "bpr_beta", congestion.beta)
    refuse(network, ~(np.isfinite(background) & (background >= 0.0)), f"have a {BACKGROUND} that is no amount")
    refuse(network, ~(np.isfinite(alpha) & (alpha >= 0.0)), "have an alpha below 0 or not finite")
    refuse(network, ~(np.isfinite(beta) & ((beta == 0.0) | (beta >= 1.0))), "have a beta that is not 0 or at least 1")
    return Delay(
        free=network.links["travel_h"].to_numpy(dtype=np.float64),
        capacity=link_capacity(network),
        alpha=alpha,
        beta=beta,
        background=background,
    )


def _told(table: pd.DataFrame, answer: Equilibrium, options: Options) -> pd.DataFrame:
    """Add how near the answer is, and warn where it is not near enough."""
    table.attrs = {
        "method": "equilibrium",
        "algorithm": answer.algorithm,
        "relative_gap": answer.relative_gap,
        "iterations": answer.iterations,
        "stop": str(answer.stop),
    }
    if answer.stop is not Stop.GAP:
        sentence = (
            f"the equilibrium stopped at its {answer.stop} after {answer.iterations} iterations with a relative gap of "
            f"{answer.relative_gap:.2g}, asked {options.gap:g}; the flows are near it, not at it"
        )
        warnings.warn(sentence, GapWarning, stacklevel=4)
    return table
