"""What a plan that costs no more than a known one can use, found without a solver.

Let `value` be what the known plan costs, and base = sum_i min_j c_ij + sum over forced sites j of min_t f_jt, which no
plan undercuts. A plan that serves the part x of client i from site j costs base + x (c_ij - min_j c_ij) at least, and
min_t f_jt more where j is not forced; one that opens tier t of j costs base + f_jt at least, or base + f_jt -
min_t f_jt where j is forced. Where that is above `value`, no plan as cheap as the known one does so. Costs that stand
for "never" (a billion among tens) go this way, before a solver's tolerances for them swallow all others.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats
from models.location.instance import Instance, n_sites, tier_costs

MARGIN = 1e-9  # of the value: more than the rounding of the sums
LEAST_SHARE = 1e-9  # a smaller part of a client is as little as the room of a site may be exceeded by


@dataclass(frozen=True, slots=True, kw_only=True)
class Affordable:
    """The largest part of a client that a site may serve, `share` [client, site]; and which tiers may be `opened`."""

    share: Floats
    opened: Flags


def affordable(instance: Instance, useful: Flags, value: float, *, is_whole: bool) -> Affordable:
    """Return what plans of `value` or less can use of the `useful` pairs [client, site]; inf: any plan.

    `is_whole`: there is a best plan that serves each client from one site.
    """
    fixed = tier_costs(instance)
    forced, closed = _flags(instance, instance.forced_open), _flags(instance, instance.forced_closed)
    opened = np.repeat(~closed[:, None], fixed.shape[1], axis=1)
    if not np.isfinite(value):
        return Affordable(share=useful.astype(np.float64), opened=opened)
    cheapest = np.where(useful, instance.cost, np.inf).min(axis=1, initial=np.inf)
    cheapest = np.where(np.isfinite(cheapest), cheapest, 0.0)
    least = fixed.min(axis=1)
    spare = value * (1.0 + MARGIN) - float(cheapest.sum() + least[forced].sum())
    opened &= fixed - np.where(forced, least, 0.0)[:, None] <= spare
    left = np.broadcast_to(spare - np.where(forced, 0.0, least), useful.shape)
    more = np.where(useful, instance.cost, 0.0) - cheapest[:, None]
    share = np.where(more > left, np.maximum(left, 0.0) / np.where(more > 0, more, 1.0), 1.0)
    share = np.where(useful & opened.any(axis=1), np.where(left < 0, 0.0, share), 0.0)
    return Affordable(share=np.where(share < (1.0 if is_whole else LEAST_SHARE), 0.0, share), opened=opened)


def _flags(instance: Instance, sites: tuple[int, ...]) -> Flags:
    flags = np.zeros(n_sites(instance), dtype=np.bool_)
    flags[list(sites)] = True
    return flags
