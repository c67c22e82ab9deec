"""A plan of the search: options opened, what goes through them, and whether it keeps all that is asked for."""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.placement.cuts import Cut
from models.placement.offers import Offers
from models.placement.parts import Part
from models.placement.transport import Shipment

EXACT = 1e-10  # relative to the saving: nothing more to gain
UNSERVED = 1e-7  # of a flow: less is rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Options opened, what goes by which offer, and the saving net of fixed costs.

    `keeps`: every flow without a direct way is served, and every measure and least throughput kept. `shipments` and
    `cuts` are [part].
    """

    opened: Flags
    offer: Indices
    amount: Floats
    net: float
    shipments: tuple[Shipment, ...]
    cuts: tuple[Cut, ...]
    is_exact: bool
    keeps: bool


def made_plan(
    offers: Offers, parts: tuple[Part, ...], opened: Flags, shipments: tuple[Shipment, ...], cuts: tuple[Cut, ...]
) -> Plan:
    """Return the plan that the shipments of the parts make."""
    offer = np.concatenate([part.index[ship.offer] for part, ship in zip(parts, shipments, strict=True)])
    amount = np.concatenate([shipment.amount for shipment in shipments])
    saving = sum(shipment.saving for shipment in shipments)
    gap = sum(shipment.gap for shipment in shipments)
    return Plan(
        opened=opened,
        offer=offer,
        amount=amount,
        net=saving - offers.fixed_cost(opened),
        shipments=shipments,
        cuts=cuts,
        is_exact=gap <= EXACT * max(1.0, abs(saving)),
        keeps=_serves(offers, offer, amount)
        and not unreached(offers, opened).size
        and all(shipment.breach <= 0 for shipment in shipments),
    )


def unreached(offers: Offers, opened: Flags) -> Indices:
    """Return the flows without a direct way that no offer through open slots serves, even if they carry nothing."""
    if not offers.must.any():
        return np.empty(0, dtype=np.intp)
    is_open = np.append(offers.room(opened) > 0, True)
    reached = np.zeros(offers.must.size, dtype=np.bool_)
    reached[offers.flow[is_open[offers.slot] & is_open[offers.second]]] = True
    return np.flatnonzero(offers.must & ~reached)


def _serves(offers: Offers, offer: Indices, amount: Floats) -> bool:
    """Return whether every flow without a direct way is served."""
    if not offers.must.any():
        return True
    served = np.bincount(offers.flow[offer], amount, minlength=offers.amount.size)
    # flow by flow: what is rounding beside all of them may be the whole of a small one
    return bool((served >= offers.amount * (1 - UNSERVED))[offers.must].all())
