"""Whose reports about bounces and complaints the portal listens to. Without a setting it listens to nobody."""

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

# What proves a report: user:password in the address of the hook, or a key that the provider signs with.
_SECRETS = {
    "brevo": "webhook_secret",
    "mailjet": "webhook_secret",
    "postmark": "webhook_secret",
    "mailgun": "webhook_signing_key",
    "postal": "webhook_key",
}
SHORTEST_SECRET = 16


@dataclass(frozen=True, slots=True)
class MailProvider:
    """The name, and what its view in anymail asks for: the name of the secret and the secret."""

    name: str
    secret_name: str
    secret: str


def read(name: str, *, secret: str) -> MailProvider | None:
    """What MAIL_PROVIDER and MAIL_PROVIDER_SECRET say; None without them. ImproperlyConfigured names the faulty one."""
    if not name and not secret:
        return None
    if name not in _SECRETS:
        raise ImproperlyConfigured(f"MAIL_PROVIDER is none of {', '.join(_SECRETS)}.")
    if len(secret) < SHORTEST_SECRET:
        raise ImproperlyConfigured(f"MAIL_PROVIDER_SECRET needs at least {SHORTEST_SECRET} characters.")
    if _SECRETS[name] == "webhook_secret" and ":" not in secret:
        raise ImproperlyConfigured("MAIL_PROVIDER_SECRET has to be user:password, as in the address of the hook.")
    return MailProvider(name, _SECRETS[name], secret)
