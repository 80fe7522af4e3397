"""The history of a pair in order of time, for the office: what happened, when, by whom, why, and which mails."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cities.models import City
from matching import call_words, mails, pair_record, reasons
from matching.models import Introduction, Invitation, Side, Suggestion
from matching.pair_record import Change, Record
from matching.scoring import UNITS_PER_POINT
from partners.models import Partner
from portal.mail.models import OutgoingMail

State = Introduction.State


@dataclass(frozen=True, slots=True)
class Entry:
    """`by` and `why` are empty where there is nothing to say."""

    at: datetime
    text: str
    by: str = ""
    why: str = ""


def of_pair(partner: Partner, city: City) -> list[Entry]:
    """Everything, for the office alone."""
    record = pair_record.read(partner, city)
    entries = [*_suggested(record), *_chosen(record), *_cases(record), *_asked(record), *_named(record)]
    return in_order([*entries, *_posted(record)])


def in_order(entries: list[Entry]) -> list[Entry]:
    """By time; what happened in one transaction stays as it was told."""
    return sorted(entries, key=lambda entry: entry.at)


def changed(change: Change, *fields: str) -> bool:
    """Whether one of these has another value than before."""
    return any(getattr(change.before, field, None) != getattr(change.now, field) for field in fields)


def ended_at(row: Any) -> datetime:
    """When the state of this row began, on the clock of the portal."""
    moments = {State.CONNECTED: row.connected_at, State.MET: row.met_at, State.COOPERATING: row.outcome_at}
    moment: datetime = moments.get(row.state, row.closed_at) or row.pgh_created_at
    return moment


def standing(mail: OutgoingMail) -> str:
    """When it was sent, or why not."""
    if mail.sent_at:
        return _("gesendet am {date}").format(date=mails.day(mail.sent_at))
    return str(mail.get_status_display())


def answered(row: Any) -> str:
    """The answer in the words of its button, and when to call."""
    call = Invitation(call_days=row.call_days, call_from=row.call_from, call_until=row.call_until).call_time
    words = f"„{Invitation.Answer(row.answer).label}“"
    return _("{answer}, gut erreichbar {call}").format(answer=words, call=call_words.words(call)) if call else words


def _suggested(record: Record) -> Iterator[Entry]:
    for change in record.suggestions:
        row = change.now
        if change.before is None:
            points = number_format(row.points / UNITS_PER_POINT, 2)
            why = " ".join(reason.text for reason in reasons.sentences(row.reasons))
            yield Entry(row.pgh_created_at, _("Vorschlag mit {points} Punkten").format(points=points), why=why)
        if row.state != Suggestion.State.OPEN and changed(change, "state"):
            text = _("Vorschlag {state}").format(state=Suggestion.State(row.state).label)
            yield Entry(row.decided_at, text, by=record.names.get(row.decided_by_id, ""), why=row.decision_reason)


def _chosen(record: Record) -> Iterator[Entry]:
    for pair in record.chosen:
        if pair.round.computed_at:
            yield Entry(pair.round.computed_at, _("In {round} ausgewählt").format(round=pair.round))


def _cases(record: Record) -> Iterator[Entry]:
    sentences = {
        State.CONNECTED: _("Beide haben zugesagt"),
        State.DECLINED: _("Abgesagt"),
        State.EXPIRED: _("Abgelaufen"),
        State.WITHDRAWN: _("Zurückgezogen"),
        State.MET: _("Beide haben miteinander gesprochen"),
        State.COOPERATING: _("Beide arbeiten zusammen"),
        State.NO_COOPERATION: _("Keine Zusammenarbeit"),
        State.SILENT: _("Ohne Rückmeldung abgeschlossen"),
    }
    for change in record.cases:
        row, case = change.now, record.introductions.get(change.now.pgh_obj_id)
        if case is None:
            continue
        if change.before is None:
            yield _begun(record, case, row)
        if row.linked_to_id and changed(change, "linked_to_id") and case.linked_to:
            yield Entry(row.asked_at, _("Zu dritt mit {third}").format(third=case.linked_to.partner))
        if change.before and row.state == State.ASKED and changed(change, "expires_at"):
            text = _("Wartet bis zum {date}").format(date=mails.day(row.expires_at))
            yield Entry(max(row.pgh_created_at, row.asked_at), text)
        if row.asked_whether_met_at and changed(change, "asked_whether_met_at"):
            yield Entry(row.asked_whether_met_at, _("Beide gefragt, ob sie miteinander gesprochen haben"))
        if row.asked_outcome_at and changed(change, "asked_outcome_at"):
            yield Entry(row.asked_outcome_at, _("Beide gefragt, was daraus geworden ist"))
        if change.before and changed(change, "state"):
            by = _by(record, change)
            yield Entry(ended_at(row), sentences[State(row.state)], by=by, why=row.withdrawal_reason)


def _begun(record: Record, case: Introduction, row: Any) -> Entry:
    text = _("Vermittlung begonnen")
    if row.initiated_by:
        text = _("{name} bittet um Kontakt").format(name=case.organisation(Side(row.initiated_by)))
    return Entry(row.asked_at, text, by=record.names.get(row.created_by_id, ""), why=row.message)


def _asked(record: Record) -> Iterator[Entry]:
    for change in record.invitations:
        row = change.now
        name = record.introductions[row.introduction_id].organisation(Side(row.side))
        if row.asked_at and changed(change, "asked_at") and not row.answer:
            who = record.names.get(row.recipient_id, "…")
            yield Entry(row.asked_at, _("{name}: {who} gefragt").format(name=name, who=who))
        if row.answer and changed(change, "answer", "answered_at"):
            why = ". ".join(filter(None, [row.reason and str(Invitation.Reason(row.reason).label), row.comment]))
            by = record.names.get(row.answered_by_id) or _by(record, change)
            yield Entry(row.answered_at, f"{name}: {answered(row)}", by=by, why=why)
        noted = {
            "reminded_at": _("{name}: Erinnerung erledigt"),
            "noted_at": _("{name}: Zwischenstand erledigt"),
            "forwarded_at": _("{name}: nicht zuständig, reicht weiter"),
            "not_yet_at": _("{name}: noch nicht gesprochen"),
        }
        if row.not_before and changed(change, "not_before") and row.not_before > row.deferred_at:
            text = _("{name}: wird frühestens am {date} gefragt")
            yield Entry(row.deferred_at, text.format(name=name, date=mails.day(row.not_before)))
        for field, text in noted.items():
            if getattr(row, field) and changed(change, field):
                yield Entry(getattr(row, field), text.format(name=name))


def _named(record: Record) -> Iterator[Entry]:
    for row in record.disclosures:
        who = row.person.get_full_name() or row.person.email if row.person else "…"
        text = _("Kontakt bekannt gegeben: {who} ({side})").format(who=who, side=row.get_side_display())
        yield Entry(row.disclosed_at, text)


def _posted(record: Record) -> Iterator[Entry]:
    for posted in record.mails:
        mail = posted.mail
        text = _("Mail „{subject}“ an {to}: {standing}")
        text = text.format(subject=mail.subject, to=mail.to, standing=standing(mail))
        yield Entry(mail.created_at, text, why=mail.error if not mail.sent_at else "")


def _by(record: Record, change: Change) -> str:
    who = pair_record.actor(change)
    if who is not None:
        return record.names.get(who, "…")
    context = change.now.pgh_context
    return _("über den Link in der Mail") if context and context.metadata.get("url") else _("das Portal")
