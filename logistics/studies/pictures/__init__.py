"""What a study says as pictures for reports and notebooks: PNG, SVG or PDF, the same bytes for the same study."""

from logistics.studies.pictures.charts import front_chart, response_chart, tornado_chart
from logistics.studies.pictures.front_view import front_view
from logistics.studies.pictures.paper import save_picture
from logistics.studies.pictures.stability import stability_map

__all__ = ["front_chart", "front_view", "response_chart", "save_picture", "stability_map", "tornado_chart"]
