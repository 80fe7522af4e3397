"""Bring suggestions up to date and list them, or explain one pair."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import City
from matching import candidates, suggestions
from matching.assessments import Assessment
from matching.models import Suggestion
from matching.scoring import UNITS_PER_POINT
from partners.models import Partner

LONGEST_NAME = 32


class Command(BaseCommand):
    help = (
        "Berechnet Vorschläge neu und zeigt sie: alle, die eines Partners oder die einer Stadt. "
        "Mit Partner und Stadt wird dieses eine Paar erklärt, auch wenn es nicht passt, und nichts geschrieben."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--partner", metavar="SLUG", help="Kurzname des Partners")
        parser.add_argument("--city", metavar="SLUG", help="Kurzname der Stadt")
        parser.add_argument("--json", action="store_true", help="als JSON auf der Standardausgabe")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        partner = _partner(options["partner"]) if options["partner"] is not None else None
        city = _city(options["city"]) if options["city"] is not None else None
        if partner and city:
            pair = candidates.assess(partner, city)
            self._print([pair], "\n".join(_explained(pair)), as_json=options["json"])
        else:
            changes = _refresh(partner, city)
            pairs = _suggested(partner, city)
            table = "" if partner is None and city is None else "\n".join(_table(pairs)) + "\n"
            self._print(pairs, table + _summary(changes, len(pairs)), as_json=options["json"])

    def _print(self, pairs: list[Assessment], text: str, *, as_json: bool) -> None:
        found = [_as_json(pair) for pair in pairs]
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) if as_json else text)


def _partner(slug: str) -> Partner:
    partner = Partner.objects.filter(slug=slug).first()
    if partner is None:
        raise CommandError(_("Es gibt keinen Partner mit dem Kurznamen „{slug}“.").format(slug=slug))
    return partner


def _city(slug: str) -> City:
    city = City.objects.filter(slug=slug).first()
    if city is None:
        raise CommandError(_("Es gibt keine Stadt mit dem Kurznamen „{slug}“.").format(slug=slug))
    return city


def _refresh(partner: Partner | None, city: City | None) -> suggestions.Changes:
    if partner:
        return suggestions.refresh_partner(partner)
    return suggestions.refresh_city(city) if city else suggestions.refresh_all()


def _suggested(partner: Partner | None, city: City | None) -> list[Assessment]:
    """The pairs with an open suggestion, best first, with the gates of this moment."""
    partners = Partner.objects.filter(pk=partner.pk) if partner else Partner.objects.all()
    cities = City.objects.filter(pk=city.pk) if city else City.objects.all()
    is_open = set(Suggestion.objects.open().values_list("partner", "city"))
    pairs = candidates.survey(partners, cities).fitting()
    return [pair for pair in pairs if (pair.partner.pk, pair.city.pk) in is_open]


def _as_json(pair: Assessment) -> dict[str, Any]:
    """The published format; points have two decimals, kilometres three (docs/matching.md)."""
    return {
        "partner": pair.partner.slug,
        "city": pair.city.slug,
        "points": pair.score.total / UNITS_PER_POINT,
        "parts": {part.name: part.points / UNITS_PER_POINT for part in pair.parts},
        "distance_km": pair.score.distance_km,
        "gates": {**pair.fit, **pair.sendable},
        "reasons": [reason.text for reason in pair.reasons],
        "weights_version": pair.weights.version,
    }


def _table(pairs: Iterable[Assessment]) -> list[str]:
    head = (
        f"{_('Punkte'):>6}  {_('km'):>5}  {_('Partner'):<{LONGEST_NAME}}  {_('Stadt'):<{LONGEST_NAME}}  {_('Es fehlt')}"
    )
    return [head, *(_line(pair) for pair in pairs)]


def _line(pair: Assessment) -> str:
    missing = ", ".join(gate.label for gate in pair.gates if not gate.holds) or "–"
    partner, city = _short(pair.partner.name), _short(pair.city.name)
    return (
        f"{_number(pair.score.total):>6}  {pair.score.distance_km:>5.0f}  "
        f"{partner:<{LONGEST_NAME}}  {city:<{LONGEST_NAME}}  {missing}"
    )


def _explained(pair: Assessment) -> list[str]:
    head = _("{partner} und {city}: {points} Punkte, {km} km").format(
        partner=pair.partner.name,
        city=pair.city.name,
        points=_number(pair.score.total),
        km=f"{pair.score.distance_km:.0f}",
    )
    parts = [f"  {part.label:<24} {_number(part.points):>6} / {_number(part.maximum)}" for part in pair.parts]
    gates = [f"  {gate.label:<24} {' '.join(gate.missing) or _('erfüllt')}" for gate in pair.gates]
    reasons = [f"  {reason.text}" for reason in pair.reasons]
    return [head, *parts, _("Voraussetzungen"), *gates, _("Begründung"), *reasons]


def _summary(changes: suggestions.Changes, number: int) -> str:
    return _("{number} offene Vorschläge: {added} neu, {rescored} neu bewertet, {withdrawn} zurückgezogen.").format(
        number=number, added=changes.added, rescored=changes.rescored, withdrawn=changes.withdrawn
    )


def _number(points: int) -> str:
    return f"{points / UNITS_PER_POINT:.2f}".replace(".", ",")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
