"""Benders cuts of maximal covering, one for each cell of clients, from openings that may be fractional.

Given openings y, client i earns most from the first unit of openings on its list, best part first, with weight w_i,
and from the second with b_i. With a1 and a2 the parts where these units are full (0 if they are not)

    v_i = b_i a2,   u_i = (w_i - b_i) a1 + b_i a2

are the best multipliers of "one best, one second site" (`credit_bound`), and for whatever openings a cell C earns

    theta_C <= sum_{i in C} (u_i + v_i) + sum_j y_j sum_{i in C} max(0, w_i a_ij - u_i, b_i a_ij - v_i)

at most. Source: Cordeau, Furini, Ljubic, European Journal of Operational Research 275, 2019 (one cut for all clients,
no backup, no parts).
"""

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.covering.credit import Credit
from models.covering.lists import Ints

FULL = 1.0 - 1e-9


@compiled
def multipliers(credit: Credit, y: Floats) -> tuple[Floats, Floats]:
    """Return the best multipliers u, v [client] at the openings `y` [site]."""
    u = np.zeros(credit.weight.size)
    v = np.zeros(credit.weight.size)
    for i in range(u.size):
        opened = 0.0
        first = -1.0
        for k in range(credit.start[i], credit.start[i + 1]):
            opened += y[credit.site[k]]
            if opened >= FULL and first < 0.0:
                first = credit.part[k]
                u[i] = (credit.weight[i] - credit.backup[i]) * first
                if credit.backup[i] == 0.0:
                    break
            if opened >= 1.0 + FULL:
                v[i] = credit.backup[i] * credit.part[k]
                u[i] += v[i]
                break
    return u, v


@compiled
def cuts(credit: Credit, u: Floats, v: Floats, cell: Ints, cells: int) -> tuple[Floats, Floats]:
    """Return what a cell earns at most without any opening [cell], and adds with one [cell, site]."""
    constant = np.zeros(cells)
    slope = np.zeros((cells, credit.site_start.size - 1))
    for i in range(u.size):
        constant[cell[i]] += u[i] + v[i]
        for k in range(credit.start[i], credit.start[i + 1]):
            best = credit.weight[i] * credit.part[k] - u[i]
            second = credit.backup[i] * credit.part[k] - v[i]
            slope[cell[i], credit.site[k]] += max(best, second, 0.0)
    return constant, slope
