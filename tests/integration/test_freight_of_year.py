"""The freight of any year from one case: generated, fitted to known volumes, converted, or the user's own matrix."""

import pandas as pd
import pytest

from logistics.case import assemble, build_case
from logistics.demand import FreightRules, freight_of_year, known_margins, near_freight
from logistics.errors import InputError
from logistics.markets import far_ends
from logistics.routes import enumerate_routes
from logistics.scenario import northern_vietnam


@pytest.fixture(scope="module")
def case():
    return build_case(northern_vietnam(), 2030)


@pytest.fixture(scope="module")
def freight(case):
    """Return a function: the freight of a year under rules."""

    def of(year, **rules):
        region = case.region
        ends = far_ends(region.gateways, region.provinces, year, region.ledger)
        return freight_of_year(region, case.scenario, year, ends, case.connected, FreightRules(**rules))

    return of


def test_the_scenarios_own_year_is_the_case_s_freight(case, freight):
    pd.testing.assert_frame_equal(freight(2030).flows, case.freight.flows)


def test_freight_grows_from_year_to_year_and_every_tonne_arrives(case, freight):
    totals = []
    for year in (2025, 2027, 2030, 2040, 2050):
        found = freight(year)
        near = near_freight(case.region, case.scenario, year)
        assert found.t_per_year == pytest.approx(near["t_per_year"].sum(), rel=1e-9)
        totals.append(found.t_per_year)
    assert totals == sorted(totals)


def test_calibrated_freight_of_the_control_year_meets_every_known_volume(case, freight):
    found = freight(2024, calibrate=True)
    assert found.calibration["residual"].abs().max() < 1e-6
    tonnes = found.flows.groupby("far_id")["t_per_year"].sum()
    assert tonnes["bg_mong_cai"] == pytest.approx(0.92e6, rel=1e-6)
    ports = ["sea_lach_huyen", "sea_dinh_vu", "sea_nam_dinh_vu", "sea_chua_ve"]
    assert tonnes[ports].sum() == pytest.approx(6.5e6 * 10.5, rel=1e-6)
    at_lang_son = found.flows[found.flows["far_id"].isin(["bg_huu_nghi", "bg_tan_thanh", "bg_chi_ma", "bg_coc_nam"])]
    imports = at_lang_son["t_per_year"][at_lang_son["direction"] == "in"].sum()
    assert imports / at_lang_son["t_per_year"].sum() == pytest.approx(0.75, rel=1e-6)
    assert [margin.name for margin in known_margins(case.region)] == found.calibration["margin"].tolist()


def test_park_freight_is_raised_about_as_the_ledger_s_notes_expect(case, freight):
    """Rows ct_scale_seaport 1.9 (1.2 to 2.8), ct_scale_border 1.2 (0.8 to 1.8), ct_scale_airport 1.0 (0.8 to 1.2)."""
    ratio = freight(2024, calibrate=True).calibration.set_index("margin")["ratio_before"]
    for channel, row in (
        ("seaport", "ct_scale_seaport"),
        ("border", "ct_scale_border"),
        ("airport", "ct_scale_airport"),
    ):
        entry = case.region.ledger.entry(row)
        assert entry.low <= 1 / ratio[f"{channel}, from and to parks"] <= entry.high


def test_what_calibration_does_not_know_stays_as_it_was(freight):
    plain, fitted = freight(2030), freight(2030, calibrate=True)
    domestic = plain.flows["trade"] == "domestic"
    pd.testing.assert_frame_equal(plain.flows[domestic], fitted.flows[domestic])
    assert plain.calibration is None
    assert fitted.calibration is not None


def test_a_fit_found_once_serves_every_other_year_of_the_case(freight):
    once = freight(2030, calibrate=True)
    again = freight(2050, calibrate=True, fitted=once.calibration)
    pd.testing.assert_frame_equal(again.flows, freight(2050, calibrate=True).flows)


def test_an_eco_park_takes_in_less_and_others_as_much(freight):
    plain, eco = (frame.flows for frame in (freight(2030), freight(2030, eco_parks=("bn_tien_son",))))

    def into(frame, place):
        return frame["t_per_year"][(frame["near_id"] == place) & (frame["direction"] == "in")].sum()

    assert into(eco, "bn_tien_son") == pytest.approx(0.95 * into(plain, "bn_tien_son"), rel=1e-6)
    assert into(eco, "bn_que_vo_1") == pytest.approx(into(plain, "bn_que_vo_1"), rel=1e-6)


MATRIX = "origin_id,destination_id,commodity,t_per_year\nbn_tien_son,sea_dinh_vu,electronics,1000\n"


@pytest.fixture
def matrix(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(MATRIX, encoding="utf-8")
    return path


def test_a_matrix_of_the_user_s_own_replaces_all_freight(freight, matrix):
    found = freight(2030, od_matrix=matrix)
    assert found.t_per_year == pytest.approx(1000)
    assert found.flows["shipment"].tolist() == ["full", "medium", "small"]
    assert found.flows["t_per_year"].tolist() == pytest.approx([880, 80, 40])
    assert found.flows["vot_vnd_per_th"].tolist() == pytest.approx([7000] * 3)
    assert found.convergence["rounds"].max() == 0


@pytest.mark.parametrize(
    ("replaces", "column", "value"), [("commodities", "commodity", "electronics"), ("places", "near_id", "bn_tien_son")]
)
def test_or_only_the_commodities_or_places_it_names(freight, matrix, replaces, column, value):
    plain, found = freight(2030).flows, freight(2030, od_matrix=matrix, od_replaces=replaces).flows
    named, others = found[column] == value, plain[column] != value
    assert found["t_per_year"][named].sum() == pytest.approx(1000)
    assert found["t_per_year"][~named].sum() == pytest.approx(plain["t_per_year"][others].sum())
    assert list(found.columns) == list(plain.columns)


def test_a_matrix_of_every_kind_of_pair_is_priced_direct_and_through_hubs(case, freight, tmp_path):
    path = tmp_path / "pairs.csv"
    pairs = (
        "bn_tien_son,sea_dinh_vu", "bg_huu_nghi,bn_que_vo_1", "bn_tien_son,hp_nomura", "pl_ha_noi,bn_tien_son",
        "bn_tien_son,dom_south", "pl_ha_noi,pl_son_la", "air_noi_bai,pl_ha_noi", "hp_nomura,rail_yen_vien",
    )  # fmt: skip
    rows = "".join(f"{pair},general,1000,0.5,0.3,0.2\n" for pair in pairs)
    path.write_text(f"origin_id,destination_id,commodity,t_per_year,full,medium,small\n{rows}", encoding="utf-8")
    found = freight(2030, od_matrix=path)
    own = assemble(case.scenario, case.year, case.region, (case.network, case.connected), (found, case.sites))
    routes = enumerate_routes(own)
    assert len(own.flows) == 3 * len(pairs)
    assert own.flows["t_per_year"].sum() == pytest.approx(8000)
    assert (routes.direct.vnd_per_t > 0).all()
    assert len(routes.flow)


def test_rules_that_contradict_each_other_are_refused(freight, matrix):
    with pytest.raises(InputError, match="od_matrix replaces all of it; leave one out"):
        freight(2030, od_matrix=matrix, calibrate=True)
    with pytest.raises(InputError, match="no park or cluster 'bn_tien_sn'; nearest: bn_tien_son"):
        freight(2030, eco_parks=("bn_tien_sn",))
