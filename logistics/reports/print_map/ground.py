"""The ground of a printed map: the schematic coast and the tint of the sea along it, cut to the frame."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from logistics.maps.coast import coast, sea
from logistics.maps.style import SEA, SEA_OPACITY, SHORE
from logistics.reports.print_map.extent import Extent
from logistics.reports.print_map.marks import Area, Mark, Points, Stroke
from logistics.reports.print_map.style import LAND

SHORE_MM: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """What of the coast a frame shows: rims of the sea's tint, the widest first, islands, lines of the shore."""

    sea: tuple[Points, ...]
    islands: tuple[Points, ...]
    shores: tuple[Points, ...]


def ground_of(extent: Extent) -> Ground:
    """Return the coast inside the frame of an extent."""
    import shapely  # noqa: PLC0415  (slow)

    found = coast()
    lines = [shapely.linestrings(extent.on_paper(*line.T)) for line in found.shores]
    islands = [shapely.polygons(extent.on_paper(*ring.T)) for ring in found.islands]
    bands = [shapely.transform(band, lambda points: extent.on_paper(*points.T)) for band in sea()]
    return Ground(
        sea=tuple(rim for band in bands for rim in _rims(band, extent)),
        islands=tuple(rim for island in islands for rim in _rims(island, extent)),
        shores=tuple(shapely.get_coordinates(part) for line in lines for part in _parts(line, extent)),
    )


def _rims(shape: Any, extent: Extent) -> Iterator[Points]:  # noqa: ANN401  (shapely has no types)
    """Yield the outer rims of a shape's parts inside the frame; its holes are islands, which lie on top."""
    import shapely  # noqa: PLC0415  (slow)

    for part in _parts(shape, extent):
        yield shapely.get_coordinates(shapely.get_exterior_ring(part))


def _parts(shape: Any, extent: Extent) -> Iterator[Any]:  # noqa: ANN401  (shapely has no types)
    import shapely  # noqa: PLC0415  (slow)

    frame = extent.frame
    cut = shapely.clip_by_rect(shape, frame.left, frame.top, frame.right, frame.bottom)
    yield from (part for part in shapely.get_parts(cut) if not shapely.is_empty(part))


def ground_marks(ground: Ground, scale: float) -> Iterator[Mark]:
    """Yield the sea, paler to seaward, the islands and the shore."""
    yield from (Area(points=rim, colour=SEA, opacity=SEA_OPACITY) for rim in ground.sea)
    yield from (Area(points=rim, colour=LAND) for rim in ground.islands)
    if ground.shores:
        yield Stroke(lines=ground.shores, colour=SHORE, width_mm=SHORE_MM * scale)
