"""OSRM's side of `osrm_truth`: runs in the peer's own environment, JSON in on stdin, JSON out on stdout.

In: {"extract": path, "folder": path, "weight": word, "pairs": [[lon, lat, lon, lat], ...],
"nodes": whether to tell the nodes}. Out: {"routes": [{"km", "snapped_m": [start, end], "nodes": [...]} or null]}.

The profile is OSRM's own for cars; "routability" is what it minimises by default (time, and streets for residents
only where nothing else leads there), "distance" the shortest path, with no penalty on private roads either, and
"open_distance" the shortest one on roads that are not private, for customers, residents or deliveries.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import osrm

DEFAULT = "weight_name                     = 'routability'"


def built(extract: Path, folder: Path, weight: str) -> Path:
    """Return the routing data of an extract, built where there is none."""
    target = folder / weight
    data = target / "extract.osrm"
    if (target / "done").exists():
        return data
    target.mkdir(parents=True, exist_ok=True)
    source = target / "extract.osm.pbf"
    source.unlink(missing_ok=True)
    source.symlink_to(extract.resolve())
    profiles = Path(osrm.__file__).parent / "share" / "profiles"
    text = (profiles / "car.lua").read_text(encoding="utf-8")
    if DEFAULT not in text:
        raise SystemExit("OSRM's car profile has another default weight than this script knows")
    text = text.replace(DEFAULT, f"weight_name = '{weight.removeprefix('open_')}'")
    if weight.startswith("open_"):
        text = re.sub(
            r"restricted_access_tag_list = Set {.*?}", "restricted_access_tag_list = Set {}", text, flags=re.DOTALL
        )
    (target / "profile.lua").write_text(text, encoding="utf-8")
    if not (target / "lib").exists():
        (target / "lib").symlink_to(profiles / "lib")
    for step in (["extract", "-p", str(target / "profile.lua"), str(source)], ["contract", str(data)]):
        with (target / f"{step[0]}.log").open("w", encoding="utf-8") as log:
            subprocess.run([sys.executable, "-m", "osrm", *step], check=True, cwd=target, stdout=log, stderr=log)
    (target / "done").touch()
    return data


def route(engine: osrm.OSRM, pair: list[float], *, nodes: bool) -> dict[str, Any] | None:
    """Return OSRM's route of a pair, None where it finds none."""
    asked = osrm.RouteParameters(
        coordinates=[tuple(pair[:2]), tuple(pair[2:])],
        annotations=["nodes"] if nodes else [],
        overview="false",
        generate_hints=False,
    )
    try:
        found = engine.Route(asked)
    except RuntimeError:  # NoRoute
        return None
    leg = found["routes"][0]["legs"][0]
    return {
        "km": found["routes"][0]["distance"] / 1000.0,
        "snapped_m": [point["distance"] for point in found["waypoints"]],
        "nodes": [int(node) for node in leg["annotation"]["nodes"]] if nodes else [],
    }


def main() -> None:
    """Answer one request."""
    asked = json.load(sys.stdin)
    data = built(Path(asked["extract"]), Path(asked["folder"]), asked["weight"])
    engine = osrm.OSRM(storage_config=str(data), use_shared_memory=False, algorithm="CH", verbosity="NONE")
    json.dump({"routes": [route(engine, pair, nodes=asked["nodes"]) for pair in asked["pairs"]]}, sys.stdout)


if __name__ == "__main__":
    main()
