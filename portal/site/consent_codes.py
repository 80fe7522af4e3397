"""The second opt-in of somebody who is signed in: a code by mail, entered on the page that shows the ticked texts.

At registration the code that confirms the address does the same.
"""

import secrets
import time
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import consents
from portal.accounts.models import User
from portal.accounts.refusals import Refusal
from portal.mail import addresses, letters
from portal.mail.models import OutgoingMail
from portal.mail.outbox import queue_mail

SESSION_KEY = "consent_code"
VALID_FOR = timedelta(seconds=settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT)  # as all codes
MOST_ATTEMPTS = 5
PAUSE_BETWEEN_CODES = timedelta(seconds=20)


class CodeError(Refusal):
    """The code does not confirm anything; the message is for the person."""


def send(request: HttpRequest, person: User) -> None:
    """A new code to the person's address, unless one left a moment ago."""
    state = request.session.get(SESSION_KEY)
    if state and time.time() - state["at"] < PAUSE_BETWEEN_CODES.total_seconds():
        return
    code = f"{secrets.randbelow(10**6):06}"
    request.session[SESSION_KEY] = {"hash": make_password(code), "at": time.time(), "attempts": 0}
    key, expires_at = f"consent-code:{uuid.uuid4()}", timezone.now() + VALID_FOR
    queue_mail(key, person.email, expires_at=expires_at, **written(person, code))


def written(person: User, code: str) -> dict[str, Any]:
    """The mail before it is queued, in the words of `queue_mail`."""
    letter = letters.render("consent_code", {"code": code, "person": person})
    return {
        "subject": letter.subject,
        "body": letter.text,
        "html": letter.html,
        "kind": OutgoingMail.Kind.ACCOUNT,
        "user": person,
        "priority": OutgoingMail.Priority.URGENT,
    }


def confirm(request: HttpRequest, person: User, *, code: str) -> int:
    """Confirm what the person ticked; returns for how many purposes."""
    state = request.session.get(SESSION_KEY)
    if not state or time.time() - state["at"] > VALID_FOR.total_seconds():
        raise CodeError(_("Dieser Code ist abgelaufen. Bitte fordern Sie einen neuen an."))
    if state["attempts"] >= MOST_ATTEMPTS:
        raise CodeError(_("Das waren zu viele Versuche. Bitte fordern Sie einen neuen Code an."))
    request.session[SESSION_KEY] = state | {"attempts": state["attempts"] + 1}
    if not check_password(code.strip(), state["hash"]):
        raise CodeError(_("Dieser Code stimmt nicht. Bitte vergleichen Sie ihn mit unserer Mail."))
    del request.session[SESSION_KEY]
    addresses.lift(person.email, by=person)  # the code arrived
    return consents.confirm(person, with_=f"Code an {person.email}")
