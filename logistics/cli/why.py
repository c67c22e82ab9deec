"""`logistics why`: what it costs to force a site open or closed, who would move, and what would flip it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from logistics.cli.options import JsonOption, Lang, LangOption, MemoryOption, RunArgument, a_number
from logistics.cli.streams import Say, answer, answer_json, progress, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logistics.explain import Explainer, Why


def why(  # noqa: PLR0913  (one parameter an option)
    run: RunArgument,
    site: Annotated[str | None, typer.Argument(help="Id of the site; all of them with --all.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every site, as a table, without what flips it.")] = False,
    time_limit: Annotated[
        float, typer.Option(min=0.001, max=1e7, callback=a_number, help="Seconds for each plan solved anew.")
    ] = 60.0,
    gap: Annotated[
        float, typer.Option(min=0.0, max=1.0, callback=a_number, help="Relative gap at which each proof may stop.")
    ] = 1e-6,
    memory: MemoryOption = None,
    lang: LangOption = Lang.EN,
    as_json: JsonOption = False,
) -> None:
    """Tell what forcing a site open or closed costs, who would move, and what would flip the decision."""
    if (site is None) == (not every):
        raise typer.BadParameter("name one SITE, or give --all")
    from models.memory import memory_limit  # noqa: PLC0415  (not for --help)
    from networks.lock import sole_writer  # noqa: PLC0415

    with progress() as tell, sole_writer(run), memory_limit(memory):
        found = list(_explained(run, site, (time_limit, gap), tell))
        tell("keeping the answers for the report")
        _keep(found, run)
    if as_json:
        answer_json({"sites": [_facts(one) for one in found]})
    else:
        from logistics.cli.why_answer import page, sheet  # noqa: PLC0415  (takes Rich)

        answer(sheet(found, lang.value) if site is None else page(found[0], lang.value))


def _explained(run: "RunArgument", site: str | None, effort: tuple[float, float], tell: Say) -> "Iterator[Why]":
    from logistics.explain import explain, explainer_of  # noqa: PLC0415
    from logistics.scenario import read_scenario  # noqa: PLC0415
    from logistics.site_flips import capacity_flip, fixed_cost_flip  # noqa: PLC0415
    from logistics.timeline import build_timeline  # noqa: PLC0415
    from logistics.toll_flips import toll_flip  # noqa: PLC0415
    from models import SolveOptions  # noqa: PLC0415

    timeline = build_timeline(read_scenario(run / "scenario.toml"), tell)
    tell("pricing every route")
    options = SolveOptions(time_limit_s=effort[0], relative_gap=effort[1])
    explainer = explainer_of(timeline, options)
    sites = _sites(explainer, site)
    tell("the plan itself")
    plan = explainer.ask(explainer.instance)
    searches = (fixed_cost_flip, capacity_flip, toll_flip) if site is not None else ()
    for hub_id in sites:
        yield explain(explainer, plan, hub_id, searches=searches, progress=tell)


def _keep(found: "list[Why]", run: RunArgument) -> None:
    """Add the answers to the run, where `logistics report` finds them; a run that may not be written stays as it is."""
    from logistics.run_notes import add_whys  # noqa: PLC0415  (takes pandas)

    try:
        add_whys([_facts(one) for one in found], run)
    except OSError as error:
        say(f"the answers were not kept for the report: {run}: {error.strerror}")


def _sites(explainer: "Explainer", site: str | None) -> list[str]:
    if site is not None:
        explainer.position(site)
        return [site]
    return [str(hub_id) for hub_id in explainer.question.timeline.last.sites["hub_id"]]


def _facts(one: "Why") -> dict[str, Any]:
    possible = one.is_possible
    return {
        "hub_id": one.hub_id, "is_open": one.is_open, "is_possible": possible, "stopped": one.stopped,
        "costs_vnd_per_year": one.costs_vnd_per_year if possible else None,
        "least_vnd_per_year": one.least_vnd_per_year if possible else None,
        "most_vnd_per_year": one.most_vnd_per_year if possible else None,
        "gap": one.gap, "moved": one.moved.to_dict("records"),
        "flips": [{"what": flip.what, "change_pct": flip.change_pct, "searched": flip.searched,
                   "change_vnd_per_year": flip.change_vnd_per_year} for flip in one.flips],
    }  # fmt: skip
