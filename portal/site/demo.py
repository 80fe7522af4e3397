"""A small invented world on the real towns, so that every page shows something; the same on each run.

Towns keep their real names; what they say about themselves, all partners and all people are invented and marked.
"""

import time
from collections.abc import Iterable
from functools import cache

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from cities.imports import load_network_towns
from cities.models import City, Need, Topic
from cities.place_names import slug
from matching import introductions, suggestions
from matching.models import Introduction, Invitation, Suggestion
from partners.models import Offer, Partner, PartnerCategory, ServiceAreaPart
from portal.accounts import consents
from portal.accounts.models import Membership, Organisation, Purpose, Role, User
from portal.mail.models import OutgoingMail
from portal.site.demo_world import (
    OFFICE_EMAIL,
    OFFICE_SECRET,
    PARTNERS,
    PASSWORD,
    PROFILES,
    WAITING_PARTNER,
    DemoPartner,
)

TOTP_PERIOD = 30  # seconds


class DemoRefused(Exception):
    """Demo accounts have public passwords, so they are only made where the operator said DEMO=1."""


@transaction.atomic
def load() -> bool:
    """Make the demo world; false when it is there already. Raises DemoRefused outside of a demo machine."""
    _refuse_in_production()
    if User.objects.filter(email=OFFICE_EMAIL).exists():
        return False
    load_network_towns()
    office = _make_office()
    for partner in PARTNERS:
        _make_partner(partner, approved_by=office)
    _make_partner(WAITING_PARTNER, approved_by=None)
    for number, city in enumerate(City.objects.taking_part().order_by("code")[::3]):
        _describe_town(city, number)
    suggestions.refresh_all()
    _play_introductions(office)
    return True


@transaction.atomic
def remove() -> None:
    """Take everything invented away; the towns stay, with their facts only."""
    _refuse_in_production()
    demo = Organisation.objects.filter(is_demo=True)
    Introduction.objects.filter(partner__organisation__in=demo).delete()
    Partner.objects.filter(organisation__in=demo).delete()
    demo.filter(kind=Organisation.Kind.PARTNER).delete()
    for city in City.objects.filter(organisation__in=demo):
        _forget_profile(city)
    OutgoingMail.objects.filter(to__endswith=".example").delete()
    User.objects.filter(email__endswith=".example").delete()
    suggestions.refresh_all()


def logins() -> list[tuple[str, str]]:
    """Who can sign in, as (role, address); all with demo_world.PASSWORD."""
    coordinator = User.objects.filter(email__endswith="@stadt.example").order_by("pk").first()
    people = [("Geschäftsstelle", OFFICE_EMAIL), ("OM-Partner", PARTNERS[0].email)]
    return people + ([("Koordination einer Stadt", coordinator.email)] if coordinator else [])


def office_code() -> str:
    """The office's current second factor, as its app would show it."""
    return str(format_hotp_value(hotp_value(OFFICE_SECRET, int(time.time()) // TOTP_PERIOD)))


def _refuse_in_production() -> None:
    if not settings.DEMO:
        raise DemoRefused("Demodaten gibt es nur, wo DEMO=1 gesetzt ist: ihre Passwörter sind öffentlich.")


@cache
def _hashed_password() -> str:
    """The same for everybody: a hash is slow on purpose."""
    return make_password(PASSWORD)


def _make_person(email: str, first_name: str, last_name: str, *, staff: bool = False) -> User:
    user = User.objects.create(
        email=email,
        password=_hashed_password(),
        first_name=first_name,
        last_name=last_name,
        is_staff=staff,
        is_superuser=staff,
    )
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def _make_office() -> User:
    office = _make_person(OFFICE_EMAIL, "Erika", "Musterfrau", staff=True)
    TOTP.activate(office, OFFICE_SECRET)
    RecoveryCodes.activate(office)
    return office


def _make_contact(organisation: Organisation, email: str, first_name: str, last_name: str) -> None:
    person = _make_person(email, first_name, last_name)
    Membership.objects.create(user=person, organisation=organisation, role=Role.MANAGER, is_contact=True)
    version, _text = consents.current_text(Purpose.SUGGESTIONS)
    consents.give(person, Purpose.SUGGESTIONS, text_version=version)
    consents.confirm(person, with_="Beispielangaben")


def _make_partner(values: DemoPartner, *, approved_by: User | None) -> None:
    now = timezone.now()
    organisation = Organisation.objects.create(
        kind=Organisation.Kind.PARTNER,
        name=values.name,
        is_demo=True,
        confirmed_at=now,
        approved_at=now if approved_by else None,
        approved_by=approved_by,
    )
    category = PartnerCategory.objects.get(code=values.category)
    partner = Partner.objects.create(
        organisation=organisation,
        slug=slug(values.name),
        category=category,
        sector=category.sector,
        seat_id=values.seat,
        description="Diese Organisation ist erfunden. Sie zeigt, wie ein Eintrag im Portal aussieht.",
        website="https://partner.example/",
    )
    partner.topics.set(Topic.objects.filter(code__in=values.topics))
    Offer.objects.bulk_create(Offer(partner=partner, kind=kind) for kind in values.offers)
    ServiceAreaPart.objects.bulk_create(_area_parts(partner, values.area))
    _make_contact(organisation, values.email, *values.person)


def _area_parts(partner: Partner, area: Iterable[str]) -> Iterable[ServiceAreaPart]:
    for part in area:
        if part == "bund":
            yield ServiceAreaPart(partner=partner, nationwide=True)
        elif "@" in part:
            radius, centre = part.split("@")
            yield ServiceAreaPart(partner=partner, centre_id=centre, radius_km=int(radius))
        else:
            yield ServiceAreaPart(partner=partner, key=part)


def _describe_town(city: City, number: int) -> None:
    profile = PROFILES[number % len(PROFILES)]
    city.description = "Beispielangaben: So könnte sich das Netzwerk dieser Stadt beschreiben."
    city.sectors_present, city.sectors_missing = list(profile.sectors_present), list(profile.sectors_missing)
    city.save(update_fields=["description", "sectors_present", "sectors_missing"])
    city.topics.set(Topic.objects.filter(code__in=profile.topics))
    Need.objects.bulk_create(Need(city=city, kind=kind) for kind in profile.needs)
    Organisation.objects.filter(pk=city.organisation_id).update(is_demo=True, confirmed_at=timezone.now(), capacity=3)
    _make_contact(city.organisation, f"{city.slug}@stadt.example", "Koordination", city.name)


def _forget_profile(city: City) -> None:
    city.description, city.sectors_present, city.sectors_missing = "", [], []
    city.save(update_fields=["description", "sectors_present", "sectors_missing"])
    city.topics.clear()
    city.needs.all().delete()
    Organisation.objects.filter(pk=city.organisation_id).update(is_demo=False, confirmed_at=None, capacity=2)


def _play_introductions(office: User) -> None:
    """Let one introduction of each kind happen: waiting, half agreed, connected, declined."""
    yes, no = Invitation.Answer.YES, Invitation.Answer.NO
    best = Suggestion.objects.open().exclude(city__organisation__confirmed_at=None).order_by("-points", "pk")
    plays = iter([(), ((0, yes),), ((0, yes), (1, yes)), ((0, yes), (1, no))])
    seen: set[int] = set()
    for suggestion in best.filter(partner__organisation__approved_at__isnull=False).select_related("partner", "city"):
        if suggestion.partner_id in seen or suggestion.city_id in seen:
            continue
        answers = next(plays, None)
        if answers is None:
            return
        seen |= {suggestion.partner_id, suggestion.city_id}
        introduction = introductions.release(suggestion, by=office)
        invitations = list(introduction.invitations.order_by("-side"))
        for side, answer in answers:
            introductions.answer(invitations[side], answer)
