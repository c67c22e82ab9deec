"""How the plan answers one number: the response curve, and the values at which one set of hubs replaces another."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from logistics.scenario import Scenario
from logistics.studies.factors import Factor
from logistics.studies.outcome import Outcome
from logistics.studies.study import STUDY_OPTIONS
from logistics.studies.workshop import Workshop
from models import SolveOptions


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Response:
    """The plan along one factor.

    Parameters
    ----------
    curve
        A row a value that was tried: `value`, `state`, `objective_vnd_per_year`, `saving_vnd_per_year`, `hubs`.
    switches
        A row a change of the new hubs or their sizes: `below`, `above` (the last value with the one set and the first
        with the other), `from_hubs`, `to_hubs`; where there is no plan, its state ("infeasible") in their place.
    """

    factor: Factor
    curve: pd.DataFrame
    switches: pd.DataFrame


def response(
    scenario: Scenario,
    factor: Factor,
    *,
    points: int = 9,
    tolerance: float = 0.01,
    options: SolveOptions = STUDY_OPTIONS,
    progress: Callable[[str], None] = lambda _: None,
) -> Response:
    """Return the response curve of a factor from its low to its high and the switching points on it.

    Parameters
    ----------
    points
        Evenly spread values that are tried first; a set of hubs that is best only between two of them is not seen.
    tolerance
        Of a switching point, in parts of the factor's range; found by bisection.
    """
    workshop = Workshop(scenario, options)
    tried: dict[float, Outcome] = {}

    def at(value: float) -> str:
        if value not in tried:
            progress(f"{factor.name} = {value:g}")
            tried[value] = workshop.outcome({factor.name: value})
        return tried[value].told

    values = np.linspace(factor.low, factor.high, points).tolist()
    width = tolerance * (factor.high - factor.low)
    found = [_bisected(at, low, high, width) for low, high in pairwise(values) if at(low) != at(high)]
    columns = ["below", "above", "from_hubs", "to_hubs"]
    rows = [row for rows in found for row in rows]
    curve = pd.DataFrame([_point(value, tried[value]) for value in sorted(tried)])
    return Response(factor=factor, curve=curve, switches=pd.DataFrame(rows, columns=columns))


def _bisected(at: Callable[[float], str], low: float, high: float, width: float) -> list[tuple[float, float, str, str]]:
    """Return every switch between two values whose hubs differ; a third set in between makes two of one."""
    if high - low <= width:
        return [(low, high, at(low), at(high))]
    middle = (low + high) / 2
    parts = [(low, middle), (middle, high)]
    return [row for first, last in parts if at(first) != at(last) for row in _bisected(at, first, last, width)]


def _point(value: float, outcome: Outcome) -> dict[str, object]:
    return {
        "value": value, "state": outcome.state, "objective_vnd_per_year": outcome.objective_vnd_per_year,
        "saving_vnd_per_year": outcome.direct_vnd_per_year - outcome.objective_vnd_per_year,
        "hubs": outcome.told,
    }  # fmt: skip
