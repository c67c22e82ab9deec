"""The map of runs: one file that opens with no network, in English and Vietnamese."""

from logistics.maps.land import read_ground
from logistics.maps.notes import NotedRun, read_noted_run
from logistics.maps.page import PlanMap, draw_map, write_map
from logistics.maps.view import MapOptions

__all__ = ["MapOptions", "NotedRun", "PlanMap", "draw_map", "read_ground", "read_noted_run", "write_map"]
