"""Who declares what about people: our models in themselves, the tables of packages here."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext_lazy as lazy

from portal.accounts.register import About, Erase, Expiry, Register, after, register

ACCOUNT = lazy("Anmeldung und Sicherheit des Kontos")
WHILE_ACCOUNT = lazy("solange das Konto besteht")

# What packages keep about people; a test fails on a table with a reference to a person that is missing here.
OF_PACKAGES = {
    "account.EmailAddress": register(
        About(
            person="user",
            purpose=ACCOUNT,
            retention=WHILE_ACCOUNT,
            erase=Erase.ROW,
            exported=("email", "verified", "primary"),
        )
    ),
    "mfa.Authenticator": register(
        About(
            person="user",
            purpose=ACCOUNT,
            retention=WHILE_ACCOUNT,
            erase=Erase.ROW,
            exported=("type", "created_at", "last_used_at"),
            withheld=("data",),
        )
    ),
    "admin.LogEntry": register(
        About(
            person="user",
            purpose=lazy("Nachvollziehen, was die Geschäftsstelle geändert hat"),
            retention=WHILE_ACCOUNT,
            erase=Erase.ROW,
            exported=("action_time", "object_repr"),
        ),
        mentions=("object_repr", "change_message"),
    ),
    "sessions.Session": register(expiries=(Expiry(title=lazy("Abgelaufene Sitzungen"), due=after(0, "expire_date")),)),
}


def register_of(model: type[Model]) -> Register | None:
    """What a model declares; None for one that says nothing."""
    return getattr(model, "personal_data", None) or OF_PACKAGES.get(model._meta.label)


def registers() -> Iterator[tuple[type[Model], Register]]:
    """All models that declare something; a history table is reached through its model."""
    for model in apps.get_models():
        register = register_of(model)
        if register and not is_history(model):
            yield model, register


def is_history(model: type[Model]) -> bool:
    return hasattr(model, "pgh_tracked_model")


def events_of(model: type[Model]) -> type[Model] | None:
    """The history table of a model."""
    return getattr(model, "pgh_event_model", None)
