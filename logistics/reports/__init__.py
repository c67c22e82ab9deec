"""What a client opens: the workbook, the GIS layers, the report and the printed maps, each made from a run folder."""
