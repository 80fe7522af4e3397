"""The history of a pair as one side may know it: its own part, and of the other side only what the mails have told.

Of the other side it says neither answer nor reason, and names nobody; a yes of the other side is told with the
contacts, a no as the end of the case. Remarks for the office and mails to others stay out.
"""

from collections.abc import Iterator, Set

from django.utils.translation import gettext as _

from matching import pair_record
from matching.models import Introduction, Invitation, Side
from matching.pair_history import Entry, answered, changed, ended_at, in_order, standing
from matching.pair_record import Record
from portal.accounts.models import Membership

State = Introduction.State


def of_side(introduction: Introduction, side: Side) -> list[Entry]:
    """All cases of the pair of which this side knows."""
    record = pair_record.read(introduction.partner, introduction.city)
    known = {pk for pk, row in record.introductions.items() if _knows(row, side)}
    people = Membership.objects.filter(organisation=introduction.organisation(side)).values_list("user", flat=True)
    entries = [*_begun(record, known, side), *_asked(record, known, side), *_ended(record, known, side)]
    return in_order([*entries, *_posted(record, known, side, people=set(people))])


def _knows(row: Introduction, side: Side) -> bool:
    """As Introduction.objects.visible_to says it."""
    own = next(each for each in row.invitations.all() if each.side == side)
    return bool(own.asked_at or row.agreed_at(side.other))


def _begun(record: Record, known: Set[int], side: Side) -> Iterator[Entry]:
    for pk in known:
        row = record.introductions[pk]
        if row.initiated_by == side:
            text = _("{own} hat um Kontakt zu {other} gebeten.")
            by = record.names.get(row.created_by_id, "") if row.created_by_id else ""
            yield Entry(row.asked_at, _named(text, row, side), by=by)
        if row.third:
            yield Entry(row.asked_at, _("Zu dritt mit {third}.").format(third=row.third))


def _asked(record: Record, known: Set[int], side: Side) -> Iterator[Entry]:
    for change in record.invitations:
        row = change.now
        if row.introduction_id not in known or row.side != side:
            continue
        case = record.introductions[row.introduction_id]
        if row.asked_at and changed(change, "asked_at") and not row.answer:
            yield Entry(row.asked_at, _named(_("Wir haben {own} nach dem Kontakt mit {other} gefragt."), case, side))
        if row.answer and changed(change, "answer", "answered_at"):
            reason = str(Invitation.Reason(row.reason).label) if row.reason else ""
            text = _("Ihre Antwort: {answer}").format(answer=answered(row))
            yield Entry(row.answered_at, text, by=record.names.get(row.answered_by_id, ""), why=reason)
        if row.forwarded_at and changed(change, "forwarded_at"):
            yield Entry(row.forwarded_at, _("Sie haben die Anfrage weitergereicht."))
        if row.not_yet_at and changed(change, "not_yet_at"):
            yield Entry(row.not_yet_at, _("Sie haben „Noch nicht“ geantwortet."))


def _ended(record: Record, known: Set[int], side: Side) -> Iterator[Entry]:
    """Who reported it is not told."""
    for change in record.cases:
        row = change.now
        if row.pgh_obj_id in known and change.before and changed(change, "state"):
            case = record.introductions[row.pgh_obj_id]
            own = next(each for each in case.invitations.all() if each.side == side)
            yield Entry(ended_at(row), _sentence(State(row.state), own), why=row.withdrawal_reason)


def _sentence(state: State, own: Invitation) -> str:
    if state == State.DECLINED and own.answer == Invitation.Answer.NO:
        return _("Die Vermittlung ist beendet.")
    sentences = {
        State.DECLINED: _("Die andere Seite hat geantwortet, dass es jetzt nicht passt. Die Vermittlung ist beendet."),
        State.EXPIRED: _("Die Zeit für eine Antwort ist abgelaufen. Die Vermittlung ist beendet."),
        State.WITHDRAWN: _("Die Vermittlung wurde zurückgezogen."),
        State.CONNECTED: _("Beide Seiten haben zugesagt. Die Kontaktdaten gingen an beide Ansprechpersonen."),
        State.MET: _("Sie haben miteinander gesprochen."),
        State.COOPERATING: _("Sie arbeiten zusammen."),
        State.NO_COOPERATION: _("Aus dem Kontakt ist keine Zusammenarbeit geworden."),
        State.SILENT: _("Niemand hat uns gesagt, was daraus geworden ist. Die Vermittlung ist abgeschlossen."),
    }
    return sentences[state]


def _posted(record: Record, known: Set[int], side: Side, *, people: Set[int]) -> Iterator[Entry]:
    """Mails to people who belong to the side today."""
    for posted in record.mails:
        mail = posted.mail
        if posted.introduction in known and posted.side == side and mail.user and mail.user.pk in people:
            who = mail.user.get_full_name() or mail.user.email
            text = _("Mail „{subject}“ an {who}: {standing}")
            yield Entry(mail.created_at, text.format(subject=mail.subject, who=who, standing=standing(mail)))


def _named(text: str, row: Introduction, side: Side) -> str:
    return text.format(own=row.organisation(side), other=row.organisation(side.other))
