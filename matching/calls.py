"""What the office says by phone or letter where the portal may write to nobody: who asks, why, and until when."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from matching import mails, proposal_sides, reasons
from matching.models import Introduction, Invitation, Party, Proposal, Side
from portal.accounts.models import OfficeTask, Organisation


@dataclass(frozen=True, kw_only=True)
class Call:
    """The same facts as in the mail that cannot be sent; nothing in it is the other side's contact data."""

    organisation: Organisation
    request: str
    reasons: tuple[str, ...]
    sender: str
    message: str
    until: str
    is_open: bool  # somebody still waits for the answer

    @property
    def first_step(self) -> str:
        return _("Ein guter erster Schritt ist ein Telefonat von einer halben Stunde.")

    @property
    def rule(self) -> str:
        return _("Kontaktdaten gehen erst an die andere Seite, wenn beide zugesagt haben.")

    @property
    def source(self) -> str:
        """Where the portal has the entry from (Art. 14 DSGVO)."""
        return _source(self.organisation)


def of_task(task: OfficeTask) -> Call | None:
    """What the task is about; None where it waits for no answer of this kind, or its case is gone."""
    kind, *numbers = task.key.split(":")
    if kind == "ask":
        pairs = Invitation.objects.select_related(
            "introduction__partner__organisation", "introduction__city__organisation", "introduction__project"
        )
        invitation = pairs.filter(pk=numbers[0]).first()
        return of_invitation(invitation) if invitation else None
    if kind == "proposal":
        sides = Proposal.objects.select_related("company__organisation", "city__organisation")
        proposal = sides.filter(pk=numbers[0]).first()
        return of_proposal(proposal, Party(numbers[1])) if proposal else None
    return None


def of_invitation(invitation: Invitation) -> Call:
    """One side of an introduction is to be asked."""
    introduction, side = invitation.introduction, Side(invitation.side)
    own, other = introduction.organisation(side), introduction.organisation(side.other)
    names = {"own": mails.one_line(own), "other": mails.one_line(other)}
    request = _("{other} und {own} könnten gut zusammenarbeiten. Möchten Sie sich kennenlernen?")
    if introduction.initiated_by == side.other:
        request = _("{other} möchte {own} kennenlernen und hat uns gebeten, Sie zu fragen.")
    if introduction.project:
        names["title"] = introduction.project.title
        request += " " + _("Es geht um das Projekt „{title}“.")
    return Call(
        organisation=own,
        request=request.format(**names),
        reasons=tuple(reason.text for reason in reasons.sentences(introduction.reasons, side=side)),
        sender=names["other"],
        message=introduction.message if introduction.initiated_by == side.other else "",
        until=mails.day(introduction.expires_at),
        is_open=introduction.state == Introduction.State.ASKED,
    )


def of_proposal(proposal: Proposal, party: Party) -> Call:
    """The town is to answer an offer or an idea, or the company the change that the town wishes."""
    own, other = (proposal_sides.organisation(proposal, each) for each in (party, proposal_sides.other(party)))
    request = _("{other} möchte bei Ihrem Projekt „{title}“ helfen.")
    if party == Party.COMPANY:
        request = _("{other} wünscht sich eine Änderung an „{title}“.")
    elif proposal.kind == Proposal.Kind.IDEA:
        request = _("{other} bringt {own} eine Projektidee: „{title}“.")
    names = {"own": mails.one_line(own), "other": mails.one_line(other), "title": proposal.title}
    return Call(
        organisation=own,
        request=request.format(**names),
        reasons=(),
        sender=names["other"],
        message=proposal.changes if party == Party.COMPANY else proposal.message,
        until=mails.day(proposal.expires_at),
        is_open=proposal_sides.whose_turn(proposal) == party,
    )


def _source(organisation: Organisation) -> str:
    if organisation.confirmed_at:
        return _("Die Angaben im Portal hat Ihre Organisation selbst eingetragen oder bestätigt.")
    source = organisation.city.source.strip() if organisation.kind == Organisation.Kind.CITY else ""
    if source:
        return _("Die Angaben über Ihre Stadt stammen aus dieser Quelle: {source}.").format(source=source.rstrip("."))
    return _(
        "Die Angaben über Ihre Organisation stammen aus einer Liste der Netzwerke Offensive Mittelstand und "
        "Engagierte Stadt."
    )
