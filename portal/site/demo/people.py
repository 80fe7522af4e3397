"""Accounts of invented people, many in a few statements."""

from collections.abc import Sequence
from functools import cache

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from portal.accounts import consents
from portal.accounts.models import Consent, Membership, Organisation, Purpose, Role, User
from portal.site.demo_world import OFFICE_EMAIL, OFFICE_SECRET, PASSWORD
from portal.site.demo_world.people import DemoPerson


def make_office() -> User:
    """The office's person, with both factors."""
    office = _make([DemoPerson("Erika", "Musterfrau", OFFICE_EMAIL)], staff=True)[0]
    TOTP.activate(office, OFFICE_SECRET)
    RecoveryCodes.activate(office)
    return office


def make_contacts(people: Sequence[tuple[Organisation, DemoPerson]]) -> list[User]:
    """Each manages the organisation and is its contact person, with a consent to be written to."""
    users = _make([person for _organisation, person in people])
    Membership.objects.bulk_create(
        Membership(user=user, organisation=organisation, role=Role.MANAGER, is_contact=True)
        for user, (organisation, _person) in zip(users, people, strict=True)
    )
    version, _text = consents.current_text(Purpose.SUGGESTIONS)
    Consent.objects.bulk_create(
        Consent(
            user=user,
            purpose=Purpose.SUGGESTIONS,
            text_version=version,
            confirmed_at=timezone.now(),
            confirmed_with="Beispielangaben",
        )
        for user in users
    )
    return users


def make_colleagues(people: Sequence[tuple[Organisation, DemoPerson]]) -> None:
    """Further members, whom nobody asks about introductions."""
    users = _make([person for _organisation, person in people])
    Membership.objects.bulk_create(
        Membership(user=user, organisation=organisation, role=Role.MEMBER)
        for user, (organisation, _person) in zip(users, people, strict=True)
    )


def _make(people: Sequence[DemoPerson], *, staff: bool = False) -> list[User]:
    users = User.objects.bulk_create(
        User(
            email=person.email,
            password=_hashed_password(),
            first_name=person.first_name,
            last_name=person.last_name,
            phone="",
            is_staff=staff,
            is_superuser=staff,
        )
        for person in people
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, primary=True, verified=True) for user in users
    )
    return users


@cache
def _hashed_password() -> str:
    """The same for everybody: a hash is slow on purpose."""
    return make_password(PASSWORD)
