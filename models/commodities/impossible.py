"""Why no flow serves the commodities, in words: supply that does not balance, no way at all, or too little room."""

import numpy as np

from models.arrays import Floats, Indices
from models.commodities.instance import Instance

SHOWN = 5
BALANCE = 1e-9


def imbalance(instance: Instance) -> str:
    """Return that a commodity's supply and demand differ, empty if all agree."""
    if instance.supply is None:
        return ""
    left = instance.supply.sum(axis=1)
    at = np.flatnonzero(np.abs(left) > BALANCE * instance.amount)
    if at.size == 0:
        return ""
    sent = np.maximum(instance.supply, 0).sum(axis=1)
    return f"commodity {at[0]} is unbalanced: its nodes supply {sent[at[0]]:g} and demand {sent[at[0]] - left[at[0]]:g}"


def no_way(commodities: Indices) -> str:
    """Return that these commodities cannot get to where they must."""
    named = ", ".join(str(k) for k in commodities[:SHOWN].tolist())
    more = f" and {commodities.size - SHOWN} more" if commodities.size > SHOWN else ""
    return f"no way leads from origin to destination for commodity {named}{more}"


def no_room(least: float, total: float, link_price: Floats) -> str:
    """Return how much cannot be carried, and the links in the way (those of a price above 0)."""
    at = np.flatnonzero(link_price > np.max(link_price, initial=0.0) * BALANCE)
    named = ", ".join(str(link) for link in at[:SHOWN].tolist())
    more = f" and {at.size - SHOWN} more" if at.size > SHOWN else ""
    where = f"; too narrow together: link {named}{more}" if at.size else ""
    return f"at least {least:.6g} of {total:.6g} units cannot be carried, whatever their way{where}"
