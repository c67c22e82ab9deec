"""A scenario held against its region: sites, provinces, commodities, parks and ledger rows that must exist."""

from collections.abc import Collection, Iterable, Iterator

from logistics.ledger import Ledger
from logistics.ledger_checks import value_faults
from logistics.region import Region
from logistics.scenario import Scenario, scenario_error
from logistics.scenario_faults import Fault
from logistics.scenario_fields import nearest
from logistics.scenario_parts import EVERY_COMMODITY, EVERY_SITE, Candidates
from logistics.sites import is_standing

Named = Iterable[tuple[tuple[str | int, ...], str]]


def check_scenario(scenario: Scenario, region: Region) -> None:
    """Refuse a scenario that asks of its region what is not there: sites, places, ledger rows.

    Raises
    ------
    InputError
        With every fault, each with its place in the scenario's file; the nearest name is offered for an unknown one.
    """
    alive = region.sites[region.sites["status"] != "closed"]
    standing = [is_standing(status, scenario.years[-1]) for status in alive["status"]]
    to_build = [hub for hub, stands in zip(alive["hub_id"], standing, strict=True) if not stands]
    _refuse(
        scenario,
        [
            *_ledger_faults(scenario, region.ledger),
            *_value_faults(scenario, region.ledger),
            *_site_faults(scenario, list(alive["hub_id"]), to_build, scenario.candidates),
            *_place_faults(scenario, region),
        ],
    )


def check_sites(scenario: Scenario, hub_ids: Collection[str], candidate_ids: Collection[str]) -> None:
    """Refuse a scenario that names unknown sites, builds what stands, or asks for more than can be built.

    Parameters
    ----------
    hub_ids
        Every site of the region.
    candidate_ids
        Those that do not stand in the scenario's year and may be built.

    Raises
    ------
    InputError
        With every fault.
    """
    _refuse(scenario, _site_faults(scenario, hub_ids, candidate_ids))


def check_places(scenario: Scenario, region: Region) -> None:
    """Refuse a scenario that names provinces, commodities, parks or clusters which the region does not have.

    Raises
    ------
    InputError
        With every fault.
    """
    _refuse(scenario, _place_faults(scenario, region))


def check_ledger(scenario: Scenario, ledger: Ledger) -> None:
    """Refuse own values for rows that the ledger does not have, or negative ones where it has none.

    Raises
    ------
    InputError
        With every fault.
    """
    _refuse(scenario, _ledger_faults(scenario, ledger))


def _refuse(scenario: Scenario, faults: Iterable[Fault]) -> None:
    found = list(faults)
    if found:
        raise scenario_error(scenario, found)


def _ledger_faults(scenario: Scenario, ledger: Ledger) -> Iterator[Fault]:
    for name, value in scenario.ledger.items():
        if name not in ledger.entries:
            yield Fault(("ledger", name), f"there is no such row; {nearest(name, ledger.entries)}")
        elif value < 0 <= ledger.entry(name).value:
            yield Fault(("ledger", name), f"found {value:g}, expected at least 0 {ledger.entry(name).unit}")


def _value_faults(scenario: Scenario, ledger: Ledger) -> Iterator[Fault]:
    """Yield the rules among the ledger's rows that own values break."""
    known = {name: value for name, value in scenario.ledger.items() if name in ledger.entries}
    for rows, sentence in value_faults(ledger.with_values(known)):
        own = [row for row in rows if row in known]
        if own and not known[own[0]] < 0:
            yield Fault(("ledger", own[0]), sentence)


def _site_faults(
    scenario: Scenario, hub_ids: Collection[str], candidate_ids: Collection[str], to_make: Candidates | None = None
) -> list[Fault]:
    """Return the faults about sites; those still `to_make` from the network may be named and built too."""
    return [
        *(_unknown(_named_sites(scenario), hub_ids, "site") if to_make is None else ()),
        *_misplaced(scenario, hub_ids, candidate_ids),
        *_too_many(scenario, candidate_ids, to_make.count if to_make else 0),
    ]


def _place_faults(scenario: Scenario, region: Region) -> list[Fault]:
    limits = {("hubs", "in_province", at, "province"): one.province for at, one in enumerate(scenario.in_province)}
    bands = {("service", at, "commodity"): band.commodity for at, band in enumerate(scenario.service)}
    bands = {path: name for path, name in bands.items() if name != EVERY_COMMODITY}
    parks = region.generators["place_id"][region.generators["kind"] == "park"]
    eco_parks = {("freight", "eco_parks", at): park for at, park in enumerate(scenario.eco_parks)}
    served = {
        ("service", at, "place_ids", entry): place
        for at, band in enumerate(scenario.service)
        for entry, place in enumerate(band.place_ids)
    }
    return [
        *_unknown(limits.items(), province_names(region), "province, old or new,"),
        *_unknown(bands.items(), list(region.commodity_names.index), "commodity"),
        *_unknown(eco_parks.items(), list(parks), "park"),
        *_unknown(served.items(), list(region.generators["place_id"]), "park or cluster"),
    ]


def province_names(region: Region) -> list[str]:
    """Return the provinces before and after 1 July 2025, each name once."""
    columns = [region.provinces["name_vi"], region.provinces["province_2025"], region.sites["province_2024"]]
    return list(dict.fromkeys(name for column in columns for name in column if name))


def _named_sites(scenario: Scenario) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for key in ("forced_open", "forbidden", "may_close", "may_extend"):
        yield from ((("hubs", key, at), site) for at, site in enumerate(getattr(scenario, key)) if site != EVERY_SITE)
    for key in ("earliest_year", "site_land_ha"):
        yield from ((("hubs", key, site), site) for site in getattr(scenario, key))
    for at, corridor in enumerate(scenario.corridors):
        yield from ((("hubs", "corridors", at, "hubs", entry), site) for entry, site in enumerate(corridor.hubs))


def _unknown(named: Named, known: Collection[str], what: str) -> Iterator[Fault]:
    for path, name in named:
        if name not in known:
            yield Fault(path, f"there is no {what} {name!r}; {nearest(name, known)}")


def _misplaced(scenario: Scenario, hub_ids: Collection[str], candidate_ids: Collection[str]) -> Iterator[Fault]:
    """Yield what is asked of standing hubs that are none, and of new ones that stand."""
    standing = [site for site in hub_ids if site not in candidate_ids]
    for key, words in (("may_close", "be closed"), ("may_extend", "be extended")):
        for at, site in enumerate(getattr(scenario, key)):
            if site in candidate_ids:
                sentence = f"{site!r} does not stand in {scenario.years[-1]}, so it cannot {words}; name a standing hub"
                yield Fault(("hubs", key, at), sentence)
    for site in scenario.site_land_ha:
        if site in standing and not {site, EVERY_SITE} & set(scenario.may_extend):
            sentence = "the hub stands and may not grow, so its land is of no use; name it in hubs.may_extend, too"
            yield Fault(("hubs", "site_land_ha", site), sentence)
    for site in scenario.earliest_year:
        if site in standing:
            yield Fault(("hubs", "earliest_year", site), f"the hub stands by {scenario.years[-1]} anyway; take it out")


def _too_many(scenario: Scenario, candidate_ids: Collection[str], made: int) -> Iterator[Fault]:
    """Yield that more new hubs are asked for than can be built; so many `made` from the network come on top."""
    open_to_build = [site for site in candidate_ids if site not in scenario.forbidden]
    if scenario.new_hubs is not None and scenario.new_hubs > len(open_to_build) + made:
        barred = " that are not forbidden" if len(open_to_build) < len(candidate_ids) else ""
        asks = f"asks for {scenario.new_hubs} new hubs, but the region has only"
        yield Fault(("hubs", "exactly"), f"{asks} {len(open_to_build) + made} candidate sites{barred}; ask for fewer")
