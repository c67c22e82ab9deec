"""The map of a plan: one file that opens with no network, in English or Vietnamese."""

from logistics.maps.page import PlanMap, draw_map, write_map

__all__ = ["PlanMap", "draw_map", "write_map"]
