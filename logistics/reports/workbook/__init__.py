"""The workbook of a run: its results with live totals, and its scenario, which can be read back."""

from logistics.reports.workbook.book import WORKBOOK_FILE, write_workbook

__all__ = ["WORKBOOK_FILE", "write_workbook"]
