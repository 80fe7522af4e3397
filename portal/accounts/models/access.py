"""How people come to look after an organisation that is already listed."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.organisations import Organisation, Role
from portal.accounts.models.people import User
from portal.accounts.register import About, Erase, Expiry, acted, after, register


class AccessCode(models.Model):
    """A code from the office's letter or from a colleague; whoever enters it becomes a member of the organisation."""

    class Kind(models.TextChoices):
        LETTER = "letter", _("Brief der Geschäftsstelle")
        INVITATION = "invitation", _("Einladung aus der Organisation")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="access_codes")
    kind = models.CharField(_("Art"), max_length=10, choices=Kind, default=Kind.LETTER)
    meant_for = models.CharField(_("Für wen?"), max_length=100, blank=True)
    code_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(_("Rolle"), max_length=10, choices=Role, default=Role.MANAGER)
    issued_at = models.DateTimeField(_("ausgestellt am"), default=timezone.now)
    issued_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(_("gültig bis"))
    used_at = models.DateTimeField(_("eingelöst am"), null=True)
    used_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    personal_data = register(
        acted("issued_by", "issued_at"),
        acted("used_by", "organisation", "used_at"),
        mentions=("meant_for",),
        impersonal=("id", "kind", "code_hash", "role", "expires_at"),
        expiries=(
            Expiry(
                title=_("Eingelöste und verfallene Zugangscodes nach 90 Tagen"), due=after(90, "used_at", "expires_at")
            ),
        ),
    )

    class Meta:
        verbose_name = _("Zugangscode")
        verbose_name_plural = _("Zugangscodes")

    def __str__(self) -> str:
        return f"{self.organisation}: {self.issued_at:%d.%m.%Y}"


@pghistory.track()
class AccessRequest(models.Model):
    """A person asks to look after an organisation that is already listed; the office grants or declines."""

    user = models.ForeignKey(User, models.CASCADE, related_name="access_requests", verbose_name=_("Person"))
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="access_requests")
    message = models.TextField(_("Nachricht"), max_length=2000, blank=True)
    asked_at = models.DateTimeField(_("gefragt am"), default=timezone.now)
    granted_at = models.DateTimeField(_("gewährt am"), null=True)
    declined_at = models.DateTimeField(_("abgelehnt am"), null=True)
    decline_reason = models.TextField(_("Grund der Ablehnung"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    personal_data = register(
        About(
            person="user",
            purpose=_("Entscheiden, wer für eine Organisation handeln darf"),
            retention=_("ein Jahr nach der Entscheidung"),
            erase=Erase.ROW,
            exported=("organisation", "message", "asked_at", "granted_at", "declined_at", "decline_reason"),
        ),
        acted("decided_by", "granted_at", "declined_at"),
        impersonal=("id",),
        expiries=(
            Expiry(
                title=_("Entschiedene Zugangsanfragen nach einem Jahr"), due=after(365, "granted_at", "declined_at")
            ),
        ),
    )

    class Meta:
        verbose_name = _("Zugangsanfrage")
        verbose_name_plural = _("Zugangsanfragen")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(granted_at__isnull=True, declined_at__isnull=True),
                name="one_open_access_request",
            ),
            models.CheckConstraint(
                condition=Q(granted_at__isnull=True) | Q(declined_at__isnull=True),
                name="access_request_granted_or_declined",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.organisation}"
