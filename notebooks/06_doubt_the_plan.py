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
# # Doubt the plan
#
# *Which figures does the choice hang on, how often would another hub be right, and what is it worth to know better?*
#
# A study decides many scenarios around one; each is proved to its gap. Here a few dozen, to run in a minute or two;
# take a thousand for a decision. © OpenStreetMap contributors, ODbL 1.0.

# %%
import logistics
from logistics.region import read_ledger
from logistics.studies.answers.choices import hub_shares
from logistics.studies.answers.information import value_of_information
from logistics.studies.answers.regret import regret
from logistics.studies.answers.tornado import tornado
from logistics.studies.designs import latin_hypercube, one_at_a_time
from logistics.studies.factors import ledger_factor
from logistics.studies.pictures import stability_map, tornado_chart

names = ("contestable_small", "xd_share_existing_logistics", "hub_transport_share", "payload_direct_t5", "crf")
factors = [ledger_factor(read_ledger(), name) for name in names]
scenario = logistics.northern_vietnam()

# %% [markdown]
# One at a time: each figure at its low and at its high. A star marks those that turn the choice of hubs.

# %%
alone = logistics.study(scenario, one_at_a_time(factors), workers=2)
tornado_chart(tornado(alone))

# %% [markdown]
# Together: a Latin hypercube over all their ranges.

# %%
together = logistics.study(scenario, latin_hypercube(factors, 24, seed=1), workers=2)
together

# %%
stability_map(together)

# %% [markdown]
# Plans against scenarios: what each costs on average, and by how much it can be wrong.

# %%
plans = regret(together)
plans.table().assign(**{column: plans.table()[column] / 1e9 for column in plans.table().filter(like="vnd")}).round(1)

# %% [markdown]
# The answer: how often each new hub is right, and what knowing each figure before choosing would be worth, billion VND
# a year. What is worth little need not be measured better before deciding.

# %%
worth = value_of_information(together, plans)
worth.assign(bn_vnd_per_year=(worth.pop("worth_vnd_per_year") / 1e9).round(2)), hub_shares(together).round(2)
