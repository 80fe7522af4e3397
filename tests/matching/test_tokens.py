import pytest

from matching import tokens
from matching.models import Introduction, InvitationToken, Side
from tests.factories import make_city, make_partner

pytestmark = pytest.mark.django_db


def make_invitation():
    introduction = Introduction.objects.create(
        partner=make_partner(), city=make_city(), expires_at="2026-12-24T12:00:00+00:00"
    )
    return introduction.invitations.create(side=Side.PARTNER)


def test_a_token_leads_to_its_invitation():
    invitation = make_invitation()
    assert tokens.invitation_of(tokens.issue(invitation)) == invitation


def test_several_tokens_of_one_invitation_are_valid():
    invitation = make_invitation()
    issued = [tokens.issue(invitation) for _ in range(3)]
    assert [tokens.invitation_of(token) for token in issued] == [invitation] * 3


def test_only_a_hash_of_the_token_is_stored():
    token = tokens.issue(make_invitation())
    stored = InvitationToken.objects.get().token_hash
    assert len(stored) == 64
    assert token not in stored


def test_a_token_has_256_bits_and_fits_into_an_address():
    token = tokens.issue(make_invitation())
    assert len(token) == 43
    assert token.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "ü" * 10_000])
def test_an_unreadable_token_leads_nowhere(token):
    make_invitation()
    assert tokens.invitation_of(token) is None


def test_a_truncated_or_changed_token_leads_nowhere():
    token = tokens.issue(make_invitation())
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    assert [tokens.invitation_of(t) for t in (token[:-1], token + "A", changed, token.swapcase())] == [None] * 4
