"""What the office has to do by hand."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.organisations import Organisation
from portal.accounts.models.people import User
from portal.accounts.register import Expiry, acted, after, register


class OfficeTask(models.Model):
    """Something a person in the office has to do by hand: phone, write a letter, find out who is responsible."""

    class Kind(models.TextChoices):
        CONTACT = "contact", _("Anrufen oder Brief schreiben")
        RESPONSIBLE = "responsible", _("Wer ist zuständig?")
        DELIVERY = "delivery", _("Unzustellbare Mail klären")
        PLACE = "place", _("Ort klären")
        DATES = "dates", _("Termine klären")

    key = models.CharField(max_length=200, unique=True, editable=False)  # names the reason: asked once, not daily
    kind = models.CharField(_("Aufgabe"), max_length=20, choices=Kind)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="office_tasks")
    text = models.TextField(_("Was ist zu tun?"), max_length=2000)
    created_at = models.DateTimeField(_("angelegt am"), default=timezone.now, editable=False)
    due_on = models.DateField(_("fällig am"))
    done_at = models.DateTimeField(_("erledigt am"), null=True, editable=False)
    done_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    personal_data = register(
        acted("done_by", "done_at"),
        mentions=("text",),
        impersonal=("id", "key", "kind", "organisation", "created_at", "due_on"),
        expiries=(Expiry(title=_("Erledigte Aufgaben nach einem Jahr"), due=after(365, "done_at")),),
    )

    class Meta:
        verbose_name = _("Aufgabe der Geschäftsstelle")
        verbose_name_plural = _("Aufgaben der Geschäftsstelle")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.organisation or ''}"
