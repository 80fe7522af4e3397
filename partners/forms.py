"""The form a partner describes itself with, at registration and later."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities.links import WebAddressField
from cities.models import Municipality, ResourceKind, Sector, Topic
from partners import areas
from partners.areas import PICK_PREFIX, AreaPart, Question, Reader, merged
from partners.entries import PartnerEntry
from partners.models import Partner, PartnerCategory

LARGEST_CAPACITY = 20
AREA_HELP = _(
    "Je Zeile ein Eintrag: Ort oder Postleitzahl, Kreis, Land oder ein Umkreis, zum Beispiel „Kreis Borken“, „NRW“, "
    "„48291“ oder „Münster 50 km“."
)


class AreaForm(forms.Form):
    """Seat and service area; places with several meanings are asked back within the form."""

    seat = forms.CharField(
        label=_("Sitz"), max_length=200, help_text=_("Ort oder Postleitzahl."), widget=forms.TextInput
    )
    radius_km = forms.IntegerField(
        label=_("Umkreis in km"),
        min_value=1,
        max_value=500,
        required=False,
        help_text=_("Um Ihren Sitz, zum Beispiel 50."),
    )
    area = forms.CharField(
        label=_("Einzugsgebiet"),
        max_length=3000,
        required=False,
        help_text=AREA_HELP,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    nationwide = forms.BooleanField(label=_("Wir arbeiten bundesweit"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        picks = {name: value for name, value in self.data.items() if name.startswith(PICK_PREFIX)}
        self.reader = Reader(picks)
        data["municipality"] = self._read_seat(data.get("seat", ""))
        data["parts"] = self._read_parts(data)
        for question in self.reader.questions.values():
            self._ask_back(question)
        if not (data["parts"] or self.errors):
            self.add_error("area", gettext("Bitte nennen Sie Ihr Einzugsgebiet oder einen Umkreis um Ihren Sitz."))
        return data

    def question_fields(self) -> list[BoundField]:
        """The lists to choose from, for the template."""
        return [self[name] for name in self.fields if name.startswith(PICK_PREFIX)]

    def ask_calmly(self) -> None:
        """Check the area while it is being typed: a question is no error yet, and other fields are not looked at."""
        for name in [name for name in self.errors if name not in AreaForm.base_fields]:
            del self.errors[name]

    def _read_seat(self, text: str) -> Municipality | None:
        municipality = self.reader.municipality(text) if text else None
        self._add_errors("seat")
        return municipality

    def _read_parts(self, data: dict[str, Any]) -> tuple[AreaPart, ...]:
        parts = list(self.reader.parts(data.get("area", "")))
        self._add_errors("area")
        if data["municipality"] and data.get("radius_km"):
            parts.append(AreaPart(centre=data["municipality"], radius_km=data["radius_km"]))
        if data.get("nationwide"):
            parts.append(AreaPart(nationwide=True))
        return merged(parts)

    def _add_errors(self, field: str) -> None:
        for error in self.reader.errors:
            self.add_error(field, error)
        self.reader.errors.clear()

    def _ask_back(self, question: Question) -> None:
        """An answered question stays in the form, so that the answer is not lost when something else is wrong."""
        self.fields[question.name] = forms.ChoiceField(
            label=gettext("Was meinen Sie mit „%(typed)s“?") % {"typed": question.typed[:80]},
            choices=[(found.key, found.label) for found in question.candidates],
            widget=forms.RadioSelect,
        )
        if not question.answer:
            self.add_error(question.name, gettext("Bitte wählen Sie aus der Liste."))


class PartnerForm(AreaForm):
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
    capacity = forms.IntegerField(
        label=_("Vermittlungen im Monat"),
        min_value=0,
        max_value=LARGEST_CAPACITY,
        initial=2,
        help_text=_("So viele neue Kontakte möchten Sie höchstens kennenlernen."),
    )

    field_order = ["name", "category", "sector", "description", "website", "topics"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in ResourceKind:
            self.fields[f"offer_{kind}"] = forms.BooleanField(label=kind.label, required=False)
            self.fields[f"offer_{kind}_note"] = forms.CharField(
                label=gettext("Was genau? (%(kind)s)") % {"kind": kind.label}, max_length=300, required=False
            )

    @staticmethod
    def initial_of(partner: Partner) -> dict[str, Any]:
        """The entry as it stands, for the form's fields; the circle around the seat has a field of its own."""
        parts = [AreaPart.of(row) for row in partner.area_parts.select_related("centre").order_by("pk")]
        around_seat = [part for part in parts if part.centre == partner.seat]
        offers = {offer.kind: offer.note for offer in partner.offers.all()}
        return {
            "name": partner.organisation.name,
            "category": partner.category_id,
            "sector": partner.sector,
            "description": partner.description,
            "website": partner.website,
            "topics": [topic.pk for topic in partner.topics.all()],
            "seat": areas.municipality_label(partner.seat),
            "radius_km": next((part.radius_km for part in around_seat), None),
            "area": areas.written(part for part in parts if part not in around_seat),
            "nationwide": any(part.nationwide for part in parts),
            "capacity": partner.organisation.capacity,
            **{f"offer_{kind}": True for kind in offers},
            **{f"offer_{kind}_note": note for kind, note in offers.items()},
        }

    def offer_rows(self) -> list[tuple[BoundField, BoundField]]:
        """What can be given, each with its note, for the template."""
        return [(self[f"offer_{kind}"], self[f"offer_{kind}_note"]) for kind in ResourceKind]

    def entry(self) -> PartnerEntry:
        data = self.cleaned_data
        return PartnerEntry(
            name=data["name"],
            category=data["category"],
            sector=Sector(data["sector"] or data["category"].sector),
            seat=data["municipality"],
            area=data["parts"],
            topics=tuple(data["topics"]),
            offers={kind.value: data[f"offer_{kind}_note"] for kind in ResourceKind if self._offers(kind)},
            description=data["description"],
            website=data["website"],
            capacity=data["capacity"],
        )

    def _offers(self, kind: ResourceKind) -> bool:
        """A note alone says that there is an offer."""
        return bool(self.cleaned_data[f"offer_{kind}"] or self.cleaned_data[f"offer_{kind}_note"])
