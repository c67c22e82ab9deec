"""`logistics links`: who uses each road of a plan, and the roads it leans on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from logistics.cli.options import JsonOption, Lang, LangOption, RunArgument
from logistics.cli.streams import answer, answer_json, progress

if TYPE_CHECKING:
    from logistics.closures import Closure
    from logistics.link_use import LinkUse


def links(
    run: RunArgument,
    *,
    closures: Annotated[int, typer.Option(min=0, max=1000, help="Roads whose closure hurts most to show.")] = 10,
    lang: LangOption = Lang.EN,
    as_json: JsonOption = False,
) -> None:
    """Tell what each road carries before and after the hubs, and which closures hurt most; writes link_use.csv."""
    use, worst, path = _worked_out(run, closures)
    if as_json:
        answer_json(_facts(use, worst, path))
    else:
        from logistics.cli.links_answer import page  # noqa: PLC0415  (takes Rich)

        answer(page(use, worst, path, lang.value))


def _worked_out(run: Path, closures: int) -> "tuple[LinkUse, list[Closure], Path]":
    from logistics.closures import worst_closures  # noqa: PLC0415  (takes half a second)
    from logistics.link_use import link_use, plan_ways  # noqa: PLC0415
    from logistics.run_folder import LINK_USE, add_table, read_run  # noqa: PLC0415
    from logistics.scenario import read_scenario  # noqa: PLC0415
    from logistics.timeline import build_timeline  # noqa: PLC0415
    from networks.lock import sole_writer  # noqa: PLC0415

    with progress() as tell, sole_writer(run):
        tables = read_run(run)
        timeline = build_timeline(read_scenario(run / "scenario.toml"), tell)
        tell("putting trucks on the roads")
        use = link_use(timeline, tables)
        path = add_table(use.links, LINK_USE, run)
        tell("closing roads one by one")
        worst = worst_closures(timeline.last, plan_ways(timeline.last, tables), closures)
    return use, worst, path


def _facts(use: "LinkUse", worst: "list[Closure]", path: Path) -> dict[str, Any]:
    return {
        "file": str(path),
        "by_class": use.by_class.to_dict("records"),
        "by_number": use.by_number.to_dict("records"),
        "closures": [
            {
                "link_ids": list(one.link_ids), "origin_node_id": one.origin_node_id,
                "destination_node_id": one.destination_node_id, "highway": one.highway, "ref": one.ref,
                "trips_per_year": one.trips_per_year, "t_per_year": one.t_per_year,
                "extra_vnd_per_year": one.extra_vnd_per_year, "cut_off": one.cut_off.to_dict("records"),
            }
            for one in worst
        ],
    }  # fmt: skip
