"""What is kept of one scenario: how it ended, its figures, its hubs, and which hub each park uses most."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import nan
from typing import Any, Final, Literal, Self, get_args

State = Literal["optimal", "feasible", "infeasible", "no_solution", "bad_input", "failed_check", "crashed"]
STATES: Final = get_args(State)
SOLVED: Final = ("optimal", "feasible")

HeldPlan = tuple[tuple[str, str], ...]
"""A set of new hubs: the id and the tier of each."""


def named(plan: HeldPlan) -> str:
    """Return a plan in words: its hubs, each with its tier; "" for no new hub."""
    return "; ".join(f"{hub_id} ({tier})" for hub_id, tier in plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubUse:
    """A hub of a plan: how it is built and what goes through it; of the last phase."""

    tier: str
    is_new: bool
    throughput_t_per_year: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer to one scenario.

    Parameters
    ----------
    state
        How it ended; there are figures where it is in `SOLVED`.
    reason
        Why it ended, in words.
    objective_vnd_per_year, bound_vnd_per_year, direct_vnd_per_year
        The plan, what no plan beats, and everything shipped directly; of the whole freight.
    co2_t_per_year, outside_service_t_per_year
        Of the plan; tonnes outside the service bands.
    hubs
        By id: every new hub, and every standing one that carries freight.
    favourites
        By park, cluster or province: the hub that takes most of what may move to hubs, and its share of that; "" where
        nothing goes through a hub.
    held
        By name: the cost of plans fixed beforehand infinite where one does not keep the rules, not a number where
        time ran out.
    """

    state: State
    reason: str
    objective_vnd_per_year: float = nan
    bound_vnd_per_year: float = nan
    direct_vnd_per_year: float = nan
    co2_t_per_year: float = nan
    outside_service_t_per_year: float = nan
    hubs: Mapping[str, HubUse] = field(default_factory=dict)
    favourites: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    held: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_solved(self) -> bool:
        """Tell whether there is a plan."""
        return self.state in SOLVED

    @property
    def new_hubs(self) -> tuple[str, ...]:
        """Return the new hubs, in the order of their ids."""
        return tuple(sorted(hub_id for hub_id, use in self.hubs.items() if use.is_new))

    @property
    def told(self) -> str:
        """Return the plan in words; where there is none the state, which is not the same as no new hub."""
        return named(self.plan) if self.is_solved else self.state

    @property
    def plan(self) -> HeldPlan:
        """Return the new hubs with their tiers."""
        return tuple((hub_id, self.hubs[hub_id].tier) for hub_id in self.new_hubs)

    def to_text(self) -> str:
        """Return the outcome as JSON that is the same for the same outcome; "Infinity" and "NaN" stand for those."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote."""
        raw: dict[str, Any] = json.loads(text)
        hubs = {hub_id: HubUse(**use) for hub_id, use in raw.pop("hubs").items()}
        favourites = {place: (str(hub), float(share)) for place, (hub, share) in raw.pop("favourites").items()}
        return cls(**raw, hubs=hubs, favourites=favourites)
