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
# # Compare scenarios
#
# *Does dearer diesel, or a park full of small shipments, make a new hub pay, and what moves when it does?*
#
# © OpenStreetMap contributors, ODbL 1.0.

# %%
from dataclasses import replace

import pandas as pd

import logistics

base = logistics.northern_vietnam()
changes = {
    "as it is": {},
    "diesel 30,000 VND/litre": {"diesel_price": 30000.0},
    "80 % of small freight may share a hub": {"contestable_small": 80.0},
}
plans = {name: logistics.plan(replace(base, name=f"n{at}", curve_to=0, ledger=change)) for at, (name, change) in
         enumerate(changes.items())}  # fmt: skip
plans

# %% [markdown]
# Side by side: what the first change moves, by kind of cost.

# %%
comparison = logistics.compare(*list(plans.values())[:2])
comparison.figures

# %% [markdown]
# And whose freight moves to other hubs when more of it may.

# %%
moved = logistics.compare(plans["as it is"], plans["80 % of small freight may share a hub"])
moved.moved.head(8)

# %% [markdown]
# The answer: dearer diesel makes the standing hubs save more, but it takes more freight that may move to make a new
# one pay.

# %%
facts = {name: plan.summary() for name, plan in plans.items()}
pd.DataFrame(
    {
        name: {
            "saving, bn VND a year": round(fact["saving_vnd_per_year"] / 1e9, 1),
            "new hubs": ", ".join(hub["hub_id"] for hub in fact["hubs"] if hub["is_new"]) or "none",
            "gap": fact["gap"],
        }
        for name, fact in facts.items()
    }
).T
