"""`logistics plan-check`: the hubs of a run beside what the tables hold of the plans."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from logistics.cli.options import JsonOption, Lang, LangOption, RunArgument
from logistics.cli.streams import answer, answer_json, progress

if TYPE_CHECKING:
    import pandas as pd

    from logistics.plan_check import PlanCheck


def plan_check(run: RunArgument, *, lang: LangOption = Lang.EN, as_json: JsonOption = False) -> None:
    """Lay the hubs of a run beside the plans that the tables hold: kind, land, capacity, source."""
    found = _checked(run)
    if as_json:
        answer_json({"hubs": _rows(found.hubs), "totals": _rows(found.totals), "not_held": list(found.not_held)})
    else:
        from logistics.cli.plan_check_answer import page  # noqa: PLC0415  (takes Rich)

        answer(page(found, lang.value))


def _checked(run: Path) -> "PlanCheck":
    from logistics.plan_check import plan_check as check  # noqa: PLC0415  (takes half a second)
    from logistics.run_folder import read_run  # noqa: PLC0415
    from logistics.scenario import read_scenario  # noqa: PLC0415
    from logistics.timeline import build_timeline  # noqa: PLC0415

    with progress() as tell:
        tables = read_run(run)
        return check(build_timeline(read_scenario(run / "scenario.toml"), tell), tables)


def _rows(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return rows for JSON, which has no nan."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]
