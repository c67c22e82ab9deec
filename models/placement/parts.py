"""The parts of an instance that only the openings join: periods, unless a bounded measure speaks of several.

Each part has its own market, and a cut on its own saving: three periods make three cuts a round, which together know
more than one cut on their sum.
"""

from dataclasses import dataclass, replace

import numpy as np

from models.arrays import Flags, Indices
from models.placement.offers import Offers


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Offers of some periods, and their indices among all offers; other periods' options have no room in it."""

    offers: Offers
    index: Indices


def parts_of(offers: Offers, periods: int) -> tuple[Part, ...]:
    """Return the parts, one where nothing separates."""
    cells = max(offers.cells // max(periods, 1), 1)
    period = offers.slot // max(offers.resources, 1) // cells
    together = _joined(offers, period, periods)
    if np.unique(together).size <= 1:
        return (Part(offers=offers, index=np.arange(offers.flow.size)),)
    option_part = together[offers.site // cells]
    return tuple(_part(offers, together[period] == name, option_part == name) for name in np.unique(together))


def _joined(offers: Offers, period: Indices, periods: int) -> Indices:
    """Return a name for each period; those that a measure joins have the same."""
    name = np.arange(periods)
    for use in range(offers.use_limit.size):
        of_options = offers.site[offers.use_option[:, use] != 0] // max(offers.cells // max(periods, 1), 1)
        joined = np.union1d(period[offers.use[:, use] != 0], of_options)
        if joined.size:
            name[np.isin(name, name[joined])] = name[joined].min()
    return name


def _part(offers: Offers, inside: Flags, options: Flags) -> Part:
    index = np.flatnonzero(inside)
    own = offers.only(index)
    use_option = np.where(options[:, None], offers.use_option, 0.0)
    nobody = ~((offers.use != 0).any(axis=0) | (offers.use_option != 0).any(axis=0))  # is asked of every part
    uses = (own.use != 0).any(axis=0) | (use_option != 0).any(axis=0) | nobody
    return Part(
        offers=replace(
            own,
            use=own.use[:, uses],
            use_option=use_option[:, uses],
            use_limit=offers.use_limit[uses],
            use_size=offers.use_size[uses],
            use_name=tuple(name for name, is_here in zip(offers.use_name, uses.tolist(), strict=True) if is_here),
            use_unit=offers.use_unit[uses],
            must=offers.must & np.isin(np.arange(offers.must.size), own.flow),
            capacity=np.where(options[:, None], offers.capacity, 0.0),
            min_throughput=np.where(options, offers.min_throughput, 0.0),
        ),
        index=index,
    )
