"""Whether this installation is sound: versions, solver, where packages come from, bundled data, licences."""

import csv
import hashlib
import io
import platform
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from logistics.licences import PROGRAM, installed, needs

PACKAGES: Final = ("logistics", "models", "networks")
TABLE_FOLDERS: Final = (("logistics", "data"), ("networks", "regions/tables"))
LICENCES: Final = {
    "program": "MIT",
    "roads and places": "© OpenStreetMap contributors, ODbL 1.0 (https://www.openstreetmap.org/copyright)",
    "other figures": "restated from the documents named in the column `source` of each table",
}


def examine() -> dict[str, Any]:
    """Examine the installation.

    Returns
    -------
    dict
        `sound` (solver works and every dependency is there), `version`, `python`, `platform`, `solver`,
        `warnings`, `packages`, `dependencies`, `tables` and `licences`.
    """
    dependencies = {name: installed_version(name) for name in direct_dependencies()}
    solver = solver_state()
    absent = [name for name, found in dependencies.items() if found is None]
    return {
        "sound": solver["works"] and not absent,
        "version": package_version(),
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        "solver": solver,
        "warnings": [*shadows(), *(f"{name} is needed and not installed" for name in absent)],
        "packages": {name: str(place) for name, place in package_folders().items()},
        "dependencies": {name: found or "not installed" for name, found in dependencies.items()},
        "tables": list(bundled_tables()),
        "licences": dict(LICENCES),
    }


def package_version() -> str:
    """Return the version of this program."""
    return installed_version(PROGRAM) or "unknown (run from its source without installation)"


def installed_version(name: str) -> str | None:
    """Return the version of an installed distribution, None where it is not installed."""
    held = installed(name)
    return held.version if held else None


def direct_dependencies() -> list[str]:
    """Return the distributions that this program names as needed, without its extras."""
    return sorted(needs(PROGRAM))


def solver_state() -> dict[str, Any]:
    """Let the solver decide one tiny case and say whether the answer is right.

    One tonne goes directly for 2 VND or through the only site for 1 VND; the site costs nothing, so it opens.
    """
    try:
        return _tiny_solve()
    except Exception as error:  # noqa: BLE001  (a broken solver fails in its own ways; the doctor names each)
        return {"works": False, "message": f"{type(error).__name__}: {error}"}


def package_folders() -> dict[str, Path]:
    """Return the folder from which each of our packages is loaded; an empty path where it is not found."""
    return {name: _folder(name) for name in PACKAGES}


def shadows() -> list[str]:
    """Return a sentence for each package that another folder of the same name hides, or would hide."""
    home = package_folders()["logistics"].parent
    return [*_hidden(home), *_would_hide(home)]


def bundled_tables() -> Iterator[dict[str, Any]]:
    """Yield file, number of rows and SHA-256 of each bundled table."""
    for package, folder in TABLE_FOLDERS:
        places = sorted((files(package) / folder).iterdir(), key=lambda place: place.name)
        for place in places:
            if place.name.endswith(".csv"):
                yield {"file": f"{package}/{folder}/{place.name}", **_facts(place)}


def _facts(place: Traversable) -> dict[str, Any]:
    data = place.read_bytes()
    rows = sum(1 for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) if any(row))
    return {"rows": rows - 1, "sha256": hashlib.sha256(data).hexdigest()}


def _folder(name: str) -> Path:
    spec = find_spec(name)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]).resolve() if places else Path()


def _hidden(home: Path) -> Iterator[str]:
    for name, folder in package_folders().items():
        if folder.parent != home:
            yield f"{name} is loaded from {folder}, expected {home / name}; rename or move that folder"


def _would_hide(home: Path) -> Iterator[str]:
    here = Path.cwd().resolve()
    if here == home or _is_our_source(here):
        return
    for name in PACKAGES:
        if (here / name).is_dir() and (here / name / "__init__.py").exists():
            yield f"the folder {here / name} hides ours under `python -m logistics`; work from another folder"


def _is_our_source(folder: Path) -> bool:
    """Tell whether a folder is a checkout of this project: what it holds is ours too."""
    return (folder / "pyproject.toml").is_file() and all((folder / name / "py.typed").is_file() for name in PACKAGES)


def _tiny_solve() -> dict[str, Any]:
    import numpy as np  # noqa: PLC0415  (a broken installation must still be examined)

    from models import HubPlacement, SolveOptions, Status  # noqa: PLC0415

    one, none = np.ones(1), np.zeros(1, dtype=np.intp)
    case = HubPlacement(
        amount=one, direct_cost=2 * one, route_flow=none, route_site=none, route_cost=one, route_resource=none,
        option_site=none, option_cost=np.zeros(1), option_capacity=np.ones((1, 1)), standing=np.zeros(1, dtype=bool),
    )  # fmt: skip
    solution = case.solve(SolveOptions(time_limit_s=20.0))
    works = solution.status is Status.OPTIMAL and abs(solution.objective - 1.0) < 1e-6  # noqa: PLR2004
    message = f"a tiny case gave {solution.status.name.lower()}, {solution.objective:g}, expected optimal, 1"
    return {"works": works, "message": message}
