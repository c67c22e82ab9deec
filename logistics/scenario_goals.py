"""The sections of goals: bands of service and what the plan makes small; and what cannot go together."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import model_validator

from logistics.scenario_fields import (
    Clash,
    Id,
    Ids,
    NotNegative,
    Percent,
    Positive,
    Section,
    Share,
    Title,
    one_of,
    refuse,
)
from logistics.scenario_parts import DEFAULT_TOLERANCE_PCT, GOALS


class BandSection(Section):
    """A promise of service."""

    commodity: Id
    share_pct: Share
    within_h: Positive | None = None
    within_km: Positive | None = None
    place_ids: Ids = ()
    name: Title = ""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        refuse(_band_clashes(self))
        return self


class WeightsSection(Section):
    """The weights of a sum of goals."""

    cost: NotNegative | None = None
    co2: NotNegative | None = None
    distance: NotNegative | None = None
    outside_service: NotNegative | None = None

    def given(self) -> dict[str, float]:
        """Return the weights that are set, in the order of the goals."""
        return self.model_dump(exclude_none=True)


class ObjectiveSection(Section):
    """What the plan makes small."""

    minimise: Annotated[str, one_of(GOALS)] = "cost"
    then: Annotated[Ids, one_of(GOALS)] = ()
    tolerance_pct: Percent = DEFAULT_TOLERANCE_PCT
    weights: WeightsSection = WeightsSection()
    co2_price_vnd_per_t: NotNegative = 0.0
    co2_cap_t_per_year: NotNegative | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        refuse(_objective_clashes(self))
        return self


def _band_clashes(band: BandSection) -> list[Clash]:
    if (band.within_h is None) == (band.within_km is None):
        trouble = "neither is set" if band.within_h is None else "both are set"
        return [(("within_h",), f"expected exactly one of within_h and within_km; {trouble}")]
    return []


def _objective_clashes(objective: ObjectiveSection) -> list[Clash]:
    weights = objective.weights.given()
    found: list[Clash] = [*_goal_clashes(objective)]
    if weights and objective.then:
        found.append((("weights",), "stands beside objective.then; keep one: a weighted sum has no order of goals"))
    if weights and objective.minimise != "cost":
        found.append((("weights",), "stands beside objective.minimise; keep one: the weights say what is made small"))
    if weights and not weights.get("cost"):
        found.append((("weights", "cost"), "is 0; expected above 0; to leave cost aside use minimise"))
    if weights.get("co2") and objective.co2_price_vnd_per_t and weights.get("cost"):
        found.append((("co2_price_vnd_per_t",), "counts CO2 twice beside objective.weights.co2; keep one of the two"))
    return found


def _goal_clashes(objective: ObjectiveSection) -> Iterator[Clash]:
    if objective.minimise in objective.then:
        yield ("then",), f"names {objective.minimise!r}, which objective.minimise makes small already"
    alone = not objective.then and objective.minimise == "cost"  # after any other goal cost is made small as well
    if objective.tolerance_pct != DEFAULT_TOLERANCE_PCT and alone:
        yield ("tolerance_pct",), "has no effect without objective.then; name the goals that follow, or take it out"
