"""How allauth behaves here."""

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import consents
from portal.accounts.signals import address_confirmed_by_code

LONGEST_ADDRESS = 254
CODES_ARE_VALID = timedelta(seconds=settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT)


class AccountAdapter(DefaultAccountAdapter):
    """Entering the code is the second opt-in: address, consents and what waits for them in one transaction."""

    def clean_email(self, email: str) -> str:
        """A longer address is nobody's (RFC 5321): said at once, instead of a mail that is never written."""
        if len(email) > LONGEST_ADDRESS:
            text = _("Diese Adresse ist zu lang. Bitte geben Sie höchstens %(count)d Zeichen ein.")
            raise ValidationError(text % {"count": LONGEST_ADDRESS})
        return str(super().clean_email(email))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Links are built from the one address in the settings, not from what the request says."""
        super().send_mail(template_prefix, email, context | {"site": settings.SITE_URL})

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """A mail with a code says until when it is of use (RFC 4021): after that, the outbox does not send it."""
        mail: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        if "code" in context:
            mail.extra_headers["Expires"] = format_datetime(timezone.now() + CODES_ARE_VALID)
        return mail

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Called where a code was entered; a password reset confirms the address without coming here."""
        user = email_address.user
        with transaction.atomic():
            confirmed = bool(super().confirm_email(request, email_address))
            if confirmed:
                consents.confirm(user, with_=f"Code an {email_address.email}")
                address_confirmed_by_code.send(sender=type(user), user=user)
        return confirmed
