"""Why no flow serves the commodities, in words: supply that does not balance, no way at all, or too little room."""

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.commodities.instance import Instance

SHOWN = 5
BALANCE = 1e-9


def unbalanced(instance: Instance) -> Flags:
    """Return the commodities whose supply and demand differ [commodity]."""
    if instance.supply is None:
        return np.zeros(instance.amount.size, dtype=np.bool_)
    return np.asarray(np.abs(instance.supply.sum(axis=1)) > BALANCE * instance.amount)


def imbalance(instance: Instance) -> str:
    """Return that a commodity's supply and demand differ, empty if all agree."""
    at = np.flatnonzero(unbalanced(instance))
    if instance.supply is None or at.size == 0:
        return ""
    left, sent = instance.supply[at[0]].sum(), np.maximum(instance.supply[at[0]], 0).sum()
    return f"commodity {at[0]} is unbalanced: its nodes supply {sent:g} and demand {sent - left:g}"


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
