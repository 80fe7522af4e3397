"""What counts in the budget of a person."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Organisation, User
from portal.accounts.register import Expiry, acted, after, register


class SuggestionMail(models.Model):
    """A mail with something the person has not asked for, however many cases are in it; written with the mail."""

    person = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("Person"))
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="suggestion_mails", verbose_name=_("Organisation")
    )
    written_at = models.DateTimeField(_("geschrieben am"), default=timezone.now)

    personal_data = register(
        acted("person", "organisation", "written_at"),
        impersonal=("id",),
        expiries=(Expiry(title=_("Zählung der Vorschlagsmails nach einem Jahr"), due=after(365, "written_at")),),
    )

    class Meta:
        verbose_name = _("Vorschlagsmail")
        verbose_name_plural = _("Vorschlagsmails")
        indexes = [models.Index(fields=["person", "written_at"], name="suggestion_mails_of_person")]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.written_at:%d.%m.%Y}"
