from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matching"
    label = "matching"
    verbose_name = _("Vorschläge und Vermittlungen")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("matching.receivers")
