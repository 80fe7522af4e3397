"""Forms of the registration that belong to no app below."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cities.models import City
from portal.accounts import access
from portal.accounts.access import AccessError


class CityChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Every town with its Land, because names repeat."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.land})"


class AccessForm(forms.Form):
    """Which town somebody wants to look after, and why it should be them."""

    city = CityChoice(
        City.objects.none(),
        label=_("Ihre Stadt"),
        to_field_name="slug",
        empty_label=_("Bitte wählen"),
        help_text=_("Die Liste nennt alle Städte, die im Netzwerk Engagierte Stadt dabei sind."),
    )
    message = forms.CharField(
        label=_("Nachricht an die Geschäftsstelle"),
        max_length=2000,
        help_text=_("Welche Aufgabe haben Sie im Netzwerk Ihrer Stadt?"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns = City.objects.taking_part().select_related("organisation", "land").order_by("organisation__name")
        self.fields["city"].queryset = towns  # type: ignore[attr-defined]


class CodeForm(forms.Form):
    """The code from the office's letter or from a colleague."""

    code = forms.CharField(
        label=_("Zugangscode"),
        max_length=40,
        help_text=_("Zum Beispiel 7K3M-9QX2-44TB-C0DE. Groß und klein ist gleich."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            access.organisation_of_code(code)
        except AccessError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return code
