"""School holidays of the Länder: who is asked in them is away."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cities.models.places import Region
from portal.accounts.register import register

MOST_DAYS = 100  # what is longer is a mistake, and would keep cases waiting


class SchoolHoliday(models.Model):
    """School holidays of one Land, both days included."""

    land = models.ForeignKey(
        Region, models.PROTECT, related_name="+", verbose_name=_("Land"), limit_choices_to={"kind": Region.Kind.LAND}
    )
    name = models.CharField(_("Ferien"), max_length=80)
    first_day = models.DateField(_("erster Ferientag"))
    last_day = models.DateField(_("letzter Ferientag"))
    source = models.CharField(_("Quelle"), max_length=200, blank=True)

    personal_data = register(impersonal=("id", "land", "name", "first_day", "last_day", "source"))

    class Meta:
        verbose_name = _("Schulferien")
        verbose_name_plural = _("Schulferien")
        ordering = ["first_day", "land"]
        constraints = [
            models.UniqueConstraint(
                fields=["land", "first_day", "last_day"],
                name="same_school_holidays_once",
                violation_error_message=_("Diese Ferien sind schon eingetragen."),
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day"), last_day__lt=F("first_day") + MOST_DAYS),
                name="school_holidays_of_1_to_100_days",
                violation_error_message=_("Ferien dauern mindestens einen und höchstens 100 Tage."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.first_day:%d.%m.%Y} – {self.last_day:%d.%m.%Y}"
