"""What the reason of a no changes in the entry of the side that gave it: at once, visibly, and undoably.

not_now → the organisation pauses      topic → a topic the two were suggested for is struck, or taken up again
region  → the office is asked to look at the area, since a town cannot be cut out of one
The link from the mail is enough for it, as it was for the answer, and for as long as such a pause lasts.

Locks are taken in one order: organisation, the lock of the refresh, suggestions. A pause that comes with an answer is
locked for before people and introduction; it closes no gate of fit, so no suggestion changes by it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, Topic
from matching import suggestions
from matching.models import Invitation, Side
from partners.models import Partner
from portal.accounts import office, organisations
from portal.accounts.models import OfficeTask, Organisation
from portal.accounts.refusals import Refusal

Reason = Invitation.Reason
PAUSE = timedelta(weeks=13)


class RepairError(Refusal):
    """The step does not belong to the answer, or comes too late; the message is for the person."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page shows below a no. `until`: the last day of the pause this answer brings, and of the offer.

    `paused_until`: of whatever pause there is now. `topics`: each, and whether the entry has it. `edit_url`: the field
    of the own entry that says where; `is_with_office`: the office has been asked to look at it.
    """

    reason: str
    until: date
    paused_until: date | None
    topics: list[tuple[Topic, bool]]
    edit_url: str
    is_with_office: bool


def offer(invitation: Invitation) -> Offer | None:
    """None where the answer has nothing to repair, or too long ago."""
    if not _is_offered(invitation):
        return None
    own = set(_entry(invitation).topics.values_list("pk", flat=True))
    return Offer(
        reason=invitation.reason,
        until=_last_day(invitation),
        paused_until=_paused_until(_organisation(invitation)),
        topics=[(topic, topic.pk in own) for topic in _topics(invitation)],
        edit_url=_edit_url(invitation),
        is_with_office=OfficeTask.objects.filter(key=_task_key(invitation)).exists(),
    )


def carry_out(invitation: Invitation, repair: str, *, topic: str = "") -> None:
    """One of REPAIRS, for who holds the link or is a member; the same again changes nothing."""
    if not _is_offered(invitation) or REASONS[repair] != invitation.reason:
        raise RepairError(
            _("Das geht über diese Seite nicht mehr. Bitte melden Sie sich an und ändern Sie es unter „Mein Bereich“.")
        )
    REPAIRS[repair](invitation, topic)


def pause(invitation: Invitation, _topic: str = "") -> None:
    """No new introductions for a while; a pause that its own people have chosen stays."""
    organisations.rest(_organisation(invitation), _last_day(invitation))


def _resume(invitation: Invitation, _topic: str) -> None:
    organisations.end_rest(_organisation(invitation), _last_day(invitation))


@transaction.atomic
def _strike(invitation: Invitation, code: str) -> None:
    entry, topic = _locked_entry(invitation), _topic_of(invitation, code)
    if not entry.topics.exclude(pk=topic.pk).exists():
        raise RepairError(
            _("Ein Thema muss bleiben. Bitte melden Sie sich an und wählen Sie unter „Mein Bereich“ andere Themen.")
        )
    entry.topics.remove(topic)
    _refresh(entry)


@transaction.atomic
def _take_up(invitation: Invitation, code: str) -> None:
    entry = _locked_entry(invitation)
    entry.topics.add(_topic_of(invitation, code))
    _refresh(entry)


def _ask_office(invitation: Invitation, _topic: str) -> None:
    organisation = _organisation(invitation)
    text = _(
        "{organisation}: Die Vermittlung „{introduction}“ wurde abgesagt, weil die Region nicht passt. Bitte klären, "
        "wo {organisation} Kontakte möchte, und die Angaben anpassen."
    ).format(organisation=organisation, introduction=invitation.introduction)
    office.open_task(_task_key(invitation), OfficeTask.Kind.PLACE, organisation=organisation, text=text)


REPAIRS: Mapping[str, Callable[[Invitation, str], None]] = MappingProxyType(
    {"pause": pause, "resume": _resume, "strike": _strike, "take_up": _take_up, "ask_office": _ask_office}
)
REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        **dict.fromkeys(("pause", "resume"), Reason.NOT_NOW),
        **dict.fromkeys(("strike", "take_up"), Reason.TOPIC),
        "ask_office": Reason.REGION,
    }
)


def _is_offered(invitation: Invitation) -> bool:
    return invitation.reason in REASONS.values() and timezone.localdate() <= _last_day(invitation)


def _last_day(invitation: Invitation) -> date:
    return timezone.localdate(invitation.answered_at) + PAUSE


def _paused_until(organisation: Organisation) -> date | None:
    until = organisation.paused_until
    return until if until and until >= timezone.localdate() else None


def _organisation(invitation: Invitation) -> Organisation:
    return invitation.introduction.organisation(Side(invitation.side))


def _entry(invitation: Invitation) -> Partner | City:
    introduction = invitation.introduction
    return introduction.partner if invitation.side == Side.PARTNER else introduction.city


def _locked_entry(invitation: Invitation) -> Partner | City:
    organisations.lock(_organisation(invitation))
    return _entry(invitation)


def _topics(invitation: Invitation) -> list[Topic]:
    """What the stored reasons name of this side: shared topics, and of a partner those a project was found by."""
    stored = invitation.introduction.reasons
    codes = [topic["code"] for fact in stored if fact["kind"] == "topics" for topic in fact["topics"]]
    names = [name for fact in stored if fact["kind"] == "project" for name in fact["topics"]]
    named = Q(pk__in=codes) | Q(name__in=names if invitation.side == Side.PARTNER else [])
    return list(Topic.objects.filter(named))


def _topic_of(invitation: Invitation, code: str) -> Topic:
    topic = next((topic for topic in _topics(invitation) if topic.pk == code), None)
    if topic is None:
        raise RepairError(_("Dieses Thema gehört nicht zu der Vermittlung."))
    return topic


def _edit_url(invitation: Invitation) -> str:
    if invitation.side == Side.PARTNER:
        return f"{reverse('edit_partner', args=[invitation.introduction.partner.slug])}#id_area"
    return f"{reverse('edit_city', args=[invitation.introduction.city.slug])}#id_reach_km"


def _task_key(invitation: Invitation) -> str:
    return f"region:{invitation.pk}"


def _refresh(entry: Partner | City) -> None:
    if isinstance(entry, Partner):
        suggestions.refresh_partner(entry)
    else:
        suggestions.refresh_city(entry)
