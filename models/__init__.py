"""Mathematics of siting and flow: NumPy arrays in, arrays out, in any consistent unit.

Three names stay apart: an *instance* (frozen data that prices and checks any answer by itself), a *solve*, and a
*solution* (frozen; says why it stopped, value, bound, gap). See `hub_placement` for the model of the main job.
"""

from models.commodities.answers import MultiCommodityFlowSolution
from models.covering.center_answers import PCenterSolution
from models.covering.coverage import Coverage
from models.covering.max_answers import MaxCoverSolution
from models.covering.set_answers import SetCoverSolution
from models.design.answers import NetworkDesignSolution
from models.errors import InstanceError, ModelError, SolverError, SolverMemoryError
from models.facility_location import FacilityLocation
from models.flows.answers import MinCostFlowSolution
from models.hub_location import HubLocation
from models.hub_placement import HubPlacement
from models.hubs.answers import HubLocationSolution
from models.infeasible import Clash, Clashes, Elastic, Relaxation, Requirement, WayOut, WaysOut
from models.kept_solver import KeptSolver
from models.location.answers import FacilityLocationSolution
from models.max_cover import MaxCover
from models.median_plans import PMedianSolution
from models.memory import memory_limit
from models.min_cost_flow import MinCostFlow
from models.multicommodity_flow import MultiCommodityFlow
from models.network_design import NetworkDesign
from models.options import SolveOptions
from models.p_center import PCenter
from models.p_median import PMedian
from models.placement.answers import HubPlacementSolution
from models.placement.lessons import Lesson
from models.robust.solution import RobustHubPlacementSolution
from models.robust_hub_placement import RobustHubPlacement
from models.set_cover import SetCover
from models.solution import Solution
from models.status import Status
from models.stochastic_value import StochasticValue, value_of_stochastic_solution

__all__ = [
    "Clash",
    "Clashes",
    "Coverage",
    "Elastic",
    "FacilityLocation",
    "FacilityLocationSolution",
    "HubLocation",
    "HubLocationSolution",
    "HubPlacement",
    "HubPlacementSolution",
    "InstanceError",
    "KeptSolver",
    "Lesson",
    "MaxCover",
    "MaxCoverSolution",
    "MinCostFlow",
    "MinCostFlowSolution",
    "ModelError",
    "MultiCommodityFlow",
    "MultiCommodityFlowSolution",
    "NetworkDesign",
    "NetworkDesignSolution",
    "PCenter",
    "PCenterSolution",
    "PMedian",
    "PMedianSolution",
    "Relaxation",
    "Requirement",
    "RobustHubPlacement",
    "RobustHubPlacementSolution",
    "SetCover",
    "SetCoverSolution",
    "Solution",
    "SolveOptions",
    "SolverError",
    "SolverMemoryError",
    "Status",
    "StochasticValue",
    "WayOut",
    "WaysOut",
    "memory_limit",
    "value_of_stochastic_solution",
]
