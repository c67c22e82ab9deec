"""Decide where logistics hubs should stand: a scenario in, an audited plan out."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from logistics.auditing import audit
    from logistics.comparing import Comparison, compare
    from logistics.errors import AuditError, InfeasibleError, InputError, LogisticsError, NoPlanError
    from logistics.planning import Plan, plan
    from logistics.run_folder import RunTables, read_run
    from logistics.scenario import Scenario, northern_vietnam, read_scenario, write_scenario
    from logistics.scenario_parts import Band, Candidates, Corridor, Objective, Phases, ProvinceLimit
    from logistics.studies.study import Study, study
    from models.options import SolveOptions

__all__ = [
    "AuditError",
    "Band",
    "Candidates",
    "Comparison",
    "Corridor",
    "InfeasibleError",
    "InputError",
    "LogisticsError",
    "NoPlanError",
    "Objective",
    "Phases",
    "Plan",
    "ProvinceLimit",
    "RunTables",
    "Scenario",
    "SolveOptions",
    "Study",
    "audit",
    "compare",
    "northern_vietnam",
    "plan",
    "read_run",
    "read_scenario",
    "study",
    "write_scenario",
]

_ROOMS: Final = {
    "logistics.auditing": ("audit",),
    "logistics.comparing": ("Comparison", "compare"),
    "logistics.errors": ("AuditError", "InfeasibleError", "InputError", "LogisticsError", "NoPlanError"),
    "logistics.planning": ("Plan", "plan"),
    "logistics.run_folder": ("RunTables", "read_run"),
    "logistics.scenario": ("Scenario", "northern_vietnam", "read_scenario", "write_scenario"),
    "logistics.scenario_parts": ("Band", "Candidates", "Corridor", "Objective", "Phases", "ProvinceLimit"),
    "logistics.studies.study": ("Study", "study"),
    "models.options": ("SolveOptions",),
}
_ROOM_OF: Final = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for: `logistics --help` must not wait for pandas."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'logistics' has no attribute {name!r}")
    value = getattr(import_module(_ROOM_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
