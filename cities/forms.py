"""The form the coordinators describe their town with."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities import kinds
from cities.links import WebAddressField
from cities.models import City, Sector, Topic
from cities.towns import CityEntry

LARGEST_CAPACITY = 20


class CityForm(forms.Form):
    """Everything the coordinators say about their town; `entry()` is the value that is written."""

    description = forms.CharField(
        label=_("Was passiert in Ihrer Stadt?"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    website = WebAddressField(label=_("Internetseite"), required=False)
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(), label=_("Themen"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sectors_present = forms.MultipleChoiceField(
        label=_("Diese Bereiche sind in Ihrem Netzwerk vertreten"),
        choices=Sector.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sectors_missing = forms.MultipleChoiceField(
        label=_("Diese Bereiche fehlen Ihnen noch"),
        choices=Sector.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reach_km = forms.IntegerField(
        label=_("Umkreis für Partner in km"),
        min_value=1,
        max_value=1000,
        required=False,
        help_text=_("Leer bedeutet: Die Entfernung ist uns gleich."),
    )
    capacity = forms.IntegerField(
        label=_("Vermittlungen im Monat"),
        min_value=0,
        max_value=LARGEST_CAPACITY,
        help_text=_("So viele neue Kontakte möchten Sie höchstens kennenlernen."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds.add_fields(self, "need")

    @staticmethod
    def initial_of(city: City) -> dict[str, Any]:
        """The entry as it stands, for the form's fields."""
        return {
            "description": city.description,
            "website": city.website,
            "topics": [topic.pk for topic in city.topics.all()],
            "sectors_present": city.sectors_present,
            "sectors_missing": city.sectors_missing,
            "reach_km": city.reach_km,
            "capacity": city.organisation.capacity,
            **kinds.initial("need", city.needs.all()),
        }

    def need_rows(self) -> list[tuple[BoundField, BoundField]]:
        """What is looked for, each kind with its note, for the template."""
        return kinds.boxes(self, "need")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        both = set(data.get("sectors_present", ())) & set(data.get("sectors_missing", ()))
        if both:
            names = ", ".join(str(Sector(sector).label) for sector in sorted(both))
            self.add_error(
                "sectors_missing", gettext("Als vertreten und als fehlend angekreuzt: %(names)s.") % {"names": names}
            )
        return data

    def entry(self) -> CityEntry:
        data = self.cleaned_data
        return CityEntry(
            topics=tuple(data["topics"]),
            needs=kinds.chosen(data, "need"),
            sectors_present=tuple(data["sectors_present"]),
            sectors_missing=tuple(data["sectors_missing"]),
            reach_km=data["reach_km"],
            description=data["description"],
            website=data["website"],
            capacity=data["capacity"],
        )
