"""User equilibrium with fixed demand, on arrays: Wardrop's first principle, BPR costs, Frank-Wolfe or paths."""

from networks.equilibrium.instance import Delay, Instance, OverloadError
from networks.equilibrium.options import Algorithm, Options, Stop
from networks.equilibrium.tntp import read_flow, read_tntp
from networks.equilibrium.user_equilibrium import Equilibrium, NoPathError, solve

__all__ = [
    "Algorithm",
    "Delay",
    "Equilibrium",
    "Instance",
    "NoPathError",
    "Options",
    "OverloadError",
    "Stop",
    "read_flow",
    "read_tntp",
    "solve",
]
