"""What a tonne of each flow costs on its direct way and on every way through a hub.

Direct, by shipment size: a full load in a 40-foot tractor, 8-15 t in a 15 t truck, small ones in a
5 t truck. Through a hub: a feeder between the near end and the hub, handling and dwell there, and
beyond it a larger, better filled truck or, where hub and gateway both have it, a barge or a train. What every
route pays alike (quay, border yard, air terminal) is left out on both sides. CO2 costs what a price on it
says: nothing by default.

A flow's way is priced in the direction of its freight. Returns matched by loads are capped by the
balance of each end (`min(in, out) / max(in, out)` of its tonnes) and by `match_max_border`.
"""

from dataclasses import dataclass, fields, replace
from types import EllipsisType
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from logistics.distances import Distances, Floats, Indices
from logistics.ledger import Ledger
from logistics.sites import RESOURCES
from logistics.tariffs import Barge, Leg, Rail, TripCost, Truck, handling_co2_t_per_t
from logistics.way_cost import Extra, WayCost, sum_up

DIRECT_TRUCK: Final = {"full": "c40", "medium": "t15", "small": "t5"}
FEEDER_TRUCK: Final = {"full": "c40", "medium": "t10", "small": "t5"}
RESOURCE_OF_SIZE: Final = {"full": "yard", "medium": "cross_dock", "small": "cross_dock"}
BETWEEN_HUBS: Final = "c40"
Rows = Indices | EllipsisType
SHORE_CHANNELS: Final = ("seaport", "border")
"""Channels whose consolidated loads go on in a 40-foot tractor; the others use a 15 t truck."""
MODES: Final = ("truck", "barge", "rail")
TRUCK: Final = MODES.index("truck")
BARGE: Final = MODES.index("barge")
RAIL: Final = MODES.index("rail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a truck carries out, in tonnes, and the share of its returns that are loaded."""

    mean_t: float
    matched: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowClass:
    """Flows priced alike: one shipment size, one channel, one direction."""

    shipment: str
    channel: str
    direction: str

    @property
    def resource(self) -> int:
        """Return which capacity of a hub the flows take."""
        return RESOURCES.index(RESOURCE_OF_SIZE[self.shipment])


def line_truck(kind: FlowClass) -> str:
    """Return the truck beyond the hub."""
    return "c40" if kind.shipment == "full" or kind.channel in SHORE_CHANNELS else "t15"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """The price list: ledger, distances and the balance of loads at every place.

    `matched_cap` holds, per place of `distances`, the largest share of returns that can be loaded. `truck_co2_share`
    holds, per place, what is left of the CO2 of trucks that call there (an eco-park's is below one); one where None.
    `co2_price_vnd_per_t` is added to the cost for every tonne of CO2.
    """

    ledger: Ledger
    distances: Distances
    matched_cap: Floats
    truck_co2_share: Floats | None = None
    co2_price_vnd_per_t: float = 0.0

    def direct(self, kind: FlowClass, near: Indices, far: Indices, vot_vnd_per_th: Floats) -> WayCost:
        """Price the direct truck of each flow.

        Parameters
        ----------
        near, far
            Positions of the flow's ends, any one shape.
        vot_vnd_per_th
            Value of time, VND per tonne and hour.
        """
        vehicle = DIRECT_TRUCK[kind.shipment]
        leg = self._leg(vehicle, kind, near, far)
        load = self.direct_load(kind, far)
        stops_h = 2 * self.ledger["end_hours"]
        trip = Truck.from_ledger(self.ledger, vehicle).trip(leg, load.matched, stops_h)
        cost = self._at_place(trip.per_t(load.mean_t), near)
        return self._way((cost,), (leg,), vot_vnd_per_th, Extra())

    def through_hub(
        self, kind: FlowClass, ends: tuple[Indices, Indices, Indices], vot_vnd_per_th: Floats, mode: str
    ) -> WayCost:
        """Price the way of each flow through a hub.

        Parameters
        ----------
        ends
            Positions of near end, hub and far end; the three broadcast.
        mode
            `truck`, `barge` or `rail` beyond the hub; `inf` where hub or far end do not have it.
        """
        return self._through_hub(kind, ends, (..., ...), vot_vnd_per_th, mode)

    def through_each_hub(
        self, kind: FlowClass, ends: tuple[Indices, Indices, Indices], vot_vnd_per_th: Floats, mode: str
    ) -> WayCost:
        """Price the way of each flow through each hub, [flow, hub], to the last digit as `through_hub` does.

        Many flows share their ends: a leg is priced once for each pair of end and hub.

        Parameters
        ----------
        ends
            Positions of near ends [flow], hubs [hub] and far ends [flow].
        vot_vnd_per_th
            [flow].
        """
        near, hub, far = ends
        (at_near, of_near), (at_far, of_far) = (np.unique(end, return_inverse=True) for end in (near, far))
        pairs = at_near[:, None], hub[None, :], at_far[:, None]
        return self._through_hub(kind, pairs, (of_near, of_far), vot_vnd_per_th[:, None], mode)

    def _through_hub(
        self, kind: FlowClass, ends: tuple[Indices, Indices, Indices], of: tuple[Rows, Rows], vot: Floats, mode: str
    ) -> WayCost:
        """Price legs between the ends and a hub, and join those that `of` says each flow's are, [near, far]."""
        near, hub, far = ends
        of_near, of_far = of
        leg = self._leg(FEEDER_TRUCK[kind.shipment], kind, near, hub)
        feeder_leg = _rows(leg, of_near)
        feeder = _rows(self._at_place(self._feeder(kind, near, leg), near), of_near)
        if mode != "truck":
            return self._way((feeder,), (feeder_leg,), vot, _rows(self._beyond(kind, hub, far, mode), of_far))
        line_leg = self._leg(line_truck(kind), kind, hub, far)
        line = _rows(self._line(kind, far, line_leg), of_far)
        return self._way((feeder, line), (feeder_leg, _rows(line_leg, of_far)), vot, self._truck_hub(kind))

    def _at_place(self, trip: TripCost, near: Indices) -> TripCost:
        """Return the trip with the CO2 that trucks calling at the near end leave."""
        if self.truck_co2_share is None:
            return trip
        return replace(trip, co2_kg=trip.co2_kg * self.truck_co2_share[near])

    def through_two_hubs(
        self, kind: FlowClass, ends: tuple[Indices, Indices, Indices, Indices], vot_vnd_per_th: Floats, mode: str
    ) -> WayCost:
        """Price the way of each flow through two hubs: a feeder at either end, between them a full tractor or `mode`.

        Parameters
        ----------
        ends
            Positions of near end, hub at the near end, hub at the far end, far end; the four broadcast.
        mode
            `truck`, `barge` or `rail` between the hubs; `inf` where one of them does not have it.
        """
        near, first, second, far = ends
        at_near = self._leg(FEEDER_TRUCK[kind.shipment], kind, near, first)
        at_far = self._leg(FEEDER_TRUCK[kind.shipment], kind, second, far)
        feeders = (self._at_place(self._feeder(kind, near, at_near), near), self._feeder(kind, far, at_far))
        if mode != "truck":
            return self._way(feeders, (at_near, at_far), vot_vnd_per_th, self._between(kind, first, second, mode))
        between = self._leg(BETWEEN_HUBS, kind, first, second)
        load = self.trunk_load(kind, far)
        stops_h = 2 * self.ledger["end_hours_hub"]
        trunk = Truck.from_ledger(self.ledger, BETWEEN_HUBS).trip(between, load.matched, stops_h)
        once = self._truck_hub(kind)
        twice = Extra(handling_vnd=2 * once.handling_vnd, hours=2 * once.hours, co2_t=2 * once.co2_t)
        return self._way((*feeders, trunk.per_t(load.mean_t)), (at_near, at_far, between), vot_vnd_per_th, twice)

    def feeder_km(self, kind: FlowClass, ends: Indices, hub: Indices) -> Floats:
        """Return the length of the feeder's way between an end and a hub; the two broadcast."""
        return self._leg(FEEDER_TRUCK[kind.shipment], kind, ends, hub).length_km

    def _leg(self, vehicle: str, kind: FlowClass, near: Indices, far: Indices) -> Leg:
        """Return the way between two positions in the direction of the freight."""
        ends = (near, far) if kind.direction == "out" else (far, near)
        return self.distances.leg(vehicle, *ends)

    def _feeder(self, kind: FlowClass, near: Indices, leg: Leg) -> TripCost:
        """Price the truck between the near end and the hub: a round of several stops unless it is a full load."""
        vehicle = FEEDER_TRUCK[kind.shipment]
        load = self.feeder_load(kind, near)
        stops_h = self.ledger["end_hours"] + self.ledger["end_hours_hub"]
        if kind.shipment != "full":
            stops_h += (self.ledger[f"feeder_stops_{vehicle}"] - 1) * self.ledger["drop_hours"]
        return Truck.from_ledger(self.ledger, vehicle).trip(leg, load.matched, stops_h).per_t(load.mean_t)

    def _line(self, kind: FlowClass, far: Indices, leg: Leg) -> TripCost:
        """Price the truck beyond the hub; a domestic one visits several customers."""
        vehicle = line_truck(kind)
        load = self.line_load(kind, far)
        drops = self.ledger["drops_domestic"] if kind.channel == "domestic" and vehicle == "t15" else 0.0
        stops_h = self.ledger["end_hours_hub"] + self.ledger["end_hours"] + drops * self.ledger["drop_hours"]
        return Truck.from_ledger(self.ledger, vehicle).trip(leg, load.matched, stops_h).per_t(load.mean_t)

    def direct_load(self, kind: FlowClass, far: Indices) -> Load:
        """Return the load of direct trucks."""
        return Load(
            mean_t=self._direct_load_t(kind),
            matched=self._matched(f"match_direct_{DIRECT_TRUCK[kind.shipment]}", kind, far),
        )

    def feeder_load(self, kind: FlowClass, end: Indices) -> Load:
        """Return the load of trucks between an end and a hub."""
        vehicle = FEEDER_TRUCK[kind.shipment]
        way = "direct" if kind.shipment == "full" else "hub"
        matched = np.minimum(self.ledger[f"match_{way}_{vehicle}"], self.matched_cap[end])
        return Load(mean_t=self._hub_load_t(kind, vehicle), matched=matched)

    def line_load(self, kind: FlowClass, far: Indices) -> Load:
        """Return the load of trucks from a hub to the far end."""
        vehicle = line_truck(kind)
        return Load(mean_t=self._hub_load_t(kind, vehicle), matched=self._matched(f"match_hub_{vehicle}", kind, far))

    def trunk_load(self, kind: FlowClass, far: Indices) -> Load:
        """Return the load of trucks between two hubs."""
        matched = np.minimum(self.ledger[f"match_hub_{BETWEEN_HUBS}"], self.matched_cap[far])
        return Load(mean_t=self._hub_load_t(kind, BETWEEN_HUBS), matched=matched)

    def _hub_load_t(self, kind: FlowClass, vehicle: str) -> float:
        """Return the mean load of a truck at a hub: full loads pass it as they came."""
        return self._direct_load_t(kind) if kind.shipment == "full" else self.ledger[f"payload_hub_{vehicle}"]

    def _matched(self, row: str, kind: FlowClass, far: Indices) -> Floats:
        """Return the share of returns loaded at the far end, never above what its balance allows."""
        cap = self.matched_cap[far]
        if kind.channel == "border":
            cap = np.minimum(cap, self.ledger["match_max_border"])
        return np.minimum(self.ledger[row], cap)

    def _direct_load_t(self, kind: FlowClass) -> float:
        if kind.shipment == "full":
            return self.ledger["payload_border_c40" if kind.channel == "border" else "payload_cont40"]
        return self.ledger[f"payload_direct_{DIRECT_TRUCK[kind.shipment]}"]

    def _truck_hub(self, kind: FlowClass) -> Extra:
        what = "icd" if kind.shipment == "full" else "crossdock"
        return Extra(
            handling_vnd=self.ledger[f"handling_{what}"],
            hours=self.ledger[f"dwell_{what}"],
            co2_t=handling_co2_t_per_t(self.ledger),
        )

    def _beyond(self, kind: FlowClass, hub: Indices, far: Indices, mode: str) -> Extra:
        """Price hub and barge or train; the river port's or terminals' rate holds the yard, the wait the dwell."""
        return self._carried(kind, (hub, far), mode, to_sea=True)

    def _between(self, kind: FlowClass, first: Indices, second: Indices, mode: str) -> Extra:
        """Price two hubs and the barge or train between them; at the hub of arrival cargo dwells as in any hub."""
        way = self._carried(kind, (first, second), mode, to_sea=False)
        return replace(
            way,
            handling_vnd=2 * way.handling_vnd,
            hours=way.hours + self._truck_hub(kind).hours,
            co2_t=way.co2_t + handling_co2_t_per_t(self.ledger),
        )

    def _carried(self, kind: FlowClass, ends: tuple[Indices, Indices], mode: str, *, to_sea: bool) -> Extra:
        """Price one hub and the barge or train from it to the other end, in the direction of the freight."""
        km, there = self._where_it_goes(kind, ends, mode)
        tariff = Barge.from_ledger(self.ledger) if mode == "barge" else Rail.from_ledger(self.ledger)
        price = tariff.vnd_per_t(km, to_sea=to_sea) if isinstance(tariff, Barge) else tariff.vnd_per_t(km)
        vnd = np.where(there, price, np.inf)
        way = Extra(
            handling_vnd=self._mixed_handling_vnd(kind),
            hours=tariff.hours(km),
            co2_t=km * tariff.co2_t_per_tkm + handling_co2_t_per_t(self.ledger),
        )
        return replace(way, barge_vnd=vnd, water_km=km) if mode == "barge" else replace(way, rail_vnd=vnd, rail_km=km)

    def _where_it_goes(
        self, kind: FlowClass, ends: tuple[Indices, Indices], mode: str
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return the km beyond the hub in the direction of the freight and whether there is a way; 0 km where none."""
        km = self.distances.beyond_km(mode, *(ends if kind.direction == "out" else ends[::-1]))
        there = np.isfinite(km)
        return np.where(there, km, 0.0), there  # inf times a zero rate would be nan

    def joined_by(self, sites: Indices, mode: str) -> NDArray[np.bool_]:
        """Return which sites a barge or train joins to another of them; a truck joins all."""
        if mode == "truck":
            return np.ones(sites.size, dtype=bool)
        joined = np.isfinite(self.distances.beyond_km(mode, sites[:, None], sites)) & ~np.eye(sites.size, dtype=bool)
        either: NDArray[np.bool_] = np.any(joined | joined.T, axis=1)
        return either

    def _mixed_handling_vnd(self, kind: FlowClass) -> float:
        """Return what the cross-dock takes before barge or train: full loads do not pass it."""
        return 0.0 if kind.shipment == "full" else self.ledger["handling_crossdock"]

    def _way(self, trips: tuple[TripCost, ...], legs: tuple[Leg, ...], vot_vnd_per_th: Floats, extra: Extra) -> WayCost:
        way = sum_up(trips, legs, vot_vnd_per_th, extra)
        if self.co2_price_vnd_per_t == 0:  # not zero times the CO2 of a way that is not there
            return way
        return replace(way, vnd_by_kind={**way.vnd_by_kind, "co2": way.co2_t * self.co2_price_vnd_per_t})


Parts = TypeVar("Parts", Leg, TripCost, Extra)


def _rows(parts: Parts, of: Rows) -> Parts:
    """Return parts priced by [end, hub] by [flow, hub]: the rows of each flow's end; what is one number stays one.

    `...` leaves them as they are.
    """
    every = {field.name: getattr(parts, field.name) for field in fields(parts)}
    rows: dict[str, Any] = {name: part[of] if isinstance(part, np.ndarray) else part for name, part in every.items()}
    return type(parts)(**rows)
