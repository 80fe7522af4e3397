"""How texts, distances and points are written on pages."""

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString

from cities.models import Sector
from matching import reasons
from portal.site import plain_text as formatted

register = template.Library()


@register.filter
def km(distance: float | None) -> str:
    """„12 km“, as the reasons say it; nothing where the distance is not known."""
    return "" if distance is None else reasons.km(distance)


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


@register.filter
def plain_line(text: str) -> SafeString:
    return formatted.line_to_html(text)
