"""What the title box says: how good the plan is, what it costs and what it opens."""

from collections.abc import Mapping
from typing import Any, Final

from logistics.i18n.telling import told_name
from logistics.maps.closed import none_pays
from logistics.maps.labels import in_vietnamese
from logistics.maps.notes import NotedRun, guess_rows

OSM_ATTRIBUTION: Final = "© OpenStreetMap contributors (ODbL)"
_OSM: Final = "openstreetmap"


def answer_view(run: NotedRun) -> dict[str, Any]:
    """Return the figures of the title box, unrounded, as `plan.json` and `hubs.csv` hold them."""
    summary, hubs = run.tables.summary, run.tables.last().hubs
    standing = hubs[~hubs["is_new"].astype(bool)]
    title = str(summary.get("title") or summary.get("name") or "")
    direct = float(summary["direct_vnd_per_year"])
    return {
        "name": str(summary.get("name") or ""),
        "made": summary.get("made"),
        "title": title,
        "title_vi": told_name(title, "vi"),
        "year": summary.get("year"),
        "status": str(summary["status"]),
        "gap": summary["gap"],
        "objective_vnd": summary["objective_vnd_per_year"],
        "bound_vnd": summary["bound_vnd_per_year"],
        "direct_vnd": direct,
        "saving_vnd": summary["saving_vnd_per_year"],
        "saving_share": float(summary["saving_vnd_per_year"]) / direct if direct else None,
        "standing": len(standing),
        "standing_used": int((standing["throughput_t_per_year"] > 0).sum()),
        "curve": [_curve_row(point) for point in summary.get("curve", ())],
        "none_pays": none_pays(summary),
        "cheapest": summary.get("cheapest_new_hubs"),
        "one_more_loses_vnd": (summary.get("one_more") or {}).get("loses_vnd_per_year"),
        "warnings": [[str(warning), in_vietnamese(str(warning))] for warning in summary.get("warnings", ())],
        "guesses": guess_rows(run),
        "new_hubs": sorted(hubs.loc[hubs["is_new"].astype(bool), "hub_id"]),
        "attribution": attribution(str(summary.get("attribution") or "")),
        **_totals(summary.get("totals", {})),
    }


def attribution(own: str) -> str:
    """Return the line that is always visible; a run's own sources are added unless they say the same."""
    return OSM_ATTRIBUTION if not own or _OSM in own.casefold() else f"{OSM_ATTRIBUTION} · {own}"


def _totals(totals: Mapping[str, float]) -> dict[str, float | None]:
    names = {
        "t": "t_per_year",
        "hub_t": "hub_t_per_year",
        "co2_t": "co2_t_per_year",
        "direct_co2_t": "direct_co2_t_per_year",
    }
    return {short: totals.get(name) for short, name in names.items()}


def _curve_row(point: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "new_hubs": point["new_hubs"],
        "saving_vnd": point.get("saving_vnd_per_year"),
        "gap": point.get("gap"),
    }
