"""`logistics network`: road networks from OpenStreetMap, made and looked over."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from logistics.cli.options import JsonOption, Lang, LangOption
from logistics.cli.streams import answer, answer_json, progress, spoken

if TYPE_CHECKING:
    from pandas import DataFrame

    from networks import Network, Vehicle

LOOKS_LIKE_A_FILE: Final = re.compile(r".*[/\\].*|.*\.(osm|pbf|gz|bz2|xml|o5m|zip)", re.IGNORECASE)
"""A place name holds no slash and ends in none of these."""

VEHICLE_HELP: Final = "Who must get through: truck_40ft (the usual one), truck_15t, truck_5t or van."

app: Final = typer.Typer(
    help="Make road networks from OpenStreetMap, and look them over.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def _group(*, lang: LangOption = Lang.EN) -> None:
    """Make road networks from OpenStreetMap, and look them over."""


@app.command()
def build(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="OpenStreetMap file, or the name of a place.")],
    *,
    out: Annotated[Path, typer.Option(help="Folder for the network.")],
    vehicle: Annotated[str | None, typer.Option(help=VEHICLE_HELP)] = None,
    boundary: Annotated[Path | None, typer.Option(help="GeoJSON polygon to cut a file to.")] = None,
    lang: LangOption = Lang.EN,
    as_json: JsonOption = False,
) -> None:
    """Build a road network from an OpenStreetMap file or a place name, for `logistics plan --network`."""
    from networks.lock import sole_writer  # noqa: PLC0415  (networks takes pandas)

    with progress() as tell, sole_writer(out):
        _require_target(out)
        tell(f"reading {source}")
        network = _network(source, _vehicle(vehicle), boundary)
        tell("writing the network")
        from networks.store import save  # noqa: PLC0415  (takes pyarrow)

        save(network, out)
    found = {"folder": str(out), "nodes": len(network.nodes), "links": len(network.links)}
    if as_json:
        answer_json(found | {"provenance": dict(network.provenance)})
        return
    facts = [f"{out}: {found['nodes']:,} nodes, {found['links']:,} directed links"]
    facts += [f"{key}: {text}" for key, text in network.provenance.items() if text]
    answer(spoken("\n".join(facts), lang.value))


@app.command()
def check(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Folder of a network, or an OpenStreetMap file.")],
    *,
    places: Annotated[Path | None, typer.Option(help="CSV with point_id (or id), lon, lat: join these places.")] = None,
    lang: LangOption = Lang.EN,
    as_json: JsonOption = False,
) -> None:
    """Say whether a network is fit for use, what is doubtful about it, and what to do. Doubts are no failure."""
    with progress() as tell:
        points = None if places is None else _places(places)
        tell(f"reading {path}")
        network = _stored(path)
        tell("looking for doubts")
        from networks.checks import check as look_over  # noqa: PLC0415  (networks takes pandas)

        fitness = look_over(network, points)
    provenance = dict(network.provenance)
    if as_json:
        answer_json({"path": str(path), "provenance": provenance, **fitness.to_dict()})
        return
    from logistics.cli.fitness import show  # noqa: PLC0415  (takes Rich)

    answer(show(fitness, str(path), provenance.get("licence", ""), lang.value))


def _stored(path: Path) -> "Network":
    if path.is_dir():
        from networks.store import load  # noqa: PLC0415  (takes pyarrow)

        return load(path)
    from networks.osm import read_osm  # noqa: PLC0415  (takes pyosmium)

    return read_osm(path)


def _places(file: Path) -> "DataFrame":
    from networks.points import read_points  # noqa: PLC0415  (takes pandas)

    return read_points(file)


@app.command()
def export(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Folder of a network, or an OpenStreetMap file.")],
    *,
    out: Annotated[Path, typer.Option(help="File in .gpkg, .parquet, .graphml, .csv; or a folder for GMNS.")],
    form: Annotated[str | None, typer.Option("--format", help="geopackage, geoparquet, graphml, csv or gmns.")] = None,
    lang: LangOption = Lang.EN,
    as_json: JsonOption = False,
) -> None:
    """Write a network for other programs: QGIS, GeoPandas, NetworkX, spreadsheets, planning software."""
    from logistics.cli.output import require_free  # noqa: PLC0415  (takes pandas)

    with progress() as tell:
        chosen = _format(out, form)
        require_free(out)
        tell(f"reading {path}")
        network = _stored(path)
        tell(f"writing {out}")
        from networks.exchange import write  # noqa: PLC0415

        write(network, out, form=chosen)
    found = {"out": str(out), "format": chosen, "nodes": len(network.nodes), "links": len(network.links)}
    licence = network.provenance.get("licence", "")
    if as_json:
        answer_json(found | {"licence": licence})
        return
    facts = [f"{out}: {chosen}, {found['nodes']:,} nodes, {found['links']:,} directed links"]
    facts += [f"licence: {licence}"] if licence else []
    answer(spoken("\n".join(facts), lang.value))


def _format(out: Path, form: str | None) -> str:
    from networks.exchange import UnknownFormatError, format_of  # noqa: PLC0415  (networks takes pandas)

    try:
        return format_of(out, form)
    except UnknownFormatError as error:
        raise typer.BadParameter(str(error), param_hint="--out" if form is None else "--format") from error


def _require_target(folder: Path) -> None:
    from logistics.cli.output import require_free  # noqa: PLC0415  (takes pandas)
    from logistics.errors import InputError  # noqa: PLC0415
    from networks.store import MANIFEST, holds_other_files  # noqa: PLC0415

    require_free(folder)
    if folder.is_file():
        raise InputError(f"{folder}: is a file, expected a folder; choose another --out")
    if folder.is_dir() and holds_other_files(folder):
        raise InputError(f"{folder}: holds files that are no network (no {MANIFEST} of one); choose another --out")


def _vehicle(name: str | None) -> "Vehicle":
    from networks.vehicle import TRUCK_40FT, VEHICLES  # noqa: PLC0415  (networks takes pandas)

    if name is None:
        return TRUCK_40FT
    if name not in VEHICLES:
        raise typer.BadParameter(f"found {name!r}, expected one of {', '.join(VEHICLES)}", param_hint="--vehicle")
    return VEHICLES[name]


def _network(source: str, vehicle: "Vehicle", boundary: Path | None) -> "Network":
    if Path(source).exists() or LOOKS_LIKE_A_FILE.fullmatch(source):
        from networks.osm import read_osm  # noqa: PLC0415  (takes pyosmium)

        return read_osm(source, vehicle=vehicle, boundary=boundary)
    if boundary is not None:
        raise typer.BadParameter("goes with a file; a place name brings its own boundary", param_hint="--boundary")
    from networks.download import download_osm  # noqa: PLC0415  (takes OSMnx, seconds)

    return download_osm(source, vehicle=vehicle)
