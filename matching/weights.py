"""The weights of the score: one row per version, so that every suggestion can say by which one it was scored."""

from django.utils.translation import gettext as _

from matching.models import ScoreWeights
from matching.scoring import Weights
from portal.accounts.models import User
from portal.accounts.refusals import Refusal


class WeightsError(Refusal):
    """The five parts are not usable as weights; the message is for the person."""


def current() -> Weights:
    """The weights of today; their version is the id of the row."""
    return of(ScoreWeights.objects.latest())


def of(row: ScoreWeights) -> Weights:
    """The row as the score takes it."""
    return Weights(row.place, row.topics, row.gap, row.fairness, row.answers, version=row.pk)


def change(  # noqa: PLR0913 (the five parts have names, and they stand together)
    *, place: int, topics: int, gap: int, fairness: int, answers: int, by: User
) -> ScoreWeights:
    """Weigh anew from now on: a new row. Open suggestions follow with their next refresh, decided ones stay."""
    parts = (place, topics, gap, fairness, answers)
    if sum(parts) != 100 or min(parts) < 0:
        raise WeightsError(_("Die fünf Gewichte müssen zusammen 100 ergeben und dürfen nicht negativ sein."))
    return ScoreWeights.objects.create(
        place=place, topics=topics, gap=gap, fairness=fairness, answers=answers, created_by=by
    )
