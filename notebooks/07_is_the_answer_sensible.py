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
# # Hold the default plan against what is known
#
# *Is the answer of the default region sensible, and which of its figures do the data not support?*
#
# Known volumes are of 2016 to 2025, so the year 2025 is held against them; the plan itself is for 2030.
# A ratio far from one is a finding about the data, not an error. © OpenStreetMap contributors, ODbL 1.0.

# %%
from dataclasses import replace

import pandas as pd

import logistics
from logistics.audit_keys import read_ways
from logistics.beside_known import beside_known, mode_shares, mode_shares_beside_known
from logistics.carbon import carbon_beside_known
from logistics.truck_prices import prices_per_tkm, truck_prices

# %%
default = logistics.northern_vietnam()
plans = {year: logistics.plan(replace(default, name=f"north-{year}", year=year)) for year in (2025, 2030)}
plans

# %% [markdown]
# Both are proven, and both open nothing new: the hubs that stand take what gains from a hub.

# %%
ways = {year: read_ways(plan.case, plan.flows) for year, plan in plans.items()}
tables = {year: beside_known(plan.case, ways[year]).set_index("id") for year, plan in plans.items()}
ratios = pd.DataFrame({f"{year}, modelled / known": table["ratio"] for year, table in tables.items()})
known = tables[2025][["kind", "description", "known", "unit", "confidence", "note"]]
volumes = known.join(ratios.round(2)).query("kind == 'volume'").drop(columns="kind")
volumes

# %% [markdown]
# Trucks: a haulier's round trips, empty return paid, beside the model's price of the same trips.

# %%
case = plans[2025].case
columns = ["id", "contract_km", "modelled_km", "contract_vnd_per_tkm", "modelled_vnd_per_tkm", "ratio", "ratio_per_tkm"]
truck_prices(case)[columns].round(2)

# %%
prices_per_tkm(case).round(2)

# %% [markdown]
# Modes: tonnes and tonne-kilometres, and the two shares that are known.

# %%
pd.concat({year: mode_shares(plan.case, ways[year]).round(2) for year, plan in plans.items()})

# %%
modes = pd.concat({year: mode_shares_beside_known(plan.case, ways[year]) for year, plan in plans.items()})
modes.drop(columns="note").round(2)

# %% [markdown]
# Carbon of a truck at the load and the empty return with which the known rows were derived.

# %%
carbon_beside_known(case.region.ledger).round(2)

# %% [markdown]
# What the plan rests on without a source, the widest range first.

# %%
plans[2030].guesses()[["id", "value", "low", "high", "unit", "spread"]].head(12).round(2)

# %% [markdown]
# The answer: what holds within a quarter of what is known (volumes of 2025 and truck prices), and what does not.

# %%
held = tables[2025].dropna(subset="ratio")[["kind", "description", "ratio", "confidence", "note"]]
held.assign(within_a_quarter=held["ratio"].between(0.8, 1.25)).sort_values(["within_a_quarter", "ratio"]).round(2)
