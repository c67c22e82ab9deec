"""`logistics doctor`: whether this installation is sound, and what is in it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from logistics.cli.failures import BUG
from logistics.cli.options import JsonOption, Lang, LangOption
from logistics.cli.streams import answer, answer_json, progress, spoken


def doctor(
    *,
    licences: Annotated[
        bool, typer.Option("--licences", help="List instead each package that is needed, with its licence.")
    ] = False,
    lang: LangOption = Lang.EN,
    as_json: JsonOption = False,
) -> None:
    """Show versions, solver, packages, data and licences."""
    if licences:
        _show_licences(lang.value, as_json=as_json)
        return
    with progress() as tell:
        tell("examining the installation")
        from logistics.doctor import examine  # noqa: PLC0415  (looks at every dependency)

        report = examine()
    if as_json:
        answer_json(report)
    else:
        answer(spoken("\n".join(_lines(report)), lang.value))
    if not report["sound"]:
        raise typer.Exit(BUG)


def _show_licences(lang: str, *, as_json: bool) -> None:
    from logistics.licences import dependency_licences  # noqa: PLC0415  (reads the metadata of every package)

    rows = [asdict(one) for one in dependency_licences()]
    if as_json:
        answer_json({"dependencies": rows})
    else:
        for row in rows:
            answer(spoken(_licence_line(row | {"licence": spoken(row["licence"], lang)}), lang))


def _licence_line(row: Mapping[str, str]) -> str:
    return f"{row['name']:22} {row['version']:14} {row['licence']:34} needed by {row['needed_by']}"


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
