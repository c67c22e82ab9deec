"""Maps for print: one sheet of a run, as PNG, SVG or PDF at A4 or A3, names placed without overlap."""

from logistics.reports.print_map.output import FORMATS, map_files, phase_maps, report_map, write_print_map
from logistics.reports.print_map.papers import PAPERS

__all__ = ["FORMATS", "PAPERS", "map_files", "phase_maps", "report_map", "write_print_map"]
