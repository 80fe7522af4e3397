"""Places as people type them in a form; one with several meanings is asked back as a list, and nothing is guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from cities import places
from cities.geometry import MUNICIPALITY_KEY_LENGTH
from cities.models import Municipality, Region
from cities.place_names import label, land_label, search_key
from cities.places import Found

PICK_PREFIX = "pick-"
_MOST_SHOWN = 6


@dataclass(frozen=True)
class Question:
    """Something typed that has several meanings; `name` is the form field that holds the answer, a key or nothing."""

    name: str
    typed: str
    candidates: tuple[Found, ...]
    answer: str = ""


class PlaceReader:
    """Understands what was typed; `picks` maps the name of a question to the key that was chosen.

    Afterwards `questions` has everything with several meanings, answered or not, and `errors` a sentence for each entry
    that means nothing.
    """

    def __init__(self, picks: Mapping[str, str]) -> None:
        self.picks = picks
        self.questions: dict[str, Question] = {}
        self.errors: list[str] = []

    def municipality(self, text: str) -> Municipality | None:
        """The one municipality that is meant, if it is clear which."""
        found = self.chosen(text, places.resolve_municipality(text))
        return Municipality.objects.get(pk=found.key) if found else None

    def chosen(self, typed: str, resolution: places.Resolution) -> Found | None:
        """The one place that is meant, or the one picked; else a question or an error."""
        if not resolution.candidates:
            sentence = _("„%(place)s“ haben wir nicht gefunden. Bitte prüfen Sie die Schreibweise.")
            self.errors.append(sentence % {"place": typed[:80]})
        if resolution.place or not resolution.candidates:
            return resolution.place
        name = _pick_name(typed)
        picked = next((found for found in resolution.candidates if found.key == self.picks.get(name)), None)
        self.questions[name] = Question(name, typed, resolution.candidates, picked.key if picked else "")
        return picked


class PlaceForm(forms.Form):
    """A form with fields for places: `read_places` fills `cleaned_data`, questions become fields of the form."""

    reader_class = PlaceReader

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        picks = {name: value for name, value in self.data.items() if name.startswith(PICK_PREFIX)}
        self.reader = self.reader_class(picks)
        self.read_places(data)
        for question in self.reader.questions.values():
            self._ask_back(question)
        return data

    def read_places(self, data: dict[str, Any]) -> None:
        raise NotImplementedError

    def read_municipality(self, field: str) -> Municipality | None:
        """What was typed in the field, if it is clear which municipality that is."""
        text = self.cleaned_data.get(field, "")
        municipality = self.reader.municipality(text) if text else None
        self.add_reading_errors(field)
        return municipality

    def add_reading_errors(self, field: str) -> None:
        for error in self.reader.errors:
            self.add_error(field, error)
        self.reader.errors.clear()

    def question_fields(self) -> list[BoundField]:
        """The lists to choose from, for the template."""
        return [self[name] for name in self.fields if name.startswith(PICK_PREFIX)]

    def _ask_back(self, question: Question) -> None:
        """An answered question stays in the form, so that the answer is not lost when something else is wrong."""
        self.fields[question.name] = forms.ChoiceField(
            label=_("Was meinen Sie mit „%(typed)s“?") % {"typed": question.typed[:80]},
            choices=[(found.key, found.label) for found in question.candidates],
            widget=forms.RadioSelect,
        )
        if not question.answer:
            self.add_error(question.name, _("Bitte wählen Sie aus der Liste."))


def written(keys: set[str]) -> dict[str, str]:
    """How each official key is typed again without a question back.

    A Land or Kreis that is a single town (Hamburg, Münster) goes by that town's name.
    """
    towns = {key: key.ljust(MUNICIPALITY_KEY_LENGTH, "0") for key in keys}
    names = {region.key: _region_name(region) for region in Region.objects.filter(key__in=keys)}
    rows = Municipality.objects.filter(ags__in=towns.values()).select_related("district", "land")
    labels = {row.ags: label(row.name, row.district.name, row.land.name) for row in rows}
    return names | {key: labels[ags] for key, ags in towns.items() if ags in labels}


def municipality_label(municipality: Municipality) -> str:
    """The name with Kreis and Land, as it can be typed again without a question back."""
    return written({municipality.pk})[municipality.pk]


def unclear(reader: PlaceReader) -> list[str]:
    """What was not understood, and what has several meanings, in sentences: where nobody can be asked back."""
    return [*reader.errors, *(_several_meanings(question) for question in reader.questions.values())]


def _several_meanings(question: Question) -> str:
    shown = [found.label for found in question.candidates[:_MOST_SHOWN]]
    if len(question.candidates) > _MOST_SHOWN:
        shown.append("…")
    message = _("„%(typed)s“ ist nicht eindeutig. Bitte schreiben Sie eines davon: %(candidates)s.")
    return message % {"typed": question.typed[:80], "candidates": "; ".join(shown)}


def _region_name(region: Region) -> str:
    return land_label(region.name) if region.kind == Region.Kind.LAND else region.name


def _pick_name(typed: str) -> str:
    """The same for every spelling of the same words, so that an answer is found again when the form comes back."""
    return PICK_PREFIX + sha256(search_key(typed).encode()).hexdigest()[:10]
