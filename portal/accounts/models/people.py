"""People with an account."""

from datetime import timedelta
from typing import Any, ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.register import GONE, About, Erase, Expiry, register


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account; what the person may do follows from memberships and `is_staff` (the offices)."""

    class Salutation(models.TextChoices):
        NONE = "", _("keine Anrede")
        MS = "ms", _("Frau")
        MR = "mr", _("Herr")

    email = models.EmailField(_("E-Mail-Adresse"), unique=True)
    salutation = models.CharField(_("Anrede"), max_length=2, choices=Salutation, blank=True)
    first_name = models.CharField(_("Vorname"), max_length=100, blank=True)
    last_name = models.CharField(_("Nachname"), max_length=100, blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    is_staff = models.BooleanField(_("Geschäftsstelle"), default=False)
    is_active = models.BooleanField(_("aktiv"), default=True)
    date_joined = models.DateTimeField(_("angelegt am"), default=timezone.now, editable=False)
    passkey_hint_closed_at = models.DateTimeField(_("Hinweis auf Passkeys geschlossen am"), null=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    personal_data = register(
        About(
            person="id",
            purpose=_("Anmeldung, und wen die andere Seite nach einer Zusage anspricht"),
            retention=_("solange das Konto besteht; unbestätigte Registrierungen 7 Tage"),
            erase=Erase.ACCOUNT,
            exported=("email", "salutation", "first_name", "last_name", "phone", "date_joined", "last_login"),
            withheld=("password", "passkey_hint_closed_at", "is_staff", "is_superuser", "is_active"),
        ),
        impersonal=("groups", "user_permissions"),
        expiries=(
            Expiry(
                title=_("Unbestätigte Registrierungen nach 7 Tagen"),
                due=lambda now: (
                    Q(date_joined__lt=now - timedelta(days=7), last_login=None, is_staff=False, memberships=None)
                    & ~Q(emailaddress__verified=True)
                    & Q(is_active=True)
                ),
            ),
            Expiry(
                title=_("Pseudonyme ohne Einwilligung"),
                due=lambda now: Q(is_active=False, email__endswith=f"@{GONE}", consents=None),
            ),
        ),
    )

    class Meta:
        verbose_name = _("Person")
        verbose_name_plural = _("Personen")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_address")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name
