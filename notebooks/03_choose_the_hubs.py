# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Choose the hubs, and change one assumption
#
# *Which hubs should stand in 2030, and does the answer hold if hubs cost twice as much to build?*
#
# Every number comes from the ledger, most of them with a wide range and low confidence: read the
# answer as "if these figures hold". © OpenStreetMap contributors, ODbL 1.0.

# %%
from dataclasses import replace

import pandas as pd

import logistics
from logistics.studies.pictures import front_view

# %%
scenario = logistics.northern_vietnam()
plan = logistics.plan(scenario)
plan

# %% [markdown]
# The curve: the best plan with exactly 0, 1, 2 ... new hubs, in billion VND a year.

# %%
curve = pd.DataFrame(plan.summary()["curve"])
money = ["objective_vnd_per_year", "saving_vnd_per_year"]
curve.assign(**{name: curve[name] / 1e9 for name in money})[["new_hubs", *money, "gap", "hub_ids"]]

# %% [markdown]
# The same to point at: each plan tells its cost and its hubs; a click keeps it.

# %%
told = curve.rename(columns={"objective_vnd_per_year": "cost_vnd_per_year"})
front_view(told.assign(second=curve["new_hubs"], new_hubs=curve["hub_ids"].str.join("; ")), "new_hubs")

# %%
plan.hubs.query("is_new or throughput_t_per_year > 0")[["hub_id", "tier", "is_new", "throughput_t_per_year"]]

# %% [markdown]
# The plan checked without the solver: an empty list means that every figure was found again.

# %%
plan.audit()

# %% [markdown]
# One assumption changed: the cross-docks cost twice as much a hectare.

# %%
dear = replace(scenario, name="dear-hubs", ledger={"capex_ha_xdock": 90})
dear_plan = logistics.plan(dear)
dear_plan

# %% [markdown]
# The answer, side by side.

# %%
pd.DataFrame(
    {
        one.scenario.name: {
            "new hubs": ", ".join(one.hubs.query("is_new")["hub_id"]) or "none",
            "billion VND a year": round(one.summary()["objective_vnd_per_year"] / 1e9, 1),
            "saving against direct": round(one.summary()["saving_vnd_per_year"] / 1e9, 1),
            "gap": f"{one.summary()['gap']:.3%}",
        }
        for one in (plan, dear_plan)
    }
)
