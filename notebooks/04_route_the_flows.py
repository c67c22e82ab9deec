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
# # Route the flows
#
# *Which roads carry the freight of 2030, and which of them does the plan lean on?*
#
# © OpenStreetMap contributors, ODbL 1.0.

# %%
import logistics
from logistics.closures import worst_closures
from logistics.link_use import link_use, plan_ways

plan = logistics.plan(logistics.northern_vietnam())
plan

# %% [markdown]
# Tonnes go back on the links of the very ways that were priced: each vehicle class on its cheapest way.

# %%
use = link_use(plan.timeline, plan.tables)
busiest = use.links.sort_values("trucks_per_day", ascending=False)
busiest.head(8).T

# %% [markdown]
# By class of road, before and after the hubs.

# %%
use.by_class.round(0)

# %% [markdown]
# The answer: the roads whose closure would cost this plan most, every truck on its next best way. Trips that no road
# is left for are told apart, for they have no price.

# %%
worst = worst_closures(plan.case, plan_ways(plan.case, plan.tables), 5)
[(road.ref or road.highway, round(road.extra_vnd_per_year / 1e9, 1), round(road.cut_off_t_per_year)) for road in worst]
