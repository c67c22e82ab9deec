"""The page: a folium map that carries all it needs and can ask the network for nothing.

Three layers of safety. What tables say stands in one block of JSON and is shown through `textContent`;
what stands in the markup is escaped; and a Content-Security-Policy lets only the page's own scripts run,
by their hashes, and lets nothing be fetched.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, cast

import folium

from logistics.maps.escaping import html_text, json_block, script_hash
from logistics.maps.labels import labels, require_language
from logistics.maps.leaflet import default_icon_script, leaflet_script, leaflet_style
from logistics.maps.notes import NotedRun, noted
from logistics.maps.view import MapOptions, page_view
from logistics.run_folder import RunTables
from networks.whole import whole_file

SCRIPTS: Final = (
    "dom", "numbers", "choice", "lines", "roads", "land", "trade", "symbols", "popups", "points", "names", "legend",
    "runs", "answer", "search", "tools", "panels", "keyboard", "print", "drawn", "start",
)  # fmt: skip
_BROWSER: Final = files("logistics.maps") / "browser"
_DEFAULT: Final = MapOptions()


def draw_map(
    run: RunTables | NotedRun,
    *others: RunTables | NotedRun,
    lang: str = "en",
    options: MapOptions = _DEFAULT,
) -> "PlanMap":
    """Draw a run, or several in one page.

    Parameters
    ----------
    run, others
        The runs; the first is the one that is shown when the page opens. They are not changed.
    lang
        Language in which the page opens: "en" or "vi"; a button in it changes every label to the other.
    options
        Online pictures behind the map, a ground of the user's own.

    Returns
    -------
    PlanMap
        A `folium.Map`; it shows itself in a notebook.

    Raises
    ------
    InputError
        If the map does not speak the language.
    """
    return PlanMap(page_view([noted(each) for each in (run, *others)], require_language(lang), options))


def write_map(
    run: RunTables | NotedRun,
    path: str | Path,
    *,
    lang: str = "en",
    others: Sequence[RunTables | NotedRun] = (),
    options: MapOptions = _DEFAULT,
) -> None:
    """Write the map of a run as one HTML file; whoever looks sees the old file or the whole new one.

    Parameters
    ----------
    run, others, lang, options
        As for `draw_map`.
    path
        The file; its folder must exist.
    """
    drawn = draw_map(run, *others, lang=lang, options=options)
    with whole_file(Path(path)) as fresh:
        fresh.write_bytes(drawn.get_root().render().encode("utf-8"))


class PlanMap(folium.Map):
    """A folium map that needs no network: Leaflet, style, data and program stand in the page.

    Layers added with `add_child` are drawn too, as long as they need nothing from outside: markers, shapes
    and tooltips are; tiles, plugins and `folium.Popup` (it wants jQuery) are not.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012  (declared so by folium)
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, view: dict[str, Any]) -> None:
        (south, west), (north, east) = view["bounds"]
        super().__init__(location=[(south + north) / 2, (west + east) / 2], tiles=None)
        self.view = view
        self.data = json_block(view)
        # The same run gives the same file: folium would name the map by chance.
        self._id = hashlib.sha256(self.data.encode("utf-8")).hexdigest()[:16]
        Page(lang=view["lang"], title=_title(view), pictures=_pictures(view)).add_child(self)

    def _get_self_bounds(self) -> list[list[float | None]]:
        return [list(corner) for corner in self.view["bounds"]]

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401  (folium's signature)
        """Put style, data and scripts into the page around the map."""
        figure, name = cast("folium.Figure", self.get_root()), self.get_name()
        words = labels(self.view["lang"])
        figure.header.add_child(Verbatim(_head(name)), name="plan_head")
        figure.html.add_child(Verbatim(_body(name, words, self.data)), name="plan_body")
        figure.script.add_child(Verbatim(f'var {name} = planMap("{name}");'), name="plan_start")
        for child in self._children.values():
            child.render(**kwargs)
        return ""


class Page(folium.Figure):
    """The document around the map, with the policy that closes it to the outside."""

    def __init__(self, *, lang: str, title: str, pictures: str = "") -> None:
        super().__init__(ratio="65%")
        self.header._children.clear()  # folium's own charset line; ours stands first  # noqa: SLF001
        self.lang = lang
        self.heading = title
        self.pictures = pictures

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401  (folium's signature)
        """Return the whole document."""
        for child in self._children.values():
            child.render(**kwargs)
        # The last script holds the map's own start and whatever layers the caller added.
        start = "\n" + self.script.render(**kwargs) + "\n"
        return "\n".join([
            "<!DOCTYPE html>",
            f'<html lang="{html_text(self.lang)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{self._policy(start)}">',
            f"<title>{html_text(self.heading)}</title>",
            self.header.render(**kwargs),
            "</head>",
            "<body>",
            self.html.render(**kwargs),
            f"<script>{start}</script>",
            "</body>",
            "</html>\n",
        ])  # fmt: skip

    def _policy(self, start: str) -> str:
        return policy(leaflet_script(), program(), start, pictures=self.pictures)


class Verbatim(folium.Element):
    """Text that goes into the page as it is: no template reads it, so braces in it mean nothing."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:  # noqa: ANN401  (folium's signature)
        """Return the text."""
        return self.text


def _title(view: Mapping[str, Any]) -> str:
    """Return what the window is called when the page opens; its own script renames it with the language."""
    answer = view["runs"][0]["answer"]
    return str(answer["title_vi" if view["lang"] == "vi" else "title"])


def _pictures(view: Mapping[str, Any]) -> str:
    """Return where the page may fetch pictures from; nowhere, unless it was written so."""
    return view["tiles"]["source"] if view["tiles"] else ""


def policy(*scripts: str, pictures: str = "") -> str:
    """Return the Content-Security-Policy: these scripts run, images are data, nothing is fetched.

    With `pictures`, images may come from that address too, and from no other.

    Styles stay 'unsafe-inline': Leaflet places every pane through style attributes.
    """
    return "; ".join([
        "default-src 'none'",
        f"script-src {' '.join(map(script_hash, scripts))}",
        "style-src 'unsafe-inline'",
        f"img-src data: {pictures}".rstrip(),
        "base-uri 'none'",
        "form-action 'none'",
    ])  # fmt: skip


@cache
def program() -> str:
    """Return the page's own script."""
    parts = [_short((_BROWSER / f"{name}.js").read_text(encoding="utf-8")) for name in SCRIPTS]
    return "\n".join(['(() => {\n"use strict";', default_icon_script(), *parts, "})();"])


def _short(script: str) -> str:
    """Return a script of ours without what only its readers need: lines of comment, and the room before each line."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _head(name: str) -> str:
    style = (_BROWSER / "page.css").read_text(encoding="utf-8")
    licence = (_BROWSER / "leaflet_licence.txt").read_text(encoding="utf-8").strip()
    return "\n".join([
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<!--\n{licence}\n-->",
        f"<style>{leaflet_style()}</style>",
        f"<style>#{name} {{ width: 100%; height: 100%; }}\n{style}</style>",
    ])  # fmt: skip


def _body(name: str, words: Mapping[str, str], data: str) -> str:
    return "\n".join([
        f'<div class="folium-map plan-map" id="{name}" role="region" aria-label="{html_text(words["map_of"])}"></div>',
        f'<noscript>{html_text(words["needs_script"])}</noscript>',
        f'<script type="application/json" id="{name}_view">{data}</script>',
        f"<script>{leaflet_script()}</script>",
        f"<script>{program()}</script>",
    ])  # fmt: skip
