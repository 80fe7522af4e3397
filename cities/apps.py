from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitiesConfig(AppConfig):
    name = "cities"
    label = "cities"
    verbose_name = _("Engagierte Städte und Orte")
    default_auto_field = "django.db.models.BigAutoField"
