"""Until when an answer is waited for, and how what nobody answered comes to its end."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from matching import calendars
from matching.models import IntroductionRules
from matching.next_steps import Periods

logger = logging.getLogger(__name__)


def rules() -> IntroductionRules:
    return IntroductionRules.objects.filter(pk=1).first() or IntroductionRules()


def periods() -> Periods:
    """How many days lie between the steps of an introduction."""
    row = rules()
    return Periods(
        reminder=row.reminder_days,
        note=row.note_days,
        answer=row.answer_days,
        whether_met=row.whether_met_days,
        outcome=row.outcome_days,
        silence=row.silence_days,
    )


def answer_until(asked_at: datetime, *, land: str) -> datetime:
    """The last minute of the day the mail names; days of the school holidays of the Land do not count."""
    return calendars.of(land)[land].end_after(asked_at, rules().answer_days)


def each(step: Callable[[int], bool], pks: Iterable[int]) -> int:
    """Take the step for every case, each in a transaction of its own; returns how many it was taken for."""
    return sum(_alone(step, pk) for pk in pks)


def _alone(step: Callable[[int], bool], pk: int) -> bool:
    try:
        return step(pk)
    except Exception:  # one case that fails must not hold up the others; it is due again at the next call
        logger.exception("case %s could not be carried on", pk)
        return False
