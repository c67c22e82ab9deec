"""The folder of a study: the store as it fills, and once all is decided the tables and what made them.

study.sqlite           every outcome as it came
results.parquet        a row a scenario, in the order of the design: the same for the same study
hub_uses.parquet       a row a scenario and hub
favourites.parquet     a row a scenario and park: its main hub
timings.parquet        the seconds of each scenario, the one table that differs from run to run
study.json             what was asked, of what, with which versions, and how it ended
scenario.toml          the base scenario
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from logistics.errors import InputError
from logistics.planning import installed_versions
from logistics.scenario import write_scenario
from logistics.studies.study import Study
from networks.whole import whole_file

TABLES: Final = ("results", "hub_uses", "favourites")


def write_study(study: Study, name: str) -> Path:
    """Write the tables of a study into its folder, each whole or not at all.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    frames = {table: getattr(study, table) for table in TABLES}
    frames["timings"] = pd.DataFrame({"scenario": list(study.design.labels), "seconds": study.seconds})
    try:
        for table, frame in frames.items():
            with whole_file(study.folder / f"{table}.parquet") as fresh:
                frame.to_parquet(fresh, index=False)
        write_scenario(study.scenario, study.folder / "scenario.toml")
        with whole_file(study.folder / "study.json") as fresh:
            text = json.dumps(facts_of(study, name), ensure_ascii=False, indent=2, allow_nan=False)
            fresh.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{study.folder}: cannot be written ({error.strerror}); what was decided is kept") from error
    return study.folder


def facts_of(study: Study, name: str) -> dict[str, Any]:
    """Return what a study asked and how it ended, as `study.json` holds it."""
    solved = [outcome for outcome in study.outcomes if outcome.is_solved]
    savings = [outcome.direct_vnd_per_year - outcome.objective_vnd_per_year for outcome in solved]
    chosen = Counter(hub_id for outcome in solved for hub_id in outcome.new_hubs)
    sets = Counter(", ".join(outcome.new_hubs) for outcome in solved)
    return {
        "name": name,
        "scenario": study.scenario.name,
        "design": study.design.kind,
        "seed": study.design.seed,
        "factors": [
            {"name": factor.name, "low": factor.low, "value": factor.value, "high": factor.high,
             "distribution": factor.distribution}
            for factor in study.design.factors
        ],
        "scenarios": len(study.outcomes),
        "states": dict(sorted(Counter(outcome.state for outcome in study.outcomes).items())),
        "saving_vnd_per_year": _spread(savings),
        "hub_shares": {hub_id: count / len(solved) for hub_id, count in sorted(chosen.items())},
        "hub_sets": [{"new_hubs": hubs, "scenarios": count} for hubs, count in sets.most_common()],
        "options": {"time_limit_s": study.options.time_limit_s, "relative_gap": study.options.relative_gap,
                    "seed": study.options.seed},
        "versions": installed_versions(),
    }  # fmt: skip


def _spread(values: list[float]) -> dict[str, float] | None:
    """Return least, quartiles and most; None of nothing."""
    if not values:
        return None
    names = ("least", "lower_quartile", "median", "upper_quartile", "most")
    return dict(zip(names, np.quantile(values, (0.0, 0.25, 0.5, 0.75, 1.0)).tolist(), strict=True))
