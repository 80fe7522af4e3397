"""What happens when several people decide about the two introductions of a trio at the same moment."""

import pytest

from matching import introductions, suggestions, trio_release, trio_suggestions
from matching.models import Introduction, Invitation, Side, Suggestion
from portal.accounts.refusals import Refusal
from portal.mail.models import OutgoingMail
from tests.factories import make_curator
from tests.matching.casts import make_trio, release_trio, sides
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
YES, NO = Invitation.Answer.YES, Invitation.Answer.NO
State = Introduction.State
ROUNDS = 8


def trio_key(city):
    [trio] = trio_suggestions.of_city(city)
    return trio_release.key_of(trio)


def again(*both):
    """The same two introductions as if nobody had answered yet."""
    OutgoingMail.objects.exclude(key__startswith="invitation:").delete()
    for row in both:
        row.invitations.update(answer="", answered_at=None, answered_by=None, reason="")
        Introduction.objects.filter(pk=row.pk).update(
            state=State.ASKED,
            partner_agreed_at=None,
            city_agreed_at=None,
            closed_at=None,
            reasons=row.reasons,
            next_step=row.next_step,
            next_step_at=row.next_step_at,
        )


def test_both_halves_end_at_once_and_nobody_waits_for_the_other_for_ever():
    both = release_trio()
    for _ in range(ROUNDS):
        again(*both)
        partners = [introduction.invitations.get(side=Side.PARTNER) for introduction in both]
        at_once(*[lambda each=each: introductions.answer(each, NO) for each in partners])
        assert set(Introduction.objects.values_list("state", flat=True)) == {State.DECLINED}
        told = OutgoingMail.objects.filter(key__startswith="alone:").values_list("key", flat=True)
        assert len({key.split(":")[1] for key in told}) == 1  # of the one that ended second


def test_one_half_is_declined_while_the_other_connects():
    both = release_trio()
    introductions.answer(both[1].invitations.get(side=Side.PARTNER), YES)
    invitation, last = both[0].invitations.get(side=Side.CITY), both[1].invitations.get(side=Side.CITY)
    at_once(lambda: introductions.answer(invitation, NO), lambda: introductions.answer(last, YES))
    states = Introduction.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [State.DECLINED, State.CONNECTED]
    assert [len(row.reasons) for row in Introduction.objects.order_by("pk")] == [
        len(both[0].reasons),
        len(both[1].reasons) - 1,
    ]
    assert sides(both[1])[1].answer == YES


def test_two_curators_release_the_same_trio_and_it_begins_once():
    _centre, _partner, city = make_trio()
    key = trio_key(city)
    curators = [make_curator(f"{name}@office.example") for name in "abc"]
    results = at_once(*[lambda by=by: trio_release.release(key, by=by) for by in curators], refusal=Refusal)
    assert len([result for result in results if not isinstance(result, Refusal)]) == 1
    assert Introduction.objects.filter(linked_to__isnull=False).count() == 2


def test_a_trio_and_one_of_its_halves_are_decided_at_once_and_one_decision_holds():
    curators = [make_curator(f"{name}@office.example") for name in "ab"]
    _centre, partner, city = make_trio()
    key, half = trio_key(city), Suggestion.objects.get(partner=partner)
    results = at_once(
        lambda: trio_release.release(key, by=curators[0]),
        lambda: suggestions.reject(half, "Passt nicht", by=curators[1]),
        lambda: suggestions.refresh_city(city),
        refusal=Refusal,
    )
    assert sum(isinstance(result, Refusal) for result in results) == 1
    half.refresh_from_db()
    began = Introduction.objects.count()
    assert (half.state, began) in {(Suggestion.State.RELEASED, 2), (Suggestion.State.REJECTED, 0)}
