"""What a company proposes to a town: help with a project, or an idea of its own.

asked → accepted    the contacts go out; an idea becomes a draft project of the town
      → changed     the town would do an idea differently; the company agrees (→ accepted) or withdraws
      → declined    with a reason
      → withdrawn   by the company, by the office, or because what it was about is gone
      → expired     no answer in time; a changed idea waits anew

Locks are taken in one order: organisations, people, proposal. Erasing an account keeps to it, so the two never wait for
each other.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import projects
from cities.models import City, Project
from cities.projects import ProjectEntry
from matching import deadlines, mails, proposal_calls, proposal_mails, proposal_sides, proposal_turns
from matching.models import Disclosure, Party, Proposal
from matching.models.proposals import ProposalQuerySet
from partners.models import Company
from portal.accounts.models import Organisation, User
from portal.accounts.refusals import Refusal

State = Proposal.State
Kind = Proposal.Kind
PARTIES = proposal_sides.PARTIES

TRANSITIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        State.ASKED: frozenset({State.ACCEPTED, State.CHANGED, State.DECLINED, State.WITHDRAWN, State.EXPIRED}),
        State.CHANGED: frozenset({State.ACCEPTED, State.WITHDRAWN, State.EXPIRED}),
    }
)


class ProposalError(Refusal):
    """The step does not fit the state, or the person may not take it; the message is for the person."""


@transaction.atomic
def offer(company: Company, project: Project, *, kinds: Sequence[str], message: str, by: User) -> Proposal:
    """A company offers some of what a published project looks for. The same offer sent again is the same row.

    The town waits for such answers, so its contact person is told; where there is none, the office calls.
    """
    proposal_sides.lock_parties([company.organisation_id, project.city.organisation_id], by)
    _require_sender(company, by)
    project = Project.objects.select_related("city__organisation").get(pk=project.pk)
    _require_looked_for(project, kinds)
    earlier = Proposal.objects.open().filter(company=company, project=project, kind=Kind.OFFER).first()
    if earlier:
        return _same(earlier, title=project.title, kinds=kinds, message=message)
    proposal = _create(
        Kind.OFFER, company, project.city, project=project, title=project.title, kinds=kinds, message=message, by=by
    )
    contact = proposal_sides.active_contact(project.city.organisation)
    proposal_calls.ask(proposal, contact, proposal_mails.tell_offer)
    return proposal


@transaction.atomic
def idea(  # noqa: PLR0913 - an idea has this many parts
    company: Company, city: City, *, title: str, message: str, by: User, kinds: Sequence[str] = ()
) -> Proposal:
    """A company brings an idea of its own to a town that takes part. The same idea sent again is the same row.

    The town has not asked: the mail rests on its contact person's consent and counts in the budget; where nobody may be
    written to, the office calls.
    """
    proposal_sides.lock_parties([company.organisation_id, city.organisation_id], by)
    _require_sender(company, by)
    city = City.objects.select_related("organisation").get(pk=city.pk)
    _require_taking_part(city)
    title = _required(title, _("Bitte geben Sie Ihrer Idee einen Titel."))
    earlier = Proposal.objects.open().filter(company=company, city=city, kind=Kind.IDEA).first()
    if earlier:
        return _same(earlier, title=title, kinds=kinds, message=message)
    proposal = _create(Kind.IDEA, company, city, title=title, kinds=kinds, message=message, by=by)
    proposal_turns.ask(proposal, now=proposal.created_at)
    return proposal


@transaction.atomic
def accept(proposal: Proposal, *, by: User) -> Proposal:
    """The town says yes: the contacts go out, and an idea becomes a draft of the town. Saying so again changes nothing.

    The contact of whoever accepts is given to the company. Where the company has nobody left to name, it is withdrawn.
    """
    row = proposal_sides.lock(proposal, by)
    _require_member(row, Party.CITY, by)
    if row.state == State.ACCEPTED:
        return row
    _require_state(row, State.ASKED)
    _require_still_wanted(row)
    return _connect(
        row, proposal_sides.speaker(row, Party.COMPANY), proposal_sides.present(row, Party.CITY, by), answered_by=by
    )


@transaction.atomic
def change(proposal: Proposal, changes: str, *, by: User) -> Proposal:
    """The town would do the idea differently; the company is asked, and has its time for that anew."""
    row = proposal_sides.lock(proposal, by)
    _require_member(row, Party.CITY, by)
    changes = _required(changes, _("Bitte schreiben Sie, was Sie anders machen möchten."))
    if row.state == State.CHANGED and row.changes == changes:
        return row
    if row.kind != Kind.IDEA:
        raise ProposalError(_("Ein Angebot lässt sich annehmen oder absagen. Alles Weitere klären Sie dann direkt."))
    _require_state(row, State.ASKED)
    now = timezone.now()
    until = deadlines.answer_until(now, land=row.company.seat.land_id)
    _move(row, State.CHANGED, changes=changes, changed_at=now, answered_by=by, expires_at=until)
    contact = proposal_sides.speaker(row, Party.COMPANY)
    proposal_calls.ask(row, contact, proposal_mails.tell_change)
    return row


@transaction.atomic
def agree(proposal: Proposal, *, by: User) -> Proposal:
    """The company agrees to the change: the contacts go out. Saying so again changes nothing.

    The town is named by whoever asked for the change. Where the town has nobody left to name, it is withdrawn.
    """
    row = proposal_sides.lock(proposal, by)
    _require_member(row, Party.COMPANY, by)
    if row.state == State.ACCEPTED:
        return row
    _require_state(row, State.CHANGED)
    _require_still_wanted(row)
    own = proposal_sides.speaker(row, Party.COMPANY) or proposal_sides.present(row, Party.COMPANY, by)
    return _connect(row, own, proposal_sides.speaker(row, Party.CITY))


@transaction.atomic
def decline(proposal: Proposal, reason: str, *, by: User) -> Proposal:
    """The town says no, with a reason that the company reads. Saying so again changes nothing."""
    row = proposal_sides.lock(proposal, by)
    _require_member(row, Party.CITY, by)
    if row.state == State.DECLINED:
        return row
    _require_state(row, State.ASKED)
    answer = _required(reason, _("Bitte nennen Sie einen Grund. Ein freundlicher Satz genügt."))
    _end(row, State.DECLINED, answer=answer, answered_by=by)
    _tell(row, Party.COMPANY)
    return row


@transaction.atomic
def withdraw(proposal: Proposal, *, by: User, reason: str = "") -> Proposal:
    """The company takes it back, for whatever reason, and the town is told; the office with a reason, and both are."""
    row = proposal_sides.lock(proposal, by)
    is_company = proposal_sides.is_member(row.company.organisation, by)
    if not (is_company or by.is_staff):
        raise ProposalError(_("Zurückziehen kann nur das Unternehmen."))
    if row.state == State.WITHDRAWN:
        return row
    _require_state(row, *Proposal.OPEN)
    if not is_company:
        reason = _required(reason, _("Bitte nennen Sie einen Grund."))
    _end(row, State.WITHDRAWN, withdrawal_reason=reason.strip())
    _tell(row, *([Party.CITY] if is_company else PARTIES))
    return row


def close_for(project: Project) -> int:
    """Close the open offers of a project that is not published any more; returns how many.

    To be called when the step of the project is written: it locks organisations, which come before a project.
    """
    return _close_obsolete(Proposal.objects.filter(project=project, kind=Kind.OFFER))


def ask_waiting(now: datetime | None = None) -> int:
    """Write to the towns whose contact persons may be asked by now; returns about how many ideas."""
    moment = now or timezone.now()
    due = proposal_turns.due(moment).order_by("not_before", "pk").values_list("pk", flat=True)
    return deadlines.each(lambda pk: _ask_or_give_up(pk, moment), due)


def close_expired(now: datetime | None = None) -> int:
    """End what nobody answered in time, and what has lost its subject unnoticed; returns how many ended."""
    moment = now or timezone.now()
    due = Proposal.objects.open().filter(expires_at__lte=moment).order_by("expires_at").values_list("pk", flat=True)
    return deadlines.each(lambda pk: _expire(pk, moment), due) + _close_obsolete(Proposal.objects.all())


def _close_obsolete(rows: ProposalQuerySet) -> int:
    return deadlines.each(_close_one, rows.open().obsolete().order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _close_one(pk: int) -> bool:
    row = proposal_sides.lock(Proposal(pk=pk))
    reason = _why_obsolete(row)
    if row.state not in Proposal.OPEN or not reason:  # answered, or published anew while the lock was waited for
        return False
    _end(row, State.WITHDRAWN, withdrawal_reason=reason)
    _tell(row, *PARTIES)
    return True


@transaction.atomic
def _ask_or_give_up(pk: int, now: datetime) -> bool:
    row = proposal_sides.lock(Proposal(pk=pk))
    if row.state != State.ASKED or row.not_before is None or row.not_before > now or _why_obsolete(row):
        return False
    proposal_turns.ask(row, now=now)
    if row.not_before and proposal_turns.gives_up_at(row) <= now:
        reason = _("„{name}“ konnte nicht gefragt werden: Pause, Ferien oder zu viele Fragen zugleich.")
        _end(row, State.WITHDRAWN, withdrawal_reason=reason.format(name=row.city))
        _tell(row, Party.COMPANY)
    return row.not_before is None


@transaction.atomic
def _expire(pk: int, now: datetime) -> bool:
    row = proposal_sides.lock(Proposal(pk=pk))
    if row.state not in Proposal.OPEN or row.expires_at > now:  # answered while the lock was waited for
        return False
    asked = proposal_sides.whose_turn(row)
    _end(row, State.EXPIRED)
    for party in PARTIES:
        _tell(row, party, was_asked=party == asked)
    return True


def _why_obsolete(row: Proposal) -> str:
    """A sentence for both, or nothing as long as it makes sense to wait."""
    if row.kind == Kind.OFFER and row.project is None:
        return _("Das Projekt „{title}“ gibt es nicht mehr.").format(title=row.title)
    if row.kind == Kind.OFFER and row.project and row.project.state != Project.State.PUBLISHED:
        state = row.project.get_state_display()
        return _("Das Projekt „{title}“ ist {state}.").format(title=row.title, state=state)
    if not Organisation.objects.approved().filter(pk=row.company.organisation_id).exists():
        return _("„{name}“ nimmt nicht mehr teil.").format(name=row.company)
    if not City.objects.taking_part().filter(pk=row.city_id).exists():
        return _("„{name}“ nimmt nicht mehr teil.").format(name=row.city)
    return ""


def _connect(row: Proposal, company: User | None, city: User | None, **fields: Any) -> Proposal:
    """Make both contacts known, or none: where one side has nobody to name any more, the case ends."""
    if company is None or city is None:
        absent = row.company if company is None else row.city
        reason = _("Bei „{name}“ ist zurzeit niemand erreichbar.").format(name=absent)
        _end(row, State.WITHDRAWN, withdrawal_reason=reason)
        _tell(row, *PARTIES)
        return row
    if row.kind == Kind.IDEA:
        fields["project"] = _adopt(row, city)
    now = timezone.now()
    _move(row, State.ACCEPTED, closed_at=now, **fields)
    people = {Party.COMPANY: company, Party.CITY: city}
    Disclosure.objects.bulk_create(
        [Disclosure(proposal=row, side=party, person=people[party], disclosed_at=now) for party in people]
    )
    proposal_mails.contacts(row, people)
    return row


def _adopt(row: Proposal, by: User) -> Project:
    """The idea as a draft of the town, which completes and publishes it."""
    place = row.city.municipalities.order_by("ags").first()
    if place is None:
        raise ProposalError(_("Für Ihre Stadt ist noch kein Ort hinterlegt. Bitte schreiben Sie der Geschäftsstelle."))
    agreed = _("So haben wir es mit {company} vereinbart:").format(company=row.company)
    text = f"{row.message}\n\n{agreed}\n{row.changes}" if row.changes else row.message
    return projects.draft(row.city, ProjectEntry(title=row.title, place=place, description=text), by=by)


def _create(  # noqa: PLR0913 - what offers and ideas are made of
    kind: Kind,
    company: Company,
    city: City,
    *,
    title: str,
    kinds: Sequence[str],
    message: str,
    by: User,
    project: Project | None = None,
) -> Proposal:
    now = timezone.now()
    return Proposal.objects.create(
        kind=kind,
        company=company,
        city=city,
        project=project,
        title=" ".join(title.split()),
        kinds=list(kinds),
        message=_required(message, _("Bitte schreiben Sie der Stadt ein paar Worte.")),
        created_at=now,
        created_by=by,
        expires_at=deadlines.answer_until(now, land=city.land_id),
    )


def _same(earlier: Proposal, *, title: str, kinds: Sequence[str], message: str) -> Proposal:
    """The open one, where just this was sent twice."""
    sent = (" ".join(title.split()), set(kinds), message.strip())
    if (earlier.title, set(earlier.kinds), earlier.message) == sent:
        return earlier
    text = _(
        "„{company}“ wartet hier schon auf eine Antwort. Ziehen Sie das zuerst zurück, wenn sich etwas geändert hat."
    )
    raise ProposalError(text.format(company=earlier.company))


def _tell(row: Proposal, *parties: Party, **more: object) -> None:
    """How it ended, for those parties that know of it and have somebody to be told."""
    for party in parties:
        person = proposal_sides.speaker(row, party)
        knows = party == Party.COMPANY or row.changed_at or not proposal_calls.office_calls(row)
        if person and knows:
            proposal_mails.tell_end(row, party, person, **more)


def _end(row: Proposal, state: State, **fields: Any) -> None:
    _move(row, state, closed_at=timezone.now(), **fields)


def _move(row: Proposal, state: State, **fields: Any) -> None:
    """The one place that changes a state: in one UPDATE with the dates the constraints ask for."""
    if state not in TRANSITIONS.get(row.state, frozenset()):
        raise ProposalError(_("Dieser Schritt ist hier nicht möglich."))
    fields["state"] = state
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))


def _require_sender(company: Company, by: User) -> None:
    organisation = Organisation.objects.get(pk=company.organisation_id)
    if not proposal_sides.is_member(organisation, by):
        raise ProposalError(_("Nur Mitglieder von {name} können das senden.").format(name=organisation))
    if not Organisation.objects.approved().filter(pk=organisation.pk).exists():
        text = _(
            "„{name}“ ist zurzeit nicht freigegeben. Sobald die Geschäftsstelle zugestimmt hat, können Sie das senden."
        )
        raise ProposalError(text.format(name=organisation))


def _require_taking_part(city: City) -> None:
    if not City.objects.taking_part().filter(pk=city.pk).exists():
        raise ProposalError(_("„{city}“ nimmt zurzeit nicht teil.").format(city=city))


def _require_looked_for(project: Project, kinds: Sequence[str]) -> None:
    if not Project.objects.published().filter(pk=project.pk).exists():
        raise ProposalError(_("„{title}“ sucht zurzeit keine Hilfe.").format(title=project.title))
    if not kinds or set(kinds) - set(project.needs.values_list("kind", flat=True)):
        raise ProposalError(_("Bitte wählen Sie aus, was Sie von dem geben können, was gesucht wird."))


def _require_still_wanted(row: Proposal) -> None:
    reason = _why_obsolete(row)
    if reason:
        raise ProposalError(reason)


def _require_member(row: Proposal, party: Party, by: User) -> None:
    organisation = proposal_sides.organisation(row, party)
    if not proposal_sides.is_member(organisation, by):
        raise ProposalError(_("Antworten können nur die Mitglieder von {name}.").format(name=organisation))


def _require_state(row: Proposal, *states: State) -> None:
    if row.state in states:
        return
    if row.closed_at:
        text = _("Das ist seit dem {date} abgeschlossen: {state}. Ihre Antwort ändert nichts mehr.")
        raise ProposalError(text.format(date=mails.day(row.closed_at), state=row.get_state_display()))
    raise ProposalError(_("Jetzt ist die andere Seite an der Reihe. Wir schreiben Ihnen, sobald sie antwortet."))


def _required(text: str, message: str) -> str:
    if not text.strip():
        raise ProposalError(message)
    return text.strip()
