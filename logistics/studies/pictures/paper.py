"""The paper pictures are drawn on: one look, colours that colour-blind readers tell apart, whole files."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from logistics.errors import InputError
from networks.whole import whole_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GREY: Final = "#8a8a8a"
"""For what is said beside the colours of `logistics.palette`."""
FORMATS: Final = (".png", ".svg", ".pdf")
DOTS_PER_INCH: Final = 160


def new_picture(width_in: float, height_in: float) -> tuple["Figure", "Axes"]:
    """Return a figure of its own, apart from any that a notebook shows, and its axes."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (takes a second)

    figure = Figure(figsize=(width_in, height_in), dpi=DOTS_PER_INCH, layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def save_picture(figure: "Figure", path: str | Path) -> Path:
    """Write a picture; its ending says in which format.

    Raises
    ------
    InputError
        If the ending is none of `FORMATS`.
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in FORMATS:
        raise InputError(f"{target.name}: found the ending {target.suffix!r}, expected one of {', '.join(FORMATS)}")
    import matplotlib as mpl  # noqa: PLC0415

    # no date and no random ids: the same picture is the same file
    metadata = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}, ".png": {"Software": None}}[ending]
    with whole_file(target) as fresh, mpl.rc_context({"svg.hashsalt": "logistics"}):
        figure.savefig(fresh, format=ending[1:], metadata=metadata)
    return target
