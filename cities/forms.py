"""The form the coordinators describe their town with."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from cities import further_links, kinds, sectors
from cities.links import WebAddressField
from cities.models import City, Sector, Skill, Topic
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
    host = forms.CharField(
        label=_("Träger der Koordinierungsstelle"),
        max_length=200,
        required=False,
        help_text=_("Zum Beispiel die Freiwilligenagentur oder die Stadtverwaltung."),
    )
    host_kind = forms.CharField(
        label=_("Art des Trägers"),
        max_length=60,
        required=False,
        help_text=_("Zum Beispiel Verein, Stiftung, Kommune."),
    )
    website = WebAddressField(label=_("Internetseite"), required=False)
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(), label=_("Themen"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sectors_missing = forms.MultipleChoiceField(
        label=_("Diese Bereiche fehlen Ihnen noch"),
        choices=Sector.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    skills_missing = forms.ModelMultipleChoiceField(
        Skill.objects.all(),
        label=_("Diese Fähigkeiten fehlen Ihnen noch"),
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
        sectors.add_fields(self)
        kinds.add_fields(self, "need")
        kinds.add_fields(self, "offer")
        further_links.add_fields(self)

    @staticmethod
    def initial_of(city: City) -> dict[str, Any]:
        """The entry as it stands, for the form's fields."""
        return {
            "description": city.description,
            "host": city.host,
            "host_kind": city.host_kind,
            "website": city.website,
            "topics": [topic.pk for topic in city.topics.all()],
            "sectors_missing": city.sectors_missing,
            "skills_missing": [skill.pk for skill in city.skills_missing.all()],
            "reach_km": city.reach_km,
            "capacity": city.organisation.capacity,
            **sectors.initial(city.sectors_present, city.actors.all()),
            **kinds.initial("need", city.needs.all()),
            **kinds.initial("offer", city.offers.all()),
            **further_links.initial(city.links.all()),
        }

    def network_rows(self) -> list[tuple[BoundField, BoundField]]:
        """Each sector with who is there, for the template."""
        return sectors.boxes(self)

    def need_rows(self) -> list[tuple[BoundField, BoundField]]:
        """What is looked for, each kind with its note, for the template."""
        return kinds.boxes(self, "need")

    def offer_rows(self) -> list[tuple[BoundField, BoundField]]:
        """What can be given, each kind with its note, for the template."""
        return kinds.boxes(self, "offer")

    def link_rows(self) -> list[tuple[BoundField, BoundField]]:
        return further_links.rows(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        problem = sectors.contradiction(sectors.chosen(data), data.get("sectors_missing", ()))
        if problem:
            self.add_error("sectors_missing", problem)
        further_links.check(self)
        return data

    def entry(self) -> CityEntry:
        data = self.cleaned_data
        return CityEntry(
            topics=tuple(data["topics"]),
            needs=kinds.chosen(data, "need"),
            offers=kinds.chosen(data, "offer"),
            network=sectors.chosen(data),
            sectors_missing=tuple(data["sectors_missing"]),
            skills_missing=tuple(data["skills_missing"]),
            reach_km=data["reach_km"],
            description=data["description"],
            host=data["host"],
            host_kind=data["host_kind"],
            website=data["website"],
            links=further_links.chosen(data),
            capacity=data["capacity"],
        )
