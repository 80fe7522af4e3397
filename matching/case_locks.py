"""The locks of introductions, in one order: organisations, suggestion, people, introduction.

Erasing an account keeps to it, so the two never wait for each other. Two introductions that are linked (see
matching.trio_release) are always locked together.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from cities.models import City
from matching.models import Introduction, Invitation
from partners.models import Partner
from portal.accounts.models import Membership, Organisation, User


def lock_pair(partner_id: int, city_id: int) -> tuple[Partner, City]:
    """Both organisations, locked, so that capacity and history hold however many ask at once."""
    owners = Q(partner=partner_id) | Q(city=city_id)
    list(Organisation.objects.select_for_update(of=("self",), no_key=True).filter(owners).order_by("pk"))
    return (
        Partner.objects.select_related("organisation").get(pk=partner_id),
        City.objects.select_related("organisation").get(pk=city_id),
    )


def lock_people(introductions: QuerySet[Introduction]) -> None:
    """The contact persons of today, who was asked, and who began it; in order of their keys."""
    own = Q(organisation__partner__introductions__in=introductions)
    own |= Q(organisation__city__introductions__in=introductions)
    contacts = Membership.objects.filter(own, is_contact=True).values("user")
    asked = Invitation.objects.filter(introduction__in=introductions).values("recipient")
    began = introductions.values("created_by")
    people = User.objects.filter(Q(pk__in=contacts) | Q(pk__in=asked) | Q(pk__in=began)).order_by("pk")
    list(people.select_for_update(no_key=True))


def lock(pk: int) -> Introduction:
    """The case with the one it is linked to, and before it everybody who may be named or told.

    An erasure locks the person first, too.
    """
    return _lock([pk])[pk]


def lock_all(pks: Iterable[int]) -> list[Introduction]:
    """These cases as they are now, with those they are linked to; only the ones that still wait for an answer."""
    asked = list(pks)
    rows = _lock(asked)
    return [rows[pk] for pk in sorted(asked) if rows[pk].state == Introduction.State.ASKED]


def _lock(pks: Sequence[int]) -> dict[int, Introduction]:
    both = Introduction.objects.filter(Q(pk__in=pks) | Q(linked_to__in=pks))
    lock_people(both)
    pairs = both.select_related("partner__organisation", "partner__seat", "city__organisation").order_by("pk")
    return {row.pk: row for row in pairs.select_for_update(of=("self",))}
