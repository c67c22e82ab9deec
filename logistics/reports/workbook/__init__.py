"""The workbook of a run: its results with live totals, and its scenario, which can be read back."""
