"""What a person agreed to be written about: ticked first, valid from the second opt-in until it is withdrawn.

A text is never changed: a new wording is a new version, and every consent names the version that was on the page.
"""

import hashlib
import secrets
from collections.abc import Mapping
from types import MappingProxyType

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import Consent, Purpose, UnsubscribeToken, User
from portal.accounts.refusals import Refusal

_SUGGESTIONS_1 = (
    "Ich möchte per E-Mail Kontaktvorschläge erhalten: Das Portal schreibt mir, wenn ein Partner der Offensive "
    "Mittelstand und eine Engagierte Stadt gut zueinander passen, und erinnert mich höchstens einmal an eine offene "
    "Anfrage. Meine Kontaktdaten gehen erst an die andere Seite, wenn beide Seiten zugestimmt haben. Ich kann diese "
    "Einwilligung jederzeit mit einem Klick widerrufen, in jeder Mail oder unter „Meine Einwilligungen“."
)
_NEWSLETTER_1 = (
    "Ich möchte per E-Mail den Newsletter mit Neuigkeiten aus der Offensive Mittelstand und dem Netzwerk Engagierte "
    "Stadt erhalten. Ich kann diese Einwilligung jederzeit mit einem Klick widerrufen, in jeder Mail oder unter „Meine "
    "Einwilligungen“."
)

# The last version of a purpose is the one that is offered; earlier ones stay, because consents rest on them.
TEXTS: Mapping[Purpose, Mapping[str, str]] = MappingProxyType(
    {
        Purpose.SUGGESTIONS: MappingProxyType({"1": _SUGGESTIONS_1}),
        Purpose.NEWSLETTER: MappingProxyType({"1": _NEWSLETTER_1}),
    }
)
TOKEN_BYTES = 32


class ConsentError(Refusal):
    """A consent cannot be recorded as asked; the message is for the person."""


def current_text(purpose: Purpose) -> tuple[str, str]:
    """Version and wording that are offered today."""
    version = list(TEXTS[purpose])[-1]
    return version, TEXTS[purpose][version]


def text_of(consent: Consent) -> str:
    """The wording the person agreed to."""
    return TEXTS[Purpose(consent.purpose)][consent.text_version]


@transaction.atomic
def give(user: User, purpose: Purpose, *, text_version: str) -> Consent:
    """The person ticked the box; nothing rests on it before `confirm`. A consent that holds is left as it is."""
    if text_version not in TEXTS[purpose]:
        raise ConsentError(_("Der Text der Einwilligung hat sich geändert. Bitte lesen Sie ihn noch einmal."))
    _one_form_at_a_time(user)
    consent, created = Consent.objects.get_or_create(
        user=user, purpose=purpose, withdrawn_at=None, defaults={"text_version": text_version}
    )
    if not created and consent.confirmed_at is None:
        consent.text_version, consent.given_at = text_version, timezone.now()
        consent.save(update_fields=["text_version", "given_at"])
    return consent


@transaction.atomic
def give_only(user: User, ticks: Mapping[Purpose, str]) -> None:
    """Record the boxes of a form, each with the version of its text. What was ticked earlier, never confirmed and is
    not ticked now is forgotten: somebody else may have typed the address.
    """
    _one_form_at_a_time(user)
    Consent.objects.filter(user=user, confirmed_at=None, withdrawn_at=None).delete()
    for purpose, text_version in ticks.items():
        give(user, purpose, text_version=text_version)


def ticked(user: User) -> list[Consent]:
    """What the person ticked and has still to confirm."""
    return list(Consent.objects.filter(user=user, confirmed_at=None, withdrawn_at=None).order_by("pk"))


def confirm(user: User, *, with_: str) -> int:
    """The second opt-in for everything the person ticked; `with_` says how, e.g. „Code an a@b.example“."""
    return Consent.objects.filter(user=user, confirmed_at=None, withdrawn_at=None).update(
        confirmed_at=timezone.now(), confirmed_with=with_[:200]
    )


def withdraw(user: User, purpose: Purpose, *, with_: str) -> bool:
    """Take the consent back, confirmed or not; False where there was none, so a second click does no harm."""
    current = Consent.objects.filter(user=user, purpose=purpose, withdrawn_at=None)
    return current.update(withdrawn_at=timezone.now(), withdrawn_with=with_[:200]) > 0


def holds(user: User, purpose: Purpose) -> bool:
    """Whether a mail for this purpose may be sent to the person now."""
    return Consent.objects.valid().filter(user=user, purpose=purpose).exists()


def held(user: User) -> dict[Purpose, Consent]:
    """What the person may be written about now, each purpose with the consent it rests on."""
    return {Purpose(consent.purpose): consent for consent in Consent.objects.valid().filter(user=user)}


def unsubscribe_url(user: User, purpose: Purpose) -> str:
    """A new link for one mail that withdraws the consent; only the hash of its token is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    UnsubscribeToken.objects.create(user=user, purpose=purpose, token_hash=_hash(token))
    return f"{settings.SITE_URL}{reverse('unsubscribe', args=[token])}"


def user_of_token(token: str) -> tuple[User, Purpose] | None:
    """Whose consent for what the link withdraws; None for a token that was never issued."""
    found = UnsubscribeToken.objects.select_related("user").filter(token_hash=_hash(token)).first()
    return (found.user, Purpose(found.purpose)) if found else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _one_form_at_a_time(user: User) -> None:
    """One form sent several times at once must not find a consent that the other one is just replacing."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
