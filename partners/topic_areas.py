"""Other areas for single topics in a form: a line for each topic, read like the main area and asked back like it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from cities.models import Topic
from partners import areas
from partners.areas import AreaPart, AreaReader
from partners.models import Partner

_PREFIX = "area_"
_LONGEST = 1000
_MOST_ENTRIES = 40  # of all topics together, so that checking the form stays quick


def field_of(topic: str) -> str:
    """The name of the topic's line, by its code."""
    return f"{_PREFIX}{topic}"


def add_fields(form: forms.Form) -> tuple[str, ...]:
    """One line for each topic; their names."""
    topics = {field_of(topic.code): topic for topic in Topic.objects.all()}
    for name, topic in topics.items():
        form.fields[name] = forms.CharField(
            label=_("Gebiet für „%(topic)s“") % {"topic": topic.name}, max_length=_LONGEST, required=False
        )
    return tuple(topics)


def initial(partner: Partner) -> dict[str, str]:
    """The areas as they stand, for the fields."""
    return {field_of(topic): areas.written_in_one_line(parts) for topic, parts in areas.topic_parts_of(partner).items()}


def lines(form: forms.Form, names: tuple[str, ...]) -> list[BoundField]:
    return [form[name] for name in names]


def read(typed: Mapping[str, Any], reader: AreaReader) -> Iterator[tuple[str, str, tuple[AreaPart, ...]]]:
    """Field, topic code and parts of each line that was filled in; the reader's errors belong to the line just read."""
    left = _MOST_ENTRIES
    for name, text in typed.items():
        if not text:
            continue
        left -= areas.number_of_entries(text)
        if left < 0:
            reader.errors.append(_("Bitte nennen Sie höchstens %(count)d Orte.") % {"count": _MOST_ENTRIES})
            yield name, _topic_of(name), ()
            return
        yield name, _topic_of(name), reader.parts(text)


def _topic_of(field: str) -> str:
    return field.removeprefix(_PREFIX)
