"""What every pair (site, client) would cost at least, compiled: pairs that no better plan uses are left out.

Valid for whole clients only: where a client may be split, x_ij is continuous, and a reduced cost says nothing of a
small part of it. With x_ij = 1 the site is open and its knapsack holds client i; the rest of its room gains at most
what the continuous knapsack gains:  value_j >= fixed_j + (cost_ij - w_i) - most(room_j - demand_i).
"""

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.relaxation.site_knapsacks import CLOSED, Data, gather
from models.relaxation.volume import Dual

FITS = 1e-9  # relative


@compiled
def useful_pairs(data: Data, state: Indices, dual: Dual, with_open: Floats, cutoff: float) -> Flags:
    """Return [site, client] whether a plan below `cutoff` may use the pair.

    `with_open` [site] is the bound when the site is open, at the wages of `dual`.
    """
    by_site, demand, room, fixed = data.by_site, data.demand, data.room, data.fixed
    wage, values = dual.wage, dual.values
    sites, clients = by_site.shape
    useful = np.zeros((sites, clients), dtype=np.bool_)
    items = np.empty(clients, dtype=np.int64)
    gain, size = np.empty(clients), np.empty(clients)
    for j in range(sites):
        if state[j] == CLOSED or with_open[j] >= cutoff:
            continue
        count = gather(by_site[j], wage, demand, items, gain, size)
        ratio = np.empty(count)
        for k in range(count):
            ratio[k] = -gain[k] / size[k] if size[k] > 0.0 else -np.inf
        order = np.argsort(ratio)
        worth, weight = np.zeros(count + 1), np.zeros(count + 1)
        for k in range(count):
            worth[k + 1] = worth[k] + gain[order[k]]
            weight[k + 1] = weight[k] + size[order[k]]
        for i in range(clients):
            left = room[j] * (1.0 + FITS) - demand[i]
            if left < 0.0:
                continue
            k = np.searchsorted(weight, left, side="right") - 1
            most = worth[k]
            if k < count and size[order[k]] > 0.0:
                most += (left - weight[k]) * gain[order[k]] / size[order[k]]
            least = fixed[j] + by_site[j, i] - wage[i] - most
            useful[j, i] = with_open[j] - values[j] + least < cutoff
    return useful
