"""Requirements that clash whatever is built, found without a solver and said in words."""

import numpy as np

from models.placement.instance import Instance
from models.placement.prune import open_sites, route_slots

UNSERVED = "no allowed choice of sites has the routes and the room for all flows without a direct way"


def reason(instance: Instance, least: int, most: int) -> str:
    """Return why no plan with `least` to `most` new sites exists, or "" if nothing simple forbids it."""
    both = sorted(set(instance.forced_open) & set(instance.forced_closed))
    if both:
        return f"site {both[0]} is forced open and forced closed"
    forced_new = [site for site in instance.forced_open if not instance.standing[site]]
    if len(forced_new) > most:
        return f"{len(forced_new)} new sites are forced open, and at most {most} may be opened"
    available = int((open_sites(instance) & ~instance.standing).sum())
    if least > available:
        return f"at least {least} new sites are asked for, and only {available} may be opened"
    if least > most:
        return f"at least {least} and at most {most} new sites are asked for"
    return _stranded(instance)


def _stranded(instance: Instance) -> str:
    must = np.isinf(instance.direct_cost)
    if not must.any():
        return ""
    capacity = np.zeros((instance.standing.size, instance.option_capacity.shape[1]))
    np.maximum.at(capacity, instance.option_site, instance.option_capacity)
    usable = ((capacity > 0) & open_sites(instance)[:, None]).ravel()
    served = np.zeros(must.size, dtype=np.bool_)
    served[instance.route_flow[usable[route_slots(instance)]]] = True
    stranded = np.flatnonzero(must & ~served)
    return f"flow {stranded[0]} has no direct way and no route through a site that may be open" if stranded.size else ""
