"""Keys that a scenario may hold and that no plan acts upon yet: refused, so that none is ignored in silence."""

from typing import Final

from logistics.scenario import Scenario, scenario_error
from logistics.scenario_faults import Fault

NOT_OFFERED: Final[dict[str, tuple[str, ...]]] = {
    "phases": ("phases",),
    "od_matrix": ("freight", "od_matrix"),
    "calibrate": ("freight", "calibrate"),
    "eco_parks": ("freight", "eco_parks"),
    "earliest_year": ("hubs", "earliest_year"),
    "may_close": ("hubs", "may_close"),
    "may_extend": ("hubs", "may_extend"),
    "areas_ha": ("hubs", "areas_ha"),
    "max_site_ha": ("hubs", "max_site_ha"),
    "max_land_ha": ("hubs", "max_land_ha"),
    "budget_vnd": ("hubs", "budget_vnd"),
    "max_changes": ("hubs", "max_changes"),
    "min_throughput_t_per_year": ("hubs", "min_throughput_t_per_year"),
    "single_sourcing": ("hubs", "single_sourcing"),
    "two_hub_routes": ("hubs", "two_hub_routes"),
    "rail": ("hubs", "rail"),
    "in_province": ("hubs", "in_province"),
    "corridors": ("hubs", "corridors"),
    "service": ("service",),
    "objective": ("objective",),
    "candidates": ("candidates",),
}
"""Field of `Scenario` to key in the file; a line goes when the plan acts upon it."""


def require_offered(scenario: Scenario) -> None:
    """Refuse a scenario that sets a key which no plan acts upon yet.

    Raises
    ------
    InputError
        Naming every such key.
    """
    usual = Scenario(name="usual")
    asked = [key for name, key in NOT_OFFERED.items() if getattr(scenario, name) != getattr(usual, name)]
    if asked:
        sentence = "not offered yet: no plan of this version acts upon it; take it out"
        raise scenario_error(scenario, [Fault(key, sentence) for key in asked])
