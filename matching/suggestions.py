"""Suggestions are kept in step with what partners and towns say, until the office decides about them.

A refresh adds pairs that fit and are new, scores open ones again, and withdraws, with the reason, open ones that fit no
longer. What was decided is never touched again. A pair that is in touch, or in which somebody said no within the months
of quiet, gets no suggestion. Partners that wait for approval have suggestions, too: they see them at once, and nothing
can be sent before the office has agreed.

Locks are taken in one order: organisations (by whoever edits or decides), the lock of the refresh, suggestions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City
from matching import candidates, explanations, vicinity
from matching.assessments import Assessment
from matching.candidates import Survey
from matching.models import Suggestion, SuggestionQuerySet
from matching.scoring import PARTS
from partners.models import Partner
from portal.accounts.models import User
from portal.accounts.refusals import Refusal

State = Suggestion.State
LONGEST_REASON = 2000
_LOCK = 0x5067_6765  # any number of its own, the same in every process
_BATCH = 500
_SCORED = ("points", *(f"points_{part}" for part in PARTS), "distance_km", "reasons", "weights")
Stored = dict[tuple[int, int], Suggestion]  # by partner and town


class SuggestionError(Refusal):
    """The decision does not fit the state of the suggestion; the message is for the person."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How many suggestions one refresh touched."""

    added: int = 0
    rescored: int = 0
    withdrawn: int = 0


@transaction.atomic
def refresh_partner(partner: Partner) -> Changes:
    """Bring one partner's suggestions up to date; the last step of the transaction that changed its entry."""
    stored = hold(Suggestion.objects.filter(partner=partner))
    around = vicinity.towns_of(partner) | Q(pk__in=[city for _partner, city in stored])
    own = candidates.partners_taking_part().filter(pk=partner.pk)
    return keep_in_step(stored, candidates.survey(own, City.objects.taking_part().filter(around)))


@transaction.atomic
def refresh_city(city: City) -> Changes:
    """Bring one town's suggestions up to date; the last step of the transaction that changed its entry."""
    stored = hold(Suggestion.objects.filter(city=city))
    around = vicinity.partners_of(city) | Q(pk__in=[partner for partner, _city in stored])
    own = City.objects.taking_part().filter(pk=city.pk)
    return keep_in_step(stored, candidates.survey(candidates.partners_taking_part().filter(around), own))


@transaction.atomic
def refresh_all() -> Changes:
    """Bring all suggestions up to date."""
    return keep_in_step(hold(Suggestion.objects.all()), candidates.everybody())


def hold(scope: SuggestionQuerySet) -> Stored:
    """The open suggestions of the scope, locked until the transaction ends; whoever holds them may read and write.

    Other refreshes wait: an older reading could overwrite a newer one. So does whoever decides about one of them: what
    was just rejected would be suggested anew. In order of their keys, so that locks never cross.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    locked = scope.open().select_for_update(of=("self",)).order_by("pk")
    return {(suggestion.partner_id, suggestion.city_id): suggestion for suggestion in locked}


def keep_in_step(stored: Stored, survey: Survey) -> Changes:
    """Make the open suggestions that are held those of the survey, which was read after that."""
    wanted = {(pair.partner.pk, pair.city.pk): pair for pair in survey.fitting() if pair.can_be_suggested}
    new = [pair for key, pair in wanted.items() if key not in stored]
    changed = [suggestion for key, suggestion in stored.items() if key in wanted and _rescore(suggestion, wanted[key])]
    gone = [suggestion for key, suggestion in stored.items() if key not in wanted]
    _add(new)
    _update(changed, [*_SCORED, "computed_at"])
    _withdraw(gone, survey)
    return Changes(added=len(new), rescored=len(changed), withdrawn=len(gone))


@transaction.atomic
def reject(suggestion: Suggestion, reason: str, *, by: User) -> Suggestion:
    """The office decides against an open suggestion; the pair is left in peace for the months of quiet."""
    if not by.is_staff:
        raise SuggestionError(_("Das kann nur die Geschäftsstelle."))
    reason = reason.strip()
    if not reason:
        raise SuggestionError(_("Bitte nennen Sie einen Grund, damit die Entscheidung verständlich bleibt."))
    if len(reason) > LONGEST_REASON:
        raise SuggestionError(_("Der Grund ist zu lang. Bitte kürzen Sie ihn auf 2.000 Zeichen."))
    suggestion = Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
    if suggestion.state != State.OPEN:
        raise SuggestionError(_("Über diesen Vorschlag wurde schon entschieden."))
    suggestion.state, suggestion.decision_reason = State.REJECTED, reason
    suggestion.decided_at, suggestion.decided_by = timezone.now(), by
    suggestion.save(update_fields=["state", "decision_reason", "decided_at", "decided_by"])
    return suggestion


def _add(pairs: Iterable[Assessment]) -> None:
    """Should another writer have been quicker, the constraint of one open suggestion per pair lets its row stand."""
    new = [Suggestion(partner=pair.partner, city=pair.city, **_scored(pair)) for pair in pairs]
    Suggestion.objects.bulk_create(new, ignore_conflicts=True, batch_size=_BATCH)


def _rescore(suggestion: Suggestion, pair: Assessment) -> bool:
    """Give the suggestion the values of today; False where they are the same, so that nothing is written."""
    scored = _scored(pair)
    if all(getattr(suggestion, field) == value for field, value in scored.items()):
        return False
    for field, value in scored.items():
        setattr(suggestion, field, value)
    suggestion.computed_at = timezone.now()
    return True


def _scored(pair: Assessment) -> dict[str, Any]:
    return {
        "points": pair.score.total,
        **{f"points_{part}": getattr(pair.score, part) for part in PARTS},
        "distance_km": pair.score.distance_km,
        "reasons": pair.facts,
        "weights_id": pair.weights.version,
    }


def _update(suggestions: list[Suggestion], fields: list[str]) -> None:
    """Write locked rows back as an upsert by key, in a third of the time `bulk_update` needs for its many CASEs."""
    Suggestion.objects.bulk_create(
        suggestions, update_conflicts=True, unique_fields=["id"], update_fields=fields, batch_size=_BATCH
    )


def _withdraw(suggestions: Iterable[Suggestion], survey: Survey) -> None:
    withdrawn = list(suggestions)
    prefetch_related_objects(withdrawn, "partner__organisation", "city__organisation")
    for suggestion in withdrawn:
        suggestion.state, suggestion.decided_at = State.WITHDRAWN, timezone.now()
        suggestion.decision_reason = _why_gone(suggestion, survey)
    _update(withdrawn, ["state", "decided_at", "decision_reason"])


def _why_gone(suggestion: Suggestion, survey: Survey) -> str:
    """The sentences of the closed gates, or who has left."""
    if suggestion.partner_id not in survey.partners:
        return explanations.no_longer_taking_part(suggestion.partner.name)
    if suggestion.city_id not in survey.cities:
        return explanations.no_longer_taking_part(suggestion.city.name)
    pair = survey.assess(suggestion.partner_id, suggestion.city_id)
    return " ".join(sentence for gate in pair.gates if gate.keeps_from_suggesting for sentence in gate.missing)
