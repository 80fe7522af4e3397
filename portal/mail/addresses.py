"""Addresses that mails do not reach: blocked when a server says so for good, free again when a person says so.

A block concerns everything but codes: who asks for one may just have repaired the mailbox. Who complains about a mail
has withdrawn every consent as well; lifting the block does not bring them back.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import consents, office
from portal.accounts.models import OfficeTask, Organisation, Purpose, User
from portal.accounts.refusals import Refusal
from portal.mail.models import BlockedAddress

Reason = BlockedAddress.Reason
SMTP = "smtp"


class AddressError(Refusal):
    """A block cannot be lifted as asked; the message is for the person."""


def normalised(address: str) -> str:
    """One spelling for each address: lower case, and the domain as it goes over the wire."""
    readable = address.encode(errors="ignore").decode().replace("\0", "")
    local, _at, domain = readable.strip().lower().rpartition("@")
    return f"{local}@{_on_the_wire(domain)}"


def are_blocked(addresses: Iterable[str]) -> set[str]:
    """Which of these addresses mails do not reach."""
    spelled = {address: normalised(address) for address in addresses}
    found = set(_blocks().filter(address__in=spelled.values()).values_list("address", flat=True))
    return {address for address, spelling in spelled.items() if spelling in found}


def block_of(address: str) -> BlockedAddress | None:
    """Why mails do not reach this address, and since when; None if they do."""
    return _blocks().filter(address=normalised(address)).first()


@transaction.atomic
def block(address: str, *, reason: BlockedAddress.Reason, source: str, detail: str = "") -> bool:
    """Write nothing but codes to this address from now on; returns whether the office has a task about it.

    Addresses without an account are left alone: nothing but codes goes there anyway.
    """
    user = _user_of(address)
    if user is None:
        return False
    facts = {"user": user, "reason": reason, "source": source, "detail": detail[:500].replace("\0", "")}
    blocked, _created = BlockedAddress.objects.get_or_create(
        address=normalised(address), lifted_at=None, defaults=facts
    )
    if reason == Reason.COMPLAINED:
        _take_complaint(blocked, user)
    organisations = Organisation.objects.of(user).order_by("pk")
    for organisation in organisations:
        _tell_office(blocked, organisation)
    return bool(organisations)


@transaction.atomic
def unsubscribe(address: str) -> None:
    """The person left the list at the mail provider."""
    user = _user_of(address)
    if user:
        _withdraw_all(user, with_=_("Abmeldung beim Mailanbieter"))


def lift(address: str, *, by: User) -> bool:
    """The address can be reached again, says the office or the person; False where it was not blocked."""
    spelling = normalised(address)
    if not (by.is_staff or normalised(by.email) == spelling):
        raise AddressError(_("Das können nur die Geschäftsstelle und die Person selbst sagen."))
    return _blocks().filter(address=spelling).update(lifted_at=timezone.now(), lifted_by=by) > 0


def _blocks() -> QuerySet[BlockedAddress]:
    return BlockedAddress.objects.filter(lifted_at=None)


def _user_of(address: str) -> User | None:
    """People may have typed the domain either way."""
    spelling = normalised(address)
    local, _at, domain = spelling.rpartition("@")
    return User.objects.filter(email__in={spelling, f"{local}@{_as_read(domain)}"}).order_by("pk").first()


def _take_complaint(blocked: BlockedAddress, user: User) -> None:
    """It weighs more than a bounce that was there before."""
    BlockedAddress.objects.filter(pk=blocked.pk).update(reason=Reason.COMPLAINED)
    blocked.reason = Reason.COMPLAINED
    _withdraw_all(user, with_=_("Beschwerde über eine Mail"))


def _withdraw_all(user: User, *, with_: str) -> None:
    for purpose in Purpose:
        consents.withdraw(user, purpose, with_=with_)


def _tell_office(blocked: BlockedAddress, organisation: Organisation) -> None:
    """One task for each organisation and block, however many mails were on their way."""
    complained = _(
        "{person} hat eine Mail des Portals als unerwünscht gemeldet; die Einwilligungen sind widerrufen (Nicht "
        "erreichbare Adressen Nr. {number}). Wer ist bei {organisation} künftig zuständig?"
    )
    unreachable = _(
        "Mails an {person} kommen nicht an (Nicht erreichbare Adressen Nr. {number}). Wer ist bei {organisation} "
        "zuständig, und unter welcher Adresse?"
    )
    text = (complained if blocked.reason == Reason.COMPLAINED else unreachable).format(
        person=blocked.user.get_full_name() or _("eine Person"), number=blocked.pk, organisation=organisation.name
    )
    key = f"unreachable:{blocked.pk}:{organisation.pk}"
    office.open_task(key, OfficeTask.Kind.RESPONSIBLE, organisation=organisation, text=text)


def _on_the_wire(domain: str) -> str:
    try:
        return domain.encode("idna").decode()
    except UnicodeError:  # no name of a machine: nobody is found under it
        return ""


def _as_read(domain: str) -> str:
    try:
        return domain.encode().decode("idna")
    except UnicodeError:
        return domain
