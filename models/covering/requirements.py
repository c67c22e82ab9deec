"""The requirements of centers and covers, as rows over the openings that may give way; see `models.infeasible`.

    ("served", client)          1: the client is left out (p-center)
    ("covered", client)         1: the client is left out (set covering)
    ("p", "fewer") ("p", "more")    sites fewer or more (p-center, maximal covering)
    ("forced_open", site) ("forced_closed", site)    1: the site is left closed, or open

Each gives way at 1 a unit where the caller names no price; the price of a client is that of the whole of it, whatever
it weighs. Pairs that are out of reach are no requirement: who is in reach of no site that may be open is left out, or a
site is opened that may not. Maximal covering leaves clients uncovered as it is; only its number of sites and the forced
ones can clash. The rows are

    sum_{j reaches i} y_j >= 1      of each client i, so that the program needs no variables of pairs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.covering.coverage import Coverage
from models.covering.plain import Forced
from models.infeasible import (
    COUNTS_OF_P,
    NOTHING_LEFT,
    WHOLE,
    Prices,
    Relaxation,
    RequiredProgram,
    RequiredRows,
    WaysOut,
    count_after,
    kept_forced,
    require_count,
    require_forced,
)
from models.program import Program
from models.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Entries: site `site[k]` reaches client `client[k]` of `clients`, each of whom must be; named by `kind`."""

    kind: str
    client: Indices
    site: Indices
    clients: int


def served(cost: Floats) -> Reached:
    """Return that every client is served, at any finite cost [client, site]."""
    client, site = np.nonzero(np.isfinite(cost))
    return Reached(kind="served", client=client, site=site, clients=cost.shape[0])


def covered(covers: Coverage) -> Reached:
    """Return that every client is covered."""
    return Reached(kind="covered", client=covers.client, site=covers.site, clients=covers.shape[0])


def program_of(
    instance: Forced, sites: int, prices: Prices | None, *, reached: Reached | None = None, p: int | None = None
) -> RequiredProgram:
    """Return the program of the openings without a cost, and its requirements; `p`: exactly so many, None: any number.

    Raises
    ------
    InstanceError
        If a price has no meaning.
    """
    kinds = ((reached.kind,) if reached else ()) + (("p",) if p is not None else ())
    rows = RequiredRows((*kinds, "forced_open", "forced_closed"))
    if reached:
        at = rows.add(1.0, inf, reached.clients, (reached.client, reached.site, 1.0))
        rows.require_each(reached.kind, range(reached.clients), at, WHOLE)
    openings = np.arange(sites)
    if p is not None:
        require_count(rows, COUNTS_OF_P, (p, p), openings)
    require_forced(rows, "forced_open", instance.forced_open, (openings, openings))
    require_forced(rows, "forced_closed", instance.forced_closed, (openings, openings))
    program = Program(
        cost=np.zeros(sites),
        lower=np.zeros(sites),
        upper=np.ones(sites),
        matrix=rows.matrix,
        row_lower=rows.lower,
        row_upper=rows.upper,
        integer=np.ones(sites, dtype=np.bool_),
    )
    return program, rows.requirements(prices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Eased:
    """What relaxations make of an instance; `stays` [client]: who is not left out."""

    stays: Flags
    p: int
    forced_open: tuple[int, ...]
    forced_closed: tuple[int, ...]


def eased(instance: Forced, relaxations: Iterable[Relaxation], clients: int = 0, p: int = 0) -> Eased:
    """Return what the relaxations say, requirement by requirement."""
    given, stays = tuple(relaxations), np.ones(clients, dtype=np.bool_)
    for relaxation in given:
        kind, *rest = relaxation.name
        if kind in {"served", "covered"} and relaxation.amount >= 1.0 - NOTHING_LEFT:
            stays[int(rest[0])] = False
    return Eased(
        stays=stays,
        p=count_after(p, COUNTS_OF_P, given),
        forced_open=kept_forced("forced_open", instance.forced_open, given),
        forced_closed=kept_forced("forced_closed", instance.forced_closed, given),
    )


def entries_of(covers: Coverage, stays: Flags) -> Coverage:
    """Return the entries of the clients that stay [client], who are numbered anew."""
    kept, number = stays[covers.client], np.cumsum(stays) - 1
    shape = int(stays.sum()), covers.shape[1]
    return Coverage(client=number[covers.client[kept]], site=covers.site[kept], shape=shape, part=covers.parts[kept])


def of_most(ways: WaysOut) -> WaysOut:
    """Return the ways out where more is better: whose plan is not found in time is worth nothing, and may be anything.

    `infeasible` says inf and -inf of them, as where less is better.
    """
    told = (replace(way, objective=-inf, bound=inf) if way.status is Status.NO_SOLUTION else way for way in ways.ways)
    return replace(ways, ways=tuple(told))
