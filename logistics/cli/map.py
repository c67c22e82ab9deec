"""`logistics map`: the map of a run, or of several in one page, drawn again from their files."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from logistics.cli.options import Lang, LangOption
from logistics.cli.streams import answer, printable, progress, say

MAP_FILE = "map.html"


def map_(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="Run folders; the page opens on the first and compares all.")
    ],
    *,
    lang: LangOption = Lang.EN,
    tiles: Annotated[
        bool, typer.Option("--tiles", help="Offer online pictures behind the map, off when it opens; it says so.")
    ] = False,
    ground: Annotated[
        Path | None, typer.Option(help="GeoJSON of provinces or a coast, in degrees, to draw below everything.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the page here, not as map.html of the first run.")] = None,
) -> None:
    """Draw the map of one run or several again from their files, and say where it is."""
    if out is not None and not out.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {out.parent}", param_hint="--out")
    target = out or runs[0] / MAP_FILE
    from networks.lock import sole_writer  # noqa: PLC0415  (networks takes pandas)

    with progress() as tell, sole_writer(runs[0]) if out is None else nullcontext():
        tell(f"reading {', '.join(map(str, runs))}")
        from logistics.maps import MapOptions, read_ground, read_noted_run, write_map  # noqa: PLC0415  (folium)

        first, *others = [read_noted_run(run) for run in runs]
        below = None if ground is None else read_ground(ground)
        tell("drawing the map")
        write_map(first, target, others=others, lang=lang.value, options=MapOptions(tiles=tiles, ground=below))
    for note in below.notes if below else ():
        say(f"warning: {note}")
    answer(printable(str(target)))
