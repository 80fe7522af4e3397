"""What was ticked at registration, for the page on which the code is entered."""

from collections.abc import Mapping
from typing import Any

from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from django import template

from portal.accounts import consents
from portal.accounts.models import Purpose, User
from portal.site.signup import TYPED_KEY

register = template.Library()


@register.simple_tag(takes_context=True)
def ticked_consents(context: Mapping[str, Any]) -> list[str]:
    """The texts that the code confirms; where the address has an account already, the page shows the same."""
    session = context["request"].session
    person = User.objects.filter(pk=session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY, {}).get("user_id")).first()
    if person:
        return [consents.text_of(consent) for consent in consents.ticked(person)]
    return [consents.current_text(Purpose(purpose))[1] for purpose in session.get(TYPED_KEY, {}).get("ticked", ())]
