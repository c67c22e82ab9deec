"""Commodities merged and tonnes spread, by hand."""

import pandas as pd
import pytest

from logistics.freight import by_commodity, spread, trade_of


def generated(*rows):
    names = ["place_id", "sector", "channel", "direction", "t_per_year", "vot_vnd_per_th", "full", "medium", "small"]
    return pd.DataFrame(rows, columns=names)


def test_sectors_of_one_commodity_merge_with_weighted_value_of_time():
    frame = generated(
        ("p", "steel", "border", "out", 30.0, 100.0, 1.0, 0.0, 0.0),
        ("p", "tiles", "border", "out", 10.0, 20.0, 0.2, 0.4, 0.4),
    )
    merged = by_commodity(frame, {"steel": "bulk", "tiles": "bulk"})
    row = merged.iloc[0]
    assert (row["commodity"], row["t_per_year"]) == ("bulk", 40)
    assert row["vot_vnd_per_th"] == pytest.approx(80)
    assert row["full"] == pytest.approx(0.8)


def test_every_tonne_arrives_split_by_size_and_gateway():
    near = by_commodity(
        generated(
            ("p", "s", "seaport", "out", 100.0, 1.0, 0.5, 0.3, 0.2),
            ("q", "s", "seaport", "out", 50.0, 1.0, 0.5, 0.3, 0.2),
        ),
        {"s": "general"},
    )
    far = pd.DataFrame({"place_id": ["a", "b"], "channel": "seaport", "direction": "out", "weight": [1.0, 2.0]})
    hours = pd.DataFrame(1.0, index=["p", "q"], columns=["a", "b"])
    flows = spread(near, far, hours, 0.3).flows
    assert flows["t_per_year"].sum() == pytest.approx(150)
    assert flows.groupby("far_id")["t_per_year"].sum().to_dict() == {"a": pytest.approx(50), "b": pytest.approx(100)}
    assert flows.groupby("shipment")["t_per_year"].sum()["small"] == pytest.approx(30)
    assert set(flows["trade"]) == {"export"}
    freight = spread(near, far, hours, 0.3)
    assert freight.t_per_year == pytest.approx(150)
    assert freight.scaled(2.0).t_per_year == pytest.approx(300)


def test_a_nearer_market_takes_more_from_a_place():
    near = by_commodity(
        generated(
            ("p", "s", "domestic", "out", 100.0, 1.0, 1.0, 0.0, 0.0),
            ("q", "s", "domestic", "out", 100.0, 1.0, 1.0, 0.0, 0.0),
        ),
        {"s": "general"},
    )
    far = pd.DataFrame({"place_id": ["a", "b"], "channel": "domestic", "direction": "out", "weight": [1.0, 1.0]})
    hours = pd.DataFrame([[1.0, 5.0], [5.0, 1.0]], index=["p", "q"], columns=["a", "b"])
    table = spread(near, far, hours, 0.5).flows.pivot_table(index="near_id", columns="far_id", values="t_per_year")
    assert table.loc["p", "a"] > table.loc["p", "b"]
    assert table.loc["p", "a"] == pytest.approx(table.loc["q", "b"])


@pytest.mark.parametrize(
    ("channel", "direction", "trade"),
    [
        ("seaport", "out", "export"),
        ("border", "in", "import"),
        ("rail", "out", "domestic"),
        ("domestic", "in", "domestic"),
    ],
)
def test_trade_follows_channel_and_direction(channel, direction, trade):
    assert trade_of(channel, direction) == trade


def test_an_end_without_hours_is_named():
    near = by_commodity(generated(("p", "s", "seaport", "out", 100.0, 1.0, 0.5, 0.3, 0.2)), {"s": "general"})
    far = pd.DataFrame({"place_id": ["a", "b"], "channel": "seaport", "direction": "out", "weight": [1.0, 2.0]})
    with pytest.raises(KeyError, match="no hours to or from b"):
        spread(near, far, pd.DataFrame(1.0, index=["p"], columns=["a"]), 0.3)
    with pytest.raises(KeyError, match="no hours to or from p, a, b"):
        spread(near, far, pd.DataFrame(1.0, index=["q"], columns=["c"]), 0.3)
