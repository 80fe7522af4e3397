"""An organisation takes part no more: its open cases end with it, and the other sides are told in a neutral sentence.

What led to contacts stays as it is. Whoever leaves holds the lock of the organisation, so no case begins meanwhile; an
answer that comes at the same moment is either there before, or finds the case ended.
"""

from django.db import transaction
from django.db.models import Q

from matching import case_locks, introductions, suggestions
from matching.models import Introduction
from portal.accounts.models import Organisation


@transaction.atomic
def end_all(organisation: Organisation) -> list[Introduction]:
    """Suggestions are withdrawn and introductions that wait for an answer end; returns those."""
    _withdraw_suggestions(organisation)
    own = Q(partner__organisation=organisation) | Q(city__organisation=organisation)
    asked = Introduction.objects.filter(own, state=Introduction.State.ASKED)
    ending = case_locks.lock_all(asked.values_list("pk", flat=True))
    introductions.end_for(organisation, ending)
    return ending


def _withdraw_suggestions(organisation: Organisation) -> None:
    """Networks and companies have none."""
    if organisation.kind == Organisation.Kind.PARTNER:
        suggestions.refresh_partner(organisation.partner)
    elif organisation.kind == Organisation.Kind.CITY:
        suggestions.refresh_city(organisation.city)
