"""Links to one invitation that work without login; the database knows only their hashes."""

import secrets
from hashlib import sha256

from matching.models import Invitation, InvitationToken

TOKEN_BYTES = 32


def issue(invitation: Invitation) -> str:
    """Make one more link for the invitation; the earlier ones stay valid. The raw token exists only in the return."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    InvitationToken.objects.create(invitation=invitation, token_hash=_hash(token))
    return token


def invitation_of(token: str) -> Invitation | None:
    """The invitation the link belongs to, also after its case has ended (the page then says how)."""
    return (
        Invitation.objects.select_related(
            "introduction__partner__organisation", "introduction__city__organisation", "recipient"
        )
        .filter(tokens__token_hash=_hash(token))
        .first()
    )


def _hash(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()
