"""Every mail the portal writes, as its recipients would get it: from the same functions, about invented people.

A template in templates/mail that has no preview here fails a test.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from cities.models import Project
from matching import batches, mails, proposal_mails, step_mails
from matching.models import Introduction, Party, Proposal, Side
from partners import affiliation_mails
from portal.accounts.models import User
from portal.mail import notices
from portal.mail.models import OutgoingMail
from portal.site import consent_codes, coordination, curation, publishing
from portal.site.mail_previews import cast

State = Introduction.State
Written = dict[str, Any]  # in the words of `outbox.queue_mail`
Cases = Iterator[tuple[str, Written]]
SAMPLE = "vorschau"  # instead of a token


@dataclass(frozen=True)
class Preview:
    """One mail of one template; `case` says how it differs from the others of it."""

    letter: str
    case: str
    mail: OutgoingMail  # never stored


def of_letter(letter: str) -> list[Preview]:
    """The mails of one template; KeyError where there is none."""
    return [Preview(letter, case, _mail(written)) for case, written in LETTERS[letter]()]


def everything() -> list[Preview]:
    return [preview for letter in LETTERS for preview in of_letter(letter)]


def _mail(written: Written) -> OutgoingMail:
    user: User = written["user"]
    return OutgoingMail(key=SAMPLE, to=user.email, created_at=timezone.now(), **written)


def _notice(letter: str, context: Mapping[str, Any], *, person: User | None = None) -> Written:
    return notices.written(letter, person or cast.alex(), context=context)


def _suggestion(letter: str, context: dict[str, Any]) -> Written:
    return mails.suggestion(cast.kim(), letter, context, url=mails.absolute("unsubscribe", SAMPLE))


# --- Introductions --------------------------------------------------------------------------------------------
def _invitation() -> Cases:
    cases = {
        "Vorschlag der Geschäftsstelle": cast.introduction(),
        "Anfrage der anderen Seite": cast.asked_by_partner(),
        "Anfrage zu einem Projekt": cast.asked_by_partner(project=cast.project()),
    }
    for case, introduction in cases.items():
        url = mails.absolute("answer", SAMPLE)
        context = mails.invitation_context(introduction, Side.CITY, cast.kim(), answer_url=url)
        yield case, _suggestion("invitation", context)


def _invitations() -> Cases:
    url, cases = mails.absolute("answer", SAMPLE), (cast.introduction(), cast.asked_by_partner())
    questions = [mails.invitation_context(each, Side.CITY, cast.kim(), answer_url=url) for each in cases]
    yield "", _suggestion("invitations", batches.together(questions))


def _reminder() -> Cases:
    for case, introduction in (("Vorschlag", cast.introduction()), ("Anfrage", cast.asked_by_partner())):
        url, asked_at = mails.absolute("answer", SAMPLE), timezone.now() - timedelta(days=7)
        context = step_mails.reminder_context(introduction, Side.CITY, cast.kim(), asked_at=asked_at, answer_url=url)
        yield case, _suggestion("reminder", context)


def _waiting() -> Cases:
    for case, office_calls in (("gefragt", False), ("die Geschäftsstelle ruft an", True)):
        context = step_mails.waiting_context(cast.introduction(), Side.PARTNER, cast.alex(), office_calls=office_calls)
        yield case, _notice("waiting", context)


def _follow_up(letter: str) -> Callable[[], Cases]:
    def asked() -> Cases:
        now, url = timezone.now(), mails.absolute("answer", SAMPLE)
        introduction = cast.introduction(connected_at=now - timedelta(days=14))
        until = now + timedelta(days=76)
        context = step_mails.follow_up_context(introduction, Side.CITY, cast.kim(), until=until, answer_url=url)
        yield "", _suggestion(letter, context)

    return asked


def _going_on_alone() -> Cases:
    third = cast.organisation(cast.Kind.PARTNER, "Zentrum Beispiel")
    yield (
        "",
        _notice("going_on_alone", mails.alone_context(cast.introduction(), Side.PARTNER, cast.alex(), third=third)),
    )


def _contacts() -> Cases:
    people = {Side.PARTNER: cast.alex(), Side.CITY: cast.kim()}
    for case, calls in (("ohne Wunsch", {}), ("mit Wunsch nach einem Anruf", {Side.CITY: "Dienstag, 9 bis 11 Uhr"})):
        yield case, _notice("contacts", mails.contacts_context(cast.introduction(), people, calls=calls))


def _agreed() -> Cases:
    context = mails.agreed_context(cast.asked_by_partner(), cast.alex(), contact=cast.kim())
    yield "", _notice("agreed", context)


def _declined() -> Cases:
    yield "vorgeschlagen", _end(State.DECLINED, cast.introduction())
    yield "selbst gefragt", _end(State.DECLINED, cast.asked_by_partner())


def _expired() -> Cases:
    yield "nicht geantwortet", _end(State.EXPIRED, cast.introduction())
    yield "zugesagt", _end(State.EXPIRED, cast.introduction(partner_agreed_at=timezone.now()))


def _withdrawn() -> Cases:
    reason = "Die Stadt hat sich anders entschieden."
    yield "", _end(State.WITHDRAWN, cast.introduction(withdrawal_reason=reason))


def _end(state: State, introduction: Introduction) -> Written:
    return _notice(state, mails.end_context(introduction, Side.PARTNER, cast.alex()))


# --- Proposals of companies -----------------------------------------------------------------------------------
def _proposal_new() -> Cases:
    offer, idea = (proposal_mails.context(cast.proposal(kind), Party.CITY, cast.kim()) for kind in Proposal.Kind)
    yield "Angebot zu einem Projekt", _notice("proposal_new", offer, person=cast.kim())
    yield "eigene Projektidee", _suggestion("proposal_new", idea)


def _proposal_changed() -> Cases:
    proposal = cast.proposal(Proposal.Kind.IDEA, changes="Geht es auch im Herbst?")
    yield "", _notice("proposal_changed", proposal_mails.context(proposal, Party.COMPANY, cast.alex()))


def _proposal_accepted() -> Cases:
    people = {Party.COMPANY: cast.alex(), Party.CITY: cast.kim()}
    for kind in Proposal.Kind:
        context = proposal_mails.contacts_context(cast.proposal(kind), people)
        yield str(kind.label), _notice("proposal_accepted", context)


def _proposal_end(letter: str, **fields: str) -> Callable[[], Cases]:
    def end() -> Cases:
        for kind in Proposal.Kind:
            for party, person in ((Party.COMPANY, cast.alex()), (Party.CITY, cast.kim())):
                context = proposal_mails.context(cast.proposal(kind, **fields), party, person)
                asked = context | {"was_asked": party == Party.CITY}
                yield f"{kind.label}, an {party.label}", _notice(letter, asked, person=person)

    return end


# --- Affiliations, networks -----------------------------------------------------------------------------------
def _affiliation_asked() -> Cases:
    for case, asked in (("Netzwerk", cast.membership(agreed=False)), ("Unternehmen", cast.advice())):
        context = affiliation_mails.about(asked, asked.organisation) | {"question": affiliation_mails.question(asked)}
        yield case, _notice("affiliation_asked", context)


def _affiliation(letter: str, *, agreed: bool) -> Callable[[], Cases]:
    def told() -> Cases:
        row = cast.membership(agreed=agreed)
        context = affiliation_mails.about(row, row.organisation) | {"outcome": affiliation_mails.outcome(row)}
        yield "", _notice(letter, context)

    return told


def _network_handed_over() -> Cases:
    yield "", _notice("network_handed_over", coordination.about(cast.network(), cast.partner()))


# --- Decisions of the office ----------------------------------------------------------------------------------
def _organisation_approved() -> Cases:
    organisations = {
        "Partner": cast.partner().organisation,
        "Netzwerk": cast.network().organisation,
        "Unternehmen, öffentlich": cast.company().organisation,
        "Unternehmen, nicht öffentlich": cast.company(listed=False).organisation,
    }
    for case, organisation in organisations.items():
        yield case, _notice("organisation_approved", curation.about(organisation))


def _organisation(letter: str, **fields: str) -> Callable[[], Cases]:
    def decided() -> Cases:
        for kind, name in ((cast.Kind.PARTNER, "Kammer Beispiel"), (cast.Kind.NETWORK, "Netzwerk Musterland")):
            organisation = cast.organisation(kind, name, **fields)
            yield str(kind.label), _notice(letter, curation.about(organisation))

    return decided


def _access(letter: str, **more: str) -> Callable[[], Cases]:
    def decided() -> Cases:
        yield "", _notice(letter, curation.about(cast.city().organisation) | more)

    return decided


# --- Projects, codes ------------------------------------------------------------------------------------------
def _project(letter: str, **fields: object) -> Callable[[], Cases]:
    def step() -> Cases:
        yield "", _step(letter, **fields)

    return step


def _project_ended() -> Cases:
    ended = {"state": Project.State.ENDED}
    over = ended | {"end_reason": Project.EndReason.OVER, "ends_on": timezone.localdate()}
    yield "Zeitraum vorbei", _step("project_ended", **over)
    yield "nicht bestätigt", _step("project_ended", **ended, end_reason=Project.EndReason.UNCONFIRMED)


def _step(letter: str, **fields: object) -> Written:
    return _notice(letter, publishing.about(cast.project(**fields)), person=cast.kim())


def _consent_code() -> Cases:
    yield "", consent_codes.written(cast.alex(), "000000")


LETTERS: Mapping[str, Callable[[], Cases]] = MappingProxyType(
    {
        "invitation": _invitation,
        "invitations": _invitations,
        "reminder": _reminder,
        "waiting": _waiting,
        "whether_met": _follow_up("whether_met"),
        "outcome": _follow_up("outcome"),
        "going_on_alone": _going_on_alone,
        "contacts": _contacts,
        "agreed": _agreed,
        "declined": _declined,
        "expired": _expired,
        "withdrawn": _withdrawn,
        "proposal_new": _proposal_new,
        "proposal_changed": _proposal_changed,
        "proposal_accepted": _proposal_accepted,
        "proposal_declined": _proposal_end("proposal_declined", answer="Wir haben schon genug Räume."),
        "proposal_expired": _proposal_end("proposal_expired"),
        "proposal_withdrawn": _proposal_end("proposal_withdrawn", withdrawal_reason="Das Projekt ist beendet."),
        "affiliation_asked": _affiliation_asked,
        "affiliation_agreed": _affiliation("affiliation_agreed", agreed=True),
        "affiliation_ended": _affiliation("affiliation_ended", agreed=False),
        "network_handed_over": _network_handed_over,
        "organisation_approved": _organisation_approved,
        "organisation_asked_back": _organisation("organisation_asked_back", question="Wo arbeiten Sie?"),
        "organisation_declined": _organisation("organisation_declined", decline_reason="Es gibt den Eintrag schon."),
        "access_granted": _access("access_granted"),
        "access_declined": _access("access_declined", reason_given="Die Stadt betreut schon jemand anderes."),
        "project_published": _project("project_published"),
        "project_change_wished": _project("project_change_wished", question="Wo genau findet es statt?"),
        "project_ends_soon": _project("project_ends_soon"),
        "project_ended": _project_ended,
        "project_withdrawn": _project("project_withdrawn", withdrawal_reason="Es sucht nur Geld."),
        "consent_code": _consent_code,
    }
)
