"""Fuzz every reader of files with bytes led by coverage: only errors of `networks` may come out.

    PYTHON tests/benchmarks/fuzz_readers.py FOLDER -max_total_time=600 [options of libFuzzer]

PYTHON is an interpreter in whose environment atheris is installed besides the project's dependencies; atheris is no
dependency of the project. FOLDER, outside the checkout, holds the corpus, which is seeded on the first run, and
``findings``: the first input and the traceback of each place where another error came out or a network broke a law.
The first byte of an input names the target, the rest is its content. A finding does not end the run; a crash of a
library and an input that takes longer than 30 s do, and libFuzzer keeps that input.
"""

import bz2
import gzip
import hashlib
import shutil
import struct
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import atheris

with atheris.instrument_imports(include=["networks"]):
    import networks
    from networks import TRUCK_40FT, VAN, Column, NetworkError, TableContract, load, read_osm, read_table, save
    from networks.boundary import read_boundary
    from networks.roads import TAG_KEYS, LeftOut, read_road
    from networks.tag_values import (
        read_count,
        read_duration_h,
        read_length_m,
        read_mass_t,
        read_speed_km_per_h,
        read_year,
        read_zone_km_per_h,
    )

VALUE_READERS = (read_speed_km_per_h, read_zone_km_per_h, read_mass_t, read_length_m, read_duration_h, read_count)
XML = """<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6" generator="fuzz">
<node id="1" version="1" lat="21.00" lon="105.80"/><node id="2" version="1" lat="21.01" lon="105.80"/>
<node id="3" version="1" lat="21.01" lon="105.81"><tag k="barrier" v="gate"/></node>
<node id="4" version="1" lat="21.02" lon="105.82"/><node id="5" version="1" lat="21.00" lon="105.82"/>
<way id="10" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/>
<tag k="maxspeed" v="50"/><tag k="oneway" v="-1"/><tag k="name" v="Đường"/></way>
<way id="11" version="1"><nd ref="3"/><nd ref="4"/><nd ref="5"/><nd ref="3"/><tag k="highway" v="tertiary"/>
<tag k="junction" v="roundabout"/></way>
<way id="12" version="1"><nd ref="1"/><nd ref="5"/><nd ref="99"/><tag k="route" v="ferry"/><tag k="hgv" v="yes"/>
<tag k="duration" v="00:30"/></way>
<way id="13" version="1"><nd ref="2"/><nd ref="4"/><tag k="highway" v="service"/><tag k="maxweight" v="48 t"/></way>
<relation id="20" version="1"><member type="way" ref="10" role="from"/><member type="node" ref="3" role="via"/>
<member type="way" ref="11" role="to"/><tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>
</osm>
""".encode()
SQUARE = b"""{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry":
{"type": "Polygon", "coordinates": [[[105, 20], [107, 20], [107, 22], [105, 22], [105, 20]]]}}]}"""
TABLE = 'id,lon,lat,area_ha,rate,is_open,kind\na,105.8,21.0,"1.5",2,yes,x\nĐ b,106,20.5,,,no,y\n'.encode()
CONTRACT = TableContract(
    "places",
    (
        Column("id", "text", "", "its name"),
        Column("lon", "number", "deg", "east"),
        Column("lat", "number", "deg", "north"),
        Column("area_ha", "number", "ha", "how large", required=False, blank=True),
        Column("is_open", "flag", "", "whether it is open", required=False),
    ),
    extra="keep",
    region=(100.0, 8.0, 110.0, 24.0),
)


KEYS = ["highway", "route", "restriction:hgv", "except", "barrier", *TAG_KEYS]
VALUES = [
    "yes",
    "no",
    "-1",
    "destination",
    "private",
    "yes;no",
    "reversible",
    "50",
    "3.5",
    "60 mph",
    "walk",
    "none",
    "2030",
]
VALUES += ["roundabout", "ferry", "bollard", "hgv", "0", "1e9", "12'6&quot;", "VN:urban", "PT1H", "construction"]
CLASSES = ["primary", "residential", "motorway", "track", "construction", "footway", "service", "motorway_link"]
TURNS = ["no_left_turn", "only_straight_on", "no_u_turn", "no_entry", "nonsense"]


class Folder:
    """A folder in memory where inputs become files."""

    def __init__(self) -> None:
        fast = Path("/dev/shm")  # noqa: S108  (only the parent of a folder of its own)
        self.path = Path(tempfile.mkdtemp(prefix="fuzz_", dir=fast if fast.is_dir() else None))
        self.network = self.path / "network"
        self.saved = self.path / "saved"
        (self.path / "seed.osm").write_bytes(XML)
        save(read_osm(self.path / "seed.osm"), self.saved)
        self.files = sorted(file for file in self.saved.rglob("*") if file.is_file())

    def file(self, name: str, content: bytes) -> Path:
        """Return the path of a file with this content."""
        path = self.path / name
        path.write_bytes(content)
        return path


FOLDER = Folder()


def obeys_laws(network: "networks.Network") -> None:
    """Raise where a network has a link that cannot be."""
    links = network.links
    assert links["length_km"].between(0.0, 50_000.0).all(), "a length is no length"
    assert links["travel_h"].gt(0.0).all(), "a time is not positive"
    assert links["travel_h"].lt(1e9).all(), "a time is endless"
    assert links["link_id"].is_unique, "two links have one id"
    assert network.nodes["lon"].between(-180.0, 180.0).all(), "a place is off the world"
    assert network.nodes["lat"].between(-90.0, 90.0).all(), "a place is off the world"


def osm(ending: str, pack: Callable[[bytes], bytes] = bytes) -> Callable[[bytes], None]:
    """Return the target of a format; the last byte chooses the vehicle."""

    def target(data: bytes) -> None:
        vehicle = VAN if data[-1:] > b"\x80" else TRUCK_40FT
        obeys_laws(read_osm(FOLDER.file(f"input.{ending}", pack(data)), vehicle=vehicle, year=2030))

    target.__name__ = f"{ending}_{pack.__name__}"
    return target


def packed_gz(data: bytes) -> bytes:
    """Return a gzip file of this content."""
    return gzip.compress(data, 1)


def packed_bz2(data: bytes) -> bytes:
    """Return a bzip2 file of this content."""
    return bz2.compress(data, 1)


def drawn_xml(data: bytes) -> None:
    """Read XML that is well formed and has whatever ids, places, tags and members the input says."""
    source = atheris.FuzzedDataProvider(data)

    def text() -> str:
        raw = source.ConsumeUnicodeNoSurrogates(source.ConsumeIntInRange(0, 12))
        return escape("".join(letter for letter in raw if letter.isprintable()), {'"': "&quot;"})

    def tags() -> str:
        keys = [source.PickValueInList(KEYS) for _ in range(source.ConsumeIntInRange(0, 5))]
        values = [source.PickValueInList(VALUES) if source.ConsumeBool() else text() for _ in keys]
        return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in zip(keys, values, strict=True))

    lines = []
    for node in range(1, source.ConsumeIntInRange(2, 9)):
        lon, lat = source.ConsumeIntInRange(0, 40) / 1000.0, source.ConsumeIntInRange(0, 40) / 1000.0
        lines.append(f'<node id="{node}" version="1" lat="{lat}" lon="{lon}">{tags()}</node>')
    for way in range(1, source.ConsumeIntInRange(1, 6)):
        refs = [source.ConsumeIntInRange(1, 9) for _ in range(source.ConsumeIntInRange(0, 6))]
        drawn = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        road = f'<tag k="highway" v="{source.PickValueInList(CLASSES)}"/>'
        lines.append(f'<way id="{way}" version="1">{drawn}{road}{tags()}</way>')
    for relation in range(1, source.ConsumeIntInRange(0, 4) + 1):
        roles = [source.PickValueInList(["from", "via", "to", ""]) for _ in range(source.ConsumeIntInRange(0, 4))]
        kinds = [(source.PickValueInList(["way", "node"]), source.ConsumeIntInRange(1, 9), role) for role in roles]
        drawn = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in kinds)
        kind = f'<tag k="type" v="restriction"/><tag k="restriction" v="{source.PickValueInList(TURNS)}"/>'
        lines.append(f'<relation id="{relation}" version="1">{drawn}{kind}{tags()}</relation>')
    content = f'<osm version="0.6">{"".join(lines)}</osm>'.encode()
    obeys_laws(read_osm(FOLDER.file("input.osm", content), vehicle=VAN if len(data) % 2 else TRUCK_40FT, year=2030))


def tag_values(data: bytes) -> None:
    """Read values of tags, then a way that has them."""
    text = data.decode("utf-8", errors="replace")
    for read in VALUE_READERS:
        found = read(text)
        assert found is None or found > 0.0, f"{read.__name__}({text!r}) is {found}"
    read_year(text)
    words = [word.split("=", 1) for word in text.split("\n") if "=" in word]
    road = read_road({"highway": "primary", **dict(words)}, TRUCK_40FT, year=2030)
    for lane in () if isinstance(road, LeftOut) else (road.forward, road.backward):
        assert lane is None or 1.0 <= lane.speed_km_per_h <= 130.0, "a speed is none"


def boundary(data: bytes) -> None:
    """Read a boundary."""
    area = read_boundary(FOLDER.file("input.geojson", data))
    assert area.is_valid, "the area is not valid"


def table(data: bytes) -> None:
    """Read a table."""
    frame = read_table(FOLDER.file("input.csv", data), CONTRACT)
    assert len(frame) > 0, "a table without rows passes"


def saved_network(data: bytes) -> None:
    """Load a network whose files were changed, its checksums made to agree: (file, place, byte) a change."""
    shutil.rmtree(FOLDER.network, ignore_errors=True)
    shutil.copytree(FOLDER.saved, FOLDER.network)
    changes = [struct.unpack_from("<BHB", data, at) for at in range(0, min(len(data), 32) - 3, 4)]
    for number, where, byte in changes:
        file = FOLDER.network / FOLDER.files[number % len(FOLDER.files)].relative_to(FOLDER.saved)
        content = bytearray(file.read_bytes())
        content[where % len(content)] = byte
        file.write_bytes(content)
    for file in FOLDER.files:
        changed = FOLDER.network / file.relative_to(FOLDER.saved)
        old, new = (hashlib.sha256(one.read_bytes()).hexdigest() for one in (file, changed))
        about = FOLDER.network / "manifest.json"
        content = about.read_bytes().replace(old.encode(), new.encode())
        about.write_bytes(content.replace(old[:16].encode(), new[:16].encode()))
        changed.rename(changed.with_name(changed.name.replace(old[:16], new[:16])))
    obeys_laws(load(FOLDER.network))


def manifest(data: bytes) -> None:
    """Load a network with another manifest."""
    shutil.rmtree(FOLDER.network, ignore_errors=True)
    shutil.copytree(FOLDER.saved, FOLDER.network)
    (FOLDER.network / "manifest.json").write_bytes(data)
    obeys_laws(load(FOLDER.network))


TARGETS: tuple[Callable[[bytes], None], ...] = (
    osm("osm"),
    osm("osm.pbf"),
    osm("osm.gz"),
    osm("osm.gz", packed_gz),
    osm("osm.bz2"),
    osm("osm.bz2", packed_bz2),
    tag_values,
    boundary,
    table,
    saved_network,
    manifest,
    drawn_xml,
)


def seeds() -> list[bytes]:
    """Return an input or more for each target."""
    import osmium  # noqa: PLC0415

    contents = [[XML], [], [gzip.compress(XML)], [XML], [bz2.compress(XML)], [XML]]
    for packing in ("none", "zlib"):
        path = FOLDER.path / f"{packing}.osm.pbf"
        file = osmium.io.File(str(path), f"pbf,pbf_compression={packing}")
        with osmium.SimpleWriter(file, overwrite=True) as writer:
            for thing in osmium.FileProcessor(str(FOLDER.path / "seed.osm")):
                writer.add(thing)
        contents[1].append(path.read_bytes())
    contents.append([b"60 mph", b"DE:zone:30", b"12'6\"", b"P1DT2H30M", b"3.5 t;7,5", b"oneway=yes;no\nmaxspeed=walk"])
    contents.append([SQUARE, SQUARE.replace(b"Polygon", b"MultiPolygon")])
    contents.append([TABLE])
    contents.append([b"\x00\x10\x00\x41\x01\x20\x00\x42"])
    contents.append([(FOLDER.saved / "manifest.json").read_bytes()])
    contents.append([bytes(range(256)), bytes(255 - at for at in range(256)) * 2])
    return [bytes([number]) + one for number, group in enumerate(contents) for one in group]


Targets = tuple[Callable[[bytes], None], ...]


class Findings:
    """Counts inputs a target, and keeps the first of each kind of failure: errors other than `allowed`."""

    def __init__(self, folder: Path, targets: Targets, allowed: type[Exception] | tuple[type[Exception], ...]) -> None:
        self.folder, self.targets, self.allowed = folder, targets, allowed
        self.folder.mkdir(parents=True, exist_ok=True)
        self.runs: Counter[str] = Counter()
        self.passed: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()

    def __call__(self, data: bytes) -> None:
        """Run one input."""
        if len(data) < 2:
            return
        number = data[0] % len(self.targets)
        name = f"{number}_{getattr(self.targets[number], '__name__', '')}"
        self.runs[name] += 1
        try:
            self.targets[number](data[1:])
            self.passed[name] += 1
        except self.allowed:
            pass
        except Exception as error:  # noqa: BLE001  (any other error is what is looked for)
            self._keep(name, data, error)
        if sum(self.runs.values()) % 2_000 == 0:
            self.tell()

    def _keep(self, name: str, data: bytes, error: Exception) -> None:
        last = traceback.extract_tb(error.__traceback__)[-1]
        rooms = {"networks", "logistics"}
        ours = [at for at in traceback.extract_tb(error.__traceback__) if rooms & {*Path(at.filename).parts}][-1:]
        where = "_".join(f"{Path(at.filename).stem}_{at.lineno}" for at in (*ours, last))
        key = f"{name}_{type(error).__name__}_{where}"
        self.failed[key] += 1
        if self.failed[key] == 1 and not (self.folder / f"{key}.txt").exists():
            (self.folder / f"{key}.bin").write_bytes(data)
            (self.folder / f"{key}.txt").write_text(traceback.format_exc(), encoding="utf-8")
            sys.stderr.write(f"finding: {key}: {error}\n")

    def tell(self) -> None:
        """Append the counts to the record of the run."""
        with (self.folder / "counts.log").open("a", encoding="utf-8") as log:
            runs, passed, failed = (dict(counts) for counts in (self.runs, self.passed, self.failed))
            log.write(f"runs {sum(runs.values())} {runs} passed {passed} failed {failed}\n")


def run(targets: Targets, contents: list[bytes], allowed: type[Exception] | tuple[type[Exception], ...]) -> None:
    """Seed the corpus with `contents` and run."""
    folder, options = Path(sys.argv[1]), sys.argv[2:]
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in contents:
        (corpus / f"seed_{hashlib.sha256(seed).hexdigest()[:16]}").write_bytes(seed)
    limits = ["-timeout=30", "-rss_limit_mb=3000", "-max_len=4096", f"-artifact_prefix={folder}/", *options]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], Findings(folder / "findings", targets, allowed))
    atheris.Fuzz()


if __name__ == "__main__":
    run(TARGETS, seeds(), NetworkError)
