"""Requirements that clash whatever is built, found without a solver and said in words."""

import numpy as np

from models.arrays import Flags
from models.placement.instance import Instance
from models.placement.prune import has_enough_room, open_sites, route_slots, second_slots, usable_slots
from models.placement.violations import rule_scale

UNSERVED = "no allowed choice of sites has the routes and the room for all flows without a direct way"
CLASH = "no allowed choice of sites and routes keeps all of the requirements together ("
SLACK = 1e-6


def reason(instance: Instance, least: int, most: int) -> str:
    """Return why no plan with `least` to `most` new sites exists, or "" if nothing simple forbids it."""
    both = sorted(set(instance.forced_open) & set(instance.forced_closed))
    if both:
        return f"site {both[0]} is forced open and forced closed"
    forced_new = [site for site in instance.forced_open if not instance.standing[site]]
    if len(forced_new) > most:
        return f"{len(forced_new)} new sites are forced open, and at most {most} may be opened"
    available = int((_may_end_open(instance) & ~instance.standing).sum())
    if least > available:
        return f"at least {least} new sites are asked for, and only {available} may be opened"
    roomy = int((_may_end_open(instance, has_enough_room(instance)) & ~instance.standing).sum())
    if least > roomy:
        return f"at least {least} new sites are asked for, and only {roomy} have room for the throughput they must have"
    if least > most:
        return f"at least {least} and at most {most} new sites are asked for"
    return _without_option(instance) or _bounds(instance) or _stranded(instance)


def of_search(instance: Instance) -> str:
    """Return what to say where the search proves that there is no plan."""
    terms = instance.terms
    asked = {
        "flows without a direct way": bool(np.isinf(instance.direct_cost).any()),
        "rules": terms.rule_low.size > 0,
        "levels over periods": terms.periods > 1,
        "measures": terms.has_measures,
        "least throughput": terms.has_min_throughput,
        "one site a client": terms.has_clients,
    }
    names = [name for name, is_asked in asked.items() if is_asked]
    if names in ([], ["flows without a direct way"]):
        return UNSERVED
    return f"{CLASH}{', '.join(names)}, numbers of sites)"


def _may_end_open(instance: Instance, options: Flags | None = None) -> Flags:
    """Return which sites may be open in the last period by one of `options` [option] (None: all)."""
    has_option = np.zeros(instance.standing.size, dtype=np.bool_)
    last = instance.terms.option_period == instance.terms.last_period
    has_option[instance.option_site[last if options is None else last & options]] = True
    may: Flags = has_option & open_sites(instance)
    return may


def _without_option(instance: Instance) -> str:
    ends, roomy = _may_end_open(instance), _may_end_open(instance, has_enough_room(instance))
    for site in instance.forced_open:
        if not ends[site]:
            return f"site {site} is forced open, and has no option in the last period {instance.terms.last_period}"
        if not roomy[site]:
            return f"site {site} is forced open, and has no room for the throughput it must have"
    return ""


def _bounds(instance: Instance) -> str:
    terms = instance.terms
    pairs = ("rule", terms.rule_low, terms.rule_high), ("measure", terms.measure_low, terms.measure_high)
    for what, low, high in pairs:
        for at in np.flatnonzero(low > high)[:1]:
            return f"{what} {at} asks for at least {low[at]:g} and at most {high[at]:g}"
    may_open = open_sites(instance)[instance.option_site]
    cell = terms.option_period * instance.standing.size + instance.option_site
    for rule in range(terms.rule_low.size):
        entries = terms.rule_row == rule
        weight = np.bincount(terms.rule_option[entries], terms.rule_weight[entries], minlength=may_open.size)
        largest = np.zeros(terms.periods * instance.standing.size)
        np.maximum.at(largest, cell, np.where(may_open, weight, 0.0))
        if terms.rule_low[rule] - largest.sum() > SLACK * rule_scale(instance, rule):
            return f"rule {rule} asks for at least {terms.rule_low[rule]:g}, and {largest.sum():g} is the most possible"
    return ""


def _stranded(instance: Instance) -> str:
    must = np.isinf(instance.direct_cost)
    if not must.any():
        return ""
    usable = np.append(usable_slots(instance), True)
    served = np.zeros(must.size, dtype=np.bool_)
    served[instance.route_flow[usable[route_slots(instance)] & usable[second_slots(instance)]]] = True
    stranded = np.flatnonzero(must & ~served)
    return f"flow {stranded[0]} has no direct way and no route through a site that may be open" if stranded.size else ""
