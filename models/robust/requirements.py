"""The requirements of a robust placement: those of its scenarios over the same openings; see `models.infeasible`.

What is asked of openings alone is asked in all scenarios, and gives way once for all: ("min_new",), ("max_new",),
("forced_open", site), ("forced_closed", site), ("rule", rule, "low"), ("rule", rule, "high"). The names of all else, as
they stand in `models.placement.requirements`, end with the number of the scenario, after that of the period where there
are several:

    ("carried", flow, scenario)               ("client", client, [period,] scenario)
    ("room", site, resource, [period,] scenario)
    ("min_throughput", site, [period,] scenario)
    ("measure", measure, "low", scenario)     ("measure", measure, "high", scenario)

Units and prices are the same: 1 a unit where the caller names no price, however likely the scenario is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from models.hub_placement import HubPlacement
from models.infeasible import Name, Prices, Relaxation, RequiredProgram, Requirement, moving_both, priced
from models.placement import requirements
from models.placement.eased import eased as placement_eased
from models.placement.prune import useful_routes
from models.program import Matrix, Program

SHARED = frozenset({"min_new", "max_new", "forced_open", "forced_closed", "rule"})


def program_of(instances: Sequence[HubPlacement], prices: Prices | None) -> RequiredProgram:
    """Return the scenarios' programs over the same openings, without a cost, and their requirements.

    Columns: the openings [option], then each scenario's own, shares and choices of clients.

    Raises
    ------
    InstanceError
        If a price has no meaning.
    """
    programs: list[Program] = []
    merged: dict[Name, Requirement] = {}
    first_row = 0
    for scenario, instance in enumerate(instances):
        routes = useful_routes(replace(instance, forced_closed=()))
        program, rules = requirements.program_of(instance, (instance.min_new, instance.max_new), routes, None)
        for rule in rules:
            name = _name_of(rule.name, scenario)
            here = replace(rule, name=name, rows=rule.rows + first_row)
            merged[name] = _both(merged[name], here) if name in merged else here
        programs.append(program)
        first_row += program.row_upper.size
    named = priced(tuple(merged.values()), prices, requirements.KINDS)
    return _stacked(programs, instances[0].option_site.size), moving_both(named, "carried")


def _name_of(name: Name, scenario: int) -> Name:
    return name if name[0] in SHARED else (*name, scenario)


def _both(one: Requirement, other: Requirement) -> Requirement:
    """Return a requirement that is asked in one more scenario."""
    rows, weight = np.concatenate([one.rows, other.rows]), np.concatenate([one.weight, other.weight])
    return replace(one, rows=rows, weight=weight)


def _stacked(programs: Sequence[Program], options: int) -> Program:
    """Return the programs side by side, their openings the same columns."""
    lower, upper, whole = np.zeros(options), np.ones(options), np.ones(options, dtype=np.bool_)
    blocks, row = [], 0
    for program in programs:
        integer = np.zeros(program.cost.size, dtype=np.bool_) if program.integer is None else program.integer
        opening = np.flatnonzero(integer)[:options]  # they come first after the shares, and choices of clients last
        own = np.setdiff1d(np.arange(program.cost.size), opening)
        column = np.empty(program.cost.size, dtype=np.intp)
        column[opening], column[own] = np.arange(options), lower.size + np.arange(own.size)
        blocks.append((row + program.matrix.row, column[program.matrix.column], program.matrix.value))
        row += program.row_upper.size
        lower[:options] = program.lower[opening]  # 1 where a site stands in one way only: the same in all
        lower, upper = np.append(lower, program.lower[own]), np.append(upper, program.upper[own])
        whole = np.append(whole, integer[own])
    return Program(
        cost=np.zeros(lower.size),
        lower=lower,
        upper=upper,
        matrix=Matrix.stack(*blocks),
        row_lower=np.concatenate([program.row_lower for program in programs]),
        row_upper=np.concatenate([program.row_upper for program in programs]),
        integer=whole,
    )


def eased(instances: Sequence[HubPlacement], relaxations: Iterable[Relaxation]) -> tuple[HubPlacement, ...]:
    """Return the instances after the relaxations: those of a scenario in it alone, those of openings in all."""
    given = tuple(relaxations)
    return tuple(
        replace(one, **placement_eased(one, (one.min_new, one.max_new), _own(given, scenario)))
        for scenario, one in enumerate(instances)
    )


def _own(relaxations: Sequence[Relaxation], scenario: int) -> tuple[Relaxation, ...]:
    """Return what gives way in a scenario, by the names of its own requirements."""
    shared = (one for one in relaxations if one.name[0] in SHARED)
    own = (one for one in relaxations if one.name[0] not in SHARED and one.name[-1] == scenario)
    return (*shared, *(replace(one, name=one.name[:-1]) for one in own))
