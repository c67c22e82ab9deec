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
# # Price the trips
#
# *What does a tonne from Quế Võ to the port of Lạch Huyện cost directly, and what does a hub change about it?*
#
# Every price is built from rows of the ledger, each with a range, a source and a confidence; most are low.
# © OpenStreetMap contributors, ODbL 1.0.

# %%
import numpy as np
import pandas as pd

import logistics
from logistics.costs import FlowClass
from logistics.tariffs import Truck
from logistics.timeline import build_timeline

# %% [markdown]
# A case is the scenario worked out: places on the network, freight, sites, prices.

# %%
case = build_timeline(logistics.northern_vietnam()).first
ledger, pricing = case.region.ledger, case.pricing
pd.Series({row: ledger[row] for row in ("veh_km_loaded_c40", "veh_km_empty_c40", "veh_hour_c40", "payload_cont40")})

# %% [markdown]
# One trip of a 40-foot tractor from the park to the port, VND by kind: with an empty return, and with half of the
# returns loaded.

# %%
park, hub, port = case.connected.distances.positions(["bn_que_vo_1", "icd_tan_cang_que_vo", "sea_lach_huyen"])
leg = case.connected.distances.leg("c40", np.array([park]), np.array([port]))
truck = Truck.from_ledger(ledger, "c40")
trips = {share: truck.trip(leg, share, ledger["end_hours"]) for share in (0.0, 0.5)}
pd.DataFrame(
    {
        f"{share:.0%} of returns loaded": {
            "distance": trip.distance_vnd[0], "hours": trip.hours_vnd[0], "dispatch": trip.dispatch_vnd.item(),
            "toll": trip.toll_vnd[0], "all": trip.total_vnd[0],
        }
        for share, trip in trips.items()
    }
).round(-3)  # fmt: skip

# %% [markdown]
# A tonne of a small shipment for export, with its time: directly in a 5 t truck that goes out a third full, or by a
# feeder to the hub and on in a full tractor, or on by barge.

# %%
small = FlowClass(shipment="small", channel="seaport", direction="out")
time_vnd = np.array([ledger["vot_electronics_surface"]])
ends = (np.array([park]), np.array([hub]), np.array([port]))
ways = {
    "direct truck": pricing.direct(small, ends[0], ends[2], time_vnd),
    "hub, then truck": pricing.through_hub(small, ends, time_vnd, "truck"),
    "hub, then barge": pricing.through_hub(small, ends, time_vnd, "barge"),
}
kinds = pd.DataFrame(
    {name: {kind: float(vnd[0]) for kind, vnd in way.vnd_by_kind.items()} for name, way in ways.items()}
)
kinds.round(-2)

# %% [markdown]
# The answer: what the tonne costs on each way, how long it takes and what it emits. Consolidation pays for the second
# handling; the barge is cheapest where its days cost little.

# %%
pd.DataFrame(
    {
        name: {"VND/t": float(way.vnd_per_t[0]), "hours": float(way.hours[0]), "kg CO2/t": 1000 * float(way.co2_t[0])}
        for name, way in ways.items()
    }
).T.round(1)
