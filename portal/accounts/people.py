"""Who belongs to an organisation, and in which role; somebody always manages it, as long as its people decide.

Every verb locks the organisation before it looks, so of two people who remove each other at once one remains.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import office
from portal.accounts.models import Membership, OfficeTask, Organisation, Role, User
from portal.accounts.refusals import Refusal
from portal.accounts.roles import Right, may, role_name


class PeopleError(Refusal):
    """Somebody cannot be changed or removed as asked; the message is for the person."""


@transaction.atomic
def change_role(membership: Membership, role: Role, *, by: User) -> Membership:
    """Give the person another role; the same again changes nothing."""
    row = _locked(membership)
    _require_managing(row.organisation, by)
    if row.role == role:
        return row
    if role != Role.MANAGER:
        _require_another_manager(row)
    row.role = role
    row.save(update_fields=["role"])
    return row


@transaction.atomic
def remove(membership: Membership, *, by: User) -> None:
    """The person no longer belongs to the organisation; who is asked about introductions is settled before."""
    row = _locked(membership)
    _require_managing(row.organisation, by)
    _require_another_manager(row)
    if row.is_contact:
        text = _("%(person)s ist Ihre Ansprechperson. Bitte machen Sie zuerst jemand anderen dazu.")
        raise PeopleError(text % {"person": row.user})
    row.delete()


@transaction.atomic
def leave(membership: Membership, *, by: User) -> None:
    """The person goes; where the contact person does, the office finds out who is asked from now on."""
    row = _locked(membership)
    if row.user != by:
        raise PeopleError(_("Austreten kann jede Person nur selbst."))
    _require_another_manager(row)
    if row.is_contact:
        office.open_task(
            f"contact-went:{row.pk}",
            OfficeTask.Kind.RESPONSIBLE,
            organisation=row.organisation,
            text=_("Die Ansprechperson hat die Organisation verlassen. Wer wird künftig gefragt?"),
        )
    row.delete()


def _locked(membership: Membership) -> Membership:
    Organisation.objects.select_for_update(of=("self",)).get(pk=membership.organisation_id)
    row = Membership.objects.select_related("user", "organisation").filter(pk=membership.pk).first()
    if row is None:
        raise PeopleError(_("Diese Person gehört nicht mehr zu Ihrer Organisation."))
    return row


def _require_managing(organisation: Organisation, person: User) -> None:
    if not may(person, Right.MANAGE_PEOPLE, organisation=organisation):
        raise PeopleError(_("Dazu fehlt Ihnen in dieser Organisation das Recht."))


def _require_another_manager(membership: Membership) -> None:
    """Somebody else manages the organisation, too; the person need not."""
    if membership.role != Role.MANAGER:
        return
    organisation = membership.organisation
    if organisation.memberships.filter(role=Role.MANAGER).exclude(pk=membership.pk).exists():
        return
    text = _("Nur %(person)s hat die Rolle „%(role)s“. Bitte geben Sie diese zuerst einer anderen Person.")
    names = {"person": membership.user, "role": role_name(Role.MANAGER, kind=organisation.kind)}
    raise PeopleError(text % names)
