"""When the contact person of an organisation may be asked, as the database knows it: see matching.budget."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from matching import budget, calendars, deadlines
from matching.budget import Asked, Turn
from matching.models import Introduction, SuggestionMail
from portal.accounts.models import Organisation, User

REACHES_BACK = timedelta(days=180)  # no rule counts earlier mails: 60 working days and the summer holidays are fewer
OPEN_YES = (Introduction.State.ASKED, Introduction.State.CONNECTED)  # nobody has answered it, or said how it went


def turn(organisation: Organisation, contact: User, *, land: str, now: datetime | None = None) -> Turn:
    """From when on this person may be asked for the organisation; five queries."""
    moment = now or timezone.now()
    return budget.turn(_asked(organisation, contact, land=land, now=moment), deadlines.limits(), now=moment)


def note(organisation: Organisation, contact: User, *, now: datetime) -> SuggestionMail:
    """A suggestion mail is written. For a person that is locked, or two processes would think that there is room."""
    return SuggestionMail.objects.create(organisation=organisation, person=contact, written_at=now)


def _asked(organisation: Organisation, contact: User, *, land: str, now: datetime) -> Asked:
    rows = SuggestionMail.objects.filter(Q(person=contact) | Q(organisation=organisation))
    rows = rows.filter(written_at__gt=now - REACHES_BACK).order_by("-written_at")
    mails = list(rows.values_list("person", "organisation", "organisation__kind", "written_at"))
    own = [(kind, at) for person, _organisation, kind, at in mails if person == contact.pk]
    is_town = organisation.kind == Organisation.Kind.CITY
    return Asked(
        days=calendars.of(land)[land],
        is_town=is_town,
        mails=tuple(at for _kind, at in own),
        partner_mails=tuple(at for kind, at in own if kind == Organisation.Kind.PARTNER),
        capacity=organisation.capacity,
        batch_at=next((at for _person, asked, _kind, at in mails if asked == organisation.pk), None),
        open_yes=_open_yes(organisation) if is_town else 0,
        paused_until=organisation.paused_until,
    )


def _open_yes(organisation: Organisation) -> int:
    agreed = Introduction.objects.filter(city__organisation=organisation, city_agreed_at__isnull=False)
    return agreed.filter(state__in=OPEN_YES).count()
