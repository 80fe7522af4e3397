"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import HttpRequest

from portal.accounts import consents
from portal.accounts.signals import address_confirmed_by_code


class AccountAdapter(DefaultAccountAdapter):
    """Entering the code is the second opt-in: address, consents and what waits for them in one transaction."""

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Called where a code was entered; a password reset confirms the address without coming here."""
        user = email_address.user
        with transaction.atomic():
            confirmed = bool(super().confirm_email(request, email_address))
            if confirmed:
                consents.confirm(user, with_=f"Code an {email_address.email}")
                address_confirmed_by_code.send(sender=type(user), user=user)
        return confirmed
