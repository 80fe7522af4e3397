"""Who fits whom on the page of a town or partner, and who may ask for the contact."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from cities.models import City, Municipality, Region
from matching import candidates, proposal_sides
from matching.assessments import Assessment
from partners.models import Company, Partner
from portal.accounts.models import User
from portal.site import nearby

MOST_SHOWN = 8


def of_city(city: City) -> list[Assessment]:
    """The public partners that fit, best first; only those whose area holds the town are read."""
    serving = Partner.objects.public().filter(nearby.serves(city))
    return candidates.survey(serving, City.objects.filter(pk=city.pk)).fitting()[:MOST_SHOWN]


def of_partner(partner: Partner) -> list[Assessment]:
    """The towns that fit, best first."""
    return candidates.for_partner(partner, limit=MOST_SHOWN)


def partners_asking(user: User | AnonymousUser, city: City) -> list[Partner]:
    """Own partners of the person, who may ask for the contact to the town."""
    if not city.taking_part:
        return []
    return list(Partner.objects.editable_by(user).public().select_related("organisation"))


def cities_asking(user: User | AnonymousUser, partner: Partner) -> list[City]:
    """Own towns of the person, which may ask for the contact to the partner."""
    if not partner.organisation.approved_at:
        return []
    return list(City.objects.editable_by(user).taking_part().select_related("organisation"))


def companies_with_ideas(user: User | AnonymousUser, city: City) -> list[Company]:
    """Own companies of the person, which may bring the town an idea."""
    if not city.taking_part:
        return []
    return list(proposal_sides.senders(user))


def area_labels(partner: Partner) -> list[str]:
    """The service area in words, largest parts first; uses prefetched parts with their centres."""
    parts = list(partner.area_parts.all())
    keys = sorted((part.key for part in parts if part.key), key=lambda key: (len(key), key))
    names = _names(keys)
    circles = [
        _("%(radius)s\u00a0km um %(place)s") % {"radius": part.radius_km, "place": part.centre.name}
        for part in parts
        if part.centre
    ]
    nationwide = [_("bundesweit")] if any(part.nationwide for part in parts) else []
    return nationwide + [names.get(key, key) for key in keys] + circles


def _names(keys: list[str]) -> dict[str, str]:
    regions = dict(Region.objects.filter(key__in=keys).values_list("key", "name"))
    return regions | dict(Municipality.objects.filter(ags__in=keys).values_list("ags", "name"))
