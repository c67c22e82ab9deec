"""The report of a run and the comparison of two: pages that stand alone, print well and run no script."""

from logistics.reports.document.material import Material, gather
from logistics.reports.document.output import REPORT_FILE, write_comparison, write_report

__all__ = ["REPORT_FILE", "Material", "gather", "write_comparison", "write_report"]
