"""User equilibrium with fixed demand, on arrays: Wardrop's first principle, BPR costs, Frank-Wolfe directions."""

from networks.equilibrium.descent import Algorithm, Equilibrium, NoPathError, Options, Stop, solve
from networks.equilibrium.instance import Delay, Instance
from networks.equilibrium.tntp import read_flow, read_tntp

__all__ = [
    "Algorithm",
    "Delay",
    "Equilibrium",
    "Instance",
    "NoPathError",
    "Options",
    "Stop",
    "read_flow",
    "read_tntp",
    "solve",
]
