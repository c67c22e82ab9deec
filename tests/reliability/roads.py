"""Small files of OpenStreetMap, drawn in a few words."""

from xml.sax.saxutils import quoteattr

PLACES = {number: (105.90 + 0.02 * number, 21.10) for number in range(1, 10)}
"""A row of points, about 2 km apart."""
ROAD = {1: (list(range(1, 10)), {"highway": "primary"})}


def osm_text(*ways, places=(), head=""):
    """Return a file: ways by their id, each (points, tags); `places` are points beside the row."""
    points = PLACES | dict(places)
    nodes = [f'<node id="{name}" version="1" lon="{lon}" lat="{lat}"/>' for name, (lon, lat) in points.items()]
    drawn = [
        f'<way id="{name}" version="1">{"".join(f"""<nd ref="{ref}"/>""" for ref in refs)}{_tags(tags)}</way>'
        for one in ways
        for name, (refs, tags) in one.items()
    ]
    return f'<?xml version="1.0"?>{head}<osm version="0.6">{"".join([*nodes, *drawn])}</osm>'


def _tags(tags):
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
