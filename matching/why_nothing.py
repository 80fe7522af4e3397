"""Why nothing comes to an organisation at the moment: the facts that stand against it, in sentences for its people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City
from matching import allowances, deadlines, gates, mails, readiness
from matching.budget import Turn, Why
from matching.models import Introduction, Invitation, Side
from partners.models import Partner
from portal.accounts.models import Organisation, User

MOST = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, and the page on which the person changes it, where there is one."""

    text: str
    url: str = ""
    link: str = ""


def told(entry: Partner | City, *, fits: bool, now: datetime | None = None) -> list[Told]:
    """One to three sentences, what the people can change first; `fits`: there are open suggestions."""
    moment = timezone.localtime(now)
    found = [*_standing(entry, moment), *_month(entry, moment), *_person(entry, moment), *_open(entry)]
    if not found:
        found = [_nothing_against_it() if fits else _nothing_fits(entry)]
    return found[:MOST]


def _standing(entry: Partner | City, now: datetime) -> Iterator[Told]:
    organisation = entry.organisation
    if not organisation.approved_at:
        yield Told(_("Die Geschäftsstelle hat Ihre Angaben noch nicht freigegeben."))
    confirmed = organisation.confirmed_at
    if confirmed is None or confirmed < gates.months_before(now, gates.MONTHS_OF_CONFIRMATION):
        text = _("Ihre Angaben sind seit zwölf Monaten nicht bestätigt. Ohne Bestätigung vermitteln wir nicht.")
        yield Told(text, _edit_url(entry), _("Angaben ansehen und bestätigen"))
    until = organisation.paused_until
    if until and until >= now.date():
        text = _("Sie machen Pause bis zum {day}. Bis dahin fragen wir Sie nicht.").format(day=f"{until:%d.%m.%Y}")
        yield Told(text, _edit_url(entry), _("Pause ändern"))


def _month(entry: Partner | City, now: datetime) -> Iterator[Told]:
    capacity = entry.organisation.capacity
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    begun = Introduction.objects.filter(**{_side(entry).value: entry.pk}, asked_at__gte=first).count()
    if not capacity:
        text = _("Sie möchten zurzeit keine Vermittlungen.")
    elif begun >= capacity:
        text = _("In diesem Monat haben für Sie schon {begun} von {capacity} Vermittlungen begonnen.")
    else:
        return
    yield Told(text.format(begun=begun, capacity=capacity), _edit_url(entry), _("Zahl im Monat ändern"))


def _person(entry: Partner | City, now: datetime) -> Iterator[Told]:
    organisation = entry.organisation
    contact = readiness.nameable_contact(organisation)
    if contact:
        yield from _turn(entry, contact, now)
    elif organisation.contact is None:
        people = reverse("people", args=[organisation.pk])
        yield Told(_("Es ist keine Ansprechperson für Vermittlungen eingetragen."), people, _("Personen ansehen"))
    else:
        text = _("Die Ansprechperson hat Kontaktvorschlägen noch nicht zugestimmt. Das kann nur sie selbst.")
        yield Told(text, reverse("consents"), _("Meine Einwilligungen"))


def _turn(entry: Partner | City, contact: User, now: datetime) -> Iterator[Told]:
    turn = allowances.turn(entry.organisation, contact, land=land_of(entry), now=now)
    if turn.why and turn.why != Why.PAUSE:
        yield Told(sentence(turn, entry.organisation))


def sentence(turn: Turn, organisation: Organisation) -> str:
    """What a question to this organisation waits for; nothing where it may go out now."""
    number = deadlines.limits().open_yes
    texts = {
        None: "",
        Why.HOLIDAYS: _("Es sind Schulferien: nächste Frage frühestens am {day}."),
        Why.PAUSE: _("{name} macht Pause: nächste Frage frühestens am {day}."),
        Why.WEEK: _("Für diese Woche ist genug gefragt: nächste Frage frühestens am {day}."),
        Why.MONTH: _("Die Fragen dieses Monats sind aufgebraucht: nächste Frage frühestens am {day}."),
        Why.BATCH: _("Die letzten Fragen sind erst wenige Tage alt: nächste Frage frühestens am {day}."),
        Why.OPEN_YES: _(
            "Offene Zusagen: {number} oder mehr. Die nächste Frage kommt, sobald die andere Seite geantwortet oder "
            "jemand gemeldet hat, was daraus geworden ist."
        ),
    }
    return texts[turn.why].format(day=mails.day(turn.at), name=organisation, number=number)


def land_of(entry: Partner | City) -> str:
    return entry.seat.land_id if isinstance(entry, Partner) else entry.land_id


def _open(entry: Partner | City) -> Iterator[Told]:
    side = _side(entry)
    asked = Invitation.objects.filter(side=side, answer="", asked_at__isnull=False)
    asked = asked.filter(introduction__state=Introduction.State.ASKED, **{f"introduction__{side}": entry.pk})
    first = asked.order_by("asked_at").values_list("introduction", flat=True).first()
    if first:
        text = _("Es ist etwas gekommen: Eine Frage wartet auf Ihre Antwort.")
        yield Told(text, reverse("introduction_detail", args=[first]), _("Anfrage beantworten"))


def _nothing_fits(entry: Partner | City) -> Told:
    text = _("Zurzeit passt kein neuer Kontakt. Weitere Themen oder ein größeres Gebiet helfen.")
    return Told(text, _edit_url(entry), _("Angaben bearbeiten"))


def _nothing_against_it() -> Told:
    return Told(_("Es steht nichts im Weg: Sobald die Geschäftsstelle einen Vorschlag freigibt, fragen wir Sie."))


def _side(entry: Partner | City) -> Side:
    return Side.PARTNER if isinstance(entry, Partner) else Side.CITY


def _edit_url(entry: Partner | City) -> str:
    name = "edit_partner" if isinstance(entry, Partner) else "edit_city"
    return reverse(name, args=[entry.slug])
