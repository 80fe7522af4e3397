"""What the people of an organisation may do, in one table; the office (`is_staff`) may do all of it."""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Membership, Organisation, Role, User


class Right(Enum):
    EDIT = auto()  # keep the entry, confirm it
    PAUSE = auto()  # no new introductions for a while
    CHOOSE_CONTACT = auto()  # say who is asked about introductions
    MANAGE_PEOPLE = auto()  # give roles, invite and remove people


RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.MANAGER: frozenset(Right),
        Role.MEMBER: frozenset({Right.EDIT, Right.PAUSE}),
    }
)


def may(person: User, right: Right, *, organisation: Organisation) -> bool:
    if person.is_staff:
        return True
    membership = Membership.objects.filter(user=person, organisation=organisation).first()
    return membership is not None and right in RIGHTS[Role(membership.role)]


def role_name(role: str, *, kind: str) -> str | Promise:
    """What the people of such an organisation call the role: who manages a town's entry coordinates its network."""
    if kind == Organisation.Kind.CITY and role == Role.MANAGER:
        return _("Koordination")
    return Role(role).label
