"""The ground everything stands on: people, organisations, who belongs where, and who agreed to what."""

from portal.accounts.models.access import AccessCode, AccessRequest
from portal.accounts.models.consents import Consent, ConsentQuerySet, Purpose, UnsubscribeToken
from portal.accounts.models.office import OfficeTask
from portal.accounts.models.organisations import Membership, Organisation, OrganisationQuerySet, Role
from portal.accounts.models.people import User

__all__ = [
    "AccessCode",
    "AccessRequest",
    "Consent",
    "ConsentQuerySet",
    "Membership",
    "OfficeTask",
    "Organisation",
    "OrganisationQuerySet",
    "Purpose",
    "Role",
    "UnsubscribeToken",
    "User",
]
