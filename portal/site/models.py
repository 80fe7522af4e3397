"""What only the web pages need: registrations that are not finished, and the texts the office keeps."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.register import About, Erase, Expiry, after, register


class RegistrationDraft(models.Model):
    """What a person typed at /mitmachen/, kept until it is sent, so that a closed browser loses nothing."""

    class Kind(models.TextChoices):
        PARTNER = "partner", _("OM-Partner")
        CITY = "city", _("Engagierte Stadt")
        CODE = "code", _("Code aus dem Brief")
        COMPANY = "company", _("Unternehmen")

    user = models.OneToOneField(User, models.CASCADE, related_name="registration_draft")
    kind = models.CharField(max_length=10, choices=Kind)
    data = models.JSONField(default=dict)  # the form's fields as typed
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    personal_data = register(
        About(
            person="user",
            purpose=_("Eine begonnene Registrierung fortsetzen"),
            retention=_("bis sie gesendet ist, höchstens 6 Monate"),
            erase=Erase.ROW,
            exported=("kind", "data", "created_at", "updated_at"),
        ),
        impersonal=("id",),
        expiries=(Expiry(title=_("Begonnene Registrierungen nach 6 Monaten"), due=after(182, "updated_at")),),
    )

    class Meta:
        verbose_name = _("begonnene Registrierung")
        verbose_name_plural = _("begonnene Registrierungen")

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"


class SitePage(models.Model):
    """A text every page links to (Impressum, Datenschutz …), kept by the office."""

    slug = models.SlugField(_("Adresse"), primary_key=True, max_length=40)
    title = models.CharField(_("Überschrift"), max_length=120)
    body = models.TextField(_("Text"), help_text=_("Absätze durch Leerzeilen trennen."))
    updated_at = models.DateTimeField(_("geändert am"), auto_now=True)

    personal_data = register(impersonal=("slug", "title", "body", "updated_at"))

    class Meta:
        verbose_name = _("Seitentext")
        verbose_name_plural = _("Seitentexte")

    def __str__(self) -> str:
        return self.title
