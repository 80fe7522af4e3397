"""What the invented companies propose to the demo towns, in every state."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from cities.models import City, Project
from matching.models import Disclosure, Party, Proposal
from partners.models import Company
from portal.site.demo.companies import Located
from portal.site.demo_world.companies import (
    CHANGES,
    IDEA_TEXT,
    IDEA_TITLES,
    NO,
    OFFER_TEXT,
    PROPOSALS,
    YES,
    DemoProposal,
)

State, Kind = Proposal.State, Proposal.Kind
DAYS_TO_ANSWER = 21


def write(located: Sequence[Located], projects: Sequence[Project], cities: Sequence[City]) -> None:
    """All of them; whoever said yes to each other has got the other's contact."""
    published = [project for project in projects if project.state == Project.State.PUBLISHED]
    drafts = [project for project in projects if project.state == Project.State.DRAFT and not project.question]
    proposals = []
    for number, values in enumerate(PROPOSALS):
        project = _about(values, published, drafts)
        city = project.city if project else cities[values.place]
        company = located[0].company if values.login else _near(city, located)[values.rank]
        proposals.append(_proposal(number, values, company, city=city, project=project))
    Proposal.objects.bulk_create(proposals)
    Disclosure.objects.bulk_create(
        disclosure
        for proposal in proposals
        if proposal.state == State.ACCEPTED
        for disclosure in _disclosures(proposal)
    )


def _about(values: DemoProposal, published: Sequence[Project], drafts: Sequence[Project]) -> Project | None:
    """An offer is about a published project; an idea the town took over has become one of its drafts."""
    if values.kind == Kind.OFFER:
        return published[values.place]
    return drafts[values.place] if values.state == State.ACCEPTED else None


def _near(city: City, located: Sequence[Located]) -> list[Company]:
    """The approved companies near the town, but the one of the login."""
    near = (each.company for each in located[1:] if each.city == city)
    return [company for company in near if company.organisation.approved_at]


def _proposal(number: int, values: DemoProposal, company: Company, *, city: City, project: Project | None) -> Proposal:
    now = timezone.now()
    created = now - timedelta(days=30 if values.state == State.EXPIRED else 2 + number % 9)
    title = project.title if project else IDEA_TITLES[number % len(IDEA_TITLES)]
    return Proposal(
        kind=values.kind,
        company=company,
        city=city,
        project=project,
        title=title,
        kinds=[min(need.kind for need in project.needs.all())] if project else ["time"],
        message=IDEA_TEXT if values.kind == Kind.IDEA else OFFER_TEXT,
        state=values.state,
        created_at=created,
        created_by=company.organisation.contact,
        expires_at=created + timedelta(days=DAYS_TO_ANSWER),
        **_answer(values.state, city, now=now),
    )


def _answer(state: str, city: City, *, now: datetime) -> dict[str, Any]:
    coordinator, yesterday = city.organisation.contact, now - timedelta(days=1)
    answers: dict[str, dict[str, Any]] = {
        State.CHANGED: {"changes": CHANGES, "changed_at": yesterday, "answered_by": coordinator},
        State.ACCEPTED: {"answer": YES, "closed_at": yesterday, "answered_by": coordinator},
        State.DECLINED: {"answer": NO, "closed_at": yesterday, "answered_by": coordinator},
        State.WITHDRAWN: {"closed_at": yesterday},
        State.EXPIRED: {"closed_at": now - timedelta(days=9)},
    }
    return answers.get(state, {})


def _disclosures(proposal: Proposal) -> list[Disclosure]:
    sides = ((Party.COMPANY, proposal.company.organisation), (Party.CITY, proposal.city.organisation))
    told = proposal.closed_at or timezone.now()
    return [
        Disclosure(proposal=proposal, side=side, person=organisation.contact, disclosed_at=told)
        for side, organisation in sides
    ]
