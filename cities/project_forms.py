"""The forms in which coordinators write a project and give it a picture."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities import kinds
from cities.models import City, Municipality, Project, Skill, Topic
from cities.place_fields import PlaceInput
from cities.projects import ProjectEntry
from cities.typed_places import PlaceForm, municipality_label


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class ProjectForm(PlaceForm):
    """Everything a town says about a project; a draft needs no more than a title. `entry()` is what is written.

    Whoever looks after several towns chooses one; without a place, the project is in its town.
    """

    city = forms.ModelChoiceField(City.objects.none(), label=_("Für welche Stadt?"), empty_label=_("Bitte wählen"))
    title = forms.CharField(label=_("Titel"), max_length=120, help_text=_("In wenigen Worten: Was haben Sie vor?"))
    description = forms.CharField(
        label=_("Worum geht es?"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Was ist geplant, wer ist schon dabei, womit wäre geholfen?"),
    )
    gives_back = forms.CharField(
        label=_("Was haben Beteiligte davon?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Zum Beispiel: Kontakte, Sichtbarkeit, Erfahrung für Auszubildende."),
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(), label=_("Themen"), required=False, widget=forms.CheckboxSelectMultiple
    )
    skills = forms.ModelMultipleChoiceField(
        Skill.objects.all(), label=_("Gesuchte Fähigkeiten"), required=False, widget=forms.CheckboxSelectMultiple
    )
    place = forms.CharField(
        label=_("Ort"),
        max_length=200,
        required=False,
        widget=PlaceInput,
        help_text=_("Ort oder Postleitzahl. Leer bedeutet: in Ihrer Stadt."),
    )
    venue = forms.CharField(
        label=_("Wo genau?"), max_length=200, required=False, help_text=_("Zum Beispiel Haus oder Platz.")
    )
    starts_on = _day(_("Beginn"))
    ends_on = _day(_("Ende"))

    def __init__(self, *args: Any, cities: QuerySet[City], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns = cities.select_related("organisation").order_by("organisation__name")
        self.only_city = towns[0] if len(towns) == 1 else None
        if self.only_city:
            del self.fields["city"]
        else:
            self.fields["city"].queryset = towns  # type: ignore[attr-defined]
        kinds.add_fields(self, "need")

    @staticmethod
    def initial_for(city: City | None) -> dict[str, Any]:
        """What a new project of the town begins with."""
        place = _main_place(city)
        return {"city": city, "place": municipality_label(place) if place else ""}

    @staticmethod
    def initial_of(project: Project) -> dict[str, Any]:
        """The project as it stands, for the form's fields."""
        names = ("title", "description", "gives_back", "venue", "starts_on", "ends_on")
        return {name: getattr(project, name) for name in names} | {
            "place": municipality_label(project.place),
            "topics": [topic.pk for topic in project.topics.all()],
            "skills": [skill.pk for skill in project.skills.all()],
            **kinds.initial("need", project.needs.all()),
        }

    def need_rows(self) -> list[tuple[BoundField, BoundField]]:
        """What is looked for, each kind with its note, for the template."""
        return kinds.boxes(self, "need")

    def read_places(self, data: dict[str, Any]) -> None:
        data["city"] = self.only_city or data.get("city")
        data["municipality"] = self.read_municipality("place") if data.get("place") else _main_place(data["city"])
        if data["city"] and not (data["municipality"] or self.reader.questions or "place" in self.errors):
            self.add_error("place", gettext("Bitte nennen Sie einen Ort."))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", gettext("Das Ende liegt vor dem Beginn. Bitte prüfen Sie beide Tage."))
        return data

    def entry(self) -> ProjectEntry:
        data = self.cleaned_data
        return ProjectEntry(
            title=data["title"],
            place=data["municipality"],
            description=data["description"],
            gives_back=data["gives_back"],
            venue=data["venue"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            topics=tuple(data["topics"]),
            skills=tuple(data["skills"]),
            needs=kinds.chosen(data, "need"),
        )


class PictureForm(forms.Form):
    """A new picture, or another description of the one that is there; the verb looks into the file."""

    picture = forms.FileField(
        label=_("Bilddatei"),
        max_length=255,
        help_text=_("JPEG, PNG oder WebP, höchstens 8\u00a0MB. Aufnahmeort und Gerät entfernen wir."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    alternative_text = forms.CharField(
        label=_("Bildbeschreibung"),
        max_length=300,
        help_text=_("Was ist zu sehen? Für alle, die das Bild nicht sehen können."),
    )

    def __init__(self, *args: Any, has_picture: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_picture:
            self.fields["picture"].label = _("Andere Bilddatei")
            self.fields["picture"].required = False


def _main_place(city: City | None) -> Municipality | None:
    """The largest municipality of the town."""
    return city.municipalities.order_by("-population", "ags").first() if city else None
