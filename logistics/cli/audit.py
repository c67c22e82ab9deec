"""`logistics audit`: a run re-priced and re-checked from its files, without a solver."""

from pathlib import Path

import typer

from logistics.cli.options import JsonOption, Lang, LangOption, RunArgument
from logistics.cli.streams import answer, answer_json, progress, spoken


def audit(run: RunArgument, *, lang: LangOption = Lang.EN, as_json: JsonOption = False) -> None:
    """Re-price and re-check a run from its files, without a solver."""
    with progress() as tell:
        tell(f"auditing {run}")
        findings = _findings(run)
    if as_json:
        answer_json({"accepted": not findings, "findings": findings})
    else:
        answer(spoken("\n".join(_lines(run, findings)), lang.value))
    if findings:
        from logistics.errors import AuditError  # noqa: PLC0415  (with its package)

        raise typer.Exit(AuditError.exit_code)


def _lines(run: Path, findings: list[str]) -> list[str]:
    from logistics.run_folder import PLAN_FILE  # noqa: PLC0415  (takes pandas)

    if findings:
        return [f"{run}: refused, {len(findings)} findings:", *findings]
    if not (run / PLAN_FILE).exists():
        return [f"{run}: accepted; it holds no plan, and what clashes is what the scenario asks for"]
    return [f"{run}: accepted; cost, balance, capacities and loads agree with the scenario"]


def _findings(run: Path) -> list[str]:
    from logistics.auditing import audit as audit_run  # noqa: PLC0415  (takes half a second)

    return audit_run(run)
