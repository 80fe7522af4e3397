"""What people agreed to be written about."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.people import User
from portal.accounts.register import About, Erase, Expiry, after, register


class Purpose(models.TextChoices):
    """What a person may agree to be written about; the texts stand in portal.accounts.consents."""

    SUGGESTIONS = "suggestions", _("Kontaktvorschläge")
    NEWSLETTER = "newsletter", _("Newsletter")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def valid(self) -> "ConsentQuerySet":
        """Consents a mail may rest on now."""
        return self.filter(confirmed_at__isnull=False, withdrawn_at__isnull=True)


@pghistory.track()
class Consent(models.Model):
    """A person agreed to one text for one purpose; it counts from the second opt-in until it is withdrawn."""

    user = models.ForeignKey(User, models.CASCADE, related_name="consents", verbose_name=_("Person"))
    purpose = models.CharField(_("Zweck"), max_length=20, choices=Purpose)
    text_version = models.CharField(_("Fassung des Textes"), max_length=20)
    given_at = models.DateTimeField(_("angekreuzt am"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("bestätigt am"), null=True)
    confirmed_with = models.CharField(_("bestätigt durch"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(_("widerrufen am"), null=True)
    withdrawn_with = models.CharField(_("widerrufen durch"), max_length=200, blank=True)

    objects = ConsentQuerySet.as_manager()

    personal_data = register(
        About(
            person="user",
            purpose=_("Nachweis der Einwilligung"),
            retention=_("3 Jahre nach dem Widerruf"),
            erase=Erase.PROOF,
            exported=("purpose", "text_version", "given_at", "confirmed_at", "withdrawn_at"),
        ),
        mentions=("confirmed_with", "withdrawn_with"),
        impersonal=("id",),
        expiries=(Expiry(title=_("Widerrufene Einwilligungen nach 3 Jahren"), due=after(3 * 365, "withdrawn_at")),),
    )

    class Meta:
        verbose_name = _("Einwilligung")
        verbose_name_plural = _("Einwilligungen")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_current_consent_per_purpose",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_purpose_display()}"


class UnsubscribeToken(models.Model):
    """A link in a mail that withdraws one person's consent for one purpose; only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=20, choices=Purpose)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    personal_data = register(
        About(
            person="user",
            purpose=_("Abmelden aus einer Mail heraus"),
            retention=_("solange das Konto besteht"),
            erase=Erase.ROW,
            exported=("purpose", "created_at"),
            withheld=("token_hash",),
        ),
        impersonal=("id",),
    )

    def __str__(self) -> str:
        return f"{self.user}: {self.purpose}"
