"""`logistics map`: the map of a run drawn again from its files."""

from logistics.cli.options import Lang, LangOption, RunArgument
from logistics.cli.streams import answer, printable, progress

MAP_FILE = "map.html"


def map_(run: RunArgument, *, lang: LangOption = Lang.EN) -> None:
    """Draw the map of a run again from its files, and say where it is."""
    with progress() as tell:
        tell(f"reading {run}")
        from logistics.maps import write_map  # noqa: PLC0415  (takes folium)
        from logistics.run_folder import read_run  # noqa: PLC0415  (takes pandas)

        tables = read_run(run)
        tell("drawing the map")
        write_map(tables, run / MAP_FILE, lang=lang.value)
    answer(printable(str(run / MAP_FILE)))
