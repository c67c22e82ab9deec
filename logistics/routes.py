"""Every way of every flow that could pay: direct, and through allowed sites by truck, barge or rail.

A way through a hub that costs a tonne no less than the direct truck is dropped. It can never pay:
the direct truck has no capacity and no fixed cost, so moving those tonnes to it never raises the
cost and frees the hub (an exchange argument; `models.HubPlacement` proves the same again). Of truck, barge
and rail beyond the same hub only the cheaper is kept, for they share the hub's capacity. Where a scenario
asks for more than cost (CO2, distance, service bands, a least throughput), a way is kept as well if it is
better than the direct truck in that, and truck and barge are both kept.

Ways through two hubs are looked at between the few hubs nearest to either end (`HUBS_AT_AN_END`), by truck between all
of them, by barge and rail between the few that have the mode; one is kept if it costs less than the direct truck and
than both ways through one of its hubs alone, for those need less room, and of the modes between the same two hubs the
cheapest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from logistics.case import Case
from logistics.costs import BARGE, MODES, RAIL, TRUCK, FlowClass
from logistics.distances import Floats, Indices
from logistics.errors import InputError
from logistics.scenario import Scenario
from logistics.way_cost import WayCost

Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]

NO_SITE: Final = -1
HUBS_AT_AN_END: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a tonne takes on a way; arrays of one shape."""

    vnd_per_t: Floats
    co2_t_per_t: Floats
    length_km: Floats
    hours: Floats

    @classmethod
    def of(cls, way: WayCost) -> Self:
        """Return the traits of priced ways; a way that is not there costs endlessly much; its rest means nothing."""
        vnd = np.fmin(way.vnd_per_t, np.inf)  # of a nan and inf, inf
        rest = (way.co2_t, way.truck_km + way.water_km + way.rail_km, way.hours)
        co2, km, hours = (np.broadcast_to(part, vnd.shape) for part in rest)
        return cls(vnd_per_t=vnd, co2_t_per_t=co2, length_km=km, hours=hours)

    def at(self, rows: "Indices | Flags | tuple[NDArray[np.generic], ...]") -> Self:
        """Return the traits of some ways."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    @classmethod
    def joined(cls, parts: "list[Traits]") -> Self:
        """Return the traits of several lists of ways, one after the other."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """Ways through hubs, parallel arrays over routes, and the direct way over flows.

    `mode` indexes `costs.MODES`, `resource` indexes `sites.RESOURCES` (at both hubs of a route), `site` and
    `second` the case's sites; `second` is -1 for a route through one hub.
    """

    direct: Traits
    flow: Indices
    site: Indices
    second: Indices
    mode: Codes
    resource: Codes
    through: Traits

    @property
    def vnd_per_t(self) -> Floats:
        """Return the cost of each route."""
        return self.through.vnd_per_t


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which ways are worth keeping beside those that cost less than the direct truck."""

    by_co2: bool
    by_hours: bool
    by_km: bool
    every_way: bool

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Return what a scenario asks for."""
        goal = scenario.objective
        return cls(
            by_co2="co2" in goal.goals or goal.co2_cap_t_per_year is not None,
            by_hours=any(band.within_h is not None for band in scenario.service),
            by_km="distance" in goal.goals or any(band.within_km is not None for band in scenario.service),
            every_way=scenario.min_throughput_t_per_year > 0,
        )

    @property
    def cost_alone(self) -> bool:
        """Tell whether nothing but cost decides."""
        return not (self.by_co2 or self.by_hours or self.by_km or self.every_way)

    def keeps(self, through: Traits, direct: Traits) -> Flags:
        """Return which ways are kept; the two broadcast."""
        kept: Flags = through.vnd_per_t < direct.vnd_per_t  # inf is never cheaper
        if self.cost_alone:
            return kept
        there = np.isfinite(through.vnd_per_t)
        if self.every_way:
            return there
        if self.by_co2:
            kept |= there & (through.co2_t_per_t < direct.co2_t_per_t)
        if self.by_hours:
            kept |= there & (through.hours < direct.hours)
        if self.by_km:
            kept |= there & (through.length_km < direct.length_km)
        return kept


def enumerate_routes(case: Case) -> Routes:
    """Price every way of every flow and keep those that could pay.

    Raises
    ------
    InputError
        If a flow has no direct way: the ends that no road joins.
    """
    wanted = Wanted.of(case.scenario)
    found = [_of_class(case, kind, rows, wanted) for kind, rows in case.classes()]
    direct = _in_order(case, [part.direct for part in found])
    _require_ways(case, direct.vnd_per_t)
    return Routes(
        direct=direct,
        through=Traits.joined([part.through for part in found]),
        flow=np.concatenate([part.flow for part in found]),
        site=np.concatenate([part.site for part in found]),
        second=np.concatenate([part.second for part in found]),
        mode=np.concatenate([part.mode for part in found]),
        resource=np.concatenate([part.resource for part in found]),
    )


def _in_order(case: Case, parts: list[Traits]) -> Traits:
    """Return direct traits in the order of the flows; the parts come class by class."""
    order = np.argsort(np.concatenate([rows for _, rows in case.classes()]), kind="stable")
    return Traits.joined(parts).at(order)


def _of_class(case: Case, kind: FlowClass, rows: Indices, wanted: Wanted) -> Routes:
    near, far = case.near[rows], case.far[rows]
    vot = case.flows["vot_vnd_per_th"].to_numpy(float)[rows]
    direct = Traits.of(case.pricing.direct(kind, near, far, vot))
    ends = (near, case.site_positions, far)
    by_mode = {
        mode: Traits.of(case.pricing.through_each_hub(kind, ends, vot, MODES[mode]))
        for mode in _modes(kind, case.scenario)
    }
    parts = list(_through_one(by_mode, direct, wanted))
    if case.scenario.two_hub_routes:
        parts.append(_through_two(case, kind, (near, far, vot), (direct, by_mode), wanted))
    flow, site, second, mode, through = zip(*parts, strict=True)
    return Routes(
        direct=direct, flow=rows[np.concatenate(flow)], site=np.concatenate(site), second=np.concatenate(second),
        mode=np.concatenate(mode).astype(np.int8), through=Traits.joined(list(through)),
        resource=np.full(sum(part.size for part in flow), kind.resource, dtype=np.int8),
    )  # fmt: skip


Found = tuple[Indices, Indices, Indices, Indices, Traits]
"""Row of the class, site, second site, mode and traits of routes."""


def _through_one(by_mode: Mapping[int, Traits], direct: Traits, wanted: Wanted) -> Iterator[Found]:
    each_flow = Traits(**{field.name: getattr(direct, field.name)[:, None] for field in fields(direct)})
    by_cost = wanted.cost_alone and len(by_mode) > 1
    cheapest = np.argmin(np.stack([traits.vnd_per_t for traits in by_mode.values()]), axis=0) if by_cost else None
    for at, (mode, traits) in enumerate(by_mode.items()):
        kept = wanted.keeps(traits, each_flow)
        if cheapest is not None:
            kept &= cheapest == at
        row, site = np.nonzero(kept)
        yield row, site, np.full(row.size, NO_SITE), np.full(row.size, mode), traits.at((row, site))


def _through_two(
    case: Case,
    kind: FlowClass,
    flows: tuple[Indices, Indices, Floats],
    alone: tuple[Traits, Mapping[int, Traits]],
    wanted: Wanted,
) -> Found:
    """Return the routes between a hub near the one end and a hub near the other, by every mode between them."""
    direct, by_mode = alone
    parts = list(_between_two(case, kind, flows))
    row, first, second, mode = (np.concatenate(column) for column in zip(*(pairs for pairs, _ in parts), strict=True))
    traits = Traits.joined([part for _, part in parts])
    kept = wanted.keeps(traits, direct.at(row))
    if wanted.cost_alone:
        one_hub = np.min(np.stack([ways.vnd_per_t for ways in by_mode.values()]), axis=0)
        kept &= traits.vnd_per_t < np.minimum(one_hub[row, first], one_hub[row, second])
        kept &= _cheapest((row * one_hub.shape[1] + first) * one_hub.shape[1] + second, traits.vnd_per_t)
    return row[kept], first[kept], second[kept], mode[kept], traits.at(kept)


def _between_two(
    case: Case, kind: FlowClass, flows: tuple[Indices, Indices, Floats]
) -> Iterator[tuple[tuple[Indices, Indices, Indices, Indices], Traits]]:
    """Yield, for each mode between two hubs, the row, hubs and mode of every way looked at, and its traits."""
    near, far, vot = flows
    sites = case.site_positions
    for mode in _modes_between(kind, case.scenario):
        among = np.flatnonzero(case.pricing.joined_by(sites, MODES[mode]))
        few = min(HUBS_AT_AN_END, among.size)
        at_near, at_far = (among[_closest(case, kind, ends, (sites[among], few))] for ends in (near, far))
        first, second = np.repeat(at_near, few, axis=1), np.tile(at_far, (1, few))
        row = np.repeat(np.arange(near.size), first.shape[1])
        first, second = first.ravel(), second.ravel()
        apart = first != second
        row, first, second = row[apart], first[apart], second[apart]
        ends = (near[row], sites[first], sites[second], far[row])
        traits = Traits.of(case.pricing.through_two_hubs(kind, ends, vot[row], MODES[mode]))
        yield (row, first, second, np.full(row.size, mode)), traits


def _cheapest(key: Indices, vnd_per_t: Floats) -> Flags:
    """Return which rows are the cheapest of their key, one each; of equal ones the first."""
    order = np.lexsort((vnd_per_t, key))
    leads = np.ones(key.size, dtype=bool)
    leads[1:] = key[order][1:] != key[order][:-1]
    cheapest = np.zeros(key.size, dtype=bool)
    cheapest[order[leads]] = True
    return cheapest


def _closest(case: Case, kind: FlowClass, ends: Indices, hubs: tuple[Indices, int]) -> Indices:
    """Return which of the hubs [flow, count] are nearest to each end by the road its feeder takes."""
    positions, count = hubs
    km = case.pricing.feeder_km(kind, ends[:, None], positions[None, :])
    return np.argsort(km, axis=1, kind="stable")[:, :count]


def _require_ways(case: Case, direct: Floats) -> None:
    lost = np.flatnonzero(~np.isfinite(direct))
    if lost.size:
        rows = case.flows.iloc[lost[:5]]
        pairs = ", ".join(f"{near} and {far}" for near, far in zip(rows["near_id"], rows["far_id"], strict=True))
        raise InputError(f"no road joins {pairs} ({lost.size} flows in all); mend the network, or leave the place out")


def _modes(kind: FlowClass, scenario: Scenario) -> tuple[int, ...]:
    """Return the modes beyond a hub; only seaports have quays, and trains go where a scenario asks for them.

    Freight of the channel rail is priced to its terminal only: the train itself is no part of the model.
    """
    modes = (TRUCK, BARGE) if kind.channel == "seaport" else (TRUCK,)
    return (*modes, RAIL) if scenario.rail and kind.channel != "rail" else modes


def _modes_between(kind: FlowClass, scenario: Scenario) -> tuple[int, ...]:
    """Return the modes between two hubs; barges need no seaport there."""
    return (TRUCK, BARGE, RAIL) if scenario.rail and kind.channel != "rail" else (TRUCK, BARGE)
