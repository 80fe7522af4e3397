"""How texts, distances and points are written on pages."""

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString

from cities.models import Sector
from portal.site import plain_text as formatted

register = template.Library()


@register.filter
def km(distance: float | None) -> str:
    """„12 km“, below ten with one decimal; nothing where the distance is not known."""
    if distance is None:
        return ""
    decimals = 1 if distance < 10 else 0  # number_format alone cuts digits off
    return number_format(round(distance, decimals), decimals) + NO_BREAK_SPACE + "km"


@register.filter
def points(hundredths: int) -> str:
    """Points are kept in 1/100; people read whole ones."""
    return number_format(round(hundredths / 100), 0)


@register.filter
def sectors(values: list[str]) -> str:
    return ", ".join(str(Sector(value).label) for value in values)


@register.filter
def plain_text(text: str) -> SafeString:
    return formatted.to_html(text)
