"""A partner belongs to a regional network, or advises a company: one side says so, it holds when the other agrees.

Either side may begin, and either may end it at any time; what has ended may begin anew. Every verb locks the partner's
organisation and the other one first, in the order of their keys, so that both sides asking at once make one row. The
other side is told in the same transaction.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import affiliation_mails as mails
from partners.models import Affiliation, Partner, RegionalNetwork
from portal.accounts.models import Organisation, User
from portal.accounts.refusals import Refusal

PARTNER, ORGANISATION = "partner", "organisation"
OPEN_TO = (Organisation.Kind.NETWORK, Organisation.Kind.COMPANY)


class AffiliationError(Refusal):
    """The two cannot be brought together or parted as asked; the message is for the person."""


@transaction.atomic
def ask(partner: Partner, organisation: Organisation, *, by: User) -> Affiliation:
    """A side of the person says that the two belong together; where the other has said so already, it holds now.

    Whoever belongs to both speaks for both; asking again changes nothing.
    """
    lock([partner], organisation)
    _require_both_taking_part(partner, organisation)
    sides = _own_sides_or_refuse(partner, organisation, by=by)
    row = Affiliation.objects.current().filter(partner=partner, organisation=organisation).first()
    if row is None:
        row = Affiliation(partner=partner, organisation=organisation, asked_by=by)
    return _say_yes(row, sides)


@transaction.atomic
def join(partner: Partner, organisation: Organisation, *, asked_by: User | None) -> Affiliation:
    """Both have said so already, the partner by inviting and the other by coming: it holds from the start."""
    lock([partner], organisation)
    _require_both_taking_part(partner, organisation)
    row = Affiliation.objects.current().filter(partner=partner, organisation=organisation).first()
    row = row or Affiliation(partner=partner, organisation=organisation, asked_by=asked_by)
    now = timezone.now()
    row.partner_agreed_at, row.organisation_agreed_at = row.partner_agreed_at or now, row.organisation_agreed_at or now
    row.save()
    return row


@transaction.atomic
def agree(affiliation: Affiliation, *, by: User) -> Affiliation:
    """The side that was asked says yes; saying so again changes nothing."""
    row = _locked(affiliation)
    sides = _own_sides_or_refuse(row.partner, row.organisation, by=by)
    if row.ended_at:
        raise AffiliationError(_("Diese Anfrage ist nicht mehr offen."))
    _require_both_taking_part(row.partner, row.organisation)
    return _say_yes(row, sides)


@transaction.atomic
def end(affiliation: Affiliation, *, by: User) -> Affiliation:
    """Either side takes it back, or declines what it was asked; the office may, too. Ending again changes nothing."""
    row = _locked(affiliation)
    if not by.is_staff:
        _own_sides_or_refuse(row.partner, row.organisation, by=by)
    if row.ended_at:
        return row
    if RegionalNetwork.objects.filter(organisation=row.organisation, coordinator=row.partner).exists():
        text = _("„%(partner)s“ koordiniert das Netzwerk. Bitte übergeben Sie zuerst die Koordination.")
        raise AffiliationError(text % {"partner": row.partner})
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    mails.tell_ended(row, by=by)
    return row


def lock(partners: Iterable[Partner], organisation: Organisation) -> None:
    """Whoever deals with several partners at once locks all of them first, in the order of their keys."""
    keys = [organisation.pk, *(partner.organisation_id for partner in partners)]
    list(Organisation.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",), no_key=True))


def own_sides(partner: Partner, organisation: Organisation, *, by: User) -> list[str]:
    """For which of the two the person may speak, as a member; the office speaks for neither."""
    mine = set(Organisation.objects.of(by).values_list("pk", flat=True))
    sides = {PARTNER: partner.organisation_id, ORGANISATION: organisation.pk}
    return [side for side, pk in sides.items() if pk in mine]


def _say_yes(row: Affiliation, sides: list[str]) -> Affiliation:
    now = timezone.now()
    for side in sides:
        if getattr(row, f"{side}_agreed_at") is None:
            setattr(row, f"{side}_agreed_at", now)
    row.save()
    _tell(row)
    return row


def _tell(row: Affiliation) -> None:
    """Each mail has a key of its own, so a step that changed nothing tells nobody anew."""
    if row.holds:
        mails.tell_agreed(row)
    else:
        mails.tell_asked(row)


def _own_sides_or_refuse(partner: Partner, organisation: Organisation, *, by: User) -> list[str]:
    sides = own_sides(partner, organisation, by=by)
    if not sides:
        raise AffiliationError(_("Das können nur die Personen einer der beiden Organisationen."))
    return sides


def _require_both_taking_part(partner: Partner, organisation: Organisation) -> None:
    """As they are now: what came with the request may have been read before the lock."""
    if organisation.kind not in OPEN_TO:
        raise AffiliationError(_("Das gibt es nur für regionale Netzwerke und Unternehmen."))
    for each in Organisation.objects.filter(pk__in=[partner.organisation_id, organisation.pk]).order_by("pk"):
        if each.withdrawn_at or each.declined_at:
            raise AffiliationError(_("„%(name)s“ nimmt nicht teil.") % {"name": each.name})


def _locked(affiliation: Affiliation) -> Affiliation:
    """The row as it is once both organisations are locked."""
    rows = Affiliation.objects.select_related("partner__organisation", "organisation")
    before = rows.get(pk=affiliation.pk)
    lock([before.partner], before.organisation)
    return rows.select_for_update(of=("self",)).get(pk=affiliation.pk)
