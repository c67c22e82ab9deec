"""`logistics audit`: a run re-priced and re-checked from its files, without a solver."""

from pathlib import Path

import typer

from logistics.cli.options import JsonOption, RunArgument
from logistics.cli.streams import answer, answer_json, printable, progress


def audit(run: RunArgument, *, as_json: JsonOption = False) -> None:
    """Re-price and re-check a run from its files, without a solver."""
    with progress() as tell:
        tell(f"auditing {run}")
        findings = _findings(run)
    if as_json:
        answer_json({"accepted": not findings, "findings": findings})
    elif findings:
        answer(printable("\n".join([f"{run}: refused, {len(findings)} findings:", *findings])))
    else:
        answer(printable(f"{run}: accepted; cost, balance, capacities and loads agree with the scenario"))
    if findings:
        from logistics.errors import AuditError  # noqa: PLC0415  (with its package)

        raise typer.Exit(AuditError.exit_code)


def _findings(run: Path) -> list[str]:
    from logistics.auditing import audit as audit_run  # noqa: PLC0415  (takes half a second)

    return audit_run(run)
