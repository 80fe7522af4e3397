"""A time to call as a page shows it, and as a calendar file (RFC 5545); it names organisations, never a person."""

from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from matching import call_times, call_words, mails
from matching.call_times import CallTime
from matching.models import Introduction, Invitation, Side

State = Introduction.State
SHOWN = (State.CONNECTED, State.MET, State.COOPERATING)  # both said yes, and the contact has not come to nothing


def shown(introduction: Introduction, side: Side) -> list[dict[str, object]]:
    """For templates/matching/_call_times.html: the other side's time first; nothing before both have said yes."""
    if introduction.state not in SHOWN:
        return []
    invitations = {Side(each.side): each for each in introduction.invitations.all()}
    calls = [(each, invitations[each].call_time) for each in (side.other, side)]
    return [
        {
            "whose": "partner" if each == Side.PARTNER else "stadt",
            "organisation": introduction.organisation(each),
            "words": call_words.words(call),
        }
        for each, call in calls
        if call
    ]


def file(invitation: Invitation, *, now: datetime | None = None) -> bytes | None:
    """The next such time since the contacts went out, or from now on; None where there is nothing to show.

    Its UID stays, so that a calendar that has it already moves it; SEQUENCE grows with the day.
    """
    introduction, call = invitation.introduction, invitation.call_time
    connected_at = introduction.connected_at
    if call is None or connected_at is None or introduction.state not in SHOWN:
        return None
    first = call_times.next_slot(call, connected_at)
    slot = call_times.next_slot(call, max(connected_at, now or timezone.now()))
    event = Event()
    event.add("uid", f"call-{invitation.pk}@{settings.SITE_URL.rpartition('//')[2]}")
    event.add("dtstamp", connected_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", (slot.start.date() - first.start.date()).days)
    event.add("dtstart", slot.start.astimezone(UTC))
    event.add("dtend", slot.end.astimezone(UTC))
    event.add("summary", _("Telefonat: {pair}").format(pair=_pair(introduction)))
    event.add("description", _description(invitation, call))
    calendar = Calendar()
    calendar.add("prodid", "-//Portal//Vermittlung//DE")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _description(invitation: Invitation, call: CallTime) -> str:
    introduction = invitation.introduction
    text = _("{organisation} ist gut erreichbar: {words}. Die Kontaktdaten stehen in der Mail an beide und hier: {url}")
    return text.format(
        organisation=mails.one_line(introduction.organisation(Side(invitation.side))),
        words=call_words.words(call),
        url=mails.absolute("introduction_detail", introduction.pk),
    )


def _pair(introduction: Introduction) -> str:
    return " – ".join(mails.one_line(introduction.organisation(side)) for side in Side)
