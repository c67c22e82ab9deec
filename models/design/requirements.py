"""The requirements of a network design instance, as rows that may give way; see `models.infeasible`.

    ("served", commodity)      units of amount left unserved
    ("capacity", link)         units of amount beyond the capacity of the link, which is still to be built
    ("forced_open", link) ("forced_closed", link)    1: the link is left unbuilt, or may be built
    ("budget",)                units of money beyond the budget

Each gives way at 1 a unit where the caller names no price. Links with room for everything that may pass, and a budget
for all links that are of use, are no requirement. For the flows see `models.commodities.requirements`; a link that
carries any is built (3), whatever its capacity.
"""

from collections.abc import Iterable
from math import inf
from typing import Any

import numpy as np

from models.arrays import Indices
from models.commodities import requirements as flows
from models.commodities.requirements import Columns
from models.design.instance import Instance
from models.infeasible import (
    UNIT,
    Prices,
    Relaxation,
    RequiredProgram,
    RequiredRows,
    kept_forced,
    require_forced,
)
from models.program import Program

KINDS = ("served", "capacity", "forced_open", "forced_closed", "budget")
BUDGET = ("budget",)


def program_of(instance: Instance, prices: Prices | None) -> RequiredProgram:
    """Return the program without a cost, and its requirements.

    Raises
    ------
    InstanceError
        If a price has no meaning.
    """
    columns, links = flows.columns_of(instance), instance.tail.size
    built = columns.count + np.arange(links)
    rows = RequiredRows(KINDS)
    flows.balance(instance, columns, rows)
    flows.require_served(columns, rows)
    _load(instance, columns, built, rows)
    each = np.arange(links)
    require_forced(rows, "forced_open", instance.forced_open, (each, built))
    require_forced(rows, "forced_closed", instance.forced_closed, (each, built))
    _spend(instance, columns, built, rows)
    count = columns.count + links
    program = Program(
        cost=np.zeros(count),
        lower=np.zeros(count),
        upper=np.concatenate([columns.upper, np.ones(links)]),
        matrix=rows.matrix,
        row_lower=rows.lower,
        row_upper=rows.upper,
        integer=np.arange(count) >= columns.count,
    )
    return program, rows.requirements(prices)


def eased(instance: Instance, relaxations: Iterable[Relaxation]) -> dict[str, Any]:
    """Return the fields of the instance that the relaxations change."""
    given = tuple(relaxations)
    more = sum(relaxation.amount for relaxation in given if relaxation.name == BUDGET)
    return flows.eased(instance, given) | {
        "forced_open": kept_forced("forced_open", instance.forced_open, given),
        "forced_closed": kept_forced("forced_closed", instance.forced_closed, given),
        "budget": instance.budget + more,
    }


def _load(instance: Instance, columns: Columns, built: Indices, rows: RequiredRows) -> None:
    """Add that built links carry up to their capacity, and others nothing, whatever theirs is."""
    limited, load, scale = flows.crowded(instance, columns)
    place, room = np.arange(limited.size), instance.capacity[limited] / scale
    at = rows.add(-inf, 0.0, limited.size, load, (place, built[limited], -room))
    rows.require_each("capacity", limited.tolist(), at, UNIT, weight=1 / scale)
    each = columns.flows
    rows.add(-inf, 0.0, each.size, (each, each, 1.0), (each, built[columns.link], -1.0))


def _spend(instance: Instance, columns: Columns, built: Indices, rows: RequiredRows) -> None:
    """Add the budget, for the links that can be of use or must be built."""
    links = np.union1d(columns.link, np.array(instance.forced_open, dtype=np.intp))
    cost = instance.fixed_cost[links]
    if float(cost.sum()) <= instance.budget:
        return
    scale = float(cost.max())
    at = rows.add(-inf, instance.budget / scale, 1, (np.zeros(links.size, dtype=np.intp), built[links], cost / scale))
    rows.require(BUDGET, at, UNIT, weight=1 / scale)
