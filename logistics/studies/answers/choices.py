"""How firm the choice is: how often each hub is chosen and in which size, and each park's favourite hub."""

import pandas as pd

from logistics.studies.outcome import SOLVED
from logistics.studies.study import Study


def hub_shares(study: Study) -> pd.DataFrame:
    """Return how often each new hub is chosen.

    Returns
    -------
    DataFrame
        A row a hub that is chosen at all: `hub_id`, `share` of the scenarios with a plan, `tier` it most often has,
        `tier_share` of the scenarios with the hub, `throughput_t_per_year` (their median); the firmest first.
    """
    solved = _solved(study)
    new = study.hub_uses[study.hub_uses["is_new"]]
    rows = []
    for hub_id, uses in new.groupby("hub_id"):
        tiers = uses["tier"].value_counts()
        rows.append(
            {
                "hub_id": str(hub_id), "share": len(uses) / solved, "tier": str(tiers.index[0]),
                "tier_share": float(tiers.iloc[0]) / len(uses),
                "throughput_t_per_year": float(uses["throughput_t_per_year"].median()),
            }
        )  # fmt: skip
    columns = ["hub_id", "share", "tier", "tier_share", "throughput_t_per_year"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["share", "hub_id"], ascending=[False, True]).reset_index(drop=True)


def no_regret_hubs(study: Study, share: float = 1.0) -> tuple[str, ...]:
    """Return the new hubs chosen in at least this share of the scenarios with a plan."""
    table = hub_shares(study)
    return tuple(table.loc[table["share"] >= share - 1e-12, "hub_id"])


def hub_sets(study: Study) -> pd.DataFrame:
    """Return each set of new hubs with their tiers, `hubs`, and the `share` of scenarios that choose it."""
    results = study.results
    sets = results.loc[results["state"].isin(SOLVED), "hubs"].value_counts(normalize=True)
    return sets.rename_axis("hubs").rename("share").reset_index()


def park_hubs(study: Study) -> pd.DataFrame:
    """Return each park's favourite hub over all scenarios, and how firm that is.

    Returns
    -------
    DataFrame
        `place_id`; `hub_id` that is its main hub most often ("" where nothing goes through hubs); `firmness`, the share
        of scenarios in which it is; `share`, of what may move to hubs, that it then takes (mean).
    """
    found = study.favourites
    solved = _solved(study)
    counts = found.groupby(["place_id", "hub_id"])["share"].agg(["size", "mean"]).reset_index()
    ranked = counts.sort_values(["place_id", "size", "hub_id"], ascending=[True, False, True])
    first = ranked.drop_duplicates("place_id").reset_index(drop=True)
    return pd.DataFrame(
        {
            "place_id": first["place_id"], "hub_id": first["hub_id"], "firmness": first["size"] / solved,
            "share": first["mean"],
        }
    )  # fmt: skip


def _solved(study: Study) -> int:
    return max(sum(outcome.is_solved for outcome in study.outcomes), 1)
