"""What no file of the program does: read as trees, so that what is new is looked at, too."""

import ast
import time
from dataclasses import dataclass
from datetime import UTC

import pytest

from logistics.maps.leaflet import leaflet_script
from logistics.maps.page import program
from models.clock import Clock

PACKAGES = ("logistics", "models", "networks")
RUN_CODE = {"pickle", "cPickle", "cloudpickle", "dill", "marshal", "shelve", "joblib", "yaml", "ruamel"}
POOLS = {"joblib", "loky", "multiprocessing"}
SHELLS = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "eval", "exec", "compile"}
JUMPING = {"time.time", "time.time_ns", "datetime.utcnow", "datetime.datetime.utcnow", "datetime.today", "date.today"}
WRITES = {
    "write_text",
    "write_bytes",
    "to_csv",
    "to_parquet",
    "to_excel",
    "to_file",
    "savefig",
    "write_dataframe",
    "write_table",
}
TEMPORARY = {
    "logistics/reports/gis/geoparquet.py": "inside the folder that `whole_folder` gives",
    "logistics/reports/gis/geopackage.py": "called with the path that `whole_file` gives",
    "logistics/reports/print_map/paint.py": "the same",
    "logistics/reports/workbook/book_writing.py": "the same",
    "logistics/studies/luggage.py": "a temporary folder of this process",
    "networks/exchange/geopackage.py": "called with the path that `whole_file` gives",
    "networks/exchange/gmns.py": "inside the folder that `whole_folder` gives",
    "networks/exchange/spreadsheet.py": "called with the path that `whole_file` gives",
    "networks/parquet.py": "into memory",
    "networks/lock.py": "the lock itself",
    "models/solver_child.py": "a file of the kernel",
    "logistics/cli/streams.py": "what takes the words of a closed output",
}
"""Files that write under a name that is not `fresh`, and why they may."""


@pytest.fixture(scope="module")
def trees(root):
    files = [path for package in PACKAGES for path in (root / package).rglob("*.py")]
    return {path.relative_to(root).as_posix(): Nodes.of(path.read_text(encoding="utf-8")) for path in sorted(files)}


@dataclass(frozen=True)
class Nodes:
    """The nodes of a file, walked once: all, and the calls with their names as written."""

    every: tuple[ast.AST, ...]
    called: tuple[tuple[ast.Call, str], ...]

    @classmethod
    def of(cls, source):
        every = tuple(ast.walk(ast.parse(source)))
        called = tuple((node, ast.unparse(node.func)) for node in every if isinstance(node, ast.Call))
        return cls(every, called)


def calls(tree):
    return tree.called


def imported(tree):
    """Yield the first part of the name of each module that is imported."""
    for node in tree.every:
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def test_nothing_is_read_that_could_bring_code_with_it(trees):
    assert {(file, name) for file, tree in trees.items() for name in imported(tree) if name in RUN_CODE} == set()
    loads = [
        (file, call) for file, tree in trees.items() for call, name in calls(tree) if name in {"np.load", "np.savez"}
    ]
    assert loads
    for file, call in loads:
        said = {word.arg: ast.unparse(word.value) for word in call.keywords}
        assert said.get("allow_pickle") == "False", file


def test_no_text_becomes_code_and_no_shell_is_asked(trees):
    assert {(file, name) for file, tree in trees.items() for _, name in calls(tree) if name in SHELLS} == set()
    shells = [
        file for file, tree in trees.items() for call, _ in calls(tree) for word in call.keywords if word.arg == "shell"
    ]
    assert shells == []


@pytest.mark.fault("F2")
def test_no_pool_is_used_that_loses_all_tasks_with_one_worker(trees):
    assert {(file, name) for file, tree in trees.items() for name in imported(tree) if name in POOLS} == set()
    pools = {file for file, tree in trees.items() for node in tree.every if "ProcessPoolExecutor" in names(node)}
    assert pools == set()


@pytest.mark.fault("F8", "F30")
def test_one_door_leads_to_or_tools_and_it_has_a_limit(trees):
    """Elsewhere its messages are imported, which load no library; each question is asked with a limit."""
    libraries = {
        (file, node.module)
        for file, tree in trees.items()
        for node in tree.every
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ortools")
        if not all(name.name.endswith("_pb2") for name in node.names)
    }
    assert {file for file, _ in libraries} == {"models/solver_child.py"}
    asks = [
        len(call.args) for file, tree in trees.items() if file == "models/solver.py"
        for call, name in calls(tree) if name == "self._ask"
    ]  # fmt: skip
    assert asks == [4, 4]  # kind, model, parameters, patience
    users = {
        file for file, tree in trees.items() if "solver_child" in {name for node in tree.every for name in names(node)}
    }
    assert users == {"models/solver.py", "models/flow_solver.py"}


def names(node):
    return [name.name for name in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []


NO_COMPILED_CODE = {"models/infeasible/clash.py", "models/infeasible/repair.py"}


@pytest.mark.fault("F7")
def test_who_keeps_a_plan_through_ctrl_c_knows_it_in_compiled_code_too(trees):
    """See `models.interruption`: numba turns it into a SystemError."""
    keepers = {
        file
        for file, tree in trees.items()
        for node in tree.every
        if file.startswith("models/") and isinstance(node, ast.ExceptHandler) and node.type is not None
        if ast.unparse(node.type) == "KeyboardInterrupt"
    }
    knowing = {file for file in keepers if any(name == "ctrl_c" for _, name in calls(trees[file]))}
    assert keepers - knowing == NO_COMPILED_CODE
    assert len(knowing) > 15


@pytest.mark.fault("F27")
def test_no_duration_is_measured_by_a_clock_that_jumps_and_every_date_is_utc(trees):
    assert {(file, name) for file, tree in trees.items() for _, name in calls(tree) if name in JUMPING} == set()
    taken = {
        (file, name.name)
        for file, tree in trees.items()
        for node in tree.every
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for name in node.names
    }
    assert {name for _, name in taken} <= {"monotonic", "perf_counter", "sleep"}
    nows = [
        call
        for tree in trees.values()
        for call, name in calls(tree)
        if name.endswith(("datetime.now", "fromtimestamp"))
    ]
    assert nows
    assert {tuple(map(ast.unparse, call.args)) for call in nows} == {("UTC",)}
    assert UTC.utcoffset(None).total_seconds() == 0


@pytest.mark.fault("F27")
def test_a_clock_that_is_set_back_or_forward_moves_no_limit(monkeypatch):
    start, clock = time.monotonic(), Clock(1e6)
    for jump_s in (-1e9, 1e9):
        monkeypatch.setattr(time, "time", lambda jump_s=jump_s: jump_s)
        assert 0.0 <= clock.seconds <= time.monotonic() - start
        assert not clock.is_over


@pytest.mark.fault("F24")
def test_every_text_that_is_read_or_written_names_its_letters(trees):
    """Not those of the machine it happens to run on."""
    texts = [
        (file, ast.unparse(call)[:60])
        for file, tree in trees.items()
        for call, name in calls(tree)
        if name.split(".")[-1] in {"read_text", "write_text", "open"}
        and "encoding" not in {word.arg for word in call.keywords}
        if not any("b" in str(getattr(word, "value", "")) for word in call.args)
    ]
    allowed = ("os.open", "sqlite3", "_cut_open", "ZipFile")
    assert [text for text in texts if not text[1].startswith(allowed) and "open(" in text[1] and "'" in text[1]] == []
    assert [text for text in texts if "_text(" in text[1]] == []


@pytest.mark.fault("F11")
def test_every_output_is_written_under_a_temporary_name_first(trees):
    """`whole_file` and `whole_folder` give it, put it on the disk and rename it."""
    direct = {}
    for file, tree in trees.items():
        for call, name in calls(tree):
            method = name.split(".")[-1]
            opens = method == "open" and any(mode in ast.unparse(call) for mode in ("'w", "'a", "'x"))
            if not (method in WRITES or opens):
                continue
            words = [name.rpartition(".")[0], *(ast.unparse(each) for each in call.args)]
            if "fresh" not in words:
                direct.setdefault(file, []).append(ast.unparse(call)[:80])
    assert direct.keys() <= TEMPORARY.keys(), {file: direct[file] for file in direct.keys() - TEMPORARY.keys()}
    assert TEMPORARY.keys() <= direct.keys(), "one that needs no reason any more"
    renames = {file for file, tree in trees.items() for _, name in calls(tree) if name in {"os.replace", "os.rename"}}
    assert renames == set()


@pytest.mark.fault("F23")
def test_the_page_of_a_map_asks_no_browser_for_webgl():
    assert "L.canvas(" in program()
    for script in (program(), leaflet_script()):
        assert "webgl" not in script.lower()
