"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from portal.accounts import consents
from portal.accounts.signals import address_confirmed_by_code


class AccountAdapter(DefaultAccountAdapter):
    """Entering the code is the second opt-in: address, consents and what waits for them in one transaction."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Links are built from the one address in the settings, not from what the request says."""
        super().send_mail(template_prefix, email, context | {"site": settings.SITE_URL})

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Called where a code was entered; a password reset confirms the address without coming here."""
        user = email_address.user
        with transaction.atomic():
            confirmed = bool(super().confirm_email(request, email_address))
            if confirmed:
                consents.confirm(user, with_=f"Code an {email_address.email}")
                address_confirmed_by_code.send(sender=type(user), user=user)
        return confirmed
