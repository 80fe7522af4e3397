"""The two sides of a proposal: which organisation stands where, who speaks for it, and how both are locked."""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from matching.models import Party, Proposal
from partners.models import Company
from portal.accounts.models import Membership, Organisation, User
from portal.accounts.roles import Right, may

State = Proposal.State
PARTIES = (Party.COMPANY, Party.CITY)


def organisation(proposal: Proposal, party: Party) -> Organisation:
    return proposal.company.organisation if party == Party.COMPANY else proposal.city.organisation


def other(party: Party) -> Party:
    return Party.CITY if party == Party.COMPANY else Party.COMPANY


def whose_turn(proposal: Proposal) -> Party | None:
    """Who has to answer; nobody once it is closed."""
    return {State.ASKED: Party.CITY, State.CHANGED: Party.COMPANY}.get(State(proposal.state))


def own_party(proposal: Proposal, user: User) -> Party | None:
    """The side of the person; of the two, whoever belongs to both takes the one whose turn it is."""
    own = [party for party in PARTIES if is_member(organisation(proposal, party), user)]
    turn = whose_turn(proposal)
    return turn if turn in own else next(iter(own), None)


def is_member(side: Organisation, user: User) -> bool:
    """Whether the person may speak for the organisation; the office speaks for none."""
    is_own = Membership.objects.filter(organisation=side, user=user.pk).exists()
    return is_own and may(user, Right.EDIT, organisation=side)


def senders(user: User | AnonymousUser) -> QuerySet[Company]:
    """The person's companies that may propose something: approved, and still there."""
    own = Company.objects.editable_by(user).filter(organisation__in=Organisation.objects.approved())
    return own.select_related("organisation").order_by("organisation__name")


def speaker(proposal: Proposal, party: Party) -> User | None:
    """Whoever wrote for this side, as long as the person belongs to it; else its contact person; else nobody."""
    side = organisation(proposal, party)
    wrote = proposal.created_by_id if party == Party.COMPANY else proposal.answered_by_id
    return (wrote and active_member(side, wrote)) or active_contact(side)


def active_contact(side: Organisation) -> User | None:
    if side.withdrawn_at:
        return None
    return _active(Q(memberships__is_contact=True), side)


def active_member(side: Organisation, pk: int) -> User | None:
    if side.withdrawn_at:
        return None
    return _active(Q(pk=pk), side)


def lock(proposal: Proposal, by: User | None = None) -> Proposal:
    """The case, and before it both organisations and everybody who may be named or told."""
    rows = Proposal.objects.select_related("company__organisation", "city__organisation", "project")
    known = rows.get(pk=proposal.pk)
    wrote = Proposal.objects.filter(pk=known.pk)
    named = Q(pk__in=wrote.values("created_by")) | Q(pk__in=wrote.values("answered_by"))
    lock_parties([known.company.organisation_id, known.city.organisation_id], by, named=named)
    return rows.select_for_update(of=("self",)).get(pk=proposal.pk)


def lock_parties(organisations: Sequence[int], by: User | None, *, named: Q | None = None) -> None:
    """Both organisations, then their contact persons and whoever acts, each in order of their keys."""
    list(Organisation.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=organisations).order_by("pk"))
    contacts = Membership.objects.filter(organisation__in=organisations, is_contact=True).values("user")
    people = Q(pk__in=contacts) | Q(pk=by.pk if by else None) | (named or Q(pk=None))
    list(User.objects.filter(people).order_by("pk").select_for_update(no_key=True))


def present(row: Proposal, party: Party, by: User) -> User | None:
    """Whoever acts, as the account stands now that it is locked."""
    return active_member(organisation(row, party), by.pk)


def _active(condition: Q, side: Organisation) -> User | None:
    return User.objects.filter(condition, is_active=True, memberships__organisation=side).first()
