"""User equilibrium with fixed demand, on arrays: Wardrop's first principle, BPR costs, Frank-Wolfe directions."""

from networks.equilibrium.instance import Delay, Instance
from networks.equilibrium.descent import Algorithm, Equilibrium, NoPathError, Options, Stop, solve

__all__ = ["Algorithm", "Delay", "Equilibrium", "Instance", "NoPathError", "Options", "Stop", "solve"]
