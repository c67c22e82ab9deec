"""Cases 67 to 79: what a scenario or a study says."""

from reliability.bench import Bench, Outcome, Row, with_scenario
from reliability.odd_run import FULL_NAME, run_folder

YAML = "name: no\nyear: 21:00\nhubs:\n  max_new: 012\n"
ALIASES = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"
OBJECT = "!!python/object/apply:os.system ['touch owned']\n"
NOT_YAML = ("scenarios are not read from YAML", "NAME.toml or a workbook NAME.xlsx")


def study(text, table=None):
    """Return a maker of a study."""

    def make(bench: Bench):
        bench.scenario()
        if table is not None:
            bench.file("runs.csv", table)
        path = bench.file("study.toml", f'scenario = "case.toml"\n{text}')
        return ["study", path, "--out", "run", "--workers", "0"]

    return make


def factor(name="crf", **values):
    return f'[[factor]]\nname = "{name}"\n' + "".join(f"{key} = {value}\n" for key, value in values.items())


def nothing_ran(outcome: Outcome):
    assert not (outcome.folder / "owned").exists()


def slug_of_name(outcome: Outcome):
    """The folder has a plain name, and the text the whole one."""
    folder = run_folder(outcome)
    assert set(folder.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    assert len(folder.name) <= 64
    assert FULL_NAME.strip() in outcome.out.replace("\n", " ") or FULL_NAME in (folder / "plan.json").read_text("utf-8")


def nothing_outside(outcome: Outcome):
    """Every file that the run wrote lies below the folder of runs."""
    made = {path.name for path in outcome.folder.iterdir()}
    assert made == {"case.toml", "parks.csv", "clusters.csv", "hubs.csv", "runs"}
    assert [path.name for path in outcome.folder.parent.iterdir()] == [outcome.folder.name]


def outside(path):
    return with_scenario(f"[tables]\nparks = {path}\n")


ROWS = (
    Row(
        number=67,
        title="an unknown key",
        make=with_scenario("[hubs]\nmax_hubs = 2\n"),
        words=("case.toml:2: hubs.max_hubs: there is no such key", "max_new"),
    ),
    Row(
        number=67,
        title="an unknown section",
        make=with_scenario("[hub]\n"),
        words=("case.toml:1: hub: there is no such key; nearest: hubs",),
    ),
    Row(
        number=68,
        title="a key twice",
        make=with_scenario("year = 2030\nyear = 2031\n"),
        words=("case.toml:2:", "the key is there twice", "the line is: year = 2031"),
    ),
    Row(
        number=69, title="YAML, whose words change their meaning", make=with_scenario(YAML, "case.yaml"), words=NOT_YAML
    ),
    Row(number=69, title="JSON", make=with_scenario('{"name": "x"}', "case.json"), words=("not read from JSON",)),
    Row(number=70, title="a bomb of aliases", make=with_scenario(ALIASES, "case.yml"), words=NOT_YAML),
    Row(
        number=71,
        title="YAML that would run a command",
        make=with_scenario(OBJECT, "case.yaml"),
        words=NOT_YAML,
        then=nothing_ran,
    ),
    Row(
        number=71,
        title="YAML called TOML",
        make=with_scenario(OBJECT),
        words=("case.toml:1:", "not readable as TOML"),
        then=nothing_ran,
    ),
    Row(
        number=72,
        title="20,000 brackets",
        make=with_scenario("x = " + "[" * 20_000),
        words=("case.toml: lists or sections are nested too deep",),
    ),
    Row(
        number=72,
        title="a scenario of more than a megabyte",
        make=with_scenario("# " + "x" * 1_000_001),
        words=("case.toml: the file is larger than 1,000,000 bytes",),
    ),
    Row(
        number=72,
        title="20,000 brackets of GeoJSON",
        words=("no.geojson: is not GeoJSON", "nested too deep"),
        make=lambda bench: (
            bench.file("no.geojson", "[" * 200_000),
            bench.plan(bench.scenario('[candidates]\nexclude = "no.geojson"\n')),
        )[1],
    ),
    Row(
        number=73,
        title="nan",
        make=with_scenario("[ledger]\ncrf = nan\n"),
        words=("case.toml:2: ledger.crf: found nan",),
    ),
    Row(
        number=73,
        title="an integer of 5,000 digits",
        make=with_scenario("year = " + "9" * 5_000),
        words=("case.toml", "a whole number has thousands of digits"),
    ),
    Row(
        number=73,
        title="an integer of 400 digits",
        make=with_scenario("[ledger]\ncrf = " + "9" * 400),
        words=("case.toml:2: ledger.crf",),
    ),
    Row(number=74, title="tabs, Windows line ends and a byte order mark", part_of="odd", code=0),
    Row(
        number=74,
        title="old Macintosh line ends",
        make=with_scenario("year = 2030\r[hubs]\rmax_new = 2\r"),
        words=("case.toml",),
    ),
    Row(
        number=75,
        title="a table above the scenario that is none",
        make=outside('"../../../../../../../../etc/hostname"'),
        words=("hostname",),
    ),
    Row(
        number=75,
        title="a table with a NUL in its name",
        make=outside('"a\\u0000b"'),
        words=("case.toml:2: tables.parks: found 'a\\x00b', expected no control characters",),
    ),
    Row(
        number=75,
        title="a table on another drive",
        make=outside("'C:\\parks.csv'"),
        words=("case.toml:2", "no such file"),
    ),
    Row(
        number=75, title="a table on a server", make=outside("'\\\\server\\share\\parks.csv'"), words=("no such file",)
    ),
    Row(number=75, title="a table that Windows keeps for a device", make=outside("'CON'"), words=("no such file",)),
    Row(number=75, title="outputs stay below their folder", part_of="odd", code=0, then=nothing_outside),
    Row(
        number=76,
        title="a name with strokes, letters of all kinds and 300 more",
        part_of="odd",
        code=0,
        then=slug_of_name,
    ),
    Row(
        number=77,
        title="5 hubs of at most 3",
        make=with_scenario("[hubs]\nexactly = 5\nmax_new = 3\n"),
        words=("case.toml:2: hubs.exactly: asks for 5 new hubs, but hubs.max_new allows 3",),
    ),
    Row(
        number=77,
        title="less money than a hub takes",
        code=4,
        make=lambda bench: bench.plan(bench.scenario(hubs="exactly = 1\nbudget_vnd = 1e6")),
        words=("These wishes cannot be kept together", "Way out 1"),
    ),
    Row(
        number=78,
        title="a range that is reversed",
        make=study(factor(low=0.2, high=0.1)),
        words=("study.toml:2: factor[0]", "found low 0.2", "expected low <= value <= high"),
    ),
    Row(
        number=78,
        title="no level",
        make=study("[design]\nlevels = 0\n" + factor()),
        words=("study.toml:3: design.levels: found 0, expected at least 1",),
    ),
    Row(
        number=78,
        title="10^9 scenarios drawn",
        words=("study.toml:4: design.scenarios", "makes 1,000,000,000 scenarios"),
        make=study('[design]\nkind = "latin_hypercube"\nscenarios = 1_000_000_000\n' + factor()),
    ),
    Row(
        number=78,
        title="10^9 scenarios combined",
        words=("design: this makes 1,000,000,000 scenarios",),
        make=study(
            '[design]\nkind = "factorial"\nlevels = 1000\n'
            + "".join(factor(name) for name in ("crf", "contestable_small", "handling_crossdock"))
        ),
    ),
    Row(
        number=78,
        title="10^12 whole numbers",
        words=("factor[0]", "at most 1,000,000 between them"),
        make=study(
            '[design]\nkind = "factorial"\n'
            + factor("hubs.max_new", low=0.0, value=1.0, high=1e12, distribution='"whole"')
        ),
    ),
    Row(
        number=78,
        title="a table of scenarios with an unknown factor",
        words=("runs.csv:1:crff", "nearest: crf"),
        make=study('[design]\nkind = "table"\nfile = "runs.csv"\n', "crff\n0.1\n"),
    ),
    Row(
        number=78,
        title="a table of scenarios with a factor twice",
        words=("runs.csv:1:crf", "twice"),
        make=study('[design]\nkind = "table"\nfile = "runs.csv"\n', "crf,crf\n0.1,0.2\n"),
    ),
    Row(
        number=79,
        title="a scenario of a newer program",
        make=with_scenario("version = 2\nsomething_new = 1\n"),
        words=("case.toml:1: version: found 2, but this program reads version 1: the file needs a newer logistics",),
    ),
    Row(
        number=79,
        title="a study of a newer program",
        make=study("version = 2\n" + factor()),
        words=("study.toml:2: version: found 2", "needs a newer logistics"),
    ),
)
