"""Keys that a scenario may hold and that no plan acts upon yet: refused, so that none is ignored in silence."""

from typing import Final

from logistics.scenario import Scenario, scenario_error
from logistics.scenario_faults import Fault

NOT_OFFERED: Final[dict[str, tuple[str, ...]]] = {
    "od_matrix": ("freight", "od_matrix"),
    "calibrate": ("freight", "calibrate"),
    "eco_parks": ("freight", "eco_parks"),
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
