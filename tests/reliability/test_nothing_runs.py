"""Nothing that is read can run: the source holds no call that turns data into a program."""

import ast

import pytest

PACKAGES = ("logistics", "networks", "models")
MODULES = {
    "pickle",
    "cPickle",
    "_pickle",
    "dill",
    "cloudpickle",
    "joblib",
    "marshal",
    "shelve",
    "yaml",
    "ruamel",
    "jsonpickle",
}
BUILT_IN = {"eval", "exec", "compile", "__import__"}
METHODS = {
    "read_pickle",
    "to_pickle",
    "system",
    "popen",
    "spawnl",
    "spawnv",
    "execv",
    "execvp",
    "unpack_archive",
    "extractall",
}
MEANINGS = {
    "import pickle": "pickle", "from joblib import load": "joblib", "import yaml": "yaml", "eval('1')": "eval",
    "exec(text)": "exec", "pandas.read_pickle(path)": "read_pickle", "numpy.load(path)": "allow_pickle",
    "np.load(path, allow_pickle=True)": "allow_pickle", "subprocess.run(text, shell=True)": "shell",
    "os.system(text)": "system", "archive.extractall()": "extractall",
}  # fmt: skip


def findings(tree):
    """Yield line and name of each call or import that could run what it reads."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [(node.module or "").partition(".")[0]]
        yield from ((node.lineno, name) for name in names if name in MODULES)
        if isinstance(node, ast.Call):
            yield from ((node.lineno, name) for name in calls(node))


def calls(node):
    called = node.func
    given = {one.arg: one.value for one in node.keywords}
    if isinstance(called, ast.Name) and called.id in BUILT_IN:
        yield called.id
    if isinstance(called, ast.Attribute) and called.attr in METHODS:
        yield called.attr
    if isinstance(given.get("shell"), ast.Constant) and given["shell"].value:
        yield "shell"
    is_numpy = (
        isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id in {"np", "numpy"}
    )
    if is_numpy and called.attr == "load" and not is_false(given.get("allow_pickle")):
        yield "allow_pickle"
    if not is_numpy and "allow_pickle" in given and not is_false(given["allow_pickle"]):
        yield "allow_pickle"


def is_false(value):
    return isinstance(value, ast.Constant) and value.value is False


@pytest.mark.parametrize("package", PACKAGES)
def test_no_package_runs_what_it_reads(package, root):
    files = sorted((root / package).rglob("*.py"))
    assert files
    found = {
        f"{file.relative_to(root)}:{line}: {name}"
        for file in files
        for line, name in findings(ast.parse(file.read_text(encoding="utf-8")))
    }
    assert found == set()


@pytest.mark.parametrize(("text", "name"), MEANINGS.items())
def test_each_of_these_would_be_found(text, name):
    assert [found for _, found in findings(ast.parse(text))] == [name]


@pytest.mark.parametrize(
    "text", ["np.load(path, allow_pickle=False)", "json.loads(text)", "re.compile(text)", "subprocess.run(words)"]
)
def test_what_runs_nothing_is_not_found(text):
    assert list(findings(ast.parse(text))) == []
