"""`logistics plan`: from a scenario to a run folder and the table for people."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from logistics.cli.failures import InterruptedRunError
from logistics.cli.interrupts import noticing_interrupts
from logistics.cli.options import JsonOption, Lang, LangOption, MemoryOption, StrictOption, a_number
from logistics.cli.streams import Say, answer, answer_json, progress, say

if TYPE_CHECKING:
    from logistics.planning import Plan
    from logistics.scenario import Scenario
    from models import SolveOptions


def plan(  # noqa: PLR0913  (one parameter an option)
    scenario: Annotated[
        Path | None, typer.Argument(metavar="[SCENARIO.toml|.xlsx]", help="Northern Vietnam in 2030 by default.")
    ] = None,
    *,
    out: Annotated[Path | None, typer.Option(help="Run folder; runs/NAME by default.")] = None,
    network: Annotated[Path | None, typer.Option(help="OpenStreetMap file or saved network to plan on.")] = None,
    hubs: Annotated[int | None, typer.Option(min=0, max=1000, help="Exactly so many new hubs.")] = None,
    time_limit: Annotated[
        float, typer.Option(min=0.001, max=1e7, callback=a_number, help="Seconds for the solver.")
    ] = 60.0,
    gap: Annotated[
        float, typer.Option(min=0.0, max=1.0, callback=a_number, help="Relative gap at which the proof may stop.")
    ] = 1e-6,
    memory: MemoryOption = None,
    lang: LangOption = Lang.EN,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Of the solver's random choices.")] = 0,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Choose the hubs, write the run folder, show the answer."""
    with progress() as tell, noticing_interrupts() as is_interrupted:
        tell("reading the scenario")
        asked = _scenario(scenario, network, hubs)
        if strict:
            from logistics.strict import refuse_unknown_columns  # noqa: PLC0415  (takes pandas)

            refuse_unknown_columns(asked, scenario)
        from models import SolveOptions  # noqa: PLC0415  (not for --help)
        from models.memory import memory_limit  # noqa: PLC0415
        from networks.lock import sole_writer  # noqa: PLC0415

        options = SolveOptions(time_limit_s=time_limit, relative_gap=gap, seed=seed)
        folder = _folder(out, asked)
        told: list[str] = []
        with sole_writer(folder), memory_limit(memory):
            found = _planned(asked, options, folder, tell, lang.value)
            tell("writing the run folder")
            interrupted = is_interrupted()
            folder = _beside_an_earlier_run(folder) if interrupted else folder
            # `_audited` lets no plan with findings pass
            folder = found.save(folder, lang=lang.value, findings=(), tell=told.append)
    for sentence in told:
        say(f"warning: {sentence}")
    _show(found, folder, lang.value, as_json=as_json)
    if interrupted:
        raise InterruptedRunError(f"interrupted: this is the best plan found so far; it was written to {folder}")


def _scenario(path: Path | None, network: Path | None, hubs: int | None) -> "Scenario":
    """Return the scenario with what the command line changes in it."""
    from logistics.errors import InputError  # noqa: PLC0415
    from logistics.scenario import northern_vietnam, read_scenario  # noqa: PLC0415  (takes pydantic)

    asked = northern_vietnam() if path is None else read_scenario(path)
    if network is not None:
        if not network.exists():
            raise InputError(f"--network {network}: there is no such file or folder")
        asked = replace(asked, network=network)
    if hubs is not None:
        asked = replace(asked, new_hubs=hubs, max_new_hubs=max(hubs, asked.max_new_hubs))
    return asked


def _folder(out: Path | None, asked: "Scenario") -> Path:
    from logistics.cli.output import output_folder  # noqa: PLC0415  (takes pandas)

    return output_folder(out, asked.name)


def _planned(asked: "Scenario", options: "SolveOptions", folder: Path, tell: Say, lang: str) -> "Plan":
    """Plan; where the wishes clash, leave the report of which and what would do in the run folder."""
    from logistics.errors import InfeasibleError  # noqa: PLC0415

    try:
        return _audited(asked, options, tell)
    except InfeasibleError as error:
        if error.facts is not None:
            from logistics.infeasible_run import write_infeasible_run  # noqa: PLC0415  (takes pandas)

            say(f"what clashes and the ways out: {write_infeasible_run(error.facts, asked, folder)}")
        raise error.told_in(lang) from error


def _audited(asked: "Scenario", options: "SolveOptions", tell: Say) -> "Plan":
    """Plan, and refuse a plan that its audit does not accept: nothing of it is written."""
    from logistics.errors import AuditError  # noqa: PLC0415
    from logistics.planning import plan as make_plan  # noqa: PLC0415  (takes half a second)

    found = make_plan(asked, options, progress=tell)
    tell("auditing the plan")
    findings = found.audit()
    if findings:
        raise AuditError("\n".join(["the plan failed its audit, so nothing was written:", *findings]))
    return found


def _beside_an_earlier_run(folder: Path) -> Path:
    """Return where a plan goes that was interrupted: it may not take the place of a finished one."""
    return folder.with_name(f"{folder.name}-interrupted") if folder.exists() else folder


def _show(found: "Plan", folder: Path, lang: str, *, as_json: bool) -> None:
    for warning in found.summary().get("warnings", ()):
        say(f"warning: {warning}")
    if as_json:
        answer_json(found.summary())
        return
    from logistics.cli.answer import show  # noqa: PLC0415  (takes Rich)

    answer(show(found.tables, folder, lang))
