"""Every way of every flow that could pay: direct, and through each allowed site by truck or barge.

A way through a hub that costs a tonne no less than the direct truck is dropped. It can never pay:
the direct truck has no capacity and no fixed cost, so moving those tonnes to it never raises the
cost and frees the hub (an exchange argument; `models.HubPlacement` proves the same again). Of truck
and barge beyond the same hub only the cheaper is kept, for they share the hub's capacity.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistics.case import Case
from logistics.costs import FlowClass
from logistics.distances import Floats, Indices
from logistics.errors import InputError

Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """Ways through hubs, parallel arrays over routes, and the direct cost over flows.

    `mode` indexes `costs.MODES`, `resource` indexes `sites.RESOURCES`, `site` the case's sites.
    """

    direct_vnd_per_t: Floats
    flow: Indices
    site: Indices
    mode: Codes
    resource: Codes
    vnd_per_t: Floats


def enumerate_routes(case: Case) -> Routes:
    """Price every way of every flow and keep those that could pay.

    Raises
    ------
    InputError
        If a flow has no direct way: the ends that no road joins.
    """
    direct = np.zeros(len(case.flows))
    parts = []
    for kind, rows in case.classes():
        direct[rows], found = _of_class(case, kind, rows)
        parts.append(found)
    _require_ways(case, direct)
    flow, site, mode, vnd_per_t, resource = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Routes(
        direct_vnd_per_t=direct, flow=flow, site=site, mode=mode.astype(np.int8),
        resource=resource.astype(np.int8), vnd_per_t=vnd_per_t,
    )  # fmt: skip


def _of_class(case: Case, kind: FlowClass, rows: Indices) -> tuple[Floats, tuple[NDArray[np.generic], ...]]:
    near, far = case.near[rows], case.far[rows]
    vot = case.flows["vot_vnd_per_th"].to_numpy(float)[rows]
    direct = case.pricing.direct(kind, near, far, vot).vnd_per_t
    ends = (near[:, None], case.site_positions[None, :], far[:, None])
    by_mode = np.stack([case.pricing.through_hub(kind, ends, vot[:, None], mode).vnd_per_t for mode in _modes(kind)])
    by_mode = np.where(np.isnan(by_mode), np.inf, by_mode)
    mode = by_mode.argmin(axis=0)
    cheapest = by_mode.min(axis=0)
    at_flow, at_site = np.nonzero(cheapest < direct[:, None])  # inf and nan are never cheaper
    pair = (at_flow, at_site)
    return direct, (rows[at_flow], at_site, mode[pair], cheapest[pair], np.full(at_flow.size, kind.resource))


def _require_ways(case: Case, direct: Floats) -> None:
    lost = np.flatnonzero(~np.isfinite(direct))
    if lost.size:
        rows = case.flows.iloc[lost[:5]]
        pairs = ", ".join(f"{near} and {far}" for near, far in zip(rows["near_id"], rows["far_id"], strict=True))
        raise InputError(f"no road joins {pairs} ({lost.size} flows in all); mend the network, or leave the place out")


def _modes(kind: FlowClass) -> tuple[str, ...]:
    """Return the modes beyond a hub; only seaports have quays."""
    return ("truck", "barge") if kind.channel == "seaport" else ("truck",)
