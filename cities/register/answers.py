"""What the office knows better than the register: where a dissolved municipality went, and where a new one lies."""

from django.db import transaction
from django.utils.translation import gettext as _

from cities import place_index
from cities.geometry import Point
from cities.models import Municipality
from cities.register import dissolutions, questions
from cities.register.sync import wait_for_others
from portal.accounts.models import User
from portal.accounts.refusals import Refusal


class AnswerError(Refusal):
    """An answer does not fit what the municipality is today; the message is for the person."""


@transaction.atomic
def name_successor(dissolved: Municipality, successor: Municipality, *, by: User) -> Municipality:
    """Everything that points to the dissolved municipality follows."""
    wait_for_others()
    row = Municipality.objects.get(pk=dissolved.pk)
    successor.refresh_from_db()
    if row.dissolved_on is None or row.successor_id:
        raise AnswerError(_("Diese Gemeinde besteht noch, oder ihre Nachfolgerin steht schon fest."))
    if successor.dissolved_on is not None:
        raise AnswerError(_("%s ist selbst aufgelöst. Bitte wählen Sie eine Gemeinde von heute.") % successor)
    row.successor = successor
    row.save(update_fields=["successor"])
    dissolutions.lead_on({row.pk: successor.pk}, left_open=[], districts=[])
    questions.answered_successor(row, by=by)
    place_index.rebuild_of([row.pk, successor.pk])
    return row


@transaction.atomic
def set_point(municipality: Municipality, point: Point, *, by: User) -> Municipality:
    """The register has no coordinates, so the next one leaves the point as it is."""
    wait_for_others()
    row = Municipality.objects.get(pk=municipality.pk)
    if row.dissolved_on is not None:
        raise AnswerError(_("%s ist aufgelöst; ihre Lage ändert sich nicht mehr.") % row)
    row.latitude, row.longitude = point.latitude, point.longitude
    row.save(update_fields=["latitude", "longitude"])
    questions.answered_point(row, by=by)
    return row
