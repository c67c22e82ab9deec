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
# # Build the network, and look at it
#
# *How far is it, by truck, from the industrial parks of Bắc Ninh to the ports of Hải Phòng?*
#
# © OpenStreetMap contributors, ODbL 1.0, for what the tables measured on OpenStreetMap.

# %%
import networks
from logistics.region import read_region

network = networks.northern_vietnam(year=2030, modes=("road",))
network

# %% [markdown]
# A network is two tables: nodes, and links in one direction each, in km and truck hours.

# %%
network.links[["link_id", "highway", "ref", "length_km", "travel_h"]].head()

# %%
network.links.groupby("highway")["length_km"].sum().div(2).round()

# %% [markdown]
# Links that are not open in the year are left out: the same call for 2026 gives fewer.

# %%
networks.northern_vietnam(year=2026, modes=("road",))

# %% [markdown]
# Places join at the nearest point of the network; the way there is a connector with its own length.

# %%
region = read_region()
parks = region.generators.query("province_2024 == 'Bắc Ninh' and kind == 'park'")
ports = region.gateways.query("type == 'seaport' and province_2024 == 'Hải Phòng' and status == 'existing'")
points = {"parks": parks, "ports": ports}
snapped = {
    name: networks.snap(network, frame.rename(columns={"place_id": "point_id"})[["point_id", "lon", "lat"]])
    for name, frame in points.items()
}
snapped["parks"].points[["point_id", "connector_km"]].round(2).head()

# %%
travel = networks.travel(network, snapped["parks"], snapped["ports"])
travel.km.shape

# %% [markdown]
# The answer: kilometres and truck hours from each park to the nearest port terminal.

# %%
answer = parks[["name_vi"]].assign(km=travel.km.min(axis=1).round(1), hours=travel.h.min(axis=1).round(2))
answer.sort_values("hours").reset_index(drop=True)
