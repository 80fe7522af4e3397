"""What a member sees of the own organisations: where they stand, what fits, what is under way."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import City
from matching import why_nothing
from matching.models import Introduction, Invitation, Side, Suggestion
from matching.reasons import Reason, sentences
from matching.why_nothing import Told
from partners.models import Partner
from portal.accounts.models import Organisation, User
from portal.site import own_projects
from portal.site.own_projects import OwnProject

MOST_SUGGESTIONS = 10
CONFIRMED_FOR = timedelta(days=365)


@dataclass(frozen=True)
class Shown:
    """A suggestion as one side sees it."""

    suggestion: Suggestion
    other: Partner | City
    reasons: list[Reason]


@dataclass
class Kept:
    """An organisation of the person with its entry: what every kind has in common on the dashboard."""

    organisation: Organisation
    entry: Any

    @property
    def edit_url(self) -> str:
        return reverse(f"edit_{self.organisation.kind}", args=[self.entry.slug])

    @property
    def confirm_url(self) -> str:
        return reverse(f"confirm_{self.organisation.kind}", args=[self.entry.slug])

    @property
    def state(self) -> str:
        """Where the organisation stands, in a word or two."""
        organisation = self.organisation
        if organisation.declined_at:
            return _("abgelehnt")
        if organisation.question:
            return _("Rückfrage der Geschäftsstelle")
        if not organisation.approved_at:
            return _("wartet auf die Freigabe der Geschäftsstelle")
        if organisation.paused_until and organisation.paused_until >= timezone.localdate():
            return _("Pause bis %(day)s") % {"day": date_format(organisation.paused_until, "d.m.Y")}
        return _("freigegeben")

    @property
    def is_public(self) -> bool:
        return bool(self.organisation.approved_at and not self.organisation.withdrawn_at)

    @property
    def has_to_confirm(self) -> bool:
        """Nothing is released without a confirmation of the last twelve months."""
        confirmed_at = self.organisation.confirmed_at
        return confirmed_at is None or confirmed_at < timezone.now() - CONFIRMED_FOR


@dataclass
class Own(Kept):
    """A partner or town of the person, with its suggestions and introductions."""

    side: Side
    suggestions: list[Shown] = field(default_factory=list)
    total: int = 0  # of the suggestions, of which the best are shown
    introductions: list[Introduction] = field(default_factory=list)
    projects: list[OwnProject] = field(default_factory=list)
    why_nothing: list[Told] = field(default_factory=list)

    @property
    def is_partner(self) -> bool:
        return self.side == Side.PARTNER


def organisations_of(person: User) -> list[Own]:
    """The organisations of the person, with the best suggestions and all introductions."""
    own = Organisation.objects.of(person)
    partners = Partner.objects.filter(organisation__in=own).select_related("organisation", "seat")
    cities = City.objects.filter(organisation__in=own).select_related("organisation")
    rows = [Own(partner.organisation, partner, Side.PARTNER) for partner in partners]
    rows += [Own(city.organisation, city, Side.CITY) for city in cities]
    _add_suggestions(rows, person)
    _add_introductions(rows, person)
    _add_projects(rows)
    for row in rows:
        row.why_nothing = why_nothing.told(row.entry, fits=bool(row.total))
    return sorted(rows, key=lambda row: row.organisation.name)


def open_questions(person: User) -> list[Invitation]:
    """Introductions that wait for an answer of one of the person's organisations."""
    own = Organisation.objects.of(person)
    mine = Q(side=Side.PARTNER, introduction__partner__organisation__in=own)
    mine |= Q(side=Side.CITY, introduction__city__organisation__in=own)
    waiting = Invitation.objects.filter(
        mine, answer="", asked_at__isnull=False, introduction__state=Introduction.State.ASKED
    )
    return list(
        waiting.select_related(
            "introduction__partner__organisation",
            "introduction__city__organisation",
            "introduction__linked_to__partner__organisation",
        ).order_by("introduction__expires_at")
    )


def _add_suggestions(rows: list[Own], person: User) -> None:
    by_entry = {(row.side, row.entry.pk): row for row in rows}
    for suggestion in _suggestions(rows, person):
        for side, entry, other in (
            (Side.PARTNER, suggestion.partner_id, suggestion.city),
            (Side.CITY, suggestion.city_id, suggestion.partner),
        ):
            row = by_entry.get((side, entry))
            if row is None or not other.organisation.approved_at:
                continue  # the person may see it as the office or from the other side, this organisation not yet
            row.total += 1
            if len(row.suggestions) < MOST_SUGGESTIONS:
                row.suggestions.append(Shown(suggestion, other, sentences(suggestion.reasons, side=side.value)))


def _suggestions(rows: list[Own], person: User) -> list[Suggestion]:
    partners = [row.entry.pk for row in rows if row.is_partner]
    cities = [row.entry.pk for row in rows if not row.is_partner]
    suggestions = Suggestion.objects.open().visible_to(person).filter(Q(partner__in=partners) | Q(city__in=cities))
    return list(
        suggestions.select_related("partner__organisation", "city__organisation").order_by("-points", "distance_km")
    )


def _add_introductions(rows: list[Own], person: User) -> None:
    partners = {row.entry.pk: row for row in rows if row.is_partner}
    cities = {row.entry.pk: row for row in rows if not row.is_partner}
    introductions = Introduction.objects.visible_to(person).filter(Q(partner__in=partners) | Q(city__in=cities))
    named = ("partner__organisation", "city__organisation", "linked_to__partner__organisation")
    for introduction in introductions.select_related(*named).order_by("-asked_at"):
        for row in (partners.get(introduction.partner_id), cities.get(introduction.city_id)):
            if row:
                row.introductions.append(introduction)


def _add_projects(rows: list[Own]) -> None:
    towns = {row.entry.pk: row for row in rows if not row.is_partner}
    for shown in own_projects.of(towns):
        towns[shown.project.city_id].projects.append(shown)
