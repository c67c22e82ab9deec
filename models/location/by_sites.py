"""A facility location instance as the search over sites reads it; compiles, so import it late."""

import numpy as np

from models.capacitated.problem import Problem
from models.location.instance import Instance, most_open
from models.relaxation.site_knapsacks import CLOSED, FREE, OPEN


def problem_of(instance: Instance) -> Problem:
    """Return the engines' view of an instance."""
    clients, sites = instance.cost.shape
    state = np.full(sites, FREE)
    state[list(instance.forced_open)] = OPEN
    state[list(instance.forced_closed)] = CLOSED
    return Problem.of(
        (instance.cost, instance.fixed_cost),
        np.ones(clients) if instance.demand is None else instance.demand,
        np.full(sites, np.inf) if instance.capacity is None else instance.capacity,
        state,
        (instance.min_open, most_open(instance)),
        is_whole=instance.single_source,
    )
