"""A drawing as PNG or PDF through matplotlib: no window, no global state, no date, so the same bytes each time."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from logistics.reports.print_map.lettering import font_file
from logistics.reports.print_map.marks import HALO_EM, Area, Disc, Drawing, Mark, Stroke, Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MM_PER_INCH: Final = 25.4
POINTS_PER_MM: Final = 72 / MM_PER_INCH
DPI: Final = 300
NO_METADATA: Final[dict[str, dict[str, Any]]] = {
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
SETTINGS: Final[dict[Any, Any]] = {"pdf.fonttype": 42, "text.usetex": False, "svg.hashsalt": "logistics"}
"""TrueType inside the PDF: its names can be searched and copied."""


def paint(drawing: Drawing, path: Path) -> None:
    """Write a drawing to a file; its ending, .png or .pdf, tells the format."""
    import matplotlib as mpl  # noqa: PLC0415  (slow)
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    kind = path.suffix.removeprefix(".")
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(drawing.width_mm / MM_PER_INCH, drawing.height_mm / MM_PER_INCH), dpi=DPI)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, drawing.width_mm), ylim=(drawing.height_mm, 0))
        axes.set_axis_off()
        for at, mark in enumerate(drawing.marks):
            _add(axes, mark, at)
        figure.savefig(path, format=kind, dpi=DPI, facecolor="white", metadata=NO_METADATA[kind])


def _add(axes: "Axes", mark: Mark, order: int) -> None:
    if isinstance(mark, Stroke):
        _add_stroke(axes, mark, order)
    elif isinstance(mark, Text):
        _add_text(axes, mark, order)
    else:
        _add_patch(axes, mark, order)


def _add_stroke(axes: "Axes", mark: Stroke, order: int) -> None:
    from matplotlib.collections import LineCollection  # noqa: PLC0415

    width = mark.width_mm * POINTS_PER_MM
    dashes = (0, tuple(part * POINTS_PER_MM / width for part in mark.dash_mm)) if mark.dash_mm else "solid"
    axes.add_collection(
        LineCollection(
            list(mark.lines), colors=mark.colour, linewidths=width, linestyles=[dashes], alpha=mark.opacity,
            capstyle="round", joinstyle="round", zorder=order,
        ),
        autolim=False,
    )  # fmt: skip


def _add_patch(axes: "Axes", mark: Area | Disc, order: int) -> None:
    from matplotlib.patches import Circle, Polygon  # noqa: PLC0415

    look: dict[str, Any] = {
        "facecolor": mark.colour, "edgecolor": mark.edge, "linewidth": mark.edge_mm * POINTS_PER_MM,
        "alpha": mark.opacity, "zorder": order,
    }  # fmt: skip
    if isinstance(mark, Disc):
        axes.add_patch(Circle((mark.x, mark.y), mark.radius_mm, **look))
    else:
        axes.add_patch(Polygon(mark.points, closed=True, **look))


def _add_text(axes: "Axes", mark: Text, order: int) -> None:
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415
    from matplotlib.patheffects import Normal  # noqa: PLC0415
    from matplotlib.patheffects import Stroke as Rim  # noqa: PLC0415

    size = mark.size_mm * POINTS_PER_MM
    rim = [Rim(linewidth=size * HALO_EM, foreground=mark.halo), Normal()] if mark.halo else []
    axes.text(
        mark.x, mark.y, mark.text, color=mark.colour, parse_math=False, zorder=order, path_effects=rim,
        ha={"start": "left", "middle": "center", "end": "right"}[mark.anchor], va="baseline",
        fontproperties=FontProperties(fname=font_file(bold=mark.is_bold), size=size),
    )  # fmt: skip
