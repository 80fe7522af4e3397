"""The office releases a suggestion of three: both introductions in one transaction, each naming the third, or neither.

Each stays an introduction of one pair, with its own gates, invitations and end; what links them is that they know of
each other. Locks are taken in the order of matching.case_locks: all organisations, then both suggestions.
"""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from matching import introductions, trio_suggestions, trio_words
from matching.introductions import IntroductionError
from matching.models import Introduction, Suggestion, SuggestionQuerySet
from matching.trio_suggestions import Half, TrioSuggestion
from portal.accounts.models import Organisation, User

Key = tuple[int, int, str]  # the suggestions of centre and relay, and the project that asks


@transaction.atomic
def release(key: Key, *, by: User) -> tuple[Introduction, Introduction]:
    """Both introductions of a trio as it stands now; IntroductionError, and nothing is released, where one may not."""
    if not by.is_staff:
        raise IntroductionError(_("Das kann nur die Geschäftsstelle."))
    trio = _locked(key)
    if trio.missing:
        raise IntroductionError(" ".join(trio.missing))
    first, second = (_release(trio, half, by=by) for half in trio.halves)
    first.linked_to, second.linked_to = second, first
    for introduction in (first, second):
        introduction.save(update_fields=["linked_to"])
    introductions.ask_waiting(first, second)
    return first, second


def key_of(trio: TrioSuggestion) -> Key:
    return trio.centre.suggestion.pk, trio.relay.suggestion.pk, trio.project.slug if trio.project else ""


def _release(trio: TrioSuggestion, half: Half, *, by: User) -> Introduction:
    return introductions.release(half.suggestion, by=by, also=[trio_words.third(trio, half)], later=True)


def _locked(key: Key) -> TrioSuggestion:
    """Read again under the locks: whoever decided meanwhile was first."""
    of_both = Suggestion.objects.filter(pk__in=key[:2])
    _lock_organisations(of_both)
    rows = list(of_both.select_for_update(of=("self",)).order_by("pk").select_related("city"))
    possible = trio_suggestions.of_city(rows[0].city) if rows else []
    found = next((trio for trio in possible if key_of(trio) == key), None)
    if found is None:
        raise IntroductionError(_("Diesen Vorschlag zu dritt gibt es so nicht mehr. Bitte laden Sie die Seite neu."))
    return found


def _lock_organisations(suggestions: SuggestionQuerySet) -> None:
    owners = Q(partner__suggestions__in=suggestions) | Q(city__suggestions__in=suggestions)
    list(Organisation.objects.select_for_update(of=("self",), no_key=True).filter(owners).order_by("pk"))
