"""Why three were suggested together: sentences for the office, and the fact each of the two introductions takes on."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.reasons import THIRD, Fact, Reason
from matching.trio_suggestions import Half, TrioSuggestion
from matching.trios import TRANSFER


def reasons(trio: TrioSuggestion) -> list[Reason]:
    """Who asks, who knows, who reaches the firms; each with the field it rests on."""
    return [_question(trio), _centre(trio), _relay(trio)]


def third(trio: TrioSuggestion, half: Half) -> Fact:
    """What the introduction of this half says of the other partner: its name, and what the three could do."""
    other = trio.relay if half is trio.centre else trio.centre
    entry, slug = _asking(trio)
    return {
        "kind": THIRD,
        "third": other.partner.name,
        "centre": trio.centre.partner.name,
        "relay": trio.relay.partner.name,
        "title": trio.project.title if trio.project else "",
        "topics": [{"code": topic.pk, "name": topic.name} for topic in trio.topics],
        "partner": half.partner.name,
        "city": trio.city.name,
        "sources": [
            {"entry": entry, "slug": slug, "field": f"need_{TRANSFER}"},
            {"entry": "partner", "slug": half.partner.slug, "field": "topics"},
        ],
    }


def _question(trio: TrioSuggestion) -> Reason:
    if trio.project:
        text = _("Das Projekt „{title}“ in {city} sucht Wissen zu {topics}.")
    else:
        text = _("{city} sucht Wissen zu {topics}.")
    return Reason(text.format_map(_values(trio)), *_asking(trio), f"need_{TRANSFER}")


def _centre(trio: TrioSuggestion) -> Reason:
    text = _("{centre} forscht zu {topics} und bietet Wissen an.")
    return Reason(text.format_map(_values(trio)), "partner", trio.centre.partner.slug, f"offer_{TRANSFER}")


def _relay(trio: TrioSuggestion) -> Reason:
    """By the companies it advises where there are any, else by what it is."""
    if trio.companies:
        text = ngettext(
            "{relay} arbeitet dort zum selben Thema und berät ein Unternehmen.",
            "{relay} arbeitet dort zum selben Thema und berät {companies} Unternehmen.",
            trio.companies,
        )
        return Reason(text.format_map(_values(trio)), "partner", trio.relay.partner.slug, "topics")
    text = _("{relay} arbeitet dort zum selben Thema und erreicht die Betriebe ({category}).")
    return Reason(text.format_map(_values(trio)), "partner", trio.relay.partner.slug, "category")


def _values(trio: TrioSuggestion) -> dict[str, Any]:
    return {
        "city": trio.city.name,
        "title": trio.project.title if trio.project else "",
        "topics": ", ".join(f"„{topic.name}“" for topic in trio.topics),
        "centre": trio.centre.partner.name,
        "relay": trio.relay.partner.name,
        "companies": trio.companies,
        "category": trio.relay.partner.category.name,
    }


def _asking(trio: TrioSuggestion) -> tuple[str, str]:
    """The entry that asks, and its address."""
    return ("project", trio.project.slug) if trio.project else ("city", trio.city.slug)
