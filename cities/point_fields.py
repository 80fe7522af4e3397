"""Degrees as the office types them: one left out or exchanged leads out of the country."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

_DEGREES = {"latitude": (47, 56), "longitude": (5, 16)}


def outside_germany(typed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields that lead out of Germany, each with a sentence for the person."""
    for field, (least, most) in _DEGREES.items():
        if typed.get(field) is not None and not least <= typed[field] <= most:
            yield field, _("Der Punkt liegt nicht in Deutschland.")
