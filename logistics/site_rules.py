"""What a scenario says of one site's sizes, as `sites` wants it."""

from logistics.scenario import EVERY_SITE, Scenario
from logistics.sites import SiteRules


def rules_of_site(scenario: Scenario, hub_id: str) -> SiteRules:
    """Return the rules of one site."""
    return SiteRules(
        areas_ha=scenario.areas_ha or None,
        max_ha=scenario.max_site_ha,
        own_ha=scenario.site_land_ha.get(hub_id),
        may_close=_named(scenario.may_close, hub_id),
        may_extend=_named(scenario.may_extend, hub_id),
    )


def _named(hub_ids: tuple[str, ...], hub_id: str) -> bool:
    return hub_id in hub_ids or EVERY_SITE in hub_ids
