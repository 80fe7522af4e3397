"""Suggestions are kept in step with what partners and towns say, until the office decides about them.

A refresh adds pairs that fit and are new, scores open ones again, and withdraws, with the reason, open ones that fit no
longer. What was decided is never touched again. A pair that is in touch, or in which somebody said no within the months
of quiet, gets no suggestion. Partners that wait for approval have suggestions, too: they see them at once, and nothing
can be sent before the office has agreed.

Locks are taken in one order: organisations (by whoever edits or decides), the lock of the refresh, suggestions.
"""

from collections.abc import Set
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City
from matching import candidates, explanations, suggestion_rows, vicinity
from matching.candidates import Survey
from matching.models import Suggestion, SuggestionQuerySet
from partners.models import Partner
from portal.accounts.models import User
from portal.accounts.refusals import Refusal

State = Suggestion.State
LONGEST_REASON = 2000
_LOCK = 0x5067_6765  # any number of its own, the same in every process
_BATCH = 500
Pairs = Set[tuple[int, int]]  # partner and town


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
    held = hold(Suggestion.objects.filter(partner=partner))
    own = candidates.partners_taking_part().filter(pk=partner.pk)
    around = City.objects.taking_part().filter(vicinity.towns_of(partner))
    return keep_in_step(held, candidates.survey(own, around))


@transaction.atomic
def refresh_city(city: City) -> Changes:
    """Bring one town's suggestions up to date; the last step of the transaction that changed its entry."""
    held = hold(Suggestion.objects.filter(city=city))
    own = City.objects.taking_part().filter(pk=city.pk)
    around = candidates.partners_taking_part().filter(vicinity.partners_of(city))
    return keep_in_step(held, candidates.survey(around, own))


@transaction.atomic
def refresh_all() -> Changes:
    """Bring all suggestions up to date."""
    return keep_in_step(hold(Suggestion.objects.all()), candidates.everybody())


def hold(scope: SuggestionQuerySet) -> Pairs:
    """The open suggestions of the scope, locked until the transaction ends; whoever holds them may read and write.

    Other refreshes wait: an older reading could overwrite a newer one. So does whoever decides about one of them: what
    was just rejected would be suggested anew. In order of their keys, so that locks never cross.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    locked = scope.open().select_for_update(of=("self",)).order_by("pk")
    return set(locked.values_list("partner", "city"))


def keep_in_step(held: Pairs, survey: Survey) -> Changes:
    """Make the open suggestions that are held those of the survey, which was read after that."""
    wanted = [pair for pair in survey.fitting() if pair.can_be_suggested]
    added, rescored = suggestion_rows.write(wanted)
    gone = held - {(pair.partner.pk, pair.city.pk) for pair in wanted}
    _withdraw(gone)
    return Changes(added=added, rescored=rescored, withdrawn=len(gone))


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


def _withdraw(gone: Pairs) -> None:
    if not gone:
        return
    partners, cities = ({pair[side] for pair in gone} for side in (0, 1))
    found = Suggestion.objects.open().filter(partner__in=partners, city__in=cities)
    rows = [row for row in found if (row.partner_id, row.city_id) in gone]
    prefetch_related_objects(rows, "partner__organisation", "city__organisation")
    still_here = candidates.partners_taking_part().filter(pk__in=partners)
    survey = candidates.survey(still_here, City.objects.taking_part().filter(pk__in=cities))
    for row in rows:
        row.state, row.decided_at, row.decision_reason = State.WITHDRAWN, timezone.now(), _why_gone(row, survey)
    _update(rows)


def _update(rows: list[Suggestion]) -> None:
    """Write locked rows back as an upsert by key, in a third of the time `bulk_update` needs for its many CASEs."""
    fields = ["state", "decided_at", "decision_reason"]
    Suggestion.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=fields, batch_size=_BATCH
    )


def _why_gone(suggestion: Suggestion, survey: Survey) -> str:
    """The sentences of the closed gates, or who has left."""
    if suggestion.partner_id not in survey.partners:
        return explanations.no_longer_taking_part(suggestion.partner.name)
    if suggestion.city_id not in survey.cities:
        return explanations.no_longer_taking_part(suggestion.city.name)
    pair = survey.assess(suggestion.partner_id, suggestion.city_id)
    return " ".join(sentence for gate in pair.gates if gate.keeps_from_suggesting for sentence in gate.missing)
