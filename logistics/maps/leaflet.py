"""Leaflet, read from the PyPI package XStatic-Leaflet and made fit to stand inside a page."""

import base64
import re
from functools import cache
from pathlib import Path
from typing import Final

from xstatic.pkg import leaflet

DATA: Final = Path(leaflet.BASE_DIR)
VERSION: Final = str(leaflet.VERSION)
_SOURCE_MAP: Final = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_IMAGE: Final = re.compile(r"url\((images/[\w.-]+\.png)\)")
_DEFAULT_ICON: Final = {
    "iconUrl": "marker-icon.png",
    "iconRetinaUrl": "marker-icon-2x.png",
    "shadowUrl": "marker-shadow.png",
}


@cache
def leaflet_script() -> str:
    """Return the library; the link to its source map is left out, the browser would ask for it."""
    return _SOURCE_MAP.sub("", (DATA / "leaflet.js").read_text(encoding="utf-8")).strip()


@cache
def leaflet_style() -> str:
    """Return the style sheet with its images inside."""
    css = (DATA / "leaflet.css").read_text(encoding="utf-8")
    return _IMAGE.sub(lambda image: f"url({data_uri(image.group(1))})", css).strip()


@cache
def default_icon_script() -> str:
    """Return the statement that gives markers added by hand their icon, which Leaflet looks up as files."""
    icons = ",".join(f'{name}:"{data_uri(f"images/{image}")}"' for name, image in _DEFAULT_ICON.items())
    return f'L.Icon.Default.imagePath="";L.Icon.Default.mergeOptions({{{icons}}});'


def data_uri(image: str) -> str:
    """Return a PNG of the package as a data URI."""
    return f"data:image/png;base64,{base64.b64encode((DATA / image).read_bytes()).decode('ascii')}"
