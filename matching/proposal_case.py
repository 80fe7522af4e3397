"""One side's view of a proposal: what its pages may say, and what the side may do."""

from typing import Any

from django.utils.translation import gettext as _

from cities.models import City, Project
from matching import mails, proposal_calls, proposal_sides, proposals
from matching.models import Disclosure, Party, Proposal
from matching.proposal_forms import Step
from partners.models import Company
from portal.accounts.models import User

State = Proposal.State


def context(proposal: Proposal, party: Party, *, user: User) -> dict[str, Any]:
    """For templates/matching/proposal_detail.html. Contact data only where it was disclosed."""
    other = proposal_sides.other(party)
    disclosed = Disclosure.objects.filter(proposal=proposal, side=other).select_related("person").first()
    projects = Project.objects.visible_to(user).filter(proposals=proposal)
    own_speaker = user if party == Party.CITY else proposal_sides.speaker(proposal, party)
    return {
        "proposal": proposal,
        "is_company": party == Party.COMPANY,
        "own": proposal_sides.organisation(proposal, party),
        "other": proposal_sides.organisation(proposal, other),
        "is_ones_turn": proposal_sides.whose_turn(proposal) == party,
        "is_open": proposal.state in Proposal.OPEN,
        "is_accepted": proposal.state == State.ACCEPTED,
        "standing": standing(proposal, party),
        "project": projects.first(),  # a draft is the town's alone
        "has_page": _has_page(proposal, other, user),
        "named": own_speaker or user,
        "contact": disclosed.person if disclosed else None,
    }


def _has_page(proposal: Proposal, party: Party, user: User) -> bool:
    """Whether the person may open the page of that side; a company is shown only if it wants."""
    if party == Party.COMPANY:
        return Company.objects.visible_to(user).filter(pk=proposal.company_id).exists()
    return City.objects.visible_to(user).filter(pk=proposal.city_id).exists()


def standing(proposal: Proposal, party: Party) -> str:
    """Where it stands, in a sentence for this side."""
    other = proposal_sides.organisation(proposal, proposal_sides.other(party))
    until = mails.day(proposal.expires_at)
    match State(proposal.state):
        case State.ACCEPTED:
            return _("Die Kontaktdaten stehen hier und in der Mail an beide.")
        case State.DECLINED:
            return _("Die Stadt hat abgesagt. Kontaktdaten wurden nicht weitergegeben.")
        case State.WITHDRAWN:
            return proposal.withdrawal_reason or _("Kontaktdaten wurden nicht weitergegeben.")
        case State.EXPIRED:
            return _("Bis zum {date} kam keine Antwort. Kontaktdaten wurden nicht weitergegeben.").format(date=until)
    if proposal_sides.whose_turn(proposal) == party:
        return _("Wir warten bis zum {date} auf Ihre Antwort.").format(date=until)
    return what_happens_next(proposal, other.name)


def what_happens_next(proposal: Proposal, other: str) -> str:
    """Who is asked, how, and until when; for the side that waits."""
    text = _("{other} kann bis zum {date} antworten. Wir schreiben Ihnen, wie es ausgeht.")
    if proposal_calls.office_calls(proposal):
        text = _(
            "{other} ist hier noch nicht per E-Mail erreichbar, deshalb ruft die Geschäftsstelle an oder schreibt "
            "einen Brief. Sie hören spätestens am {date} von uns."
        )
    if proposal.state == State.ASKED and proposal.not_before:
        text = _(
            "{other} hat Ferien oder Pause oder bekommt gerade andere Fragen. Wir schreiben dorthin frühestens am "
            "{day} und warten mindestens bis zum {date}."
        )
    day = mails.day(proposal.not_before or proposal.expires_at)
    return text.format(other=other, date=mails.day(proposal.expires_at), day=day)


def act(proposal: Proposal, data: dict[str, str], *, by: User) -> Proposal:
    """Carry out what a ReplyForm says."""
    match Step(data["step"]):
        case Step.ACCEPT:
            return proposals.accept(proposal, by=by)
        case Step.CHANGE:
            return proposals.change(proposal, data["changes"], by=by)
        case Step.DECLINE:
            return proposals.decline(proposal, data["reason"], by=by)
        case Step.AGREE:
            return proposals.agree(proposal, by=by)
        case Step.WITHDRAW:
            return proposals.withdraw(proposal, by=by)
