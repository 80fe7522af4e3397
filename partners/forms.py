"""The form a partner describes itself with, at registration and later."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities import kinds
from cities.links import WebAddressField
from cities.models import Sector, Skill, Topic
from cities.place_fields import PlaceInput
from cities.typed_places import PlaceForm, municipality_label
from partners import areas, topic_areas
from partners.areas import AreaPart, AreaReader, merged
from partners.entries import PartnerEntry
from partners.models import Partner, PartnerCategory

LARGEST_CAPACITY = 20
AREA_HELP = _(
    "Je Zeile ein Eintrag: Ort oder Postleitzahl, Kreis, Land oder ein Umkreis, zum Beispiel „Kreis Borken“, „NRW“, "
    "„48291“ oder „Münster 50 km“."
)


class AreaForm(PlaceForm):
    """An area as text; `cleaned_data["parts"]` are its parts."""

    reader_class = AreaReader
    reader: AreaReader
    place_fields: tuple[str, ...] = ("area",)

    area = forms.CharField(
        label=_("Gebiet"),
        max_length=3000,
        required=False,
        help_text=AREA_HELP,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def read_places(self, data: dict[str, Any]) -> None:
        data["parts"] = self.reader.parts(data.get("area", ""))
        self.add_reading_errors("area")

    def ask_calmly(self) -> None:
        """Check the area while it is being typed: a question is no error yet, and other fields are not looked at."""
        for name in [name for name in self.errors if name not in self.place_fields]:
            del self.errors[name]


class SeatAndAreaForm(AreaForm):
    """Where an organisation sits and where it works, on single topics perhaps somewhere else."""

    place_fields: tuple[str, ...] = ("seat", "radius_km", "area", "nationwide")

    seat = forms.CharField(label=_("Sitz"), max_length=200, help_text=_("Ort oder Postleitzahl."), widget=PlaceInput)
    radius_km = forms.IntegerField(
        label=_("Umkreis in km"),
        min_value=1,
        max_value=500,
        required=False,
        help_text=_("Um Ihren Sitz, zum Beispiel 50."),
    )
    nationwide = forms.BooleanField(label=_("Wir arbeiten bundesweit"), required=False)

    field_order = ["seat", "radius_km", "area", "nationwide"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].label = _("Einzugsgebiet")
        self.topic_lines = topic_areas.add_fields(self)
        self.place_fields = (*self.place_fields, *self.topic_lines)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not (data["parts"] or self.errors):
            self.add_error("area", gettext("Bitte nennen Sie Ihr Einzugsgebiet oder einen Umkreis um Ihren Sitz."))
        return data

    def read_places(self, data: dict[str, Any]) -> None:
        """The circle around the seat and „bundesweit“ are parts of the area, too."""
        data["municipality"] = self.read_municipality("seat")
        super().read_places(data)
        parts = list(data["parts"])
        if data["municipality"] and data.get("radius_km"):
            parts.append(AreaPart(centre=data["municipality"], radius_km=data["radius_km"]))
        if data.get("nationwide"):
            parts.append(AreaPart(nationwide=True))
        data["parts"] = merged(parts)
        data["topic_areas"] = dict(self._topic_areas(data))

    def topic_area_lines(self) -> list[BoundField]:
        """A line for each topic, for the template."""
        return topic_areas.lines(self, self.topic_lines)

    def has_topic_areas(self) -> bool:
        """One was typed or stands already, so the lines are shown at once."""
        return any(line.value() or line.errors for line in self.topic_area_lines())

    def _topic_areas(self, data: dict[str, Any]) -> Iterator[tuple[str, tuple[AreaPart, ...]]]:
        typed = {name: data.get(name, "") for name in self.topic_lines}
        for name, topic, parts in topic_areas.read(typed, self.reader):
            self.add_reading_errors(name)
            if parts:
                yield topic, parts


class PartnerForm(SeatAndAreaForm):
    """Everything a partner says about itself; `entry()` is the value that is written."""

    name = forms.CharField(label=_("Name der Organisation"), max_length=200)
    category = forms.ModelChoiceField(
        PartnerCategory.objects.all(), label=_("Partnerkategorie"), empty_label=_("Bitte wählen")
    )
    sector = forms.ChoiceField(
        label=_("Bereich"),
        required=False,
        choices=[("", _("wie in der Kategorie üblich")), *Sector.choices],
        help_text=_("In welchem Bereich ergänzen Sie das Netzwerk einer Stadt?"),
    )
    description = forms.CharField(
        label=_("Was macht Ihre Organisation?"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    website = WebAddressField(label=_("Internetseite"), required=False)
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(),
        label=_("Themen"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Mindestens ein Thema."),
    )
    skills = forms.ModelMultipleChoiceField(
        Skill.objects.all(),
        label=_("Fähigkeiten, die Sie einbringen"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    capacity = forms.IntegerField(
        label=_("Vermittlungen im Monat"),
        min_value=0,
        max_value=LARGEST_CAPACITY,
        initial=2,
        help_text=_("So viele neue Kontakte möchten Sie höchstens kennenlernen."),
    )

    field_order = [
        "name", "category", "sector", "description", "website", "seat", "radius_km", "area", "nationwide", "topics",
        "skills",
    ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds.add_fields(self, "offer")

    def read_places(self, data: dict[str, Any]) -> None:
        """A topic with another area must be one of those chosen."""
        super().read_places(data)
        chosen = {topic.pk for topic in data.get("topics", ())}
        if "topics" in data and not data["topic_areas"].keys() <= chosen:
            self.add_error("topics", gettext("Bitte wählen Sie auch die Themen, für die Sie ein Gebiet nennen."))

    @staticmethod
    def initial_of(partner: Partner) -> dict[str, Any]:
        """The entry as it stands, for the form's fields; the circle around the seat has a field of its own."""
        parts = areas.parts_of(partner)
        around_seat = [part for part in parts if part.centre == partner.seat]
        return {
            "name": partner.organisation.name,
            "category": partner.category_id,
            "sector": partner.sector,
            "description": partner.description,
            "website": partner.website,
            "topics": [topic.pk for topic in partner.topics.all()],
            "skills": [skill.pk for skill in partner.skills.all()],
            "seat": municipality_label(partner.seat),
            "radius_km": next((part.radius_km for part in around_seat), None),
            "area": areas.written(part for part in parts if part not in around_seat),
            "nationwide": any(part.nationwide for part in parts),
            "capacity": partner.organisation.capacity,
            **kinds.initial("offer", partner.offers.all()),
            **topic_areas.initial(partner),
        }

    def offer_rows(self) -> list[tuple[BoundField, BoundField]]:
        """What can be given, each with its note, for the template."""
        return kinds.boxes(self, "offer")

    def entry(self) -> PartnerEntry:
        data = self.cleaned_data
        return PartnerEntry(
            name=data["name"],
            category=data["category"],
            sector=Sector(data["sector"] or data["category"].sector),
            seat=data["municipality"],
            area=data["parts"],
            topics=tuple(data["topics"]),
            skills=tuple(data["skills"]),
            offers=kinds.chosen(data, "offer"),
            description=data["description"],
            website=data["website"],
            capacity=data["capacity"],
            topic_areas=data["topic_areas"],
        )
