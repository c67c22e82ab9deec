"""The keys of a scenario beyond the basic ones: each reaches its field, survives writing, and contradicts no other."""

import copy
import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from logistics import Band, Candidates, Corridor, Objective, Phases, ProvinceLimit, Scenario
from logistics.errors import InputError
from logistics.scenario import northern_vietnam, read_scenario, write_scenario
from logistics.scenario_checks import check_places, check_scenario, check_sites, province_names

FULL = """
[phases]
years = [2030, 2040, 2050]
last_years = 15
discount_pct = 8
[freight]
od_matrix = "mine.csv"
calibrate = true
eco_parks = ["bn_tien_son"]
[hubs]
max_new = 6
earliest_year = { gf_tu_son = 2040 }
site_land_ha = { gf_nam_son = 39.5 }
may_close = ["icd_tien_son"]
may_extend = ["*"]
areas_ha = [10, 20, 30]
max_site_ha = 30
max_land_ha = 100.5
budget_vnd = [2e12, 3e12, 0]
max_changes = 3
min_throughput_t_per_year = 100000
single_sourcing = true
two_hub_routes = true
rail = true
in_province = [ { province = "Bắc Ninh", min = 1, max = 2 }, { province = "Hà Nội", max = 1 } ]
[[hubs.corridors]]
name = "QL.18"
hubs = ["gf_tu_son", "gf_nam_son"]
min = 1
[[service]]
commodity = "electronics"
share_pct = 90
within_h = 4
name = "electronics in four hours"
[[service]]
commodity = "*"
share_pct = 50
within_km = 150
place_ids = ["bn_tien_son"]
[objective]
minimise = "co2"
then = ["cost", "outside_service"]
tolerance_pct = 2
co2_price_vnd_per_t = 250000
co2_cap_t_per_year = 1e6
[candidates]
count = 12
from = ["rail", "water"]
exclude = "no_build.geojson"
min_spacing_km = 8
"""

BAND = '[[service]]\ncommodity = "*"\nshare_pct = {share}\nwithin_h = {hours}\n'


@pytest.fixture
def full_file(tmp_path):
    (tmp_path / "mine.csv").touch()
    (tmp_path / "no_build.geojson").touch()
    path = tmp_path / "full.toml"
    path.write_text(FULL, encoding="utf-8")
    return path


@pytest.fixture
def full(full_file):
    return read_scenario(full_file)


def message_of(tmp_path, text):
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_scenario(path)
    return str(caught.value)


def test_every_key_of_a_file_reaches_its_field(full, tmp_path):
    assert full == Scenario(
        name="full", year=2030, phases=Phases(years=(2030, 2040, 2050), last_years=15, discount_pct=8.0),
        od_matrix=tmp_path / "mine.csv", calibrate=True, eco_parks=("bn_tien_son",), max_new_hubs=6,
        earliest_year={"gf_tu_son": 2040}, site_land_ha={"gf_nam_son": 39.5}, may_close=("icd_tien_son",),
        may_extend=("*",), areas_ha=(10.0, 20.0, 30.0),
        max_site_ha=30.0, max_land_ha=100.5, budget_vnd=(2e12, 3e12, 0.0), max_changes=3,
        min_throughput_t_per_year=1e5, single_sourcing=True, two_hub_routes=True, rail=True,
        in_province=(ProvinceLimit(province="Bắc Ninh", min=1, max=2), ProvinceLimit(province="Hà Nội", max=1)),
        corridors=(Corridor(name="QL.18", hubs=("gf_tu_son", "gf_nam_son"), min=1),),
        service=(
            Band(commodity="electronics", share_pct=90.0, within_h=4.0, name="electronics in four hours"),
            Band(commodity="*", share_pct=50.0, within_km=150.0, place_ids=("bn_tien_son",)),
        ),
        objective=Objective(
            minimise="co2", then=("cost", "outside_service"), tolerance_pct=2.0, co2_price_vnd_per_t=250_000.0,
            co2_cap_t_per_year=1e6,
        ),
        candidates=Candidates(
            count=12, kinds=("rail", "water"), exclude=tmp_path / "no_build.geojson", min_spacing_km=8.0
        ),
    )  # fmt: skip


def test_a_file_without_these_keys_has_todays_behaviour():
    scenario = northern_vietnam()
    assert (scenario.phases, scenario.candidates, scenario.objective) == (None, None, Objective())


def test_a_full_scenario_survives_writing_pickling_copying_and_replacing(full, tmp_path):
    write_scenario(full, tmp_path / "again.toml")
    assert read_scenario(tmp_path / "again.toml") == full
    assert pickle.loads(pickle.dumps(full)) == full  # noqa: S301  (made here)
    assert copy.deepcopy(full) == full
    assert replace(full, title=full.title) == full


def test_a_weighted_objective_survives_writing_and_cannot_be_changed(tmp_path):
    scenario = Scenario(name="x", objective=Objective(weights={"cost": 1.0, "co2": 2.5e5}))
    write_scenario(scenario, tmp_path / "out.toml")
    assert read_scenario(tmp_path / "out.toml") == scenario
    assert scenario.objective.goals == ("cost", "co2")
    with pytest.raises(TypeError):
        scenario.objective.weights["co2"] = 0.0
    with pytest.raises(FrozenInstanceError):
        scenario.objective.minimise = "co2"


def test_one_budget_for_every_phase_stays_one_number(tmp_path):
    scenario = Scenario(name="x", budget_vnd=2e12, phases=Phases(years=(2030, 2040)))
    write_scenario(scenario, tmp_path / "out.toml")
    assert read_scenario(tmp_path / "out.toml").budget_vnd == 2e12
    assert scenario.budgets_vnd == (2e12, 2e12)


def test_a_phase_lasts_until_the_next_begins():
    assert Phases(years=(2030, 2035, 2050), last_years=7).lengths_years == (5, 15, 7)


def test_the_year_is_that_of_the_first_phase():
    scenario = Scenario(name="x", phases=Phases(years=(2035, 2050)))
    assert (scenario.year, scenario.years) == (2035, (2035, 2050))
    with pytest.raises(InputError, match=r"year: found 2040, but phases.years begins with 2035; take year out"):
        replace(scenario, year=2040)


def test_every_key_stands_in_a_written_file_set_or_not(tmp_path):
    write_scenario(northern_vietnam(), tmp_path / "out.toml")
    text = (tmp_path / "out.toml").read_text(encoding="utf-8")
    keys = (
        "years last_years discount_pct od_matrix calibrate eco_parks earliest_year may_close may_extend areas_ha "
        "max_site_ha site_land_ha max_land_ha budget_vnd max_changes min_throughput_t_per_year single_sourcing "
        "two_hub_routes rail in_province corridors commodity share_pct within_h minimise then tolerance_pct weights "
        "co2_price_vnd_per_t co2_cap_t_per_year count from exclude min_spacing_km"
    )
    assert [key for key in keys.split() if f"{key} = " not in text] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[phases]\nyears = [2040, 2030]", "2: phases.years: found [2040, 2030], expected each number larger than"),
        ("[phases]\nyears = []", "2: phases.years: found [], expected a list of at"),
        ("[phases]\nyears = [2030,2031,2032,2033,2034,2035,2036]", "expected a list of at most 6"),
        ("[phases]\nlast_years = 5", "1: phases.years: the key is missing"),
        ("[phases]\nyears = [\n 2030,\n 2070]", "4: phases.years[1]: found 2070, expected at most 2060"),
        ("year = 2031\n[phases]\nyears = [2030]", "1: year: found 2031, but phases.years begins with 2030"),
        ("[hubs]\nbudget_vnd = [1e12]\n[phases]\nyears = [2030, 2040]", "2: hubs.budget_vnd: found a list of 1, "),
        ("[hubs]\nbudget_vnd = [1e12, -1.0]", "2: hubs.budget_vnd[1]: found -1.0, expected at least 0"),
        ("[hubs]\nbudget_vnd = nan", "2: hubs.budget_vnd: found nan, expected a finite number"),
        ('[hubs]\nbudget_vnd = "much"', "2: hubs.budget_vnd: found 'much', expected a number"),
        ("[hubs]\nearliest_year = { a = 2031 }", "2: hubs.earliest_year.a: found 2031, but the plan is in 2030"),
        ('[hubs]\nforbidden = ["a"]\nsite_land_ha = { a = 9 }', "hubs.site_land_ha.a: the site also stands"),
        ("[hubs]\nareas_ha = [10]\nsite_land_ha = { a = 9 }", "found 9 ha, but the smallest of hubs.areas_ha is 10 ha"),
        ('[hubs]\nforbidden = ["a"]\nearliest_year = { a = 2030 }', "hubs.earliest_year.a: the site also stands"),
        ('[hubs]\nforced_open = ["a"]\nmay_close = ["a"]', "2: hubs.forced_open: 'a' also stands in hubs.may_close"),
        ('[hubs]\nmay_close = ["*", "a"]', "2: hubs.may_close: names '*', every standing hub, and others too"),
        ('[hubs]\nforbidden = ["*"]\nmay_extend = ["a"]', "3: hubs.may_extend: names hubs, but hubs.forbidden bars"),
        ("[hubs]\nareas_ha = [30, 10]", "2: hubs.areas_ha: found [30, 10], expected each number larger than"),
        ("[hubs]\nareas_ha = [10]\nmax_site_ha = 5", "3: hubs.max_site_ha: allows 5 ha, but the smallest"),
        ("[hubs]\nareas_ha = [10]\nexactly = 3\nmax_land_ha = 25", "4: hubs.max_land_ha: allows 25 ha, but the 3 new"),
        ("[hubs]\nexactly = 3\nmax_changes = 2", "3: hubs.max_changes: allows 2 changes, but hubs.exactly asks for 3"),
        (
            '[hubs]\nin_province = [\n {province="A", min=3, max=2},\n]',
            "3: hubs.in_province[0].min: asks for at least 3, but max allows 2",
        ),
        (
            '[hubs]\nin_province = [{province="A"},\n {province="A"}]',
            "3: hubs.in_province[1].province: 'A' is limited above already",
        ),
        (
            '[hubs]\nmax_new = 2\nin_province = [{province="A", min=3}]',
            "3: hubs.in_province[0].min: asks for 3 hubs, but hubs.max_new allows 2 new hubs",
        ),
        ('[hubs]\nin_province = [{provinc="A"}]', "hubs.in_province[0].provinc: there is no such key; nearest: prov"),
        (
            '[[hubs.corridors]]\nname = "c"\nhubs = ["a"]\nmin = 2',
            "4: hubs.corridors[0].min: asks for 2 hubs, but only 1 sites are named in hubs",
        ),
        ('[[hubs.corridors]]\nname = "c"\nhubs = []', "3: hubs.corridors[0].hubs: found [], expected a list of at"),
        (
            '[[hubs.corridors]]\nname = "c"\nhubs = ["a", "b"]\nmax = 1\n[hubs]\nforced_open = ["a", "b"]',
            "4: hubs.corridors[0].max: allows 1 hubs, but hubs.forced_open names 2 of its sites",
        ),
        (
            '[[service]]\ncommodity = "*"\nshare_pct = 90\nwithin_h = 4\nwithin_km = 100',
            "4: service[0].within_h: expected exactly one of within_h and within_km; both are set",
        ),
        ('[[service]]\ncommodity = "*"\nshare_pct = 90', "service[0].within_h: expected exactly one of"),
        (
            BAND.format(share=90, hours=4) + 'name = "b"\n' + BAND.format(share=9, hours=2) + 'name = "b"\n',
            "10: service[1].name: 'b' is the name of a band above; give each its own",
        ),
        (
            BAND.format(share=90, hours=4) + BAND.format(share=50, hours=4),
            "service[1]: the same commodity, places and limit stand in a band above; keep the larger share",
        ),
        (
            '[[hubs.corridors]]\nname = "c"\nhubs = ["a"]\n[[hubs.corridors]]\nname = "c"\nhubs = ["b"]',
            "5: hubs.corridors[1].name: 'c' is the name of a corridor above; give each its own",
        ),
        (
            '[[hubs.corridors]]\nname = "c"\nhubs = ["a", "b"]\nmin = 2\n[hubs]\nforbidden = ["a"]',
            "4: hubs.corridors[0].min: asks for 2 hubs, but only 1 of its sites are not in hubs.forbidden; lower it",
        ),
        ('[hubs]\nforbidden = ["a"]\nmay_close = ["a"]', "hubs.may_close: 'a' also stands in hubs.forbidden, which"),
        (
            '[objective]\nminimise = "co2"\nweights = { cost = 1, co2 = 5 }',
            "3: objective.weights: stands beside objective.minimise; keep one: the weights say what is made small",
        ),
        ('[[service]]\ncommodity = "*"\nshare_pct = 101\nwithin_h = 1', "3: service[0].share_pct: found 101, expected"),
        ('[objective]\nminimise = "costs"', "2: objective.minimise: found 'costs', expected cost, co2, distance or"),
        ('[objective]\nminimise = "cost"\nthen = ["cost"]', "3: objective.then: names 'cost', which objective"),
        ('[objective]\nthen = ["co2"]\nweights = { cost = 1 }', "3: objective.weights: stands beside objective.then"),
        ("[objective]\nweights = { cost = 0 }", "2: objective.weights.cost: is 0; expected above 0"),
        ("[objective]\nweights = { money = 1 }", "objective.weights.money: there is no such key; known here"),
        ("[objective]\ntolerance_pct = 3", "2: objective.tolerance_pct: has no effect without objective.then"),
        (
            "[objective]\nweights = { cost = 1, co2 = 5 }\nco2_price_vnd_per_t = 5",
            "3: objective.co2_price_vnd_per_t: counts CO2 twice",
        ),
        ('[objective]\nminimise = "outside_service"', "2: objective.minimise: names outside_service, but there"),
        ('[candidates]\nfrom = ["railways"]', "2: candidates.from: found ['railways'], expected interchanges, rail"),
        ("[candidates]\ncount = 0", "2: candidates.count: found 0, expected at least 1"),
        ('[candidates]\nexclude = "none.geojson"', "2: candidates.exclude: there is no such file"),
        ('[freight]\nod_matrix = "none.csv"', "2: freight.od_matrix: there is no such file"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_right_is_told_with_its_line(tmp_path, text, message):
    assert message in message_of(tmp_path, text)


def test_replace_checks_the_parts_again():
    with pytest.raises(InputError, match=r"^scenario: hubs.in_province\[0\].min: asks for at least 2"):
        replace(northern_vietnam(), in_province=(ProvinceLimit(province="Hà Nội", min=2, max=1),))
    with pytest.raises(InputError, match=r"objective: found 'cost', expected a section"):
        replace(northern_vietnam(), objective="cost")


def test_a_fault_found_later_is_sent_to_its_line_unless_the_value_was_changed_since(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text('[hubs]\nforced_open = [\n  "a",\n  "x" ]\n', encoding="utf-8")
    scenario = read_scenario(path)
    with pytest.raises(InputError, match=r"^case.toml:4: hubs.forced_open\[1\]: there is no site 'x'; known: a$"):
        check_sites(scenario, ["a"], ["a"])
    with pytest.raises(InputError, match=r"^scenario: hubs.forced_open\[0\]: there is no site 'y'"):
        check_sites(replace(scenario, forced_open=("y",)), ["a"], ["a"])


def test_sites_of_every_key_must_exist_and_standing_hubs_must_stand(full):
    scenario = replace(full, may_extend=("new",), earliest_year={"old": 2040}, forced_open=("new",), site_land_ha={})
    with pytest.raises(InputError) as caught:
        check_sites(scenario, ["old", "new", "gf_tu_son"], ["new", "gf_tu_son"])
    assert sorted(line.partition(": ")[2] for line in str(caught.value).splitlines()) == [
        "hubs.corridors[0].hubs[1]: there is no site 'gf_nam_son'; nearest: gf_tu_son",
        "hubs.earliest_year.old: the hub stands by 2050 anyway; take it out",
        "hubs.may_close[0]: there is no site 'icd_tien_son'; known: old, new, gf_tu_son",
        "hubs.may_extend[0]: 'new' does not stand in 2050, so it cannot be extended; name a standing hub",
    ]


def test_land_of_a_standing_hub_is_of_use_only_where_the_hub_may_grow():
    scenario = Scenario(name="x", site_land_ha={"old": 40.0})
    with pytest.raises(
        InputError, match=r"hubs\.site_land_ha\.old: the hub stands and may not grow, so its land is of"
    ):
        check_sites(scenario, ["old", "new"], ["new"])
    check_sites(replace(scenario, may_extend=("old",)), ["old", "new"], ["new"])
    check_sites(replace(scenario, may_extend=("*",)), ["old", "new"], ["new"])


def test_provinces_commodities_and_parks_must_be_the_regions(full, region):
    check_places(full, region)
    wrong = replace(
        full, eco_parks=("ccn_hap_linh", "bn_tien_sn"),
        in_province=(ProvinceLimit(province="Bac Ninh"), ProvinceLimit(province="Bắc Giang")),
        service=(Band(commodity="electronic", share_pct=9.0, within_h=1.0, place_ids=("nowhere", "ccn_hap_linh")),),
    )  # fmt: skip
    with pytest.raises(InputError) as caught:
        check_places(wrong, region)
    lines = str(caught.value).splitlines()
    places = [line.split(": ")[1] for line in lines]
    assert places == [
        "hubs.in_province[0].province", "service[0].commodity", "freight.eco_parks[0]", "freight.eco_parks[1]",
        "service[0].place_ids[0]",
    ]  # fmt: skip
    assert "nearest: Bắc Ninh" in lines[0]
    assert "nearest: electronics" in lines[1]
    assert "nearest: bn_tien_son" in lines[3]


def test_old_and_new_provinces_are_known_once_each(region):
    names = province_names(region)
    assert {"Bắc Giang", "Bắc Ninh", "Phú Thọ", "Hòa Bình"} - set(names) <= {"Hòa Bình"}
    assert len(names) == len(set(names))


def test_sites_to_be_made_from_the_network_may_be_named_and_built(region):
    there = list(region.sites["status"]).count("candidate") + list(region.sites["status"]).count("planned")
    scenario = Scenario(name="x", new_hubs=there + 2, max_new_hubs=900, candidates=Candidates(count=2))
    check_scenario(replace(scenario, forced_open=("made_later",)), region)
    with pytest.raises(InputError, match=f"only {there + 1} candidate sites"):
        check_scenario(replace(scenario, candidates=Candidates(count=1)), region)
