"""What a person sees of the own regional networks: where they stand, their members, the towns in their area."""

from dataclasses import dataclass

from cities.models import City
from partners import nearby
from partners.models import Affiliation, RegionalNetwork
from portal.accounts.models import User
from portal.site.own import Kept


@dataclass
class OwnNetwork(Kept):
    """A network of the person."""

    towns: list[City]
    affiliations: list[Affiliation]  # that have not ended

    @property
    def members(self) -> int:
        return sum(row.holds for row in self.affiliations)

    @property
    def asked(self) -> int:
        """Partners that have not answered the network yet."""
        return sum(row.partner_agreed_at is None for row in self.affiliations)

    @property
    def asking(self) -> int:
        """Partners the network has not answered yet."""
        return sum(row.organisation_agreed_at is None for row in self.affiliations)


def networks_of(person: User) -> list[OwnNetwork]:
    """The networks of the person by name, with as many queries for several as for one."""
    rows = RegionalNetwork.objects.editable_by(person).select_related("organisation")
    networks = list(rows.prefetch_related("area_parts__centre").order_by("organisation__name"))
    if not networks:
        return []
    towns = nearby.taking_part()
    current = list(Affiliation.objects.current().filter(organisation__network__in=networks))
    return [
        OwnNetwork(
            network.organisation,
            network,
            towns=nearby.lying_in(network.service_area, towns),
            affiliations=[row for row in current if row.organisation_id == network.organisation_id],
        )
        for network in networks
    ]
