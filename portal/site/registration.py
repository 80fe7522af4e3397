"""A registration is kept as it was typed until the address is confirmed, and then written in one transaction."""

from collections.abc import Mapping
from typing import Any, cast

from django.db import transaction
from django.http import QueryDict

from matching.suggestions import refresh_partner
from partners import companies, entries
from partners.company_forms import CompanyForm
from partners.forms import PartnerForm
from partners.models import Company, CompanyInvitation, Partner
from portal.accounts import access
from portal.accounts.models import AccessRequest, Membership, User
from portal.accounts.refusals import Refusal
from portal.site.forms import AccessForm, CodeForm
from portal.site.models import RegistrationDraft

INVITATION = "invitation"
Kind = RegistrationDraft.Kind
Subject = PartnerForm | AccessForm | CodeForm | CompanyForm
Written = Partner | AccessRequest | Membership | Company


def form_of(
    kind: Kind,
    typed: QueryDict | None = None,
    *,
    person: User | None = None,
    invitation: CompanyInvitation | None = None,
) -> Subject:
    """The form of this kind of registration, bound to what was typed, if anything was.

    Who registers a company, and with which invitation, decides what its form refuses.
    """
    match kind:
        case Kind.PARTNER:
            return PartnerForm(typed)
        case Kind.CITY:
            return AccessForm(typed)
        case Kind.CODE:
            return CodeForm(typed)
        case Kind.COMPANY:
            return CompanyForm(typed, person=person, invitation=invitation)


def as_typed(form: Subject, *, form_id: str) -> dict[str, Any]:
    """What is kept of a form that was sent and checked: its own fields, answers to questions back included.

    `form_id` tells the same form sent twice from a second registration.
    """
    typed = cast(QueryDict, form.data)
    kept: dict[str, Any] = {"form_id": form_id}
    kept["fields"] = {name: typed.getlist(name) for name in form.fields if name in typed}
    if isinstance(form, CompanyForm) and form.invitation:
        kept[INVITATION] = form.invitation.pk  # its token is a secret and is not kept
    return kept


def keep(user: User, kind: Kind, *, data: Mapping[str, Any]) -> RegistrationDraft:
    """Store what was typed; a person has one unfinished registration, the latest."""
    draft, _created = RegistrationDraft.objects.update_or_create(user=user, defaults={"kind": kind, "data": dict(data)})
    return draft


def typed_in(data: Mapping[str, Any]) -> QueryDict:
    """The kept fields as a form takes them."""
    typed = QueryDict(mutable=True)
    for name, values in data["fields"].items():
        typed.setlist(name, values)
    return typed


def invitation_in(data: Mapping[str, Any]) -> CompanyInvitation | None:
    """The invitation a company came with."""
    if INVITATION not in data:
        return None
    rows = CompanyInvitation.objects.select_related("partner__organisation")
    return rows.filter(pk=data[INVITATION]).first()


@transaction.atomic
def complete(user: User) -> Written | None:
    """Write what the person typed; None where nothing waits or it has to be looked at again (the draft stays)."""
    draft = RegistrationDraft.objects.select_for_update().filter(user=user).first()
    if draft is None:
        return None
    invitation = invitation_in(draft.data)
    form = form_of(Kind(draft.kind), typed_in(draft.data), person=user, invitation=invitation)
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            written = _write(form, user)
    except Refusal:  # meanwhile the person got access, or somebody else used code or invitation: the form says so
        written = None
    if written or isinstance(form, AccessForm):
        draft.delete()
    return written


def discard(user: User) -> None:
    """The person does not want to go on with it."""
    RegistrationDraft.objects.filter(user=user).delete()


def _write(form: Subject, user: User) -> Written:
    if isinstance(form, AccessForm):
        data = form.cleaned_data
        return access.request_access(data["city"].organisation, data["message"], by=user)
    if isinstance(form, CodeForm):
        return access.redeem(form.cleaned_data["code"], by=user)
    if isinstance(form, CompanyForm):
        return companies.register(form.entry(), by=user, invitation=form.invitation)
    partner = entries.register(form.entry(), by=user)
    refresh_partner(partner)
    return partner
