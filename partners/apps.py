from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    label = "partners"
    verbose_name = _("OM-Partner")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("partners.receivers")
