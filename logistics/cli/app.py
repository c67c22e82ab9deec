"""The commands put together, and the one place where errors become words and exit codes."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from logistics.cli import audit, compare, doctor, links, map, network, plan, plan_check, study, template, why  # noqa: A004  (map)
from logistics.cli import report as report_command
from logistics.cli.failures import INTERRUPTED, SOLVED, report
from logistics.cli.help_texts import language_of, say_usage, tell_in
from logistics.cli.options import Lang, LangOption
from logistics.cli.streams import answer, never_fail_on_letters, speak

DEBUG: Final = "--debug"
USAGE_ERROR: Final[Any] = typer.BadParameter.__bases__[0]
"""The base of all errors of usage, which Typer does not name in public."""

app: Final = typer.Typer(
    name="logistics",
    help="Decide where logistics hubs should stand: which to open, what the plan costs, how good it can be at best.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
)
app.command("plan")(plan.plan)
app.command("audit")(audit.audit)
app.command("compare")(compare.compare)
app.command("why")(why.why)
app.command("study")(study.study)
app.command("links")(links.links)
app.command("plan-check")(plan_check.plan_check)
app.command("template")(template.template)
app.command("map")(map.map_)
app.command("report")(report_command.report)
app.command("doctor")(doctor.doctor)
app.add_typer(network.app, name="network")


def _show_version(*, wanted: bool) -> None:
    if not wanted:
        return
    from logistics.doctor import package_version  # noqa: PLC0415  (only for this answer)

    answer(f"logistics {package_version()}")
    raise typer.Exit


@app.callback()
def _common(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=lambda value: _show_version(wanted=value), is_eager=True, help="Show the version."
        ),
    ] = False,
    # main takes it out, so that it may stand anywhere; here it is documented
    debug: Annotated[
        bool, typer.Option(DEBUG, help="Show the traceback of an error; may stand after the command too.")
    ] = False,
    # main reads it ahead: it may stand before the command, too
    lang: LangOption = Lang.EN,
) -> None:
    """Take the options that stand before the command."""


def _command(lang: Lang) -> Any:  # noqa: ANN401  (the class of commands has no public name in Typer)
    command = typer.main.get_command(app)
    if lang is not Lang.EN:
        tell_in(command, lang)
    return command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        Those of the process by default.

    Returns
    -------
    int
        The exit code: 0 solved, 2 usage, 3 bad input, 4 infeasible, 5 no solution within the limit,
        6 the result failed its audit, 130 interrupted, 1 a bug.
    """
    never_fail_on_letters()
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = language_of(given)
    speak(lang.value)
    try:
        code = _command(lang)([word for word in given if word != DEBUG], prog_name="logistics", standalone_mode=False)
    except typer.Exit as leaving:
        return int(leaving.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return report(KeyboardInterrupt(), debug=False)
    except USAGE_ERROR as error:
        say_usage(error)
        return int(error.exit_code)
    except Exception as error:  # noqa: BLE001  (the edge of the program: whatever comes is told in words)
        return report(error, debug=DEBUG in given)
    if code == INTERRUPTED:  # newer versions of Typer end Ctrl-C with this code, and say nothing
        return report(KeyboardInterrupt(), debug=False)
    return code if isinstance(code, int) else SOLVED
