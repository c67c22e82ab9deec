"""What relaxations make of a hub placement instance; their names stand in `models.placement.requirements`."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.infeasible import NOTHING_LEFT, Relaxation, kept_forced, less
from models.placement.instance import Instance
from models.placement.terms import NONE

Counts = tuple[int, int | None]


def amount_units(instance: Instance) -> Floats:
    """Return how many units of a flow there are to carry: its amount, 1 where that is 0."""
    return np.where(instance.amount > 0, instance.amount, 1.0)


def eased(instance: Instance, counts: Counts, relaxations: Iterable[Relaxation]) -> dict[str, Any]:
    """Return the fields of the instance that the relaxations change.

    A flow of which nothing is left to carry goes directly, for nothing.
    """
    given = tuple(relaxations)
    fields: dict[str, Any] = {
        "forced_open": kept_forced("forced_open", instance.forced_open, given),
        "forced_closed": kept_forced("forced_closed", instance.forced_closed, given),
    }
    for relaxation in given:
        _ease(instance, counts, fields, relaxation)
    if "option_min_throughput" in fields:
        asked = instance.terms.min_throughput
        fields["option_min_throughput"] = less(asked, asked - fields["option_min_throughput"])
    return fields


def _ease(instance: Instance, counts: Counts, fields: dict[str, Any], relaxation: Relaxation) -> None:
    terms, amount = instance.terms, relaxation.amount

    def field(name: str, values: Floats | Indices) -> Any:  # noqa: ANN401  (floats or indices)
        return fields.setdefault(name, values.copy())

    match relaxation.name:
        case ("carried", int(flow)):
            left = 1.0 - amount / float(amount_units(instance)[flow])
            field("amount", instance.amount)[flow] *= max(left, 0.0)
            if left <= NOTHING_LEFT:
                field("amount", instance.amount)[flow] = 0.0
                field("direct_cost", instance.direct_cost)[flow] = 0.0
        case ("room", int(site), int(resource), *period):
            able = _options_at(instance, site, period) & (instance.option_capacity[:, resource] > 0)
            field("option_capacity", instance.option_capacity)[able, resource] += amount
        case ("min_throughput", int(site), *period):
            least = field("option_min_throughput", terms.min_throughput)
            least[:] = np.where(_options_at(instance, site, period), np.maximum(least - amount, 0.0), least)
        case ("client", int(client), *period):
            field("flow_client", terms.client)[(terms.client == client) & _in(terms.flow_period, period)] = NONE
        case ("rule" | "measure" as kind, int(row), "low" | "high" as side):
            name = f"{kind}_{side}"
            field(name, getattr(terms, name))[row] += amount if side == "high" else -amount
        case ("min_new",):
            fields["min_new"] = counts[0] - round(amount)
        case ("max_new",) if counts[1] is not None:
            fields["max_new"] = counts[1] + round(amount)


def _options_at(instance: Instance, site: int, period: Sequence[int | str]) -> Flags:
    """Return the options of a site, in a period if one is named."""
    return np.asarray((instance.option_site == site) & _in(instance.terms.option_period, period))


def _in(periods: Indices, period: Sequence[int | str]) -> Flags:
    return np.asarray(periods == int(period[0])) if period else np.ones(periods.size, dtype=np.bool_)
