"""Requirements that clash whatever is opened, found without a solver and said in words."""

import numpy as np

from models.arrays import Flags, Floats
from models.location.instance import Instance, most_open, n_sites, widest_rooms

UNSERVED = "no allowed choice of sites serves every client"
DUST = 1e-9  # a demand that exceeds the room by less (relative) is rounding


def reason(instance: Instance) -> str:
    """Return why no plan exists, or "" if nothing simple forbids it."""
    allowed = allowed_sites(instance)
    return (
        counts(allowed, instance.forced_open, instance.min_open, most_open(instance), instance.forced_closed)
        or (stranded(instance.cost, allowed) if instance.cost.shape[0] else "")
        or _no_site(instance)
        or _no_room(instance, allowed)
        or _too_much_asked(instance, allowed)
        or _no_freight(instance)
    )


def allowed_sites(instance: Instance) -> Flags:
    """Return which sites may be open [site]."""
    allowed = np.ones(n_sites(instance), dtype=np.bool_)
    allowed[list(instance.forced_closed)] = False
    return allowed


def counts(
    allowed: Flags, forced_open: tuple[int, ...], least: int, most: int, forced_closed: tuple[int, ...] = ()
) -> str:
    """Return why the numbers of sites clash, or ""."""
    both = sorted(set(forced_open) & set(forced_closed))
    available = int(allowed.sum())
    if both:
        return f"site {both[0]} is forced open and forced closed"
    if least > available:
        return f"at least {least} sites must be open, and only {available} may be"
    if least > most:
        return f"at least {least} and at most {most} sites must be open"
    if len(forced_open) > most:
        return f"{len(forced_open)} sites are forced open, and at most {most} may be open"
    return ""


def stranded(cost: Floats, allowed: Flags) -> str:
    """Return the first client that no allowed site can reach, in words, or ""."""
    reached = np.isfinite(cost[:, allowed]).any(axis=1)
    lost = np.flatnonzero(~reached)
    return f"client {lost[0]} can be served by no site that may be open" if lost.size else ""


def _no_site(instance: Instance) -> str:
    return "there are clients, and no site may be open" if instance.cost.shape[0] and most_open(instance) == 0 else ""


def _no_room(instance: Instance, allowed: Flags) -> str:
    rooms = widest_rooms(instance)
    if rooms is None or instance.demand is None:
        return ""
    needed = float(instance.demand.sum())
    room = float(np.sort(np.where(allowed, rooms, 0.0))[::-1][: most_open(instance)].sum())
    if needed > room * (1 + DUST):
        return f"all clients together need {needed:.9g}, and the sites that may be open have room for {room:.9g}"
    widest = float(rooms[allowed].max(initial=0.0))
    largest = int(np.argmax(instance.demand)) if instance.demand.size else 0
    if instance.single_source and instance.demand.size and instance.demand[largest] > widest * (1 + DUST):
        return f"client {largest} needs {instance.demand[largest]:.9g}, and no site has room for it alone"
    return ""


def _no_freight(instance: Instance) -> str:
    if instance.min_throughput is None or instance.demand is None:
        return ""
    least = np.sort(instance.min_throughput[list(instance.forced_open)])
    needed, total = float(least.sum()), float(instance.demand.sum())
    if needed > total * (1 + DUST):
        return f"the sites forced open must serve {needed:.9g} in all, and all clients together need {total:.9g}"
    return ""


def _too_much_asked(instance: Instance, allowed: Flags) -> str:
    """Return which site asks for more throughput than can come, if it must be open or every other asks too much."""
    if instance.min_throughput is None or instance.demand is None:
        return ""
    least, rooms = instance.min_throughput, widest_rooms(instance)
    near = np.where(np.isfinite(instance.cost), instance.demand[:, None], 0.0).sum(axis=0)
    lacks_room = np.zeros(least.size, dtype=np.bool_) if rooms is None else least > rooms * (1 + DUST)
    lacks_freight = least > near * (1 + DUST)
    for site in instance.forced_open:
        if lacks_room[site]:
            return f"site {site} is forced open, and has no room for the throughput it must have"
        if lacks_freight[site]:
            return f"site {site} must serve {least[site]:.9g}, and the clients it can serve need {near[site]:.9g}"
    if not instance.cost.shape[0] or not allowed.any() or not (lacks_room | lacks_freight)[allowed].all():
        return ""
    site = int(np.argmin(np.where(allowed, least, np.inf)))
    return f"every site that may be open must serve more than it can: site {site} at least {least[site]:.9g}"
