"""`logistics doctor`: whether this installation is sound, and what is in it."""

from collections.abc import Iterator, Mapping
from typing import Any

import typer

from logistics.cli.failures import BUG
from logistics.cli.options import JsonOption
from logistics.cli.streams import answer, answer_json, printable, progress


def doctor(*, as_json: JsonOption = False) -> None:
    """Show versions, solver, packages, data and licences."""
    with progress() as tell:
        tell("examining the installation")
        from logistics.doctor import examine  # noqa: PLC0415  (looks at every dependency)

        report = examine()
    if as_json:
        answer_json(report)
    else:
        answer(printable("\n".join(_lines(report))))
    if not report["sound"]:
        raise typer.Exit(BUG)


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    yield f"logistics {report['version']}, Python {report['python']}, {report['platform']}"
    solver = report["solver"]
    yield f"solver: {'works' if solver['works'] else 'DOES NOT WORK'}: {solver['message']}"
    for warning in report["warnings"]:
        yield f"warning: {warning}"
    yield from ("", "packages")
    yield from (f"  {name:10} {path}" for name, path in report["packages"].items())
    yield from ("", "dependencies")
    yield from (f"  {name:20} {found}" for name, found in report["dependencies"].items())
    yield from ("", "bundled tables (rows, SHA-256)")
    yield from (f"  {table['file']:42} {table['rows']:6,} {table['sha256']}" for table in report["tables"])
    yield from ("", "licences")
    yield from (f"  {what}: {licence}" for what, licence in report["licences"].items())
