"""Addresses of web pages that may be shown as a link: http and https only."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _


class WebAddressField(forms.URLField):
    """Accepts `verein.example`, too; refuses javascript:, data:, ftp: and the like."""

    default_validators = [
        URLValidator(
            schemes=["http", "https"],
            message=_("Bitte geben Sie eine Internetadresse ein, zum Beispiel https://www.verein.example."),
        )
    ]

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {"assume_scheme": "https", "max_length": 200}
        super().__init__(**defaults | kwargs)
