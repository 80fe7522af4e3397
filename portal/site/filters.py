"""What the public lists can be narrowed by. Typed filters only: nonsense is a form error, never SQL."""

from typing import Any

import django_filters
from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City, Project, Region, ResourceKind, Sector, Topic
from cities.models.projects import ProjectQuerySet
from cities.place_fields import PlaceInput
from partners.models import Branch, Company, Partner, PartnerCategory, SizeClass

RADII = (10, 25, 50, 100, 200)
LONGEST_TEXT = 200  # the longest label of a place has about 130
PLACE_FIELDS = ("ort", "umkreis")


class TextFilter(django_filters.CharFilter):
    """A text of bounded length; a NUL byte would be an error of the database."""

    def __init__(self, **options: Any) -> None:
        validators = [ProhibitNullCharactersValidator()]
        options = {"widget": forms.TextInput} | options
        super().__init__(max_length=LONGEST_TEXT, validators=validators, **options)


class FilterForm(forms.Form):
    """Every field may stay empty here, so none is marked as optional."""

    marks_optional = False

    @property
    def more_is_chosen(self) -> bool:
        """A choice beyond place and radius, which stand apart."""
        return any(self.data.get(name) for name in self.fields if name not in PLACE_FIELDS)

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in PLACE_FIELDS]


class DirectoryFilter(django_filters.FilterSet):
    """What towns and partners have in common: name, topic, and a place, which the view resolves."""

    suche = TextFilter(field_name="organisation__name", lookup_expr="icontains", label=_("Name enthält"))
    thema = django_filters.ModelChoiceFilter(
        field_name="topics", queryset=Topic.objects.all(), label=_("Thema"), empty_label=_("alle Themen")
    )
    ort = TextFilter(method="leave_to_view", label=_("Ort oder Postleitzahl"), widget=PlaceInput)
    umkreis = django_filters.TypedChoiceFilter(
        method="leave_to_view",
        label=_("Umkreis"),
        choices=[("", _("beliebig")), *((radius, f"{radius}\u00a0km") for radius in RADII)],
        coerce=int,
        empty_value=None,
    )

    @property
    def place_query(self) -> str:
        return str(self.form.cleaned_data.get("ort", "")) if self.form.is_valid() else ""

    @property
    def radius_km(self) -> int | None:
        return self.form.cleaned_data.get("umkreis") if self.form.is_valid() else None

    def leave_to_view(self, rows: QuerySet[Model], name: str, value: object) -> QuerySet[Model]:
        return rows


class CityFilter(DirectoryFilter):
    land = django_filters.ModelChoiceFilter(
        queryset=Region.objects.filter(kind=Region.Kind.LAND).order_by("name"),
        label=_("Land"),
        empty_label=_("alle Länder"),
    )
    bedarf = django_filters.ChoiceFilter(
        field_name="needs__kind", choices=ResourceKind.choices, label=_("Bedarf"), empty_label=_("jeder Bedarf")
    )
    angebot = django_filters.ChoiceFilter(
        field_name="offers__kind", choices=ResourceKind.choices, label=_("Angebot"), empty_label=_("jedes Angebot")
    )
    fehlt = django_filters.ChoiceFilter(
        method="missing_sector", choices=Sector.choices, label=_("Fehlender Bereich"), empty_label=_("jeder Bereich")
    )

    class Meta:
        model = City
        form = FilterForm
        fields = ["ort", "umkreis", "suche", "land", "thema", "bedarf", "angebot", "fehlt"]

    def missing_sector(self, rows: QuerySet[City], name: str, value: str) -> QuerySet[City]:
        return rows.filter(sectors_missing__contains=[value])


class PartnerFilter(DirectoryFilter):
    kategorie = django_filters.ModelChoiceFilter(
        field_name="category",
        queryset=PartnerCategory.objects.all(),
        label=_("Kategorie"),
        empty_label=_("alle Kategorien"),
    )
    angebot = django_filters.ChoiceFilter(
        field_name="offers__kind", choices=ResourceKind.choices, label=_("Angebot"), empty_label=_("jedes Angebot")
    )

    class Meta:
        model = Partner
        form = FilterForm
        fields = ["ort", "umkreis", "suche", "kategorie", "thema", "angebot"]


class ProjectFilter(DirectoryFilter):
    """Without a choice of `stand` the list holds what one can help with now or later."""

    suche = TextFilter(field_name="title", lookup_expr="icontains", label=_("Titel enthält"))
    land = django_filters.ModelChoiceFilter(
        field_name="place__land",
        queryset=Region.objects.filter(kind=Region.Kind.LAND).order_by("name"),
        label=_("Land"),
        empty_label=_("alle Länder"),
    )
    bedarf = django_filters.ChoiceFilter(
        field_name="needs__kind", choices=ResourceKind.choices, label=_("Bedarf"), empty_label=_("jeder Bedarf")
    )
    stand = django_filters.ChoiceFilter(
        method="at_stage",
        label=_("Stand"),
        choices=[("laufend", _("laufend")), ("kommend", _("kommend")), ("beendet", _("beendet"))],
        empty_label=_("laufend und kommend"),
    )

    class Meta:
        model = Project
        form = FilterForm
        fields = ["ort", "umkreis", "suche", "land", "thema", "bedarf", "stand"]

    def filter_queryset(self, queryset: QuerySet[Project]) -> QuerySet[Project]:
        rows: QuerySet[Project] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("stand") else rows.filter(state=Project.State.PUBLISHED)

    def at_stage(self, rows: ProjectQuerySet, name: str, value: str) -> QuerySet[Project]:
        today = timezone.localdate()
        if value == "beendet":
            return rows.filter(state=Project.State.ENDED)
        published = rows.filter(state=Project.State.PUBLISHED)
        return published.running(today) if value == "laufend" else published.filter(starts_on__gt=today)


class MapFilter(DirectoryFilter):
    """What all kinds of entries on the map have in common, and which kinds are shown: all, where none is chosen."""

    KINDS = (("staedte", _("Engagierte Städte")), ("partner", _("Partner")), ("projekte", _("Projekte")))

    suche = TextFilter(method="leave_to_view", label=_("Name enthält"))
    zeigen = django_filters.MultipleChoiceFilter(
        method="leave_to_view", label=_("Zeigen"), choices=KINDS, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = City
        form = FilterForm
        fields = ["ort", "umkreis", "zeigen", "suche", "thema"]

    @property
    def kinds(self) -> list[str]:
        """In the order they are named here."""
        chosen = self.form.cleaned_data.get("zeigen") or [kind for kind, _label in self.KINDS]
        return [kind for kind, _label in self.KINDS if kind in chosen]


class CompanyFilter(DirectoryFilter):
    branche = django_filters.ChoiceFilter(
        field_name="branch", choices=Branch.choices, label=_("Branche"), empty_label=_("alle Branchen")
    )
    angebot = django_filters.ChoiceFilter(
        field_name="offers__kind", choices=ResourceKind.choices, label=_("Angebot"), empty_label=_("jedes Angebot")
    )
    groesse = django_filters.ChoiceFilter(
        field_name="size_class", choices=SizeClass.choices, label=_("Größe"), empty_label=_("jede Größe")
    )

    class Meta:
        model = Company
        form = FilterForm
        fields = ["ort", "umkreis", "suche", "branche", "thema", "angebot", "groesse"]
